"""The grab hall (抢单大厅): roles that are open to grabs; and the page of one: may I, who stands, what a pledge means."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from erp.api.errors import UnreadableQuery
from erp.api.routes import boards, groups
from erp.api.routes.boards import CheckView, GrabView, StandsView
from erp.api.writes import Write
from erp.boards.grab import Check
from erp.groups.schemas import SubmitPlan
from erp.kernel.schema import MAX_AMOUNT
from erp.needs.rules import WorkMeasure
from erp.parties.rules import PartyStatus
from erp.web.answers import SEE_OTHER, refusal_of, said_of, status_of
from erp.web.bidding import ASK
from erp.web.door import caller_of, context_of, language_of, name_in
from erp.web.formats import HIDDEN, moment, money, quantity
from erp.web.forms import instant, local, minor
from erp.web.pages.entry import form_of
from erp.web.pages.groups import tabs
from erp.web.pictures import Bar, bars
from erp.web.reading import Reading
from erp.web.render import UTC, page
from erp.web.sight import sight
from erp.web.texts import Texts
from erp.web.to_sign import to_sign
from erp.web.unreadable import NO_AMOUNT, UnreadableTyping
from erp.web.writing import may_tell, new_key, tell

ROWS = 50
GRAB = "grab_role"
UNREADABLE = 422
SUBMIT: Write[Any] = next(w for w in groups.ROUTES.writes if w.command is SubmitPlan)
ROLE = re.compile(r"[1-9][0-9]{0,9}")
PARTY = re.compile(r"[^\x00]{1,64}")
BOUNDS = re.compile(r"([0-9]+) to ([0-9]+)")
# What the conditions of a grab are called here, and what their figures are.
CONDITIONS = {
    "enrolled as a node": ("Enrolled as a node", "status"),
    "credit, bps": ("Credit is high enough", "count"),
    "wallet covers the stake, minor units": ("The wallet covers the stake", "money"),
    "pledge within the bounds": ("The pledge is within the bounds", "money"),
    "is not the leader": ("Is not the leader", "name"),
    "did not leave the role before": ("Did not leave the role before", "name"),
    "has not grabbed it yet": ("Has not grabbed it yet", "count"),
    "open to grabs, unix seconds": ("Grabs are open", "time"),
}
SAYS = (*(said for said, _ in CONDITIONS.values()), "Reporter", "Arbiter")
KINDS = (*PartyStatus, *WorkMeasure)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as it is shown: its figures as people write them."""

    name: str  # English
    holds: bool | None
    have: str
    need: str


def hall_page(request: Request) -> Response:
    """Roles that are open to grabs, all or those that the reader's party may grab."""
    reading = Reading(context_of(request), caller_of(request))
    mine = request.query_params.get("mine", "") == "1"
    found = reading.read(
        "/open-roles", boards.list_open_roles, reading.context, reading.caller,
        after=request.query_params.get("after", "")[:64], limit=ROWS,
    )  # fmt: skip
    asks_for = _speaks_for_one(reading)
    shown = [
        each for each in found.items
        if not (mine and asks_for) or all(check.holds is not False for check in each.may_i or ())
    ]  # fmt: skip
    return page(
        request, "groups/hall.html", reading=reading, roles=shown, next_after=found.next_after, mine=mine,
        asks_for=asks_for, **sight(reading), **tabs(reading),
    )  # fmt: skip


def _speaks_for_one(reading: Reading) -> str | None:
    """The party whose chances are shown without naming one."""
    return min(reading.caller.parties, default=None) if reading.caller.parties else None


def grab_page(request: Request) -> Response:
    """All that a node needs to decide whether to stand for a role."""
    return shown(request, Reading(context_of(request), caller_of(request)))


