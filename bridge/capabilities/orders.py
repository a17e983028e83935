"""PurchaseOrders: escrow, deliveries, payment, disputes, and how an order changes (采购订单)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, cast

from bridge.capabilities.model import (
    ZERO_REF,
    Amounts,
    Asks,
    CallContext,
    Capability,
    Contract,
    Emitted,
    Entries,
    Equation,
    EventContext,
    Money,
    Over,
    Reported,
    Shown,
    Source,
    TakenBack,
    block_time,
    books,
    find_number,
    number_of,
)
from bridge.commitments.documents import document_root
from bridge.events import generated as e
from bridge.events.base import Event, Logged
from bridge.intents import KEEPER
from bridge.ports.port import Document
from bridge.ports.vocabulary import AccountRole, MatchStatus
from bridge.ports.vocabulary import orders as v

DELIVERY = ("order_id", "delivery_id")  # what tells one delivery from all others
OVERTAKING = (e.DeliveryClaimed, e.DeliveryRuled)  # each stands for inspection and match
SETTLED = 4  # IPurchaseOrders.DeliveryStatus.Settled
# What came too late for an order counts no more, by itself or with the order.
VOIDED = (TakenBack("receipt_void", "voided"), TakenBack("order_close", "voided"))
# The order ended, or ends with a later payment, or with what ends a dispute.
CLOSED_OTHERWISE = frozenset(
    {"PurchaseOrders_WrongStatus", "Room_TooEarly", "PurchaseOrders_DeliveriesOpen"}
)
# What the buyer disputes waits for its ruling until the silence is over; an order waits for its funding.
TOO_EARLY = {"Room_TooEarly": 1}


# ---- events ----------------------------------------------------------------------------------------


def paid_match(logged: Logged, context: EventContext) -> str | None:
    """Number of the match that was paid; None when the delivery was claimed after silence, or ruled."""
    ref = cast(e.PaymentReleased, logged.event).match_ref
    return None if ref == ZERO_REF else context.number_of(ref)


def numbered_by(contract: str) -> Source:
    """The number of what the order came of, when this contract awarded it: each counts its own."""

    def number(logged: Logged, context: EventContext) -> int | None:
        event = cast(e.PurchaseOrderOpened, logged.event)
        return event.tender_id if context.names.get(event.awarder) == contract else None

    return number


# ---- calls -----------------------------------------------------------------------------------------


def fund_order(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of PurchaseOrders.fund: the deposit of a new order, minor units."""
    return document.fields["order_id"], document.fields["deposit_minor"]


