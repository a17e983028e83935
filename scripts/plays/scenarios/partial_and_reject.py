"""partial-and-reject: two deliveries, rejected units, lateness, and a ruling after the payment (部分拒收与裁定)."""

from __future__ import annotations

from bridge.commitments.documents import document_root
from bridge.ports.port import Document
from erp.signing.schemas import StateReason, StateRuling

from ..acts.buying import BUYER, DAY, HOUR, POLICY, STOCK, STOCK_VALUE, in_spans
from ..acts.spans import Spans, Wait
from .model import BUYS, SUPPLIES, Party, Scenario
from .stage import Stage

AMOUNT, ORDERED = 1_000_003, 100  # minor units, units
FIRST_RECEIVED, FIRST_ACCEPTED, RULED = 60, 50, 55
SECOND_RECEIVED, SECOND_ACCEPTED = 50, 40
DAYS_LATE = 3
TOKENS = 10_000_000
ISSUED = 1  # the unit whose issue sets the purchase off
CAST = (
    Party(
        *(BUYER, "Buyer 采购方", BUYS, TOKENS, ("PurchaseOrders",)),
        house=True,
        budget_minor=5_000_000,
    ),
    Party("SUPPLIER", "Supplier 供应商", SUPPLIES, TOKENS, ("Tenders",)),
    Party("RIVAL", "Rival 竞争者", SUPPLIES, TOKENS, ("Tenders",)),
    Party("ARBITER", "Arbiter 仲裁人", 0, 0),
)


def worth(units: int) -> int:
    """What so many of the ordered units cost together: the amount's share, rounded down."""
    return AMOUNT * units // ORDERED


def play(stage: Stage) -> None:
    """Plays it to its end."""
    with stage.step(
        "warehouse", "issues a unit: the stock is below its threshold, and a tender opens"
    ):
        stage.issue(ISSUED)
    with stage.step("SUPPLIER, RIVAL", "seal bids, and open them; the lower is awarded and funded"):
        stage.bid(stage.last("tender"), {"SUPPLIER": AMOUNT, "RIVAL": AMOUNT + 1})
    order = stage.last("purchase_order")
    stage.figure("ordered_minor", order.fields["amount_minor"], AMOUNT)
    _first_part(stage, order)
    dispute = _dispute(stage, order)
    penalty = _second_part(stage, order)
    _ruling(stage, order, dispute)
    _close(stage, order, penalty)


def waits(spans: Spans) -> tuple[Wait, ...]:
    """What it waits for by the chain's clock."""
    lead = in_spans(POLICY, spans)["lead_seconds"]
    late = (DAYS_LATE - 1) * DAY + HOUR
    return Wait("the promised day", lead), Wait("the second part is late", late)


def _first_part(stage: Stage, order: Document) -> None:
    with stage.step("SUPPLIER", f"ships {FIRST_RECEIVED}"):
        stage.despatch("SUPPLIER", order, FIRST_RECEIVED)
    with stage.step(
        "warehouse, quality, finance",
        f"receive {FIRST_RECEIVED}, accept {FIRST_ACCEPTED}, book the invoice: paid the same second",
    ):
        stage.wait(stage.spans.transit)
        net = worth(FIRST_ACCEPTED)
        stage.deliver(order, 1, FIRST_RECEIVED, FIRST_ACCEPTED, net, "INV-1")
    paid = worth(FIRST_ACCEPTED)
    stage.figure("first_payment_minor", stage.balance("SUPPLIER") - TOKENS, paid)


def _dispute(stage: Stage, order: Document) -> Document:
    with stage.step("SUPPLIER", "states its reason and disputes the ten rejected units in time"):
        inspection = stage.last("inspection")
        reason = stage.erp(
            StateReason(
                party="SUPPLIER",
                about=inspection.number,
                text="the scale of the quality desk was out of true",
            ),
            "supplier:clerk",
        )
        told = (order.fields["order_id"], 1, document_root(reason))
        stage.transact("SUPPLIER", "PurchaseOrders", "disputeDelivery", *told)
    dispute = stage.last("delivery_dispute")
    stage.figure("reason", dispute.fields["reason"], reason.number)
    return dispute


