"""A block's transactions, written as the chain writes them, hash to what they are called and to the block's root."""

from __future__ import annotations

from typing import Any

import pytest
from eth_account import Account
from hexbytes import HexBytes

from bridge.chain import wire
from bridge.chain.client import Client
from bridge.chain.transactions import UnknownKind, block_of, proved_hashes, written
from bridge.commitments.keccak import keccak
from bridge.errors import NodeIncomplete
from tests.world import World

KEY = "0x" + "11" * 32
TO = "0x" + "22" * 20
COMMON = {"nonce": 7, "gas": 90_000, "value": 5, "chainId": 31337, "to": TO, "data": "0xabcdef"}
ACCESS = [{"address": TO, "storageKeys": ["0x" + "33" * 32]}]
FEES = {"maxPriorityFeePerGas": 0, "maxFeePerGas": 9}
KINDS: dict[int, dict[str, Any]] = {
    0: {"gasPrice": 3},
    1: {"gasPrice": 3, "accessList": ACCESS, "type": 1},
    2: {**FEES, "accessList": ACCESS, "type": 2},
    4: {**FEES, "type": 4},
}


def given(kind: int, *, creates: bool = False) -> tuple[dict[str, Any], str]:
    """A signed transaction as a node gives it, and its hash."""
    fields = {**COMMON, **KINDS[kind]}
    if creates:
        fields["to"] = ""
    if kind == 4:
        told = {"chainId": 31337, "address": TO, "nonce": 8}
        fields["authorizationList"] = [Account.sign_authorization(told, KEY)]
    made = Account.sign_transaction(fields, KEY)
    shown: dict[str, Any] = {
        name: hex(value) if isinstance(value, int) else value
        for name, value in fields.items()
        if name not in ("data", "authorizationList", "type")
    }
    shown |= {"to": None if creates else TO, "input": fields["data"], "type": hex(kind)}
    shown |= {"r": hex(made.r), "s": hex(made.s), "v": hex(made.v)}
    shown.setdefault("accessList", [])
    if kind == 4:
        (one,) = fields["authorizationList"]
        shown["authorizationList"] = [
            {"chainId": hex(one.chain_id), "address": TO, "nonce": hex(one.nonce),
             "yParity": hex(one.y_parity), "r": hex(one.r), "s": hex(one.s)}
        ]  # fmt: skip
    return shown, HexBytes(made.hash).to_0x_hex()


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_iswritten_as_it_was_signed(kind: int) -> None:
    shown, tx_hash = given(kind)
    assert "0x" + keccak(written(shown)).hex() == tx_hash


def test_one_that_makes_a_contract_names_no_target() -> None:
    shown, tx_hash = given(2, creates=True)
    assert "0x" + keccak(written(shown)).hex() == tx_hash


def test_of_another_kind_nobody_can_say() -> None:
    shown, _ = given(2)
    with pytest.raises(UnknownKind, match="of kind 0x7e"):
        written({**shown, "type": "0x7e"})


def whole(client: Client, number: int) -> dict[str, Any]:
    return dict(client.call("eth_getBlockByNumber", hex(number), True))


def test_every_block_of_a_world_proves_its_transactions(world: World) -> None:
    client = world.bridge.client
    seen = 0
    for number in range(1, client.height() + 1):
        header, listed = block_of(whole(client, number))
        assert proved_hashes(header, listed, lambda _place: None) == list(header.transactions)
        seen += len(listed)
    assert seen > 50


def test_one_that_is_left_out_changed_or_shown_twice_is_refused(world: World) -> None:
    client = world.bridge.client
    block = whole(client, client.height())
    (only,) = block["transactions"]
    for wrong in ([], [{**only, "value": "0x1"}], [only, only]):
        header, listed = block_of({**block, "transactions": wrong})
        with pytest.raises(NodeIncomplete):
            proved_hashes(header, listed, lambda _place: None)
    for none in (None, {**block, "transactions": [only["hash"]]}):
        with pytest.raises(NodeIncomplete):
            block_of(none)
    assert wire.header({**block, "transactions": [only["hash"]]}).number == client.height()
