"""One false answer about the transaction of a person's act: it is not shown again, and its end is told as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest

from bridge.capabilities import CALLS
from bridge.chain.gateway import Gateway
from bridge.intents import OutboxStatus
from bridge.ports.port import Document, DocumentQuery, Instruction
from bridge.ring.mailbox import Mailbox
from bridge.store import quarantine
from bridge.store.quarantine import Operator
from tests.bridge.test_ends import MATCH, Ring, attempt, call, proved, ring
from tests.samples import ACCOUNT, document

__all__ = ["ring"]

WHAT = CALLS["act_request"][0].what
REQUESTS = "ACT-2026-00001", "ACT-2026-00002"
FIRST, SECOND = (f"act_request:{number}:{WHAT}" for number in REQUESTS)


class Books:
    """An ERP in which these requests stand, that notes what it is told."""

    def __init__(self, *standing: str) -> None:
        self.standing = set(standing)
        self.told: list[tuple[str, str]] = []

    def documents(self, query: DocumentQuery) -> Iterator[Document]:
        if query.number in self.standing:
            asked = document("act_request", act=WHAT, fields={}, account=ACCOUNT)
            yield replace(asked, number=query.number)

    def apply(self, told: list[Instruction], _unit: Any) -> list[Document]:
        self.told += [(str(each.fields["request"]), str(each.fields["outcome"])) for each in told]
        return []


def mailbox_of(ring: Ring, books: Books) -> Mailbox:
    nothing: Any = None
    gateway = cast(Gateway, ring.node)
    port = cast(Any, books)
    return Mailbox(ring.store, port, gateway, nothing, lambda _row: None, ring.clock, joined=True)


def test_a_person_is_not_told_that_an_act_failed_which_is_proved_to_be_done(ring: Ring) -> None:
    """Who is told that it failed does it once more, and pays twice."""
    books = Books(*REQUESTS)
    mailbox = mailbox_of(ring, books)
    with ring.store.unit() as session:
        act = call(session, ring, FIRST, OutboxStatus.SUBMITTED, document_number=REQUESTS[0])
        attempt(session, act, 4, "mined")
        ring.store.cursor(session).block_number = 49  # its block is 50
    ring.node.fails("mined")  # so says the node
    ring.confirm.run()
    assert ring.row(FIRST).status == OutboxStatus.REVERTED
    mailbox.run()
    assert books.told == []  # the block is still to be read
    with ring.store.unit() as session:
        proved(session, "mined")
        ring.store.cursor(session).block_number = 60
    mailbox.run()
    mailbox.run()
    assert books.told == [(REQUESTS[0], "done")]


def test_a_person_is_told_that_an_act_failed_once_its_block_was_read(ring: Ring) -> None:
    books = Books(*REQUESTS)
    mailbox = mailbox_of(ring, books)
    with ring.store.unit() as session:
        act = call(session, ring, FIRST, OutboxStatus.SUBMITTED, document_number=REQUESTS[0])
        attempt(session, act, 4, "mined")
    ring.node.fails("mined")
    ring.confirm.run()
    mailbox.run()
    assert books.told == [(REQUESTS[0], "refused")]


@pytest.mark.parametrize("status", [OutboxStatus.ASKED, OutboxStatus.ANSWERED])
def test_an_act_that_is_proved_to_be_done_is_neither_shown_again_nor_sent_again(
    ring: Ring, status: str
) -> None:
    """Two nodes behind one address: one counts the transaction, the other has no receipt of it yet."""
    books = Books(*REQUESTS)
    with ring.store.unit() as session:
        act = call(session, ring, FIRST, OutboxStatus.SUBMITTED, document_number=REQUESTS[0])
        attempt(session, act, 5, "mined")
    ring.node.mined = 6
    ring.confirm.run()
    assert ring.row(FIRST).status == OutboxStatus.ASKED  # counted as replaced
    with ring.store.unit() as session:
        proved(session, "mined")
        session.merge(ring.row(FIRST)).status = status
    mailbox_of(ring, books).run()
    assert books.told == [(REQUESTS[0], "done")]
    assert ring.row(FIRST).status == OutboxStatus.CONFIRMED


def test_a_call_of_the_house_that_a_node_says_failed_and_that_is_proved_waits_for_nobody(
    ring: Ring,
) -> None:
    with ring.store.unit() as session:
        row = call(session, ring, MATCH, OutboxStatus.REVERTED)
        attempt(session, row, 4, "mined", lost=True)
    ring.confirm.run()
    assert ring.row(MATCH).status == OutboxStatus.REVERTED
    with ring.store.unit() as session:
        proved(session, "mined")
    ring.confirm.run()
    assert ring.row(MATCH).status == OutboxStatus.CONFIRMED


def test_an_act_whose_request_was_voided_before_its_end_was_told_keeps_no_other_waiting(
    ring: Ring,
) -> None:
    """An operator gave it up; before its person was told, the chain left what the request stood on."""
    books = Books(REQUESTS[1])
    with ring.store.unit() as session:
        call(session, ring, FIRST, OutboxStatus.REVERTED, document_number=REQUESTS[0])
        call(session, ring, SECOND, OutboxStatus.MOOT, document_number=REQUESTS[1])
        quarantine.give_up(ring.store, session, FIRST, Operator("li", "too late"))
    mailbox_of(ring, books).run()
    assert books.told == [(REQUESTS[1], "expired")]
    mailbox_of(ring, books).run()
    assert len(books.told) == 1
