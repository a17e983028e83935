"""A shell hears what changes as it happens, comes back where it was, and ends as people and programs expect."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import Result
from typer.testing import CliRunner

from erp.exits import Exit
from erp.kernel.roles import Role
from scripts.interlock import app
from scripts.reads import happening
from scripts.reads.api import Api
from scripts.reads.happening import Heard, Stream, checked, frames_of
from scripts.reads.login import Login, keep
from scripts.shell.telling import CommandError
from tests.web.served import Served, serving

from .house import House
from .test_events import firm

ROOT = Path(__file__).parents[2]
PATIENCE = 60
BEAT = b"retry: 1000\nevent: beat\ndata: {}\n\n"
AGAIN = b"event: again\ndata: {}\n\n"
pytestmark = pytest.mark.sqlite("a stream reads the log as every list does")


@pytest.fixture
def served(house: House) -> Iterator[Served]:
    with serving(house) as found:
        yield found


@pytest.fixture
def logins(served: Served, tmp_path: Path) -> Path:
    """Every role is signed in, the auditor last."""
    file = tmp_path / "login.json"
    every = {role.value: Login(served.url, token) for role, token in served.house.tokens.items()}
    keep(file, every, Role.AUDITOR)
    return file


def variables(logins: Path) -> dict[str, str]:
    return {"INTERLOCK_LOGIN": str(logins), "LC_ALL": "C", "COLUMNS": "200"}


def watch(logins: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["watch", *words], env=variables(logins))


def refusal(result: Result) -> CommandError:
    assert isinstance(result.exception, CommandError), result
    return result.exception


def test_a_shell_hears_documents_after_the_one_it_names_with_its_own_rights(
    served: Served, logins: Path
) -> None:
    first, second, third = (served.house.settle(firm(code))[0] for code in ("A-1", "A-2", "A-3"))
    after = ["--after", str(first.sequence)]
    told = watch(logins, "party", "--count", "2", *after, "--jsonl", "subject,id").stdout
    assert [json.loads(line) for line in told.splitlines()] == [
        {"subject": each.number, "id": str(each.sequence)} for each in (second, third)
    ]
    one = watch(logins, "party", "--count", "1", *after).stdout.split("  ")
    assert one[0].endswith(" UTC")
    assert one[1:] == [second.number, "party\n"]
    every = watch(logins, "--count", "1", *after).stdout
    assert every.rstrip().endswith("party")


def test_a_watch_tells_what_is_made_meanwhile_and_ends_at_ctrl_c_with_nothing_wrong(
    served: Served, logins: Path
) -> None:
    first = served.house.settle(firm("A-1"))[0]
    command = [
        sys.executable,
        "-m",
        "scripts.interlock",
        "watch",
        "--after",
        str(first.sequence),
        "--jsonl",
    ]
    running = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | variables(logins), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )  # fmt: skip
    try:
        assert running.stdout is not None
        second = served.house.settle(firm("A-2"))[0]
        assert json.loads(running.stdout.readline())["subject"] == second.number
        third = served.house.settle(firm("A-3"))[0]
        assert json.loads(running.stdout.readline())["subject"] == third.number
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=PATIENCE)
    finally:
        running.kill()
    assert (running.returncode, errors) == (0, "")


def test_who_may_have_missed_something_is_told_beside_the_events(
    served: Served, logins: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = served.house.settle(firm("A-1"))[0]

    def events(*_: object) -> Iterator[Heard]:
        yield Heard(None)
        yield Heard(
            {
                "time": "2026-05-28T20:26:40Z",
                "subject": made.number,
                "data": {"topics": ["party", "work"]},
            }
        )

    monkeypatch.setattr(Stream, "after", events)
    done = watch(logins, "--count", "1")
    assert done.stdout == f"2026-05-28 20:26:40 UTC  {made.number}  party\n"
    assert done.stderr.startswith("something may have been missed")


@pytest.mark.parametrize("topic", ["order:", "colour:1", "", "order:A B", "goods_reciept"])
def test_a_topic_that_nothing_is_ever_told_of_is_refused(topic: str) -> None:
    with pytest.raises(CommandError) as caught:
        checked([topic])
    assert (caught.value.told.exit, caught.value.told.code) == (Exit.USAGE, "no-topic")


@pytest.mark.parametrize(
    "topic", ["order:PO-2026-00001", "tender:3", "payment", "work", "ring", "chain.time"]
)
def test_topics_of_the_stream_are_known(topic: str) -> None:
    assert list(checked([topic])) == [topic]
    assert not checked([topic, "all"])


def test_a_token_that_stands_no_more_and_an_api_that_is_away_are_told_in_three_lines(
    served: Served, logins: Path, tmp_path: Path
) -> None:
    keep(logins, {"gone": Login(served.url, "erp_invented")}, "gone")
    told = refusal(watch(logins)).told
    assert (told.exit, told.code.endswith("(401)")) == (Exit.USAGE, True)
    keep(logins, {"away": Login("http://127.0.0.1:9", "t")}, "away")
    told = refusal(watch(logins)).told
    assert (told.exit, told.code) == (Exit.BUSY, "no-answer")
    keep(logins, {"page": Login(f"{served.url}/docs#", "t")}, "page")
    told = refusal(watch(logins)).told
    assert (told.exit, told.code) == (Exit.USAGE, "no-stream")


class Scripted:
    """An API whose streams end, are away or are refused, as the test says; it keeps what each was asked with."""

    url = "http://erp.test"

    def __init__(self, *streams: list[bytes] | CommandError) -> None:
        self.streams, self.asked = list(streams), list[tuple[dict[str, Any], str | None]]()

    @contextmanager
    def listening(
        self, _path: str, query: Mapping[str, Any], headers: Mapping[str, str], _silence: float
    ) -> Iterator[httpx.Response]:
        assert headers["Accept"] == "text/event-stream"
        self.asked.append((dict(query), headers.get("Last-Event-ID")))
        stream = self.streams.pop(0)
        if isinstance(stream, CommandError):
            raise stream
        yield httpx.Response(
            200,
            headers={"content-type": "text/event-stream; charset=utf-8"},
            content=b"".join(stream),
        )


def changed(sequence: int, *topics: str) -> bytes:
    event = {
        "id": str(sequence),
        "subject": f"PAY-{sequence}",
        "data": {"topics": list(topics) or ["payment"]},
    }
    return f"id: {sequence}\nevent: changed\ndata: {json.dumps(event)}\n\n".encode()


def ticked() -> bytes:
    return (
        b'event: changed\ndata: {"type": "interlock.ring", "data": {"topics": ["chain.time"]}}\n\n'
    )


def away(exit_code: Exit = Exit.BUSY) -> CommandError:
    return CommandError("away", hint="wait", code="no-answer", exit_code=exit_code)


def heard(api: Scripted, *topics: str) -> tuple[list[object], list[float], list[str], CommandError]:
    """What is heard until it ends with an error, the pauses before each return, and the warnings."""
    pauses: list[float] = []
    warned: list[str] = []
    found: list[object] = []
    stream = Stream(api, topics, pauses.append, warned.append)  # type: ignore[arg-type]
    with pytest.raises(CommandError) as caught:
        found.extend(each.event and each.event["subject"] for each in stream.after(None))
    return found, pauses, warned, caught.value


def test_a_stream_that_ended_goes_on_after_the_last_event_with_longer_and_longer_pauses() -> None:
    api = Scripted(
        [BEAT, changed(7), changed(8)], away(), away(), [BEAT, changed(9)], away(), away(Exit.USAGE)
    )
    found, pauses, warned, error = heard(api, "payment")
    assert found == ["PAY-7", "PAY-8", "PAY-9"]
    assert [last for _, last in api.asked] == [None, "8", "8", "8", "9", "9"]
    assert {tuple(query["topics"]) for query, _ in api.asked} == {("payment",)}
    assert pauses == [1, 2, 4, 1, 2]
    assert warned == [f"away; again in {seconds} s" for seconds in (2, 4, 2)]
    assert error.told.exit == Exit.USAGE


def test_who_heard_nothing_yet_says_on_return_that_it_was_there() -> None:
    api = Scripted([BEAT], [BEAT, AGAIN], away(Exit.USAGE))
    found, *_ = heard(api)
    assert [last for _, last in api.asked] == [None, "none", "none"]
    assert found == [None]


def test_an_api_that_is_silent_for_long_or_ends_each_stream_at_once_is_given_up() -> None:
    api = Scripted([BEAT, changed(7)], *[away() for _ in range(happening.TRIES_MAX)])
    _, pauses, _, error = heard(api)
    assert error.told.code == "no-answer"
    assert (len(pauses), max(pauses)) == (happening.TRIES_MAX - 1, happening.PAUSE_SECONDS_MAX)
    api = Scripted(*[[BEAT] for _ in range(happening.TRIES_MAX)])
    assert heard(api)[3].told.code == "no-stream"
    assert api.streams == []


def test_blocks_are_told_to_who_asks_for_them_alone() -> None:
    for topics, count in (((), 1), (("chain.time",), 2)):
        stream = Stream(Scripted([BEAT, ticked(), changed(7)]), topics, print, print)  # type: ignore[arg-type]
        events = stream.after(None)
        found = [next(events).event for _ in range(count)]
        assert found[-1] is not None
        assert found[-1]["data"]["topics"] == ["payment"]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
def test_frames_are_whole_wherever_the_wire_cuts_them(size: int) -> None:
    text = ": a comment\r\nid: 8\r\nevent: changed\r\ndata: 采购\u2028\r\ndata:  two\r\n\r\nevent: beat\n\nid: cut"
    sent = text.encode()
    frames = list(frames_of(sent[at : at + size] for at in range(0, len(sent), size)))
    assert [frame.get("event") for frame in frames] == ["changed", "beat"]
    assert (frames[0]["id"], frames[0]["data"]) == ("8", "采购\u2028\n two")


@pytest.mark.parametrize("part", [b"x" * 1_000, b"data: " + b"x" * 1_000 + b"\n"])
def test_an_event_without_end_is_not_kept(part: bytes) -> None:
    with pytest.raises(CommandError, match="longer than"):
        list(frames_of(part for _ in range(1_000_000)))


def test_an_api_that_says_nothing_for_long_is_taken_for_dead(served: Served) -> None:
    api = Api(Login(served.url, served.house.tokens[Role.AUDITOR]))
    headers = {"Accept": "text/event-stream"}
    with (
        pytest.raises(CommandError) as caught,
        api.listening("events", {"topics": ["bet:none"]}, headers, 0.5) as answer,
    ):
        list(answer.iter_bytes())
    assert caught.value.told.code == "no-answer"
