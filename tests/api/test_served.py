"""The API as it runs: a served process on a free loopback port, over a real database file."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
import uvloop
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from erp.serving import READING_THREADS, reading_threads

ROOT = Path(__file__).parents[2]
ERP = [sys.executable, "-c", "from erp.cli import app; app()"]
START_LINES = 50


@contextmanager
def serving(database_url: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The served process and its address."""
    process = subprocess.Popen(
        [*ERP, "serve", "--db", database_url, "--port", "0"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        for _ in range(START_LINES):
            line = process.stderr.readline()
            found = re.search(r"running on (http://127\.0\.0\.1:\d+)", line)
            if found:
                yield process, found.group(1)
                break
        else:
            pytest.fail("the service did not start")
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


@pytest.fixture
def served(database_url: str) -> Iterator[str]:
    with serving(database_url) as (_process, base):
        yield base


def made_token(database_url: str, role: str) -> str:
    """A token of a role, made on the command line."""
    made = subprocess.run(
        [*ERP, "token", "create", "--role", role, "--name", f"{role}-1", "--json"],
        cwd=ROOT,
        env=os.environ | {"INTERLOCK_DB": database_url},
        capture_output=True,
        check=True,
        text=True,
    )
    return str(json.loads(made.stdout)["token"])


def test_a_served_api_answers_over_the_wire(served: str, database_url: str) -> None:
    headers = {"Authorization": f"Bearer {made_token(database_url, 'admin')}"}
    party = {
        "code": "HEFEI",
        "name": "合肥工厂",
        "kind": "internal",
        "account": "0x" + "b1" * 20,
    }
    with httpx.Client(base_url=served, headers=headers) as wire:
        assert wire.get("/healthz").json()["status"] == "ok"
        key = {"Idempotency-Key": "k-1"}
        answer = wire.post("/parties", json=party, headers=key)
        assert answer.status_code == 201
        assert answer.json()["document"]["actor"] == "admin:admin-1"
        assert wire.post("/parties", json=party, headers=key).content == answer.content
        assert wire.get("/parties").json()["items"][0]["name"] == "合肥工厂"
        assert wire.get("/documents", headers={"Authorization": "Bearer no"}).status_code == 401
        assert "server" not in answer.headers


def test_a_crash_among_eight_writers_loses_nothing_acknowledged_and_doubles_nothing(
    database_url: str,
) -> None:
    token = made_token(database_url, "planner")
    acknowledged: dict[str, bytes] = {}
    unknown: set[str] = set()

    def write(wire: httpx.Client, key: str) -> bool:
        body = {"code": key, "name": "Steel", "unit": "sheet"}
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        try:
            answer = wire.post("/items", json=body, headers=headers)
        except httpx.HTTPError:
            unknown.add(key)
            return False
        assert answer.status_code == 201, answer.text
        acknowledged[key] = answer.content
        return True

    def client(base: str, name: int) -> None:
        with httpx.Client(base_url=base, timeout=20) as wire:
            for number in range(10_000):
                if not write(wire, f"C-{name}-{number}"):
                    return

    with serving(database_url) as (process, base):
        threads = [threading.Thread(target=client, args=(base, name)) for name in range(8)]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 20
        while len(acknowledged) < 100 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
        for thread in threads:
            thread.join()
    assert len(acknowledged) >= 100
    before, in_doubt = dict(acknowledged), set(unknown)
    with (
        serving(database_url) as (_process, base),
        httpx.Client(base_url=base, timeout=20) as wire,
    ):
        for key in [*before, *in_doubt]:
            assert write(wire, key)
    assert {key: acknowledged[key] for key in before} == before  # replayed, byte for byte
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as books:
        made = books.execute("SELECT payload FROM document_log WHERE type = 'item'").fetchall()
        last = books.execute("SELECT max(sequence) FROM document_log").fetchone()
    codes = sorted(json.loads(row[0])["fields"]["code"] for row in made)
    assert codes == sorted({*before, *in_doubt})
    assert last == (len(made),)


def test_the_service_runs_on_uvloop_and_httptools_and_bounds_its_reading_threads() -> None:
    config = Config(app=lambda *_: None)
    config.load()
    assert config.http_protocol_class is HttpToolsProtocol
    assert config.get_loop_factory() is uvloop.new_event_loop

    async def bound() -> float:
        async with reading_threads(FastAPI()):
            return current_default_thread_limiter().total_tokens

    assert asyncio.run(bound()) == READING_THREADS
