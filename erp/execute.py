"""The engine of the ERP: the one way to carry out a command (操作即核算). It knows no room.

`erp.rooms` hands it the operations, what follows from them, and the function that posts entries to the journal.
Everything is deterministic given (command, at, salt, origin, actor, state before), so the whole database can be rebuilt by
replaying the log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from erp.kernel.base import busy_is_retryable
from erp.kernel.context import Context
from erp.kernel.entry import Entry
from erp.kernel.errors import (
    BatchRefused,
    BatchTooLarge,
    DuplicateOrigin,
    NeedsSecondPerson,
    Rejected,
)
from erp.kernel.log.model import SALT_BYTES, Document, Fields, derive_salt
from erp.kernel.operation import FollowUp, Operation
from erp.kernel.schema import Command
from erp.kernel.unit import Unit
from erp.kernel.versions import RULES_VERSION

MAX_BATCH = 500  # commands that one call of `execute_many` takes


class Post(Protocol):
    """What the engine asks of the journal."""

    def __call__(
        self, unit: Unit, sequence: int, at: int, entries: list[Entry], *, carry: bool
    ) -> list[Fields]:
        """Posts the entries of the document with this sequence, at unix seconds `at`, and returns what the log keeps.

        `carry`: into the next open period when that of `at` is closed.
        """


@dataclass(frozen=True, slots=True)
class Submission:
    """A command as it is told: when (unix seconds), with which 32 random bytes as salt, by whom, for which event."""

    command: Command
    at: int
    salt: bytes
    actor: str
    origin: str | None = None
    rules_version: int | None = None  # of an earlier version of the rules, for replays alone
    again: bool = False  # carried out once more where documents before it were taken back

    def __post_init__(self) -> None:
        if len(self.salt) != SALT_BYTES:
            raise ValueError(f"salt has {len(self.salt)} bytes, not {SALT_BYTES}")


Outcome = Document | Rejected


@dataclass(frozen=True)
class _Envelope:
    """Log position, time, salt, origin and actor of a command."""

    sequence: int
    caused_by: int | None
    at: int
    salt: bytes
    origin: str | None
    actor: str
    rules_version: int
    carry: bool  # an event, or what follows of one: booked in the next open period when its own is closed
    again: bool = False


def exempt(_unit: Unit, _document: Document) -> None:
    """Lets everybody do every duty."""


@dataclass(frozen=True)
class Executor:
    """Carries out commands by a table of operations.

    `follow_ups`: what each command sets off once its document is posted. `post`: how entries reach the journal.
    `duties` refuses a document that a person told who may not tell it beside earlier ones.
    """

    operations: Mapping[type[Command], Operation]
    follow_ups: Mapping[type[Command], FollowUp]
    post: Post
    duties: Callable[[Unit, Document], None] = exempt
    rules_version: int = RULES_VERSION
    books: Callable[[], Engine] | None = (
        None  # makes empty ones in memory, for what is carried out again
    )

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
        submission = Submission(command, at, salt, actor, origin)
        with busy_is_retryable():
            documents, refusal = self._together(session, [submission])
        if refusal is not None:
            raise refusal
        return documents[0]

    def execute_many(
        self,
        session: Session,
        submissions: Sequence[Submission],
        *,
        atomic: bool,
        made: list[Document] | None = None,
    ) -> list[Outcome]:
        """Carries out commands in their order, as `execute` one by one would, with one reading and one writing of each row.

        Answers with the document or the refusal of each. `atomic`: all or none. `made` is given all new documents, those
        that followed too, in the order of the log.
        Errors: `BatchTooLarge`; `BatchRefused` at the first refusal, when `atomic`; `Retryable`. Then nothing is left.
        """
        if len(submissions) > MAX_BATCH:
            raise BatchTooLarge(len(submissions), MAX_BATCH)
        outcomes: list[Outcome] = []
        alone = len(submissions) == 1  # then its own savepoint is enough
        with busy_is_retryable():
            session.flush()  # what the caller wrote stands, whatever becomes of the batch
        with busy_is_retryable(), nullcontext() if alone else session.connection().begin_nested():
            while len(outcomes) < len(submissions):
                rest = submissions[len(outcomes) :]
                documents, refusal = self._together(session, rest, made)
                if refusal is not None:
                    if atomic:
                        raise BatchRefused(len(documents), refusal)
                    if documents:
                        self._again(session, rest, documents, made)
                outcomes += documents
                if refusal is not None:
                    outcomes.append(refusal)
        return outcomes

    def _again(
        self,
        session: Session,
        submissions: Sequence[Submission],
        documents: list[Document],
        made: list[Document] | None,
    ) -> None:
        """Writes the documents before a refused command, which were left unwritten with it."""
        if self._together(session, submissions[: len(documents)], made) != (documents, None):
            raise RuntimeError("commands under one lock, carried out again, made other documents")

    def command_of(self, document: Document) -> Command:
        """The command that a document came of, rebuilt from its fields. Raises KeyError when no operation has its name."""
        kind = self.commands[document.command]
        former = self.operations[kind].at_version(document.rules_version)
        lacked = former.lacked if former is not None else frozenset()
        return kind.model_validate(
            {name: document.fields[name] for name in kind.model_fields if name not in lacked}
        )

    # ---- what is carried out again ------------------------------------------------------------

    def empty_books(self) -> Engine:
        """A database in memory with the tables and what must stand in them from the start."""
        if self.books is None:
            raise TypeError("this executor was given no way to make empty books")
        return self.books()

    def redo(self, session: Session, documents: Sequence[Document]) -> list[Document]:
        """Carries out the commands of these told documents, all or none; every document that they make now, in order.

        By the rules that each was made by, but for those that stand `regardless`.
        """
        told = [
            Submission(
                self.command_of(each),
                each.at,
                each.salt,
                each.actor,
                each.origin,
                min(max(each.rules_version, 1), self.rules_version),
                again=True,
            )
            for each in documents
        ]
        made: list[Document] = []
        self.execute_many(session, told, atomic=True, made=made)
        return made

    def is_regardless(self, command: str) -> bool:
        """True for a command that stands whatever is taken back before it."""
        return self.operations[self.commands[command]].regardless is not None

    def _together(
        self,
        session: Session,
        submissions: Sequence[Submission],
        made: list[Document] | None = None,
    ) -> tuple[list[Document], Rejected | None]:
        """The documents of these commands, all written; or of those before the first refused one, nothing written.

        What was written is added to `made`.
        """
        unit, documents = Unit(session), list[Document]()
        try:
            unit.look_up([each.origin for each in submissions if each.origin is not None])
            for submission in submissions:
                documents.append(self._carry_out(unit, submission))
            unit.release()
            if made is not None:
                made += unit.documents
        except Rejected as refusal:
            unit.discard()
            return documents, refusal
        except BaseException:
            unit.discard()
            raise
        return documents, None

    def _carry_out(self, unit: Unit, submission: Submission) -> Document:
        origin, command = submission.origin, submission.command
        known = unit.by_origin(origin) if origin is not None else None
        if known is not None:
            return self._replayed(known, command)
        if self.operations[type(command)].second:
            raise NeedsSecondPerson(type(command).__name__)
        envelope = _Envelope(
            unit.claim_sequence(),
            None,
            submission.at,
            submission.salt,
            origin,
            submission.actor,
            submission.rules_version or self.rules_version,
            origin is not None,
            submission.again,
        )
        return self._run(unit, command, envelope)

    def _run(self, unit: Unit, command: Command, envelope: _Envelope) -> Document:
        operation = self.operations[type(command)]
        number = unit.next_number(operation.series, envelope.at)
        context = Context(
            unit,
            envelope.sequence,
            number,
            envelope.at,
            envelope.actor,
            envelope.rules_version,
            self,
        )
        former = operation.at_version(envelope.rules_version)
        told = command.model_dump(mode="json", exclude=set(former.lacked) if former else None)
        function = (former or operation).function
        if envelope.again and operation.regardless is not None:
            function = operation.regardless
        results = function(context, command)
        unit.end_command()
        entries = self.post(
            unit, envelope.sequence, envelope.at, context.entries, carry=envelope.carry
        )
        document = Document(
            sequence=envelope.sequence,
            type=operation.doc_type,
            number=number,
            origin=envelope.origin,
            at=envelope.at,
            actor=envelope.actor,
            caused_by=envelope.caused_by,
            command=type(command).__name__,
            fields={**told, **results},
            entries=entries,
            salt=envelope.salt,
            rules_version=envelope.rules_version,
        )
        if envelope.caused_by is None and envelope.origin is None:
            self.duties(unit, document)
        unit.keep(document)
        self._follow(context, command, envelope)
        return document

    def _follow(self, context: Context, command: Command, cause: _Envelope) -> None:
        former = self.operations[type(command)].at_version(cause.rules_version)
        follow_up = self.follow_ups.get(type(command)) if former is None else former.follow_up
        if follow_up is None:
            return
        for index, following in enumerate(follow_up(context, command), start=1):
            envelope = replace(
                cause,
                sequence=context.unit.claim_sequence(),
                caused_by=cause.sequence,
                salt=derive_salt(cause.salt, index),
                origin=None,
            )
            self._run(context.unit, following, envelope)
        context.unit.end_command()

    def _replayed(self, document: Document, command: Command) -> Document:
        """The document, when it came of this very command; a field told as None agrees with what was filled in for it."""
        filled = self.operations[type(command)].filled
        same = document.command == type(command).__name__ and all(
            before == now or (now is None and name in filled)
            for (name, before), now in zip(
                dict(self.command_of(document)).items(), dict(command).values(), strict=True
            )
        )
        if not same:
            raise DuplicateOrigin(document.origin or "", document.number)
        return document
