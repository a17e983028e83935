"""Somebody uses the bridge's key outside of the bridge: the call goes out again with a new nonce, once, with an alarm."""

from __future__ import annotations

import pytest

from bridge.chain.gateway import Gateway
from tests.world import World


def test_a_replaced_transaction_is_made_anew_and_takes_effect_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyer = world.people["BUYER"]
    world.issue()
    with monkeypatch.context() as patch:
        patch.setattr(Gateway, "send", lambda _self, raw: [None] * len(raw))  # lost on the way
        world.settle_passes(3)
    to = world.people["SUPPLIER"].address
    buyer._nonce = None
    world.transact("BUYER", "SettlementToken", "transfer", to, 4_321)  # takes the stored nonce
    world.clock.ahead += 10
    world.settle()
    world.settle()
    assert "was used by another transaction" in world.alarms()["replaced"]
    assert len(world.documents("tender")) == 1
    attempts = world.sql(
        "SELECT a.nonce, a.lost FROM bridge_attempt a JOIN bridge_outbox o ON o.id = a.outbox_id "
        "WHERE o.function = 'openTender' ORDER BY a.nonce"
    )
    assert [bool(lost) for _, lost in attempts] == [True, False]
    assert attempts[1][0] == attempts[0][0] + 1
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_nonce_used_between_two_calls_raises_an_alarm_and_is_skipped(world: World) -> None:
    world.tender({"SUPPLIER": 1_000_003})
    buyer = world.people["BUYER"]
    buyer._nonce = None
    world.transact("BUYER", "SettlementToken", "transfer", world.people["RIVAL"].address, 1)
    world.stock_item("COPPER")
    world.open_tender("COPPER")
    assert "was used outside of this bridge" in world.alarms()["foreign nonce"]
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_retry_of_a_call_that_was_replaced_and_then_refused_keeps_its_history(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tender's call lost its nonce, then its only suppliers were suspended: the operator retries when that is over."""
    world.issue()
    with monkeypatch.context() as patch:
        patch.setattr(Gateway, "send", lambda _self, raw: [None] * len(raw))
        world.settle_passes(3)
    world.people["BUYER"]._nonce = None
    world.transact("BUYER", "SettlementToken", "transfer", world.people["RIVAL"].address, 1)
    world.transact("guardian", "Participants", "pauseObligations")
    world.clock.ahead += 10
    world.settle()
    world.settle()
    (stuck,) = world.status()["stuck"]
    assert "ObligationsStopped" in stuck["reason"]
    world.transact("guardian", "Participants", "resumeObligations")
    world.retry(stuck["key"])
    world.settle()
    assert len(world.documents("tender")) == 1
    world.assert_nothing_waits()
    world.assert_audit_holds()
