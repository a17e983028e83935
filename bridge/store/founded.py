"""Whether rows of OUTBOX can be what they say: what ends a call, or has it wait, leaves something else behind."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.intents import STUCK_STATUSES, OutboxStatus
from bridge.store.quarantine import ActKind
from bridge.store.tables import Attempt, Inbox, OperatorAct, Outbox

OF_THE_HOUSE = (  # states of calls that the bridge signs
    *(OutboxStatus.PENDING, OutboxStatus.SUBMITTED, OutboxStatus.CONFIRMED),
    *(OutboxStatus.MOOT, OutboxStatus.GIVEN_UP, *STUCK_STATUSES),
)
NAMES_MAX = 500  # in one list of a statement

UNSEEN = "counts as confirmed, and the chain has no event of its transaction"

Place = tuple[str, str]  # contract and function


def baseless(session: Session, keys: Sequence[str], documents: int) -> dict[str, str]:
    """Those of these intents, all of them calls of the house, that cannot be what their rows say, each with the reason.

    `documents`: sequence of the newest document. How long a call may wait, only its document and the chain say.
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
                col(Outbox.after_sequence),
            ),
            *(tried.where(~col(Attempt.lost)).exists(), given_up),
        )
        for key, status, after, is_out, was_given_up in session.execute(
            select(*columns).where(col(Outbox.key).in_(part))
        ):
            if status == OutboxStatus.CONFIRMED and not is_out:
                found[key] = "counts as confirmed, and no transaction of it stands"
            elif status == OutboxStatus.SUBMITTED and not is_out:
                found[key] = "counts as on its way, and no transaction of it is"
            elif status not in OF_THE_HOUSE:
                found[key] = f"counts as {status}, which no call of the house does"
            elif status == OutboxStatus.GIVEN_UP and not was_given_up:
                found[key] = "counts as given up, and no operator did"
            elif status == OutboxStatus.PENDING and (after or 0) > documents:
                found[key] = f"waits for document {after}, of which there are {documents}"
    return found


def unseen(
    session: Session, chain: Session, keys: Sequence[str], silent: Collection[Place], block: int
) -> dict[str, str]:
    """Those of these intents that are confirmed for good by a transaction of which the chain has no event, with the reason.

    `chain`: where the events up to `block` were read anew; what was read since is believed. `silent`: contracts and
    functions whose events are not read.
    """
    columns = col(Outbox.key), col(Outbox.contract), col(Outbox.function), col(Attempt.tx_hash)
    ended = (
        select(*columns)
        .join(Attempt, col(Attempt.outbox_id) == col(Outbox.id))
        .where(
            col(Outbox.status) == OutboxStatus.CONFIRMED,
            col(Attempt.lost).is_(False),
            col(Attempt.witnessed),
        )
    )
    found: dict[str, str] = {}
    for start in range(0, len(keys), NAMES_MAX):
        part = col(Outbox.key).in_(keys[start : start + NAMES_MAX])
        hashes = {
            tx_hash: key
            for key, contract, function, tx_hash in session.execute(ended.where(part))
            if (contract, function) not in silent
        }
        event = select(col(Inbox.tx_hash)).where(col(Inbox.tx_hash).in_(hashes))
        seen = {*chain.scalars(event)}
        seen |= {*session.scalars(event.where(col(Inbox.block_number) > block))}
        found |= {key: UNSEEN for tx_hash, key in hashes.items() if tx_hash not in seen}
    return found
