"""The lanes: each signer's transactions in the order of their nonces, which the chain takes without a gap.

A slot is a signer and a nonce. It is held by the attempt there that is not lost, and spent once the chain counts more mined
transactions than its nonce. The lowest slot that is neither held nor spent is filled first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from sqlalchemy import case, func, insert, or_, select, text, update
from sqlmodel import Session, col

from bridge.intents import OFFICES, OutboxStatus
from bridge.store.tables import UNTOLD, Attempt, Inbox, Outbox, metadata

NAMES_MAX = 500  # in one list of a statement
_ATTEMPT = metadata.tables["bridge_attempt"]
_OTHER = _ATTEMPT.alias("other")
# Written as in the indexes over the slots: otherwise a database does not see that they hold these rows.
LIVES, LOST = text("NOT bridge_attempt.lost"), text("bridge_attempt.lost")
MAY_BE_MINED = (OutboxStatus.SUBMITTED, OutboxStatus.OFFERED, OutboxStatus.ANSWERED)
# of which earlier bytes may be mined after all
TRIED_AGAIN = (
    *(OutboxStatus.PENDING, OutboxStatus.ASKED, OutboxStatus.HELD),
    OutboxStatus.REVERTED,
)
HOLES_MAX = 64  # slots of one lane that are looked at for a gap
FINAL_SECONDS = 60.0  # how long nobody is asked about what waits to be final
FINAL_LATER_TIMES = 8  # as many transactions may wait to be final as to be mined


class Stored(NamedTuple):
    """A signed transaction as it was stored: what sending it takes, and the slot that it holds."""

    id: int
    outbox_id: int
    signer: str
    nonce: int
    tx_hash: str
    raw: str


def store(session: Session, signed: Sequence[tuple[int, str, int, str, str]]) -> list[Stored]:
    """Stores new attempts by one statement: intent, signer, nonce, hash and bytes of each. Raises IntegrityError."""
    if not signed:
        return []
    session.flush()  # whoever gave a slot up in this transaction has done so before
    names = "outbox_id", "signer", "nonce", "tx_hash", "raw"
    rest = {"sent_at": 0.0, "witnessed": False, "lost": False}
    statement = insert(_ATTEMPT).returning(_ATTEMPT.c.id, sort_by_parameter_order=True)
    rows = [dict(zip(names, each, strict=True)) | rest for each in signed]
    ids = session.execute(statement, rows).scalars()
    return [Stored(number, *each) for number, each in zip(ids, signed, strict=True)]


def held(session: Session, signer: str, least: int) -> list[int]:
    """Nonces of a signer from `least` on that an attempt holds, ascending."""
    statement = select(col(Attempt.nonce)).where(
        col(Attempt.signer) == signer, col(Attempt.nonce) >= least, LIVES
    )
    return list(session.scalars(statement.order_by(col(Attempt.nonce))))


def holder(session: Session, signer: str, nonce: int) -> Attempt | None:
    """The stored transaction of this signer that holds this nonce, or None."""
    same = col(Attempt.signer) == signer, col(Attempt.nonce) == nonce, LIVES
    return session.scalar(select(Attempt).where(*same).limit(1))


class Slots:
    """The free slots of one lane, lowest first, for a batch that fills them."""

    def __init__(self, session: Session, signer: str, mined: int) -> None:
        """`mined`: transactions of the signer that the chain counts."""
        newest = newest_nonce(session, signer)
        # of a lane that was never used nothing is known
        self.foreign = newest is not None and mined > newest + 1  # used outside of this bridge
        self._held = set(held(session, signer, mined))
        self._next = mined

    def take(self) -> int:
        """The lowest nonce that is neither held nor spent; it is held from now on."""
        while self._next in self._held:
            self._next += 1
        self._held.add(self._next)
        return self._next

    def give_back(self, nonces: Sequence[int]) -> None:
        """Frees slots that were taken, and that nothing was signed for which anybody has."""
        self._held.difference_update(nonces)
        self._next = min([self._next, *nonces])


def newest_nonce(session: Session, signer: str) -> int | None:
    """The highest nonce that was ever stored for a signer."""
    of_key = select(func.max(col(Attempt.nonce))).where(col(Attempt.signer) == signer)
    living, lost = session.scalar(of_key.where(LIVES)), session.scalar(of_key.where(LOST))
    return lost if living is None else living if lost is None else max(living, lost)


def all_in_flight(session: Session) -> dict[str, int]:
    """How many transactions wait to be mined, of each signer that has any under way.

    Those that a node says are mined and that only wait for blocks to follow take no room among those that a node keeps for a
    signer; but no fewer are told than a FINAL_LATER_TIMESth of all, since that is a node's word.
    """
    unmined = func.sum(case((col(Attempt.block_number).is_(None), 1), else_=0))
    statement = (
        select(col(Attempt.signer), func.count(), unmined)
        .join(Outbox, col(Attempt.outbox_id) == col(Outbox.id))
        .where(LIVES, col(Outbox.status) == OutboxStatus.SUBMITTED)
        .group_by(col(Attempt.signer))
    )
    return {
        signer: max(int(waiting), int(count) // FINAL_LATER_TIMES)
        for signer, count, waiting in session.execute(statement)
    }


def is_any_under_way(session: Session) -> bool:
    """True while an event that is read now may be of a call of ours that is not proved to be done.

    It may be on its way, be said to be done or to have failed by a node alone, be signed by a person whose wallet sends by
    itself, or bear signatures that anybody may bring to the chain.
    """
    tried = select(col(Attempt.id)).join(Outbox, col(Attempt.outbox_id) == col(Outbox.id))
    is_untold = or_(col(Outbox.told).is_(None), col(Outbox.try_at) > 0)
    open_call = select(col(Outbox.id))
    statements = (
        open_call.where(col(Outbox.status).in_(MAY_BE_MINED)),
        open_call.where(text(UNTOLD), col(Outbox.status) == OutboxStatus.PENDING),
        tried.where(
            col(Attempt.witnessed).is_(False), LIVES, col(Outbox.status) == OutboxStatus.CONFIRMED
        ),
        tried.where(LOST, col(Outbox.status).in_(TRIED_AGAIN), is_untold),
    )
    return any(session.scalar(each.limit(1)) is not None for each in statements)


def in_flight(session: Session, signers: Collection[str]) -> dict[str, int]:
    """How many transactions of each of these signers wait to be mined."""
    found = all_in_flight(session)
    return {signer: found.get(signer, 0) for signer in signers}


def lowest_nonces(session: Session) -> dict[str, int]:
    """The lowest nonce of each signer that waits to be mined; one that only waits to be final does not."""
    statement = (
        select(col(Attempt.signer), func.min(col(Attempt.nonce)))
        .join(Outbox, col(Attempt.outbox_id) == col(Outbox.id))
        .where(
            col(Outbox.status) == OutboxStatus.SUBMITTED,
            LIVES,
            col(Attempt.block_number).is_(None),
        )
        .group_by(col(Attempt.signer))
    )
    return {signer: int(nonce) for signer, nonce in session.execute(statement)}


class Sent(NamedTuple):
    """What is needed of a submitted intent and its living attempt to know whether anybody is to be asked about it."""

    attempt_id: int
    signer: str
    nonce: int
    sent_at: float
    block_number: int | None
    of_house: bool  # a call of an office, no act of a person


class NotFinal(NamedTuple):
    """Blocks that others must follow before they count, and since when transactions are left alone that wait for that."""

    blocks: range
    since: float  # unix seconds


NOTHING_WAITS = NotFinal(range(0), 0.0)


def lowest(session: Session, limit: int, not_final: NotFinal = NOTHING_WAITS) -> list[Sent]:
    """Submitted intents with their living attempt: the lowest nonce of every lane first, then the next of every lane.

    Of these the one that was sent longest ago first: what is sent again and again keeps nobody else from being looked at.
    `not_final`: what a node says was mined in one of these blocks, and was sent since then, is left out.
    """
    place = (
        func.row_number()
        .over(partition_by=col(Attempt.signer), order_by=col(Attempt.nonce))
        .label("place")
    )
    columns = (
        *(col(Attempt.id), col(Attempt.signer), col(Attempt.nonce)),
        *(col(Attempt.sent_at), col(Attempt.block_number), col(Outbox.signer).in_(OFFICES)),
    )
    statement = (
        select(*columns)
        .join(Outbox, col(Attempt.outbox_id) == col(Outbox.id))
        .where(
            col(Outbox.status) == OutboxStatus.SUBMITTED,
            LIVES,
            or_(
                col(Attempt.block_number).is_(None),
                col(Attempt.block_number) < not_final.blocks.start,
                col(Attempt.block_number) >= not_final.blocks.stop,
                col(Attempt.sent_at) < not_final.since,
                # the clock went back since
                col(Attempt.sent_at) > not_final.since + FINAL_SECONDS,
            ),
        )
        .order_by(place, col(Attempt.sent_at), col(Attempt.id))
        .limit(limit)
    )
    return [Sent(*row) for row in session.execute(statement)]


def note_counted(session: Session, mined: Mapping[str, int], head: int) -> None:
    """Notes that block `head` has what the house sent in slots below these counts; which block it was does not matter.

    `mined`: what a node counts at that block, of each signer.
    """
    ours = select(col(Outbox.id)).where(
        col(Outbox.status) == OutboxStatus.SUBMITTED, col(Outbox.signer).in_(OFFICES)
    )
    for signer, count in mined.items():
        session.execute(
            update(_ATTEMPT)
            .where(
                _ATTEMPT.c.signer == signer,
                _ATTEMPT.c.nonce < count,
                LIVES,
                _ATTEMPT.c.block_number.is_(None),
                _ATTEMPT.c.outbox_id.in_(ours),
            )
            .values(block_number=head)
        )


def pairs(session: Session, wanted: Sequence[Sent]) -> list[tuple[Outbox, Attempt]]:
    """These intents with these attempts, in their order, as they stand now; without those that ended meanwhile."""
    found: dict[int, tuple[Outbox, Attempt]] = {}
    for start in range(0, len(wanted), NAMES_MAX):
        part = col(Attempt.id).in_([each.attempt_id for each in wanted[start : start + NAMES_MAX]])
        statement = (
            select(Outbox, Attempt)
            .join(Attempt, col(Attempt.outbox_id) == col(Outbox.id))
            .where(part, col(Outbox.status) == OutboxStatus.SUBMITTED, LIVES)
        )
        for row, attempt in session.execute(statement):
            found[attempt.id or 0] = row, attempt
    return [found[each.attempt_id] for each in wanted if each.attempt_id in found]


def failed(session: Session, limit: int) -> list[Attempt]:
    """The newest attempt of each intent that a node said was mined and failed, and that waits for a person.

    Those whose person was told of it are over.
    """
    newest = (
        select(func.max(_OTHER.c.id)).where(_OTHER.c.outbox_id == col(Outbox.id)).scalar_subquery()
    )
    statement = (
        select(Attempt)
        .join(Outbox, col(Attempt.outbox_id) == col(Outbox.id))
        .where(
            col(Outbox.status) == OutboxStatus.REVERTED,
            col(Outbox.told).is_(None),
            col(Attempt.id) == newest,
        )
        .order_by(col(Attempt.id))
        .limit(limit)
    )
    return list(session.scalars(statement))


def unspent(session: Session, mined: Mapping[str, int]) -> list[Attempt]:
    """Lost attempts in slots that are neither held nor spent: their bytes can still fill the gap. The newest of each slot.

    Only of intents that failed and wait for a person: what was given up, taken back or told as failed must not be done by
    the bridge after all. `mined`: what the chain counts, of each signer that is looked at.
    """
    found: list[Attempt] = []
    revivable = col(Outbox.status) == OutboxStatus.REVERTED, col(Outbox.told).is_(None)
    for signer, least in mined.items():
        taken = set(held(session, signer, least))
        statement = (
            select(Attempt)
            .join(Outbox, col(Attempt.outbox_id) == col(Outbox.id))
            .where(
                col(Attempt.signer) == signer,
                col(Attempt.nonce) >= least,
                LOST,
                *revivable,
            )
        )
        slots = {each.nonce: each for each in session.scalars(statement.order_by(col(Attempt.id)))}
        found += [each for nonce, each in sorted(slots.items())[:HOLES_MAX] if nonce not in taken]
    return found


def unmined(session: Session, signer: str, mined: int) -> list[tuple[Outbox, Attempt]]:
    """Confirmed calls whose slots are not spent, though their transactions hold them. `mined`: what the chain counts."""
    statement = (
        select(Outbox, Attempt)
        .join(Attempt, col(Attempt.outbox_id) == col(Outbox.id))
        .where(
            col(Attempt.signer) == signer,
            col(Attempt.nonce) >= mined,
            LIVES,
            col(Outbox.status) == OutboxStatus.CONFIRMED,
        )
        .order_by(col(Attempt.nonce))
        .limit(HOLES_MAX)
    )
    return [(row, attempt) for row, attempt in session.execute(statement)]


def stranded(session: Session, signer: str, mined: int) -> Attempt | None:
    """The lowest living attempt behind a gap that no stored bytes can fill; None where there is no gap.

    Its call is signed anew for the gap.
    """
    nonces = held(session, signer, mined)
    if not nonces or nonces[0] == mined:
        return None
    return session.scalar(
        select(Attempt).where(
            col(Attempt.signer) == signer,
            col(Attempt.nonce) == nonces[0],
            LIVES,
        )
    )


def by_hashes(session: Session, hashes: Sequence[str]) -> dict[str, Attempt]:
    """The attempts with these transactions, by hash."""
    statement = select(Attempt).where(col(Attempt.tx_hash).in_(hashes))
    return {attempt.tx_hash: attempt for attempt in session.scalars(statement)}


def strangers(
    session: Session, limit: int, since: int = 0, before: str | None = None
) -> list[tuple[str, str]]:
    """Transactions of no call of ours of which an event was read, the newest first, each with the place of its newest event.

    `since`: the time of their blocks, unix seconds. `before`: a place; those with an event there or behind it are left out.
    """
    ours = select(col(Attempt.id)).where(col(Attempt.tx_hash) == col(Inbox.tx_hash)).exists()
    newest = func.max(col(Inbox.position))
    statement = (
        select(col(Inbox.tx_hash), newest)
        .where(~ours, col(Inbox.block_time) >= since)
        .group_by(col(Inbox.tx_hash))
        .order_by(newest.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(col(Inbox.position) < before)
    return [(tx_hash, place) for tx_hash, place in session.execute(statement)]


def known_among(session: Session, hashes: Collection[str]) -> set[str]:
    """Those of these transactions that are of a call of ours."""
    found, every = set[str](), sorted(hashes)
    for start in range(0, len(every), NAMES_MAX):
        part = col(Attempt.tx_hash).in_(every[start : start + NAMES_MAX])
        found.update(session.scalars(select(col(Attempt.tx_hash)).where(part)))
    return found


def bytes_of(session: Session, hashes: Collection[str]) -> dict[str, bytes]:
    """The signed bytes of those of these transactions that are of a call of ours, by hash.

    Without those that are no hex: somebody wrote them into the database.
    """
    found, every = dict[str, bytes](), sorted(hashes)
    for start in range(0, len(every), NAMES_MAX):
        part = col(Attempt.tx_hash).in_(every[start : start + NAMES_MAX])
        statement = select(col(Attempt.tx_hash), col(Attempt.raw)).where(part)
        for tx_hash, raw in session.execute(statement):
            with suppress(ValueError):
                found[tx_hash] = bytes.fromhex(raw[2:])
    return found


def by_hash(session: Session, tx_hash: str) -> Attempt | None:
    """The attempt with this transaction."""
    return session.scalar(select(Attempt).where(col(Attempt.tx_hash) == tx_hash))


def hashes_of(session: Session, row: Outbox) -> Sequence[str]:
    """Hashes of all transactions that were signed for an intent."""
    statement = select(col(Attempt.tx_hash)).where(col(Attempt.outbox_id) == row.id)
    return list(session.scalars(statement))
