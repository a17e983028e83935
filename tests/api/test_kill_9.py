"""kill -9: the served process is killed ten times under eight clerks; nothing told is lost, nothing is doubled.

A clerk that got no answer sends the same request under the same key until it has one. The books then hold each request
once, and replay row by row.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from erp.database import snapshot, transaction
from erp.kernel.roles import Role
from erp.replay import differences
from tests.erp.books import check_books

from .house import House

ROOT = Path(__file__).parents[2]
CLERKS = 8
KILLS = 5
LIVES_SECONDS = (0.05, 0.4)  # between the first answer of a life and its end
STORY_SECONDS_MAX = 120.0
PAUSE_SECONDS = 0.02
SETTLED = (200, 201, 409)  # 503 is asked again

# The served process without its imports: one that has them done is copied for each life.
CRADLE = """
import os, sys
import erp.administration, uvloop
from erp.administration import serve

database, port = sys.argv[1:]
for _ in sys.stdin:
    if child := os.fork():
        print(child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)
        continue
    serve(database, "127.0.0.1", int(port))
    os._exit(1)
"""


@dataclass
class Tally:
    """What eight clerks were told."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    answers: dict[str, Any] = field(default_factory=dict)  # by key
    unknown: set[str] = field(default_factory=set)  # keys whose request ended without an answer
    replayed: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)

    def told(self, key: str, answer: httpx.Response) -> None:
        with self.lock:
            self.answers[key] = answer.json()
            if "idempotency-replayed" in answer.headers:
                self.replayed.add(key)


class Service:
    """The served process, which lives many times on one port."""

    def __init__(self, database_url: str, log: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = log.open("wb")
        self._cradle = subprocess.Popen(
            [sys.executable, "-c", CRADLE, database_url, str(self.port)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True,
        )  # fmt: skip
        self._process = 0

    def begin(self) -> None:
        assert self._cradle.stdin is not None
        print(file=self._cradle.stdin, flush=True)
        self._process = int(self._line())

    def kill(self) -> None:
        os.kill(self._process, signal.SIGKILL)
        assert self._line() == "ended"

    def end(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._process, signal.SIGKILL)
        self._cradle.communicate()
        self._log.close()

    def _line(self) -> str:
        assert self._cradle.stdout is not None
        return self._cradle.stdout.readline().strip()


@contextmanager
def service(database_url: str, log: Path) -> Iterator[Service]:
    made = Service(database_url, log)
    try:
        yield made
    finally:
        made.end()


def request(dice: random.Random) -> tuple[Role, str, dict[str, Any]]:
    """A write of one command or of a list, some of whose commands are refused."""
    issue = {"entity": "HEFEI", "item": "STEEL", "quantity": dice.randint(1, 9)}
    issue["purpose"] = "production"
    if dice.random() < 0.5:
        return Role.WAREHOUSE, "/goods-issues", issue
    nobody = issue | {"entity": "NOBODY"}
    commands = [
        {"command": "IssueStock", "fields": issue if dice.random() < 0.8 else nobody}
        for _ in range(dice.randint(1, 8))
    ]
    return Role.WAREHOUSE, "/batches", {"mode": "each", "commands": commands}


def clerk(name: int, house: House, service: Service, tally: Tally, over: threading.Event) -> None:
    """Sends one request after the other, each under its key until it is answered."""
    dice = random.Random(name)
    deadline = time.monotonic() + STORY_SECONDS_MAX
    with httpx.Client(base_url=service.url, timeout=20) as wire:
        for number in range(10**6):
            if over.is_set():
                return
            key = f"clerk-{name}-{number}"
            role, path, body = request(dice)
            headers = house.headers(role) | {"Idempotency-Key": key}
            while True:
                if time.monotonic() > deadline:
                    tally.failures.append(f"{key} has no answer")
                    return
                try:
                    answer = wire.post(path, json=body, headers=headers)
                except httpx.ConnectError:
                    pass  # nobody is there yet: it was not sent
                except httpx.TransportError:
                    tally.unknown.add(key)
                else:
                    if answer.status_code in SETTLED:
                        tally.told(key, answer)
                        break
                    if answer.status_code != 503:
                        tally.failures.append(f"{key}: {answer.status_code} {answer.text[:200]}")
                        return
                time.sleep(PAUSE_SECONDS)


def kill_again_and_again(service: Service, tally: Tally) -> None:
    """Each life ends a moment after it has answered somebody."""
    dice = random.Random(9)
    for _ in range(KILLS):
        before = len(tally.answers)
        service.begin()
        began = time.monotonic()
        while len(tally.answers) == before:
            assert time.monotonic() - began < STORY_SECONDS_MAX, "a life without an answer"
            time.sleep(PAUSE_SECONDS)
        time.sleep(dice.uniform(*LIVES_SECONDS))
        service.kill()
    service.begin()


def numbers(answer: dict[str, Any]) -> list[str]:
    """The documents that an answer names."""
    outcomes = answer.get("outcomes", [answer])
    return [each["document"]["number"] for each in outcomes if each.get("document")]


@pytest.mark.slow
def test_a_service_killed_under_eight_clerks_loses_and_doubles_nothing(
    house: House, database_url: str, tmp_path: Path
) -> None:
    tally, over = Tally(), threading.Event()
    house.post(Role.PLANNER, "/items", {"code": "STEEL", "name": "Steel", "unit": "sheet"})
    opening = {"entity": "HEFEI", "item": "STEEL", "quantity": 10**9, "value_minor": 10**9}
    assert house.told(Role.FINANCE, "/stock-openings", opening).status_code == 201
    with transaction(house.engine) as session:
        before = session.scalar(text("SELECT count(*) FROM document_log")) or 0
    with service(database_url, tmp_path / "service.log") as served:
        clerks = [
            threading.Thread(target=clerk, args=(name, house, served, tally, over), daemon=True)
            for name in range(CLERKS)
        ]
        for each in clerks:
            each.start()
        try:
            kill_again_and_again(served, tally)
        finally:
            over.set()
            for each in clerks:
                each.join(STORY_SECONDS_MAX)
        assert tally.failures == []
        assert not any(each.is_alive() for each in clerks)

    assert tally.unknown, "no life ended in the middle of a request"
    assert tally.unknown <= tally.answers.keys()
    told = [number for answer in tally.answers.values() for number in numbers(answer)]
    assert len(set(told)) == len(told)
    with snapshot(house.engine) as session:
        log = session.scalars(text("SELECT number FROM document_log ORDER BY sequence")).all()
        assert sorted(log[before:]) == sorted(told)
        check_books(session, 0)
        assert differences(session) == []
