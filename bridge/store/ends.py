"""How calls of OUTBOX end: by proof, by a node's word that is doubted, and what was signed for each."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, or_, select, text, update
from sqlmodel import Session, col

from bridge.intents import STUCK_STATUSES, OutboxStatus
from bridge.store.tables import Attempt, Inbox, Outbox
from bridge.store.units import Units

NAMES_MAX = 500  # in one list of a statement
# Written as in the index over such rows: otherwise a database does not see that it holds them.
_TO_BE_TRIED = text("try_at > 0")


class Ends(Units):
    """Reads and writes what became of calls, in `bridge_outbox` and `bridge_attempt`."""

    def doubted(
        self, session: Session, limit: int, longest: float, without: Collection[str] = ()
    ) -> list[Outbox]:
        """Intents that the chain refused by the word of a node, and that it is to be asked about again by now.

        `without`: signers that are left out. `longest`: seconds that one waits for that. A time that is further away was
        written before the clock went back.
        """
        now = self._clock()
        statement = select(Outbox).where(
            col(Outbox.status).in_((OutboxStatus.MOOT, OutboxStatus.REFUSED)),
            col(Outbox.told).is_(
                None
            ),  # nothing happens of which its person was told that it does not
            col(Outbox.signer).not_in(without),
            _TO_BE_TRIED,
            or_(col(Outbox.try_at) <= now, col(Outbox.try_at) > now + longest),
        )
        return list(session.scalars(statement.order_by(col(Outbox.try_at)).limit(limit)))

    def ends(
        self, session: Session, keys: Sequence[str]
    ) -> list[tuple[str, str, str | None, str | None]]:
        """Key, status and reason of these intents, and the end that their person was told of."""
        columns = select(col(Outbox.key), col(Outbox.status), col(Outbox.reason), col(Outbox.told))
        found: list[tuple[str, str, str | None, str | None]] = []
        for start in range(0, len(keys), NAMES_MAX):
            part = columns.where(col(Outbox.key).in_(keys[start : start + NAMES_MAX]))
            found += [(key, status, why, told) for key, status, why, told in session.execute(part)]
        return found

    def unproved(self, session: Session, keys: Sequence[str]) -> set[str]:
        """Those of these intents that are confirmed by a node's word still: no event of their transaction was read."""
        statement = (
            select(col(Outbox.key))
            .join(Attempt, col(Attempt.outbox_id) == col(Outbox.id))
            .where(
                col(Outbox.status) == OutboxStatus.CONFIRMED,
                col(Attempt.lost).is_(False),
                col(Attempt.witnessed).is_(False),
            )
        )
        found = set[str]()
        for start in range(0, len(keys), NAMES_MAX):
            part = col(Outbox.key).in_(keys[start : start + NAMES_MAX])
            found.update(session.scalars(statement.where(part)))
        return found

    def ended_by_word(self, session: Session, limit: int) -> list[Outbox]:
        """Intents that ended because a node said that the chain is in their wanted state, and that are still doubted."""
        statement = select(Outbox).where(col(Outbox.status) == OutboxStatus.MOOT, _TO_BE_TRIED)
        return list(session.scalars(statement.order_by(col(Outbox.id)).limit(limit)))

    def ended_as_moot(self, session: Session, keys: Sequence[str]) -> list[Outbox]:
        """Those of these intents that ended because the chain is in their wanted state, as their rows say."""
        found: list[Outbox] = []
        for start in range(0, len(keys), NAMES_MAX):
            part = col(Outbox.key).in_(keys[start : start + NAMES_MAX])
            statement = select(Outbox).where(part, col(Outbox.status) == OutboxStatus.MOOT)
            found += session.scalars(statement.order_by(col(Outbox.id)))
        return found

    def stuck_call(self, session: Session, key: str, *, claim: bool = False) -> Outbox | None:
        """The refused or reverted intent with this key; `claim`: nobody else changes it until the transaction ends."""
        statement = select(Outbox).where(col(Outbox.key) == key)
        row = session.scalar(statement.with_for_update() if claim else statement)
        return row if row is not None and row.status in STUCK_STATUSES else None

    def attempts(self, session: Session, row: Outbox) -> int:
        """How many transactions were signed for an intent so far."""
        statement = select(func.count()).where(col(Attempt.outbox_id) == row.id)
        return int(session.scalar(statement) or 0)

    def with_attempts(self, session: Session, rows: Sequence[Outbox]) -> set[int]:
        """Ids of those of these intents for which a transaction was ever signed."""
        ids, found = [row.id for row in rows], set[int]()
        for start in range(0, len(ids), NAMES_MAX):
            part = col(Attempt.outbox_id).in_(ids[start : start + NAMES_MAX])
            found.update(session.scalars(select(col(Attempt.outbox_id)).where(part).distinct()))
        return found

    def note_sent(self, session: Session, attempts: Sequence[int]) -> None:
        """Writes that the bytes of the attempts with these ids were sent now."""
        now = self._clock()
        for start in range(0, len(attempts), NAMES_MAX):
            ids = attempts[start : start + NAMES_MAX]
            session.execute(update(Attempt).where(col(Attempt.id).in_(ids)).values(sent_at=now))

    def witness_of(self, session: Session, row: Outbox) -> Attempt | None:
        """The attempt of an intent of which ingest has proved an event, or None."""
        statement = (
            select(Attempt)
            .join(Inbox, col(Inbox.tx_hash) == col(Attempt.tx_hash))
            .where(col(Attempt.outbox_id) == row.id)
            .limit(1)
        )
        return session.scalar(statement)

    def read_among(self, session: Session, hashes: Sequence[str]) -> set[str]:
        """Those of a few transactions of which ingest has proved an event."""
        found = select(col(Inbox.tx_hash)).where(col(Inbox.tx_hash).in_(hashes)).distinct()
        return set(session.scalars(found))

    def unwitnessed(self, session: Session, limit: int) -> list[tuple[Outbox, Attempt, bool]]:
        """Confirmed intents whose block ingest has read since, and whether it saw an event of their transaction."""
        seen = (
            select(col(Inbox.position)).where(col(Inbox.tx_hash) == col(Attempt.tx_hash)).exists()
        )
        statement = (
            select(Outbox, Attempt, seen)
            .join(Attempt, col(Attempt.outbox_id) == col(Outbox.id))
            .where(
                col(Attempt.witnessed).is_(False),
                col(Attempt.block_number) <= self.cursor(session).block_number,
                col(Attempt.lost).is_(False),
                col(Outbox.status) == OutboxStatus.CONFIRMED,
            )
            .limit(limit)
        )
        return [(row, attempt, bool(found)) for row, attempt, found in session.execute(statement)]

    def proved_failures(self, session: Session, limit: int) -> list[Outbox]:
        """Intents that a node said had failed, of which ingest has proved an event since.

        Those whose person was told of it are over, but for those that failed in blocks that left the chain.
        """
        proved = (
            select(col(Inbox.position))
            .join(Attempt, col(Attempt.tx_hash) == col(Inbox.tx_hash))
            .where(col(Attempt.outbox_id) == col(Outbox.id))
            .exists()
        )
        failed = select(Outbox).where(col(Outbox.status) == OutboxStatus.REVERTED, proved)
        failed = failed.order_by(col(Outbox.id)).limit(limit)
        found = list(session.scalars(failed.where(col(Outbox.told).is_(None))))
        found += session.scalars(failed.where(col(Outbox.told).is_not(None), _TO_BE_TRIED))
        return found

    def sworn_ahead(self, session: Session, limit: int) -> list[tuple[Outbox, Attempt]]:
        """Confirmed intents whose block ingest has not read yet: a node's word alone says that there is such a block."""
        statement = (
            select(Outbox, Attempt)
            .join(Attempt, col(Attempt.outbox_id) == col(Outbox.id))
            .where(
                col(Attempt.witnessed).is_(False),
                col(Attempt.block_number) > self.cursor(session).block_number,
                col(Attempt.lost).is_(False),
                col(Outbox.status) == OutboxStatus.CONFIRMED,
            )
            .order_by(col(Attempt.block_number).desc())
            .limit(limit)
        )
        return [(row, attempt) for row, attempt in session.execute(statement)]

    def is_under_way(self) -> bool:
        """True while a signed transaction waits to be mined."""
        statement = (
            select(col(Attempt.id))
            .join(Outbox, col(Attempt.outbox_id) == col(Outbox.id))
            .where(col(Outbox.status) == OutboxStatus.SUBMITTED)
            .where(col(Attempt.lost).is_(False), col(Attempt.block_number).is_(None))
            .limit(1)
        )
        with self.view() as session:
            return session.scalar(statement) is not None
