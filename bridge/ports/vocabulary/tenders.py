"""Words about Tenders: sealed bids, from the requisition to the award (竞价采购)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from bridge.ports.vocabulary.accounts import Account, Number, Ref


class OrderTerms(TypedDict):
    """The terms of the order that will come of a tender or an auction."""

    promised_at: int  # the latest, where bids offer days
    fund_seconds: int
    grace_seconds: int
    silence_seconds: int
    payment_seconds: int  # from acceptance until the supplier is paid; 0: at once
    lateness_bps_per_day: int
    lateness_cap_bps: int
    tax_bps: int
    tolerance_bps: int


class RecordTender(OrderTerms):
    """Tenders opened a tender (竞价采购), for a requisition or for what nobody here asked for.

    The requisition may have been cancelled meanwhile: it stands again then, and its budget is set aside again. Where it is
    unknown, or asked for something else, the tender is kept all the same: bonds move.
    """

    tender_id: int
    requisition: Number | None  # None: the reference is that of no document here
    requisition_ref: Ref
    buyer: Account
    quantity: int
    ceiling_minor: int
    bond_minor: int
    min_credit_bps: int
    commit_end: int
    reveal_end: int
    review_seconds: int  # to strike bids, and again as long to rank the others
    second_price: bool  # the winner is paid what would still have matched the next best
    day_value_minor: int  # of a day; 0: bids name no days
    max_days: int
    credit_weight_bps: int  # by how much missing credit raises a score
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
    offered_days: int
    score: str  # decimal: what bids are compared by, lower is better


class RecordBidDisqualification(TypedDict):
    """A revealed bid was struck (废标): it cannot win."""

    tender_id: int
    supplier: Account
    strike: Number | None  # the document with the reason; None: none here
    reason_ref: Ref


class RecordBidRanking(TypedDict):
    """A revealed bid competes again after one of rank was struck. The ERP's own ranking must come to the same."""

    tender_id: int
    supplier: Account
    leader: Account
    runner_up: Account  # zero: nobody


class RecordBondForfeit(TypedDict):
    """A bid was never revealed: the supplier's stake falls, the buyer's wallet rises by `bond_minor`."""

    tender_id: int
    supplier: Account
    buyer: Account
    bond_minor: int


class RecordTenderVoid(TypedDict):
    """Nobody won: the requisition ends and its budget is free again."""

    tender_id: int
    requisition: Number | None
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
    """Asks for goods (请购). Becomes what `sourcing` says, signed by the buyer.

    sealed: Tenders.openTender · auction: ReverseAuctions.openAuction, which lasts `commit_seconds` · lots: nothing by
    itself, the document that opens its lots does · direct: nothing, both sides sign an order.
    """

    buyer_account: Account
    sourcing: str
    candidates: list[Candidate]  # empty: whoever is registered and has the credit
    quantity: int
    estimate_minor: int  # the ceiling of bids
    bond_minor: int
    commit_seconds: int
    reveal_seconds: int
    review_seconds: int
    second_price: bool
    day_value_minor: int
    max_days: int
    credit_weight_bps: int
    min_decrement_bps: int  # auctions: a bid lies below the leading one by this part
    extension_seconds: int  # and a bid later than this before the end moves it as far
    max_extensions: int  # so many times
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
    lots_opening: Number | None  # when it was one of several lots: none of them is opened any more


class Lot(TypedDict):
    """One part of what is asked for."""

    requisition: Number  # its commitment is the lot's reference
    quantity: int
    estimate_minor: int  # the ceiling of its bids


class LotsOpening(TypedDict):
    """Lots of one need (分标段), each a requisition before. Becomes Tenders.openLots, signed by the buyer."""

    buyer_account: Account
    candidates: list[Candidate]
    lots: list[Lot]
    bond_minor: int  # of each lot
    commit_seconds: int
    reveal_seconds: int
    review_seconds: int
    second_price: bool
    day_value_minor: int
    max_days: int
    credit_weight_bps: int
    min_credit_bps: int
    promised_at: int
    fund_seconds: int
    grace_seconds: int
    silence_seconds: int
    payment_seconds: int
    lateness_bps_per_day: int
    lateness_cap_bps: int
    tax_bps: int
    tolerance_bps: int


class Tender(RecordTender):
    """Made by RecordTender. Becomes Tenders.award once `review_end` has passed."""

    review_end: int  # the end of its reveals where nothing is reviewed


class Bid(RecordBid):
    """Made by RecordBid. Becomes Tenders.forfeitBond when it is still sealed at `reveal_end`."""

    reveal_end: int  # of its tender


class BidStrike(TypedDict):
    """The buyer strikes a revealed bid (废标). Becomes Tenders.disqualifyBid from `reveal_end` on."""

    tender_id: int
    supplier_account: Account
    buyer_account: Account
    reveal_end: int


class BidDisqualification(RecordBidDisqualification):
    """Made by RecordBidDisqualification. Becomes Tenders.rankBid for each of `to_rank` once `review_end` has passed."""

    to_rank: list[Account]  # the bids that stand, when one of rank was struck
    review_end: int


DOCUMENT_TYPES: Mapping[type, str] = {
    RecordTender: "tender",
    RecordBid: "bid",
    RecordQuotation: "quotation",
    RecordBidDisqualification: "bid_disqualification",
    RecordBidRanking: "bid_ranking",
    RecordBondForfeit: "bond_forfeit",
    RecordTenderVoid: "tender_void",
    RecordAward: "award",
}
DOCUMENTS: Mapping[str, type] = {
    "requisition": Requisition,
    "requisition_cancel": RequisitionCancel,
    "lots_opening": LotsOpening,
    "tender": Tender,
    "bid": Bid,
    "quotation": RecordQuotation,
    "bid_strike": BidStrike,
    "bid_disqualification": BidDisqualification,
    "bond_forfeit": RecordBondForfeit,
}
