"""What the attacks of one hour share: a person who signs by its own key, and how often money moved on chain."""

from __future__ import annotations

import json
from typing import Any

from eth_account import Account
from eth_utils.address import to_checksum_address

from bridge.ports.port import Document
from erp.signing.schemas import AnswerSigning, RequestAct
from tests.faults.driving import run_daemon
from tests.mailbox import key_of
from tests.world import BUYER, World

AMOUNT = 777  # of the transfer that the person asks for
PAYEE = "SUPPLIER"


def passes(world: World, count: int) -> None:
    """So many passes of the daemon's own loop, in which a stage that fails has another node asked."""
    left = iter(range(count))
    run_daemon(world, until=lambda: next(left, None) is None)


def asks_to_pay(world: World, amount: int = AMOUNT) -> Document:
    """The buyer's person asks to transfer tokens, once."""
    to = world.people[PAYEE].address.lower()
    fields = {"to": to, "value_minor": amount}
    return world.erp(RequestAct(party=BUYER, act="transfer_tokens", fields=fields))


def requests_of(world: World, asked: Document) -> list[Document]:
    """Every time that the act was shown."""
    return [d for d in world.documents("signing_request") if d.fields["request"] == asked.number]


def signed(world: World, asked: Document) -> str:
    """The bytes that the person's wallet makes of what was shown last."""
    content = json.loads(requests_of(world, asked)[-1].fields["payload"])
    del content["from"]
    content["to"] = to_checksum_address(content["to"])
    return (
        "0x" + bytes(Account.sign_transaction(content, key_of(world, BUYER)).raw_transaction).hex()
    )


def answers(world: World, asked: Document, raw: str | None = None) -> str:
    """The person answers what was shown last; the bytes."""
    raw = raw or signed(world, asked)
    number = requests_of(world, asked)[-1].number
    world.erp(AnswerSigning(signing_request=number, answer=raw))
    return raw


def outcomes(world: World, asked: Document) -> list[str]:
    """What the person was told of the end of its act."""
    return [
        d.fields["outcome"]
        for d in world.documents("act_outcome")
        if d.fields["request"] == asked.number
    ]


def paid(world: World, amount: int = AMOUNT) -> int:
    """How many transfers of this amount the books have; each is proved to stand on chain."""
    found = [d for d in world.documents("token_transfer") if d.fields["amount_minor"] == amount]
    return len(found)


def is_done_once(world: World, asked: Document) -> None:
    """The act was paid once, and shown once: a person does whatever it is shown."""
    assert paid(world) == 1
    shown = len(requests_of(world, asked))
    if shown > 1:
        answers(world, asked)
        world.settle()
    assert (paid(world), shown) == (1, 1), (row_of(world, asked), outcomes(world, asked))


def row_of(world: World, asked: Document) -> dict[str, Any]:
    """The act's row of OUTBOX: status, offers, reason."""
    query = "SELECT status, offers, reason, told FROM bridge_outbox WHERE document_number = :n"
    ((status, offers, reason, told),) = world.sql(query, n=asked.number)
    return {"status": status, "offers": offers, "reason": reason, "told": told}


def outnumbered(world: World, liar: str) -> tuple[str, str, str]:
    """A node that lies, asked first, and two that do not."""
    return liar, world.node.url, world.node.url.replace("127.0.0.1", "localhost")
