"""Words about Tenders: sealed bids, from the requisition to the award (竞价采购)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from bridge.ports.vocabulary.accounts import Account, Number, Ref


class RecordTender(TypedDict):
    """Tenders opened a tender for a requisition (竞价采购).

    The requisition may have been cancelled meanwhile: it stands again then, and its budget is set aside again.
    """

    tender_id: int
    requisition: Number
    buyer: Account
    quantity: int
    ceiling_minor: int
    bond_minor: int
    min_credit_bps: int
    commit_end: int
    reveal_end: int
    invited_root: Ref
    invited: tuple[Account, ...]  # a list once it was stored


class RecordBid(TypedDict):
    """A supplier committed to a sealed bid and paid in its bond: its wallet falls, its stake rises by `bond_minor`."""

    tender_id: int
    supplier: Account
    index: int  # of the bids of this tender, from 1
    commitment: Ref
    bond_minor: int
    credit_bps: int


class RecordQuotation(TypedDict):
    """A supplier revealed its bid: its stake falls, its wallet rises by `bond_returned_minor`."""

    tender_id: int
    supplier: Account
    amount_minor: int
    bond_returned_minor: int
    within_ceiling: bool


class RecordBondForfeit(TypedDict):
    """A bid was never revealed: the supplier's stake falls, the buyer's wallet rises by `bond_minor`."""

    tender_id: int
    supplier: Account
    buyer: Account
    bond_minor: int


class RecordTenderVoid(TypedDict):
    """Nobody won: the requisition ends and its budget is free again."""

    tender_id: int
    requisition: Number
    bids: int


class RecordAward(TypedDict):
    """The best bid won (授标)."""

    tender_id: int
    supplier: Account
    order_id: int
    amount_minor: int
    bids: int


# ---- documents that the bridge reads ----------------------------------------------------------------


class Candidate(TypedDict):
    """A supplier that a requisition names."""

    party: str  # the ERP's code of it
    account: Account


class Requisition(TypedDict):
    """Asks for goods (请购). Becomes Tenders.openTender, signed by the buyer."""

    buyer_account: Account
    candidates: list[Candidate]  # empty: whoever is registered and has the credit
    quantity: int
    estimate_minor: int  # the ceiling of bids
    bond_minor: int
    commit_seconds: int
    reveal_seconds: int
    min_credit_bps: int
    promised_at: int
    fund_seconds: int
    grace_seconds: int
    silence_seconds: int
    payment_seconds: int  # from acceptance until the supplier is paid; 0: at once
    lateness_bps_per_day: int
    lateness_cap_bps: int
    tax_bps: int
    tolerance_bps: int


class RequisitionCancel(TypedDict):
    """Takes a requisition back. Its openTender is not signed any more; one that was signed may still open a tender."""

    requisition: Number


class Tender(RecordTender):
    """Made by RecordTender. Becomes Tenders.award once `reveal_end` has passed."""


class Bid(RecordBid):
    """Made by RecordBid. Becomes Tenders.forfeitBond when it is still sealed at `reveal_end`."""

    reveal_end: int  # of its tender


DOCUMENT_TYPES: Mapping[type, str] = {
    RecordTender: "tender",
    RecordBid: "bid",
    RecordQuotation: "quotation",
    RecordBondForfeit: "bond_forfeit",
    RecordTenderVoid: "tender_void",
    RecordAward: "award",
}
DOCUMENTS: Mapping[str, type] = {
    "requisition": Requisition,
    "requisition_cancel": RequisitionCancel,
    "tender": Tender,
    "bid": Bid,
}
