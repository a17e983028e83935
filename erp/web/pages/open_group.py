"""Opening a group (举单): needs that wait, a proposal with its roles, who approves it, and what the leader signs then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from erp.api.errors import ApiError, Unauthenticated
from erp.api.routes import budget, needs, reviews
from erp.api.routes.budget import BudgetView
from erp.api.routes.needs import GroupProposalView, NeedView
from erp.api.routes.reviews import ReviewView
from erp.api.tokens import Principal
from erp.api.writes import Write
from erp.kernel.actors import doer_of
from erp.kernel.errors import NotFound, Rejected
from erp.kernel.refusals import in_chinese
from erp.ledger import chart
from erp.needs.rules import MAX_ROLES, NeedSource, NeedStatus, ProposalStatus
from erp.needs.schemas import (
    ApproveGroup,
    DropNeed,
    ProposeGroup,
    RaiseNeed,
    WithdrawGroupProposal,
)
from erp.web.act_links import ASK
from erp.web.desks import Again, Desk, Entry, Tried, ask_for, written
from erp.web.door import caller_of, context_of, language_of
from erp.web.forms import duration, minor, share, whole
from erp.web.pages.entry import SEE_OTHER, form_of
from erp.web.pages.groups import tabs
from erp.web.reading import Reading
from erp.web.render import page
from erp.web.sight import sight, sole_party
from erp.web.texts import Texts
from erp.web.writing import may_tell, new_key, tell

SHOWN = 100  # needs, proposals or reviews on the page
PATH = "/app/proposals"
PROPOSE: Write[Any] = next(w for w in needs.ROUTES.writes if w.command is ProposeGroup)
RAISE: Write[Any] = next(w for w in needs.ROUTES.writes if w.command is RaiseNeed)
DROP: Write[Any] = next(w for w in needs.ROUTES.writes if w.command is DropNeed)
APPROVE: Write[Any] = next(w for w in needs.ROUTES.writes if w.command is ApproveGroup)
WITHDRAW: Write[Any] = next(w for w in needs.ROUTES.writes if w.command is WithdrawGroupProposal)
# Fields of the form: name, what it is called, what it holds at first, how it is read.
GROUP_FIELDS = (
    ("target_minor", "Least sum of promises", "", minor),
    ("base_margin_minor", "Margin without the group", "0.00", minor),
    ("reporter_post", "Post of the reporter", "2", whole),
    ("grab_seconds", "Grab, days (12 h, 30 min)", "3", duration),
    ("select_seconds", "Select, days", "1", duration),
    ("work_seconds", "Work, days", "60", duration),
    ("report_seconds", "Report, days", "7", duration),
    ("review_seconds", "Reviews, days", "7", duration),
    ("bet_seconds", "Bet signed within, days; 0: no bet", "0", duration),
)
ROLE_FIELDS = (
    ("title", "Title", "", str.strip),
    ("title_zh", "Title in Chinese", "", str.strip),
    ("floor_minor", "Least pledge", "", minor),
    ("most_minor", "Largest pledge", "", minor),
    ("stake_minor", "Stake", "0.00", minor),
    ("pay_minor", "Pay", "", minor),
    ("min_credit_bps", "Least credit, of 10,000", "0", whole),
    ("credit_weight_bps", "Weight of credit, %", "50", share),
    ("min_reviews", "Least number of reviews", "0", whole),
    ("review_mark_bps", "Reviews: floor, %", "0", share),
)
RAISE_NEED, DROP_NEED = "raise-need", "drop-need"
SAYS = (
    *(said for _, said, _, _ in (*GROUP_FIELDS, *ROLE_FIELDS)),
    "Raise a need",
    "Raise it",
    "Nodes read it, and may propose a group that serves it.",
    "What is needed",
    "Who says so",
    "Item, where it is about one",
    "Scene in which users need it",
    "Document that shows it",
    "Drop a need",
    "Drop it",
    "Nobody needs it any more. A need for which a group is proposed is not dropped.",
    "Which need",
    "Why",
)
KINDS = (*NeedStatus, *NeedSource, *ProposalStatus)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the page is made of beside its form."""

    needs: list[NeedView]
    proposals: list[GroupProposalView]
    budgets: list[BudgetView]
    reviews: list[ReviewView]


def proposals_page(request: Request) -> Response:
    """Needs, the form of a proposal, proposals, and what their leaders may spend."""
    reading = Reading(context_of(request), caller_of(request))
    rows = whole(request.query_params.get("roles", "1"))
    made = [each for each in request.query_params.get("made", "").split(" ") if each]
    typed = {"need": request.query_params.get("need", "")}
    return _page(request, reading, rows=_bounded(rows), typed=typed, made=made)


