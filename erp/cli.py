"""`interlock erp`: serve the ERP, make tokens, migrate, prune, export. Mounted by `interlock`.

This module reads arguments. What a command does stands in `erp.administration`, which is imported when a command runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from erp.exits import database_named
from erp.kernel.roles import Role
from erp.ledger.turnover.model import Scope

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from erp.api.witness import Witness

MAX_PORT = 65_535
KEEP_DAYS = 30  # answers by idempotency key

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""The embedded ERP: its HTTP API, its tokens, its database.

A first day, from nothing:

    export INTERLOCK_DB=sqlite:///books.db

    interlock erp migrate

    interlock erp token create --role admin --name admin-1

    interlock erp serve            (then open http://127.0.0.1:8000/docs)

Exit codes: 0 done, 1 refused by a rule, 2 the command line, the settings or the database must be changed, 3 busy, try again.
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
        show_default=False,
        metavar="URL",
        callback=database_named,
        help="Database: `sqlite:///books.db` or `postgresql+psycopg://user@host/name`.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for a machine to read.")]


@dataclass(frozen=True, slots=True)
class Connected:
    """What whoever mounts these commands connects to them, as the object of their context."""

    witness_of: Callable[[Engine], Witness]  # of the database that is served


class Format(StrEnum):
    """A plain-text ledger that an independent program can re-check."""

    HLEDGER = "hledger"
    BEANCOUNT = "beancount"


@app.command()
def serve(
    context: typer.Context,
    db: DatabaseUrl = "",
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=MAX_PORT, help="0: any free port.")] = 8000,
) -> None:
    """Serve the API until interrupted; its documentation is at /docs.

    Example: `interlock erp serve --db sqlite:///books.db --port 8080`

    The service speaks plain HTTP. Tokens travel with each request: on any address but loopback, put a proxy
    with TLS in front.

    Time lines (`GET /orders/{order}/flows` and its like) name transactions and anchors where a bridge works on this
    database, or on the one that the setting `bridge_db` (INTERLOCK_BRIDGE_DB) names.
    """
    from erp import administration

    connected = context.find_object(Connected)
    administration.serve(db, host, port, connected.witness_of if connected else None)


@app.command()
def migrate(db: DatabaseUrl = "") -> None:
    """Bring the database's schema up to date; creates it when there is none. Safe to repeat.

    Example: `interlock erp migrate --db sqlite:///books.db`
    """
    from erp import administration

    administration.migrate(db)


@app.command()
def prune(
    db: DatabaseUrl = "",
    days: Annotated[int, typer.Option(min=1, help="Keep answers of this many days.")] = KEEP_DAYS,
) -> None:
    """Forget stored answers of old writes (idempotency keys). Books and documents are never touched.

    Example, nightly: `interlock erp prune --db sqlite:///books.db --days 30`

    A request repeated after its answer was forgotten is a new request.
    """
    from erp import administration

    administration.prune(db, days)


@app.command()
def export(
    journal: Annotated[Format, typer.Argument(help="The program that shall read it.")],
    db: DatabaseUrl = "",
    scope: Annotated[
        Scope, typer.Option(help="Whose books: our own, or those we keep of outside partners.")
    ] = Scope.OWN,
) -> None:
    """Print the posted ledger as plain text, for an independent program to re-check.

    Example: `interlock erp export beancount --db sqlite:///books.db > books.beancount`

    Example: `interlock erp export hledger --db sqlite:///books.db | hledger -f - balance`
    """
    from erp import administration

    administration.export(db, journal.value, scope)


@app.command("map")
def print_map(as_json: AsJson = False) -> None:
    """Print every operation of the ERP: its document, its command, its route, and who may tell it. Needs no database.

    Example: `interlock erp map --json`
    """
    from erp import map as maps

    typer.echo(maps.as_json_text() if as_json else maps.as_markdown())


@tokens.command("create")
def token_create(
    role: Annotated[Role, typer.Option(help="What the token may do.")],
    name: Annotated[
        str, typer.Option(help="Who uses it; the document log names it. Never reused.")
    ],
    party: Annotated[
        str | None, typer.Option(help="For a supplier's or node's token: the party it speaks for.")
    ] = None,
    person: Annotated[
        str | None,
        typer.Option(
            help="Code of whose token it is: its rights end with that person's employment."
        ),
    ] = None,
    db: DatabaseUrl = "",
    as_json: AsJson = False,
) -> None:
    """Make a token and print it, once: only its hash is kept.

    Example: `interlock erp token create --role warehouse --name dock-1`

    Example: `interlock erp token create --role supplier --name acme-portal --party ACME --json`

    Example: `interlock erp token create --role warehouse --name dock-li --person P-017`

    A person is registered (`POST /persons`) and employed (`POST /employments`) first, for a duty that brings the role.
    """
    from erp import administration

    administration.token_create(
        db, role=role, name=name, party=party, person=person, as_json=as_json
    )


@tokens.command("list")
def token_list(db: DatabaseUrl = "", as_json: AsJson = False) -> None:
    """List all tokens, revoked ones too; never their secrets.

    Example: `interlock erp token list --json`
    """
    from erp import administration

    administration.token_list(db, as_json=as_json)


@tokens.command("revoke")
def token_revoke(
    name: Annotated[str, typer.Argument(help="The token's name.")], db: DatabaseUrl = ""
) -> None:
    """Revoke a token: from now on it opens nothing. Its name stays taken.

    Example: `interlock erp token revoke dock-1`
    """
    from erp import administration

    administration.token_revoke(db, name)
