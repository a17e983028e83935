"""Operation of reorganisations (链重组): voids what came of blocks that have left the chain. Never commits.

The document posts the reversal of every entry of the documents that it voids, in the open month, and makes the tables of all
rooms anew from those documents of the log that count still: rooms and balances are then those of books that never heard of
these blocks. Nothing is deleted from log or journal.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from erp.kernel.context import Context
from erp.kernel.log import queries as log
from erp.kernel.log.model import Document, Fields
from erp.ledger.rules import from_json, mirrored
from erp.reorganisations import queries
from erp.reorganisations.again import Again, Fallen, Group
from erp.reorganisations.schemas import RecordChainReorganisation

PAGE = 500  # documents read at once


def record_reorganisation(context: Context, command: RecordChainReorganisation) -> Fields:
    """Voids the documents of these events with what followed from them, and what cannot stand without them.

    `voided` names the former, `fallen` the latter, each with the reason: a person tells it again, or not.
    """
    session = context.session
    queries.be_patient(session)
    void = queries.void_sequences(session)
    orphaned = set(queries.told_of(session, command.origins)) - void
    books = context.engine.empty_books()
    try:
        with Session(books) as rebuilt, rebuilt.begin():
            again = Again(rebuilt, context.engine, orphaned | void)
            again.take(_groups(session, context.sequence))
            gone = [*again.left_out_of(orphaned), *_members(again.fallen)]
            queries.add_voids(
                session,
                context.number,
                {
                    **{each.sequence: None for each in again.left_out_of(orphaned)},
                    **{
                        each.sequence: fallen.reason
                        for fallen in again.fallen
                        for each in fallen.group
                    },
                },
            )
            queries.make_equal(session, rebuilt)
    finally:
        books.dispose()
    context.unit.void({each.sequence for each in gone})
    for each in sorted(gone, key=lambda document: -document.sequence):  # the newest first
        context.post(*(mirrored(made) for made in from_json(each.entries)))
    return {
        "voided": [_named(each) for each in again.left_out_of(orphaned)],
        "fallen": [
            {**_named(each), "reason": fallen.reason}
            for fallen in again.fallen
            for each in fallen.group
        ],
    }


def _members(fallen: list[Fallen]) -> Iterator[Document]:
    for one in fallen:
        yield from one.group


def _named(document: Document) -> Fields:
    return {"number": document.number, "type": document.type}


def _groups(session: Session, before: int) -> Iterator[Group]:
    """The log before a sequence: each document that was told, with those that followed from it, which stand behind it."""
    group: Group = []
    after = 0
    while page := [d for d in log.changes(session, after, PAGE) if d.sequence < before]:
        for document in page:
            if document.caused_by is None and group:
                yield group
                group = []
            group.append(document)
        after = page[-1].sequence
    if group:
        yield group
