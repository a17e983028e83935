"""Proofs of completeness: what a node leaves out or makes up does not prove itself."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from bridge.chain import wire
from bridge.chain.client import Client
from bridge.chain.headers.consensus import UNPROVED
from bridge.chain.proofs import check_bloom, check_receipts, may_hold
from bridge.chain.transactions import block_of, proved_hashes
from bridge.errors import NodeIncomplete
from scripts.devchain.devchain import KINDS, DevChain, Kind
from tests.blocks import two_in_one_block
from tests.world import World

Receipts = list[dict[str, Any]]


@pytest.fixture
def block(world: World) -> tuple[dict[str, Any], Receipts]:
    """A block with two transactions and several logs, and its receipts."""
    two_in_one_block(world)
    header = dict(world.bridge.client.call("eth_getBlockByNumber", "latest", False))
    receipts = world.bridge.client.batch_all(
        [("eth_getTransactionReceipt", [tx]) for tx in header["transactions"]]
    )
    assert len(receipts) == 2
    return header, receipts


def test_an_honest_block_proves_itself(block: tuple[dict[str, Any], Receipts]) -> None:
    header, receipts = block
    UNPROVED.check(wire.header(header), header["parentHash"])
    check_receipts(wire.header(header), typed(receipts))


def typed(receipts: Receipts) -> list[wire.Receipt]:
    return [wire.receipt(one) for one in receipts]


def drop_receipt(receipts: Receipts) -> None:
    receipts.pop()


def drop_log(receipts: Receipts) -> None:
    receipts[0]["logs"].pop()


def change_log(receipts: Receipts) -> None:
    log = receipts[0]["logs"][0]
    log["data"] = log["data"][:-2] + "06"


def change_emitter(receipts: Receipts) -> None:
    receipts[0]["logs"][0]["address"] = "0x" + "11" * 20


def change_topic(receipts: Receipts) -> None:
    receipts[0]["logs"][0]["topics"][1] = "0x" + "22" * 32


def add_log(receipts: Receipts) -> None:
    receipts[0]["logs"].append(copy.deepcopy(receipts[0]["logs"][0]))


def swap_receipts(receipts: Receipts) -> None:
    receipts.reverse()


def change_outcome(receipts: Receipts) -> None:
    receipts[0]["status"] = "0x0"


@pytest.mark.parametrize(
    "lie",
    [
        drop_receipt,
        drop_log,
        change_log,
        change_emitter,
        change_topic,
        add_log,
        swap_receipts,
        change_outcome,
    ],
)
def test_a_changed_receipt_is_found(
    block: tuple[dict[str, Any], Receipts], lie: Callable[[Receipts], None]
) -> None:
    header, receipts = block
    forged = copy.deepcopy(receipts)
    lie(forged)
    with pytest.raises(NodeIncomplete):
        check_receipts(wire.header(header), typed(forged))


@pytest.mark.parametrize(
    "field", ["parentHash", "receiptsRoot", "logsBloom", "timestamp", "number", "stateRoot"]
)
def test_a_changed_header_is_found(block: tuple[dict[str, Any], Receipts], field: str) -> None:
    header, _ = block
    old = header[field]
    new = (
        hex(int(old, 16) + 1)
        if field in ("timestamp", "number")
        else "0x" + "00" * (len(old) // 2 - 1)
    )
    with pytest.raises(NodeIncomplete, match="does not hash to"):
        UNPROVED.check(wire.header({**header, field: new}), None)


def test_a_wrong_parent_is_found(block: tuple[dict[str, Any], Receipts]) -> None:
    with pytest.raises(NodeIncomplete, match="names the parent"):
        UNPROVED.check(wire.header(block[0]), "0x" + "33" * 32)


def test_the_bloom_never_hides_a_block_with_our_logs(
    world: World, block: tuple[dict[str, Any], Receipts]
) -> None:
    given, _ = block
    header = wire.header(given)
    token, tenders = (world.deployment.address(n) for n in ("SettlementToken", "Tenders"))
    assert may_hold(header, [token], by_bloom=True)
    assert not may_hold(header, [tenders], by_bloom=True)
    assert may_hold(header, [tenders], by_bloom=False)  # whoever does not check it cannot say so
    empty = wire.header({**given, "logsBloom": "0x" + "00" * 256})
    assert may_hold(empty, [token], by_bloom=True)  # of a chain that keeps no blooms


def test_a_bloom_that_is_not_that_of_the_receipts_is_found(
    block: tuple[dict[str, Any], Receipts],
) -> None:
    given, receipts = block
    proved = check_receipts(wire.header(given), typed(receipts))
    check_bloom(wire.header(given), proved)
    with pytest.raises(NodeIncomplete, match="is not that of its receipts"):
        check_bloom(wire.header({**given, "logsBloom": "0x" + "00" * 256}), proved)


def test_a_block_without_receipts_needs_no_look(
    world: World, block: tuple[dict[str, Any], Receipts]
) -> None:
    world.node.mine()
    newest = world.bridge.client.call("eth_getBlockByNumber", "latest", False)
    assert not may_hold(wire.header(newest), ["0x" + "11" * 20], by_bloom=False)
    hidden = wire.header({**block[0], "transactions": []})  # the root says that there are some
    assert may_hold(hidden, ["0x" + "11" * 20], by_bloom=False)


@pytest.mark.parametrize("kind", KINDS)
def test_the_headers_of_every_development_node_prove_themselves(kind: Kind) -> None:
    with DevChain(kind) as node:
        account = node.accounts[0].address
        paid = {"from": account, "to": account, "gasPrice": "0x0", "gas": "0x5208"}
        node.rpc("eth_sendTransaction", [paid])
        node.mine(1)
        client = Client([node.url])
        block, listed = block_of(client.call("eth_getBlockByNumber", "0x1", True))
        assert proved_hashes(block, listed, lambda _place: None) == list(block.transactions)
        assert len(listed) == 1
        parent = None
        for number in range(3):
            header = client.header(number)
            UNPROVED.check(header, parent)
            if number != 1:
                check_receipts(header, [])
            parent = header.hash
