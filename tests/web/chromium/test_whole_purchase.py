"""One purchase from fallen stock to the books, by six persons in six browsers, while the bridge is killed twice.

Chain, server and bridge are real and run by themselves; what persons do, they do with the pages alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest

from tests.world import BUYER, DAY, HOUR, World

from .ring import Ring, Somebody, ring_of

DOWN_MS = 5_000
ITEM = "COPPER"
TERMS = {
    "commit_seconds": HOUR,
    "reveal_seconds": HOUR,
    "tax_bps": 1_300,
    "estimate_minor": 4_000_000,
}
FIRST, SECOND = "31,415.93", "32,718.28"  # prices of S1 and S2
NET, TAX, PAID = "31,415.93", "4,084.07", "35,500.00"
pytestmark = [pytest.mark.sqlite("a browser sees no database"), pytest.mark.slow, pytest.mark.chain]


def forms_of(price: str) -> tuple[str, ...]:
    """How a price may stand on a wire."""
    minor = price.replace(",", "").replace(".", "")
    return (price, minor, price.replace(",", ""), quote_plus(price))


def seal(supplier: Somebody, price: str) -> Path:
    """A supplier seals its bid and hands it in; the file that opens it."""
    page = supplier.page
    supplier.work("Seal a bid")
    page.get_by_label("Price of the whole").fill(price)
    page.get_by_role("button", name="Seal", exact=True).click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the bid").click()
    kept = supplier.folder / "bid.json"
    saved.value.save_as(kept)
    page.get_by_role("button", name="Hand in").click()
    return kept


def salt_of(file: Path) -> str:
    """What opens a sealed bid beside its price."""
    return str(json.loads(file.read_text(encoding="utf-8"))["salt"])[2:]


def open_bid(supplier: Somebody, file: Path) -> None:
    """A supplier opens its bid in the page, which sends the signed transaction and tells when it is booked."""
    supplier.work("Open your bid")
    supplier.page.get_by_label("File of your bid").set_input_files(str(file))
    supplier.sees("It is sent when you sign it")
    supplier.choose_key("send-desk")
    supplier.press_sign()
    supplier.sees("and booked")


def says_that_the_bridge_is_down(somebody: Somebody) -> None:
    """Within five seconds, on a page that lay open."""
    down = somebody.page.locator("#ring-line strong.no", has_text="DOWN")
    down.wait_for(timeout=DOWN_MS)


@dataclass
class Six:
    """The persons of a purchase."""

    clerk: Somebody  # of the warehouse
    buyer: Somebody
    inspector: Somebody
    accountant: Somebody
    s1: Somebody
    s2: Somebody


def six(ring: Ring) -> Six:
    """Six persons, each signed in at a browser of its own; the suppliers' have keys."""
    return Six(
        clerk=ring.employ("li", BUYER, "receive"),
        buyer=ring.employ("wang", BUYER, "order"),
        inspector=ring.employ("zhao", BUYER, "inspect"),
        accountant=ring.employ("qian", BUYER, "keep_books"),
        s1=ring.employ("s-one", "SUPPLIER", "supply", key_of="SUPPLIER"),
        s2=ring.employ("s-two", "RIVAL", "supply", key_of="RIVAL"),
    )


def stock_falls(who: Six) -> None:
    """The clerk issues goods, and the buyer sees requisition and tender come by themselves."""
    who.buyer.go("Reorder board", within="Buying")
    who.clerk.go("Reorder board", within="Buying")
    who.clerk.page.get_by_role("link", name=ITEM, exact=True).click()
    who.clerk.page.get_by_label("Quantity").fill("1")
    who.clerk.page.get_by_role("button", name="Issue", exact=True).click()
    who.clerk.sees("PR-")
    who.buyer.page.locator("#reorder-board").get_by_role("link", name="TND-").click()


def both_bid(ring: Ring, who: Six) -> tuple[Path, Path]:
    """Both suppliers seal; the bridge is killed between them, and started once the second has handed in."""
    first = seal(who.s1, FIRST)
    who.s1.sign()
    who.s1.sees("Your bid is sealed")
    ring.kill_bridge()
    says_that_the_bridge_is_down(who.buyer)
    second = seal(who.s2, SECOND)
    who.s2.sees("appears here in a moment")
    ring.start_bridge()
    who.s2.sign()
    who.s2.sees("Your bid is sealed")
    return first, second


