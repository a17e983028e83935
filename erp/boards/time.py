"""What time alone decides (时间触发) of orders, tenders, auctions, groups, bets and claims, and what follows. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from erp.auctions.rules import AuctionStatus
from erp.auctions.tables import Auction
from erp.bets.rules import BetStatus
from erp.bets.signing import settleable_at
from erp.bets.tables import Bet
from erp.boards import clock
from erp.groups.tables import ChainGroup
from erp.procurement.rules import DeliveryStatus, OrderStatus, TenderStatus
from erp.procurement.tables import Delivery, PurchaseOrder, Tender
from erp.receivables.rules import ClaimStatus
from erp.receivables.tables import Claim

UNSETTLED = (DeliveryStatus.RECEIVED, DeliveryStatus.INSPECTED)
# What follows at an edge, in English and Chinese.
THEN: Mapping[str, tuple[str, str]] = {
    "fund_by": ("Anybody may cancel the order that is not funded.", "未注资的订单任何人可取消。"),
    "promised_at": ("What comes later is late.", "此后到货即为逾期。"),
    "silence_end": ("The supplier may claim the delivery that is not settled.", "供应商可主张未结算的交付。"),
    "rule_by": ("The delivery stands as it was reported, unless it is ruled.", "若未裁决，交付以上报为准。"),
    "closable_at": (
        "The order may be closed; the rest of its escrow returns to the buyer.",
        "订单可关闭，余下的托管款退回买方。",
    ),
    "commit_end": ("Sealed bids end; those that bid reveal.", "密封报价截止，供应商开始揭标。"),
    "reveal_end": ("The best revealed bid is awarded, or the tender is void.", "授标给最优的已揭标报价，或流标。"),
    "review_from": ("Reveals end; bids are reviewed.", "揭标截止，开始评审报价。"),
    "review_end": ("The best bid that passed is awarded.", "授予通过评审的最优报价。"),
    "ends_at": ("The leading bid is awarded, or the auction is void.", "授予领先出价，或流拍。"),
    "grab_end": ("Grabs end; the leader selects.", "抢单截止，链主选定。"),
    "select_end": ("The group forms when it is covered, and is dissolved otherwise.", "承诺足额则成群，否则解散。"),
    "work_end": ("Work ends; a group that has not formed is dissolved.", "工作截止；未成群则解散。"),
    "group_report_end": ("The group closes and returns what nobody earned.", "链群关闭，退回无人获得的款项。"),
    "bet_due_at": ("A group without a bet and without earnings is dissolved.", "无对赌且无收益的链群解散。"),
    "sign_by": ("The bet is void, unless all have signed.", "若未全部签署，对赌作废。"),
    "start": ("The first period begins.", "首期开始。"),
    "period_end": ("The period ends, and what it brought is reported.", "本期结束，上报本期成果。"),
    "report_end": ("The time to report the period is over.", "本期上报截止。"),
    "settleable_at": ("The bet is settled and its parties are paid.", "对赌结算，向各方付款。"),
    "due_at": ("The claim is due to its holder.", "应收款到期，付给持有人。"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edge:
    """A moment at which time decides: unix seconds, its name, and under which name of THEN it says what follows."""

    at: int
    name: str
    follows: str

    @property
    def then(self) -> str:
        """What follows, in English."""
        return THEN[self.follows][0]

    @property
    def then_zh(self) -> str:
        """The same in Chinese."""
        return THEN[self.follows][1]


def edge(at: int, name: str, follows: str | None = None) -> Edge:
    """An edge that says what its own name says, or what another name does."""
    return Edge(at, name, follows or name)


def of_order(
    order: PurchaseOrder, deliveries: Sequence[Delivery], reported_at: Mapping[str, int]
) -> list[Edge]:
    """The edges of an order that is neither closed nor cancelled, and of its deliveries.

    `reported_at`: when each receipt was reported outside, unix seconds, by the number of that document.
    """
    if order.status == OrderStatus.OPENED:
        return [edge(order.opened_at + order.fund_seconds, "fund_by")]
    if order.status != OrderStatus.FUNDED:
        return []
    found = [one for each in deliveries for one in _of_delivery(order, each, reported_at)]
    if order.accepted < order.quantity:
        found.append(edge(order.promised_at, "promised_at"))
    closable = order.promised_at + order.grace_seconds + order.silence_seconds
    if any(each.status == DeliveryStatus.SHIPPED for each in deliveries):
        closable += order.silence_seconds
    return [*found, edge(max(closable, order.contestable_until), "closable_at")]


def _of_delivery(
    order: PurchaseOrder, delivery: Delivery, reported_at: Mapping[str, int]
) -> Iterator[Edge]:
    if delivery.dispute is not None and delivery.rule_by:
        yield edge(delivery.rule_by, "rule_by")
    elif delivery.status in UNSETTLED and delivery.claimed is None:
        reported = reported_at.get(delivery.receipt_attestation or "")
        if reported is not None:
            yield edge(reported + order.silence_seconds, "silence_end")


def of_tender(tender: Tender) -> list[Edge]:
    """The edges of a tender that is not decided."""
    if tender.status not in {TenderStatus.OPEN, TenderStatus.RANKING}:
        return []
    begun = edge(tender.commit_end, "commit_end")
    if not tender.review_seconds:
        return [begun, edge(tender.reveal_end, "reveal_end")]
    rounds = 2 if tender.status == TenderStatus.RANKING else 1
    review_end = tender.reveal_end + rounds * tender.review_seconds
    revealed = edge(tender.reveal_end, "reveal_end", "review_from")
    return [begun, revealed, edge(review_end, "review_end")]


def of_auction(auction: Auction) -> list[Edge]:
    """The edge of an auction that is open."""
    return [edge(auction.ends_at, "ends_at")] if auction.status == AuctionStatus.OPEN else []


def of_group(group: ChainGroup) -> list[Edge]:
    """The edges of a group that is open or formed; those of its bet are the bet's own."""
    names = {"report_end": "group_report_end"}
    return [edge(one.at, one.name, names.get(one.name)) for one in clock.edges(group, None)]


def of_bet(bet: Bet, now: int) -> list[Edge]:
    """The edges of a bet: its signatures, or the period under way and the settlement."""
    if bet.status == BetStatus.PROPOSED:
        return [edge(bet.sign_by, "sign_by")]
    if bet.status != BetStatus.ACTIVE:
        return []
    settle = edge(settleable_at(bet), "settleable_at")
    if now < bet.start:
        return [edge(bet.start, "start"), settle]
    last = min((now - bet.start) // bet.period_seconds, bet.periods)  # periods that are over
    found = [settle]
    if last > 0:
        found.append(edge(bet.start + last * bet.period_seconds + bet.report_seconds, "report_end"))
    if last < bet.periods:
        found.append(edge(bet.start + (last + 1) * bet.period_seconds, "period_end"))
    return found


def of_claim(claim: Claim) -> list[Edge]:
    """The edge of a claim that is not paid."""
    return [edge(claim.due_at, "due_at")] if claim.status == ClaimStatus.OPEN else []
