"""Approvals (审批): what one person proposed and a second one confirms or declines, and what it would do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from erp.api.errors import UnreadableQuery
from erp.api.pages import MAX_KEY
from erp.api.routes import proposals
from erp.api.writes import Write
from erp.kernel.actors import doer_of
from erp.ledger import chart
from erp.proposals.rules import ProposalStatus
from erp.proposals.schemas import ConfirmProposal, WithdrawProposal
from erp.rooms import OPERATIONS
from erp.web.answers import SEE_OTHER, answer_to, named_in
from erp.web.door import caller_of, context_of
from erp.web.pages.entry import form_of
from erp.web.reading import Reading
from erp.web.render import page
from erp.web.writing import may_tell, new_key

ROWS = 50
PATH = "/app/approvals"
CONFIRM: Write[Any] = next(w for w in proposals.ROUTES.writes if w.command is ConfirmProposal)
DECLINE: Write[Any] = next(w for w in proposals.ROUTES.writes if w.command is WithdrawProposal)
# What a proposed command does once it is confirmed. A test holds that each one that needs two persons is here.
DOES: Mapping[str, str] = {
    "ApproveBudget": (
        "The entity may commit this much more: approved budget and available budget grow by it. "
        "Reorders that waited for budget are tried again."
    ),
    "ContributeCapital": "The entity's bank account and its paid-in capital grow by this amount.",
    "OpenStock": (
        "The entity's stock of the item grows by this quantity and value, against opening balances."
    ),
    "ReverseDocument": (
        "The document is undone once by its mirror image: its entries are posted with the sign turned."
    ),
    "ReopenPeriod": "The entity's newest closed month takes postings again.",
}
FIELDS = (
    "Entity", "Amount", "Chain group", "Item", "Quantity", "Value", "Kind", "Number", "Reason", "Month",
)  # fmt: skip
SAYS = tuple(DOES.values())
NAMES = {command.__name__: made.doc_type for command, made in OPERATIONS.items() if made.second}
KINDS = (*ProposalStatus, *NAMES.values(), *FIELDS)


def list_page(request: Request) -> Response:
    """Proposals that stand so, the oldest first: those that wait unless others are asked for."""
    return _list(request, Reading(context_of(request), caller_of(request)))


def _list(
    request: Request, reading: Reading, code: int = 200, *, refused: str | None = None,
    form: Mapping[str, str] | None = None, foreseen: Mapping[str, Any] | None = None,
) -> Response:  # fmt: skip
    status = _status(request.query_params.get("status", ""))
    found = reading.read(
        "/proposals", proposals.list_proposals, reading.context, status=[status],
        after=request.query_params.get("after", "")[:MAX_KEY], limit=ROWS,
    )  # fmt: skip
    typed, doer = form or {}, doer_of(reading.caller.actor)
    return page(
        request, "purchase/approvals.html", reading, code, status=status, statuses=list(ProposalStatus), refused=refused,
        proposals=[
            {"told": each, "own": doer_of(each.proposed_by) == doer, "does": DOES[each.command], "name": NAMES[each.command],
             "confirm": new_key(reading.context), "decline": new_key(reading.context)}
            for each in found.items
        ],
        next_after=found.next_after, may_decide=may_tell(reading.caller, CONFIRM), typed=typed,
        now=reading.context.clock(), made=named_in(request, "made"), foreseen=foreseen, accounts=chart.BY_CODE,
    )  # fmt: skip


def _status(text: str) -> ProposalStatus:
    """Raises UnreadableQuery."""
    try:
        return ProposalStatus(text) if text else ProposalStatus.OPEN
    except ValueError:
        known = ", ".join(ProposalStatus)
        raise UnreadableQuery(
            f"no proposal has the status {text!r}; it is one of {known}"
        ) from None


async def confirm(request: Request) -> Response:
    """Lets a proposal take effect."""
    form = await form_of(request)
    return await _told(request, CONFIRM, {"proposal": form.get("proposal", "")}, form)


async def decline(request: Request) -> Response:
    """Ends a proposal that was not confirmed."""
    form = await form_of(request)
    fields = {"proposal": form.get("proposal", ""), "reason": form.get("reason", "").strip()}
    return await _told(request, DECLINE, fields, form)


async def _told(
    request: Request, write: Write[Any], fields: Mapping[str, Any], form: Mapping[str, str]
) -> Response:
    caller = await run_in_threadpool(caller_of, request)
    return await answer_to(form, request, caller, write, fields, _list, PATH)


def to_the_list(_request: Request) -> Response:
    """Where a form was sent to, asked for as a page: after signing in again, or choosing a language."""
    return RedirectResponse(PATH, SEE_OTHER)


ROUTES = (
    Route("/approvals", list_page, methods=["GET"]),
    Route("/approvals/confirmations", to_the_list, methods=["GET"]),
    Route("/approvals/confirmations", confirm, methods=["POST"]),
    Route("/approvals/withdrawals", to_the_list, methods=["GET"]),
    Route("/approvals/withdrawals", decline, methods=["POST"]),
)
