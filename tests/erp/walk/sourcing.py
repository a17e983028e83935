"""Steps of the other ways to buy: days, review and second price, open auctions, lots, and what both sides signed."""

# ruff: noqa: S608 - states and numbers of our own

from __future__ import annotations

from typing import Any

from erp.auctions.rules import end_after, most_next
from erp.auctions.schemas import (
    RecordAuctionAward,
    RecordAuctionBid,
    RecordAuctionBondReturn,
    RecordAuctionVoid,
    RecordDirectOrder,
)
from erp.kernel.log.queries import by_number
from erp.kernel.schema import Command
from erp.procurement import scoring
from erp.procurement.schemas import (
    DisqualifyBid,
    RaiseRequisition,
    RecordBidDisqualification,
    RecordBidRanking,
    RequestLots,
)
from erp.procurement.scoring import Bid, Rank, Weighing
from tests.erp.auctions import auction
from tests.erp.walk.dice import PRICE, Dice, Stroke
from tests.erp.world import BOND, DAY, REF, World, account

NOBODY = "0x" + "00" * 20
# Items by the way in which they are bought, and the terms of it.
OTHERWISE: dict[str, dict[str, Any]] = {
    "ore": {"review_seconds": DAY, "second_price": True, "credit_weight_bps": 3_333},
    "tube": {"review_seconds": DAY, "day_value_minor": 700, "max_days": 5, "lead_seconds": 12 * DAY},
    "gear": {"sourcing": "auction", "min_decrement_bps": 50, "extension_seconds": 600, "max_extensions": 2},
    "plate": {"sourcing": "lots", "lots": 3},
    "cable": {"sourcing": "direct"},
}  # fmt: skip


def policies_otherwise(world: World) -> list[Command]:
    """What each of these items is bought by. None is reordered by itself."""
    terms = {"reorder_point": 0, "estimate_minor": 60 * PRICE, "lead_seconds": 8 * DAY}
    return [world.policy(item=item, **{**terms, **how}) for item, how in OTHERWISE.items()]


