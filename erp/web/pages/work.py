"""My work (我的工作): what waits for the reader, made from the states of things; nobody assigns it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from erp.api.routes import invoices, proposals, signing
from erp.kernel.roles import Role
from erp.proposals.rules import ProposalStatus
from erp.signing.rules import SigningStatus
from erp.web.door import caller_of, context_of
from erp.web.pages.receiving import waiting
from erp.web.reading import Reading
from erp.web.render import page

SHOWN = 50  # things of one kind


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits."""

    what: str  # English
    about: str
    link: str | None
    since: int | None  # unix seconds
    detail: str


def work_page(request: Request) -> Response:
    """What waits for whoever is signed in."""
    reading = Reading(context_of(request), caller_of(request))
    tasks = [*_to_sign(reading), *_to_confirm(reading), *_blocked(reading), *_deliveries(reading)]
    tasks.sort(key=lambda task: task.since or 0)
    return page(request, "work.html", reading=reading, tasks=tasks, now=reading.context.clock())


def _to_sign(reading: Reading) -> Iterator[Task]:
    if not reading.may("/signing-requests"):
        return
    found = reading.read(
        "/signing-requests", signing.list_signing_requests, reading.context, reading.caller,
        status=SigningStatus.OPEN, limit=SHOWN,
    )  # fmt: skip
    for each in found.items:
        yield Task("Sign", each.number, None, None, each.says or "")


def _to_confirm(reading: Reading) -> Iterator[Task]:
    if not reading.may("/proposals") or reading.caller.role is Role.AUDITOR:
        return
    found = reading.read(
        "/proposals",
        proposals.list_proposals,
        reading.context,
        status=ProposalStatus.OPEN,
        limit=SHOWN,
    )
    for each in found.items:
        if each.proposed_by != reading.caller.actor:
            yield Task("Confirm", each.number, None, each.proposed_at, each.command)


def _blocked(reading: Reading) -> Iterator[Task]:
    if reading.caller.role is not Role.FINANCE:
        return
    found = reading.read(
        "/blocked-invoices", invoices.list_blocked_invoices, reading.context, limit=SHOWN
    )
    for each in found.items:
        link = f"/app/orders/{each.order}"
        yield Task("Settle a blocked invoice", each.number, link, None, each.reason or "")


def _deliveries(reading: Reading) -> Iterator[Task]:
    for each in waiting(reading):
        what = "Receive" if each.kind == "receive" else "Inspect"
        detail = f"{each.order.item} × {each.delivery.shipped:,}, {each.order.supplier}"
        since = each.delivery.received_at or each.delivery.shipped_at
        about = f"{each.order.number} / {each.delivery.delivery_id}"
        yield Task(what, about, f"/app/receiving#{each.name}", since, detail)
