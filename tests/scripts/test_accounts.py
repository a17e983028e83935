"""What a person hears of a transaction that was mined and failed."""

from __future__ import annotations

import threading

import pytest

from bridge.chain.gateway import encode_call
from bridge.errors import CallRefused
from scripts.deployment import accounts
from scripts.deployment.accounts import send_together
from tests.world import World

pytest_plugins = ("tests.worlds",)
pytestmark = pytest.mark.chain
REASON = bytes(32)


def test_what_another_was_faster_with_is_refused_by_the_rule_that_it_met(world: World) -> None:
    registrar, chain_id = world.people["registrar"], world.deployment.chain_id
    supplier = world.people["SUPPLIER"].address
    call = encode_call("Participants", "suspend", (supplier, REASON))
    signed = [
        registrar.sign(chain_id, world.deployment.address("Participants"), call) for _ in range(2)
    ]
    with pytest.raises(CallRefused, match="Participants_") as refused:
        send_together(registrar.client, signed)
    assert refused.value.error != "Reverted"
    with pytest.raises(CallRefused) as alone:
        registrar.wait(signed[1][0])
    assert (alone.value.error, alone.value.args) == (refused.value.error, refused.value.args)


def test_what_no_rule_explains_afterwards_is_told_by_its_transaction(world: World) -> None:
    registrar, chain_id = world.people["registrar"], world.deployment.chain_id
    supplier = world.people["SUPPLIER"].address
    participants = world.deployment.address("Participants")
    suspend = encode_call("Participants", "suspend", (supplier, REASON))
    reinstate = encode_call("Participants", "reinstate", (supplier,))
    signed = [registrar.sign(chain_id, participants, call) for call in (reinstate, suspend)]
    world.node.rpc("evm_setAutomine", [False])
    try:
        for _, raw in signed:
            registrar.client.call("eth_sendRawTransaction", raw)
        world.node.mine(1)
    finally:
        world.node.rpc("evm_setAutomine", [True])
    with pytest.raises(CallRefused, match=signed[0][0]) as refused:
        registrar.wait(signed[0][0])
    assert refused.value.error == "Reverted"


def test_what_a_node_took_and_forgot_is_sent_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "SENT_AGAIN_SECONDS", 0.2)
    registrar, chain_id = world.people["registrar"], world.deployment.chain_id
    call = encode_call("Participants", "suspend", (world.people["SUPPLIER"].address, REASON))
    signed = [registrar.sign(chain_id, world.deployment.address("Participants"), call)]
    taken, send = threading.Event(), registrar.client.batch

    def forgetting(calls: list[tuple[str, list[str]]]) -> list[object]:
        """The first bytes are taken, and go nowhere."""
        if calls[0][0] == "eth_sendRawTransaction" and not taken.is_set():
            taken.set()
            return [signed[0][0]]
        return send(calls)

    monkeypatch.setattr(registrar.client, "batch", forgetting)
    assert send_together(registrar.client, signed) == [signed[0][0]]
    assert taken.is_set()
    assert registrar.wait(signed[0][0])["status"] == "0x1"
