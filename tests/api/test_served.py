"""The API as it runs: a served process on a free loopback port, over a real database file."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvloop
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from erp.api.settings import Limits
from erp.connections import bounded
from erp.serving import reading_threads

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


def test_the_service_runs_on_uvloop_and_httptools_and_bounds_its_reading_threads() -> None:
    config = Config(app=lambda *_: None, http=bounded(Limits()))
    config.load()
    assert issubclass(config.http_protocol_class, HttpToolsProtocol)
    assert config.get_loop_factory() is uvloop.new_event_loop

    async def bound() -> float:
        async with reading_threads(Limits())(FastAPI()):
            return current_default_thread_limiter().total_tokens

    assert asyncio.run(bound()) == Limits().reading_threads
