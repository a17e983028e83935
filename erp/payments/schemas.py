"""Commands of capital, tokens, escrow and payment."""

from __future__ import annotations

from erp.kernel.schema import (
    Account,
    AmountMinor,
    Code,
    Command,
    Number,
    PositiveMinor,
    RecordId,
    Reference,
)


class ContributeCapital(Command):
    """Owners pay money into an entity's bank account (实收资本): Dr 1002, Cr 4001."""

    entity: Code
    amount_minor: PositiveMinor


class RecordTokenIssue(Command):
    """Bank money became settlement tokens (结算币): Dr 1012.01, Cr 1002."""

    account: Account
    amount_minor: PositiveMinor
    bank_ref: Reference


class RecordTokenRedemption(Command):
    """Settlement tokens became bank money: Dr 1002, Cr 1012.01."""

    account: Account
    amount_minor: PositiveMinor
    bank_ref: Reference


class RecordTokenTransfer(Command):
    """A participant sent tokens to another outside of any contract.

    Its purpose is unknown, so both sides wait in suspense until finance explains it:
    receiver Dr 1012.01, Cr 2241.09; sender Dr 1221.09, Cr 1012.01.
    """

    sender: Account
    receiver: Account
    amount_minor: PositiveMinor


class RecordEscrowDeposit(Command):
    """The buyer paid its deposit into escrow (托管): Dr 1012.02, Cr 1012.01."""

    order_id: RecordId
    buyer: Account
    amount_minor: PositiveMinor


class RecordPayment(Command):
    """The supplier was paid from escrow at acceptance (T+0 付款): paid = net + tax - penalty.

    Buyer Dr 2202.01, Cr 1012.02; supplier Dr 1012.01, Cr 1122. The penalty, when there is one: buyer Dr 2202.01, Cr 1404;
    supplier Dr 6001, Cr 1122. `match` is None when the delivery was claimed by silence.
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
