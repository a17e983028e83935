"""The engine of the ERP: the one way to carry out a command (操作即核算). It knows no room.

`erp.rooms` hands it the operations, what follows from them, and the function that posts entries to the journal.
Everything is deterministic given (command, at, salt, origin, actor, state before), so the whole database can be rebuilt by
replaying the log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from sqlalchemy.orm import Session

from erp.kernel.base import busy_is_retryable
from erp.kernel.context import Context
from erp.kernel.entry import Entry, Placed
from erp.kernel.errors import DuplicateOrigin
from erp.kernel.log import queries as log
from erp.kernel.log.model import SALT_BYTES, Document, derive_salt
from erp.kernel.operation import FollowUp, Operation
from erp.kernel.schema import Command


class Place(Protocol):
    """What the engine asks of the journal before a document is appended."""

    def __call__(
        self, session: Session, at: int, entries: Sequence[Entry], *, carry: bool
    ) -> list[Placed]:
        """Checks the entries of a document of unix seconds `at` and says where each is booked.

        `carry`: in the next open period when that of `at` is closed.
        """


class Post(Protocol):
    """What the engine asks of the journal once a document is appended."""

    def __call__(self, session: Session, sequence: int, placed: Sequence[Placed]) -> None:
        """Posts the entries of the document with this sequence."""


@dataclass(frozen=True)
class _Envelope:
    """Log position, time, salt, origin and actor of a command."""

    sequence: int
    caused_by: int | None
    at: int
    salt: bytes
    origin: str | None
    actor: str
    carry: bool  # an event, or what follows of one: booked in the next open period when its own is closed


@dataclass(frozen=True)
class Executor:
    """Carries out commands by a table of operations.

    `follow_ups`: what each command sets off once its document is posted. `place`, `post`: how entries reach the journal.
    """

    operations: Mapping[type[Command], Operation]
    follow_ups: Mapping[type[Command], FollowUp]
    place: Place
    post: Post

    @cached_property
    def commands(self) -> dict[str, type[Command]]:
        """The classes of all commands, by the name that the document log keeps."""
        return {cls.__name__: cls for cls in self.operations}

    def execute(
        self,
        session: Session,
        command: Command,
        *,
        at: int,
        salt: bytes,
        origin: str | None = None,
        actor: str,
    ) -> Document:
        """Carries out one command: writes the room's tables, the journal entries and one row of `document_log`.

        Commands that follow from it become documents of their own in the same transaction. The same origin and command
        again returns the first document and writes nothing. `at` is unix seconds, `salt` 32 random bytes. The log is
        locked until the caller's transaction ends. On any error nothing of the command is left in the transaction, and
        the transaction can go on.
        Errors: `Rejected` (a rule), `DuplicateOrigin` (same origin, other command), `Retryable` (database busy).
        """
        if len(salt) != SALT_BYTES:
            raise ValueError(f"salt has {len(salt)} bytes, not {SALT_BYTES}")
        with busy_is_retryable():
            session.flush()
            savepoint = session.begin_nested()
            try:
                sequence = log.claim_sequence(session)
                session.expire_all()  # what was read before the lock may be old
                known = log.find(session, origin) if origin is not None else None
                if known is not None:
                    savepoint.rollback()
                    return self._replayed(known, command)
                envelope = _Envelope(sequence, None, at, salt, origin, actor, origin is not None)
                document = self._run(session, command, envelope)
            except BaseException:
                if savepoint.is_active:
                    savepoint.rollback()
                raise
            savepoint.commit()
            return document

    def command_of(self, document: Document) -> Command:
        """The command that a document came of, rebuilt from its fields. Raises KeyError when no operation has its name."""
        kind = self.commands[document.command]
        return kind.model_validate({name: document.fields[name] for name in kind.model_fields})

    def _run(self, session: Session, command: Command, envelope: _Envelope) -> Document:
        operation = self.operations[type(command)]
        number = log.next_number(session, operation.series, envelope.at)
        context = Context(session, envelope.sequence, number, envelope.at, envelope.actor)
        results = operation.function(context, command)
        session.flush()
        placed = self.place(session, envelope.at, context.entries, carry=envelope.carry)
        document = Document(
            sequence=envelope.sequence,
            type=operation.doc_type,
            number=number,
            origin=envelope.origin,
            at=envelope.at,
            actor=envelope.actor,
            caused_by=envelope.caused_by,
            command=type(command).__name__,
            fields={**command.model_dump(mode="json"), **results},
            entries=[made.as_json() for made in placed],
            salt=envelope.salt,
        )
        log.append(session, document)
        self.post(session, envelope.sequence, placed)
        self._follow(session, context, command, envelope)
        return document

    def _follow(
        self, session: Session, context: Context, command: Command, cause: _Envelope
    ) -> None:
        follow_up = self.follow_ups.get(type(command))
        if follow_up is None:
            return
        for index, following in enumerate(follow_up(context, command), start=1):
            envelope = replace(
                cause,
                sequence=log.claim_sequence(session),
                caused_by=cause.sequence,
                salt=derive_salt(cause.salt, index),
                origin=None,
            )
            self._run(session, following, envelope)

    def _replayed(self, document: Document, command: Command) -> Document:
        """The document, when it came of this very command; a field told as None agrees with what was filled in for it."""
        filled = self.operations[type(command)].filled
        same = document.command == type(command).__name__ and all(
            document.fields[name] == value or (value is None and name in filled)
            for name, value in command.model_dump(mode="json").items()
        )
        if not same:
            raise DuplicateOrigin(document.origin or "", document.number)
        return document
