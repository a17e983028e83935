"""What a participant may write into an act or an answer never ends the daemon, and never stops the others."""

from __future__ import annotations

import json
from typing import Any

import pytest
from eth_account import Account
from eth_utils.address import to_checksum_address

from erp.signing.schemas import AnswerSigning
from tests.bets import enrol_nodes
from tests.mailbox import ask, key_of, offered, outcome
from tests.world import World

pytestmark = pytest.mark.node
REF = "0x" + "11" * 32
NOBODYS_BET = 999
BEYOND_A_WORD = "9" * 78  # the ERP takes 78 digits; 256 bits hold a little more than 10^77
BEYOND_A_DATABASE = 2**63
PLEDGE_LIMITS = {"share_bps": 1, "tolerance_bps": 1, "slope_bps": 1, "cap_bps": 1}


def is_open(world: World, number: str) -> bool:
    """True when an act was offered and has not ended."""
    shown = [d for d in world.documents("signing_request") if d.fields["request"] == number]
    told = [d for d in world.documents("act_outcome") if d.fields["request"] == number]
    return bool(shown) and not told


def ended(world: World, party: str, act: str, **fields: Any) -> str:
    """Why an act was refused."""
    result, why = outcome(world, ask(world, party, act, **fields))
    assert result == "refused"
    return why


def test_an_act_about_a_bet_that_nobody_proposed_stops_nobody_else(world: World) -> None:
    enrol_nodes(world)
    world.settle()
    account = world.people["NODE-1"].address.lower()
    pledge = {"account": account, "stake_minor": 1, "targets": [], **PLEDGE_LIMITS}
    why = ended(world, "NODE-1", "sign_bet", bet_id=NOBODYS_BET, pledge=pledge, proof=[])
    assert "no BetProposed of" in why
    other = ask(world, "NODE-2", "transfer_tokens", to=account, value_minor=1)
    assert is_open(world, other.number)


def test_values_that_no_contract_can_take_end_the_act_alone(world: World) -> None:
    enrol_nodes(world)
    world.settle()
    why = ended(
        world,
        "NODE-1",
        "redeem_capacity",
        token_id=BEYOND_A_WORD,
        quantity=1,
        production_order_ref=REF,
    )
    assert "CapacityMarket.redeem" in why
    account = world.people["NODE-1"].address.lower()
    why = ended(
        world, "NODE-1", "dispute_bet", bet_id=1, subject=account, period=2**16, reason_ref=REF
    )
    assert "BetContracts.dispute" in why


def test_an_answer_with_a_nonce_longer_than_a_databases_numbers_is_asked_anew(world: World) -> None:
    enrol_nodes(world)
    world.settle()
    to = world.people["NODE-2"].address.lower()
    asked = ask(world, "NODE-1", "transfer_tokens", to=to, value_minor=1)
    request = offered(world, asked)
    content = json.loads(request.fields["payload"]) | {"nonce": BEYOND_A_DATABASE}
    del content["from"]
    content["to"] = to_checksum_address(content["to"])
    raw = Account.sign_transaction(content, key_of(world, "NODE-1")).raw_transaction
    answer = "0x" + bytes(raw).hex()
    world.erp(AnswerSigning(signing_request=request.number, answer=answer))
    world.settle()
    assert offered(world, asked).number != request.number
    assert is_open(world, asked.number)
