"""Windows that are read beside are those that are read here, and books that were made so are the same."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest

from bridge.beside import ahead
from bridge.beside.ahead import RootsAhead, WindowsAhead
from bridge.beside.process import Beside
from bridge.beside.windows import plain, window_of
from bridge.chain.deployment import as_data
from bridge.chain.scan import Scanner, Window
from bridge.commitments.documents import document_root
from tests.bridge.beside.test_process import until
from tests.world import World

SPREAD = 120  # blocks from one event to the next: more than a window


@pytest.fixture
def spread(world: World) -> World:
    """A world with events that are windows apart, none of them read yet."""
    for count in range(1, 5):
        to = world.people["SUPPLIER"].address
        world.transact("BUYER", "SettlementToken", "transfer", to, count)
        world.node.rpc("anvil_mine", [hex(SPREAD)])
    return world


@pytest.fixture
def beside(world: World) -> Iterator[Beside]:
    made = Beside(json.dumps(as_data(world.deployment)), time.monotonic)
    until(made.is_ready)
    yield made
    made.close()


class Counted(WindowsAhead):
    """Counts the windows that come from beside, and does something before each is fetched."""

    fetched = 0

    def _from_beside(self, first: int, parent_hash: str, last: int) -> Window | None:
        found = super()._from_beside(first, parent_hash, last)
        self.fetched += found is not None
        return found


def begin(world: World) -> tuple[int, int, str]:
    """From the deployment's first block to the head, and the hash before that."""
    client, first = world.bridge.client, world.deployment.start_block
    return first, client.height(), client.header(first - 1).hash


def test_windows_of_the_process_are_those_of_the_daemon(
    spread: World, beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "MUCH", 0)
    scanner = spread.bridge.scanner
    here = list(scanner.windows(*begin(spread)))
    there = Counted(scanner, beside)
    assert list(there.windows(*begin(spread))) == here
    assert len(here) > 4
    assert there.fetched == len(here) - 1  # all but the first
    assert sum(len(window.events) for window in here) > 4


def test_a_window_is_the_same_after_its_way(spread: World) -> None:
    for window in spread.bridge.scanner.windows(*begin(spread)):
        assert window_of(plain(window)) == window


def test_killed_in_between_the_daemon_reads_on(
    spread: World, beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "MUCH", 0)
    scanner = spread.bridge.scanner
    here = list(scanner.windows(*begin(spread)))
    there = Counted(scanner, beside)
    windows = there.windows(*begin(spread))
    found = [next(windows), next(windows)]
    assert beside.pid is not None
    os.kill(beside.pid, signal.SIGKILL)
    assert [*found, *windows] == here
    assert there.fetched == 1


def test_what_was_read_ahead_on_another_branch_or_node_is_not_taken(
    spread: World, beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "MUCH", 0)
    there = Counted(spread.bridge.scanner, beside)
    first, last, parent = begin(spread)
    window = next(there.windows(first, last, parent))
    asked = there._asked
    assert asked is not None
    after = window.last.number + 1
    assert there._from_beside(after, "0x" + "ee" * 32, last) is None
    there._asked = (*asked[:2], "http://elsewhere", *asked[3:])
    assert there._from_beside(after, window.last.hash, last) is None
    there._asked = asked  # asked for when more blocks were final than now
    assert there._from_beside(after, window.last.hash, last - 1) is None
    there._asked = asked
    assert there._from_beside(after, window.last.hash, last) is not None


def test_little_to_read_starts_no_process(spread: World) -> None:
    idle = Beside("", time.monotonic)
    assert list(WindowsAhead(spread.bridge.scanner, idle).windows(*begin(spread)))
    assert idle.pid is None


def test_books_of_windows_that_were_read_ahead_hold(
    spread: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "MUCH", 0)
    counted: list[bool] = []
    taken = WindowsAhead._from_beside

    def noted(self: WindowsAhead, first: int, parent_hash: str, last: int) -> Window | None:
        found = taken(self, first, parent_hash, last)
        counted.append(found is not None)
        return found

    monkeypatch.setattr(WindowsAhead, "_from_beside", noted)
    until(spread.bridge.beside.is_ready)
    spread.settle()
    assert any(counted)
    assert spread.bridge.audit.run().holds


def test_commitments_made_beside_are_those_made_here(world: World, beside: Beside) -> None:
    documents = world.bridge.port.changes(0, 20)
    roots = RootsAhead(beside)
    assert roots.would_help()
    roots.ask(documents)
    assert roots.roots(documents) == [document_root(each) for each in documents]
    # one that was edited since, other documents than were asked for, and none that were
    roots.ask(documents)
    edited = [replace(documents[0], actor="somebody else"), *documents[1:]]
    assert roots.roots(edited) == [document_root(each) for each in edited]
    roots.ask(documents)
    assert roots.roots(documents[1:]) == [document_root(each) for each in documents[1:]]
    assert roots.roots(documents[:1]) == [document_root(documents[0])]


def test_a_refusal_beside_is_met_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing comes from beside: what the scanner raises here is what the daemon hears."""

    class Silent:
        pid = 1

        def is_ready(self) -> bool:
            return True

        def rest(self) -> None:
            """Nothing."""

        def ask(self, *_: object) -> object:
            return object()

        def answer(self, _: object) -> None:
            return None

    class Broken:
        class client:  # noqa: N801 - as the scanner names it
            url = "http://node"

        def windows(self, first: int, last: int, _parent: str) -> Iterator[Any]:
            raise RuntimeError(f"{first} to {last}")
            yield

    monkeypatch.setattr(ahead, "MUCH", 0)
    windows = WindowsAhead(cast(Scanner, Broken()), cast(Beside, Silent()))
    with pytest.raises(RuntimeError, match="3 to 9"):
        list(windows.windows(3, 9, "0x"))
