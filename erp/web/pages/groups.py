"""Chain groups (链群): their list, and the page of one. Who takes part sees the cockpit (链群看板), others the terms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from erp.api.errors import UnreadableQuery
from erp.api.flows import FlowsView
from erp.api.routes import bet_terms, bets, boards, groups, needs
from erp.api.routes.bets import BetView
from erp.api.routes.boards import CockpitView, FigureView, MomentView, MoneyView, SeriesView
from erp.api.routes.groups import GroupView
from erp.api.routes.needs import NeedView
from erp.api.writes import Write
from erp.bets.errors import UnknownBet
from erp.bets.rules import BetStatus
from erp.bets.terms_schemas import ProposeBetTerms
from erp.groups.errors import UnknownGroup
from erp.groups.rules import GroupStatus
from erp.kernel.schema import NO_REFERENCE
from erp.needs.errors import UnknownNeed
from erp.web import group_desks
from erp.web.answers import named_in
from erp.web.desks import DOES, Tried, ask_for, written
from erp.web.door import caller_of, context_of, language_of, name_in
from erp.web.drawing import Part
from erp.web.formats import money, quantity
from erp.web.forms import place, share, whole
from erp.web.group_desks import (
    BIND,
    CHOOSE,
    CONSENT,
    MILESTONE,
    MILESTONE_WRITE,
    OPEN_PLAN,
    REJECT,
    RESIGN,
    desks_of,
    next_of,
)
from erp.web.pages.entry import form_of
from erp.web.pictures import stacked
from erp.web.plots import Point, steps
from erp.web.reading import Reading
from erp.web.render import page
from erp.web.sight import picture_of, sight
from erp.web.texts import Texts
from erp.web.to_sign import to_sign
from erp.web.writing import may_tell, new_key, tell

ROWS = 50
DAY = 86_400
PROPOSE_TERMS: Write[Any] = next(w for w in bet_terms.ROUTES.writes if w.command is ProposeBetTerms)
SIGNALS = (  # what the cockpit says a person should look at, with what it names
    (re.compile(r"nobody approved it: (?P<why>.*)"), "nobody approved it: {why}"),
    (
        re.compile(r"(?P<process>.*) waits though (?P<fact>.*) is on chain"),
        "{process} waits though {fact} is on chain",
    ),
)
SAYS = (
    *(said for _, said in SIGNALS),
    "Open to grabs",
    "it names no proposal",
    "stands on no budget",
    "progress without a paper here",
    "progress that the chain tells otherwise",
    "reviews below the mark",
    # what time does at the edges of a group
    "nothing: grabs end, the leader selects",
    "forms the group",
    "dissolves the group, unless it is covered by then",
    "dissolves the group, if it has not formed",
    "nothing: work ends, reports go on",
    "closes the group and returns what nobody earned",
    "dissolves the group, if no bet is bound and nothing was earned",
    "settles the bet and pays its parties",
    *group_desks.SAYS,
    # phases of a group, and how far each is
    "Grab",
    "Select",
    "Work",
    "Report",
    "over",
    "runs now",
    "to come",
    # what is drawn over time
    "Value made so far",
    "Orders placed so far",
    "Deliveries that came late, so far",
    # parts of its budget
    "Earned and paid",
    "Earned, not paid yet",
    "Not earned",
)
KINDS = (
    *GroupStatus,
    *("grab_end", "select_end", "work_end", "report_end", "bet_due_at", "settleable_at"),
    *("AHEAD", "DUE", "SILENT", "REPORTED", "DISPUTED", "RULED"),
)


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of a group, from one edge to the next."""

    name: str  # English
    until: int
    state: str  # over, runs now, to come
    done_bps: int | None  # how much of its time has passed; None: nobody knows when it began


def list_page(request: Request) -> Response:
    """Groups by id, as far as the reader sees them."""
    reading = Reading(context_of(request), caller_of(request))
    after = place(request.query_params.get("after", "0"))
    if after is None:
        raise UnreadableQuery("`after` is the number that the link to the next page names")
    found = reading.read(
        "/groups",
        groups.list_groups,
        reading.context,
        reading.caller,
        after=str(after),
        limit=ROWS,
    )
    return page(
        request, "groups/list.html", reading=reading, groups=found.items, next_after=found.next_after,
        ends={each.code: next_end(each, reading.context.clock()) for each in found.items}, **sight(reading), **tabs(reading),
    )  # fmt: skip


def next_end(group: GroupView, now: int) -> tuple[str, int] | None:
    """The next edge of a group that is not over; None when all are past, or it has ended."""
    if group.status not in (GroupStatus.OPEN, GroupStatus.FORMED):
        return None
    edges = (
        (name, int(getattr(group, name)))
        for name in ("grab_end", "select_end", "work_end", "report_end")
    )
    return next(((name, at) for name, at in edges if at > now), None)


def tabs(reading: Reading) -> dict[str, Any]:
    """Which neighbours of the page its reader may open."""
    return {
        "tabs": [
            (path, name)
            for path, name, route in (
                ("/app/groups", "Chain groups", "/groups"),
                ("/app/roles", "Grab hall", "/open-roles"),
                ("/app/proposals", "Open a group", "/group-proposals"),
            )
            if reading.may(route)
        ]
    }


