"""Routes of the pages that read across rooms: the role-grab page (抢单页) and the cockpit of a group (链群看板).

A node lists the roles that are open to grabs (抢单大厅) and reads the page of each, with its own chances; members read the
cockpit of their group. A plan is on none of them.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from pydantic import Field
from sqlalchemy.orm import Session

from erp.api.access import STAFF, Roles
from erp.api.own_orders import key_of
from erp.api.pages import (
    DEFAULT_PAGE,
    AfterKey,
    Limit,
    Page,
    PlainInt,
    joined_key,
    number_in,
    page_of,
    split_key,
)
from erp.api.request_context import Caller, ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.routes.documents import NUMBER_PATTERN
from erp.api.row import Row
from erp.api.shown import Amount
from erp.api.tokens import Principal
from erp.boards import cockpit as board
from erp.boards import grab
from erp.boards.series import series
from erp.groups import queries
from erp.groups.errors import UnknownGroup, UnknownRole
from erp.groups.rules import GroupStatus
from erp.groups.tables import ChainGroup
from erp.kernel.field_class import classed
from erp.kernel.roles import Role
from erp.kernel.rows import Rows
from erp.kernel.schema import MAX_AMOUNT
from erp.rights import objects
from erp.rights.table import Action, may

ROUTES = RoomRoutes("boards")
READERS: Roles = STAFF | {Role.NODE}
MAX_ROLE = 2**31 - 1

GroupName = Annotated[
    str, Path(pattern=NUMBER_PATTERN, description="code or id", examples=["GRP-2026-00001"])
]
RoleId = Annotated[PlainInt, Path(ge=1, le=MAX_ROLE, examples=[1])]
Party = Annotated[
    str | None,
    Query(max_length=64, description="whose chances; who speaks for parties reads those alone"),
]
Pledge = Annotated[
    PlainInt | None, Query(ge=0, le=MAX_AMOUNT, description="minor units; not named: the floor")
]
RATE = "([0-9]{1,4}|10000)"
BetText = Annotated[
    str | None,
    Query(
        pattern=f"^{RATE},[0-9]{{1,15}},[0-9]{{1,9}},[0-9]{{1,9}},{RATE},[0-9]{{1,15}}$",
        description="terms of a bet to try: share_bps,stake_minor,tolerance_bps,slope_bps,cap_bps,pool_minor",
        examples=["1000,50000,500,20000,5000,500000"],
    ),
]


class FigureView(Row):
    """A value with the documents or entries that it stands on."""

    classes = classed("value documents entries more")

    value: int | str | None
    documents: list[str] = Field(description="numbers, the newest last")
    entries: list[int] = Field(description="ids of journal entries, the newest last")
    more: int = Field(description="further documents or entries that are not named")


Figures = Annotated[
    FigureView | None, Field(description="null: not known, or not shown to your role")
]


# ---- the grab page -------------------------------------------------------------------------------


class StepView(Row):
    """After what a part of a role's pay is earned."""

    classes = classed("text earned_bps measure item quantity by_holder")

    text: str | None = Field(description="null: the pay is earned by the part that is counted")
    earned_bps: int = Field(description="of the pay, in all")
    measure: str | None = Field(description="null: somebody of the leader says it")
    item: str | None
    quantity: int | None
    by_holder: bool = Field(description="only what holders of the role supplied or sold themselves")


class RoleTermsView(Row):
    """What a role asks and what it can earn. Minor units, unix seconds."""

    classes = classed(
        "group leader need role_id round title title_zh min_credit_bps credit_weight_bps stake_bps_of_pledge "
        "review_mark_bps min_reviews grab_end select_end work_end report_end earning documents",
        money="floor most stake pay_minor",
    )

    group: str
    leader: str
    need: str | None
    role_id: int
    round: int
    title: str | None = Field(description="as it was proposed; null: nobody proposed it here")
    title_zh: str | None
    floor: int | None
    most: int | None
    stake: int | None
    pay_minor: Amount
    min_credit_bps: int
    credit_weight_bps: int
    stake_bps_of_pledge: int
    review_mark_bps: int
    min_reviews: int
    grab_end: int
    select_end: int
    work_end: int
    report_end: int
    earning: list[StepView] = Field(description="empty: as the leader says it")
    documents: list[str]


