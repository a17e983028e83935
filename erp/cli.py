"""`interlock erp`: serve the ERP, make tokens, migrate, prune, export.

Mounted by the house's own command line.
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
import uvicorn
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.orm import Session

from erp.api.desk import reading_engine
from erp.api.idempotency import KEEP_DAYS, MAX_PRUNED, SECONDS_PER_DAY
from erp.api.idempotency import prune as prune_answers
from erp.api.settings import Settings
from erp.api.tables import ApiToken
from erp.api.tokens import SECRET_BYTES, create_token, list_tokens, revoke_token
from erp.app import create_app
from erp.database import is_current, open_engine, upgrade
from erp.database import transaction as erp_transaction
from erp.kernel.errors import ErpError
from erp.kernel.roles import Role
from erp.ledger.export import beancount_journal, hledger_journal

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
MAX_PORT = 65_535
DRIVERS = frozenset({"sqlite", "sqlite+pysqlite", "postgresql+psycopg"})
URL_HELP = "write sqlite:///books.db or postgresql+psycopg://user@host/name"

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""The embedded ERP: its HTTP API, its tokens, its database.

A first day, from nothing:

    export INTERLOCK_DB=sqlite:///books.db

    interlock erp migrate

    interlock erp token create --role admin --name admin-1

    interlock erp serve            (then open http://127.0.0.1:8000/docs)
""",
)
tokens = typer.Typer(
    no_args_is_help=True,
    help="Bearer tokens of the API: one role each, shown once, revoked by name.",
)
app.add_typer(tokens, name="token")

DatabaseUrl = Annotated[
    str,
    typer.Option(
        "--db",
        envvar="INTERLOCK_DB",
        show_envvar=True,
        metavar="URL",
        help="Database: `sqlite:///books.db` or `postgresql+psycopg://user@host/name`.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for a machine to read.")]


class Format(StrEnum):
    """A plain-text ledger that an independent program can re-check."""

    HLEDGER = "hledger"
    BEANCOUNT = "beancount"


JOURNALS: dict[Format, Callable[[Session], Iterator[str]]] = {
    Format.HLEDGER: hledger_journal,
    Format.BEANCOUNT: beancount_journal,
}


@contextmanager
def errors_told() -> Iterator[None]:
    """What a rule refuses, or a busy database, is told in one line.

    The command ends with status 1.
    """
    try:
        yield
    except ErpError as refusal:
        fail(str(refusal))
    except ArgumentError:
        fail("this is no database URL; " + URL_HELP)
    except DatabaseError as error:
        fail(f"the database is busy, or is none: {error.orig}")


def fail(message: str) -> NoReturn:
    """Tells why on standard error and ends with status 1."""
    typer.echo(f"error: {message}", err=True)
    raise typer.Exit(1)


def checked(url: str) -> str:
    """The URL, when it names a kind of database the ERP works on; otherwise says so and ends."""
    if make_url(url).drivername not in DRIVERS:
        fail("this kind of database is not supported; " + URL_HELP)
    return url


def opened(url: str) -> Engine:
    """The engine of a database whose schema is current; otherwise says what to run and ends."""
    path = make_url(url).database
    if url.startswith("sqlite") and not (path and Path(path).exists()):
        fail(f"there is no database at {url}; make one: interlock erp migrate --db URL")
    engine = open_engine(checked(url))
    if not is_current(engine):
        engine.dispose()
        fail("the database's schema is not current; run: interlock erp migrate --db URL")
    return engine


@contextmanager
def transaction(url: str) -> Iterator[Session]:
    """One transaction on the database, committed at the end."""
    with errors_told():
        engine = opened(url)
        try:
            with erp_transaction(engine) as session:
                yield session
        finally:
            engine.dispose()


@contextmanager
def reading(url: str) -> Iterator[Session]:
    """One snapshot of the database, which keeps no writer waiting."""
    with errors_told():
        engine = opened(url)
        try:
            with Session(reading_engine(engine)) as session:
                yield session
        finally:
            engine.dispose()