def report_receipt(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of PurchaseOrders.receiveDelivery: the quantity that arrived, when, and the receipt's commitment."""
    f = document.fields
    return f["order_id"], f["delivery_id"], f["quantity"], f["received_at"], _ref(document)


def report_inspection(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of PurchaseOrders.inspectDelivery: the accepted quantity and the inspection's commitment."""
    f = document.fields
    return f["order_id"], f["delivery_id"], f["accepted"], _ref(document)


def accept_delivery(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of PurchaseOrders.acceptDelivery: net and tax of the matched invoice, and the match's commitment."""
    f = document.fields
    return f["order_id"], f["delivery_id"], f["net_minor"], f["tax_minor"], _ref(document)


def is_matched(document: Document) -> bool:
    """False for a match that is blocked: it asks for no payment."""
    return bool(document.fields["status"] == MatchStatus.MATCHED)


def close_order(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of PurchaseOrders.close, for a clerk's request to end an order whose time has run out."""
    return (document.fields["order_id"],)


def cancel_order(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of PurchaseOrders.cancel, for an order that nobody has funded in its time."""
    return (document.fields["order_id"],)


def funding_ends(document: Document) -> int:
    """Until when the buyer funds: the time for it after the award, at the latest the promise."""
    f = document.fields
    return min(document.at + int(f["fund_seconds"]), int(f["promised_at"]))


def lapse_dispute(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of PurchaseOrders.lapseDispute, for a dispute that nobody has ruled in its time."""
    return document.fields["order_id"], document.fields["delivery_id"]


def is_contestable(document: Document) -> bool:
    """False for a payment of which nothing is left to dispute: where it was the last, the order ended with it."""
    return bool(document.fields["contestable_until"])


def is_closable(document: Document) -> bool:
    """False for a ruling that leaves an order which is not complete, or ended with it."""
    return bool(document.fields["closable_at"])


def _ref(document: Document) -> str:
    return "0x" + document_root(document).hex()


def _delivery_and_ref(args: Sequence[Any]) -> Sequence[int | str]:
    return args[0], args[1], args[-1]


def _delivery(args: Sequence[Any]) -> Sequence[Any]:
    return args[:2]


def _is_settled(delivery: Mapping[str, Any], args: Sequence[Any]) -> bool:
    return int(delivery["status"]) == SETTLED


def _done_by(event: type[Event]) -> tuple[Emitted | Shown, ...]:
    """The same report stands on chain, or somebody else's act has settled the delivery."""
    return Emitted(event, _delivery_and_ref), Shown("delivery", _delivery, _is_settled)


# ---- money -----------------------------------------------------------------------------------------


class Measure(StrEnum):
    """Amounts of one order, minor units, as one side says them."""

    BILLED = "billed"  # net and tax of accepted deliveries
    PENALTIES = "penalties"
    RELEASED = "released"  # on chain
    CLEARED = "cleared"  # in payables, by payment
    LEFT_ESCROW = "left_escrow"  # out of the escrow account, by payment
    DEPOSITED = "deposited"  # on chain, tops-up included
    REFUNDED = "refunded"  # on chain, when the order changes or ends
    LEDGER_DEPOSITED = "ledger_deposited"
    LEDGER_REFUNDED = "ledger_refunded"


def billed(entries: Entries) -> Amounts:
    """Net and tax of a match, or of the claim or the ruling that stands for it or adds to it."""
    f = entries.document.fields
    return {Measure.BILLED: f["net_minor"] + f["tax_minor"]}


def paid(entries: Entries) -> Amounts:
    """A payment: out of escrow, and payables cleared by it less the penalty."""
    penalty = entries.document.fields["penalty_minor"]
    return {
        Measure.PENALTIES: penalty,
        Measure.LEFT_ESCROW: entries.credit(AccountRole.ESCROW),
        Measure.CLEARED: entries.debit(AccountRole.PAYABLE) - penalty,
    }


def supplemented(entries: Entries) -> Amounts:
    """What a ruling added: as a payment, and a penalty that returns is one the less."""
    f = entries.document.fields
    penalty = f["penalty_minor"] - f["penalty_returned_minor"]
    return {
        Measure.PENALTIES: penalty,
        Measure.LEFT_ESCROW: entries.credit(AccountRole.ESCROW),
        Measure.CLEARED: entries.debit(AccountRole.PAYABLE)
        - entries.credit(AccountRole.PAYABLE)
        - penalty,
    }


def deposited(entries: Entries) -> Amounts:
    """Amount that a deposit or a change of the order brought into the escrow account, minor units."""
    return {Measure.LEDGER_DEPOSITED: entries.debit(AccountRole.ESCROW)}


def refunded(entries: Entries) -> Amounts:
    """Out of escrow, back to the buyer, when the order changes or ends."""
    return {Measure.LEDGER_REFUNDED: entries.credit(AccountRole.ESCROW)}


def changed(entries: Entries) -> Amounts:
    """Into escrow or out of it, as an amendment has it."""
    return {**deposited(entries), **refunded(entries)}


def _paid(measure: Measure, where: str) -> Equation:
    """What was accepted, less penalties, is what was paid, in one of the places that say so."""
    told = f"accepted less penalties {{left}}, {where} {{right}} minor units"
    return Equation((Measure.BILLED,), (measure,), told, less=(Measure.PENALTIES,))


def _moved(chain: Measure, ledger: Measure) -> Equation:
    """Both sides say the same of one movement."""
    told = f"{chain} on chain {{left}}, in the ledger {{right}} minor units"
    return Equation((chain,), (ledger,), told)


MONEY = Money(
    rule="per order: accepted − penalties = released = cleared = left escrow",
    aggregate="order:{order_id}",
    told={
        e.OrderFunded: {Measure.DEPOSITED: "deposit"},
        e.PaymentReleased: {Measure.RELEASED: "paid"},
        e.SupplementPaid: {Measure.RELEASED: "paid"},
        e.OrderAmended: {Measure.DEPOSITED: "topped_up", Measure.REFUNDED: "refunded"},
        e.OrderPartCancelled: {Measure.REFUNDED: "refunded"},
        e.OrderClosed: {Measure.REFUNDED: "refunded"},
    },
    kept={
        "match": billed,
        "silent_acceptance": billed,
        "delivery_ruling": billed,
        "payment": paid,
        "supplement": supplemented,
        "escrow_deposit": deposited,
        "order_amendment": changed,
        "order_part_cancel": refunded,
        "order_close": refunded,
    },
    equations=(
        _paid(Measure.RELEASED, "released on chain"),
        _paid(Measure.CLEARED, "cleared in payables"),
        _paid(Measure.LEFT_ESCROW, "left the escrow account"),
        _moved(Measure.DEPOSITED, Measure.LEDGER_DEPOSITED),
        _moved(Measure.REFUNDED, Measure.LEDGER_REFUNDED),
    ),
)

ORDERS = Capability(
    "orders",
    (
        Contract(
            "PurchaseOrders",
            events={
                "PurchaseOrderOpened": books(
                    v.OpenPurchaseOrder,
                    tender_id=numbered_by("Tenders"),
                    auction_id=numbered_by("ReverseAuctions"),
                    direct_order_id=numbered_by("DirectOrders"),
                    requisition=find_number("requisition_ref"),
                    amount_minor="amount",
                    deposit_minor="deposit",
                ),
                "OrderFunded": books(v.RecordEscrowDeposit, amount_minor="deposit"),
                "DeliveryShipped": books(v.RecordDespatch, shipped_at=block_time),
                "DeliveryReceived": books(v.AttestReceipt, receipt=number_of("receipt_ref")),
                "DeliveryInspected": books(
                    v.AttestInspection,
                    inspection=number_of("inspection_ref"),
                    accepted_amount_minor="accepted_amount",
                ),
                "DiscountGranted": books(v.RecordDiscount, net_minor="net"),
                "DeliveryClaimed": books(
                    v.RecordSilentAcceptance,
                    accepted_amount_minor="accepted_amount",
                    net_minor="net",
                    tax_minor="tax",
                ),
                "PaymentReleased": books(
                    v.RecordPayment,
                    match=paid_match,
                    accepted_amount_minor="accepted_amount",
                    net_minor="net",
                    tax_minor="tax",
                    penalty_minor="penalty",
                    paid_minor="paid",
                ),
                "OrderClosed": books(
                    v.CloseOrder,
                    accepted_amount_minor="accepted_amount",
                    refunded_minor="refunded",
                ),
                "OrderCancelled": books(v.CancelOrder),
                "OrderAmended": books(
                    v.RecordOrderAmendment,
                    amount_minor="amount",
                    topped_up_minor="topped_up",
                    refunded_minor="refunded",
                ),
                "OrderPartCancelled": books(
                    v.RecordOrderPartCancel,
                    amount_minor="amount",
                    refunded_minor="refunded",
                ),
                "DeliveryDisputed": books(
                    v.RecordDeliveryDispute, reason=find_number("reason_ref")
                ),
                "DeliveryDisputeWithdrawn": books(v.RecordDisputeWithdrawal),
                "DeliveryDisputeLapsed": books(v.RecordDisputeLapse),
                "DeliveryRuled": books(
                    v.RecordDeliveryRuling,
                    ruling=find_number("ruling_ref"),
                    accepted_amount_minor="accepted_amount",
                ),
                "SupplementPaid": books(
                    v.RecordSupplement,
                    accepted_amount_minor="accepted_amount",
                    net_minor="net",
                    tax_minor="tax",
                    penalty_returned_minor="penalty_returned",
                    penalty_minor="penalty",
                    paid_minor="paid",
                ),
            },
            holds_money=True,
            custody=AccountRole.ESCROW,
        ),
        Contract(
            "OrderRules",
            unfollowed="holds nothing and emits nothing: which terms an order may have, and who signed its change",
        ),
        Contract(
            "OrderLens", unfollowed="holds nothing and emits nothing: it computes for readers"
        ),
    ),
    calls={
        "purchase_order": (
            Asks(
                contract="PurchaseOrders",
                function="fund",
                lasts=True,
                args=fund_order,
                draws=True,
                aggregate="order:{order_id}",
                signer="buyer",
                moot_on=frozenset({"PurchaseOrders_WrongStatus"}),
                # a buyer that asks for a guarantee first waits for it: its pledge asks for the funding
                taken_back=(
                    TakenBack("guarantee_ask", "order"),
                    TakenBack("order_cancel", "order"),
                ),
            ),
            Asks(
                what="cancel",
                contract="PurchaseOrders",
                function="cancel",
                lasts=True,
                args=cancel_order,
                aggregate="cancel:{order_id}",  # nothing of the order waits for it
                signer=KEEPER,
                due=funding_ends,
                later_by=TOO_EARLY,
                moot_on=frozenset({"PurchaseOrders_WrongStatus"}),
            ),
        ),
        "goods_receipt": Asks(
            contract="PurchaseOrders",
            function="receiveDelivery",
            lasts=True,
            args=report_receipt,
            aggregate="order:{order_id}",
            due="received_at",
            done=_done_by(e.DeliveryReceived),
            over_on={"Room_TooLate": Over(v.RecordReceiptVoid, "receipt", since=1)},
            taken_back=VOIDED,
            reported=Reported(e.DeliveryReceived, "receipt_ref", (e.DeliveryRuled,), DELIVERY),
        ),
        "inspection": Asks(
            contract="PurchaseOrders",
            function="inspectDelivery",
            lasts=True,
            args=report_inspection,
            aggregate="order:{order_id}",
            done=_done_by(e.DeliveryInspected),
            taken_back=VOIDED,
            later_by=TOO_EARLY,
            reported=Reported(e.DeliveryInspected, "inspection_ref", OVERTAKING, DELIVERY),
        ),
        "match": Asks(
            contract="PurchaseOrders",
            function="acceptDelivery",
            lasts=True,
            args=accept_delivery,
            aggregate="order:{order_id}",
            when=is_matched,
            done=_done_by(e.PaymentReleased),
            over_on={"PurchaseOrders_OutOfBounds": Over(v.RecordMatchVoid, "match")},
            taken_back=(*VOIDED, TakenBack("match_void", "match")),
            held_by_audit=True,
            later_by=TOO_EARLY,
            reported=Reported(e.PaymentReleased, "match_ref", OVERTAKING, DELIVERY),
        ),
        "delivery_dispute": Asks(
            contract="PurchaseOrders",
            function="lapseDispute",
            args=lapse_dispute,
            aggregate="lapse:{order_id}:{delivery_id}",  # nothing of the order waits for it
            signer=KEEPER,
            due="rule_by",
            later_by={"Hearing_RulingOpen": 1},
            moot_on=frozenset({"Hearing_NotDisputed", "PurchaseOrders_WrongStatus"}),
        ),
        "delivery_ruling": Asks(
            contract="PurchaseOrders",
            function="close",
            args=close_order,
            aggregate="close:{order_id}:{delivery_id}",  # nothing of the order waits for it
            signer=KEEPER,
            due="closable_at",
            when=is_closable,
            moot_on=CLOSED_OTHERWISE,
        ),
        "order_close_request": Asks(
            contract="PurchaseOrders",
            function="close",
            args=close_order,
            aggregate="order:{order_id}",
            signer=KEEPER,
            due="closable_at",
            moot_on=frozenset({"PurchaseOrders_WrongStatus"}),
            taken_back=(
                TakenBack("order_close", "order"),
            ),  # by its last payment, or by its supplier
        ),
        # An order ends with its last payment, unless something of it may still be disputed: then once that time is over.
        # Not yet complete, it ends with a later payment; disputed, with what ends the dispute.
        "payment": Asks(
            contract="PurchaseOrders",
            function="close",
            args=close_order,
            aggregate="close:{order_id}:{delivery_id}",  # nothing of the order waits for it
            signer=KEEPER,
            due="contestable_until",
            when=is_contestable,
            moot_on=CLOSED_OTHERWISE,
        ),
    },
    money=MONEY,
)
