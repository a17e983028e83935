"""`interlock login`, `api`, and the reads: order, tender, doc, stock, credit, ledger, budget, work, search, watch.

They speak to the ERP over its API with the token of whoever signed in, so that nobody reads more here than there.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer
from typer.core import TyperGroup

from bridge.operator.saying import say
from erp.exits import Exit

from ..shell.telling import CommandError
from .api import Api
from .client import exchanged
from .foreseen import foreseen
from .login import Login, file_of, keep
from .options import reads
from .output import Output, Reading, lines_of
from .waiting import rows_of_work, show_work

WHOLE = re.compile(r"-?[0-9]{1,18}|-?[0-9]{1,3}(_[0-9]{3}){1,5}")  # 5_000_000 too
WORDS: Mapping[str, Any] = {"true": True, "false": False, "null": None}
ORDER_COLUMNS = ("number", "status", "supplier", "item", "quantity", "amount_minor", "promised_at")
TENDER_COLUMNS = (
    "number",
    "status",
    "item",
    "quantity",
    "commit_end",
    "reveal_end",
    "bids",
    "supplier",
)
BID_COLUMNS = ("bid_index", "supplier", "status", "amount_minor", "credit_bps", "struck")
DOCUMENT_COLUMNS = ("sequence", "at", "type", "number", "actor", "origin")
STOCK_COLUMNS = ("entity", "item", "kind", "on_hand", "on_order", "value_minor")
CREDIT_COLUMNS = ("code", "name", "status", "credit_bps", "outcomes")
BUDGET_COLUMNS = (
    "entity",
    "approved_minor",
    "available_minor",
    "pre_encumbered_minor",
    "encumbered_minor",
    "expended_minor",
)
BALANCE_COLUMNS = (
    "key",
    "account",
    "name",
    "opening_minor",
    "debit_minor",
    "credit_minor",
    "closing_minor",
)
LINE_COLUMNS = ("at", "document", "entity", "account", "debit_minor", "credit_minor")
HIT_COLUMNS = ("kind", "key", "title", "path")


class Verb(StrEnum):
    """Methods of the API."""

    GET = "GET"
    POST = "POST"


class OneOrCommand(TyperGroup):
    """A group whose first word may be a number instead of a command: `interlock order PO-2026-00001`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Puts `get` before what is no command of the group."""
        known = not args or args[0] in self.commands or args[0] in {"--help", "-h"}
        return super().parse_args(ctx, args if known and args else ["get", *args])


def login(
    api: Annotated[
        str, typer.Option("--api", metavar="URL", help="Where the API is.")
    ] = "http://127.0.0.1:8000",
    name: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="NAME", help="Under which name to keep it; else the token's own."
        ),
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option(
            help="File with the token, or with several by name (tokens.json of a sandbox: all are kept)."
        ),
    ] = None,
    client: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="An OAuth2 client: its secret is asked for, and access tokens are got by it.",
        ),
    ] = None,
) -> None:
    """Sign in: keep a token for the commands that read and tell. It is asked for hidden, or read from standard input.

    With `--client` the client's secret is asked for and kept instead, and its access token renews itself when it ended.

    It is kept in a file that only you may read (~/.config/interlock/login.json, or INTERLOCK_LOGIN).

    Example: `interlock login --api http://127.0.0.1:8000`

    Example: `interlock login --token-file build/run/tokens.json --as warehouse`

    Example: `interlock login --client mrp < secret.txt`
    """  # fmt: skip
    tokens = _tokens(token_file, "token" if client is None else "secret")
    one = tokens.get(client or name or "") or (
        next(iter(tokens.values())) if len(tokens) == 1 else None
    )
    if one is None:
        raise CommandError(
            say("the file has several tokens; say whose you mean: {names}", names=", ".join(tokens)),
            hint="interlock login --as NAME …", code="which-token", exit_code=Exit.USAGE,
        )  # fmt: skip
    every = {each: Login(api, token) for each, token in tokens.items() if each}
    signed = Login(api, one)
    if client is not None:
        every, signed = {}, exchanged(Login(api, "", client, one))
    me = Api(signed).get("me")
    current = name or str(me["name"])
    file = file_of()
    keep(file, every | {current: signed}, current)
    told = {"name": me["name"], "role": me["role"], "file": file}
    typer.echo(say("signed in as {name}, role {role}; kept in {file}", **told))


def _tokens(file: Path | None, asked: str) -> dict[str, str]:
    """Tokens, or secrets of clients, by name; the only one under no name. `asked`: what a terminal is asked for."""
    if file is None:
        hidden = sys.stdin.isatty()
        typed = typer.prompt(asked, hide_input=True, err=True) if hidden else sys.stdin.readline()
        return {"": typed.strip()}
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(
            f"cannot read {file}: {error.strerror}", hint="interlock login --token-file FILE",
            code="no-token-file", exit_code=Exit.USAGE,
        ) from error  # fmt: skip
    try:
        found = json.loads(text)
    except ValueError:
        return {"": text.strip()}
    return {str(name): str(token) for name, token in found.items()}


@reads
def api_call(
    api: Api,
    out: Output,
    method: Annotated[Verb, typer.Argument(help="GET or POST.", case_sensitive=False)],
    path: Annotated[str, typer.Argument(help="goods-issues, orders/PO-2026-00001 …")],
    values: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME=VALUE]...",
            help="Parameters, or fields: quantity=1; plan:='{\"a\": 1}' is JSON.",
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            "--data", "-d", metavar="JSON", help="The whole body; '-': from standard input."
        ),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(help="Idempotency key, to tell the same thing again; else a new one."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what a POST would make; nothing is written.")
    ] = False,
) -> None:
    """Ask the API anything, or tell it. Exit 1 when a rule says no, 2 when the request is wrong, 3 when it is busy.

    Whole numbers, true, false and null are meant as such; `NAME:=JSON` says exactly what is meant.

    Example: `interlock api GET orders status=OPENED`

    Example: `interlock api POST goods-issues entity=HEFEI item=STEEL-3MM quantity=1 purpose=production --dry-run`
    """  # fmt: skip
    given = dict(map(_pair, values or ()))
    if method is Verb.GET and dry_run:
        raise CommandError(
            say("a read writes nothing: --dry-run is for POST"), hint="interlock api --help",
            code="no-dry-run", exit_code=Exit.USAGE,
        )  # fmt: skip
    if method is Verb.GET:
        found = api.get(path, {name: _parameter(value) for name, value in given.items()})
    else:
        body = (_json(sys.stdin.read() if data == "-" else data) if data else {}) | given
        found = api.post(path, body, key, dry_run=dry_run)
    if dry_run and not out.form and not out.fields and foreseen(found):
        return
    if isinstance(found, Mapping) and out.form in {"--jsonl", "--csv"} and "items" in found:
        out.rows(found["items"], ())
    elif isinstance(found, Mapping) and (out.form or out.fields):
        Output(out.form or "--json", out.fields).one(found, ())
    else:
        typer.echo(
            json.dumps(found, ensure_ascii=False, indent=2) if not isinstance(found, str) else found
        )


def _pair(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip(":"):
        raise CommandError(
            say("{text} is not NAME=VALUE", text=repr(text)), hint="interlock api --help",
            code="not-a-pair", exit_code=Exit.USAGE,
        )  # fmt: skip
    if name.endswith(":"):
        return name[:-1], _json(value)
    if WHOLE.fullmatch(value):
        return name, int(value)
    return name, WORDS.get(value, value)


def _parameter(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, (bool, Mapping)) else value


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise CommandError(
            say("this is no JSON: {error}", error=error), hint="interlock api --help",
            code="no-json", exit_code=Exit.USAGE,
        ) from error  # fmt: skip


@reads
def order(
    api: Api,
    out: Output,
    number: Annotated[str | None, typer.Argument(help="Number or id; none: the list.")] = None,
    status: Annotated[
        str | None, typer.Option(help="With the list: only those that stand so.")
    ] = None,
) -> None:
    """Show the list of orders, or one with its goods, its money and its documents.

    Example: `interlock order PO-2026-00001`; its time line with transactions and anchors: `interlock order show`.
    """
    if number is None:
        out.rows(api.rows("orders", {"status": status} if status else None), ORDER_COLUMNS)
        return
    found = api.get(f"orders/{number}")
    documents = [
        {name: each[name] for name in ("at", "type", "number", "origin")}
        for each in found["documents"]
    ]
    out.one(found, lines_of(found | {"documents": documents}))


@reads
def tender(
    api: Api,
    out: Output,
    number: Annotated[str | None, typer.Argument(help="Number or id; none: the list.")] = None,
) -> None:
    """Show the list of tenders, or one with its bids."""
    if number is None:
        out.rows(api.rows("tenders"), TENDER_COLUMNS)
        return
    found = api.get(f"tenders/{number}")
    out.one(found, lines_of(found))


@reads
def doc(
    api: Api,
    out: Output,
    number: Annotated[
        str | None, typer.Argument(help="Number, or place in the log; none: the list.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--type", help="With the list: only this type.")
    ] = None,
    of_order: Annotated[
        str | None, typer.Option("--order", help="With the list: only of this order.")
    ] = None,
) -> None:
    """Show the log of documents, or one document with its entries.

    Example: `interlock doc PAY-2026-00001`, `interlock doc 70`, `interlock doc --type payment --jsonl`
    """
    if number is None:
        query = {name: value for name, value in (("type", kind), ("order", of_order)) if value}
        out.rows(api.rows("documents", query), DOCUMENT_COLUMNS)
        return
    if number.isascii() and number.isdigit():
        items = api.get("documents", {"after": max(int(number) - 1, 0), "limit": 1})["items"]
        if not items or items[0]["sequence"] not in {None, int(number)}:
            raise CommandError(
                say("the log has no document {number}", number=number), hint="interlock doc",
                code="not-found (404)", exit_code=Exit.REFUSED,
            )  # fmt: skip
        found = items[0]
    else:
        found = api.get(f"documents/{number}")
    out.one(found, lines_of(found))


@reads
def stock(
    api: Api,
    out: Output,
    item: Annotated[str | None, typer.Argument(help="Code of the item; none: all.")] = None,
    entity: Annotated[str | None, typer.Option(help="Whose stock.")] = None,
) -> None:
    """Show what is on hand and on order, by entity and item."""
    query = {name: value for name, value in (("item", item), ("entity", entity)) if value}
    out.rows(api.rows("stock", query), STOCK_COLUMNS)


@reads
def credit(
    api: Api,
    out: Output,
    party: Annotated[str | None, typer.Argument(help="Code of the party; none: all.")] = None,
) -> None:
    """Show the credit of all parties, or of one: its grade, what the next one asks for, and each document that moved it.

    Example: `interlock credit`, `interlock credit S1`
    """
    if party is None:
        out.rows(api.rows("parties"), CREDIT_COLUMNS)
        return
    found = api.get(f"parties/{quote(party, safe='')}/credit")
    out.one(found, lines_of(found))


@reads
def budget(
    api: Api,
    out: Output,
    entity: Annotated[str | None, typer.Argument(help="Whose; none: all.")] = None,
) -> None:
    """Show what each entity may still commit, has set aside, ordered and spent."""
    out.rows(api.rows("budgets", {"entity": entity} if entity else None), BUDGET_COLUMNS)


@reads
def work(api: Api, out: Output) -> None:
    """Show what waits for you, the oldest first, and what time alone will do next, the nearest first.

    For machines both are rows: `kind` is task or time, `until` the moment of either.
    """
    found = api.get("work")
    if out.form or out.fields:
        out.rows(rows_of_work(found), ())
    else:
        show_work(found)


@reads
def search(
    api: Api,
    out: Output,
    text: Annotated[
        str, typer.Argument(help="Beginning of a number or code, part of a name, hash or origin.")
    ],
) -> None:
    """Find things by what you have of them, as far as your role may read them.

    Example: `interlock search PO-2026-00001`, `interlock search steel`
    """
    found = api.get("search", {"q": text})
    out.rows(found["hits"], HIT_COLUMNS)
    if found["more"]:
        typer.echo(say("there is more of one kind: say more of it"), err=True)


ledger_app = typer.Typer(no_args_is_help=True, help="The ledger: its trial balance and its lines.")


@ledger_app.command("tb", cls=Reading)
@reads
def trial_balance(
    api: Api,
    out: Output,
    by: Annotated[str | None, typer.Option(help="Split by entity, platform, chain_group …")] = None,
    since: Annotated[str | None, typer.Option(help="First month: 2026-05.")] = None,
    through: Annotated[str | None, typer.Option(help="Last month.")] = None,
    entity: Annotated[str | None, typer.Option(help="Of one entity.")] = None,
) -> None:
    """Show the trial balance. Exit 1 when it does not balance.

    Example: `interlock ledger tb --entity HEFEI --csv > tb.csv`
    """
    asked = (("by", by), ("since", since), ("through", through), ("entity", entity))
    query: dict[str, Any] = {name: value for name, value in asked if value}
    lines: list[dict[str, Any]] = []
    while True:
        page = api.get("trial-balance", query)
        lines += page["lines"]
        if page["next_after"] is None:
            break
        query["after"] = page["next_after"]
    out.rows(lines, BALANCE_COLUMNS)
    if page["difference_minor"]:
        raise typer.Exit(int(Exit.REFUSED))


@ledger_app.command("lines", cls=Reading)
@reads
def ledger_lines(
    api: Api,
    out: Output,
    entity: Annotated[str | None, typer.Option(help="Of one entity.")] = None,
    account: Annotated[
        str | None, typer.Option(help="Of one account, and of those below it.")
    ] = None,
    period: Annotated[str | None, typer.Option(help="Of one month: 2026-05.")] = None,
    party: Annotated[str | None, typer.Option(help="With this party on the other side.")] = None,
    of_order: Annotated[
        str | None, typer.Option("--order", help="Of the documents of one order.")
    ] = None,
) -> None:
    """Show the lines of the journal, each with its document, in the order in which they were posted.

    Example: `interlock ledger lines --order PO-2026-00001`, `interlock ledger lines --account 2202 --party ACME`
    """
    asked = (
        ("entity", entity), ("account", account), ("period", period), ("party", party), ("order", of_order),
    )  # fmt: skip
    out.rows(
        api.rows("journal-lines", {name: value for name, value in asked if value}), LINE_COLUMNS
    )


@reads
def watch(
    api: Api,
    out: Output,
    topics: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TOPIC]...",
            help="order:PO-2026-00001, tender:3, group:…, a type such as payment, ring, work; none: all documents.",
        ),
    ] = None,
    count: Annotated[int, typer.Option(min=0, help="End after so many changes; 0: never.")] = 0,
    after: Annotated[
        str | None, typer.Option(metavar="ID", help="Go on after the event with this id.")
    ] = None,
) -> None:
    """Tell what changes as it happens, until Ctrl-C. When the API is away for a time, it is listened to again.

    Machines get CloudEvents, one a line. An event names what changed: read that with `doc`, `order` and so on.

    Example: `interlock watch order:PO-2026-00001 payment --jsonl`
    """
    from .happening import Stream, checked, line_of

    def warn(text: str) -> None:
        typer.echo(text, err=True)

    told = 0
    try:
        for heard in Stream(api, checked(topics or ()), time.sleep, warn).after(after):
            if heard.event is None:
                warn(say("something may have been missed: read again what you watch"))
                continue
            if out.form or out.fields:
                Output("--jsonl", out.fields).rows([heard.event], ())
            else:
                typer.echo(line_of(heard.event))
            sys.stdout.flush()
            told += 1
            if told == count:
                return
    except KeyboardInterrupt:
        return
