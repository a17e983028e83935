"""The operations of machine-minutes."""

from __future__ import annotations

from erp.capacity import devices, runs, sales, schemas, transfers
from erp.kernel.field_class import classed
from erp.kernel.operation import FollowUps, Operation, Operations, Told
from erp.kernel.roles import Role

RUN = "redemption_id redemption token_id holder_code plant_code work_order "
GIVEN_UP = "token_id holder plant quantity holder_code plant_code sale_id "

OPERATIONS: Operations = {
    schemas.RecordDeviceRegistration: Operation(
        "device_registration",
        "DVR",
        devices.record_device_registration,
        Told.EXTERNALLY,
        fields=classed(
            "device_id plant device_ref region attester_post arbiter_post grid_start slot_seconds notice_seconds "
            "report_seconds dispute_seconds ruling_seconds plant_code"
        ),
    ),
    schemas.RecordDeviceAttester: Operation(
        "device_attester",
        "DVA",
        devices.record_device_attester,
        Told.EXTERNALLY,
        fields=classed("device_id attester_post plant_code"),
    ),
    schemas.RecordCapacityAttested: Operation(
        "capacity_attested",
        "CPA",
        devices.record_capacity_attested,
        Told.EXTERNALLY,
        fields=classed(
            "device_id slot_index attester_post attester attested issued evidence_ref plant_code starts_at expires_at"
        ),
    ),
    schemas.RecordSlotFailureAttestation: Operation(
        "slot_failure_attestation",
        "SFA",
        devices.record_slot_failure_attestation,
        Told.EXTERNALLY,
        outward=True,
        fields=classed("device_id slot_index caller reason_ref plant_code held redemptions"),
    ),
    schemas.ContinueRefunds: Operation(
        "slot_refund_batch",
        "SFB",
        devices.continue_refunds,
        Told.BY_FOLLOW_UP,
        outward=True,
        fields=classed("device_id slot_index batch plant_code held redemptions"),
    ),
    schemas.RecordCapacityOutcome: Operation(
        "capacity_outcome",
        "CPO",
        devices.record_capacity_outcome,
        Told.EXTERNALLY,
        fields=classed(
            "device_id slot_index plant quantity ran outcome_bps excused_days plant_code",
            money="weight_minor",
        ),
    ),
    schemas.RecordCapacitySale: Operation(
        "capacity_sale",
        "CSL",
        sales.record_capacity_sale,
        Told.EXTERNALLY,
        fields=classed(
            "sale_id device_id plant slot_index opens_at closes_at quantity plant_code",
            money="start_minor floor_minor",
        ),
    ),
    schemas.RecordCapacitySaleClose: Operation(
        "capacity_sale_close",
        "CSC",
        sales.record_capacity_sale_close,
        Told.EXTERNALLY,
        fields=classed("sale_id plant sold unsold sale plant_code"),
    ),
    schemas.RecordCapacityPurchase: Operation(
        "capacity_purchase",
        "CPU",
        sales.record_capacity_purchase,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(
            "sale_id token_id buyer plant quantity sale device_id slot_index buyer_code plant_code expires_at",
            money="price_minor amount_minor unbudgeted_minor",
        ),
    ),
    schemas.RecordCapacityTransfer: Operation(
        "capacity_transfer",
        "CTR",
        transfers.record_capacity_transfer,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(
            "sender receiver lines sender_code receiver_code token_id expires_at sale_ids",
            money="face_minor carrying_minor",
        ),
    ),
    schemas.RecordCapacityRedemption: Operation(
        "capacity_redemption",
        "CRD",
        runs.record_capacity_redemption,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(
            RUN + "holder plant quantity production_order_ref dispute_by",
            money="amount_minor carrying_minor",
        ),
    ),
    schemas.RecordRunAttestation: Operation(
        "run_attestation",
        "RUA",
        runs.record_run_attestation,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(RUN + "attester evidence_ref ran dispute_by"),
    ),
    schemas.RecordRunDispute: Operation(
        "run_dispute",
        "RUD",
        runs.record_run_dispute,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(RUN + "caller reason_ref rule_by disputant_code"),
    ),
    schemas.RecordRunDisputeWithdrawal: Operation(
        "run_dispute_withdrawal",
        "RDW",
        runs.record_run_dispute_withdrawal,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(RUN + "caller settleable_at disputant_code"),
    ),
    schemas.RecordRunDisputeLapse: Operation(
        "run_dispute_lapse",
        "RDL",
        runs.record_run_dispute_lapse,
        Told.EXTERNALLY,
        fields=classed(RUN),
    ),
    schemas.RecordRunRuling: Operation(
        "run_ruling",
        "RUR",
        runs.record_run_ruling,
        Told.EXTERNALLY,
        fields=classed(RUN + "arbiter ruling_ref ran"),
    ),
    schemas.RecordRunSettlement: Operation(
        "run_settlement",
        "RUS",
        runs.record_run_settlement,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(
            RUN + "plant holder ran quantity device_id slot_index counted_from",
            money="to_plant_minor to_holder_minor cost_minor gain_minor",
        ),
    ),
    schemas.RecordCapacityExpiry: Operation(
        "capacity_expiry",
        "CEX",
        sales.record_capacity_expiry,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(GIVEN_UP, money="amount_minor carrying_minor"),
    ),
    schemas.RecordCapacityRefund: Operation(
        "capacity_refund",
        "CRF",
        sales.record_capacity_refund,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(
            GIVEN_UP + "device_id slot_index counted_from", money="amount_minor carrying_minor"
        ),
    ),
    schemas.RecordCapacityPayout: Operation(
        "capacity_payout",
        "CPW",
        sales.record_capacity_payout,
        Told.EXTERNALLY,
        fields=classed("account caller party", money="amount_minor"),
    ),
    schemas.ExplainCapacityTransfer: Operation(
        "capacity_explanation",
        "CXP",
        transfers.explain_capacity_transfer,
        Told.BY_PEOPLE | Told.BY_FOLLOW_UP,
        frozenset({Role.FINANCE}),
        fields=classed(
            "transfer paid_by returned_by sender_code receiver_code",
            money="paid_minor face_minor carrying_minor reason",
        ),
    ),
}

FOLLOW_UPS: FollowUps = {schemas.RecordSlotFailureAttestation: devices.after_failure}
