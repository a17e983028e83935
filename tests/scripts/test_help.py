"""Help is there at once: no command's help waits for what only the work itself needs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner

from scripts.interlock import app

ROOT = Path(__file__).resolve().parents[2]
SLOW = {
    *("web3", "eth_account", "eth_abi", "eth_utils", "requests", "httpx", "trie", "rlp"),
    *("sqlalchemy", "sqlmodel", "alembic", "fastapi", "starlette", "uvicorn"),
    *("scripts.devchain.devchain", "scripts.devchain.devnodes", "bridge.bootstrap", "erp.rooms"),
}
ASKED = """
import json, sys
from typer.testing import CliRunner
from scripts.interlock import app
slow, every = json.load(sys.stdin)
for words in every:
    help = CliRunner().invoke(app, [*words, "--help"])
    assert help.exit_code == 0 and "Usage:" in help.output, words
    print(json.dumps([words, sorted(set(slow) & set(sys.modules))]))
"""


def commands(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command and group, as it is typed after `interlock`."""
    yield words
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*words, name))


EVERY = sorted(commands(typer.main.get_command(app)))


def test_no_help_loads_anything_slow() -> None:
    command = [sys.executable, "-c", ASKED]
    asked = json.dumps([sorted(SLOW), EVERY])
    done = subprocess.run(
        command, cwd=ROOT, input=asked, capture_output=True, text=True, check=True
    )
    loaded = [json.loads(line) for line in done.stdout.splitlines()]
    assert [tuple(words) for words, _ in loaded] == EVERY
    assert [(words, modules) for words, modules in loaded if modules] == []


def test_all_commands_are_there() -> None:
    assert {("bridge", "status"), ("erp", "serve"), ("audit",), ("demo",), ("up",)} <= set(EVERY)


def test_the_erp_says_how_a_first_day_goes_and_what_its_exit_codes_mean() -> None:
    text = " ".join(
        CliRunner().invoke(app, ["erp", "--help"], env={"COLUMNS": "200"}).output.split()
    )
    for said in (
        "INTERLOCK_DB",
        "interlock erp migrate",
        "token create --role admin",
        "Exit codes",
    ):
        assert said in text, said