def _page(
    request: Request, reading: Reading, code: int = 200, *, rows: int, typed: Mapping[str, str],
    made: list[str] | None = None, refused: str | None = None, foreseen: Mapping[str, Any] | None = None,
    tried: Tried | None = None,
) -> Response:  # fmt: skip
    shown = _shown(reading)
    caller = reading.caller
    return page(
        request, "groups/proposals.html", reading, code, needs=shown.needs, proposals=shown.proposals,
        budgets=shown.budgets, reviews=shown.reviews, most=SHOWN, rows=rows, most_roles=MAX_ROLES, typed=typed,
        made=made or [], refused=refused, foreseen=foreseen, accounts=chart.BY_CODE, key=new_key(reading.context),
        group_fields=GROUP_FIELDS, role_fields=ROLE_FIELDS, proposes=may_tell(caller, PROPOSE),
        approves=may_tell(caller, APPROVE), own=_proposed_by(caller, shown.proposals),
        withdraws=may_tell(caller, WITHDRAW), leader=sole_party(reading),
        desks=need_desks(reading, shown.needs, Texts(language_of(request))), tried=tried,
        opens=caller.party if may_tell(caller, ASK) else None,
        reads_needs=reading.may("/needs"), console=console_line, **sight(reading), **tabs(reading),
    )  # fmt: skip


def need_desks(reading: Reading, waiting: list[NeedView], say: Texts) -> list[Desk]:
    """The forms about needs that the reader is offered."""
    desks = []
    if may_tell(reading.caller, RAISE):
        sources = tuple((str(each), say.kind(each)) for each in NeedSource)
        desks.append(
            Desk(
                RAISE_NEED, "Raise a need", "Raise it", "Nodes read it, and may propose a group that serves it.",
                (
                    Entry("text", "What is needed", "long"),
                    Entry("source", "Who says so", "choice", NeedSource.USER, sources),
                    Entry("item", "Item, where it is about one", required=False),
                    Entry("scene", "Scene in which users need it", required=False),
                    Entry("about", "Document that shows it", required=False),
                ),
                folded=bool(waiting),
            )
        )  # fmt: skip
    if waiting and may_tell(reading.caller, DROP):
        open_ones = tuple((each.number, f"{each.number} · {each.text[:40]}") for each in waiting)
        desks.append(
            Desk(
                DROP_NEED, "Drop a need", "Drop it",
                "Nobody needs it any more. A need for which a group is proposed is not dropped.",
                (Entry("need", "Which need", "choice", open_ones[0][0], open_ones), Entry("reason", "Why")), folded=True,
            )
        )  # fmt: skip
    return desks


def _shown(reading: Reading) -> Choices:
    context, caller = reading.context, reading.caller
    waiting = reading.read(
        "/needs", needs.list_needs, context, status=[NeedStatus.OPEN], limit=SHOWN
    )
    found = reading.read(
        "/group-proposals", needs.list_group_proposals, context, caller, status=None, limit=SHOWN
    )
    may_spend, spoken = [], []
    if reading.may("/budgets"):
        may_spend = reading.read("/budgets", budget.list_budgets, context, limit=SHOWN).items
    if reading.may("/reviews"):
        spoken = reading.read("/reviews", reviews.list_reviews, context, caller, limit=SHOWN).items
    return Choices(waiting.items, found.items, may_spend, spoken)


def _proposed_by(caller: Principal, proposals: list[GroupProposalView]) -> set[str]:
    """The proposals that the reader made, which another person approves."""
    return {
        each.number
        for each in proposals
        if each.proposed_by is not None and doer_of(each.proposed_by) == doer_of(caller.actor)
    }


def _bounded(rows: int | str) -> int:
    return min(max(1, rows), MAX_ROLES) if isinstance(rows, int) else 1


def fields_of(form: Mapping[str, str], rows: int) -> dict[str, Any]:
    """What a form says, as the fields of the command."""
    roles = [
        {name: read(form.get(f"{name}-{row}", "")) for name, _, _, read in ROLE_FIELDS}
        for row in range(1, rows + 1)
    ]
    told = {name: read(form.get(name, "")) for name, _, _, read in GROUP_FIELDS}
    return {
        "leader": form.get("leader", "").strip(),
        "need": form.get("need", ""),
        **told,
        "roles": roles,
    }


