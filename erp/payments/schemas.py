"""Commands of capital, tokens, escrow and payment."""

from __future__ import annotations

from erp.kernel.schema import (
    Account,
    AmountMinor,
    Code,
    Command,
    Instant,
    Number,
    PositiveMinor,
    RecordId,
    Reference,
    Text,
)
from erp.payments.purposes import TransferPurpose


class ContributeCapital(Command):
    """Owners pay money into an entity's bank account (实收资本): Dr 1002, Cr 4001."""

    entity: Code
    amount_minor: PositiveMinor


class ExplainTransfer(Command):
    """Says what tokens were for that moved outside of any contract (待查明款项说明), once.

    Sender Dr the account of the purpose, Cr 1221.09; receiver Dr 2241.09, Cr the account of the purpose. Advance 1123.01
    and 2203, value share 6602.01 and 6051.02, capital 1511 and 4001, pay 6602.03 and 6051.03, an error against the transfer
    that returned it, bank 1002, other: as named.
    """

    transfer: Number  # the document of the transfer, or of the token issue
    purpose: TransferPurpose
    returned_by: Number | None = None  # of an error: the transfer that brought the tokens back
    sender_account: Code | None = None  # of another purpose
    receiver_account: Code | None = None
    reason: Text


class RecordTokenIssue(Command):
    """Bank money became settlement tokens (结算币): holder Dr 1012.01, Cr 1002; treasury Dr 1002, Cr 2241.01.

    What the holder's bank account does not cover: Cr 2241.09. An outside partner: Cr 4104.01.
    """

    account: Account
    amount_minor: PositiveMinor
    bank_ref: Reference


class RecordTokenRedemption(Command):
    """Settlement tokens became bank money: holder Dr 1002, Cr 1012.01; treasury Dr 2241.01, Cr 1002.

    An outside partner: Dr 4104.01.
    """

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
    """The supplier was paid from escrow at acceptance (付款): paid = net + tax - penalty. Later by a claim, as ordered.

    Buyer Dr 2202.01, Cr 1012.02; supplier Dr 1012.01, Cr 1122.01. By a claim: buyer Dr 1012.06, Cr 2202.03 besides;
    supplier Dr 1124 instead. The penalty, when there is one: buyer Dr 2202.01, Cr the
    goods (1403, 1405, or 5001, 6401 when they have left) and 2221.05 (2221.01.08 once certified) its tax; supplier Dr 6001
    and 2221.09 its tax, Cr 1122.01. `match` is None when the delivery was claimed by silence.
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
    contestable_until: Instant  # until then the supplier may contest it, and the order stays open; 0: it ended at once


class RecordSupplement(Command):
    """A ruling added to a delivery that was settled before (裁定补付): paid = net + tax + penalty_returned - penalty.

    As a payment: buyer Dr 2202.01, Cr 1012.02; supplier Dr 1012.01, Cr 1122.01; a penalty that returns the other way round.
    """

    order_id: RecordId
    delivery_id: RecordId
    ruling_ref: Reference
    supplier: Account
    accepted_amount_minor: AmountMinor
    net_minor: AmountMinor
    tax_minor: AmountMinor
    penalty_returned_minor: AmountMinor
    penalty_minor: AmountMinor
    paid_minor: AmountMinor
