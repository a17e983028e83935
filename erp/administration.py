"""What the commands of `interlock erp` do, once `erp.cli` has read their arguments.

Apart from the command line itself, so that `--help` needs no database driver and no web server.
Errors of a command become one line on standard error and an exit code (`erp.exits.Exit`).
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.orm import Session

from erp.api import queries
from erp.api.busy import is_busy
from erp.api.idempotency import prune as prune_answers
from erp.api.request_context import reading_engine
from erp.api.settings import MAX_PRUNED, SECONDS_PER_DAY, Settings
from erp.api.tables import ApiToken
from erp.api.tokens import SECRET_BYTES, create_token, revoke_token
from erp.api.traced import tracer
from erp.api.witness import Witness
from erp.app import create_app
from erp.database import (
    ANOTHER_VERSION,
    UnknownRevision,
    empty_write_ahead_log,
    is_current,
    is_known,
    open_engine,
    snapshot,
    upgrade,
)
from erp.database import transaction as erp_transaction
from erp.exits import URL_HELP, Exit, fail
from erp.kernel.errors import ErpError, Retryable
from erp.kernel.roles import Role
from erp.ledger.export import beancount_journal, hledger_journal
from erp.ledger.turnover.model import Scope
from erp.serving import run

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
DRIVERS = frozenset({"sqlite", "sqlite+pysqlite", "postgresql+psycopg"})
GAP = 2  # spaces between columns of a list
JOURNALS: dict[str, Callable[[Session, Scope], Iterator[str]]] = {
    "hledger": hledger_journal,
    "beancount": beancount_journal,
}


# ---- the commands -----------------------------------------------------------------------------


def serve(
    url: str, host: str, port: int, witness_of: Callable[[Engine], Witness] | None = None
) -> None:
    """Serves the API over the database at `url` until interrupted. uvicorn ends with status 3 when the port is taken.

    `witness_of` gives the witness of the database, where one is connected.
    """
    with errors_told():
        engine = opened(url)
    if host not in LOOPBACK:
        typer.echo(f"warning: {host} is not loopback; tokens travel unencrypted", err=True)
    try:
        witness = witness_of(engine) if witness_of is not None else None
        run(create_app(Settings(engine, witness=witness, tracer=tracer())), host, port)
    finally:
        engine.dispose()


def migrate(url: str) -> None:
    """Brings the schema of the database at `url` up to date."""
    with errors_told():
        upgrade(checked(url))
    typer.echo("the schema is current")


def prune(url: str, days: int) -> None:
    """Deletes answers kept by idempotency key that are older than `days`, MAX_PRUNED in a transaction.

    Takes what was deleted, erased side data too, out of the database's files.
    """
    before = int(time.time()) - days * SECONDS_PER_DAY
    forgotten = 0
    while True:
        with transaction(url) as session:
            count = prune_answers(session, before)
        forgotten += count
        if count < MAX_PRUNED:
            break
    with errors_told():
        engine = opened(url)
        empty_write_ahead_log(engine)
        engine.dispose()
    typer.echo(f"forgot {forgotten} answers older than {days} days")


def export(url: str, journal: str, scope: Scope) -> None:
    """Prints the ledger posted in these books as text for the program named by `journal`."""
    with reading(url) as session:
        for line in JOURNALS[journal](session, scope):
            sys.stdout.write(line if line.endswith("\n") else line + "\n")


def token_create(
    url: str, *, role: Role, name: str, party: str | None, person: str | None, as_json: bool
) -> None:
    """Makes a token, stores its hash in `api_token` and prints the token."""
    with transaction(url) as session:
        token = create_token(
            session,
            name=name,
            role=role,
            party=party,
            person=person,
            at=int(time.time()),
            secret=secrets.token_bytes(SECRET_BYTES),
        )
    if as_json:
        made = {"name": name, "role": role, "party": party, "person": person, "token": token}
        typer.echo(json.dumps(made))
        return
    typer.echo(token)
    typer.echo("kept nowhere: store it now", err=True)


def token_list(url: str, *, as_json: bool) -> None:
    """Prints all rows of `api_token` without their hashes."""
    with reading(url) as session:
        rows = [public(token) for token in queries.tokens(session)]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    lines = [["name", "role", "party", "person", "created", "revoked"]]
    for row in rows:
        created, revoked = when(row["created_at"]), when(row["revoked_at"])
        named = [str(row[column] or "-") for column in ("name", "role", "party", "person")]
        lines.append([*named, created, revoked])
    for line in columns(lines):
        typer.echo(line)


def token_revoke(url: str, name: str) -> None:
    """Revokes the token with this name."""
    with transaction(url) as session:
        revoke_token(session, name, int(time.time()))
    typer.echo(f"revoked {name}")


# ---- how the database is opened, and what is said when it cannot be ----------------------------


@contextmanager
def errors_told() -> Iterator[None]:
    """Ends the command with one line and an exit code when a rule, the database or its URL says no."""
    try:
        yield
    except Retryable as busy:
        fail(str(busy), Exit.BUSY)
    except UnknownRevision as error:
        fail(str(error), Exit.USAGE)
    except ErpError as refusal:
        fail(str(refusal), Exit.REFUSED)
    except ArgumentError:
        fail("this is no database URL; " + URL_HELP, Exit.USAGE)
    except DatabaseError as error:
        if is_busy(error):
            fail(f"the database is busy or cannot be reached: {error.orig}", Exit.BUSY)
        fail(f"this is no database that the ERP can use: {error.orig}", Exit.USAGE)


def checked(url: str) -> str:
    """The URL, when it names a kind of database the ERP works on; otherwise says so and ends."""
    if make_url(url).drivername not in DRIVERS:
        fail("this kind of database is not supported; " + URL_HELP, Exit.USAGE)
    return url


def opened(url: str) -> Engine:
    """The engine of a database whose schema is current; otherwise says what to run and ends."""
    path = make_url(url).database
    if url.startswith("sqlite") and not (path and Path(path).exists()):
        fail(
            f"there is no database at {url}; make one: interlock erp migrate --db {url}",
            Exit.USAGE,
        )
    engine = open_engine(checked(url))
    seen = reading_engine(engine)  # it waits for no writer
    if not is_known(seen):
        engine.dispose()
        fail(f"the database {engine.url} {ANOTHER_VERSION}", Exit.USAGE)
    if not is_current(seen):
        engine.dispose()
        fail("the database's schema is not current; run: interlock erp migrate", Exit.USAGE)
    return engine


@contextmanager
def transaction(url: str) -> Iterator[Session]:
    """A session of one transaction on the database, committed at the end."""
    with errors_told():
        engine = opened(url)
        try:
            with erp_transaction(engine) as session:
                yield session
        finally:
            engine.dispose()


@contextmanager
def reading(url: str) -> Iterator[Session]:
    """A session on one snapshot of the database, which keeps no writer waiting."""
    with errors_told():
        engine = opened(url)
        try:
            with snapshot(engine) as session:
                yield session
        finally:
            engine.dispose()


# ---- how rows are shown ------------------------------------------------------------------------


def public(token: ApiToken) -> dict[str, str | int | None]:
    """A row of `api_token` without its hash."""
    return {
        "name": token.name,
        "role": token.role,
        "party": token.party,
        "person": token.person,
        "created_at": token.created_at,
        "revoked_at": token.revoked_at,
    }


def when(seconds: str | int | None) -> str:
    """A time for a person, UTC; `-` for none."""
    if not isinstance(seconds, int):
        return "-"
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows as lines of aligned columns: nothing is cut, coloured or left empty, so that `awk` can read them."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    gap = " " * GAP
    return [
        gap.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
