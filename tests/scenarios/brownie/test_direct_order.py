"""Direct orders: what both sides signed, and the call-offs of a schedule, told as Brownie stories."""

from __future__ import annotations

from typing import Any

from house import DAY, MONEY, NOTHING, House, reference, refuses
from signing import sign

from bridge.commitments.schedules import schedule_proof, schedule_root

QUANTITY, AMOUNT = 100, 1_000_000


def purchase(house: House, **changed: Any) -> tuple[Any, ...]:
    """What both sides would sign: a hundred for a million, good for a day."""
    deadline = changed.pop("deadline", house.chain[-1].timestamp + DAY)
    parties = (house["buyer"].address, house["supplier"].address)
    terms = house.order_terms(**changed)
    return (*parties, reference(), QUANTITY, AMOUNT, deadline, terms)


def signatures(house: House, what: tuple[Any, ...]) -> list[bytes]:
    """Both signatures, made as a wallet makes them."""
    plain = (*what[:2], bytes.fromhex(what[2][2:]), *what[3:])
    return [sign(house, r, "DirectOrders", "DirectOrder", plain) for r in ("buyer", "supplier")]


def open_direct(house: House, what: tuple[Any, ...]) -> int:
    """A stranger brings what both signed; the order."""
    direct = house.contracts["DirectOrders"]
    sent = direct.openDirect(what, *signatures(house, what), house.by("stranger"))
    opened = sent.events["PurchaseOrderOpened"]
    assert opened["awarder"] == direct
    assert opened["tenderId"] == sent.events["DirectOrderOpened"]["directOrderId"]
    return int(opened["orderId"])


def test_what_both_signed_becomes_an_order_once_whoever_brings_it(house: House) -> None:
    what = purchase(house)
    order = open_direct(house, what)
    house.fund(order)
    assert house.deliver(order, QUANTITY) == AMOUNT
    assert house.money("supplier") == MONEY + AMOUNT
    with refuses("DirectOrders_ReferenceSeen"):
        open_direct(house, what)


def test_one_signature_is_not_two_and_nobody_changes_a_word(house: House) -> None:
    direct, what = house.contracts["DirectOrders"], purchase(house)
    of_buyer, of_supplier = signatures(house, what)
    with refuses("DirectOrders_NotSigned"):
        direct.openDirect(what, of_buyer, of_buyer, house.by("stranger"))
    dearer = (*what[:4], AMOUNT + 1, *what[5:])
    with refuses("DirectOrders_NotSigned"):
        direct.openDirect(dearer, of_buyer, of_supplier, house.by("supplier"))


def test_a_signature_ends_at_its_deadline_and_when_it_is_taken_back(house: House) -> None:
    direct, what = house.contracts["DirectOrders"], purchase(house)
    digest = direct.directOrderDigest(what)
    direct.withdrawSignature(digest, house.by("supplier"))
    with refuses("DirectOrders_Withdrawn"):
        open_direct(house, what)
    late = purchase(house)
    house.wait(DAY)
    with refuses("DirectOrders_Expired"):
        open_direct(house, late)


def test_call_offs_of_a_schedule_each_have_their_promise(house: House) -> None:
    """Just in time: sixty in ten days, forty in twenty. The second is late by its own promise, not by the order's."""
    start = house.chain[-1].timestamp
    rows = [(1, 60, start + 10 * DAY), (2, 40, start + 20 * DAY)]
    order = open_direct(house, purchase(house, promised=rows[-1][2], root=schedule_root(rows)))
    house.fund(order)
    with refuses("PurchaseOrders_NotInSchedule"):
        house.ship(order, 60)

    def call_off(number: int, promised_at: int) -> Any:
        row = (number, rows[number - 1][1], promised_at)
        proof = schedule_proof(rows, rows[number - 1])
        return house.orders.shipScheduled(order, *row, proof, reference(), house.by("supplier"))

    with refuses("PurchaseOrders_NotInSchedule"):
        call_off(1, rows[1][2])
    call_off(1, rows[0][2])
    house.receive(order, 1, 60)
    house.inspect(order, 1, 60)
    assert house.accept(order, 1, 600_000).events["PaymentReleased"]["penalty"] == 0

    house.wait_until(rows[1][2] + 3 * DAY)
    call_off(2, rows[1][2])
    house.receive(order, 2, 40)
    house.inspect(order, 2, 40)
    late = house.orders.delivery(order, 2).dict()["daysLate"]
    assert late in (3, 4)
    paid = house.accept(order, 2, 400_000).events["PaymentReleased"]
    assert paid["penalty"] == 400_000 * 100 * late // 10_000
    assert house.money("supplier") == MONEY + 1_000_000 - paid["penalty"]


def test_an_order_without_a_schedule_has_none(house: House) -> None:
    order = open_direct(house, purchase(house, root=NOTHING))
    house.fund(order)
    with refuses("PurchaseOrders_NotInSchedule"):
        due = house.chain[-1].timestamp + DAY
        house.orders.shipScheduled(order, 1, 100, due, [], reference(), house.by("supplier"))
    house.deliver(order, QUANTITY)
