"""Blocks whose events are booked leave the chain: what came of them is reversed, and the books become those of the new chain."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bridge.errors import DeepReorg
from bridge.ports.port import Document
from erp.kernel.base import metadata
from erp.reorganisations.queries import KEPT, KEPT_PREFIXES
from scripts.devchain.devchain import DevChain
from tests.world import BUYER, DAY, World, build_world
from tests.worlds import Worlds

# Of two runs these differ always: numbers of documents, hashes of salted ones, times of blocks.
DIFFERING = (
    (re.compile(r"\b([A-Z]{2,4}-20\d\d)-\d{5}\b"), r"\1"),
    (re.compile(r"0x[0-9a-f]{64}"), "hash"),
    (re.compile(r"\b1\d{9}\b"), "time"),
)


def plain(row: Any) -> str:
    """A row without what differs between two runs."""
    text = repr(tuple(row))
    for found, instead in DIFFERING:
        text = found.sub(instead, text)
    return text


def rooms(world: World) -> dict[str, list[str]]:
    """Every row of every table of the rooms, what stands on every account, and the tokens of everybody."""
    tables = {
        table.name: sorted(map(plain, world.sql(str(select(table)))))
        for table in metadata.sorted_tables
        if table.name not in KEPT and not table.name.startswith(KEPT_PREFIXES)
    }
    standing = "SELECT entity, account, balance_minor FROM ledger_balance WHERE balance_minor <> 0"
    calls = "SELECT signer, contract, function, status FROM bridge_outbox WHERE status = 'pending'"
    return {
        **tables,
        "balances": sorted(map(plain, world.sql(standing))),
        "calls": sorted(map(plain, world.sql(calls))),
        "tokens": [f"{who} {world.balance(who)}" for who in sorted(world.people)],
    }


class Branches:
    """Lets a world's chain go back to where it was, and grow anew."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._before = world.node.rpc("evm_snapshot")

    def leave(self, blocks: int = 1) -> None:
        """All blocks since have left the chain; so many more than were there are made in their place, without events."""
        node = self.world.node
        height = self.world.bridge.client.height()
        node.rpc("evm_revert", [self._before])
        self._before = node.rpc("evm_snapshot")
        for person in self.world.people.values():
            person._nonce = None
        node.mine(height - self.world.bridge.client.height() + blocks)


def trade(world: World, tender: Document, bids: dict[str, int], net: int) -> None:
    """From the bids of a tender to the payment of the goods."""
    world.bid(tender, bids)
    world.settle()
    order = world.last("purchase_order")
    winner = min(bids, key=lambda who: bids[who])
    delivery = world.ship(winner, order, 100)
    world.wait(DAY)
    world.deliver(order, delivery, received=100, accepted=100, net=net)


A, B = {"SUPPLIER": 1_000_003, "RIVAL": 1_000_004}, {"SUPPLIER": 900_002, "RIVAL": 900_001}


def check_equal(found: dict[str, list[str]], wanted: dict[str, list[str]]) -> None:
    """Names the tables that are not equal."""
    unlike = {name: (found[name], wanted[name]) for name in wanted if found[name] != wanted[name]}
    assert unlike == {}


def test_a_trade_on_blocks_that_left_the_chain_is_as_if_it_never_was(
    worlds: Worlds, tmp_path: Path
) -> None:
    (tmp_path / "clean").mkdir()
    clean = worlds.fresh(tmp_path / "clean")
    tender = clean.open_tender()
    trade(clean, tender, B, 900_001)
    wanted = rooms(clean)
    clean.assert_audit_holds()
    clean.close()

    world = worlds.fresh(tmp_path)
    tender = world.open_tender()
    branches = Branches(world)
    trade(world, tender, A, 1_000_003)
    assert world.documents("payment")
    branches.leave()
    world.settle()
    assert world.documents("payment") == []
    assert "reorganisation" in world.alarms()
    world.assert_audit_holds()
    trade(world, tender, B, 900_001)
    check_equal(rooms(world), wanted)
    world.assert_nothing_waits()
    world.assert_audit_holds()
    world.close()