class CheckView(Row):
    """A condition of a grab, with the figure that is there and the one that is needed."""

    classes = classed("name holds", money="have need")

    name: str
    holds: bool | None = Field(description="null: not known here")
    have: int | str | None
    need: int | str | None


class StandsView(Row):
    """A candidate in its rank."""

    classes = classed("rank party credit_bps place leads document", money="pledge")

    rank: int
    party: str
    pledge: int | None
    credit_bps: int
    place: int = Field(description="order of grabs in the round, from 1")
    leads: bool = Field(description="it stands for the role now")
    document: str | None


class StockView(Row):
    """What the leader has of the item that is needed."""

    classes = classed("entity item on_hand on_order")

    entity: str
    item: str
    on_hand: int
    on_order: int


class PastView(Row):
    """What was done in records that name a post: the numbers of the documents."""

    classes = classed("post reports disputes rulings")

    post: int
    reports: list[str]
    disputes: list[str]
    rulings: list[str] = Field(description="that took the place of a report")


class BetTermsView(Row):
    """What a party of the bet stakes, and its part. Minor units."""

    classes = classed("share_bps tolerance_bps slope_bps cap_bps", money="stake_minor pool_minor")

    share_bps: int
    stake_minor: Amount
    tolerance_bps: int
    slope_bps: int
    cap_bps: int
    pool_minor: Amount


class OutcomeView(Row):
    """What it means to reach a part of the pledge. Minor units."""

    classes = classed(
        "reached_bps kept_bps attainment_bps", money="pay_minor penalty_minor share_minor"
    )

    reached_bps: int
    pay_minor: Amount
    kept_bps: int | None
    attainment_bps: int | None
    penalty_minor: Amount
    share_minor: Amount


class MeaningView(Row):
    """What a pledge binds and brings."""

    classes = classed("leads bet outcomes", money="pledge stake_minor")

    pledge: int | None
    stake_minor: Amount
    leads: bool | None = Field(
        description="it would stand for the role; null: your credit is not known here"
    )
    bet: BetTermsView | None = Field(description="null: no bet is known, and none was named")
    outcomes: list[OutcomeView]


class GrabView(Row):
    """All that a node needs to decide whether to stand for a role."""

    classes = classed("role may_i who_stands stock reporter arbiter pledge", money="least_to_lead")

    role: RoleTermsView
    may_i: list[CheckView] | None = Field(description="null: nobody asks for itself")
    who_stands: list[StandsView]
    least_to_lead: int | None = Field(
        description="least pledge that leads with your credit; null: none"
    )
    stock: list[StockView]
    reporter: PastView
    arbiter: PastView | None
    pledge: MeaningView


class OpenRoleView(Row):
    """A role that is open to grabs. Minor units, unix seconds."""

    classes = classed(
        "group group_id leader need role_id round title title_zh min_credit_bps grab_end candidates may_i",
        money="floor stake pay_minor best_pledge least_to_lead",
    )

    group: str
    group_id: int
    leader: str
    need: str | None
    role_id: int
    round: int
    title: str | None = Field(description="as it was proposed; null: nobody proposed it here")
    title_zh: str | None
    floor: int | None
    stake: int | None = Field(description="least that is paid in with a grab")
    pay_minor: Amount
    min_credit_bps: int
    grab_end: int
    candidates: int = Field(description="who grabbed it in this round")
    best_pledge: int | None = Field(description="of whoever stands for it; null: nobody")
    least_to_lead: int | None = Field(
        description="least pledge that leads with your credit; null: none"
    )
    may_i: list[CheckView] | None = Field(
        description="each condition at the least pledge; null: nobody asks for itself"
    )