async def propose(request: Request) -> Response:
    """Adds a role to the form, looks at what it says, or proposes the group."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    reading, rows = Reading(context_of(request), caller), _bounded(whole(form.get("rows", "1")))
    does = form.get("does", "")
    if does in {"more", "fewer"}:
        rows = _bounded(rows + (1 if does == "more" else -1))
        return await run_in_threadpool(_page, request, reading, rows=rows, typed=form)
    fields = fields_of(form, rows)
    return await _told(request, caller, PROPOSE, fields, form, rows, dry_run=does == "check")


async def approve(request: Request) -> Response:
    """Approves a proposal: another person than whoever proposed it."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    return await _told(request, caller, APPROVE, {"proposal": form.get("proposal", "")}, form, 1)


async def withdraw(request: Request) -> Response:
    """Takes a proposal back for which no group was opened."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    fields = {"proposal": form.get("proposal", ""), "reason": form.get("reason", "").strip()}
    return await _told(request, caller, WITHDRAW, fields, form, 1)


async def need(request: Request) -> Response:
    """Raises a need, or drops one."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    context = context_of(request)
    if form.get("does") == DROP_NEED:
        write = DROP
        fields = {"need": form.get("need", ""), "reason": form.get("reason", "").strip()}
    else:
        write = RAISE
        told = {
            name: form.get(name, "").strip()
            for name in ("text", "source", "item", "scene", "about")
        }
        fields = {name: value for name, value in told.items() if value or name == "text"}
    telling = tell(context, caller, write, fields, form.get("key", ""))
    return await written(request, form, telling, PATH, _again(request, caller))


async def open_group(request: Request) -> Response:
    """Asks for the act that opens the group of an approved proposal: its leader signs it next."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    fields = {"proposal": form.get("proposal", "")}
    return await ask_for(request, caller, form, "open_group", fields, _again(request, caller))


def _again(request: Request, caller: Principal) -> Again:
    def page_again(code: int, tried: Tried) -> Response:
        at_a_form = tried if tried.does in {RAISE_NEED, DROP_NEED} else None
        return _page(
            request, Reading(context_of(request), caller), code, rows=1, typed={}, tried=at_a_form,
            refused=None if at_a_form else tried.refused,
        )  # fmt: skip

    return page_again


async def _told(
    request: Request, caller: Principal, write: Write[Any], fields: Mapping[str, Any], form: Mapping[str, str],
    rows: int, *, dry_run: bool = False,
) -> Response:  # fmt: skip
    """Back to the page: with the documents that were made, or with what refused them and what was typed.

    Of a dry run with what would be made; nothing is written then.
    """
    context = context_of(request)
    try:
        made = await tell(context, caller, write, fields, form.get("key", ""), dry_run=dry_run)
    except Unauthenticated:
        raise
    except (ApiError, Rejected) as refusal:
        code = 404 if isinstance(refusal, NotFound) else 409
        said = str(refusal)
        if isinstance(refusal, ApiError):
            code = refusal.status
        elif language_of(request) == "zh":
            said = in_chinese(refusal)
        return await run_in_threadpool(
            _page, request, Reading(context, caller), code, rows=rows, typed=form, refused=said
        )
    if dry_run:
        return await run_in_threadpool(
            _page, request, Reading(context, caller), rows=rows, typed=form, foreseen=made
        )
    numbers = [made["document"]["number"], *(each["number"] for each in made["follow_ups"])]
    return RedirectResponse(f"{PATH}?made={'+'.join(numbers)}", SEE_OTHER)


def console_line(proposal: GroupProposalView) -> str:
    """The line of the sandbox's console that opens the group of an approved proposal."""
    roles = ", ".join(
        f"ops.role_terms(pay={role.pay_minor}, stake={role.stake_minor}, floor={role.floor_minor})"
        for role in proposal.roles
    )
    return f'ops.open_group("{proposal.leader}", [{roles}], target={proposal.target_minor})'


def to_the_page(_request: Request) -> Response:
    """Where a form was sent to, asked for as a page: after signing in again, or choosing a language."""
    return RedirectResponse(PATH, SEE_OTHER)


ROUTES = (
    Route("/proposals", proposals_page, methods=["GET"]),
    *(
        each
        for path, does in (
            ("/proposals/new", propose),
            ("/proposals/approvals", approve),
            ("/proposals/withdrawals", withdraw),
            ("/proposals/needs", need),
            ("/proposals/openings", open_group),
        )
        for each in (
            Route(path, to_the_page, methods=["GET"]),
            Route(path, does, methods=["POST"]),
        )
    ),
)
