"""Help is there at once: no command's help waits for what only the work itself needs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from scripts.interlock import app

ROOT = Path(__file__).resolve().parents[2]
SLOW = {
    *("web3", "eth_account", "eth_abi", "eth_utils", "requests", "httpx", "trie", "rlp"),
    *("sqlalchemy", "sqlmodel", "alembic", "pydantic", "fastapi", "starlette", "uvicorn"),
    *("scripts.devchain.devchain", "scripts.devchain.devnodes", "bridge.bootstrap", "erp.rooms"),
}
TOLD = """
import json, sys
from scripts.interlock import main
try:
    main()
except SystemExit as ended:
    print("\\nloaded " + json.dumps([ended.code, sorted(sys.modules)]))
"""


def commands(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command and group, as it is typed after `interlock`."""
    yield words
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*words, name))


EVERY = sorted(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_help_loads_nothing_slow(words: tuple[str, ...]) -> None:
    command = [sys.executable, "-c", TOLD, *words, "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    printed, _, loaded = done.stdout.partition("\nloaded ")
    code, modules = json.loads(loaded)
    assert code == 0
    assert "Usage:" in printed
    assert not SLOW & set(modules)


def test_all_commands_are_there() -> None:
    assert {("bridge", "status"), ("erp", "serve"), ("audit",), ("demo",), ("up",)} <= set(EVERY)
