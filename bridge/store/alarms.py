"""What a person must see: alarms, aggregates that are on hold, and audits that were run."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.store.tables import Alarm, AuditRun, Hold
from bridge.store.units import Units

ALARM_TEXT_MAX = 500
ALARMS_OF_KIND_MAX = 1_000
ALARM_OTHERS = "others of this kind, which are counted here and not told one by one"


class Alarms(Units):
    """Reads and writes `bridge_alarm`, `bridge_hold` and `bridge_audit`."""

    def alarm(self, session: Session, kind: str, message: str) -> None:
        """Adds an alarm to `bridge_alarm`, or counts one more of the same kind and text.

        Of one kind no more than ALARMS_OF_KIND_MAX texts are kept, since a node can vary its words without end; what comes
        after them is counted together.
        """
        now, text = int(self._clock()), message[:ALARM_TEXT_MAX]
        known = self._alarm(session, kind, text)
        if known is None:
            known = self._alarm(session, kind, ALARM_OTHERS)  # once there, it takes all that is new
        if known is None and self._is_full_of(session, kind):
            text = ALARM_OTHERS
        if known is None:
            session.add(Alarm(kind=kind, message=text, first_at=now, last_at=now, times=1))
        else:
            known.last_at = now
            known.times += 1

    @staticmethod
    def _alarm(session: Session, kind: str, text: str) -> Alarm | None:
        return session.scalar(
            select(Alarm).where(col(Alarm.kind) == kind, col(Alarm.message) == text)
        )

    @staticmethod
    def _is_full_of(session: Session, kind: str) -> bool:
        of_kind = select(col(Alarm.id)).where(col(Alarm.kind) == kind)
        return session.scalar(of_kind.offset(ALARMS_OF_KIND_MAX - 1).limit(1)) is not None

    def raise_alarm(self, kind: str, message: str) -> None:
        """Counts an alarm in a transaction of its own, for troubles that end the pass."""
        with self.unit() as session:
            self.alarm(session, kind, message)

    def held(self, session: Session, limit: int) -> list[str]:
        """The aggregates that are on hold, in order."""
        return list(
            session.scalars(select(col(Hold.aggregate)).order_by(col(Hold.aggregate)).limit(limit))
        )

    def replace_holds(self, session: Session, reasons: dict[str, str]) -> None:
        """Replaces all rows of `bridge_hold` by these."""
        for hold in session.scalars(select(Hold)):
            if hold.aggregate not in reasons:
                session.delete(hold)
        for aggregate, reason in reasons.items():
            session.merge(Hold(aggregate=aggregate, reason=reason, held_at=int(self._clock())))

    def add_audit(self, session: Session, run: AuditRun) -> None:
        """Notes that an audit was run."""
        session.add(run)

    def last_audit(self, session: Session, *, whole: bool = False) -> AuditRun | None:
        """The newest audit, of those that read everything where `whole`; None before the first."""
        statement = select(AuditRun).order_by(col(AuditRun.id).desc()).limit(1)
        return session.scalar(statement.where(col(AuditRun.whole)) if whole else statement)
