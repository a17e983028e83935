"""Rows of OUTBOX that a stage read before and now changes: all of a batch by one statement, each only as it was seen."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.store.tables import Attempt, Outbox

NAMES_MAX = 500  # in one list of a statement


class Claims:
    """The rows of a batch, locked until the transaction ends, with their attempts where those are asked for."""

    def __init__(self, session: Session, seen: Sequence[Outbox]) -> None:
        """Reads and locks the rows that were `seen`, in the order of their ids."""
        ids = sorted({row.id or 0 for row in seen})
        self._session = session
        self._rows: dict[int, Outbox] = {}
        self._attempts: list[Attempt] = []  # held, so that the session finds them again
        for start in range(0, len(ids), NAMES_MAX):
            part = col(Outbox.id).in_(ids[start : start + NAMES_MAX])
            statement = select(Outbox).where(part).order_by(col(Outbox.id)).with_for_update()
            self._rows.update({row.id or 0: row for row in session.scalars(statement)})

    def take(self, seen: Outbox) -> Outbox | None:
        """The row of an intent for changing it, as long as it still is what was seen; None when somebody changed it."""
        row = self._rows.get(seen.id or 0)
        same = row is not None and (row.status, row.tries, row.args) == (
            seen.status,
            seen.tries,
            seen.args,
        )
        return row if same else None

    def load(self, attempts: Sequence[Attempt]) -> None:
        """Reads these attempts, so that `attempt` need not ask for each."""
        ids = [each.id for each in attempts]
        for start in range(0, len(ids), NAMES_MAX):
            part = col(Attempt.id).in_(ids[start : start + NAMES_MAX])
            self._attempts += self._session.scalars(select(Attempt).where(part))

    def attempt(self, seen: Attempt) -> Attempt:
        """An attempt as it stands in this transaction."""
        return self._session.get_one(Attempt, seen.id)