def shown(
    request: Request, reading: Reading, code: int = 200, refused: str | None = None,
    form: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """The page of the role that an address names, with what refused its form and what was typed."""
    say, name = Texts(language_of(request)), name_in(request, "group")
    role = str(request.path_params["role"])
    if not ROLE.fullmatch(role) or int(role) > boards.MAX_ROLE:
        raise HTTPException(404)
    typed = request.query_params.get("pledge", "").strip()
    party = request.query_params.get("party") or None
    if party is not None and not PARTY.fullmatch(party):
        raise UnreadableQuery("`party` is the code of a party")
    board = reading.read(
        "/groups/{group}/roles/{role}/grab", boards.read_grab_page, reading.context, reading.caller,
        name, int(role), party=party, pledge=_pledge(typed), bet=None,
    )  # fmt: skip
    group = reading.read(
        "/groups/{group}", groups.read_group, reading.context, reading.caller, board.role.group
    ).group
    zone, shown = reading.zone() or UTC, sight(reading)
    asks_for = _speaks_for_one(reading) or party
    own, first = standing(board, asks_for)
    acts = to_sign(reading, group_id=group.group_id, role_id=board.role.role_id)
    may_grab = (
        own is None and not any(each.act == GRAB for each in acts) and _may_grab(reading, board)
    )
    return page(
        request, "groups/grab.html", reading, code, board=board, group_id=group.group_id,
        checks=[condition(each, say, zone, bool(shown["sees_money"])) for each in board.may_i or ()],
        asks_for=asks_for if board.may_i is not None else None, party_named=party or "", pledge_typed=typed,
        acts=acts, own=own, first=first, key=new_key(reading.context) if may_grab else None, refused=refused,
        form=form or {}, ready_by=local(board.role.work_end, zone),
        plot=_plot(board, say), console=console_line(group.group_id, board, asks_for), **shown, **tabs(reading),
    )  # fmt: skip


def standing(board: GrabView, party: str | None) -> tuple[StandsView | None, StandsView | None]:
    """How a party stands, and who stands before it: both None while it has not grabbed the role."""
    own = next((each for each in board.who_stands if each.party == party), None)
    first = next((each for each in board.who_stands if each.leads), None)
    return own, None if own is None or own == first else first


def _may_grab(reading: Reading, board: GrabView) -> bool:
    """Whether the reader speaks for a node that may grab the role, as far as it is known here."""
    may_ask = may_tell(reading.caller, ASK) and may_tell(reading.caller, SUBMIT)
    checks = board.may_i or ()
    return (
        may_ask and reading.caller.party is not None and all(c.holds is not False for c in checks)
    )


async def grab(request: Request) -> Response:
    """Keeps the node's plan and asks for the act that grabs the role: the same plan and act, however often it is sent."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    reading, key = Reading(context_of(request), caller), form.get("key", "")
    group, role = name_in(request, "group"), str(request.path_params["role"])
    if not ROLE.fullmatch(role) or int(role) > boards.MAX_ROLE:
        raise HTTPException(404)
    zone = await run_in_threadpool(reading.zone) or UTC
    pledge = minor(form.get("pledge", ""))
    if not isinstance(pledge, int):  # before the plan is kept, which the act names
        said = Texts(language_of(request))(NO_AMOUNT, typed=pledge)
        return await run_in_threadpool(shown, request, reading, UNREADABLE, said, form)
    plan = {
        "text": form.get("plan", "").strip(), "price_minor": minor(form.get("price", "")),
        "ready_at": instant(form.get("ready_at", ""), zone),
    }  # fmt: skip
    found = await run_in_threadpool(
        lambda: (
            reading.read("/groups/{group}", groups.read_group, reading.context, caller, group).group
        )
    )
    told: dict[str, Any] = {
        "party": caller.party or "",
        "group": found.code,
        "role_id": int(role),
        "plan": plan,
    }
    # Two documents of one form: each has a key of its own, as a key stands for one request.
    made = await refusal_of(
        tell(reading.context, caller, SUBMIT, told, f"{key}-plan" if key else "")
    )
    if isinstance(made, dict):
        fields = {
            "group_id": found.group_id, "role_id": int(role), "pledge_minor": pledge,
            "plan": made["document"]["number"],
        }  # fmt: skip
        asked = {"party": caller.party or "", "act": GRAB, "fields": fields}
        made = await refusal_of(tell(reading.context, caller, ASK, asked, key))
    if isinstance(made, dict):
        return RedirectResponse(f"/app/groups/{found.code}/roles/{role}/grab#to-sign", SEE_OTHER)
    said, code = said_of(request, made), status_of(made)
    return await run_in_threadpool(shown, request, reading, code, said, form)


def _pledge(typed: str) -> int | None:
    """The pledge that was typed; None: the floor. Raises UnreadableQuery."""
    if not typed:
        return None
    read = minor(typed)
    if not isinstance(read, int) or read > MAX_AMOUNT:
        raise UnreadableTyping(NO_AMOUNT, typed)
    return read


def condition(check: CheckView | Check, say: Texts, zone: str, sees_money: bool) -> Condition:
    """A condition in the reader's language; its figures are withheld from whoever sees no amounts."""
    name, kind = CONDITIONS.get(check.name, (check.name, "name"))

    writers: Mapping[str, Callable[[int | str], str]] = {
        "money": lambda value: bounds(str(value), say),
        "time": lambda value: moment(int(value), zone),
        "status": lambda value: say.kind(str(value)),
        "count": lambda value: quantity(int(value)),
        "name": str,
    }

    def written(value: int | str | None) -> str:
        if value is None:
            return "—" if sees_money else HIDDEN
        return writers[kind](value)

    return Condition(name, check.holds, written(check.have), written(check.need))


def bounds(text: str, say: Texts) -> str:
    """An amount, or a least and a largest one; one that no amount can reach is no bound."""
    found = BOUNDS.fullmatch(text)
    if found is None:
        return money(int(text))
    least, most = int(found[1]), int(found[2])
    if most > MAX_AMOUNT:
        return say("{least} and more", least=money(least))
    return say("{least} to {most}", least=money(least), most=money(most))


def console_line(group_id: int, board: GrabView, party: str | None) -> str:
    """The line of the sandbox's console that grabs the role."""
    pledge = board.pledge.pledge or 0
    role_id = board.role.role_id
    return f'ops.grab({group_id}, {role_id}, "{party or "NODE"}", {pledge}, "plan")'


def _plot(board: GrabView, say: Texts) -> str:
    """What reaching a part of the pledge brings: pay and share less the penalty."""
    drawn = []
    for each in board.pledge.outcomes:
        if each.pay_minor is None:
            return ""
        result = each.pay_minor + (each.share_minor or 0) - (each.penalty_minor or 0)
        drawn.append(
            Bar(
                f"{each.reached_bps // 100} %",
                0,
                result,
                "k1" if result >= 0 else "bad",
                money(result),
            )
        )
    return bars(drawn, say("What a pledge means"))


ROUTES = (
    Route("/roles", hall_page, methods=["GET"]),
    Route("/groups/{group}/roles/{role}/grab", grab_page, methods=["GET"]),
    Route("/groups/{group}/roles/{role}/grab", grab, methods=["POST"]),
)
