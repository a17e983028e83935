"""The operations of open auctions and direct orders."""

from __future__ import annotations

from collections.abc import Iterator

from erp.auctions import direct, queries, schemas, service
from erp.kernel.context import Context
from erp.kernel.field_class import classed
from erp.kernel.operation import FollowUps, Operation, Operations, Told
from erp.kernel.schema import Command
from erp.procurement.public import payable_again

BID = "auction_id auction requisition item supplier supplier_code "

OPERATIONS: Operations = {
    schemas.RecordAuction: Operation(
        "auction",
        "AUC",
        service.record_auction,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(
            "auction_id requisition requisition_ref buyer quantity min_decrement_bps min_credit_bps duration_seconds "
            "extension_seconds max_extensions ends_at invited_root invited item buyer_code invited_codes chain_group "
            "promised_at fund_seconds grace_seconds silence_seconds payment_seconds lateness_bps_per_day "
            "lateness_cap_bps tax_bps tolerance_bps",
            money="bond_minor",
            confidential="ceiling_minor set_aside_again unasked",
        ),
    ),
    schemas.RecordAuctionBid: Operation(
        "auction_bid",
        "ABD",
        service.record_auction_bid,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(BID + "ends_at extensions placed_at", money="bond_minor amount_minor"),
    ),
    schemas.RecordAuctionBondReturn: Operation(
        "auction_bond_return",
        "ABR",
        service.record_auction_bond_return,
        Told.EXTERNALLY,
        fields=classed(BID, money="bond_minor"),
    ),
    schemas.RecordAuctionAward: Operation(
        "auction_award",
        "AAW",
        service.record_auction_award,
        Told.EXTERNALLY,
        fields=classed(BID + "order_id order bids buyer_code", money="amount_minor"),
    ),
    schemas.RecordDirectOrder: Operation(
        "direct_order",
        "DIR",
        direct.record_direct_order,
        Told.EXTERNALLY,
        fields=classed(
            "direct_order_id order order_id requisition requisition_ref buyer supplier quantity item "
            "buyer_code supplier_code",
            money="amount_minor",
        ),
    ),
    schemas.RecordAuctionVoid: Operation(
        "auction_void",
        "AVO",
        service.record_auction_void,
        Told.EXTERNALLY,
        fields=classed("auction_id requisition item buyer_code"),
    ),
}


def after_void(context: Context, command: schemas.RecordAuctionVoid) -> Iterator[Command]:
    """Yields the invoices that the freed estimate pays for. No reorder: an auction without bids would come again at once."""
    yield from payable_again(context, queries.auction(context.rows, command.auction_id).buyer)


FOLLOW_UPS: FollowUps = {schemas.RecordAuctionVoid: after_void}
