"""The command line: it teaches, it makes tokens once, and it says what to do when it cannot."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from erp.cli import app
from erp.kernel.roles import Role

from .house import House

COMMANDS = [["serve"], ["migrate"], ["prune"], ["export"]]
COMMANDS += [["token", "create"], ["token", "list"], ["token", "revoke"]]


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200", **environment})


@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches_with_an_example(command: list[str]) -> None:
    told = run(*command, "--help")
    assert told.exit_code == 0
    assert "Example" in told.output
    assert "INTERLOCK_DB" in told.output


def test_a_token_is_shown_once_and_opens_its_routes(house: House, database_url: str) -> None:
    made = run("token", "create", "--role", "quality", "--name", "q-2", INTERLOCK_DB=database_url)
    assert made.exit_code == 0, made.output
    token = re.search(r"erp_[\w-]+", made.output)
    assert token
    house.tokens[Role.QUALITY] = token.group()
    assert house.get(Role.QUALITY, "/me").json()["name"] == "q-2"
    listed = run("token", "list", "--json", INTERLOCK_DB=database_url)
    assert token.group() not in listed.output
    assert "q-2" in {row["name"] for row in json.loads(listed.output)}
    assert run("token", "revoke", "q-2", "--db", database_url).exit_code == 0
    assert house.get(Role.QUALITY, "/me").status_code == 401
    again = run("token", "create", "--role", "admin", "--name", "q-2", "--db", database_url)
    assert again.exit_code == 1
    assert "never reused" in again.output


def test_the_database_never_holds_a_token(house: House, database_url: str) -> None:
    file = Path(database_url.removeprefix("sqlite:///"))
    house.engine.dispose()
    stored = file.read_bytes()
    for token in house.tokens.values():
        assert token.encode() not in stored


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--role", "supplier", "--name", "s"], "needs --party"),
        (["--role", "supplier", "--name", "s", "--party", "NOBODY"], "not registered"),
        (["--role", "admin", "--name", "a", "--party", "ACME"], "only supplier tokens"),
        (["--role", "admin", "--name", "a b"], "letters, digits"),
        (["--role", "planner", "--name", "planner-1"], "never reused"),
    ],
)
@pytest.mark.usefixtures("house")
def test_a_token_that_makes_no_sense_is_refused(
    database_url: str, arguments: list[str], told: str
) -> None:
    refused = run("token", "create", *arguments, "--db", database_url)
    assert refused.exit_code == 1
    assert told in refused.output


def test_revoking_an_unknown_token_tells_where_to_look(database_url: str) -> None:
    refused = run("token", "revoke", "nobody", "--db", database_url)
    assert refused.exit_code == 1
    assert "token list" in refused.output


@pytest.mark.parametrize(
    "command", [["token", "list"], ["prune"], ["serve"], ["export", "hledger"]]
)
def test_a_database_without_schema_asks_for_migration(tmp_path: Path, command: list[str]) -> None:
    refused = run(*command, "--db", f"sqlite:///{tmp_path / 'new.db'}")
    assert refused.exit_code == 2
    assert "interlock erp migrate" in refused.output


def test_migrating_twice_is_safe(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    assert run("migrate", "--db", url).exit_code == 0
    assert run("migrate", "--db", url).exit_code == 0
    assert run("token", "list", "--db", url).exit_code == 0


def test_the_database_must_be_named() -> None:
    refused = run("token", "list", INTERLOCK_DB="")
    assert refused.exit_code == 2
    assert "--db" in refused.output


@pytest.mark.parametrize("url", ["nonsense", "oracle://x", "sqlite:////no/such/folder/books.db"])
def test_a_database_that_cannot_be_opened_is_told_in_one_line(url: str) -> None:
    refused = run("token", "list", "--db", url)
    assert refused.exit_code in {1, 2}
    assert refused.exception is None or isinstance(refused.exception, SystemExit)
    assert "error" in refused.output.lower()


def test_pruning_says_what_it_forgot(house: House, database_url: str) -> None:
    house.post(Role.FINANCE, "/capital-contributions", {"entity": "HEFEI", "amount_minor": 1})
    told = run("prune", "--days", "1", "--db", database_url)
    assert told.exit_code == 0
    assert "forgot" in told.output


@pytest.mark.parametrize("journal", ["hledger", "beancount"])
def test_the_ledger_is_exported_as_text(house: House, database_url: str, journal: str) -> None:
    house.post(Role.FINANCE, "/capital-contributions", {"entity": "HEFEI", "amount_minor": 123})
    told = run("export", journal, "--db", database_url)
    assert told.exit_code == 0
    assert "1.23" in told.output
