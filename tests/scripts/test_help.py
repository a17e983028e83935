"""Help is there at once: no command's help waits for what only the work itself needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
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


# Command that runs -> what it must not load: it needs neither chain nor database, so it shall not wait for them.
LIGHT = {
    ("bridge", "map"): {"web3", "eth_account", "sqlalchemy", "sqlmodel", "alembic", "erp.rooms", "bridge.bootstrap"},
    ("bridge", "map", "--json"): {"web3", "eth_account", "sqlalchemy", "sqlmodel", "alembic", "erp.rooms"},
    ("erp", "map"): {"web3", "eth_account", "uvicorn", "erp.app", "erp.administration", "bridge.bootstrap"},
}  # fmt: skip
# Commands of a bridge, in a folder without a deployment file: they say so before they load anything slow.
LOST = [
    ("audit",),
    *(("bridge", *words.split()) for words in ("run", "once", "status")),
    *(("bridge", "quarantine", *w.split()) for w in ("list", "show X", "retry X --why y", "resolve X --why y")),
]  # fmt: skip
RUN = """
import json, sys
from typer.testing import CliRunner
from scripts.interlock import app
done = CliRunner().invoke(app, json.load(sys.stdin))
print(json.dumps([done.exit_code, f"{done.output}{done.exception or ''}", sorted(sys.modules)]))
"""


def run(words: tuple[str, ...], folder: Path) -> tuple[int, str, set[str]]:
    """Exit code, what a command said, and the modules that it loaded, in a process and folder of its own."""
    done = subprocess.run(
        [sys.executable, "-c", RUN], cwd=folder, input=json.dumps(words), capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    code, said, loaded = json.loads(done.stdout)
    return code, said, set(loaded)


@pytest.mark.parametrize("words", LIGHT, ids=" ".join)
def test_a_command_that_needs_no_chain_and_no_database_loads_none(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    code, said, loaded = run(words, tmp_path)
    assert code == 0
    assert "RecordPayment" in said
    assert loaded & LIGHT[words] == set()


@pytest.mark.parametrize("words", LOST, ids=" ".join)
def test_a_missing_deployment_is_told_before_anything_slow_is_loaded(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    code, said, loaded = run(words, tmp_path)
    assert code != 0
    assert "no deployment file at deployments/local.json" in said
    assert loaded & SLOW == set()


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
