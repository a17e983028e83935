"""Operations of guarantees, from the request to the release (履约保证金). Never commit."""

from __future__ import annotations

from erp.guarantees import journals, queries
from erp.guarantees.errors import PledgeBelowRequest, ShareClaimedBefore
from erp.guarantees.rules import GuaranteeStatus, undelivered_share
from erp.guarantees.schemas import (
    EndGuaranteedOrder,
    RecordGuaranteePledge,
    RecordGuaranteeRelease,
    RecordGuaranteeRequest,
    RecordGuaranteeShare,
    RequestGuarantee,
)
from erp.guarantees.tables import Guarantee
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.parties.queries import party, party_of
from erp.procurement import public as procurement
from erp.procurement.public import OrderStatus, PurchaseOrder

BEFORE_PLEDGE = (GuaranteeStatus.ASKED, GuaranteeStatus.REQUESTED)


def request_guarantee(context: Context, command: RequestGuarantee) -> Fields:
    """Keeps what the buyer wants to see before it funds. Refused once the order is funded, or something was pledged."""
    order = procurement.order_of(context.rows, command.order)
    procurement.expect_status(order, OrderStatus.OPENED)
    found = _begun(context, order)
    found.asked_minor, found.asked_seconds = command.amount_minor, command.warranty_seconds
    found.ask = context.number
    return {
        **procurement.order_fields(order),
        "buyer": party(context.rows, order.buyer).account,
    }


def record_guarantee_request(context: Context, command: RecordGuaranteeRequest) -> Fields:
    """Marks what was requested outside. Entries: none."""
    order = _order_of(context.rows, command)
    found = _begun(context, order)
    found.status = GuaranteeStatus.REQUESTED.value
    found.requested_minor = command.amount_minor
    found.warranty_seconds = command.warranty_seconds
    return procurement.order_fields(order)


def record_guarantee_pledge(context: Context, command: RecordGuaranteePledge) -> Fields:
    """Puts the guarantee on the supplier's books: Dr guarantees pledged, Cr wallet.

    Refused below what was requested outside, or twice. Where it is what the buyer asked for here, its order is funded
    now; for less the buyer funds itself, or not at all.
    """
    order = _order_of(context.rows, command)
    found = _begun(context, order)
    requested = found.status == GuaranteeStatus.REQUESTED
    if requested and command.amount_minor < found.requested_minor:
        raise PledgeBelowRequest(order.number, command.amount_minor, found.requested_minor)
    found.status = GuaranteeStatus.PLEDGED.value
    found.amount_minor = found.left_minor = command.amount_minor
    found.warranty_seconds = command.warranty_seconds
    context.post(
        journals.PLEDGED.entry(
            order.supplier, {"amount": command.amount_minor}, **procurement.to_buyer(order)
        )
    )
    return {
        **procurement.order_fields(order),
        "fund_minor": order.deposit_minor if _is_as_asked(found) else 0,
    }


def record_guarantee_share(context: Context, command: RecordGuaranteeShare) -> Fields:
    """Pays the buyer the undelivered share: supplier Dr guarantee loss, Cr guarantees; buyer Dr wallet, Cr forfeits.

    Refused unless the share is what we compute of the order (Disagrees), and the second time.
    """
    rows = context.rows
    order = procurement.order(rows, command.order_id)
    found = _pledged(rows, order)
    if found.share_claimed:
        raise ShareClaimedBefore(order.number)
    ordered = order.amount_minor + order.defaulted_minor
    undelivered = ordered - order.accepted_amount_minor
    agree(
        "Guarantee of order",
        order.number,
        buyer=(party_of(rows, command.buyer).code, order.buyer),
        undelivered_minor=(command.undelivered_minor, undelivered),
        ordered_minor=(command.ordered_minor, ordered),
        paid_minor=(
            command.paid_minor,
            undelivered_share(found.amount_minor, undelivered, ordered, found.left_minor),
        ),
    )
    found.share_claimed = True
    found.left_minor -= command.paid_minor
    paid = {"paid": command.paid_minor}
    context.post(
        journals.LOST.entry(order.supplier, paid, **procurement.to_buyer(order)),
        journals.SHARE_TAKEN.entry(order.buyer, paid, **procurement.to_supplier(order)),
    )
    return {**procurement.order_fields(order), "left_minor": found.left_minor}


def record_guarantee_release(context: Context, command: RecordGuaranteeRelease) -> Fields:
    """Returns what is left: supplier Dr wallet, Cr guarantees. Refused unless it is what is left here, or a defect waits."""
    rows = context.rows
    order = procurement.order(rows, command.order_id)
    found = _pledged(rows, order)
    agree(
        "Guarantee of order",
        order.number,
        supplier=(party_of(rows, command.supplier).code, order.supplier),
        amount_minor=(command.amount_minor, found.left_minor),
        pending=(0, queries.pending(rows, order.order_id)),
    )
    found.status, found.left_minor = GuaranteeStatus.RELEASED.value, 0
    context.post(
        journals.RELEASED.entry(
            order.supplier, {"amount": command.amount_minor}, **procurement.to_buyer(order)
        )
    )
    return procurement.order_fields(order)


def end_guaranteed_order(context: Context, command: EndGuaranteedOrder) -> Fields:
    """Says from when the guarantee of an order that ended may return. Entries: none."""
    order = procurement.order(context.rows, command.order_id)
    found = _pledged(context.rows, order)
    delivered = order.status == OrderStatus.CLOSED
    found.release_at = context.at + (found.warranty_seconds if delivered else 0)
    return {
        **procurement.order_fields(order),
        "share_due": delivered and not found.share_claimed,
        "release_at": found.release_at,
    }


def _order_of(rows: Rows, command: RecordGuaranteeRequest | RecordGuaranteePledge) -> PurchaseOrder:
    order = procurement.order(rows, command.order_id)
    procurement.expect_status(order, OrderStatus.OPENED)
    agree(
        "Guarantee of order",
        order.number,
        buyer=(party_of(rows, command.buyer).code, order.buyer),
        supplier=(party_of(rows, command.supplier).code, order.supplier),
    )
    return order


def _begun(context: Context, order: PurchaseOrder) -> Guarantee:
    """The row of an order's guarantee before anything was pledged; a new one where nobody spoke of it."""
    found = queries.find_guarantee(context.rows, order.order_id)
    if found is None:
        return context.rows.add(
            Guarantee,
            order_id=order.order_id,
            number=context.number,
            buyer=order.buyer,
            supplier=order.supplier,
            status=GuaranteeStatus.ASKED.value,
        )
    if found.status not in BEFORE_PLEDGE:
        raise WrongStatus("Guarantee of", order.number, found.status, " or ".join(BEFORE_PLEDGE))
    return found


def _is_as_asked(found: Guarantee) -> bool:
    """True when the buyer asked here for no more than was pledged: neither money nor time."""
    return (
        found.ask is not None
        and found.amount_minor >= found.asked_minor
        and found.warranty_seconds >= found.asked_seconds
    )


def _pledged(rows: Rows, order: PurchaseOrder) -> Guarantee:
    found = queries.guarantee(rows, order.order_id)
    if found.status != GuaranteeStatus.PLEDGED:
        raise WrongStatus("Guarantee of", order.number, found.status, GuaranteeStatus.PLEDGED.value)
    return found
