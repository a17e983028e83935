"""`interlock explain`: what a hash, an account, an origin or a number is, on the chain and in the ERP.

0x and 64 digits    a transaction: the call and its events, and the documents that they made or came of
0x and 40 digits    an account: a contract of the deployment, a post, or the parties of the ERP
31337:0x…:0         the origin of a document: the event at this place of a block
PAY-2026-00001      a document: the event that made it, the calls that it asks for, its anchor
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.errors import BadConfiguration
from bridge.operator import printing
from bridge.operator.options import Settings, with_settings
from bridge.operator.saying import say

if TYPE_CHECKING:
    from bridge.bootstrap import Bridge
    from bridge.store.tables import Inbox, Outbox

TRANSACTION = re.compile(r"0x[0-9a-fA-F]{64}")
ACCOUNT = re.compile(r"0x[0-9a-fA-F]{40}")
ORIGIN = re.compile(r"\d+:(0x[0-9a-fA-F]{64}):(\d+)(?::\d+)?")
EXIT_FAILED = 1  # nobody knows it
PARTIES_MAX = 100_000
PARTY = "party"  # type of the document that registers one
CHAIN, BOOKS = "chain", "ERP"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known: on which side, what it is, and the detail."""

    side: str
    what: str
    detail: str


@with_settings
def explain(
    settings: Settings,
    name: Annotated[
        str, typer.Argument(metavar="WHAT", help="0x…, PO-2026-00001, or an origin 31337:0x…:0.")
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="For machines: JSON on standard output.")
    ] = False,
) -> None:
    """Say what something is on both sides: a transaction, an account, an origin, a document. Exit 1 when nobody knows it.

    Example: `interlock explain PAY-2026-00001`
    """
    config = settings.config()
    from bridge.chain.deployment import load

    load(config.deployment)
    from bridge.bootstrap import Access, build

    facts = list(facts_of(build(config, access=Access.READ), name))
    if as_json:
        typer.echo(json.dumps([asdict(fact) for fact in facts], indent=2, ensure_ascii=False))
    elif facts:
        console = printing.printer()
        table = printing.a_table(console, say("side"), say("what"), say("found"), title=name)
        for fact in facts:
            table.add_row(say(fact.side), fact.what, fact.detail)
        printing.put(console, table)
    else:
        typer.echo(say("neither side knows {name}", name=name), err=True)
    if not facts:
        raise typer.Exit(EXIT_FAILED)


def facts_of(bridge: Bridge, name: str) -> Iterator[Fact]:
    """What is known of it. Raises NodeUnavailable, StoreBusy."""
    if (origin := ORIGIN.fullmatch(name)) is not None:
        yield from _of_origin(bridge, origin[1].lower(), int(origin[2]))
    elif TRANSACTION.fullmatch(name):
        yield from _of_transaction(bridge, name.lower())
    elif ACCOUNT.fullmatch(name):
        yield from _of_account(bridge, name.lower())
    else:
        yield from _of_document(bridge, name)


def _of_origin(bridge: Bridge, block: str, log_index: int) -> Iterator[Fact]:
    from bridge.store.explaining import events_at

    with bridge.store.view() as session:
        events = events_at(session, block, log_index)
    for event in events:
        yield _event(event)
        if event.document_number:
            yield from _document(bridge, event.document_number)


def _of_transaction(bridge: Bridge, transaction: str) -> Iterator[Fact]:
    from bridge.store.explaining import calls_in, events_in

    found = bridge.client.call("eth_getTransactionByHash", transaction)
    if found is not None:
        called = bridge.deployment.name_of(str(found.get("to") or "").lower())
        to = called or found.get("to") or "a new contract"
        mined = found.get("blockNumber")
        block = "not mined yet" if mined is None else f"block {int(mined, 16):,}"
        yield Fact(CHAIN, "transaction", f"{block}, from {found['from']} to {to}")
    with bridge.store.view() as session:
        events = events_in(session, transaction)
        calls = calls_in(session, transaction)
    for call in calls:
        yield _call(call)
    for event in events:
        yield _event(event)
    numbers = [event.document_number for event in events]
    numbers += [call.document_number for call in calls]
    for number in dict.fromkeys(numbers):
        if number is not None:
            yield from _document(bridge, number)


def _of_account(bridge: Bridge, account: str) -> Iterator[Fact]:
    from bridge.posts import holders_of

    contract = bridge.deployment.name_of(account)
    if contract is not None:
        yield Fact(CHAIN, "contract", contract)
    for post, holder in holders_of(bridge.gateway, bridge.deployment.posts).items():
        if holder == account:
            yield Fact(CHAIN, "post", f"{post} is held by it")
    from bridge.ports.port import DocumentQuery

    registered = frozenset({PARTY})
    for document in bridge.port.documents(DocumentQuery(types=registered, limit=PARTIES_MAX)):
        if str(document.fields.get("account", "")).lower() == account:
            fields = document.fields
            detail = f"{fields.get('code')}, {fields.get('name')}, by {document.number}"
            yield Fact(BOOKS, "party", detail)


def _of_document(bridge: Bridge, number: str) -> Iterator[Fact]:
    from bridge.store.explaining import calls_and_events_of

    known = list(_document(bridge, number))
    yield from known
    if not known:
        return
    with bridge.store.view() as session:
        calls, events = calls_and_events_of(session, number)
    for event in events:
        yield _event(event)
    for call in calls:
        yield _call(call)


def _document(bridge: Bridge, number: str) -> Iterator[Fact]:
    from bridge.ports.port import DocumentQuery
    from bridge.store import committed

    for document in bridge.port.documents(DocumentQuery(number=number, voided=True)):
        at = printing.instant(document.at)
        told = f"{document.type}, place {document.sequence:,} of the log, {at}, by {document.actor}"
        yield Fact(BOOKS, document.number, told)
        with bridge.store.view() as session:
            anchors = committed.anchors_of(session, [document.sequence])
        anchor = anchors.get(document.sequence)
        yield Fact(CHAIN, "anchor number", "none yet" if anchor is None else f"{anchor:,}")


def _event(row: Inbox) -> Fact:
    made = f"made {row.document_number}" if row.document_number else row.status
    fields = ", ".join(f"{name} {value}" for name, value in _plain(row.body).items())
    where = f"block {row.block_number:,}, transaction {row.tx_hash}"
    return Fact(CHAIN, f"{row.contract}.{row.event}", f"{where}: {fields}; {made}")


def _call(row: Outbox) -> Fact:
    why = f", asked for by {row.document_number}" if row.document_number else ""
    reason = f": {row.reason.partition(chr(10))[0]}" if row.reason else ""
    return Fact(CHAIN, f"call {row.contract}.{row.function}", f"{row.status}{why}{reason}")


def _plain(body: str) -> dict[str, Any]:
    found = json.loads(body)
    if not isinstance(found, dict):
        raise BadConfiguration(f"the INBOX holds an event that is none: {body[:80]}")
    return found
