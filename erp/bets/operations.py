"""The operations of bets: their terms, which people tell, and what events tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from erp.bets import (
    change_papers,
    change_schemas,
    changes,
    reports,
    schemas,
    settling,
    signing,
    terms,
    terms_schemas,
)
from erp.kernel.context import Context
from erp.kernel.field_class import classed
from erp.kernel.log.model import Fields
from erp.kernel.operation import Operation, Operations, Told
from erp.kernel.roles import Role

BET = "bet_id bet chain_group "  # fields of every document of a bet
PLEDGE = "party party_code share_bps tolerance_bps slope_bps cap_bps targets signed "


def _told(
    kind: str,
    series: str,
    function: Callable[[Context, Any], Fields],
    fields: str,
    *,
    money: str = "",
    confidential: str = "",
    outward: bool = False,
) -> Operation:
    return Operation(
        kind,
        series,
        function,
        Told.EXTERNALLY,
        outward=outward,
        fields=classed(BET + fields, money=money, confidential=confidential),
    )


SPONSORS = frozenset({Role.NODE, Role.FINANCE})


def _paper(
    kind: str,
    series: str,
    function: Callable[[Context, Any], Fields],
    fields: str,
    *,
    money: str = "",
    personal: str = "",
    confidential: str = "",
) -> Operation:
    shown = classed(
        "bet chain_group " + fields, money=money, personal=personal, confidential=confidential
    )
    return Operation(kind, series, function, Told.BY_PEOPLE, SPONSORS, fields=shown)


OPERATIONS: Operations = {
    terms_schemas.ProposeBetTerms: Operation(
        "bet_terms",
        "BTP",
        terms.propose_bet_terms,
        Told.BY_PEOPLE,
        SPONSORS,
        fields=classed(
            "sponsor chain_group group_id region reporter_post arbiter_post sign_by start periods period_seconds "
            "report_seconds dispute_seconds ruling_seconds index_baseline index_elasticity_bps index_max_up_bps "
            "index_max_down_bps accounts",
            money="pool_minor expected_value_minor parties outlooks",
        ),
    ),
    terms_schemas.ApproveBetTerms: Operation(
        "bet_approval",
        "BTA",
        terms.approve_bet_terms,
        Told.BY_PEOPLE,
        SPONSORS,
        fields=classed(
            "bet_terms party sponsor chain_group waiting",
            personal="proposed_by",
            confidential="pool_minor at_most_minor set_aside_minor",
        ),
    ),
    terms_schemas.WithdrawBetTerms: Operation(
        "bet_terms_withdrawal",
        "BTW",
        terms.withdraw_bet_terms,
        Told.BY_PEOPLE,
        SPONSORS,
        fields=classed("bet_terms reason sponsor chain_group"),
    ),
    change_schemas.ProposeBetChange: _paper(
        "bet_change",
        "BTC",
        change_papers.propose_bet_change,
        "bet_id proposer from_period periods start sign_by leaver newcomer accounts",
        money="parties outlooks",
    ),
    change_schemas.ApproveBetChange: _paper(
        "bet_change_approval",
        "BCA",
        change_papers.approve_bet_change,
        "bet_change party waiting",
        money="outlooks",
        personal="proposed_by",
        confidential="at_most_minor set_aside_minor",
    ),
    change_schemas.WithdrawBetChange: _paper(
        "bet_change_withdrawal",
        "BCW",
        change_papers.withdraw_bet_change,
        "bet_change reason proposer",
    ),
    change_schemas.ProposeTopUp: _paper(
        "pool_top_up",
        "PTU",
        change_papers.propose_top_up,
        "bet_id payer",
        money="amount_minor reason",
    ),
    change_schemas.ApproveTopUp: _paper(
        "pool_top_up_approval",
        "PTA",
        change_papers.approve_top_up,
        "top_up payer",
        personal="proposed_by",
        money="amount_minor",
        confidential="set_aside_minor",
    ),
    change_schemas.WithdrawTopUp: _paper(
        "pool_top_up_withdrawal",
        "PTW",
        change_papers.withdraw_top_up,
        "top_up reason payer",
    ),
    schemas.RecordBetContract: _told(
        "bet_contract",
        "BET",
        signing.record_bet_contract,
        "sponsor sponsor_code terms terms_ref group_id parties_root region reporter_post arbiter_post sign_by start "
        "party_count report_seconds dispute_seconds ruling_seconds index_baseline index_elasticity_bps "
        "index_max_up_bps index_max_down_bps periods period_seconds unagreed",
        money="pool_minor",
        confidential="reserved_minor unbudgeted_minor",
        outward=True,
    ),
    schemas.RecordBetSignature: _told(
        "bet_signature",
        "BSG",
        signing.record_bet_signature,
        PLEDGE + "weight unagreed",
        money="stake_minor staked_minor",
        confidential="reserved_minor unbudgeted_minor",
    ),
    schemas.RecordBetActivation: _told(
        "bet_activation",
        "BAC",
        signing.record_bet_activation,
        "parties settleable_at",
        outward=True,
    ),
    schemas.RecordBetVoid: _told(
        "bet_void",
        "BVD",
        signing.record_bet_void,
        "sponsor signed accounts",
        money="remainder_minor",
        outward=True,
    ),
    schemas.RecordBetTopUp: _told(
        "bet_top_up",
        "BTU",
        signing.record_bet_top_up,
        "payer payer_code sponsor_code unagreed",
        money="amount_minor pool_minor",
        confidential="unbudgeted_minor",
    ),
    schemas.RecordBetMeasure: _told(
        "bet_measure",
        "BME",
        reports.record_bet_measure,
        "subject party_code period evidence evidence_ref ruled values kept_bps shortfall_bps attainment_bps factor_bps "
        "contribution weight",
        money="penalty_minor penalties_minor value_added_minor",
    ),
    schemas.RecordBetDispute: _told(
        "bet_dispute",
        "BDI",
        reports.record_bet_dispute,
        "subject party_code disputant disputant_code period reason reason_ref rule_by",
    ),
    schemas.RecordBetDisputeWithdrawal: _told(
        "bet_dispute_withdrawal",
        "BDW",
        reports.record_bet_dispute_withdrawal,
        "subject party_code disputant disputant_code period",
    ),
    schemas.RecordBetSettlement: _told(
        "bet_settlement",
        "BST",
        settling.record_bet_settlement,
        "sponsor sponsor_code group_id weight by_consent accounts",
        money="value_added_minor penalties_minor remainder_minor rounding_minor",
        outward=True,
    ),
    schemas.RecordBetPayout: _told(
        "bet_payout",
        "BPO",
        settling.record_bet_payout,
        "party party_code outcome_bps",
        money="stake_minor penalty_minor share_minor paid_minor",
    ),
    schemas.RecordBetStakeReturn: _told(
        "bet_stake_return",
        "BSR",
        settling.record_bet_stake_return,
        "party party_code",
        money="stake_minor",
    ),
    schemas.RecordBetRounding: _told(
        "bet_rounding",
        "BRR",
        settling.record_bet_rounding,
        "sponsor sponsor_code",
        money="amount_minor",
        outward=True,
    ),
    schemas.RecordBetRemainder: _told(
        "bet_remainder",
        "BRM",
        settling.record_bet_remainder,
        "sponsor sponsor_code",
        money="amount_minor",
    ),
    schemas.RecordBetAmendment: _told(
        "bet_amendment",
        "BAP",
        changes.record_bet_amendment,
        "amendment_id proposer proposer_code terms terms_ref parties_root leaver newcomer start periods from_period "
        "sign_by unagreed",
    ),
    schemas.RecordBetAmendmentSignature: _told(
        "bet_amendment_signature",
        "BAS",
        changes.record_bet_amendment_signature,
        PLEDGE + "amendment_id unagreed",
        money="stake_minor",
    ),
    schemas.RecordBetAmendmentAgreement: _told(
        "bet_amendment_agreement",
        "BAA",
        changes.record_bet_amendment_agreement,
        "amendment_id leaver leaver_code newcomer newcomer_code from_period periods start weight settleable_at",
        money="staked_minor",
        confidential="unbudgeted_minor",
        outward=True,
    ),
    schemas.RecordBetEndSignature: _told(
        "bet_end_signature",
        "BES",
        changes.record_bet_end_signature,
        "account party_code round signed end_by",
    ),
    schemas.RecordBetLeave: _told(
        "bet_leave",
        "BLV",
        changes.record_bet_leave,
        "amendment_id leaver party_code by by_code reason reason_ref",
    ),
}
