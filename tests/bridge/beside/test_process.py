"""The process beside the daemon: whatever becomes of it, the daemon goes on, and nothing of it is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bridge.beside import process
from bridge.beside.process import AGAIN_SECONDS, IDLE_SECONDS, Beside
from bridge.beside.work import ROOTS
from bridge.chain.deployment import Deployment, as_data

NO_CONTRACTS = json.dumps(as_data(Deployment("test", 31337, "", "0x", 1, {})))
DOCUMENT = (1, "note", "N-1", None, 0, "clerk", {"amount_minor": 5}, [], bytes(32), 1)
WAIT_SECONDS = 60.0


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def beside(clock: Clock) -> Iterator[Beside]:
    made = Beside(NO_CONTRACTS, clock)
    yield made
    made.close()


def until(is_so: Callable[[], bool]) -> bool:
    """Whether it comes to be so."""
    end = time.monotonic() + WAIT_SECONDS
    while not is_so() and time.monotonic() < end:
        time.sleep(0.02)
    return is_so()


def exists(pid: int) -> bool:
    """Whether there is such a process that still runs."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def test_nobody_waits_while_it_starts(beside: Beside) -> None:
    assert beside.is_ready() is False
    assert beside.pid is not None
    assert until(beside.is_ready)


def test_what_is_asked_is_answered_also_when_more_is_asked_first(beside: Beside) -> None:
    until(beside.is_ready)
    tickets = [beside.ask(ROOTS, [(n, *DOCUMENT[1:])]) for n in (1, 2)]
    answers = [beside.answer(ticket) for ticket in reversed(tickets) if ticket is not None]
    assert [len(each[0]) for each in answers] == [32, 32]
    # the sequence is no part of what is committed to
    assert answers[0] == answers[1]


def test_killed_it_gives_no_answer_and_is_left_alone_for_a_while(
    beside: Beside, clock: Clock
) -> None:
    until(beside.is_ready)
    pid = beside.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert until(lambda: not exists(pid))
    ticket = beside.ask(ROOTS, [DOCUMENT])
    assert ticket is None or beside.answer(ticket) is None
    assert (beside.is_ready(), beside.pid) == (False, None)
    clock.now += AGAIN_SECONDS
    assert until(beside.is_ready)
    assert beside.pid != pid


def test_what_is_refused_there_is_no_answer_and_the_next_question_is(beside: Beside) -> None:
    """Block 1 of a node that does not listen."""
    until(beside.is_ready)
    refused = beside.ask("window", "http://127.0.0.1:1", 1, 1, "0x")
    assert refused is not None
    assert beside.answer(refused) is None
    asked = beside.ask(ROOTS, [DOCUMENT])
    assert asked is not None
    assert beside.answer(asked) is not None


@pytest.mark.parametrize(
    "says",
    [
        pytest.param("b'no message'", id="no message"),
        pytest.param("b''", id="nothing"),
        pytest.param("b'\\xff' * 8", id="a message without an end"),
        pytest.param("(4).to_bytes(4, 'big') + b'????'", id="no value"),
    ],
)
def test_what_answers_with_no_message_is_ended(
    beside: Beside, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = f"import sys; sys.stdout.buffer.write({says}); sys.stdout.flush()"
    monkeypatch.setattr(process, "COMMAND", (sys.executable, "-c", said))
    assert beside.is_ready() is False
    assert until(lambda: not beside.is_ready() and beside.pid is None)


def test_what_cannot_be_started_is_done_by_the_daemon(
    beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "COMMAND", ("/no/such/program",))
    assert (beside.is_ready(), beside.ask(ROOTS, [DOCUMENT])) == (False, None)


def test_without_work_its_memory_is_given_back(beside: Beside, clock: Clock) -> None:
    until(beside.is_ready)
    beside.rest()
    pid = beside.pid
    assert pid is not None
    clock.now += IDLE_SECONDS + 1
    beside.rest()
    assert beside.pid is None
    assert not exists(pid)
    assert until(beside.is_ready)  # and comes back when there is work


def test_it_ends_with_a_daemon_that_is_killed() -> None:
    code = (
        "import sys, time\n"
        "from bridge.beside.process import Beside\n"
        f"beside = Beside({NO_CONTRACTS!r}, time.monotonic)\n"
        "while not beside.is_ready(): time.sleep(0.02)\n"
        "print(beside.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as daemon:
        assert daemon.stdout is not None
        pid = int(daemon.stdout.readline())
        assert exists(pid)
        daemon.kill()
    assert until(lambda: not exists(pid))
