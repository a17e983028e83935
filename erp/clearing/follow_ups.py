"""Tokens that were sent outside of any contract are explained by themselves where exactly one open debt fits. Never commits.

An open debt is a claim or machine-minutes that the one who got the tokens handed to the one who sent them, and that nobody
has explained: both wait in suspense. A payment above the amount of a claim, or the first price of minutes, does not fit.
Where two would do, or a transfer the other way may be what came back, finance says it.
"""

from __future__ import annotations

from collections.abc import Iterator

from erp.capacity.schemas import ExplainCapacityTransfer, RecordCapacityTransfer
from erp.capacity.tables import CapacityTransfer
from erp.kernel.context import Context
from erp.kernel.operation import FollowUps
from erp.kernel.rows import Rows
from erp.kernel.schema import Command
from erp.parties.queries import party_of
from erp.payments import suspense
from erp.payments.schemas import RecordTokenTransfer
from erp.receivables.queries import open_transfers
from erp.receivables.schemas import ExplainClaimTransfer, RecordClaimTransfer

REASON = "the one thing between the two that this money fits"


def after_tokens(context: Context, command: RecordTokenTransfer) -> Iterator[Command]:
    """Yields the explanation of what tokens paid for that came after it."""
    yield from _explain(context.rows, payer=command.sender, payee=command.receiver)


def after_handing_on(
    context: Context, command: RecordClaimTransfer | RecordCapacityTransfer
) -> Iterator[Command]:
    """Yields the explanation of what was handed on after it was paid for."""
    yield from _explain(context.rows, payer=command.receiver, payee=command.sender)


def _explain(rows: Rows, payer: str, payee: str) -> Iterator[Command]:
    """One payment waits, one thing waits that it may have been for, and nothing else between the two."""
    paying, paid = party_of(rows, payer).code, party_of(rows, payee).code
    payments = suspense.waiting(rows, paying, paid)
    claims = open_transfers(rows, paid, paying)
    minutes = [
        moved
        for moved in rows.select(CapacityTransfer, "number", sender=paid, receiver=paying)
        if moved.explained_by is None
    ]
    if (
        len(payments) != 1
        or len(claims) + len(minutes) != 1
        or suspense.waiting(rows, paid, paying)
    ):
        return
    (payment,) = payments
    for claim in claims:
        if payment.amount_minor <= claim.amount_minor:
            yield ExplainClaimTransfer(transfer=claim.number, paid_by=payment.number, reason=REASON)
    for moved in minutes:
        if payment.amount_minor <= moved.face_minor:
            yield ExplainCapacityTransfer(
                transfer=moved.number, paid_by=payment.number, reason=REASON
            )


FOLLOW_UPS: FollowUps = {
    RecordTokenTransfer: after_tokens,
    RecordClaimTransfer: after_handing_on,
    RecordCapacityTransfer: after_handing_on,
}
