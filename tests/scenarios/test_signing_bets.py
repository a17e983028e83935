"""A party signs a bet by the mailbox: typed data of the terms and its own pledge, which the keeper brings to the chain."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bridge.ports.port import Document
from erp.signing.schemas import AnswerSigning
from tests.bets import STAKE, Bet, enrol_nodes
from tests.mailbox import ask, key_of, offered, outcome, sign, wallet
from tests.world import World

pytestmark = pytest.mark.node


def snake(pledge: dict[str, Any]) -> dict[str, Any]:
    """A pledge as a person tells it to the mailbox."""
    return {
        "account": pledge["account"].lower(),
        "stake_minor": pledge["stake"],
        "share_bps": pledge["shareBps"],
        "tolerance_bps": pledge["toleranceBps"],
        "slope_bps": pledge["slopeBps"],
        "cap_bps": pledge["capBps"],
        "targets": [
            {
                "metric": target["metric"],
                "follows_index": target["followsIndex"],
                "weight_bps": target["weightBps"],
                "floor": target["floor"],
                "base": target["base"],
                "stretch": target["stretch"],
            }
            for target in pledge["targets"]
        ],
    }


def ask_to_sign(world: World, bet: Bet, code: str) -> Document:
    """A party asks for its signature under a bet."""
    place = bet.parties.index(code)
    proof = ["0x" + bytes(node).hex() for node in bet.tree.proof(bet.leaves[place])]
    pledge = snake(bet.pledge(code))
    return ask(world, code, "sign_bet", bet_id=bet.id, pledge=pledge, proof=proof)


@pytest.fixture
def bet(world: World) -> Bet:
    """A bet that a sponsor proposed to two nodes, and that is booked."""
    enrol_nodes(world)
    proposed = Bet(world)
    world.settle()
    return proposed


def test_a_party_signs_a_bet_with_a_key_that_the_bridge_never_sees(world: World, bet: Bet) -> None:
    asked = ask_to_sign(world, bet, "NODE-1")
    request = offered(world, asked)
    assert request.fields["kind"] == "typed_data"
    shown = json.loads(request.fields["payload"])
    assert shown["domain"]["name"] == "BetContracts"
    assert shown["message"]["pledge"]["stake"] == STAKE
    assert shown["message"]["terms"]["valuePool"] == bet.terms["valuePool"]
    held = world.balance("NODE-1")
    sign(world, asked, "NODE-1")
    assert outcome(world, asked) == ("done", "")
    signed = world.last("bet_signature")
    assert (signed.fields["party_code"], signed.fields["stake_minor"]) == ("NODE-1", STAKE)
    assert held - world.balance("NODE-1") == STAKE
    done = world.last("act_outcome").fields["at_reference"]
    sender = world.bridge.client.call("eth_getTransactionReceipt", done)["from"]
    assert sender == world.people["keeper"].address.lower()
    assert world.people["NODE-1"].address.lower() not in world.bridge.gateway.signers
    world.assert_audit_holds()


def test_a_bet_signed_by_another_key_brings_no_stake_in(world: World, bet: Bet) -> None:
    asked = ask_to_sign(world, bet, "NODE-1")
    request = offered(world, asked)
    answer = wallet("typed_data", request.fields["payload"], key_of(world, "NODE-2"))
    held = world.balance("NODE-1")
    world.erp(AnswerSigning(signing_request=request.number, answer=answer))
    world.settle()
    assert outcome(world, asked)[0] == "refused"
    assert not world.documents("bet_signature")
    assert world.balance("NODE-1") == held
    world.assert_audit_holds()


def test_both_parties_sign_by_the_mailbox_and_the_bet_binds(world: World, bet: Bet) -> None:
    for code in bet.parties:
        sign(world, ask_to_sign(world, bet, code), code)
    assert world.last("bet_activation").fields["parties"] == 2
    world.assert_audit_holds()
