"""Operations of disputes over a delivery (争议): raised, taken back, lapsed. Never commit. No entry before a ruling."""

from __future__ import annotations

from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.parties.queries import party_of
from erp.procurement import queries
from erp.procurement.errors import NotAPartyOfTheOrder
from erp.procurement.rules import OrderStatus, expect_status, order_fields
from erp.procurement.schemas import (
    RecordDeliveryDispute,
    RecordDisputeLapse,
    RecordDisputeWithdrawal,
)
from erp.procurement.tables import Delivery, PurchaseOrder

RULING_SECONDS = 30 * 86_400  # the arbiter's time for a dispute of the supplier


def record_delivery_dispute(context: Context, command: RecordDeliveryDispute) -> Fields:
    """Keeps whose dispute is open and until when it may be ruled. Refused unless buyer or supplier raised it.

    Who disputes what is disputed already joins: the first one's time for a ruling stays.
    """
    rows = context.rows
    order, delivery, name = queries.delivery_of(rows, command.order_id, command.delivery_id)
    expect_status(order, OrderStatus.FUNDED)
    disputant = party_of(rows, command.disputant).code
    if disputant not in (order.buyer, order.supplier):
        raise NotAPartyOfTheOrder(order.number, disputant)
    joined = delivery.dispute is not None
    if joined:
        agree("Dispute of delivery", name, rule_by=(command.rule_by, delivery.rule_by))
    else:
        delivery.dispute, delivery.disputed_by = context.number, disputant
        delivery.rule_by = command.rule_by
    return {**order_fields(order), "disputant_code": disputant, "joined": joined}


def record_dispute_withdrawal(context: Context, command: RecordDisputeWithdrawal) -> Fields:
    """The delivery stands as it was reported: the dispute is over. Refused unless it is that party's."""
    rows = context.rows
    order, delivery, name = queries.delivery_of(rows, command.order_id, command.delivery_id)
    disputant = party_of(rows, command.disputant).code
    agree("Dispute of delivery", name, disputant=(disputant, delivery.disputed_by or "nobody"))
    dispute = end_dispute(delivery)
    return {**order_fields(order), "dispute": dispute}


def record_dispute_lapse(context: Context, command: RecordDisputeLapse) -> Fields:
    """Nobody ruled in time: the delivery stands as it was reported."""
    order, delivery, _name = queries.delivery_of(
        context.rows, command.order_id, command.delivery_id
    )
    dispute = end_dispute(delivery)
    return {**order_fields(order), "dispute": dispute}


def end_dispute(delivery: Delivery) -> str | None:
    """Nobody disputes the delivery any more; returns the number of the dispute that is over, None when there was none."""
    dispute = delivery.dispute
    delivery.dispute, delivery.disputed_by, delivery.rule_by = None, None, 0
    return dispute


def report_again(order: PurchaseOrder, delivery: Delivery, at: int) -> None:
    """A new report is a new case: what the buyer disputes is over; what the supplier disputes goes on, and covers it."""
    if delivery.disputed_by == order.supplier:
        delivery.rule_by = at + order.silence_seconds + RULING_SECONDS
    else:
        end_dispute(delivery)
