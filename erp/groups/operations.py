"""The operations of chain groups, their money and what is said in them."""

from __future__ import annotations

from erp.groups import (
    candidates,
    changes,
    forming,
    orders,
    pay,
    plans,
    ratings,
    ratings_schemas,
    schemas,
)
from erp.kernel.field_class import classed
from erp.kernel.operation import FollowUps, Operation, Operations, Told
from erp.kernel.roles import Role

# Fields that documents share: those of every document of a group, of a role, of a round, of a leader.
GROUP = "group_id chain_group "
ROLE = GROUP + "role_id round party "
LEADER = GROUP + "leader leader_code "
ROLE_TERMS = "role_ref min_reviews min_credit_bps review_mark_bps shortfall_mark_bps credit_weight_bps stake_bps_of_pledge"
ROLE_AMOUNTS = "floor most stake pay_minor"

OPERATIONS: Operations = {
    schemas.RecordGroupOrder: Operation(
        "group_order",
        "GRP",
        orders.record_group_order,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(
            LEADER
            + "need_ref need proposal unproposed region reporter_post grab_seconds select_seconds work_seconds "
            "report_seconds review_seconds bet_seconds grab_end select_end work_end report_end",
            money="roles target budget_minor",
            confidential="reserved_minor unbudgeted_minor",
        ),
    ),
    schemas.RecordRoleAddition: Operation(
        "role_addition",
        "RAD",
        orders.record_role_addition,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(
            LEADER + "role_id round grab_end select_end " + ROLE_TERMS,
            money=ROLE_AMOUNTS,
            confidential="unbudgeted_minor",
        ),
    ),
    schemas.SubmitPlan: Operation(
        "role_plan",
        "RPL",
        plans.submit_plan,
        Told.BY_PEOPLE,
        frozenset({Role.NODE}),
        fields=classed("party group role_id chain_group", proof="plan"),
    ),
    schemas.RecordRoleGrab: Operation(
        "role_grab",
        "GRB",
        candidates.record_role_grab,
        Told.EXTERNALLY,
        fields=classed(ROLE + "node index credit_bps plan_ref leads", money="pledge stake_minor"),
    ),
    schemas.RecordPlanOpening: Operation(
        "plan_opening",
        "PLO",
        candidates.record_plan_opening,
        Told.EXTERNALLY,
        fields=classed(ROLE + "node plan_hash plan"),
    ),
    schemas.RecordCandidateSelection: Operation(
        "candidate_selection",
        "SEL",
        candidates.record_candidate_selection,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(ROLE + "node all_selected", money="pledge"),
    ),
    schemas.RecordCandidateRejection: Operation(
        "candidate_rejection",
        "CRJ",
        candidates.record_candidate_rejection,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(ROLE + "node stood", money="stake_held_minor"),
    ),
    schemas.RecordGroupForming: Operation(
        "group_forming",
        "FRM",
        forming.record_group_forming,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(LEADER + "bet_due_at region work_end report_end stakes", money="pledged"),
    ),
    schemas.RecordGroupDissolution: Operation(
        "group_dissolution",
        "DSL",
        forming.record_group_dissolution,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(LEADER + "filled stakes reviewed", money="pledged left_minor"),
    ),
    schemas.RecordBetBinding: Operation(
        "bet_binding",
        "BND",
        forming.record_bet_binding,
        Told.EXTERNALLY,
        fields=classed(LEADER + "bet_id"),
    ),
    schemas.RecordGroupSettlement: Operation(
        "group_settlement",
        "GST",
        forming.record_group_settlement,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(
            LEADER + "bet_id stakes reviewed", money="earned_minor unearned_minor left_minor"
        ),
    ),
    schemas.RecordRoleReopening: Operation(
        "role_reopening",
        "RRO",
        changes.record_role_reopening,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(ROLE + "former_holder reason grab_end select_end reviewed stakes"),
    ),
    schemas.RecordRoleSeating: Operation(
        "role_seating",
        "RSE",
        changes.record_role_seating,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(ROLE + "holder stakes", money="pledge"),
    ),
    schemas.ContinueReleases: Operation(
        "stake_release_batch",
        "SRB",
        forming.continue_releases,
        Told.BY_FOLLOW_UP,
        outward=True,
        fields=classed(GROUP + "batch role_id round stakes"),
    ),
    schemas.RecordWorkExtension: Operation(
        "work_extension",
        "WEX",
        changes.record_work_extension,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(GROUP + "region extended_days work_end report_end"),
    ),
    schemas.RecordEndConsent: Operation(
        "end_consent",
        "ECN",
        changes.record_end_consent,
        Told.EXTERNALLY,
        fields=classed(GROUP + "role_id account party consents"),
    ),
    schemas.RecordConsentedEnd: Operation(
        "consented_end",
        "CEN",
        changes.record_consented_end,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(LEADER + "work_end report_end"),
    ),
    schemas.RecordProgressAttestation: Operation(
        "progress_attestation",
        "PGA",
        pay.record_progress_attestation,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(
            ROLE + "holder leader_code earned_bps evidence_ref evidence all_earned closable_at",
            money="amount_minor",
        ),
    ),
    schemas.RecordStakeRelease: Operation(
        "stake_release",
        "STR",
        pay.record_stake_release,
        Told.EXTERNALLY,
        fields=classed(ROLE + "node", money="stake_minor"),
    ),
    schemas.RecordRolePayment: Operation(
        "role_payment",
        "RPY",
        pay.record_role_payment,
        Told.EXTERNALLY,
        fields=classed(ROLE + "holder", money="amount_minor"),
    ),
    schemas.RecordBudgetReturn: Operation(
        "budget_return",
        "BRT",
        pay.record_budget_return,
        Told.EXTERNALLY,
        fields=classed(LEADER, money="amount_minor"),
    ),
    ratings_schemas.RecordReviewAttestation: Operation(
        "review_attestation",
        "RVA",
        ratings.record_review_attestation,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(
            ROLE + "holder score_bps review_ref review mean_bps reviews below_mark", money="weight"
        ),
    ),
    ratings_schemas.RecordFeedbackOutcome: Operation(
        "feedback_outcome",
        "FBO",
        ratings.record_feedback_outcome,
        Told.EXTERNALLY,
        fields=classed(ROLE + "holder outcome_bps", money="weight"),
    ),
    ratings_schemas.RecordPeerRatingSeal: Operation(
        "peer_rating_seal",
        "PRS",
        ratings.record_peer_rating_seal,
        Told.EXTERNALLY,
        fields=classed(GROUP + "rater party commitment credit_bps"),
    ),
    ratings_schemas.RecordPeerRating: Operation(
        "peer_rating",
        "PRT",
        ratings.record_peer_rating,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(
            GROUP
            + "rater rated party rated_code score_bps weight weighted centre_bps reason_ref first"
        ),
    ),
    ratings_schemas.RecordPeerOutcome: Operation(
        "peer_outcome",
        "PRO",
        ratings.record_peer_outcome,
        Told.EXTERNALLY,
        fields=classed(GROUP + "member party ratings outcome_bps", money="weight"),
    ),
}

FOLLOW_UPS: FollowUps = {
    schemas.RecordGroupForming: forming.after_freeing,
    schemas.RecordGroupDissolution: forming.after_freeing,
    schemas.RecordGroupSettlement: forming.after_freeing,
    schemas.RecordRoleReopening: forming.after_freeing,
    schemas.RecordRoleSeating: forming.after_freeing,
    ratings_schemas.RecordReviewAttestation: ratings.after_review,
}
