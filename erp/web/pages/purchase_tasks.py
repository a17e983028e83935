"""What waits in purchasing and finance beside `GET /work`: bids to seal and to open, transfers to explain."""

from __future__ import annotations

from collections.abc import Iterator

from erp.api.next_view import TimeView, time_view
from erp.api.routes import invitations, payments
from erp.boards.time import edge
from erp.kernel.roles import Role
from erp.procurement.rules import BidStatus, TenderStatus
from erp.web.formats import money, quantity
from erp.web.reading import Reading

SHOWN = 50  # things of one kind
SAYS = ("Seal a bid", "Open your bid", "Explain a transfer")

# What is to be done in English, about what, its link, since and until when (unix seconds), and what it is.
Waits = tuple[str, str, str | None, int | None, int | None, str]


def waits(reading: Reading) -> Iterator[Waits]:
    """What waits for the reader."""
    yield from _bids(reading)
    yield from _transfers(reading)


def times(reading: Reading) -> Iterator[TimeView]:
    """What time will do in the tenders that the reader is invited to."""
    now = reading.context.clock()
    for each in _invited(reading):
        ends = "review_from" if each.review_seconds else "reveal_end"
        for at, name in ((each.commit_end, "commit_end"), (each.reveal_end, ends)):
            if at > now:
                yield time_view(
                    "tender", each.number, f"/tenders/{each.number}", edge(at, name), now
                )


def _invited(reading: Reading) -> list[invitations.InvitationView]:
    """Open tenders that the reader's party may bid in."""
    if not reading.may("/invitations") or reading.caller.party is None:
        return []
    found = reading.read(
        "/invitations", invitations.list_invitations, reading.context, reading.caller, limit=SHOWN
    )
    return [each for each in found.items if each.status == TenderStatus.OPEN]


def _bids(reading: Reading) -> Iterator[Waits]:
    """Tenders in which an invited supplier has yet to seal its bid, or to open it."""
    now = reading.context.clock()
    for each in _invited(reading):
        if now >= each.reveal_end:
            continue
        page = reading.read(
            "/invitations/{tender}", invitations.read_invitation, reading.context, reading.caller, each.number
        )  # fmt: skip
        own = next((bid for bid in page.bids if bid.supplier == reading.caller.party), None)
        link = f"/app/tenders/{each.number}"
        detail = f"{each.item} × {quantity(each.quantity)}, {each.buyer}"
        if own is None and now < each.commit_end:
            yield "Seal a bid", each.number, link, None, each.commit_end, detail
        if own is not None and own.status == BidStatus.COMMITTED and now >= each.commit_end:
            yield "Open your bid", each.number, link, each.commit_end, each.reveal_end, detail


def _transfers(reading: Reading) -> Iterator[Waits]:
    """Transfers whose purpose finance has to tell."""
    if reading.caller.role is not Role.FINANCE:
        return
    found = reading.read(
        "/unexplained-transfers", payments.list_unexplained_transfers, reading.context, limit=SHOWN
    )
    for each in found.items:
        told = f"{each.sender or '—'} → {each.receiver}, {money(each.amount_minor)} CNY"
        yield "Explain a transfer", each.number, f"/app/books/open#{each.number}", None, None, told