@ROUTES.read("/open-roles", "List roles that are open to grabs", READERS)
def list_open_roles(
    context: ContextDep,
    caller: Caller,
    party: Party = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
) -> Page[OpenRoleView]:
    """Roles of all groups, by group and role, each with the conditions as they are for a party: a node's own."""
    group_id, role_id = (number_in(each, 0) for each in split_key(after))
    with context.reading() as session:
        asked = grab.Asked(_whose(caller, party), context.clock())
        place = group_id, role_id
        found = grab.grab_hall(session, asked, after=place, limit=limit)
        return page_of(
            found,
            OpenRoleView.model_validate,
            lambda each: joined_key(str(each.group_id), str(each.role_id)),
            limit,
        )


@ROUTES.read("/groups/{group}/roles/{role}/grab", "Read the grab page of a role", READERS, 404)
def read_grab_page(
    context: ContextDep,
    caller: Caller,
    group: GroupName,
    role: RoleId,
    party: Party = None,
    pledge: Pledge = None,
    bet: BetText = None,
) -> GrabView:
    """Who may, who stands, what it takes and what a pledge means, by the terms of the group's bet or of one that is named.

    A node reads it while the role is open to grabs, and of its own groups.
    """
    terms = grab.BetTerms(*map(int, bet.split(","))) if bet is not None else None
    with context.reading() as session:
        rows = Rows.of(session)
        found = queries.group_of(rows, key_of(group))
        if not _may_read(rows, found, role, caller):
            raise UnknownRole(f"role {role} of {group}")
        asked = grab.Asked(_whose(caller, party), context.clock(), pledge, terms)
        return GrabView.model_validate(grab.grab_page(session, found.code, role, asked))


def _whose(caller: Principal, named: str | None) -> str | None:
    """The party that a caller asks for: of those it speaks for, or any where it is a clerk of the whole house."""
    if caller.parties is None or named in caller.parties:
        return named
    return min(caller.parties, default=None)


def _may_read(rows: Rows, found: ChainGroup, role_id: int, caller: Principal) -> bool:
    """Whoever may read the terms of a group reads the page of an open role; of one that is held, who reads the progress."""
    circle = objects.circle_of(rows, found)
    if may(caller, Action.READ, objects.terms_of(circle)) is not None:
        return False
    role = queries.role(rows, found.code, role_id)
    is_open = (role_id, role.round) in objects.open_rounds(rows, found)
    return is_open or may(caller, Action.READ, objects.progress_of(circle, found)) is None


# ---- the cockpit ---------------------------------------------------------------------------------


class EdgeView(Row):
    """A moment of the group, and what is done then without anybody asking."""

    classes = classed("at name then")

    at: int
    name: str
    then: str


class HeadView(Row):
    """What the group is for, who leads it, and what comes next. Unix seconds."""

    classes = classed("group group_id need proposal leader status as_of edges next")

    group: str
    group_id: int
    need: str | None
    proposal: str | None
    leader: str
    status: GroupStatus
    as_of: int
    edges: list[EdgeView]
    next: EdgeView | None


class RoleLineView(Row):
    """A role as it is filled now. Minor units."""

    classes = classed(
        "role_id title title_zh round party vacant credit_now_bps credit_bps earned_bps reviews mean_bps mark_bps",
        money="pledge pay_minor earned_minor paid_minor",
    )

    role_id: int
    title: str | None
    title_zh: str | None
    round: int
    party: str | None = Field(description="that holds it, or stands for it while it is vacant")
    vacant: bool
    credit_now_bps: int | None
    credit_bps: Figures = Field(description="at its grab")
    pledge: Figures
    pay_minor: Figures
    earned_bps: Figures
    earned_minor: Figures
    paid_minor: Figures
    reviews: Figures
    mean_bps: Figures
    mark_bps: int


class MoneyView(Row):
    """Whose money is where, minor units."""

    classes = classed(
        money="budget_minor earned_minor unearned_minor custody_minor stakes_minor pool_minor staked_minor "
        "penalties_minor",
        confidential="reserved_minor unbudgeted_minor",
    )

    budget_minor: Figures
    reserved_minor: Figures
    earned_minor: Figures
    unearned_minor: Figures
    custody_minor: Figures
    stakes_minor: Figures
    unbudgeted_minor: Figures
    pool_minor: Figures
    staked_minor: Figures
    penalties_minor: Figures


