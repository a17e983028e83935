"""Whether rows of OUTBOX can be what they say: what ends a call, or has it wait, leaves something else behind."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.intents import STUCK_STATUSES, OutboxStatus
from bridge.store.quarantine import ActKind
from bridge.store.tables import Attempt, OperatorAct, Outbox

OF_THE_HOUSE = (  # states of calls that the bridge signs
    *(OutboxStatus.PENDING, OutboxStatus.SUBMITTED, OutboxStatus.CONFIRMED),
    *(OutboxStatus.MOOT, OutboxStatus.GIVEN_UP, *STUCK_STATUSES),
)
NAMES_MAX = 500  # in one list of a statement
YEARS_MAX = 100 * 365 * 86_400  # seconds: no contract names a time so far away


def baseless(session: Session, keys: Sequence[str], documents: int, now: int) -> dict[str, str]:
    """Those of these intents, all of them calls of the house, that cannot be what their rows say, each with the reason.

    `documents`: sequence of the newest document; `now`: of the newest block read, unix seconds.
    """
    found: dict[str, str] = {}
    for start in range(0, len(keys), NAMES_MAX):
        part = keys[start : start + NAMES_MAX]
        tried = select(col(Attempt.id)).where(col(Attempt.outbox_id) == col(Outbox.id))
        given_up = (
            select(col(OperatorAct.id))
            .where(
                col(OperatorAct.key) == col(Outbox.key), col(OperatorAct.act) == ActKind.GIVEN_UP
            )
            .exists()
        )
        columns = (
            *(
                col(Outbox.key),
                col(Outbox.status),
                col(Outbox.not_before),
                col(Outbox.after_sequence),
            ),
            *(tried.exists(), tried.where(~col(Attempt.lost)).exists(), given_up),
        )
        for key, status, not_before, after, was_signed, is_out, was_given_up in session.execute(
            select(*columns).where(col(Outbox.key).in_(part))
        ):
            if status == OutboxStatus.CONFIRMED and not was_signed:
                found[key] = "counts as confirmed, and nothing was ever signed for it"
            elif status == OutboxStatus.SUBMITTED and not is_out:
                found[key] = "counts as on its way, and no transaction of it is"
            elif status not in OF_THE_HOUSE:
                found[key] = f"counts as {status}, which no call of the house does"
            elif status == OutboxStatus.GIVEN_UP and not was_given_up:
                found[key] = "counts as given up, and no operator did"
            elif status == OutboxStatus.PENDING and not_before > now + YEARS_MAX:
                found[key] = f"waits until {not_before}, which no contract asks for"
            elif status == OutboxStatus.PENDING and (after or 0) > documents:
                found[key] = f"waits for document {after}, of which there are {documents}"
    return found