def group_page(request: Request) -> Response:
    """One group: the cockpit for who takes part in it, its terms for who may only see these."""
    return shown(request, Reading(context_of(request), caller_of(request)))


def shown(
    request: Request, reading: Reading, code: int = 200, refused: Tried | None = None
) -> Response:
    """The page of the group that an address names, with a form of it that was refused."""
    name, say = name_in(request, "group"), Texts(language_of(request))
    found = reading.read(
        "/groups/{group}", groups.read_group, reading.context, reading.caller, name
    )
    board, flows = _cockpit(reading, found.group.code), _flows(reading, found.group.code)
    now = reading.context.clock()
    shares = {}
    if board is not None:
        shares = {(line.role_id, line.party): line for line in board.members if line.until is None}
    titles = {} if board is None else {line.role_id: line for line in board.roles}
    bet = _bet(reading, board, found.group)
    active = bet.bet_id if bet is not None and bet.status == BetStatus.ACTIVE else None
    return page(
        request, "groups/group.html", reading, code, group=found.group, roles=found.roles, candidates=found.candidates,
        members=found.members, board=board, shares=shares, titles=titles, need=_need(reading, found.group.need),
        phases=phases(found.group, now), budget=_budget(board, say), bet=None if bet is None else bet.number,
        signals=[] if board is None else [(signal_text(say, s.what), s.document) for s in board.signals],
        open_roles=_open_roles(found.roles, found.members, found.group),
        acts=to_sign(reading, group_id=found.group.group_id), tried=refused,
        desks=desks_of(reading, found, board, active, say),
        next=next_of(found.group, now, None if bet is None else bet.status, _bet_due_at(board)),
        key=new_key(reading.context), made=named_in(request, "made"), may_bet=may_tell(reading.caller, PROPOSE_TERMS),
        over_time=None if board is None else _over_time(reading, found.group.code, say, now),
        flows=flows, picture="" if flows is None else picture_of(flows, say), **sight(reading), **tabs(reading),
    )  # fmt: skip


def _bet_due_at(board: CockpitView | None) -> int | None:
    """Until when a bet has to be bound, as far as the reader knows of it."""
    edges = [] if board is None else board.head.edges
    return next((each.at for each in edges if each.name == "bet_due_at"), None)


def _bet(reading: Reading, board: CockpitView | None, group: GroupView) -> BetView | None:
    """The group's bet, where there is one and the reader may see it."""
    pool = None if board is None else board.money.pool_minor
    name = str(group.bet_id) if group.bet_id is not None else None
    if pool is not None and pool.documents:
        name = pool.documents[0]
    if name is None:
        return None
    try:
        found = reading.read("/bets/{bet}", bets.read_bet, reading.context, reading.caller, name)
    except UnknownBet:  # of other members alone
        return None
    return found.bet


def _cockpit(reading: Reading, code: str) -> CockpitView | None:
    """The cockpit; None for whoever does not read it."""
    if not reading.may("/groups/{group}/cockpit"):
        return None
    try:
        return reading.read(
            "/groups/{group}/cockpit", boards.read_cockpit, reading.context, reading.caller, code
        )
    except UnknownGroup:
        return None


@dataclass(frozen=True, slots=True)
class OverTime:
    """A group's lines as pictures, each with its name, and the figures of all of them."""

    pictures: list[tuple[str, str]]
    moments: list[MomentView]
    whole_days: int  # of one row


