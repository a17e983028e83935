"""What the commands of `interlock erp` do, once `erp.cli` has read their arguments.

Apart from the command line itself, so that `--help` needs no database driver and no web server.
Errors of a command become three lines on standard error and an exit code (`erp.exits.Exit`).
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from erp.api.settings import MAX_PRUNED, SECONDS_PER_DAY, Limits, Settings
from erp.api.tables import ApiToken, TokenKind
from erp.api.tokens import SECRET_BYTES, create_token, revoke_token
from erp.api.traced import tracer
from erp.api.witness import Witness
from erp.app import create_app
from erp.database import (
    ANOTHER_VERSION,
    UnknownRevision,
    WrongEncoding,
    empty_write_ahead_log,
    is_current,
    is_known,
    open_engine,
    snapshot,
    upgrade,
)
from erp.database import transaction as erp_transaction
from erp.exits import URL_HELP, Exit, fail, is_chinese
from erp.kernel.errors import ErpError, Rejected, Retryable
from erp.kernel.refusals import in_chinese
from erp.kernel.roles import Role
from erp.ledger.export import beancount_journal, hledger_journal
from erp.ledger.turnover.model import Scope
from erp.serving import OTHER_DESCRIPTORS, PROXIES, allow_descriptors, run
from erp.webhooks.queries import prune as prune_messages

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
DRIVERS = frozenset({"sqlite", "sqlite+pysqlite", "postgresql+psycopg"})
ANOTHER_DATABASE = "name another database with --db, or install the version that made this one"
GAP = 2  # spaces between columns of a list
JOURNALS: dict[str, Callable[[Session, Scope], Iterator[str]]] = {
    "hledger": hledger_journal,
    "beancount": beancount_journal,
}


# ---- the commands -----------------------------------------------------------------------------


def serve(
    url: str,
    host: str,
    port: int,
    witness_of: Callable[[Engine], Witness] | None = None,
    limits: Sequence[str] = (),
    proxies: str = PROXIES,
) -> None:
    """Serves the API over the database at `url` until interrupted. uvicorn ends with status 3 when the port is taken.

    `witness_of` gives the witness of the database, where one is connected; `limits` are told as `name=value`, and
    `proxies` are the addresses whose word on a peer's address is taken.
    """
    try:
        bounds = Limits.read(limits)
        allow_descriptors(bounds.connections + OTHER_DESCRIPTORS)
    except ValueError as error:
        fail(str(error), Exit.USAGE)
    with errors_told():
        engine = opened(url)
    if host not in LOOPBACK:
        typer.echo(f"warning: {host} is not loopback; tokens travel unencrypted", err=True)
    try:
        witness = witness_of(engine) if witness_of is not None else None
        settings = Settings(engine, witness=witness, tracer=tracer(), limits=bounds)
        run(create_app(settings), host, port, bounds, proxies)
    finally:
        engine.dispose()


def migrate(url: str) -> None:
    """Brings the schema of the database at `url` up to date."""
    with errors_told():
        upgrade(checked(url))
    typer.echo("the schema is current")


def prune(url: str, days: int) -> None:
    """Deletes answers kept by idempotency key that are older than `days`, MAX_PRUNED in a transaction.

    Messages of webhooks that were taken before go with them. Takes what was deleted, erased side data too, out of the
    database's files.
    """
    before = int(time.time()) - days * SECONDS_PER_DAY
    forgotten = 0
    while True:
        with transaction(url) as session:
            count = prune_answers(session, before)
        forgotten += count
        if count < MAX_PRUNED:
            break
    with transaction(url) as session:
        prune_messages(session, before)
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
    url: str,
    role: Role,
    name: str,
    party: str | None,
    person: str | None,
    *,
    days: int | None,
    client: bool,
    as_json: bool,
) -> None:
    """Makes a token, or a client of OAuth2, stores its hash in `api_token` and prints the secret."""
    now = int(time.time())
    expires_at = None if days is None else now + days * SECONDS_PER_DAY
    with transaction(url) as session:
        token = create_token(
            session,
            name=name,
            role=role,
            party=party,
            person=person,
            at=now,
            secret=secrets.token_bytes(SECRET_BYTES),
            kind=TokenKind.CLIENT if client else TokenKind.TOKEN,
            expires_at=expires_at,
        )
    made = {"name": name, "role": role, "party": party, "person": person, "expires_at": expires_at}
    show_secret(made | {"token": token}, "token", as_json=as_json)


def show_secret(made: Mapping[str, object], secret: str, *, as_json: bool) -> None:
    """Prints what was made, as JSON, or its secret alone."""
    if as_json:
        typer.echo(json.dumps(made))
        return
    typer.echo(made[secret])
    typer.echo("kept nowhere: store it now", err=True)


def token_list(url: str, *, as_json: bool) -> None:
    """Prints all rows of `api_token` without their hashes."""
    with reading(url) as session:
        rows = [public(token) for token in queries.tokens(session)]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    named, times = ("name", "kind", "role", "party", "person"), ("created", "expires", "revoked")
    lines = [[*named, *times]]
    for row in rows:
        told = [str(row[column] or "-") for column in named]
        lines.append([*told, *(when(row[f"{time_}_at"]) for time_ in times)])
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
    """Ends the command with three lines and an exit code when a rule, the database or its URL says no."""
    try:
        yield
    except Retryable as busy:
        fail(str(busy), Exit.BUSY, name=type(busy).__name__)
    except (UnknownRevision, WrongEncoding) as error:
        fail(str(error), Exit.USAGE, name=type(error).__name__)
    except Rejected as refusal:
        fail(in_chinese(refusal) if is_chinese() else str(refusal), Exit.REFUSED, name=refusal.code)
    except ErpError as refusal:
        fail(str(refusal), Exit.REFUSED, name=type(refusal).__name__)
    except ArgumentError:
        fail("this is no database URL", Exit.USAGE, hint=URL_HELP, name="no-database-url")
    except DatabaseError as error:
        if is_busy(error):
            told = f"the database is busy or cannot be reached: {error.orig}"
            fail(told, Exit.BUSY, name="database-busy")
        told = f"this is no database that the ERP can use: {error.orig}"
        fail(told, Exit.USAGE, hint=URL_HELP, name="no-database")


def checked(url: str) -> str:
    """The URL, when it names a kind of database the ERP works on; otherwise says so and ends."""
    if make_url(url).drivername not in DRIVERS:
        told = "this kind of database is not supported"
        fail(told, Exit.USAGE, hint=URL_HELP, name="unknown-kind-of-database")
    return url


def opened(url: str) -> Engine:
    """The engine of a database whose schema is current; otherwise says what to run and ends."""
    path = make_url(url).database
    if url.startswith("sqlite") and not (path and Path(path).exists()):
        fail(
            f"there is no database at {url}",
            Exit.USAGE,
            hint=f"interlock erp migrate --db {url}",
            name="no-database",
        )
    engine = open_engine(checked(url))
    seen = reading_engine(engine)  # it waits for no writer
    if not is_known(seen):
        engine.dispose()
        told = f"the database {engine.url} {ANOTHER_VERSION}"
        fail(told, Exit.USAGE, hint=ANOTHER_DATABASE, name="another-version")
    if not is_current(seen):
        engine.dispose()
        told = "the database's schema is not current"
        hint = f"interlock erp migrate --db {engine.url}"
        fail(told, Exit.USAGE, hint=hint, name="schema-not-current")
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
        "kind": token.kind,
        "role": token.role,
        "party": token.party,
        "person": token.person,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
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
