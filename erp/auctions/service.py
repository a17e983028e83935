"""Operations of open auctions, told by external events. Never commit."""

from __future__ import annotations

from erp.auctions import journals, queries
from erp.auctions.errors import AuctionExists
from erp.auctions.rules import AuctionStatus, end_after, most_next
from erp.auctions.schemas import (
    RecordAuction,
    RecordAuctionAward,
    RecordAuctionBid,
    RecordAuctionBondReturn,
    RecordAuctionVoid,
)
from erp.auctions.tables import Auction, AuctionBid
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.parties.queries import party_of
from erp.procurement.public import (
    Requisition,
    RequisitionStatus,
    expect_invited,
    expect_sourcing,
    find_order,
    give_up,
    known_codes,
    stand_on,
    terms_of,
)

SAME_TERMS = (  # of the auction and of the requisition, by the same names
    "bond_minor",
    "min_credit_bps",
    "min_decrement_bps",
    "extension_seconds",
    "max_extensions",
)
KEPT = (
    "auction_id",
    "quantity",
    "ceiling_minor",
    "bond_minor",
    "min_decrement_bps",
    "extension_seconds",
    "max_extensions",
    "ends_at",
)


def record_auction(context: Context, command: RecordAuction) -> Fields:
    """Adds an auction. It stands on its requisition when buyer, terms and invitations are that one's.

    A requisition that was cancelled while its auction was on the way stands again: BUD Dr available, Cr pre-encumbered.
    """
    rows = context.rows
    if rows.get(Auction, command.auction_id) is not None:
        raise AuctionExists(command.auction_id)
    buyer = party_of(rows, command.buyer)

    def fits(requisition: Requisition) -> None:
        expect_sourcing(requisition, "auction")
        agree(
            "Auction",
            command.auction_id,
            buyer=(buyer.code, requisition.buyer),
            quantity=(command.quantity, requisition.quantity),
            ceiling_minor=(command.ceiling_minor, requisition.estimate_minor),
            **terms_of(command, requisition, *SAME_TERMS),
        )
        expect_invited(rows, requisition, f"Auction {command.auction_id}", command.invited)

    ground = stand_on(context, command.requisition, RequisitionStatus.AUCTIONED, fits)
    rows.add(
        Auction,
        number=context.number,
        requisition=ground.number,
        buyer=buyer.code,
        item=ground.item,
        chain_group=ground.chain_group,
        status=AuctionStatus.OPEN.value,
        **{name: getattr(command, name) for name in KEPT},
    )
    return {
        **ground.fields(),
        "buyer_code": buyer.code,
        "invited_codes": known_codes(rows, command.invited),
    }


def record_auction_bid(context: Context, command: RecordAuctionBid) -> Fields:
    """Adds a bid below the leading one. A supplier's first bid lends its bond: supplier Dr bonds, Cr wallet.

    Refused unless amount, bond, end and extensions are what the auction's terms make of it.
    """
    rows = context.rows
    auction = _open(rows, command.auction_id)
    supplier = party_of(rows, command.supplier).code
    own = rows.get(AuctionBid, auction.auction_id, supplier)
    most = most_next(auction.ceiling_minor, auction.leading_minor, auction.min_decrement_bps)
    ends_at, extensions = end_after(
        command.placed_at,
        auction.ends_at,
        auction.extensions,
        auction.extension_seconds,
        auction.max_extensions,
    )
    agree(
        "Bid",
        f"of {supplier} in auction {auction.auction_id}",
        amount_minor=(command.amount_minor, min(command.amount_minor, most)),
        bond_minor=(command.bond_minor, auction.bond_minor if own is None else 0),
        ends_at=(command.ends_at, ends_at),
        extensions=(command.extensions, extensions),
    )
    auction.ends_at, auction.extensions = ends_at, extensions
    auction.leader, auction.leading_minor = supplier, command.amount_minor
    auction.bids += 1
    if own is None:
        rows.add(
            AuctionBid,
            auction_id=auction.auction_id,
            supplier=supplier,
            amount_minor=command.amount_minor,
            placed_at=command.placed_at,
            bids=1,
            bond_minor=command.bond_minor,
            bond_held=command.bond_minor > 0,
        )
    else:
        own.amount_minor, own.placed_at = command.amount_minor, command.placed_at
        own.bids += 1
    bond = {"bond": command.bond_minor}
    context.post(journals.BOND_LENT.entry(supplier, bond, chain_group=auction.chain_group))
    return _bid_fields(auction, supplier)


def record_auction_bond_return(context: Context, command: RecordAuctionBondReturn) -> Fields:
    """Gives a bond back, whether or not the auction was awarded: supplier Dr wallet, Cr bonds. Refused twice."""
    rows = context.rows
    auction = queries.auction(rows, command.auction_id)
    supplier = party_of(rows, command.supplier).code
    bid = queries.bid(rows, auction.auction_id, supplier)
    held = bid.bond_minor if bid.bond_held else 0
    agree(
        "Bond",
        f"of {supplier} in auction {auction.auction_id}",
        bond_minor=(command.bond_minor, held),
    )
    bid.bond_held = False
    context.post(
        journals.BOND_BACK.entry(supplier, {"bond": held}, chain_group=auction.chain_group)
    )
    return _bid_fields(auction, supplier)


def record_auction_award(context: Context, command: RecordAuctionAward) -> Fields:
    """Awards the auction. Refused unless winner and price are those of the leading bid, and its order says the same."""
    rows = context.rows
    auction = _open(rows, command.auction_id)
    supplier = party_of(rows, command.supplier).code
    agree(
        "Award of auction",
        auction.auction_id,
        bids=(command.bids, auction.bids),
        supplier=(supplier, auction.leader or "nobody"),
        amount_minor=(command.amount_minor, auction.leading_minor or 0),
    )
    order = find_order(rows, command.order_id)
    if order is not None:
        agree(
            "Award of order",
            order.number,
            auction_id=(command.auction_id, order.auction_id or 0),
            supplier=(supplier, order.supplier),
            amount_minor=(command.amount_minor, order.amount_minor),
        )
    auction.status = AuctionStatus.AWARDED.value
    auction.order_id = command.order_id
    return {
        **_bid_fields(auction, supplier),
        "order": order.number if order is not None else None,
        "buyer_code": auction.buyer,
    }


def record_auction_void(context: Context, command: RecordAuctionVoid) -> Fields:
    """Ends an auction without a bid, and its requisition: BUD Dr pre-encumbered, Cr available."""
    auction = _open(context.rows, command.auction_id)
    agree("Auction", auction.auction_id, bids=(0, auction.bids))
    auction.status = AuctionStatus.VOID.value
    give_up(context, auction.requisition, RequisitionStatus.AUCTIONED)
    return {"item": auction.item, "buyer_code": auction.buyer}


def _open(rows: Rows, auction_id: int) -> Auction:
    auction = queries.auction(rows, auction_id)
    if auction.status != AuctionStatus.OPEN:
        raise WrongStatus("Auction", auction.number, auction.status, AuctionStatus.OPEN.value)
    return auction


def _bid_fields(auction: Auction, supplier: str) -> Fields:
    return {
        "requisition": auction.requisition,
        "auction": auction.number,
        "item": auction.item,
        "supplier_code": supplier,
    }
