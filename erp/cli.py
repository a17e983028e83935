"""`interlock erp`: serve the ERP, make tokens, migrate, prune, export. Mounted by `interlock`.

This module reads arguments. What a command does stands in `erp.administration`, which is imported when a command runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from erp.exits import Exit, database_named, fail
from erp.kernel.roles import PARTNERS, Role
from erp.ledger.turnover.model import Scope

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from erp.api.witness import Witness

MAX_PORT = 65_535
MAX_DAYS = 3_650  # of a token that expires
MAX_HOURS = 720  # of a one-time secret, and of two secrets beside each other
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
passwords = typer.Typer(
    no_args_is_help=True,
    help="Passwords of people, who sign in at the workbench: given as one-time secrets, chosen by their person, taken away.",
)
app.add_typer(passwords, name="password")
hooks = typer.Typer(
    no_args_is_help=True,
    help="Webhooks: who is told of what, signed, until it is taken. `interlock erp webhooks` sends them.",
)
app.add_typer(hooks, name="webhook")

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
    limit: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            envvar="INTERLOCK_ERP_LIMITS",
            help="A bound of who comes and how much; docs/erp.md has their names. May be given again.",
        ),
    ] = None,
    proxies: Annotated[
        str,
        typer.Option(
            "--proxies",
            metavar="ADDRESSES",
            help="Proxies, parted by commas, whose X-Forwarded-For and X-Forwarded-Proto are believed.",
        ),
    ] = "127.0.0.1,::1",
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
    witness_of = connected.witness_of if connected else None
    administration.serve(db, host, port, witness_of, limit or (), proxies)


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


Days = Annotated[
    int | None,
    typer.Option(min=1, max=MAX_DAYS, help="Days until it opens nothing more; else never."),
]


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
    days: Days = None,
    client: Annotated[
        bool,
        typer.Option(
            help="A client of OAuth2: its secret opens nothing but POST /oauth/token, which gives tokens of some minutes."
        ),
    ] = False,
    db: DatabaseUrl = "",
    as_json: AsJson = False,
) -> None:
    """Make a token and print it, once: only its hash is kept.

    Example: `interlock erp token create --role warehouse --name dock-1`

    Example: `interlock erp token create --role supplier --name acme-portal --party ACME --json`

    Example: `interlock erp token create --role warehouse --name dock-li --person P-017`

    Example, for a machine: `interlock erp token create --role planner --name mrp --client --days 365`

    A person is registered (`POST /persons`) and employed (`POST /employments`) first, for a duty that brings the role.
    """
    if role in PARTNERS and party is None:
        fail(
            f"a {role} token needs --party: the code of the {role} it speaks for",
            Exit.USAGE,
            hint=f"interlock erp token create --role {role} --name {name} --party CODE",
            name="party-missing",
        )
    from erp import administration

    administration.token_create(
        *(db, role, name, party, person), days=days, client=client, as_json=as_json
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


@tokens.command("rotate")
def token_rotate(
    name: Annotated[str, typer.Argument(help="The token's name.")],
    hours: Annotated[
        int,
        typer.Option(
            min=0,
            max=MAX_HOURS,
            help="Hours for which the old secret opens the same. 0: it has leaked, and what it opened ends too.",
        ),
    ] = 24,
    db: DatabaseUrl = "",
    as_json: AsJson = False,
) -> None:
    """Give a token, or a client of OAuth2, a new secret and print it, once. Name, role and documents stay the same.

    Example: `interlock erp token rotate mrp --hours 24`

    Example, when it has leaked: `interlock erp token rotate mrp --hours 0`
    """
    from erp import door_desk

    door_desk.token_rotate(db, name, hours, as_json=as_json)


@passwords.command("give")
def password_give(
    person: Annotated[str, typer.Argument(help="Code of the person, registered and employed.")],
    hours: Annotated[
        int, typer.Option(min=1, max=MAX_HOURS, help="Hours for which the secret is good.")
    ] = 72,
    db: DatabaseUrl = "",
    as_json: AsJson = False,
) -> None:
    """Make a one-time secret and print it, once. Its person signs in with it and chooses a password; any old one is gone.

    Example: `interlock erp password give P-017`

    The login is the one under which the person was registered (`POST /persons`). The person acts in the roles that its
    employments bring, as long as they last.
    """
    from erp import door_desk

    door_desk.password_give(db, person, hours, as_json=as_json)


@passwords.command("list")
def password_list(db: DatabaseUrl = "", as_json: AsJson = False) -> None:
    """List who has a password or a one-time secret, and since when; never the secrets.

    Example: `interlock erp password list --json`
    """
    from erp import door_desk

    door_desk.password_list(db, as_json=as_json)


@passwords.command("take")
def password_take(
    person: Annotated[str, typer.Argument(help="Code of the person.")], db: DatabaseUrl = ""
) -> None:
    """Take a person's password away. Browsers in which it is signed in are signed out.

    Example: `interlock erp password take P-017`
    """
    from erp import door_desk

    door_desk.password_take(db, person)


HookName = Annotated[str, typer.Argument(help="The webhook's name.")]
Private = Annotated[
    bool,
    typer.Option(
        "--private",
        envvar="INTERLOCK_WEBHOOKS_PRIVATE",
        help="Send to plain HTTP and to private addresses too (loopback, link-local, a plant's own network).",
    ),
]


@app.command("webhooks")
def webhooks_send(
    db: DatabaseUrl = "",
    once: Annotated[bool, typer.Option(help="Send what is due, and end.")] = False,
    private: Private = False,
) -> None:
    """Send webhooks until interrupted: a process of its own beside `serve`. It may be killed at any moment.

    Example: `interlock erp webhooks --db sqlite:///books.db`
    """
    from erp import hooks_desk

    hooks_desk.send(db, once=once, private=private)


@hooks.command("create")
def webhook_create(
    name: HookName,
    url: Annotated[str, typer.Option(help="Where to: https://host/path.")],
    token: Annotated[str, typer.Option(help="Name of the token whose rights it has.")],
    topic: Annotated[
        list[str] | None,
        typer.Option(
            help="A type of document (goods_receipt), or a thing (order:PO-2026-00001, tender:3); again for more. None: all."
        ),
    ] = None,
    db: DatabaseUrl = "",
    private: Private = False,
    as_json: AsJson = False,
) -> None:
    """Make a webhook and print the secret that signs its messages, once. It is told of what changes from now on.

    Example: `interlock erp webhook create dock --url https://mes.example/hook --token dock-1 --topic goods_receipt`

    Messages follow Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature; their body is a CloudEvent.
    """
    from erp import hooks_desk

    hooks_desk.create(db, name, url, token, topic or [], private=private, as_json=as_json)


@hooks.command("list")
def webhook_list(db: DatabaseUrl = "", as_json: AsJson = False) -> None:
    """List all webhooks, with how many messages wait and are parked; never their secrets.

    Example: `interlock erp webhook list --json`
    """
    from erp import hooks_desk

    hooks_desk.show(db, as_json=as_json)


@hooks.command("deliveries")
def webhook_deliveries(
    name: HookName,
    db: DatabaseUrl = "",
    dead: Annotated[bool, typer.Option(help="Only those that are parked.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="At most so many, the newest.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List messages of a webhook: how often they were tried, what was answered, when they are tried again.

    Example: `interlock erp webhook deliveries dock --dead`
    """
    from erp import hooks_desk

    hooks_desk.deliveries(db, name, dead=dead, limit=limit, as_json=as_json)


