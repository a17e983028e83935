"""The order of a tender's bids, kept as it is kept outside: who leads, who is next, and what is paid."""

from __future__ import annotations

from erp.kernel.rows import Rows
from erp.procurement import queries, scoring
from erp.procurement.rules import BidStatus, TenderStatus
from erp.procurement.scoring import Bid, Rank, Weighing
from erp.procurement.tables import Tender, TenderBid

SECONDS_A_DAY = 86_400


def rule_of(tender: Tender) -> Weighing:
    """How the tender weighs time and credit."""
    return Weighing(tender.day_value_minor, tender.credit_weight_bps)


def scored(bid: TenderBid) -> Bid:
    """A revealed bid as it is scored."""
    return Bid(
        bid.supplier, bid.amount_minor or 0, bid.credit_bps, bid.bid_index, bid.offered_days or 0
    )


def compete(rows: Rows, tender: Tender, bid: TenderBid) -> None:
    """A bid within the ceiling takes its place."""
    rank = Rank(tender.leader, tender.runner_up)
    _keep(
        tender,
        scoring.compete(
            rank,
            scored(bid),
            _held(rows, tender),
            rule_of(tender),
            second_price=tender.second_price,
        ),
    )


def strike(tender: Tender, supplier: str) -> None:
    """A bid loses its place; when it had one, the others are ranked anew."""
    if supplier in (tender.leader, tender.runner_up):
        _keep(tender, scoring.without(Rank(tender.leader, tender.runner_up), supplier))
        tender.status = TenderStatus.RANKING.value


def standing(rows: Rows, tender: Tender) -> list[TenderBid]:
    """The bids that may still win, in order of commitment."""
    return [
        bid
        for bid in queries.bids(rows, tender.tender_id)
        if bid.status == BidStatus.REVEALED and bid.within_ceiling
    ]


def price(rows: Rows, tender: Tender) -> int:
    """What the leader is paid; 0 when nobody leads."""
    found = scoring.price(
        Rank(tender.leader, tender.runner_up),
        _held(rows, tender),
        rule_of(tender),
        tender.ceiling_minor,
        second_price=tender.second_price,
    )
    return found or 0


def award_opens(tender: Tender) -> int:
    """From when the tender may be awarded, unix seconds: with review after it, after a strike once all are ranked."""
    reviews = 2 if tender.status == TenderStatus.RANKING else 1
    return tender.reveal_end + reviews * tender.review_seconds


def promise(rows: Rows, tender: Tender) -> int | None:
    """By when the leader promised to deliver, unix seconds; None where a day is worth nothing: as the terms say."""
    if not tender.day_value_minor or tender.leader is None:
        return None
    days = queries.bid(rows, tender.tender_id, tender.leader).offered_days or 0
    return award_opens(tender) + days * SECONDS_A_DAY


def _held(rows: Rows, tender: Tender) -> list[Bid]:
    found = (tender.leader, tender.runner_up)
    return [scored(queries.bid(rows, tender.tender_id, code)) for code in found if code is not None]


def _keep(tender: Tender, rank: Rank) -> None:
    tender.leader, tender.runner_up = rank.leader, rank.runner_up
