"""Words about Receivables: payables that are due later, as claims that are split, passed on and sold (应收账款)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from bridge.ports.vocabulary.accounts import Account


class RecordClaim(TypedDict):
    """A payment that is due later became a claim of the supplier. Its amount moved with the payment itself."""

    claim_id: int
    order_id: int
    delivery_id: int
    supplier: Account
    buyer: Account
    amount_minor: int
    due_at: int


class RecordClaimSplit(TypedDict):
    """A part of a claim became a claim of its own (拆分): both sum to what it was."""

    claim_id: int
    part_id: int
    holder: Account
    remaining_minor: int
    part_minor: int
    revision: int  # of the claim: counts what its holders decided


class RecordClaimTransfer(TypedDict):
    """A claim was handed on for a reason that the chain does not see (转让): suspense on both sides."""

    claim_id: int
    sender: Account
    receiver: Account
    amount_minor: int
    revision: int


class RecordClaimOffer(TypedDict):
    """The holder of a claim offered it at a price (贴现要约)."""

    claim_id: int
    holder: Account
    financier: Account | None  # None: any
    amount_minor: int
    price_minor: int
    expires_at: int
    revision: int


class RecordOfferWithdrawal(TypedDict):
    """The holder of a claim took its offer back (撤回要约)."""

    claim_id: int
    holder: Account
    revision: int


class RecordDiscounting(TypedDict):
    """A financier bought a claim (贴现): its wallet falls, the seller's rises by `price_minor`.

    No other document may tell of this movement of tokens.
    """

    claim_id: int
    seller: Account
    financier: Account
    amount_minor: int
    price_minor: int
    revision: int


class RecordClaimPayment(TypedDict):
    """A claim was paid when due (到期付款): the holder's wallet rises; the buyer's claims issued and their cover fall."""

    claim_id: int
    holder: Account
    buyer: Account
    amount_minor: int


# ---- documents that the bridge reads ----------------------------------------------------------------


class Receivable(RecordClaim):
    """Made by RecordClaim. Becomes Receivables.pay at `due_at`."""


class ReceivableSplit(RecordClaimSplit):
    """Made by RecordClaimSplit. Becomes Receivables.pay of the part at `due_at`."""

    due_at: int


class Discounting(RecordDiscounting):
    """Made by RecordDiscounting. The audit reads its entries: debits and credits of wallets."""


class ReceivablePayment(RecordClaimPayment):
    """Made by RecordClaimPayment. The audit reads its entries: claims issued, their cover, wallets."""


DOCUMENT_TYPES: Mapping[type, str] = {
    RecordClaim: "receivable",
    RecordClaimSplit: "receivable_split",
    RecordClaimTransfer: "receivable_transfer",
    RecordClaimOffer: "discount_offer",
    RecordOfferWithdrawal: "offer_withdrawal",
    RecordDiscounting: "discounting",
    RecordClaimPayment: "receivable_payment",
}
DOCUMENTS: Mapping[str, type] = {
    "receivable": Receivable,
    "receivable_split": ReceivableSplit,
    "discounting": Discounting,
    "receivable_payment": ReceivablePayment,
}
