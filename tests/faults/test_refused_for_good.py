"""The contract takes a report no more: the ERP is told once, whenever the bridge dies, and nobody has to look."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlmodel import Session

from bridge.chain.gateway import Tried
from bridge.errors import CallRefused, PortRefused
from bridge.ports.port import Document, Instruction
from tests.faults.crashes import Died
from tests.faults.test_databases_apart import apart_of
from tests.scenarios.test_silence import AMOUNT
from tests.scenarios.test_too_late import assert_whole, lost_at
from tests.world import DAY, World

Verdicts = tuple[list[CallRefused | None], dict[str, int]]


def late_receipt(world: World) -> Document:
    """Goods were received in time, and the bridge comes a day too late."""
    order = world.tender({"SUPPLIER": AMOUNT})
    delivery = world.ship("SUPPLIER", order, 40)
    world.settle()
    world.node.reach_time(lost_at(order) - 1)
    receipt = world.receive(order, delivery, 40)
    world.inspect(receipt, 40)
    world.wait(DAY)
    return receipt


@pytest.mark.parametrize("apart", [False, True], ids=["one database", "two databases"])
def test_a_bridge_that_dies_after_it_told_tells_nothing_twice(
    world: World, monkeypatch: pytest.MonkeyPatch, apart: bool
) -> None:
    if apart:
        world = apart_of(world)
    late_receipt(world)
    apply = world.bridge.port.apply

    def dies(instructions: Sequence[Instruction], unit: Session | None) -> list[Document]:
        made = apply(instructions, unit)
        if instructions[0].operation == "RecordReceiptVoid":
            raise Died
        return made

    monkeypatch.setattr(world.bridge.port, "apply", dies)
    with pytest.raises(Died):
        world.settle()
    assert len(world.documents("receipt_void")) == int(apart)
    world.reopen()
    world.settle()
    assert len(world.documents("receipt_void")) == 1
    assert_whole(world)


def test_a_report_that_is_mined_a_second_too_late_is_told_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    late_receipt(world)
    gateway, tried = world.bridge.gateway, list[str]()
    static_calls = gateway.static_calls

    def let_through(calls: Sequence[Tried], block: str = "latest") -> Verdicts:
        verdicts, mined = static_calls(calls, block)
        for place, call in enumerate(calls):
            if call[2] == "receiveDelivery" and not tried:
                tried.append(call[2])
                verdicts[place] = None
        return verdicts, mined

    monkeypatch.setattr(gateway, "static_calls", let_through)
    world.settle()
    assert tried
    assert len(world.documents("receipt_void")) == 1
    assert "reverted" not in world.alarms()
    assert_whole(world)


def test_what_the_erp_does_not_believe_waits_for_the_operator(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = late_receipt(world)
    apply = world.bridge.port.apply

    def refuses(instructions: Sequence[Instruction], unit: Session | None) -> list[Document]:
        if instructions[0].operation == "RecordReceiptVoid":
            raise PortRefused("NotLostYet: not so", 0)
        return apply(instructions, unit)

    monkeypatch.setattr(world.bridge.port, "apply", refuses)
    world.settle()
    (stuck,) = world.status()["stuck"]
    assert receipt.number in stuck["key"]
    assert "Room_TooLate" in stuck["reason"]
    assert "not so" in stuck["reason"]
    assert "refused" in world.alarms()
