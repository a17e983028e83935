"""ChainGroups, GroupPay, UserReviews: groups, their roles, their money, what users say (链群)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from bridge.capabilities.model import (
    ZERO_ACCOUNT,
    ZERO_REF,
    Amounts,
    Asks,
    CallContext,
    Capability,
    Contract,
    Entries,
    Equation,
    EventContext,
    Money,
    Source,
    books,
    find_number,
)
from bridge.events import generated as e
from bridge.events.base import Logged
from bridge.intents import KEEPER
from bridge.ports.port import Document
from bridge.ports.vocabulary import AccountRole
from bridge.ports.vocabulary import groups as v

EXTENDED_AHEAD_SECONDS = (
    1_200  # less than the least span of work, more than the keeper's usual delay
)
REASONS = (
    "deserted",
    "resigned",
    "reviews",
    "bet_unsigned",
    "bet_short",
)  # IGroupChanges.ReopenReason

OTHER_TERMS = (  # members of IChainGroups.RoleTerms after `pay`
    "min_reviews", "min_credit_bps", "review_mark_bps", "shortfall_mark_bps", "credit_weight_bps", "stake_bps_of_pledge",
)  # fmt: skip

# ---- fields of operations -----------------------------------------------------------------------


def text_of(name: str) -> Source:
    """A field of the event as decimal text."""
    return lambda logged, context: str(getattr(logged.event, name))


def roles(logged: Logged, context: EventContext) -> list[dict[str, Any]]:
    """The terms of each role, from the tuples of IChainGroups.RoleTerms."""
    return [_terms(terms) for terms in cast(e.GroupOpened, logged.event).roles]


def _terms(terms: tuple[Any, ...]) -> dict[str, Any]:
    """One role's terms, from the struct's members in their order."""
    role_ref, floor, most, stake, pay, *others = terms
    named = {"role_ref": role_ref, "floor": str(floor), "most": str(most), "stake": str(stake)}
    return named | {"pay_minor": pay} | dict(zip(OTHER_TERMS, others, strict=True))


def proposal(logged: Logged, context: EventContext) -> str | None:
    """The document that all roles name; None when they name several, or one that is not of these books."""
    refs = {role["role_ref"] for role in roles(logged, context)}
    return context.find_number(refs.pop()) if len(refs) == 1 else None


def former_holder(logged: Logged, context: EventContext) -> str | None:
    """Who left the role; None when nobody held it."""
    account = cast(e.RoleReopened, logged.event).former_holder
    return None if account == ZERO_ACCOUNT else account


def reason(logged: Logged, context: EventContext) -> str:
    """Why the role was opened anew."""
    return REASONS[cast(e.RoleReopened, logged.event).reason]


# ---- calls that anybody may make ----------------------------------------------------------------

TOO_EARLY = {"Room_TooEarly": 1}  # place of the time in IRoom's error
NOT_OPEN = "ChainGroups_WrongStatus"  # formed, dissolved or settled already
TOO_LATE = "Room_TooLate"  # the work has ended


def of_group(document: Document, context: CallContext) -> tuple[Any, ...]:
    """The group alone."""
    return (document.fields["group_id"],)


def of_role(document: Document, context: CallContext) -> tuple[Any, ...]:
    """The group and the role."""
    return document.fields["group_id"], document.fields["role_id"]


def of_round(document: Document, context: CallContext) -> tuple[Any, ...]:
    """The group, the role and its round."""
    return *of_role(document, context), document.fields["round"]


def of_round_before(document: Document, context: CallContext) -> tuple[Any, ...]:
    """The group, the role and the round before the one that a reopening began."""
    return *of_role(document, context), document.fields["round"] - 1


def of_item(document: Document, context: CallContext) -> tuple[Any, ...]:
    """The group, and a round of one of its roles."""
    return document.fields["group_id"], context.item["role_id"], context.item["round"]


def of_stake(document: Document, context: CallContext) -> tuple[Any, ...]:
    """The group, a round of one of its roles, and a candidate of it."""
    return *of_item(document, context), context.item["node"]


def of_rejected(document: Document, context: CallContext) -> tuple[Any, ...]:
    """The group, the role, the round and the rejected candidate."""
    return *of_round(document, context), document.fields["node"]


def field(name: str) -> Callable[[Document], Any]:
    """What stands in a field of the document."""
    return lambda document: document.fields[name]


def closable_at(document: Document) -> int:
    """When the time for the last reviews is over, once everything is earned."""
    return int(document.fields["closable_at"] or 0)


def is_in_a_region(document: Document) -> bool:
    """True when force majeure of some region extends the work of the group."""
    return bool(document.fields["region"] != ZERO_REF)


def before_the_end(document: Document) -> int:
    """A while before the work ends: from then on days of force majeure can still be asked for, once."""
    return int(document.fields["work_end"]) - EXTENDED_AHEAD_SECONDS


def is_set(name: str) -> Callable[[Document], bool]:
    """True when a field of the document is neither zero, empty, false nor missing."""
    return lambda document: bool(document.fields[name])


FORMS = Asks(
    contract="ChainGroups",
    function="form",
    what="form",
    args=of_group,
    aggregate="form:{group_id}:{number}",
    signer=KEEPER,
    moot_on=frozenset({"ChainGroups_NotCovered", NOT_OPEN, TOO_LATE}),
)
# A group that formed meanwhile goes on, unless its terms ask for a bet and none comes: its forming asks again then.
DISSOLVES = Asks(
    contract="ChainGroups",
    function="dissolve",
    what="dissolve",
    args=of_group,
    aggregate="dissolve:{group_id}:{number}",
    signer=KEEPER,
    later_by=TOO_EARLY,
    moot_on=frozenset({"ChainGroups_CanStillForm", "ChainGroups_GroupGoesOn", NOT_OPEN}),
)
CLOSES = Asks(
    contract="ChainGroups",
    function="close",
    what="close",
    args=of_group,
    aggregate="close:{group_id}:{number}",
    signer=KEEPER,
    later_by={"ChainGroups_ReportsStillOpen": 2, "ChainGroups_BetStillOpen": 3},
    moot_on=frozenset({NOT_OPEN}),
)
EXTENDS = Asks(
    contract="ChainGroups",
    function="extendWork",
    what="extend",
    args=of_group,
    aggregate="extend:{group_id}:{number}",
    signer=KEEPER,
    due=before_the_end,
    when=is_in_a_region,
    moot_on=frozenset({
        "ChainGroups_NothingToExtend", "ChainGroups_EndedByConsent", NOT_OPEN, TOO_LATE,
    }),
)  # fmt: skip
SEATS = Asks(
    contract="ChainGroups",
    function="seatRole",
    what="seat",
    args=of_role,
    aggregate="seat:{group_id}:{role_id}:{round}",
    signer=KEEPER,
    due="select_end",
    later_by=TOO_EARLY,
    moot_on=frozenset({"ChainGroups_NobodyStands", "ChainGroups_RoleHeld", NOT_OPEN, TOO_LATE}),
)
RELEASES = Asks(
    contract="GroupPay",
    function="releaseStake",
    what="stake",
    args=of_stake,
    each=field("stakes"),
    aggregate="stake:{group_id}:{number}:{place}",
    signer=KEEPER,
    moot_on=frozenset({"GroupPay_NoStakeHeld"}),
)
RETURNS = Asks(
    contract="GroupPay",
    function="returnBudget",
    what="budget",
    args=of_group,
    aggregate="budget:{group_id}",
    signer=KEEPER,
    when=is_set("left_minor"),
    moot_on=frozenset({"GroupPay_NoBudgetHeld"}),
)
COUNTS = Asks(
    contract="UserReviews",
    function="recordFeedback",
    what="feedback",
    args=of_item,
    each=field("reviewed"),
    aggregate="feedback:{group_id}:{number}:{place}",
    signer=KEEPER,
    moot_on=frozenset({"UserReviews_FeedbackRecorded", "UserReviews_NoReviews"}),
)


CALLS: Mapping[str, tuple[Asks, ...]] = {
    "group_order": (
        replace(FORMS, due="select_end"),
        replace(DISSOLVES, due="select_end"),
        replace(DISSOLVES, what="late", due="work_end", aggregate="late:{group_id}"),
    ),
    "candidate_selection": (replace(FORMS, when=is_set("all_selected")),),
    "candidate_rejection": (
        replace(
            RELEASES,
            what="",
            args=of_rejected,
            each=None,
            aggregate="stake:{group_id}:{number}",
            when=is_set("stake_held_minor"),
        ),
    ),
    "group_forming": (
        RELEASES,
        replace(CLOSES, due="report_end"),
        EXTENDS,
        replace(DISSOLVES, due="bet_due_at", when=is_set("bet_due_at")),
    ),
    "work_extension": (EXTENDS,),
    "role_addition": (SEATS,),
    "role_reopening": (
        SEATS,
        RELEASES,
        replace(
            COUNTS,
            args=of_round_before,
            each=None,
            aggregate="feedback:{group_id}:{number}",
            when=is_set("reviewed"),
        ),
    ),
    "role_seating": (RELEASES,),
    "stake_release_batch": (RELEASES,),
    "group_dissolution": (RELEASES, RETURNS, COUNTS),
    "group_settlement": (RELEASES, RETURNS, COUNTS),
    "consented_end": (replace(CLOSES, due="report_end"),),
    "progress_attestation": (
        Asks(
            contract="GroupPay",
            function="payEarnings",
            what="pay",
            args=of_round,
            aggregate="pay:{group_id}:{role_id}:{round}",
            signer=KEEPER,
            moot_on=frozenset({"GroupPay_NothingEarned"}),
        ),
        replace(CLOSES, due=closable_at, when=is_set("closable_at")),
    ),
    "review_attestation": (
        Asks(
            contract="ChainGroups",
            function="reopenRole",
            args=of_role,
            aggregate="reopen:{group_id}:{role_id}:{round}",
            signer=KEEPER,
            when=is_set("below_mark"),
            moot_on=frozenset({
                "ChainGroups_HolderKeepsItsRole", "ChainGroups_NotTheLeader", "ChainGroups_SomebodyStands",
                "ChainGroups_TooManyRounds", NOT_OPEN, TOO_LATE,
            }),
        ),
    ),
}  # fmt: skip

# ---- money --------------------------------------------------------------------------------------


def paid_in(name: str) -> Callable[[Entries], Amounts]:
    """What a document adds to the money in custody."""
    return lambda entries: {name: entries.debit(AccountRole.GROUP_FUND)}


def paid_out(name: str) -> Callable[[Entries], Amounts]:
    """What a document takes from the money in custody."""
    return lambda entries: {name: entries.credit(AccountRole.GROUP_FUND)}


def _same(what: str, chain: str, ledger: str) -> Equation:
    return Equation(
        (chain,), (ledger,), f"{what} on chain {{left}}, by the ledger {{right}} minor units"
    )


MONEY = Money(
    rule="per group: budget, stakes and earnings paid in, earned and paid out are those of the ledger",
    aggregate="group:{group_id}",
    told={
        e.GroupOpened: {"budget": "budget"},
        e.RoleAdded: {"budget": "pay"},
        e.RoleGrabbed: {"staked": "stake"},
        e.ProgressReported: {"earned": "amount"},
        e.StakeReleased: {"released": "stake"},
        e.EarningsPaid: {"paid": "amount"},
        e.BudgetReturned: {"returned": "amount"},
    },
    kept={
        "group_order": paid_in("budget booked"),
        "role_addition": paid_in("budget booked"),
        "role_grab": paid_in("stake booked"),
        "progress_attestation": paid_in("earnings booked"),
        "stake_release": paid_out("release booked"),
        "role_payment": paid_out("payment booked"),
        "budget_return": paid_out("return booked"),
    },
    equations=(
        _same("budget paid in:", "budget", "budget booked"),
        _same("stakes paid in:", "staked", "stake booked"),
        _same("earned:", "earned", "earnings booked"),
        _same("stakes returned:", "released", "release booked"),
        _same("earnings paid:", "paid", "payment booked"),
        _same("budget returned:", "returned", "return booked"),
    ),
)

GROUPS = Capability(
    "groups",
    (
        Contract(
            "ChainGroups",
            events={
                "GroupOpened": books(
                    v.RecordGroupOrder,
                    need=find_number("need_ref"),
                    proposal=proposal,
                    target=text_of("target"),
                    roles=roles,
                    budget_minor="budget",
                ),
                "RoleAdded": books(
                    v.RecordRoleAddition,
                    floor=text_of("floor"),
                    most=text_of("most"),
                    stake=text_of("stake"),
                    pay_minor="pay",
                ),
                "RoleGrabbed": books(
                    v.RecordRoleGrab, pledge=text_of("pledge"), stake_minor="stake"
                ),
                "PlanOpened": books(v.RecordPlanOpening, plan=find_number("plan_hash")),
                "CandidateSelected": books(v.RecordCandidateSelection, pledge=text_of("pledge")),
                "CandidateRejected": books(v.RecordCandidateRejection),
                "GroupFormed": books(v.RecordGroupForming, pledged=text_of("pledged")),
                "GroupDissolved": books(v.RecordGroupDissolution, pledged=text_of("pledged")),
                "GroupBetBound": books(v.RecordBetBinding),
                "GroupSettled": books(
                    v.RecordGroupSettlement, earned_minor="earned", unearned_minor="unearned"
                ),
                "RoleReopened": books(
                    v.RecordRoleReopening, former_holder=former_holder, reason=reason
                ),
                "RoleSeated": books(v.RecordRoleSeating, pledge=text_of("pledge")),
                "WorkExtended": books(v.RecordWorkExtension),
                "EndConsentChanged": books(v.RecordEndConsent),
                "WorkEndedByConsent": books(v.RecordConsentedEnd),
            },
        ),
        Contract(
            "GroupPay",
            events={
                "ProgressReported": books(
                    v.RecordProgressAttestation,
                    amount_minor="amount",
                    evidence=find_number("evidence_ref"),
                ),
                "StakeReleased": books(v.RecordStakeRelease, stake_minor="stake"),
                "EarningsPaid": books(v.RecordRolePayment, amount_minor="amount"),
                "BudgetReturned": books(v.RecordBudgetReturn, amount_minor="amount"),
            },
            holds_money=True,
            custody=AccountRole.GROUP_FUND,
        ),
        Contract(
            "UserReviews",
            events={
                "ReviewRecorded": books(
                    v.RecordReviewAttestation,
                    weight=text_of("weight"),
                    review=find_number("review_ref"),
                ),
                "FeedbackOutcomeRecorded": books(v.RecordFeedbackOutcome, weight=text_of("weight")),
            },
        ),
        Contract("GroupRules", unfollowed="it has no events: it checks the terms of groups"),
        Contract("GroupLens", unfollowed="it has no events: it computes for readers"),
    ),
    calls=CALLS,
    money=MONEY,
)