def _second_part(stage: Stage, order: Document) -> int:
    """What lateness costs, minor units."""
    with stage.step("SUPPLIER", f"ships {SECOND_RECEIVED}, which come {DAYS_LATE} days late"):
        stage.despatch("SUPPLIER", order, SECOND_RECEIVED)
        stage.reach(order.fields["promised_at"] + (DAYS_LATE - 1) * DAY + HOUR)
    second = worth(FIRST_ACCEPTED + SECOND_ACCEPTED) - worth(FIRST_ACCEPTED)
    with stage.step(
        "warehouse, quality, finance",
        f"receive {SECOND_RECEIVED}, accept {SECOND_ACCEPTED}, book the invoice: paid less the penalty",
    ):
        stage.deliver(order, 2, SECOND_RECEIVED, SECOND_ACCEPTED, second, "INV-2")
    bps = min(DAYS_LATE * POLICY["lateness_bps_per_day"], POLICY["lateness_cap_bps"])
    penalty = int(second * bps // 10_000)
    payment = stage.last("payment").fields
    stage.figure("days_late", payment["days_late"], DAYS_LATE)
    stage.figure("penalty_minor", payment["penalty_minor"], penalty)
    paid = worth(FIRST_ACCEPTED + SECOND_ACCEPTED) - penalty
    stage.figure("paid_before_ruling_minor", stage.balance("SUPPLIER") - TOKENS, paid)
    return penalty


def _ruling(stage: Stage, order: Document, dispute: Document) -> None:
    added = worth(RULED + SECOND_ACCEPTED) - worth(FIRST_ACCEPTED + SECOND_ACCEPTED)
    with stage.step("arbiter", f"rules that {RULED} of the first part were good: paid at once"):
        ruling = stage.erp(
            StateRuling(
                party="ARBITER",
                about=dispute.number,
                text="five of the ten units were within tolerance",
            ),
            "arbiter:clerk",
        )
        arrived = stage.documents("goods_receipt")[0].fields["received_at"]
        told = (order.fields["order_id"], 1, FIRST_RECEIVED, RULED, arrived, document_root(ruling))
        stage.transact("arbiter", "PurchaseOrders", "ruleDelivery", *told)
    ruled = stage.last("delivery_ruling").fields
    stage.figure("ruling", ruled["ruling"], ruling.number)
    stage.figure("ruled_delta_minor", ruled["added_minor"], added)
    stage.figure("second_payment_minor", stage.last("supplement").fields["paid_minor"], added)


def _close(stage: Stage, order: Document, penalty: int) -> None:
    before = stage.available()
    with stage.step("SUPPLIER", "closes the order: what was not delivered goes back"):
        stage.transact("SUPPLIER", "PurchaseOrders", "close", order.fields["order_id"])
    accepted = worth(RULED + SECOND_ACCEPTED)
    close = stage.last("order_close").fields
    stage.figure("accepted_minor", close["accepted_amount_minor"], accepted)
    stage.figure("paid_minor", stage.balance("SUPPLIER") - TOKENS, accepted - penalty)
    stage.figure("refunded_minor", close["refunded_minor"], AMOUNT - accepted + penalty)
    stage.figure("budget_released_minor", stage.available() - before, AMOUNT - accepted)
    stage.figure("escrow_at_end_minor", stage.custody("PurchaseOrders"), 0)
    (stock,) = stage.sql("SELECT on_hand, value_minor FROM stock_level WHERE item = 'STEEL'")
    units = STOCK - ISSUED
    stage.figure("stock_on_hand", int(stock[0]), units + RULED + SECOND_ACCEPTED)
    value = STOCK_VALUE * units // STOCK + accepted - penalty
    stage.figure("stock_value_minor", int(stock[1]), value)


SCENARIO = Scenario(
    "partial-and-reject",
    "part rejected, part late, and a ruling after the payment",
    "部分拒收与裁定",
    "100 units for 10,000.03: 50 of 60 accepted and paid, 40 of 50 accepted three days late and paid less a penalty; the "
    "supplier disputes the first rejection, the arbiter rules for five more units, and they are paid at once.",
    CAST,
    play,
    waits,
    item=POLICY,
)
