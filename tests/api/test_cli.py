"""The command line: it teaches, it makes tokens once, and it says what to do when it cannot."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import text
from typer.testing import CliRunner

from erp import database
from erp.cli import app
from erp.database import open_engine
from erp.exits import Exit
from erp.kernel.roles import Role
from tests.databases import writer_at_work

from .house import House

ROOT = Path(__file__).parents[2]
COMMANDS = [["serve"], ["migrate"], ["prune"], ["export"]]
COMMANDS += [["token", name] for name in ("create", "list", "revoke", "rotate")]
COMMANDS += [["password", name] for name in ("give", "list", "take")]
COMMANDS += [["webhooks"]] + [
    ["webhook", name]
    for name in ("create", "list", "deliveries", "resend", "replay", "rotate", "pause", "end")
]


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
    assert again.exit_code == Exit.REFUSED
    assert "never reused" in again.output


@pytest.mark.sqlite("reads the bytes of the file; the tables are the same")
def test_the_database_never_holds_a_token(house: House, database_url: str) -> None:
    file = Path(database_url.removeprefix("sqlite:///"))
    house.engine.dispose()
    stored = file.read_bytes()
    for token in house.tokens.values():
        assert token.encode() not in stored


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--role", "supplier", "--name", "s", "--party", "NOBODY"], "not registered"),
        (["--role", "admin", "--name", "a", "--party", "ACME"], "only tokens of node and supplier"),
        (["--role", "admin", "--name", "a b"], "letters, digits"),
        (["--role", "planner", "--name", "planner-1"], "never reused"),
    ],
)
@pytest.mark.usefixtures("house")
def test_a_token_that_makes_no_sense_is_refused(
    database_url: str, arguments: list[str], told: str
) -> None:
    refused = run("token", "create", *arguments, "--db", database_url)
    assert refused.exit_code == Exit.REFUSED
    assert told in refused.output


def test_a_partners_token_without_its_party_is_a_wrong_command_line(database_url: str) -> None:
    refused = run("token", "create", "--role", "supplier", "--name", "s", "--db", database_url)
    assert refused.exit_code == Exit.USAGE
    assert "needs --party" in refused.output


def test_revoking_an_unknown_token_tells_where_to_look(database_url: str) -> None:
    refused = run("token", "revoke", "nobody", "--db", database_url)
    assert refused.exit_code == Exit.REFUSED
    assert "token list" in refused.output


@pytest.mark.parametrize(
    "command", [["token", "list"], ["prune"], ["serve"], ["export", "hledger"]]
)
def test_a_database_without_schema_asks_for_migration(tmp_path: Path, command: list[str]) -> None:
    refused = run(*command, "--db", f"sqlite:///{tmp_path / 'new.db'}")
    assert refused.exit_code == Exit.USAGE
    assert "interlock erp migrate" in refused.output


def test_migrating_twice_is_safe(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    assert run("migrate", "--db", url).exit_code == 0
    assert run("migrate", "--db", url).exit_code == 0
    assert run("token", "list", "--db", url).exit_code == 0


@pytest.mark.parametrize(
    "command",
    [
        ["serve"],
        ["migrate"],
        ["prune"],
        ["export", "hledger"],
        ["token", "list"],
        ["token", "revoke", "x"],
        ["token", "create", "--role", "admin", "--name", "x"],
    ],
)
def test_a_missing_database_says_what_to_type(command: list[str]) -> None:
    refused = run(*command, INTERLOCK_DB="")
    assert refused.exit_code == Exit.USAGE
    assert "export INTERLOCK_DB=sqlite:///books.db" in refused.output
    assert "--db" in refused.output


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nonsense", "sqlite:///books.db"),
        ("oracle://x", "not supported"),
        ("mysql://x/y", "not supported"),
        ("sqlite:////no/such/folder/books.db", "interlock erp migrate"),
    ],
)
def test_a_database_that_cannot_be_opened_is_told_in_three_lines(url: str, told: str) -> None:
    refused = run("token", "list", "--db", url)
    assert refused.exit_code == Exit.USAGE
    assert told in refused.output
    heads = [line.partition(": ")[0] for line in refused.output.splitlines()]
    assert heads == ["error", "try", "code"]


def test_a_file_that_is_no_database_is_told_in_three_lines(tmp_path: Path) -> None:
    file = tmp_path / "books.db"
    file.write_text("no database at all, but long enough to be read as a page" * 100)
    for command in (["token", "list"], ["migrate"], ["serve"]):
        refused = run(*command, "--db", f"sqlite:///{file}")
        assert refused.exit_code == Exit.USAGE
        assert refused.output.startswith("error: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["token", "list", "--colour"],
        ["token", "create", "--role", "king", "--name", "x"],
        ["token", "create", "--role", "admin"],
        ["export", "sap"],
        ["prune", "--days", "0"],
        ["serve", "--port", "70000"],
    ],
)
def test_a_wrong_command_line_ends_with_two(database_url: str, arguments: list[str]) -> None:
    assert run(*arguments, INTERLOCK_DB=database_url).exit_code == Exit.USAGE


def test_a_locked_database_ends_with_three(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for bound in ("BUSY_TIMEOUT_MS", "LOCK_TIMEOUT_MS"):
        monkeypatch.setattr(database, bound, 50)
    engine = open_engine(database_url)
    with writer_at_work(engine):
        made = ["token", "create", "--role", "admin", "--name", "x", "--db", database_url]
        assert run("token", "list", "--db", database_url).exit_code == Exit.DONE
        refused = run(*made)
        assert refused.exit_code == Exit.BUSY, refused.output
        assert "busy" in refused.output
    engine.dispose()
    assert run(*made).exit_code == Exit.DONE


@pytest.mark.parametrize("command", [["migrate"], ["token", "list"], ["serve"]])
def test_a_database_of_another_version_ends_with_two_and_says_what_to_do(
    database_url: str, command: list[str]
) -> None:
    engine = open_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version_erp SET version_num = 'ffff'"))
    refused = run(*command, "--db", database_url)
    assert refused.exit_code == Exit.USAGE, refused.output
    assert f"{engine.url} was made by another version of interlock" in refused.output
    assert "name a new database" in refused.output
    engine.dispose()


@pytest.mark.parametrize("command", [["token", "list"], ["migrate"], ["serve"]])
def test_a_server_that_is_away_ends_with_three(command: list[str]) -> None:
    refused = run(*command, "--db", "postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    assert refused.exit_code == Exit.BUSY
    assert refused.output.startswith("error: ")


def test_a_taken_port_ends_with_three(database_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = run("serve", "--db", database_url, "--port", port)
    assert refused.exit_code == Exit.BUSY


def test_the_page_has_one_row_for_each_exit_code() -> None:
    page = (ROOT / "docs" / "erp.md").read_text(encoding="utf-8")
    told = page.partition("| exit code | when |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| (\d) \|", told, re.MULTILINE) == [str(int(code)) for code in Exit]


@pytest.mark.usefixtures("house")
def test_a_list_is_whole_and_plain_off_a_terminal(database_url: str) -> None:
    name = "n" * 48
    run("token", "create", "--role", "quality", "--name", name, "--db", database_url)
    listed = run("token", "list", "--db", database_url, COLUMNS="40", FORCE_COLOR="1")
    assert listed.exit_code == Exit.DONE
    assert "\x1b" not in listed.output
    assert "…" not in listed.output
    head, *rows = [line.split() for line in listed.output.splitlines()]
    assert head[:5] == ["name", "kind", "role", "party", "person"]
    assert head[5:] == ["created", "expires", "revoked"]
    assert [name, "token", "quality", "-"] in [row[:4] for row in rows]
    assert ["supplier-1", "token", "supplier", "ACME"] in [row[:4] for row in rows]
    assert {len(row) for row in rows} == {len(head)}


@pytest.mark.parametrize("arguments", [["--help"], ["token", "--help"], ["serve", "--help"]])
def test_help_needs_no_database_and_no_server(arguments: list[str]) -> None:
    asked = (
        "import sys; from erp.cli import app; app(standalone_mode=False); "
        "print([n for n in ('sqlalchemy', 'sqlmodel', 'fastapi', 'uvicorn', 'alembic') if n in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", asked, *arguments],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    assert told.stdout.splitlines()[-1] == "[]"


def test_pruning_says_what_it_forgot(house: House, database_url: str) -> None:
    house.told(Role.FINANCE, "/capital-contributions", {"entity": "HEFEI", "amount_minor": 1})
    told = run("prune", "--days", "1", "--db", database_url)
    assert told.exit_code == 0
    assert "forgot" in told.output


@pytest.mark.parametrize("journal", ["hledger", "beancount"])
def test_the_ledger_is_exported_as_text(house: House, database_url: str, journal: str) -> None:
    house.told(Role.FINANCE, "/capital-contributions", {"entity": "HEFEI", "amount_minor": 123})
    told = run("export", journal, "--db", database_url)
    assert told.exit_code == 0
    assert "1.23" in told.output
