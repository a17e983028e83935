"""reorder-to-pay 采购到付款: the main job in each way to buy there is, from falling stock to the last minor unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridge.ports.port import Document

from ..acts.buying import AUCTION, BUYER, DAY, DELIVERY_SECONDS, HOUR, POLICY, in_spans
from ..acts.claims import FINANCIER, FINANCIER_BIT, sell
from ..acts.spans import MINUTE, Spans, Wait
from .model import BUYS, SUPPLIES, Party, Scenario
from .stage import Stage

TOKENS, BUDGET = 100_000_000, 50_000_000
FIRMS = ("SUPPLIER", "RIVAL", "THIRD")
BOND = 5_000
UNITS = int(POLICY["reorder_quantity"])
CEILING = int(POLICY["estimate_minor"])
DAY_VALUE, CREDIT_WEIGHT_BPS, DAYS_MAX = 10_000, 2_000, 10
BPS = 10_000
TERMS: dict[str, Any] = {**POLICY, "candidates": FIRMS, "bond_minor": BOND}
DRAWN = ("Tenders", "ReverseAuctions")
CAST = (
    Party(
        *(BUYER, "Buyer 采购方", BUYS, TOKENS, ("PurchaseOrders",)),
        house=True,
        budget_minor=BUDGET,
    ),
    *(Party(code, f"{code.title()} 供应商", SUPPLIES, TOKENS, DRAWN) for code in FIRMS),
    Party(FINANCIER, "Bank 资金方", FINANCIER_BIT, TOKENS, ("Receivables",)),
)
CUSTODIANS = ("Tenders", "ReverseAuctions", "PurchaseOrders", "Receivables")
Bids = Mapping[str, tuple[int, int]]  # who: amount, days


def play(stage: Stage) -> None:
    """Plays all ways to buy, one after the other, on one chain and in one set of books."""
    earned = dict.fromkeys((*FIRMS, FINANCIER), 0)
    for variant in (sealed, days_and_credit, second_price, lots, auction, deferred):
        for who, amount in variant(stage).items():
            earned[who] += amount
    with stage.step("time", "passes: nobody contests a payment, and the orders are closed"):
        stage.reach(max(d.fields["contestable_until"] or 0 for d in stage.documents("payment")))
    orders = len(stage.documents("purchase_order"))
    stage.figure("orders_closed", len(stage.documents("order_close")), orders)
    for who, amount in earned.items():
        stage.figure(f"{who.lower()}_earned_minor", stage.balance(who) - TOKENS, amount)
    stage.figure("buyer_paid_minor", TOKENS - stage.balance(BUYER), sum(earned.values()))
    for contract in CUSTODIANS:
        stage.figure(f"held_by_{contract}_minor", stage.custody(contract), 0)
    encumbered = [stage.account(BUYER, account) for account in ("9001", "9002")]
    stage.figure("still_encumbered_minor", encumbered, [0, 0])
    stage.figure("available_minor", stage.available(), BUDGET - sum(earned.values()))


def waits(spans: Spans) -> tuple[Wait, ...]:
    """What it waits for by the chain's clock."""
    bonded = spans.bonded_bids
    return (
        Wait("five tenders with bonds: bids are sealed, and opened", 10 * bonded),
        Wait("an auction, and its extension", bonded + HOUR - MINUTE),
        Wait("eight shipments", 8 * min(HOUR, spans.transit)),
        Wait("the claim is due", spans.payment),
        Wait("payments may be contested", max(0, spans.silence - spans.payment)),
    )


# ---- the ways to buy --------------------------------------------------------------------------


