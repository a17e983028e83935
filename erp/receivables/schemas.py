"""Commands of claims."""

from __future__ import annotations

from erp.kernel.schema import (
    Account,
    Code,
    Command,
    Instant,
    Number,
    PositiveMinor,
    RecordId,
    Seconds,
    Text,
)

Revision = Seconds  # 32 bits


class ExplainClaimTransfer(Command):
    """Says why a claim was handed on (转让说明), once: sold for a transfer of tokens, returned, or for accounts as named.

    Sold: sender Dr 2241.09 what was paid, Cr 1221.09 what it stood at, the difference to 6603.01 or 6111.02; receiver Dr
    2241.09, Cr 1221.09, and its claim stands at what was paid. Follows by itself where exactly one transfer of tokens fits.
    """

    transfer: Number
    paid_by: Number | None = None  # the transfer of tokens, from its receiver to its sender
    returned_by: Number | None = None  # the later transfer of the same claim, the other way
    sender_account: Code | None = None
    receiver_account: Code | None = None
    reason: Text


class RecordClaim(Command):
    """A payment that is due later became a claim of the supplier (应收账款凭证). Posted with the payment itself."""

    claim_id: RecordId
    order_id: RecordId
    delivery_id: RecordId
    supplier: Account
    buyer: Account
    amount_minor: PositiveMinor
    due_at: Instant


class RecordClaimSplit(Command):
    """A part of a claim became a claim of its own (拆分): it stands at its share, the rest stays."""

    claim_id: RecordId
    part_id: RecordId
    holder: Account
    remaining_minor: PositiveMinor
    part_minor: PositiveMinor
    revision: Revision


class RecordClaimTransfer(Command):
    """A claim was handed on for a reason that nobody told (转让).

    Both sides wait in suspense: sender Dr 1221.09, Cr 1124 what it stood at; receiver Dr 1124, Cr 2241.09 its amount.
    """

    claim_id: RecordId
    sender: Account
    receiver: Account
    amount_minor: PositiveMinor
    revision: Revision


class RecordClaimOffer(Command):
    """The holder of a claim offered it at a price (贴现要约)."""

    claim_id: RecordId
    holder: Account
    financier: Account | None  # None: any
    amount_minor: PositiveMinor
    price_minor: PositiveMinor
    expires_at: Instant
    revision: Revision


class RecordOfferWithdrawal(Command):
    """The holder of a claim took its offer back (撤回要约)."""

    claim_id: RecordId
    holder: Account
    revision: Revision


class RecordDiscounting(Command):
    """A financier bought a claim (贴现): seller Dr 1012.01, Cr 1124, the difference to 6603.01 or 6111.02.

    Financier Dr 1124, Cr 1012.01 the price.
    """

    claim_id: RecordId
    seller: Account
    financier: Account
    amount_minor: PositiveMinor
    price_minor: PositiveMinor
    revision: Revision


class RecordClaimPayment(Command):
    """A claim was paid to its holder when due (到期付款): holder Dr 1012.01, Cr 1124 what it stood at, Cr 6111.02 the rest.

    Buyer Dr 2202.03, Cr 1012.06.
    """

    claim_id: RecordId
    holder: Account
    buyer: Account
    amount_minor: PositiveMinor
