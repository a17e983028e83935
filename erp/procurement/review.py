"""The review of a tender's bids (评审): the buyer strikes one, the others are ranked anew. Never commits."""

from __future__ import annotations

from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.parties.queries import find_account, party, party_of
from erp.procurement import queries, ranking
from erp.procurement.errors import AlreadyStruck, NoReview
from erp.procurement.rules import BidStatus, TenderStatus
from erp.procurement.schemas import DisqualifyBid, RecordBidDisqualification, RecordBidRanking
from erp.procurement.tables import TenderBid
from erp.procurement.tenders import bid_fields, running_tender

NOBODY = "nobody"


def disqualify_bid(context: Context, command: DisqualifyBid) -> Fields:
    """Asks that a revealed bid be struck. Refused without a review or after it, and a second time."""
    rows = context.rows
    tender = queries.tender_of(rows, command.tender)
    bid = queries.bid(rows, tender.tender_id, party(rows, command.supplier).code)
    ends = tender.reveal_end + tender.review_seconds
    if tender.status not in (TenderStatus.OPEN, TenderStatus.RANKING) or context.at >= ends:
        raise NoReview(tender.number, ends)
    _expect_revealed(bid, f"of {bid.supplier} in {tender.number}")
    if bid.strike is not None:
        raise AlreadyStruck(f"of {bid.supplier} in {tender.number}")
    bid.strike = context.number
    return {
        **bid_fields(tender, bid.supplier),
        "tender_id": tender.tender_id,
        "supplier_account": party(rows, bid.supplier).account,
        "buyer_code": tender.buyer,
        "buyer_account": party(rows, tender.buyer).account,
        "reveal_end": tender.reveal_end,
    }


def record_bid_disqualification(context: Context, command: RecordBidDisqualification) -> Fields:
    """Strikes a bid. Where it led or was next, all that stand are to be ranked anew: `to_rank` names them."""
    rows = context.rows
    tender = running_tender(rows, command.tender_id)
    bid = queries.bid(rows, tender.tender_id, party_of(rows, command.supplier).code)
    _expect_revealed(bid, f"of {bid.supplier} in tender {tender.tender_id}")
    bid.status = BidStatus.STRUCK.value
    bid.struck = context.number
    ranking.strike(tender, bid.supplier)
    anew = ranking.standing(rows, tender) if tender.status == TenderStatus.RANKING else []
    return {
        **bid_fields(tender, bid.supplier),
        "buyer_code": tender.buyer,
        "leader_code": tender.leader,
        "to_rank": [party(rows, each.supplier).account for each in anew],
        "review_end": tender.reveal_end + tender.review_seconds,
    }


def record_bid_ranking(context: Context, command: RecordBidRanking) -> Fields:
    """Has a bid compete again. Refused when who leads and who is next are not those of our own ranking."""
    rows = context.rows
    tender = queries.tender(rows, command.tender_id)
    if tender.status != TenderStatus.RANKING:
        raise WrongStatus("Tender", tender.number, tender.status, TenderStatus.RANKING.value)
    bid = queries.bid(rows, tender.tender_id, party_of(rows, command.supplier).code)
    name = f"of {bid.supplier} in tender {tender.tender_id}"
    _expect_revealed(bid, name)
    ranking.compete(rows, tender, bid)
    agree(
        "Ranking",
        name,
        leader=(_code(rows, command.leader), tender.leader or NOBODY),
        runner_up=(_code(rows, command.runner_up), tender.runner_up or NOBODY),
    )
    return {
        **bid_fields(tender, bid.supplier),
        "leader_code": tender.leader,
        "runner_up_code": tender.runner_up,
    }


def _code(rows: Rows, account: str) -> str:
    found = find_account(rows, account)
    return NOBODY if found is None else found.code


def _expect_revealed(bid: TenderBid, name: str) -> None:
    if bid.status != BidStatus.REVEALED:
        raise WrongStatus("Bid", name, bid.status, BidStatus.REVEALED.value)
