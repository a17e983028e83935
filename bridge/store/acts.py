"""Acts of people in OUTBOX: what waits to be shown, to be signed, and to be told as ended."""

from __future__ import annotations

import json

from sqlalchemy import ColumnElement, and_, func, or_, select, text
from sqlmodel import Session, col

from bridge.intents import PUT_OFF_SECONDS_MAX, OutboxStatus
from bridge.store.tables import UNTOLD, Attempt, Outbox
from bridge.store.units import Units

APPROVAL = (
    ":approval:"  # in the key of an approval that rides in front of an act, after the act's key
)
# Written as in the index over such rows: otherwise a database does not see that it holds them.
_UNTOLD = text(UNTOLD)


class Acts(Units):
    """Reads and writes the acts in `bridge_outbox`."""

    def acts(self, session: Session, status: OutboxStatus, limit: int) -> list[Outbox]:
        """Acts of people in one of the states of the mailbox: the first of every account, then the second of every account.

        Those of an account in the order of their nonces, as far as they have any: who has many keeps nobody else waiting.
        Without those that were put off, since the node could not try them.
        """
        order = func.coalesce(col(Outbox.nonce), 0), col(Outbox.id)
        place = func.row_number().over(partition_by=col(Outbox.signer), order_by=order)
        statement = select(Outbox, place.label("place")).where(
            col(Outbox.status) == status, self._is_not_put_off()
        )
        found = session.execute(statement.order_by("place", col(Outbox.id)).limit(limit))
        return [row for row, _ in found]

    def _is_not_put_off(self) -> ColumnElement[bool]:
        """True unless the node could not try it a short while ago. A time further away than any pause counts for nothing."""
        now = self._clock()
        return or_(col(Outbox.try_at) <= now, col(Outbox.try_at) > now + PUT_OFF_SECONDS_MAX)

    def late_acts(self, session: Session, now: int, limit: int) -> list[Outbox]:
        """Acts that wait for somebody's signature, or to be shown, and whose time is over, oldest first.

        Without those that were put off.
        """
        statement = select(Outbox).where(
            col(Outbox.status).in_((OutboxStatus.ASKED, OutboxStatus.OFFERED, OutboxStatus.SIGNED)),
            col(Outbox.good_until).between(1, now - 1),  # 0: no time was named
            self._is_not_put_off(),
        )
        return list(session.scalars(statement.order_by(col(Outbox.id)).limit(limit)))

    def signed_acts(self, session: Session, request: str) -> list[Outbox]:
        """The act that a document asked for, when its party has answered it."""
        statement = select(Outbox).where(
            col(Outbox.document_number) == request,
            col(Outbox.status).in_((OutboxStatus.ANSWERED, OutboxStatus.SIGNED)),
        )
        return list(session.scalars(statement))

    def overtaken_acts(self, session: Session, limit: int) -> list[Outbox]:
        """Acts that wait for a signature in a slot in which a transaction of another act was mined, as a node says."""
        other = Attempt.__table__.alias("other")  # type: ignore[attr-defined]

        def took_it(held: str) -> ColumnElement[bool]:
            return (
                select(other.c.id)
                .where(
                    other.c.signer == col(Outbox.nonce_of),
                    other.c.nonce == col(Outbox.nonce),
                    text(held),
                    other.c.outbox_id != col(Outbox.id),
                    other.c.block_number.is_not(None),
                )
                .exists()
            )

        statement = select(Outbox).where(
            col(Outbox.status) == OutboxStatus.OFFERED,
            self._is_not_put_off(),
            or_(took_it("NOT other.lost"), took_it("other.lost")),
        )
        return list(session.scalars(statement.order_by(col(Outbox.id)).limit(limit)))

    def answer_act(self, session: Session, request: str, answer: str, *, approves: bool) -> None:
        """Notes that the document `answer` answers what was offered for the act that `request` asked for.

        `approves`: it answers an approval in front of the act, and is no answer to the act itself.

        Who has seen the offer may answer before it is noted here that it was made, where the ERP has a database of its own.
        """
        statement = select(Outbox).where(
            col(Outbox.document_number) == request,
            col(Outbox.status).in_((OutboxStatus.ASKED, OutboxStatus.OFFERED)),
        )
        for row in session.scalars(statement):
            if (APPROVAL in row.key) == approves:
                row.status, row.note = OutboxStatus.ANSWERED, json.dumps({"answer": answer})

    def ended_acts(self, session: Session, limit: int) -> list[tuple[Outbox, str | None]]:
        """Acts, and approvals in front of them, whose end nobody was told yet, oldest first.

        With the hash of the transaction that did it. Not those of which a node says that they are done, or failed, in a
        block that is still to be read: it may prove the contrary.
        """
        ended = (OutboxStatus.CONFIRMED, OutboxStatus.MOOT, OutboxStatus.REVERTED)
        tried = Attempt.__table__.alias("tried")  # type: ignore[attr-defined]
        unread = (
            select(tried.c.id)
            .where(
                tried.c.outbox_id == col(Outbox.id),
                tried.c.block_number > self.cursor(session).block_number,
            )
            .exists()
        )
        statement = (
            select(Outbox, col(Attempt.tx_hash))
            .join(
                Attempt,
                and_(
                    col(Attempt.outbox_id) == col(Outbox.id),
                    col(Outbox.status) == OutboxStatus.CONFIRMED,
                    col(Attempt.lost).is_(False),
                ),
                isouter=True,
            )
            .where(
                _UNTOLD,
                col(Outbox.status).in_((*ended, OutboxStatus.REFUSED, OutboxStatus.GIVEN_UP)),
                or_(col(Outbox.status) != OutboxStatus.REVERTED, ~unread),
                or_(col(Attempt.id).is_(None), col(Attempt.witnessed)),
            )
            .order_by(col(Outbox.id))
            .limit(limit)
        )
        return [(row, tx_hash) for row, tx_hash in session.execute(statement)]