def sealed(stage: Stage) -> dict[str, int]:
    """The lowest of three sealed bids wins, and is paid on the day of acceptance (T+0)."""
    bids = {"SUPPLIER": (1_000_000, 0), "RIVAL": (1_050_000, 0), "THIRD": (1_100_000, 0)}
    winner, price = min(((who, amount) for who, (amount, _) in bids.items()), key=lambda b: b[1])
    order = _tendered(stage, "STEEL", bids, "their prices")
    _won(stage, "sealed", order, winner, price)
    _delivered(stage, order, winner, price)
    payment, match = stage.last("payment"), stage.last("match")
    stage.figure("sealed_days_from_match_to_payment", (payment.at - match.at) // DAY, 0)
    return {winner: price}


def days_and_credit(stage: Stage) -> dict[str, int]:
    """Days and credit are worth money: who delivers sooner wins at a higher price, and its days become the promise."""
    lead = 2 * stage.spans.bonded_bids + (DAYS_MAX + 1) * DAY  # the latest bid can still be kept
    terms = {
        "day_value_minor": DAY_VALUE,
        "max_days": DAYS_MAX,
        "lead_seconds": max(stage.spans.lead, lead),
        "credit_weight_bps": CREDIT_WEIGHT_BPS,
    }
    bids = {"SUPPLIER": (1_000_000, 9), "RIVAL": (1_050_000, 2)}
    credit = {who: stage.score(who) for who in bids}
    scores = {who: _score(*bid, credit[who]) for who, bid in bids.items()}
    winner = min(scores, key=lambda who: scores[who])
    order = _tendered(stage, "COPPER", bids, "an amount and days", **terms)
    told = {d.fields["supplier_code"]: int(d.fields["score"]) for d in stage.documents("quotation")}
    stage.figure("days_scores_minor", {who: told[who] for who in bids}, scores)
    amount, days = bids[winner]
    _won(stage, "days", order, winner, amount)
    promise = order.fields["promised_at"] - stage.last("tender").fields["review_end"]
    stage.figure("days_promised_seconds", promise, days * DAY)
    _delivered(stage, order, winner, amount)
    return {winner: amount}


def _score(amount: int, days: int, credit_bps: int) -> int:
    """Price and days in money, raised by what is missing of the credit; rounded up."""
    worth = amount + days * DAY_VALUE
    raised = BPS * BPS + CREDIT_WEIGHT_BPS * (BPS - credit_bps)
    return -(-worth * raised // BPS**2)


def second_price(stage: Stage) -> dict[str, int]:
    """The winner is paid what would still have matched the second (Vickrey)."""
    bids = {"SUPPLIER": (900_000, 0), "RIVAL": (1_100_000, 0), "THIRD": (1_150_000, 0)}
    lowest, second = sorted(amount for amount, _ in bids.values())[:2]
    winner = next(who for who, (amount, _) in bids.items() if amount == lowest)
    order = _tendered(stage, "TIN", bids, "their prices, for a second price", second_price=True)
    _won(stage, "second_price", order, winner, second)
    _delivered(stage, order, winner, second)
    return {winner: second}


def lots(stage: Stage) -> dict[str, int]:
    """One need in three lots; each goes to whoever bids best for it."""
    amounts = (
        {"SUPPLIER": 300_000, "RIVAL": 310_000},
        {"SUPPLIER": 330_000, "RIVAL": 320_000},
        {"SUPPLIER": 290_000, "RIVAL": 295_000},
    )
    with stage.step("warehouse", "issues zinc: its need is opened in three lots at once"):
        stage.stock_item("ZINC", **{**_terms(stage), "item": "ZINC", "sourcing": "lots", "lots": 3})
        stage.issue(item="ZINC")
    opened = stage.documents("tender")[-3:]
    part, more = divmod(UNITS, 3)
    quantities = [part + (1 if i < more else 0) for i in range(3)]
    stage.figure("lots_units", [d.fields["quantity"] for d in opened], quantities)
    before = len(stage.documents("purchase_order"))
    with stage.step("SUPPLIER, RIVAL", "bid for each lot, and open their bids"):
        for tender, bids in zip(opened, amounts, strict=True):
            for who, amount in bids.items():
                stage.commit(who, tender, amount)
        stage.reach(opened[-1].fields["commit_end"])
        for tender, bids in zip(opened, amounts, strict=True):
            for who in bids:
                stage.reveal(who, tender)
        stage.reach(opened[-1].fields["reveal_end"])
    orders = stage.documents("purchase_order")[before:]
    best = [min(bids, key=lambda who, bids=bids: bids[who]) for bids in amounts]  # type: ignore[misc]
    stage.figure("lots_winners", [d.fields["supplier_code"] for d in orders], best)
    earned: dict[str, int] = {}
    for order, who, bids in zip(orders, best, amounts, strict=True):
        _delivered(stage, order, who, bids[who])
        earned[who] = earned.get(who, 0) + bids[who]
    return earned


def auction(stage: Stage) -> dict[str, int]:
    """Three underbid each other in the open, the last within the extension; every bond comes back by itself."""
    with stage.step("warehouse", "issues lead: an open auction begins"):
        terms = {**_terms(stage), **AUCTION, "item": "LEAD"}
        longest = AUCTION["max_extensions"] * AUCTION["extension_seconds"]
        windows = 2 * stage.spans.bonded_bids + longest + DELIVERY_SECONDS
        terms["lead_seconds"] = max(stage.spans.lead, windows)
        stage.stock_item("LEAD", **terms)
        stage.issue(item="LEAD")
    opened = stage.last("auction")
    with stage.step("SUPPLIER, RIVAL, THIRD", "underbid each other"):
        for who, amount in (("SUPPLIER", 1_190_000), ("RIVAL", 1_170_000), ("THIRD", 1_150_000)):
            stage.underbid(who, opened, amount)
    stage.figure("auction_bonds_minor", stage.custody("ReverseAuctions"), 3 * BOND)
    with stage.step("SUPPLIER", "bids in the last seconds: the auction goes on for an hour"):
        stage.reach(opened.fields["ends_at"] - MINUTE)
        stage.underbid("SUPPLIER", opened, 1_100_000)
    last = stage.last("auction_bid").fields
    stage.figure("auction_extensions", last["extensions"], 1)
    with stage.step("time", "ends the auction: awarded, ordered and funded, all bonds returned"):
        stage.reach(last["ends_at"])
    stage.figure("auction_bonds_returned", len(stage.documents("auction_bond_return")), 3)
    stage.figure("auction_bonds_left_minor", stage.custody("ReverseAuctions"), 0)
    order = stage.last("purchase_order")
    _won(stage, "auction", order, "SUPPLIER", 1_100_000)
    _delivered(stage, order, "SUPPLIER", 1_100_000)
    return {"SUPPLIER": 1_100_000}


def deferred(stage: Stage) -> dict[str, int]:
    """Paid after 30 days by a claim, which the supplier sells to the bank at a discount; the bank is paid when it is due."""
    price, discounted, term = 1_080_000, 1_070_000, stage.spans.payment
    order = _tendered(
        stage,
        "NICKEL",
        {"THIRD": (price, 0)},
        "a price for payment after 30 days",
        payment_seconds=term,
    )
    _won(stage, "deferred", order, "THIRD", price)
    _delivered(stage, order, "THIRD", price)
    claim = stage.last("receivable")
    stage.figure("deferred_due_after_days", (claim.fields["due_at"] - claim.at) // DAY, term // DAY)
    with stage.step("THIRD, FINANCIER", "offer and buy the claim at a discount"):
        sell(stage, "THIRD", claim.fields["claim_id"], discounted, price)
    stage.figure("claim_sold_minor", stage.last("discounting").fields["price_minor"], discounted)
    with stage.step("time", "passes to the due day: whoever holds the claim is paid by itself"):
        stage.reach(claim.fields["due_at"])
    paid = stage.last("receivable_payment").fields
    stage.figure("claim_paid_minor", paid["amount_minor"], price)
    return {"THIRD": discounted, FINANCIER: price - discounted}


# ---- what they have in common -----------------------------------------------------------------


def _terms(stage: Stage) -> dict[str, Any]:
    return in_spans(TERMS, stage.spans)


def _tendered(stage: Stage, item: str, bids: Bids, what: str, **terms: Any) -> Document:
    """Stock of an item falls, these bid, the best is awarded; the order."""
    with stage.step("warehouse", f"issues {item.lower()}: a tender opens to the qualified"):
        if item != "STEEL":
            stage.stock_item(item, **{**_terms(stage), "item": item, **terms})
        stage.issue(item=item)
    with stage.step(", ".join(bids), f"seal {what}, and open them; the best is awarded and funded"):
        stage.bid_days(stage.last("tender"), bids)
    return stage.last("purchase_order")


def _won(stage: Stage, variant: str, order: Document, who: str, amount: int) -> None:
    stage.figure(f"{variant}_winner", order.fields["supplier_code"], who)
    stage.figure(f"{variant}_price_minor", order.fields["amount_minor"], amount)


def _delivered(stage: Stage, order: Document, who: str, amount: int) -> None:
    """All of an order is shipped, received, accepted and invoiced in time; the bridge pays it."""
    with stage.step(who, f"ships all of {order.number}; it is received, accepted and invoiced"):
        units = order.fields["quantity"]
        delivery = stage.ship(who, order, units)
        stage.wait(min(HOUR, stage.spans.transit))
        stage.deliver(order, delivery, units, units, amount, f"INV-{order.number}")


SCENARIO = Scenario(
    "reorder-to-pay",
    "the main job in each way to buy",
    "采购到付款",
    "Stock falls below its threshold six times, and is bought by sealed bids, by price with days and credit, at a second "
    "price, in lots, in an open auction, and for deferred payment by a claim that a bank discounts.",
    CAST,
    play,
    waits,
    item=TERMS,
)