def _over_time(reading: Reading, code: str, say: Texts, now: int) -> OverTime:
    """What a group made, ordered and had late, as steps; an amount that is not the reader's to see is not drawn."""
    found: SeriesView = reading.read(
        "/groups/{group}/series", boards.read_series, reading.context, reading.caller, code
    )
    lines = (
        ("Value made so far", [each.value_minor for each in found.moments], money),
        ("Orders placed so far", [each.orders for each in found.moments], quantity),
        ("Deliveries that came late, so far", [each.late for each in found.moments], quantity),
    )
    drawn = [
        (name, steps(points, max(now, points[-1].at), None, say(name), written))
        for name, figures, written in lines
        if (points := _points(found.moments, figures))
    ]
    return OverTime(drawn, found.moments, found.span_seconds // DAY)


def _points(moments: list[MomentView], figures: list[FigureView | None]) -> list[Point]:
    """Where a line changes: each leads to its row in the table."""
    found: list[Point] = []
    for moment, figure in zip(moments, figures, strict=True):
        value = None if figure is None else int(figure.value or 0)
        if value is not None and (not found or value != found[-1].value):
            found.append(Point(moment.since, value, link=f"#moment-{moment.since}"))
    return found


def _flows(reading: Reading, code: str) -> FlowsView | None:
    """The time line; None for whoever does not read what the group has come to."""
    try:
        return reading.read(
            "/groups/{group}/flows", groups.read_group_flows, reading.context, reading.caller, code
        )
    except UnknownGroup:
        return None


def _need(reading: Reading, number: str | None) -> NeedView | None:
    if number is None or not reading.may("/needs/{number}"):
        return None
    try:
        return reading.read("/needs/{number}", needs.read_need, reading.context, number)
    except UnknownNeed:  # the group serves a document that is no need
        return None


def _open_roles(
    roles: list[groups.RoleView], members: list[groups.MemberView], group: GroupView
) -> set[int]:
    """The roles that nobody holds, of a group that goes on."""
    if group.status not in (GroupStatus.OPEN, GroupStatus.FORMED):
        return set()
    held = {each.role_id for each in members if each.until is None}
    return {each.role_id for each in roles} - held


def phases(group: GroupView, now: int) -> list[Phase]:
    """The phases of a group with what of each has passed; none once it is dissolved."""
    if group.status == GroupStatus.DISSOLVED:
        return []
    ends = (group.grab_end, group.select_end, group.work_end, group.report_end)
    begins = (None, *ends[:-1])
    found = []
    for name, begin, end in zip(("Grab", "Select", "Work", "Report"), begins, ends, strict=True):
        if now >= end:
            found.append(Phase(name, end, "over", 10_000))
        elif begin is None:
            found.append(Phase(name, end, "runs now", None))
        elif now >= begin:
            found.append(Phase(name, end, "runs now", (now - begin) * 10_000 // (end - begin)))
        else:
            found.append(Phase(name, end, "to come", 0))
    return found


def signal_text(say: Texts, what: str) -> str:
    """A signal in the reader's language."""
    for pattern, said in SIGNALS:
        named = pattern.fullmatch(what)
        if named is not None:
            return say(said, **{name: say(text) for name, text in named.groupdict().items()})
    return say(what)


def _budget(board: CockpitView | None, say: Texts) -> tuple[list[Part], str]:
    """The parts of the budget, and their picture; nothing where the amounts are not the reader's to see."""
    if board is None or board.money.budget_minor is None:
        return [], ""
    parts = budget_parts(board.money, board.roles, say)
    return parts, stacked(parts, say("Budget"))


def budget_parts(money_: MoneyView, roles: list[boards.RoleLineView], say: Texts) -> list[Part]:
    """What of the budget was earned and paid, earned and not paid yet, and not earned."""
    earned, budget = _value(money_.earned_minor), _value(money_.budget_minor)
    paid = sum(_value(line.paid_minor) for line in roles)
    return [
        Part(say("Earned and paid"), paid, "k1"),
        Part(say("Earned, not paid yet"), max(0, earned - paid), "k2"),
        Part(say("Not earned"), budget - earned, "k3"),
    ]


def _value(figure: boards.FigureView | None) -> int:
    return int(figure.value or 0) if figure is not None else 0


async def act(request: Request) -> Response:
    """What one of the page's forms says: an act that is signed next, or a word of the leader's."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    context, name = context_of(request), name_in(request, "group")
    reading = Reading(context, caller)
    found = await run_in_threadpool(
        lambda: reading.read("/groups/{group}", groups.read_group, context, caller, name).group
    )

    def again(code: int, refused: Tried) -> Response:
        return shown(request, reading, code, refused)

    if form.get(DOES) == MILESTONE:
        told = {
            "chain_group": found.code, "role_id": whole(form.get("role", "")), "text": form.get("text", "").strip(),
            "earned_bps": share(form.get("earned", "")),
        }  # fmt: skip
        telling = tell(context, caller, MILESTONE_WRITE, told, form.get("key", ""))
        return await written(request, form, telling, f"/app/groups/{found.code}", again)
    asked = await run_in_threadpool(_act_of, reading, found.group_id, form)
    return await ask_for(request, caller, form, *asked, again)


def _act_of(reading: Reading, group_id: int, form: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """The act that a form asks for; what cannot be read is refused as it is. Raises HTTPException 404."""
    does = form.get(DOES, "")
    group = {"group_id": group_id}
    if does in {CHOOSE, REJECT}:
        role, _, code = form.get("candidate", "").partition(" ")
        act = "select_candidate" if does == CHOOSE else "reject_candidate"
        return act, {**group, "role_id": whole(role), "node": reading.account_of(code)}
    if does == OPEN_PLAN:
        role, round_, plan = [*form.get("plan", "").split(" "), "", ""][:3]
        named = {"role_id": whole(role), "round": whole(round_), "plan": plan, "salt": NO_REFERENCE}
        return "open_plan", {**group, **named}
    if does == BIND:
        return "bind_bet", {**group, "bet_id": whole(form.get("bet", ""))}
    if does == RESIGN:
        return "resign_role", {**group, "role_id": whole(form.get("role", ""))}
    if does == CONSENT:
        consents = form.get("consents") == "yes"
        return "consent_to_end", {
            **group,
            "role_id": whole(form.get("role", "")),
            "consents": consents,
        }
    raise HTTPException(404)


ROUTES = (
    Route("/groups", list_page, methods=["GET"]),
    Route("/groups/{group}", group_page, methods=["GET"]),
    Route("/groups/{group}", act, methods=["POST"]),
)
