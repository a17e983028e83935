"""Carries out again what still counts of the log, in other books, and finds what cannot stand without the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from erp.kernel.context import Redo
from erp.kernel.errors import BatchRefused
from erp.kernel.log import queries as log
from erp.kernel.log.model import Document

REORGANISATION = (
    "chain_reorganisation"  # type of documents that do nothing in books without void documents
)
RUN_MAX = 500  # told documents carried out together
# what an operation raises that misses what it stood on
REFUSALS = (
    BatchRefused, ValidationError, SQLAlchemyError, ValueError, LookupError, AttributeError, TypeError,
)  # fmt: skip

Group = list[Document]  # a document that was told, and behind it those that followed from it


@dataclass(frozen=True, slots=True)
class Fallen:
    """A group that cannot be carried out again as it was, and why."""

    group: Group
    reason: str


@dataclass
class Again:
    """Takes the groups of a log in order. Each keeps the sequences and numbers that it has there, or takes none.

    A group stands when it makes the very documents again that the log has: the same fields, the same entries, the same
    that follows. `fallen` are those that do not, though nobody voided them.
    """

    session: Session
    engine: Redo
    void: Collection[int]  # sequences that are left out
    fallen: list[Fallen] = field(default_factory=list)
    _left_out: list[Document] = field(default_factory=list)

    def take(self, groups: Iterable[Group]) -> None:
        """Carries out every group that is not void, as many at once as stand between two that are."""
        run: list[Group] = []
        for group in groups:
            skipped = group[0].sequence in self.void or group[0].type == REORGANISATION
            if run and (skipped or len(run) == RUN_MAX):
                self._run(run)
                run = []
            if not skipped:
                run.append(group)
            else:
                self._skip(group)
        if run:
            self._run(run)

    def left_out_of(self, told: Collection[int]) -> list[Document]:
        """The documents that were left out as void, of those told at these sequences, with what followed from them."""
        found: list[Document] = []
        inside = False
        for document in self._left_out:
            if document.caused_by is None:
                inside = document.sequence in told
            if inside:
                found.append(document)
        return found

    def _run(self, run: list[Group]) -> None:
        reason = self._try(run)
        if reason is None:
            return
        if len(run) > 1:
            self._run(run[: len(run) // 2])
            self._run(run[len(run) // 2 :])
            return
        self.fallen.append(Fallen(run[0], reason))
        self._pass_over(run[0])

    def _try(self, run: list[Group]) -> str | None:
        """Carries them out; None when all stand, else why not, and nothing is done."""
        savepoint = self.session.begin_nested()
        try:
            made = self.engine.redo(self.session, [group[0] for group in run])
        except REFUSALS as error:
            savepoint.rollback()
            cause = error.cause if isinstance(error, BatchRefused) else error
            return f"{type(cause).__name__}: {cause}"
        reason = self._unlike(made, [document for group in run for document in group])
        if reason is None:
            savepoint.commit()
        else:
            savepoint.rollback()
        return reason

    def _unlike(self, made: list[Document], logged: list[Document]) -> str | None:
        """Where these documents are not those of the log; None when they are."""
        if len(made) != len(logged):
            return f"{len(made)} documents would be made, and not {len(logged)}"
        for now, then in zip(made, logged, strict=True):
            if (now.sequence, now.type, now.number) != (then.sequence, then.type, then.number):
                return f"{now.type} {now.number} would be made, and not {then.number}"
            if self.engine.is_regardless(then.command):
                continue
            other = [name for name in then.fields if now.fields.get(name) != then.fields[name]]
            if other:
                return f"{', '.join(other)} of {then.number} would be otherwise"
            if now.entries != then.entries:
                return f"the entries of {then.number} would be otherwise"
        return None

    def _skip(self, group: Group) -> None:
        self._left_out += group
        self._pass_over(group)

    def _pass_over(self, group: Group) -> None:
        """Takes the places that these documents have in the log, so that those behind them get theirs."""
        for document in group:
            log.set_head(self.session, document.sequence)
            series, year, index = document.number.rsplit("-", 2)
            log.set_series(self.session, series, int(year), int(index))
