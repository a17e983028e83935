"""Commands of escrow and payment."""

from __future__ import annotations

from erp.kernel.schema import (
    Account,
    AmountMinor,
    Command,
    Number,
    PositiveMinor,
    Quantity,
    RecordId,
)


class RecordEscrowDeposit(Command):
    """The buyer's money is in escrow (托管): Dr 1012.02, Cr 1012.01."""

    order_id: RecordId
    buyer: Account
    amount_minor: PositiveMinor


class RecordPayment(Command):
    """The contract paid the supplier (T+0 付款): buyer Dr 2202.01, Cr 1012.02.

    Supplier Dr 1012.01, Cr 1122.

    The penalty, when there is one: buyer Dr 2202.01, Cr 1404; supplier Dr 6001, Cr 1122.
    paid = net + tax - penalty. `match` is None when the claim was made by silence.
    """

    order_id: RecordId
    delivery_id: RecordId
    match: Number | None
    supplier: Account
    accepted_amount_minor: AmountMinor
    net_minor: AmountMinor
    tax_minor: AmountMinor
    penalty_minor: AmountMinor
    paid_minor: AmountMinor


class RecordSilentAcceptance(Command):
    """The attester fell silent and the delivery was claimed at the order's price (逾期视同验收).

    Stands for the inspection (when none is booked) and for the match: their entries, at the numbers given.
    An inspection booked here with other numbers is a contradiction that a person must resolve: refused.
    """

    order_id: RecordId
    delivery_id: RecordId
    accepted: Quantity
    accepted_amount_minor: AmountMinor
    net_minor: AmountMinor
    tax_minor: AmountMinor
