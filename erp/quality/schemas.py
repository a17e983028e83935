"""Commands of incoming inspection."""

from __future__ import annotations

from erp.kernel.schema import AmountMinor, Command, Number, QuantityOrNone, RecordId, Text


class RecordInspection(Command):
    """What of a receipt is good and what is not (质检).

    Acceptance is valued at order price: Dr 1403, Cr 2202.02.

    BUD Dr 9001, Cr 9004 by the same amount. accepted + rejected = received; rejected units are never valued.
    """

    receipt: Number
    accepted: QuantityOrNone
    rejected: QuantityOrNone
    reason: Text | None = None  # asked for when anything is rejected


class AttestInspection(Command):
    """The settlement side holds the inspection. Numbers must equal the inspection's."""

    order_id: RecordId
    delivery_id: RecordId
    inspection: Number
    accepted: QuantityOrNone
    rejected: QuantityOrNone
    accepted_amount_minor: AmountMinor
