"""Events of PurchaseOrders."""

from __future__ import annotations

from typing import cast

from bridge import events as e
from bridge.handlers.context import ZERO_REF, Context, Instruction


def opened(logged: e.Logged, context: Context) -> Instruction:
    """An award became an order."""
    event = cast(e.PurchaseOrderOpened, logged.event)
    return "OpenPurchaseOrder", {
        "order_id": event.order_id,
        "tender_id": event.tender_id,
        "requisition": context.number_of(event.requisition_ref),
        "buyer": event.buyer,
        "supplier": event.supplier,
        "quantity": event.quantity,
        "amount_minor": event.amount,
        "deposit_minor": event.deposit,
        "promised_at": event.promised_at,
        "fund_seconds": event.fund_seconds,
        "grace_seconds": event.grace_seconds,
        "silence_seconds": event.silence_seconds,
        "lateness_bps_per_day": event.lateness_bps_per_day,
        "lateness_cap_bps": event.lateness_cap_bps,
        "tax_bps": event.tax_bps,
        "tolerance_bps": event.tolerance_bps,
    }


def funded(logged: e.Logged, context: Context) -> Instruction:
    """The escrow holds the order's money."""
    event = cast(e.OrderFunded, logged.event)
    return "RecordEscrowDeposit", {
        "order_id": event.order_id,
        "buyer": event.buyer,
        "amount_minor": event.deposit,
    }


def shipped(logged: e.Logged, context: Context) -> Instruction:
    """Goods are on their way; the time is the block's."""
    event = cast(e.DeliveryShipped, logged.event)
    return "RecordDespatch", {
        "order_id": event.order_id,
        "delivery_id": event.delivery_id,
        "supplier": event.supplier,
        "quantity": event.quantity,
        "shipped_at": logged.block_time,
        "despatch_ref": event.despatch_ref,
    }


def received(logged: e.Logged, context: Context) -> Instruction:
    """The chain holds the goods receipt."""
    event = cast(e.DeliveryReceived, logged.event)
    return "AttestReceipt", {
        "order_id": event.order_id,
        "delivery_id": event.delivery_id,
        "receipt": context.number_of(event.receipt_ref),
        "quantity": event.quantity,
        "received_at": event.received_at,
        "days_late": event.days_late,
    }


def inspected(logged: e.Logged, context: Context) -> Instruction:
    """The chain holds the inspection."""
    event = cast(e.DeliveryInspected, logged.event)
    return "AttestInspection", {
        "order_id": event.order_id,
        "delivery_id": event.delivery_id,
        "inspection": context.number_of(event.inspection_ref),
        "accepted": event.accepted,
        "rejected": event.rejected,
        "accepted_amount_minor": event.accepted_amount,
    }


def claimed(logged: e.Logged, context: Context) -> Instruction:
    """Silence counted as acceptance."""
    event = cast(e.DeliveryClaimed, logged.event)
    return "RecordSilentAcceptance", {
        "order_id": event.order_id,
        "delivery_id": event.delivery_id,
        "accepted": event.accepted,
        "accepted_amount_minor": event.accepted_amount,
        "net_minor": event.net,
        "tax_minor": event.tax,
    }


def paid(logged: e.Logged, context: Context) -> Instruction:
    """The supplier has its money."""
    event = cast(e.PaymentReleased, logged.event)
    by_silence = event.match_ref == ZERO_REF
    return "RecordPayment", {
        "order_id": event.order_id,
        "delivery_id": event.delivery_id,
        "match": None if by_silence else context.number_of(event.match_ref),
        "supplier": event.supplier,
        "accepted_amount_minor": event.accepted_amount,
        "net_minor": event.net,
        "tax_minor": event.tax,
        "penalty_minor": event.penalty,
        "paid_minor": event.paid,
    }


def closed(logged: e.Logged, context: Context) -> Instruction:
    """The order ended; the rest of the escrow is back."""
    event = cast(e.OrderClosed, logged.event)
    return "CloseOrder", {
        "order_id": event.order_id,
        "buyer": event.buyer,
        "accepted": event.accepted,
        "accepted_amount_minor": event.accepted_amount,
        "refunded_minor": event.refunded,
    }


def cancelled(logged: e.Logged, context: Context) -> Instruction:
    """The order ended before it was funded."""
    event = cast(e.OrderCancelled, logged.event)
    return "CancelOrder", {"order_id": event.order_id, "caller": event.caller}