class SourcingSteps(Dice):
    """Purchases that are no plain tender."""

    def ask_otherwise(self) -> Stroke:
        item = self.dice.choice(list(OTHERWISE))
        quantity = self.number(3, 90)
        if item == "plate" and not self.rarely(4):
            worth = quantity * PRICE
            lots = RequestLots(item=item, quantity=quantity, estimate_minor=worth)
            return Stroke((lots,))
        raised = RaiseRequisition(item=item, quantity=quantity, estimate_minor=quantity * PRICE)
        return Stroke((raised,))

    def open_auction(self) -> Stroke | None:
        """An auction with its bids, the last of which may move the end; now and then of what nobody asked for."""
        states = "'RAISED', 'CANCELLED'" if self.rarely(5) else "'RAISED'"
        asked = self.pick(
            f"SELECT number FROM requisition WHERE item = 'gear' AND status IN ({states}) ORDER BY number DESC"
        )
        requisition = asked and by_number(self.session, asked["number"])
        if not requisition:
            return None
        told = auction(self.world, requisition, auction_id=self.new_id())
        if self.rarely(4):
            told = told.model_copy(update={"requisition": None})
        commands: list[Command] = [told]
        leading: int | None = None
        ends_at, extensions, seen = told.ends_at, 0, set[str]()
        bidders = [one["party"] for one in requisition.fields["candidates"]]
        for place in range(self.number(0, 5)):
            bidder = bidders[place % len(bidders)]
            most = most_next(told.ceiling_minor, leading, told.min_decrement_bps)
            leading = max(1, most * self.number(90, 100) // 100)
            placed_at = ends_at - self.number(1, 5_000)
            ends_at, extensions = end_after(
                placed_at, ends_at, extensions, told.extension_seconds, told.max_extensions
            )
            bid = RecordAuctionBid(
                auction_id=told.auction_id,
                supplier=account(bidder),
                amount_minor=leading,
                bond_minor=0 if bidder in seen else BOND,
                ends_at=ends_at,
                extensions=extensions,
                placed_at=placed_at,
            )
            seen.add(bidder)
            commands.append(bid)
        return Stroke(tuple(commands), "bridge")

    def settle_auction(self) -> Stroke | None:
        """The order and the award of the leading bid, or the end of an auction without one."""
        found = self.pick("SELECT * FROM auction WHERE status = 'OPEN' ORDER BY auction_id DESC")
        opened = found and by_number(self.session, found["number"])
        if found is None or not opened:
            return None
        if found["leader"] is None:
            void = RecordAuctionVoid(
                auction_id=found["auction_id"], requisition=found["requisition"]
            )
            return Stroke((void,), "bridge")
        order_id, supplier = self.new_id(), account(found["leader"])
        order = self.world.order(
            order_id,
            opened,
            tender_id=None,
            auction_id=found["auction_id"],
            buyer=opened.fields["buyer"],
            supplier=supplier,
            amount_minor=found["leading_minor"],
        ).model_copy(update={"requisition": found["requisition"]})
        award = RecordAuctionAward(
            auction_id=found["auction_id"],
            supplier=supplier,
            order_id=order_id,
            amount_minor=found["leading_minor"],
            bids=found["bids"],
        )
        return Stroke((order, award), "bridge")

    def return_bond(self) -> Stroke | None:
        held = self.pick(
            "SELECT * FROM auction_bid WHERE bond_held ORDER BY auction_id DESC, supplier"
        )
        return held and Stroke(
            (
                RecordAuctionBondReturn(
                    auction_id=held["auction_id"],
                    supplier=account(held["supplier"]),
                    bond_minor=held["bond_minor"],
                ),
            ),
            "bridge",
        )

    def sign_order(self) -> Stroke | None:
        """What both sides signed: as asked for, above the estimate, or something else."""
        asked = self.pick(
            "SELECT * FROM requisition WHERE item = 'cable' AND status = 'RAISED' ORDER BY number DESC"
        )
        requisition = asked and by_number(self.session, asked["number"])
        if asked is None or not requisition:
            return None
        order_id = self.new_id()
        quantity = asked["quantity"] if not self.rarely(4) else asked["quantity"] + 1
        order = self.world.order(
            order_id,
            requisition,
            tender_id=None,
            direct_order_id=order_id,
            buyer=account(asked["buyer"]),
            quantity=quantity,
            amount_minor=asked["estimate_minor"] * self.number(80, 110) // 100,
        )
        signed = RecordDirectOrder(
            direct_order_id=order_id,
            order_id=order_id,
            requisition=order.requisition,
            requisition_ref=REF,
            buyer=order.buyer,
            supplier=order.supplier,
            quantity=order.quantity,
            amount_minor=order.amount_minor,
        )
        return Stroke((order, signed), "bridge")

    def strike(self) -> Stroke | None:
        """The buyer strikes a bid; where it was of rank, the others compete anew, some of them twice."""
        found = self.pick(
            "SELECT b.*, t.number, t.leader, t.runner_up, t.day_value_minor, t.credit_weight_bps, t.second_price, t.status "
            "AS stage FROM tender_bid b JOIN tender t ON t.tender_id = b.tender_id WHERE t.review_seconds > 0 AND "
            "b.status = 'REVEALED' AND t.status IN ('OPEN', 'RANKING') ORDER BY b.tender_id DESC"
        )
        if found is None:
            return None
        tender_id, struck = found["tender_id"], found["supplier"]
        asked = DisqualifyBid(tender=found["number"], supplier=struck, reason="a reason")
        told = RecordBidDisqualification(
            tender_id=tender_id, supplier=account(struck), strike=None, reason_ref=REF
        )
        commands: list[Command] = [told] if self.rarely(3) else [asked, told]
        before = Rank(found["leader"], found["runner_up"])
        if struck in (before.leader, before.runner_up) or found["stage"] == "RANKING":
            rule = Weighing(found["day_value_minor"], found["credit_weight_bps"])
            commands += self._ranked_anew(
                tender_id, struck, before, rule, bool(found["second_price"])
            )
        return Stroke(tuple(commands))

    def _ranked_anew(
        self, tender_id: int, struck: str, before: Rank, rule: Weighing, second_price: bool
    ) -> list[Command]:
        standing = self.bids_of(tender_id, struck)
        rank, made = scoring.without(before, struck), list[Command]()
        for bid in self.dice.sample(standing, len(standing)):
            rank = scoring.compete(rank, bid, standing, rule, second_price=second_price)
            assert rank.leader is not None
            made.append(
                RecordBidRanking(
                    tender_id=tender_id,
                    supplier=account(bid.supplier),
                    leader=account(rank.leader),
                    runner_up=account(rank.runner_up) if rank.runner_up else NOBODY,
                )
            )
        return made

    def bids_of(self, tender_id: int, but: str = "") -> list[Bid]:
        """The bids of a tender that may win, as they are scored, all but one."""
        rows = self.rows_of(
            "SELECT * FROM tender_bid WHERE tender_id = :tender AND status = 'REVEALED' AND within_ceiling",
            tender=tender_id,
        )
        return [
            Bid(row["supplier"], row["amount_minor"], row["credit_bps"], row["bid_index"], row["offered_days"])
            for row in rows
            if row["supplier"] != but
        ]  # fmt: skip