class LedgerView(Row):
    """What the group made so far, minor units; with a bet, in its time alone.

    Revenue, cost and margin are rows 3.3, 4.4 and 2.2 of the win-win statement.
    """

    classes = classed(
        money="revenue_minor cost_minor margin_minor counted_minor value_added_minor",
        confidential="base_margin_minor",
    )

    revenue_minor: Figures
    cost_minor: Figures
    margin_minor: Figures
    counted_minor: Figures = Field(description="of the margin, what a bet counts by metric 108")
    base_margin_minor: Figures
    value_added_minor: Figures


class MemberLineView(Row):
    """A member, and what it stands to gain and to lose where a bet is bound. Minor units."""

    classes = classed(
        "party role_id since until contribution",
        money="penalty_minor projected_share_minor worst_case_minor",
    )

    party: str
    role_id: int
    since: int
    until: int | None
    contribution: Figures
    penalty_minor: Figures
    projected_share_minor: Amount
    worst_case_minor: Figures


class OrderLineView(Row):
    """A purchase for the work of the group."""

    classes = classed(
        "order supplier status quantity accepted promised_at late", money="amount_minor"
    )

    order: str
    supplier: str
    status: str
    quantity: int
    accepted: int
    promised_at: int
    late: bool
    amount_minor: Figures


class ReportLineView(Row):
    """What is to be reported of a party in a period of the bet."""

    classes = classed("party period due_from due_until status document")

    party: str
    period: int
    due_from: int
    due_until: int
    status: str = Field(description="AHEAD, DUE, SILENT, REPORTED, DISPUTED or RULED")
    document: str | None


class SignalView(Row):
    """What a person should look at, and the document that shows it."""

    classes = classed("what document")

    what: str
    document: str


class CockpitView(Row):
    """Where a group stands, what time will do, whose money is where, what it made so far."""

    classes = classed("head roles money ledger members orders reports signals")

    head: HeadView
    roles: list[RoleLineView]
    money: MoneyView
    ledger: LedgerView
    members: list[MemberLineView]
    orders: list[OrderLineView]
    reports: list[ReportLineView]
    signals: list[SignalView]


class MomentView(Row):
    """What stood at the end of a span of days in which something happened. Minor units, unix seconds."""

    classes = classed("since until orders late", money="value_minor")

    since: int
    until: int = Field(description="the first second after the span")
    value_minor: Figures = Field(
        description="made so far, revenue less cost, with the documents of this span; null: not shown to your role"
    )
    orders: Figures = Field(description="placed so far for the work of the group")
    late: Figures = Field(description="deliveries so far that came after their promise")


class SeriesView(Row):
    """A group over time."""

    classes = classed("group span_seconds moments")

    group: str
    span_seconds: int = Field(description="a day, or so many days that there are at most 400 spans")
    moments: list[MomentView]


@ROUTES.read("/groups/{group}/cockpit", "Read the cockpit of a group", READERS, 404)
def read_cockpit(context: ContextDep, caller: Caller, group: GroupName) -> CockpitView:
    """The group as it stands: for its leader, its members, and whoever was one when it ended; finance of the leader too."""
    with context.reading() as session:
        found = _of_circle(session, caller, group)
        return CockpitView.model_validate(board.cockpit(session, found.code, context.clock()))


@ROUTES.read("/groups/{group}/series", "Read a group over time", READERS, 404)
def read_series(context: ContextDep, caller: Caller, group: GroupName) -> SeriesView:
    """What the group made, ordered and had late, span by span: for whoever reads its cockpit."""
    with context.reading() as session:
        found = _of_circle(session, caller, group)
        return SeriesView.model_validate(series(session, found.code, context.clock()))


def _of_circle(session: Session, caller: Principal, group: str) -> ChainGroup:
    """The group, for whoever may read how it gets on. Raises UnknownGroup."""
    rows = Rows.of(session)
    found = queries.group_of(rows, key_of(group))
    about = objects.progress_of(objects.circle_of(rows, found), found, found.leader)
    if may(caller, Action.READ, about) is not None:
        raise UnknownGroup(group)
    return found