@app.command()
def serve(
    db: DatabaseUrl,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=MAX_PORT, help="0: any free port.")] = 8000,
) -> None:
    """Serve the API until interrupted; its documentation is at /docs.

    Example: `interlock erp serve --db sqlite:///books.db --port 8080`

    The service speaks plain HTTP. Tokens travel with each request: on any address but loopback put
    a
    proxy with TLS in front.
    """
    with errors_told():
        engine = opened(db)
    if host not in LOOPBACK:
        typer.echo(f"warning: {host} is not loopback; tokens travel unencrypted", err=True)
    try:
        uvicorn.run(create_app(Settings(engine)), host=host, port=port, server_header=False)
    finally:
        engine.dispose()


@app.command()
def migrate(db: DatabaseUrl) -> None:
    """Bring the database's schema up to date; creates it when there is none. Safe to repeat.

    Example: `interlock erp migrate --db sqlite:///books.db`
    """
    with errors_told():
        upgrade(checked(db))
    typer.echo("the schema is current")


@app.command()
def prune(
    db: DatabaseUrl,
    days: Annotated[int, typer.Option(min=1, help="Keep answers of this many days.")] = KEEP_DAYS,
) -> None:
    """Forget stored answers of old writes (idempotency keys).

    Books and documents are never touched.

    Example, nightly: `interlock erp prune --db sqlite:///books.db --days 30`

    A request repeated after its answer was forgotten is a new request.
    """
    before = int(time.time()) - days * SECONDS_PER_DAY
    forgotten = 0
    while True:
        with transaction(db) as session:
            count = prune_answers(session, before)
        forgotten += count
        if count < MAX_PRUNED:
            break
    typer.echo(f"forgot {forgotten} answers older than {days} days")


@app.command()
def export(
    journal: Annotated[Format, typer.Argument(help="The program that shall read it.")],
    db: DatabaseUrl,
) -> None:
    """Print the posted ledger as plain text, for an independent program to re-check.

    Example: `interlock erp export beancount --db sqlite:///books.db > books.beancount`

    Example: `interlock erp export hledger --db sqlite:///books.db | hledger -f - balance`
    """
    with reading(db) as session:
        for line in JOURNALS[journal](session):
            sys.stdout.write(line if line.endswith("\n") else line + "\n")


@tokens.command("create")
def token_create(
    db: DatabaseUrl,
    role: Annotated[Role, typer.Option(help="What the token may do.")],
    name: Annotated[
        str, typer.Option(help="Who uses it; the document log names it. Never reused.")
    ],
    party: Annotated[
        str | None, typer.Option(help="For a supplier token: the party it speaks for.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a token and print it, once: only its hash is kept.

    Example: `interlock erp token create --role warehouse --name dock-1`

    Example: `interlock erp token create --role supplier --name acme-portal --party ACME --json`
    """
    with transaction(db) as session:
        token = create_token(
            session,
            name=name,
            role=role,
            party=party,
            at=int(time.time()),
            secret=secrets.token_bytes(SECRET_BYTES),
        )
    if as_json:
        typer.echo(json.dumps({"name": name, "role": role, "party": party, "token": token}))
        return
    typer.echo(token)
    typer.echo("kept nowhere: store it now", err=True)


@tokens.command("list")
def token_list(db: DatabaseUrl, as_json: AsJson = False) -> None:
    """List all tokens, revoked ones too; never their secrets.

    Example: `interlock erp token list --json`
    """
    with reading(db) as session:
        rows = [public(token) for token in list_tokens(session)]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    table = Table("name", "role", "party", "created", "revoked")
    for row in rows:
        table.add_row(
            str(row["name"]),
            str(row["role"]),
            str(row["party"] or ""),
            when(row["created_at"]),
            when(row["revoked_at"]),
        )
    Console(emoji=False).print(table)


@tokens.command("revoke")
def token_revoke(
    db: DatabaseUrl, name: Annotated[str, typer.Argument(help="The token's name.")]
) -> None:
    """Revoke a token: from now on it opens nothing. Its name stays taken.

    Example: `interlock erp token revoke dock-1`
    """
    with transaction(db) as session:
        revoke_token(session, name, int(time.time()))
    typer.echo(f"revoked {name}")


def public(token: ApiToken) -> dict[str, str | int | None]:
    """What anybody may know of a token."""
    return {
        "name": token.name,
        "role": token.role,
        "party": token.party,
        "created_at": token.created_at,
        "revoked_at": token.revoked_at,
    }


def when(seconds: str | int | None) -> str:
    """A time for a person, UTC; empty for none."""
    if not isinstance(seconds, int):
        return ""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds))
