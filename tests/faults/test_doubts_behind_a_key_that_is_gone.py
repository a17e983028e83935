"""Attack 9: what a node refused falsely is not asked about again behind a hundred calls of whom this bridge cannot ask for.

They are needless by a node's word, and the house has given the key away since, or no node says who owns the account: nobody
asks about them any more, and they filled the batch.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from bridge.chain.accounts import Accounts
from bridge.chain.rpc import RpcError
from bridge.ring.submit import SUBMIT_BATCH
from tests.faults.test_one_lie_of_the_node import refuses_once, revert_data
from tests.proxy import node_proxy
from tests.world import World

DOUBTED = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many) "
    "INSERT INTO bridge_outbox (key, aggregate, signer, contract, function, args, not_before, after_sequence, note, "
    "good_until, status, reason, tries, try_at, offers, traced) SELECT 'bet_report:BRP-' || i, 'bet:' || i, :signer, "
    "'Bets', 'report', '[]', 0, 0, '{}', 0, 'moot', 'so', 0, 1.0, 0, 0 FROM n"
)
HALTS = "0x" + "5" * 40


def key_given_away(world: World, _patch: pytest.MonkeyPatch) -> str:
    keystores = world.home / "keystores"  # of its own: the others are those of every world
    shutil.copytree(world.config.keystores, keystores)
    (keystores / "reporter.json").unlink()
    world.reopen(keystores=keystores)
    return "reporter"


def owner_unsaid(_world: World, patch: pytest.MonkeyPatch) -> str:
    find = Accounts.find

    def unsaid(accounts: Accounts, asked: list[str]) -> dict[str, RpcError]:
        others = [each for each in asked if each != HALTS]
        halted = {each: RpcError("owner", "halts") for each in asked if each == HALTS}
        return {**find(accounts, others), **halted}

    patch.setattr(Accounts, "find", unsaid)
    return HALTS


@pytest.mark.parametrize("whose", [key_given_away, owner_unsaid])
def test_doubts_that_nobody_can_ask_about_keep_no_other_waiting(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    whose: Callable[[World, pytest.MonkeyPatch], str],
) -> None:
    world.sql(DOUBTED, many=SUBMIT_BATCH, signer=whose(world, monkeypatch))
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=(liar.url,))
        world.issue()
        lie = revert_data("Tenders", "Tenders_ReferenceSeen")
        liar.change = refuses_once(liar, world.deployment.address("Tenders"), lie)
        world.settle()
        assert world.documents("tender") == []
        world.clock.ahead += 4_000
        world.settle_passes(3)
        world.settle()
        world.reopen(rpc=())
    assert len(world.documents("tender")) == 1
