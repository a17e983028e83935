"""BetContracts, BetAmendments: pledged targets with stakes, penalties and shares (对赌契约)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from bridge.capabilities.groups import CLOSES
from bridge.capabilities.model import (
    ZERO_ACCOUNT,
    Amounts,
    Asks,
    CallContext,
    Capability,
    Contract,
    Entries,
    Equation,
    EventContext,
    Money,
    Reported,
    Source,
    TakenBack,
    books,
    find_number,
)
from bridge.commitments.documents import document_root
from bridge.events import generated as e
from bridge.events.base import Logged
from bridge.intents import KEEPER, REPORTER
from bridge.ports.port import Document
from bridge.ports.vocabulary import AccountRole
from bridge.ports.vocabulary import bets as v

TIERS = ("floor", "base", "stretch")  # the last members of IBetBook.Target

# ---- fields of operations -----------------------------------------------------------------------


def text_of(name: str) -> Source:
    """A field of the event as decimal text."""
    return lambda logged, context: str(getattr(logged.event, name))


def account_or_none(name: str) -> Source:
    """An account of the event; None for account zero."""

    def source(logged: Logged, context: EventContext) -> str | None:
        account = getattr(logged.event, name)
        return None if account == ZERO_ACCOUNT else account

    return source


def targets(logged: Logged, context: EventContext) -> list[dict[str, Any]]:
    """The pledged figures, from the tuples of IBetBook.Target."""
    event = cast(e.BetSigned | e.BetAmendmentSigned, logged.event)
    return [
        {"metric": metric, "follows_index": follows, "weight_bps": weight}
        | {name: str(tier) for name, tier in zip(TIERS, tiers, strict=True)}
        for metric, follows, weight, *tiers in event.targets
    ]


def values(logged: Logged, context: EventContext) -> list[str]:
    """What was measured, as decimal text."""
    return [str(value) for value in cast(e.BetReported, logged.event).values]


# ---- calls that anybody may make ----------------------------------------------------------------

NOT_SO = "BetContracts_WrongStatus"  # it bound, ended, or was settled meanwhile


def of_bet(document: Document, context: CallContext) -> tuple[Any, ...]:
    """The bet alone."""
    return (document.fields["bet_id"],)


def of_account(document: Document, context: CallContext) -> tuple[Any, ...]:
    """The bet, and one account that it owes something."""
    return document.fields["bet_id"], context.item


def accounts(document: Document) -> list[str]:
    """All accounts that the bet owes something."""
    return list(document.fields["accounts"])


VOIDS = Asks(
    contract="BetContracts",
    function="voidBet",
    lasts=True,
    args=of_bet,
    aggregate="void:bet:{bet_id}",
    signer=KEEPER,
    due="sign_by",
    moot_on=frozenset({NOT_SO}),
)
SETTLES = Asks(
    contract="BetContracts",
    function="settleBet",
    lasts=True,
    args=of_bet,
    aggregate="settle:bet:{bet_id}:{number}",
    signer=KEEPER,
    due="settleable_at",
    later_by={"Room_TooEarly": 1},
    moot_on=frozenset({NOT_SO}),
)
PAYS_ALL = Asks(
    contract="BetContracts",
    function="withdrawFor",
    lasts=True,
    what="parties",
    args=of_account,
    aggregate="pay:bet:{bet_id}:{place}",
    each=accounts,
    signer=KEEPER,
    moot_on=frozenset({"BetContracts_AlreadyWithdrawn"}),
)
PAYS_SPONSOR = Asks(
    contract="BetContracts",
    function="withdrawRemainder",
    what="sponsor",
    args=of_bet,
    aggregate="remainder:bet:{bet_id}:{number}",
    signer=KEEPER,
    moot_on=frozenset({"BetContracts_NothingToWithdraw"}),
)

# ---- what the reporter tells --------------------------------------------------------------------


def report_performance(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of BetContracts.report: the values, the pledge as it was published, and the report's commitment."""
    f = document.fields
    pledge = f["pledge"]
    terms = {
        "account": f["account"],
        "stake": f["stake_minor"],
        "shareBps": pledge["share_bps"],
        "toleranceBps": pledge["tolerance_bps"],
        "slopeBps": pledge["slope_bps"],
        "capBps": pledge["cap_bps"],
        "targets": [_target(target) for target in pledge["targets"]],
    }
    evidence = "0x" + document_root(document).hex()
    return f["bet_id"], f["account"], f["period"], f["values"], terms, evidence


