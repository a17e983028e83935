"""Commands of incoming inspection."""

from __future__ import annotations

from erp.kernel.schema import AmountMinor, Command, Number, QuantityOrNone, RecordId, Text


class RecordInspection(Command):
    """Says what of a receipt is accepted and what is rejected (质检): accepted + rejected = received.

    Accepted units are valued at the order's price: Dr 1403, Cr 2202.02, and BUD Dr 9001, Cr 9004. Rejected ones never are.
    """

    receipt: Number
    accepted: QuantityOrNone
    rejected: QuantityOrNone
    reason: Text | None = None  # asked for when anything is rejected


class AttestInspection(Command):
    """The inspection was recorded outside. Numbers must equal the inspection's."""

    order_id: RecordId
    delivery_id: RecordId
    inspection: Number
    accepted: QuantityOrNone
    rejected: QuantityOrNone
    accepted_amount_minor: AmountMinor