@hooks.command("resend")
def webhook_resend(name: HookName, db: DatabaseUrl = "") -> None:
    """Send the parked messages of a webhook again, each under the id it had.

    Example: `interlock erp webhook resend dock`
    """
    from erp import hooks_desk

    hooks_desk.resend(db, name)


@hooks.command("replay")
def webhook_replay(
    name: HookName,
    since: Annotated[int, typer.Option("--from", min=1, help="A sequence of the document log.")],
    db: DatabaseUrl = "",
) -> None:
    """Send everything from a sequence of the log on again, each message under the id it had.

    Example: `interlock erp webhook replay dock --from 1`
    """
    from erp import hooks_desk

    hooks_desk.replay(db, name, since)


@hooks.command("rotate")
def webhook_rotate(
    name: HookName,
    hours: Annotated[
        int, typer.Option(min=0, max=MAX_HOURS, help="Hours for which both secrets sign.")
    ] = 24,
    db: DatabaseUrl = "",
    as_json: AsJson = False,
) -> None:
    """Give a webhook a new secret and print it, once. For a time each message is signed by both.

    Example: `interlock erp webhook rotate dock --hours 24`
    """
    from erp import hooks_desk

    hooks_desk.rotate(db, name, hours, as_json=as_json)


@hooks.command("pause")
def webhook_pause(
    name: HookName,
    db: DatabaseUrl = "",
    resume: Annotated[bool, typer.Option(help="Let it go on from where it was.")] = False,
) -> None:
    """Send nothing to a webhook for now. Nothing is lost: with --resume it is told what it missed.

    Example: `interlock erp webhook pause dock`
    """
    from erp import hooks_desk

    hooks_desk.pause(db, name, resume=resume)


@hooks.command("end")
def webhook_end(name: HookName, db: DatabaseUrl = "") -> None:
    """End a webhook for good. Its name stays taken.

    Example: `interlock erp webhook end dock`
    """
    from erp import hooks_desk

    hooks_desk.end(db, name)
