"""On a chain whose blocks are sealed one node cannot invent any, though it lies about everything, all the time (A11)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from bridge.errors import BadConfiguration, NodeIncomplete
from bridge.operator import check
from bridge.watch.ready import FAILING_SECONDS, Advance, reasons
from bridge.watch.sample import take
from scripts.deployment.consensus import Named, pinned
from scripts.devchain.devchain import DevChain
from tests.bridge.headers.sealing import ACCOUNTS, KEYS, Vote
from tests.faults.driving import run_daemon
from tests.faults.sealed import FOUR, INVENTED, Sealing, inventing
from tests.world import World
from tests.worlds import Worlds


class SealedNode:
    """A development chain that is reached by its sealing proxy."""

    def __init__(self, node: DevChain, url: str) -> None:
        self._node = node
        self.url = url

    def __getattr__(self, name: str) -> Any:
        return getattr(self._node, name)


House = tuple[World, Sealing]


@pytest.fixture(scope="module", params=["qbft", "ibft2", "ibft"])
def chain(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Worlds, Sealing]]:
    """A world on a chain of four validators; under `ibft` it keeps no blooms."""
    with DevChain("anvil") as node:
        proxy = Sealing(node, request.param)
        proxy.keeps_blooms = request.param != "ibft"
        sealed = cast(DevChain, SealedNode(node, proxy.url))
        yield Worlds(sealed, tmp_path_factory.mktemp("sealed"), Named(request.param)), proxy
        proxy.close()


@pytest.fixture
def house(chain: tuple[Worlds, Sealing], tmp_path: Path) -> Iterator[House]:
    """That world, fresh."""
    worlds, proxy = chain
    proxy.forget()
    world = worlds.fresh(tmp_path)
    yield world, proxy
    world.close()


def transfer(world: World, amount: int) -> None:
    to = world.people["SUPPLIER"].address
    world.transact("BUYER", "SettlementToken", "transfer", to, amount)


def booked(world: World) -> list[int]:
    return [document.fields["amount_minor"] for document in world.documents("token_transfer")]


def walk(world: World, passes: int) -> None:
    left = iter(range(passes))
    world.bridge.daemon._sleep = lambda _: None
    world.bridge.daemon.run(lambda: next(left, None) is None)


def test_the_deployment_file_pins_the_validators_and_check_shows_them(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, honest = house
    deployment = world.deployment
    assert (deployment.consensus, deployment.finality) == (honest.kind, 0)
    assert set(deployment.validators) == set(FOUR)
    found = {f.name: f for f in check.run(world.config)}
    assert found["consensus"].ok
    assert f"{honest.kind}, an event counts with 0 more blocks" in found["consensus"].detail
    assert all(account in found["consensus"].detail for account in FOUR)
    client = world.bridge.client
    right = Named(honest.kind, validators=tuple(FOUR))
    assert set(pinned(client, deployment, right).validators) == set(FOUR)
    with pytest.raises(BadConfiguration, match="--validator names"):
        pinned(client, deployment, Named(honest.kind, validators=tuple(ACCOUNTS[:3])))
    others = replace(deployment, validators=tuple(ACCOUNTS[1:5]))
    monkeypatch.setattr(check, "build", lambda *_, **__: replace(world.bridge, deployment=others))
    found = {f.name: f for f in check.run(world.config)}
    assert not found["consensus"].ok
    assert "the deployment file pins" in found["consensus"].detail


@pytest.mark.parametrize("chain", ["qbft"], indirect=True)
def test_a_stretch_that_ends_at_a_proved_block_is_read_without_seals(house: House) -> None:
    """As the events of a new edition are, between its deployment and the cursor."""
    world, honest = house
    transfer(world, 5)
    world.settle()
    first, last = world.deployment.start_block + 7, world.status()["block"]
    scanner = world.bridge.scanner
    with inventing(honest, last, KEYS[5:8]) as liar:
        world.reopen(rpc=(liar.url,))
        windows = [*scanner.windows(first, last, None, ends_proved=True)]
        proved = [*scanner.windows(first, last, world.bridge.client.header(first - 1).hash)]
        assert [e for w in windows for e in w.events] == [e for w in proved for e in w.events]
        assert windows[-1].last.hash == proved[-1].last.hash


# Which keys the liar has: none of the chain's, or that of one validator, with which it fills up.
SIGNERS: dict[str, Callable[[], list[Any]]] = {
    "strangers": lambda: list(KEYS[5:8]),
    "one validator": lambda: [KEYS[0]],
    "one validator and strangers": lambda: [KEYS[0], *KEYS[5:7]],
    "one validator three times": lambda: [KEYS[0]] * 3,
}


@pytest.mark.parametrize("signers", SIGNERS)
@pytest.mark.parametrize("chain", ["qbft"], indirect=True)
def test_an_invented_block_is_refused_and_the_honest_node_goes_on(
    house: House, signers: str
) -> None:
    world, honest = house
    with inventing(honest, world.status()["block"], SIGNERS[signers]()) as liar:
        world.reopen(rpc=(liar.url, honest.url))
        liar.refuses_calls = True
        transfer(world, 5)
        run_daemon(world, until=lambda: bool(booked(world)))
        assert "is not sealed" in world.alarms()["incomplete node"]
        assert world.bridge.client.url == honest.url
        transfer(world, 6)
        world.settle()
    world.reopen(rpc=())
    world.settle()
    assert booked(world) == [5, 6]
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_with_the_liar_alone_the_bridge_waits_and_says_why(house: House) -> None:
    world, honest = house
    before = world.status()["block"]
    with inventing(honest, before, KEYS[5:8]) as liar:
        world.reopen(rpc=(liar.url,))
        liar.refuses_calls = True
        transfer(world, 5)
        with pytest.raises(NodeIncomplete, match="is not sealed"):
            world.bridge.daemon.once()
        walk(world, 4)
        assert world.status()["block"] == before
        assert booked(world) == []
        stages = world.bridge.daemon.stages.seen()
        failing = stages["ingest"].failing_since
        assert failing is not None
        sample = take(world.bridge.store, world.bridge.port, world.bridge.client)
        now = failing + FAILING_SECONDS
        (said, *_) = reasons(sample, stages, 0.0, Advance(lambda: now), now, 0)
        assert said.startswith("ingest has failed for 60 s")
        assert "is not sealed" in said
    world.reopen(rpc=())
    world.settle()
    assert booked(world) == [5]
    assert INVENTED not in booked(world)
    world.assert_audit_holds()


@pytest.mark.parametrize("chain", ["qbft"], indirect=True)
def test_liars_have_no_majority(house: House) -> None:
    """Two of three lie alike: a block of theirs that nobody sealed is no vote."""
    world, honest = house
    above = world.status()["block"]
    with (
        inventing(honest, above, KEYS[5:8]) as one,
        inventing(honest, above, KEYS[5:8]) as two,
    ):
        world.reopen(rpc=(honest.url, one.url, two.url))
        transfer(world, 5)
        world.settle()
        assert booked(world) == [5]
        assert world.bridge.client.url == honest.url
    world.reopen(rpc=())
    world.assert_audit_holds()


@pytest.mark.parametrize("chain", ["qbft"], indirect=True)
def test_an_invented_block_at_the_tip_halts_nobody(house: House) -> None:
    """A final block was replaced, says the only node: without seals that is a lie, and no deep reorganisation."""
    world, honest = house
    transfer(world, 5)
    world.bridge.daemon._ring.ingest.run()  # up to the transfer, whose amount is invented
    with inventing(honest, world.status()["block"] - 1, KEYS[5:8]) as liar:
        world.reopen(rpc=(liar.url,))
        liar.refuses_calls = True
        transfer(world, 6)
        with pytest.raises(NodeIncomplete, match="is not sealed"):
            world.bridge.daemon.once()
        walk(world, 3)
    world.reopen(rpc=())
    world.settle()
    assert booked(world) == [5, 6]


@pytest.mark.parametrize("restarts", [False, True], ids=["at once", "with restarts"])
@pytest.mark.parametrize("chain", ["qbft", "ibft"], indirect=True)
def test_validators_change_and_the_bridge_goes_along(house: House, restarts: bool) -> None:
    world, honest = house
    transfer(world, 5)
    honest.vote(world.status()["head"] + 1, joins())
    for amount in (6, 7, 8):
        transfer(world, amount)
        if restarts:
            world.settle()
            world.reopen()
    world.settle()
    assert booked(world) == [5, 6, 7, 8]
    world.assert_audit_holds()
    with inventing(honest, world.status()["block"], KEYS[1:4]) as old:  # who were enough before
        world.reopen(rpc=(old.url,))
        transfer(world, 9)
        with pytest.raises(NodeIncomplete, match="3 of 5 validators sealed it, 4 must"):
            world.bridge.daemon.once()


def joins() -> Vote:
    return Vote(ACCOUNTS[4], joins=True)


@pytest.mark.parametrize("chain", ["qbft"], indirect=True)
def test_a_chain_that_keeps_no_blooms_under_a_wrong_name_loses_no_event(house: House) -> None:
    world, honest = house
    before = world.status()["block"]
    honest.keeps_blooms = False
    transfer(world, 5)
    with pytest.raises(NodeIncomplete, match="is not that of its receipts"):
        world.bridge.daemon.once()
    honest.keeps_blooms = True
    assert world.status()["block"] == before
