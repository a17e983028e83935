"""The API as it runs: a served process on a free loopback port, over a real database file."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
ERP = [sys.executable, "-c", "from erp.cli import app; app()"]
START_LINES = 50


@pytest.fixture
def served(database_url: str) -> Iterator[str]:
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
                yield found.group(1)
                break
        else:
            pytest.fail("the service did not start")
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


def test_a_served_api_answers_over_the_wire(served: str, database_url: str) -> None:
    made = subprocess.run(
        [*ERP, "token", "create", "--role", "admin", "--name", "admin-1", "--json"],
        cwd=ROOT,
        env=os.environ | {"INTERLOCK_DB": database_url},
        capture_output=True,
        check=True,
        text=True,
    )
    headers = {"Authorization": f"Bearer {json.loads(made.stdout)['token']}"}
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
