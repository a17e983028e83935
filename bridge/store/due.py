"""Which calls of OUTBOX are due: first in line of their aggregate, at their time, and not on hold."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, String, and_, false, func, literal, or_, select
from sqlalchemy import cast as sql_cast
from sqlmodel import Session, col

from bridge.intents import OPEN_STATUSES, PUT_OFF_SECONDS_MAX, STUCK_STATUSES, OutboxStatus
from bridge.store.tables import Anchor, Hold, Outbox, metadata
from bridge.store.units import Units

UNFINISHED = (*OPEN_STATUSES, *STUCK_STATUSES)  # what holds up the later ones of its aggregate

# Other rows of OUTBOX beside the one that a statement is about. Made once: an alias copies every column.
_EARLIER = metadata.tables["bridge_outbox"].alias("earlier")
_LATER = metadata.tables["bridge_outbox"].alias("later")
_SENT = metadata.tables["bridge_outbox"].alias("sent")


class DueCalls(Units):
    """Reads the pending rows of `bridge_outbox`."""

    def due_calls(
        self,
        session: Session,
        chain_time: int,
        limit: int,
        without: Collection[str] = (),
        unread: Collection[int] = (),
    ) -> list[Outbox]:
        """Pending intents whose time has come and that are first in line of their aggregate, oldest first.

        `without`: signers that are left out; `unread`: ids of intents that are.
        """
        now = self._clock()
        statement = (
            select(Outbox)
            .where(
                *self._due(chain_time),
                col(Outbox.signer).not_in(without),
                col(Outbox.id).not_in(unread),
                # A time that is further away than any pause was written by nobody here, or the clock went back since.
                or_(col(Outbox.try_at) <= now, col(Outbox.try_at) > now + PUT_OFF_SECONDS_MAX),
            )
            .order_by(col(Outbox.id))
            .limit(limit)
        )
        return list(session.scalars(statement))

    def pending_signers(self, session: Session) -> list[str]:
        """Signers of pending intents, as the rows name them."""
        statement = select(col(Outbox.signer)).where(col(Outbox.status) == OutboxStatus.PENDING)
        return list(session.scalars(statement.distinct()))

    def overdue(self, session: Session, chain_time: int) -> tuple[int, int]:
        """How many intents are due, put off or not, and the oldest's id (0: none)."""
        statement = select(func.count(), func.min(col(Outbox.id))).where(*self._due(chain_time))
        count, oldest = session.execute(statement).one()
        return int(count), int(oldest or 0)

    def goes_on(self, session: Session, chain_time: int) -> bool:
        """True while an intent is due, put off or not, or waits for the anchor of its document."""
        if self.overdue(session, chain_time)[0]:
            return True
        unanchored = select(col(Outbox.id)).where(
            col(Outbox.status) == OutboxStatus.PENDING,
            col(Outbox.after_sequence) > 0,
            ~self._is_anchored(),
        )
        return session.scalar(unanchored.limit(1)) is not None

    def in_front(self, session: Session) -> list[Outbox]:
        """Intents that are not over, and that one which a document asks for waits behind, oldest first."""
        behind = (
            select(_LATER.c.id)
            .where(
                _LATER.c.aggregate == col(Outbox.aggregate),
                _LATER.c.id > col(Outbox.id),
                _LATER.c.status == OutboxStatus.PENDING,
                _LATER.c.document_number.is_not(None),
            )
            .exists()
        )
        statement = select(Outbox).where(col(Outbox.status).in_(UNFINISHED), behind)
        return list(session.scalars(statement.order_by(col(Outbox.id))))

    def _due(self, chain_time: int) -> tuple[ColumnElement[bool], ...]:
        """What is true of pending intents whose time has come and that are first in line of their aggregate."""
        blocked = (
            select(_EARLIER.c.id)
            .where(
                _EARLIER.c.aggregate == col(Outbox.aggregate),
                _EARLIER.c.id < col(Outbox.id),
                _EARLIER.c.status.in_(UNFINISHED),
            )
            .exists()
        )
        return (
            col(Outbox.status) == OutboxStatus.PENDING,
            col(Outbox.not_before) <= chain_time,
            or_(col(Outbox.after_sequence) == 0, self._is_anchored()),
            ~blocked,
            ~(self._waits_for_audit() & col(Outbox.aggregate).in_(select(col(Hold.aggregate)))),
        )

    @staticmethod
    def _is_anchored() -> ColumnElement[bool]:
        """True for calls that wait for an anchor of their document, which stands on chain."""
        return (
            select(col(Anchor.index))
            .join(_SENT, _SENT.c.key == literal("anchor:") + sql_cast(col(Anchor.index), String))
            .where(
                col(Anchor.last_sequence) >= col(Outbox.after_sequence),
                _SENT.c.status.in_((OutboxStatus.CONFIRMED, OutboxStatus.MOOT)),
            )
            .exists()
        )

    def _waits_for_audit(self) -> ColumnElement[bool]:
        """True for calls that a hold of their aggregate stops."""
        return or_(
            false(),
            *(
                and_(col(Outbox.contract) == contract, col(Outbox.function) == function)
                for contract, function in self._held
            ),
        )
