"""Attack 8: the bridge dies before it tells a person that its act was refused, and blocks leave the chain meanwhile.

What the chain refused before is asked about again then. An act of a person is none of the calls that the house makes.
"""

from __future__ import annotations

import pytest

from bridge.ports.embedded import EmbeddedPort
from tests.faults.attacking import PAYEE, asks_to_pay, outcomes, row_of
from tests.faults.crashes import Died
from tests.faults.test_deep_reorg import Branches
from tests.world import BUYER, World


def test_an_act_of_a_person_is_not_put_in_line_as_a_call_of_the_house(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    branches = Branches(world)
    held = world.balance(BUYER)
    to = world.people[PAYEE].address
    world.transact(BUYER, "SettlementToken", "transfer", to, held - 1)
    world.settle()
    asked = asks_to_pay(world)  # more than is left
    apply = EmbeddedPort.apply

    def mortal(port: EmbeddedPort, told: object, unit: object) -> object:
        if any(each.operation == "EndAct" for each in told):  # type: ignore[attr-defined]
            raise Died("before it was told")
        return apply(port, told, unit)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(EmbeddedPort, "apply", mortal)
        with pytest.raises(Died):
            world.settle()
    assert row_of(world, asked)["status"] == "refused"
    branches.leave(2)
    world.reopen()
    world.settle()
    assert outcomes(world, asked) == ["refused"]
    assert "not signed" not in world.alarms(), world.alarms()
