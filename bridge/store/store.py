"""All reading and writing of the bridge's tables. A unit is one database transaction; the caller opens and ends it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.intents import OPEN_STATUSES, STUCK_STATUSES, Call, OutboxStatus
from bridge.store.acts import APPROVAL, Acts
from bridge.store.alarms import Alarms
from bridge.store.due import DueCalls
from bridge.store.ends import Ends
from bridge.store.tables import Attempt, Outbox


class Store(DueCalls, Acts, Ends, Alarms):
    """The tables of the bridge: binding, cursor, inbox, commitment, anchor, outbox, attempt, alarm, hold, audit, act.

    Methods that take a session work in the caller's transaction (`unit` to write, `view` to read). Here is what adds calls
    and finds them; the classes that it is made of have the rest.
    """

    def add_call(self, session: Session, call: Call, document_number: str | None) -> Outbox:
        """Adds a call to OUTBOX as a pending intent. Its business key is unique."""
        row = Outbox(key=call.key, document_number=document_number, **_asked(call))
        session.add(row)
        return row

    def renew_call(self, row: Outbox, call: Call) -> None:
        """Makes an intent ask for this call from now on; its past attempts stay with it."""
        for name, value in _asked(call).items():
            setattr(row, name, value)

    def take_back(self, session: Session, key: str, why: str) -> None:
        """Marks an intent that was never signed, or is stuck, as moot. One that is under way or done stays as it is.

        Its person took it back itself, so nobody needs to be told.
        """
        asked = self.call(session, key)
        waiting = (
            *(OutboxStatus.PENDING, OutboxStatus.ASKED, OutboxStatus.HELD, OutboxStatus.OFFERED),
            *STUCK_STATUSES,
        )
        for row in [asked, *self._approvals(session, asked)] if asked is not None else ():
            if row.status in waiting:
                row.status, row.reason, row.told = OutboxStatus.MOOT, why, OutboxStatus.MOOT
                row.try_at = 0.0  # by nobody's word, so it is not doubted

    def _approvals(self, session: Session, act: Outbox) -> list[Outbox]:
        """The approvals that were asked for in front of an act, oldest first."""
        statement = select(Outbox).where(
            col(Outbox.aggregate) == act.aggregate,
            col(Outbox.key).startswith(f"{act.key}{APPROVAL}"),
        )
        return list(session.scalars(statement.order_by(col(Outbox.id))))

    def on_their_way(self, session: Session) -> list[tuple[str, Attempt]]:
        """Keys of submitted intents that documents ask for, each with its living attempts."""
        statement = (
            select(col(Outbox.key), Attempt)
            .join(Attempt, col(Attempt.outbox_id) == col(Outbox.id))
            .where(
                col(Outbox.status) == OutboxStatus.SUBMITTED,
                col(Outbox.document_number).is_not(None),
                col(Attempt.lost).is_(False),
            )
        )
        return [(key, attempt) for key, attempt in session.execute(statement)]

    def calls_of(self, session: Session, documents: Sequence[str]) -> list[Outbox]:
        """Intents that these documents ask for, oldest first."""
        statement = select(Outbox).where(col(Outbox.document_number).in_(documents))
        return list(session.scalars(statement.order_by(col(Outbox.id))))

    def newest_attempts(self, session: Session, calls: Sequence[int]) -> dict[int, str]:
        """Hash of the newest transaction of each of these intents that has one."""
        statement = select(col(Attempt.outbox_id), col(Attempt.tx_hash)).where(
            col(Attempt.outbox_id).in_(calls), col(Attempt.lost).is_(False)
        )
        found = session.execute(statement.order_by(col(Attempt.id)))
        return {row[0]: row[1] for row in found}

    def call(self, session: Session, key: str) -> Outbox | None:
        """The intent with this key."""
        return session.scalar(select(Outbox).where(col(Outbox.key) == key))

    def add_approval(self, session: Session, act: Outbox, call: Call) -> Outbox:
        """Adds the next approval that rides in front of an act; its key ends in its place, from 1."""
        place = len(self._approvals(session, act)) + 1
        return self.add_call(
            session, replace(call, key=f"{act.key}{APPROVAL}{place}"), act.document_number
        )

    def open_calls(self, session: Session) -> list[Outbox]:
        """Intents that are still to be sent or under way, oldest first."""
        statement = select(Outbox).where(col(Outbox.status).in_(OPEN_STATUSES))
        return list(session.scalars(statement.order_by(col(Outbox.id))))


def _asked(call: Call) -> dict[str, Any]:
    """The columns of an intent that follow from its call."""
    return {
        "aggregate": call.aggregate,
        "signer": call.signer,
        "contract": call.contract,
        "function": call.function,
        "args": json.dumps(call.args),
        "edition_of": call.edition_of,
        "not_before": call.not_before,
        "after_sequence": call.after_sequence,
        "note": json.dumps(call.note),
        "good_until": call.good_until,
        "is_told": call.is_told,
        "status": OutboxStatus.ASKED if call.by_person else OutboxStatus.PENDING,
        "reason": None,
        "tries": 0,
        "try_at": 0.0,
    }