def _target(told: dict[str, Any]) -> dict[str, Any]:
    """A pledged figure as IBetBook.Target has it."""
    return {
        "metric": told["metric"],
        "followsIndex": told["follows_index"],
        "weightBps": told["weight_bps"],
    } | {tier: int(told[tier]) for tier in TIERS}


NOBODY: dict[str, Any] = {
    "account": ZERO_ACCOUNT,
    "stake": 0,
    "shareBps": 0,
    "toleranceBps": 0,
    "slopeBps": 0,
    "capBps": 0,
    "targets": [],
}


def report_figure(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of BetContracts.report for what concerns all: the index of a period, or at period 0 the value added."""
    f = document.fields
    evidence = "0x" + document_root(document).hex()
    return f["bet_id"], ZERO_ACCOUNT, f["period"], f["values"], NOBODY, evidence


REPORTS = Asks(
    contract="BetContracts",
    function="report",
    args=report_performance,
    aggregate="report:bet:{bet_id}:{number}",
    signer=REPORTER,
    due="until",  # what was counted has happened on the chain's clock too
    after_anchor=True,
    later_by={"Room_TooEarly": 1},
    moot_on=frozenset({"BetContracts_ReportedBefore", NOT_SO, "Room_TooLate"}),
    reported=Reported(
        e.BetReported, "evidence_ref", (e.BetReported,), ("bet_id", "subject", "period")
    ),
    taken_back=(TakenBack("report_lateness", "report"),),
)
REPORTS_FIGURE = replace(REPORTS, args=report_figure)

# ---- money --------------------------------------------------------------------------------------


def paid_in(name: str) -> Callable[[Entries], Amounts]:
    """What a document adds to the money in custody."""
    return lambda entries: {name: entries.debit(AccountRole.BET_STAKE)}


def paid_out(name: str) -> Callable[[Entries], Amounts]:
    """What a document takes from the money in custody."""
    return lambda entries: {name: entries.credit(AccountRole.BET_STAKE)}


def handed_over(entries: Entries) -> Amounts:
    """What a settlement adds to the money in custody: nothing, since it only changes hands there."""
    role = AccountRole.BET_STAKE
    return {"handed over": entries.debit(role) - entries.credit(role)}


def _same(what: str, chain: str, ledger: str) -> Equation:
    told = f"{what} on chain {{left}}, by the ledger {{right}} minor units"
    return Equation((chain,), (ledger,), told)


MONEY = Money(
    rule="per bet: pool, stakes, payouts and remainders are those of the ledger, and a settlement only changes hands",
    aggregate="bet:{bet_id}",
    told={
        e.BetProposed: {"pool": "value_pool"},
        e.BetPoolToppedUp: {"pool": "amount"},
        e.BetPayoutWithdrawn: {"paid": "paid"},
        e.BetStakeReturned: {"returned": "stake"},
        e.BetRemainderWithdrawn: {"remainder": "amount"},
    },
    kept={
        "bet_contract": paid_in("pool booked"),
        "bet_top_up": paid_in("pool booked"),
        "bet_settlement": handed_over,
        "bet_payout": paid_out("payout booked"),
        "bet_stake_return": paid_out("return booked"),
        "bet_remainder": paid_out("remainder booked"),
    },
    equations=(
        _same("pool paid in:", "pool", "pool booked"),
        _same("paid to parties:", "paid", "payout booked"),
        _same("stakes returned:", "returned", "return booked"),
        _same("paid to the sponsor:", "remainder", "remainder booked"),
        Equation(("handed over",), (), "a settlement adds {left} minor units to the custody"),
    ),
)


def is_of_a_group(document: Document) -> bool:
    """True of a bet that names a group, which may wait for nothing else to end."""
    return bool(document.fields["group_id"])


SUBJECT = account_or_none("subject")

BETS = Capability(
    "bets",
    (
        Contract(
            "BetContracts",
            events={
                "BetProposed": books(
                    v.RecordBetContract,
                    terms=find_number("terms_ref"),
                    pool_minor="value_pool",
                    index_baseline=text_of("index_baseline"),
                ),
                "BetSigned": books(
                    v.RecordBetSignature,
                    stake_minor="stake",
                    targets=targets,
                    staked_minor="staked",
                ),
                "BetActivated": books(v.RecordBetActivation),
                "BetVoided": books(v.RecordBetVoid, remainder_minor="remainder"),
                "BetPoolToppedUp": books(
                    v.RecordBetTopUp, amount_minor="amount", pool_minor="value_pool"
                ),
                "BetReported": books(
                    v.RecordBetMeasure,
                    evidence=find_number("evidence_ref"),
                    values=values,
                    penalty_minor="penalty",
                    penalties_minor="penalties",
                    value_added_minor="value_added",
                    subject=SUBJECT,
                ),
                "BetReportDisputed": books(
                    v.RecordBetDispute, reason=find_number("reason_ref"), subject=SUBJECT
                ),
                "BetDisputeWithdrawn": books(v.RecordBetDisputeWithdrawal, subject=SUBJECT),
                "BetSettled": books(
                    v.RecordBetSettlement,
                    value_added_minor="value_added",
                    penalties_minor="penalties",
                    remainder_minor="remainder",
                ),
                "BetPayoutWithdrawn": books(
                    v.RecordBetPayout,
                    stake_minor="stake",
                    penalty_minor="penalty",
                    share_minor="share",
                    paid_minor="paid",
                ),
                "BetStakeReturned": books(v.RecordBetStakeReturn, stake_minor="stake"),
                "BetRoundingReturned": books(v.RecordBetRounding, amount_minor="amount"),
                "BetRemainderWithdrawn": books(v.RecordBetRemainder, amount_minor="amount"),
                "BetAmendmentAgreed": books(
                    v.RecordBetAmendmentAgreement,
                    leaver=account_or_none("leaver"),
                    newcomer=account_or_none("newcomer"),
                    staked_minor="staked",
                ),
            },
            holds_money=True,
            custody=AccountRole.BET_STAKE,
        ),
        Contract(
            "BetAmendments",
            events={
                "BetAmendmentProposed": books(
                    v.RecordBetAmendment,
                    terms=find_number("terms_ref"),
                    leaver=account_or_none("leaver"),
                    newcomer=account_or_none("newcomer"),
                ),
                "BetAmendmentSigned": books(
                    v.RecordBetAmendmentSignature, stake_minor="stake", targets=targets
                ),
                "BetEndSigned": books(v.RecordBetEndSignature),
                "BetLeaveGranted": books(v.RecordBetLeave, reason=find_number("reason_ref")),
            },
        ),
        Contract("BetLens", unfollowed="it has no events: it computes for readers"),
        Contract("BetRules", unfollowed="it has no events: it checks the terms of bets"),
    ),
    calls={
        "bet_contract": VOIDS,
        "bet_activation": SETTLES,
        "bet_amendment_agreement": SETTLES,
        "bet_void": (PAYS_ALL, PAYS_SPONSOR),
        "bet_settlement": (PAYS_ALL, PAYS_SPONSOR, replace(CLOSES, when=is_of_a_group)),
        "bet_rounding": PAYS_SPONSOR,
        "performance_report": REPORTS,
        "index_report": REPORTS_FIGURE,
        "value_report": REPORTS_FIGURE,
    },
    money=MONEY,
)
