"""Attack E10 of review 15, honest nodes: three parties sign 32 acts each; a fourth one's answer waits for theirs."""

from __future__ import annotations

import json

from eth_account import Account
from eth_utils.address import to_checksum_address

from bridge.intents import OutboxStatus
from bridge.ports.port import Document
from erp.signing.schemas import AnswerSigning, RequestAct
from tests.bets import enrol_nodes
from tests.faults.attacking import requests_of, row_of
from tests.mailbox import key_of
from tests.world import BUYER, World

MANY = ("SUPPLIER", "RIVAL", BUYER)
ACTS = 32  # that a party may have open


def asks(world: World, party: str) -> Document:
    to = world.people["SUPPLIER" if party != "SUPPLIER" else BUYER].address.lower()
    fields = {"to": to, "value_minor": 1}
    return world.erp(RequestAct(party=party, act="transfer_tokens", fields=fields))


def answers_as(world: World, party: str, asked: Document) -> None:
    request = requests_of(world, asked)[-1]
    content = json.loads(request.fields["payload"])
    del content["from"]
    content["to"] = to_checksum_address(content["to"])
    raw = Account.sign_transaction(content, key_of(world, party)).raw_transaction.to_0x_hex()
    world.erp(AnswerSigning(signing_request=request.number, answer=raw))


def test_whoever_waits_for_nobody_is_sent_at_once(world: World) -> None:
    enrol_nodes(world)
    world.transact(BUYER, "SettlementToken", "transfer", world.people["NODE-1"].address, 5)
    world.settle()
    queued = [(party, asks(world, party)) for party in MANY for _ in range(ACTS)]
    world.settle_passes(6)
    late = asks(world, "NODE-1")
    world.settle_passes(2)
    world.node.rpc("evm_setAutomine", [False])
    try:
        for party, asked in queued:
            answers_as(world, party, asked)
        world.settle_passes(2)
        answers_as(world, "NODE-1", late)
        world.settle_passes(3)
        found = row_of(world, late)
    finally:
        world.node.rpc("evm_setAutomine", [True])
    assert found["status"] == OutboxStatus.SUBMITTED, found