def delivered(ring: Ring, who: Six) -> None:
    """S1 ships; the goods are received and inspected, and invoiced while the bridge is dead."""
    s1, clerk, inspector = who.s1, who.clerk, who.inspector
    s1.work("Ship")
    s1.page.get_by_label("Number of the delivery note").fill("DN-778")
    s1.page.get_by_role("button", name="Ship", exact=True).click()
    s1.sign()
    clerk.work("Receive")
    clerk.page.get_by_role("button", name="Receive", exact=True).click()
    clerk.sees("GR-")
    inspector.work("Inspect")
    ring.kill_bridge()
    says_that_the_bridge_is_down(who.accountant)
    inspector.page.get_by_role("button", name="Inspect", exact=True).click()
    inspector.sees("QI-")
    s1.work("Send the invoice")
    assert s1.page.get_by_label("Net, CNY").input_value() == NET
    assert s1.page.get_by_label("Tax, CNY").input_value() == TAX
    s1.page.get_by_label("Your invoice number").fill("INV-778")
    s1.page.get_by_role("button", name="Send the invoice").click()
    s1.sees("Made:")
    ring.start_bridge()


def paid(somebody: Somebody) -> None:
    """Waits until the order on the page says that it is paid."""
    figure = somebody.page.locator("dl.figures div", has_text="Paid")
    figure.get_by_text(PAID, exact=True).wait_for()


def test_six_persons_take_a_purchase_from_fallen_stock_to_the_books_while_the_bridge_is_killed(
    chromium: Any, world: World
) -> None:
    world.stock_item(ITEM, **TERMS)
    world.settle()
    with ring_of(world, chromium) as ring:
        who = six(ring)
        stock_falls(who)
        files = both_bid(ring, who)
        tender = world.last("tender")
        before_the_reveal = [bytes(each.relay.said) for each in ring.people.values()]
        world.reach(tender.fields["commit_end"])
        for supplier, file in zip((who.s1, who.s2), files, strict=True):
            open_bid(supplier, file)
        ring.until(lambda: len(world.documents("quotation")) == 2, "both bids are open")
        heard_by_s2 = bytes(who.s2.relay.heard)
        world.reach(tender.fields["reveal_end"])
        delivered(ring, who)
        paid(who.s1)
        who.buyer.go("Orders", within="Buying")
        who.buyer.page.get_by_role("link", name="PO-").click()
        paid(who.buyer)
        who.accountant.go("Books", within="Money")
        who.accountant.page.get_by_role("link", name="Journal lines").click()
        who.accountant.sees(PAID)
        who.s2.page.reload()
        who.s2.sees(FIRST)  # opened bids are everybody's once the reveal is over
        ring.bridge.stop()
        nothing_is_lost_or_doubled(world)
        s2_hears_no_price_of_s1(heard_by_s2, bytes(who.s2.relay.heard))
        nothing_secret_passed(ring, before_the_reveal, [salt_of(file) for file in files])


def nothing_is_lost_or_doubled(world: World) -> None:
    """One document of each step, and chain and books tell one story."""
    world.reopen()
    world.settle()
    once = (
        "goods_issue", "requisition", "tender", "award", "purchase_order", "escrow_deposit", "despatch", "goods_receipt",
        "inspection", "supplier_invoice", "match", "payment",
    )  # fmt: skip
    assert {each: len(world.documents(each)) for each in once} == dict.fromkeys(once, 1)
    assert len(world.documents("bid")) == len(world.documents("quotation")) == 2
    world.clock.ahead += DAY
    world.settle()
    world.assert_nothing_waits()
    world.assert_audit_holds()


def s2_hears_no_price_of_s1(heard: bytes, later: bytes) -> None:
    """In no answer, page, stream or file until the reveal was over."""
    assert b"content-encoding" not in heard.lower()
    assert FIRST.encode() in later  # where it is told it is found
    for form in forms_of(FIRST):
        assert form.encode() not in heard


def nothing_secret_passed(ring: Ring, before: list[bytes], salts: list[str]) -> None:
    """No key and no password of one on any wire; no price and no salt before the bids were opened."""
    for each in ring.people.values():
        for secret in ring.secrets():
            for form in (secret, quote_plus(secret), json.dumps(secret)[1:-1]):
                assert form.encode() not in each.relay.said
                assert form.encode() not in each.relay.heard
    for said in before:
        for form in (*forms_of(FIRST), *forms_of(SECOND), *salts):
            assert form.encode() not in said
