"""Review 16: with databases apart a person sees what to sign before the bridge has noted that it showed it."""

from __future__ import annotations

import pytest

from bridge.ports.embedded import EmbeddedPort
from tests.faults.attacking import answers, asks_to_pay, outcomes, paid, requests_of, row_of
from tests.faults.crashes import Died
from tests.faults.test_databases_apart import apart_of
from tests.world import World


def dies_once_told(world: World, monkeypatch: pytest.MonkeyPatch, operation: str) -> None:
    """The daemon is killed between the ERP's commit of such an instruction and its own."""
    apply = EmbeddedPort.apply

    def mortal(port: EmbeddedPort, told: object, unit: object) -> object:
        made = apply(port, told, unit)  # type: ignore[arg-type]
        if any(each.operation == operation for each in told):  # type: ignore[attr-defined]
            raise Died(operation)
        return made

    with monkeypatch.context() as patch:
        patch.setattr(EmbeddedPort, "apply", mortal)
        with pytest.raises(Died):
            world.settle()


def test_an_answer_to_what_was_shown_just_before_a_death_is_not_lost(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart = apart_of(world)
    asked = asks_to_pay(apart)
    dies_once_told(apart, monkeypatch, "OfferSigning")
    assert len(requests_of(apart, asked)) == 1
    answers(apart, asked)  # while no bridge is there
    apart.reopen()
    apart.settle()
    assert (paid(apart), outcomes(apart, asked)) == (1, ["done"]), row_of(apart, asked)
    apart.assert_audit_holds()
