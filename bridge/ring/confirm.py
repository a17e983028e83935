"""Receipts -> OUTBOX: confirmed, reverted, replaced; and what was not mined is sent again, the same bytes.

Most calls end without it: ingest has proved an event of theirs. It asks about the others. If it dies here: it asks again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bridge.capabilities import RULES, asked_by
from bridge.chain.gateway import Gateway
from bridge.chain.wire import Receipt
from bridge.intents import KEEPER, OFFICES, OutboxStatus
from bridge.ring.proved import end_by_proof, ends, is_by_person, sign_anew
from bridge.ring.replaced import Twin, counted_where_read, twin_of
from bridge.store import lanes
from bridge.store.claims import Claims
from bridge.store.store import Store
from bridge.store.tables import Attempt, Outbox

CONFIRM_BATCH = 256  # attempts asked for together
ATTEMPTS_MAX = 3  # of a call that is tried again after a revert
RESEND_SECONDS = 5.0  # how long a transaction may stay unmined before its bytes are sent again
# Depths of blocks ahead of the one that was read in which something may wait to be final: the bridge may be as far behind.
NOT_FINAL_TIMES = 3
SLOTS_MAX = 2**63  # more than any key's transactions: of a key whose count the node does not say


@dataclass(frozen=True, slots=True)
class End:
    """What a node says became of a transaction. `final`: deep enough; `reason`: why it failed."""

    receipt: Receipt
    final: bool
    reason: str | None = None


class Confirm:
    """Asks for the receipts of submitted rows of OUTBOX, ends those that are final, and sends unmined bytes again."""

    def __init__(
        self, store: Store, gateway: Gateway, depth: int, clock: Callable[[], float]
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._depth = depth
        self._clock = clock

    def run(self) -> int:
        """Runs the stage once over OUTBOX; returns how many intents reached an end."""
        with self._store.view() as session:
            held = self._store.unwitnessed(session, CONFIRM_BATCH)
            proved = self._store.proved_failures(session, CONFIRM_BATCH)
            sworn = self._store.sworn_ahead(session, CONFIRM_BATCH)
            read_to = self._store.cursor(session).block_number
            sent = lanes.lowest(session, CONFIRM_BATCH, self._not_final(read_to))
            failed = lanes.failed(session, CONFIRM_BATCH)
        if not any((held, proved, sworn, sent, failed)):
            return 0
        asked = self._worth_asking(sent, read_to)
        receipts, head = self._receipts(asked)
        if sworn and not asked:
            head = self._gateway.client.height()
        held += [(row, attempt, False) for row, attempt in sworn if _is_beyond(attempt, head)]
        # Asked before the transaction begins: it must not stay open while a node thinks.
        ends = [
            self._end_of(row, attempt, receipt, head)
            for (row, attempt), receipt in zip(asked, receipts, strict=True)
        ]
        told = [(*pair, end) for pair, end in zip(asked, ends, strict=True) if end is not None]
        ended = self._write(held, proved, told) if held or proved or told else 0
        self._chase(asked, ends)
        self._refill(sent, failed)
        return ended

    def _not_final(self, read_to: int) -> lanes.NotFinal:
        """The blocks after which others have to come, as far as one who reads the newest final ones can know of any.

        Nobody is asked about what was mined there before it is final, for a while: that it was is a node's word.
        """
        ahead = NOT_FINAL_TIMES * self._depth
        since = self._clock() - lanes.FINAL_SECONDS
        return lanes.NotFinal(range(read_to + 1, read_to + 1 + ahead), since)

    def _write(
        self,
        held: list[tuple[Outbox, Attempt, bool]],
        proved: list[Outbox],
        told: list[tuple[Outbox, Attempt, End]],
    ) -> int:
        """Writes all that was found, in one transaction; how many intents reached an end."""
        with self._store.unit() as session:
            ended = self._witness(session, held) + self._end_proved(session, proved)
            claims = Claims(session, [row for row, _, _ in told])
            claims.load([attempt for _, attempt, _ in told])
            for row, attempt, end in told:
                ended += self._end(session, claims, row, attempt, end)
        return ended

    def _worth_asking(
        self, sent: Sequence[lanes.Sent], read_to: int
    ) -> list[tuple[Outbox, Attempt]]:
        """Those of the attempts whose receipt may say something that ingest does not, with their intents.

        One that was sent a moment ago, and that its key's count of mined transactions has not reached in the block that was
        read, has no receipt there. Where that block has it and ingest saw no event of it, a receipt says why. Where blocks
        have to follow before one is read, the newest block's count tells which have begun to wait for them: of calls of the
        house that is noted, and a receipt is asked for once the bridge has come so far and saw no event.
        """
        now = self._clock()
        fresh = {
            each.attempt_id
            for each in sent
            if now - RESEND_SECONDS < each.sent_at <= now and each.block_number is None
        }
        signers = dict.fromkeys(each.signer for each in sent if each.attempt_id in fresh)
        head = self._gateway.client.height() if self._depth and signers else read_to
        mined = self._gateway.counts(list(signers), hex(head)) if signers else {}
        begun = {each.attempt_id for each in sent if each.nonce < mined.get(each.signer, SLOTS_MAX)}
        counted = {
            each.attempt_id
            for each in sent
            if head > read_to and each.of_house and each.signer in mined
        }
        if fresh & begun & counted:
            with self._store.unit() as session:
                lanes.note_counted(session, mined, head)
        wanted = [
            each
            for each in sent
            if each.attempt_id not in fresh or each.attempt_id in begun - counted
        ]
        if not wanted:
            return []
        with self._store.view() as session:
            return lanes.pairs(session, wanted)

    def _receipts(self, pairs: list[tuple[Outbox, Attempt]]) -> tuple[list[Receipt | None], int]:
        """Receipts of these attempts, and the newest block; nobody is asked when there are none."""
        return self._gateway.receipts([a.tx_hash for _, a in pairs]) if pairs else ([], 0)

    def _end_of(
        self, row: Outbox, attempt: Attempt, receipt: Receipt | None, head: int
    ) -> End | None:
        """What the node says became of a transaction; None while it says nothing, or names a block that it has not.

        Failure spends the nonce. A node that says the one and denies the other has not mined it.
        """
        if receipt is None or receipt.block_number > head:
            return None
        if receipt.block_number + self._depth > head:
            return End(receipt, final=False)
        if receipt.status == 1:
            # Of a silent one nothing that is read will say whether that is true.
            is_so = _leaves_event(row) or self._gateway.is_affirmed(attempt.tx_hash)
            return End(receipt, final=True) if is_so else None
        if self._gateway.agreed_nonces(attempt.signer) <= attempt.nonce:
            return None
        if self._gateway.is_denied(attempt.tx_hash):
            self._doubt(row, attempt)
            return None
        return End(receipt, final=True, reason=self._revert_reason(row, attempt, receipt))

    def _witness(self, session: Session, held: list[tuple[Outbox, Attempt, bool]]) -> int:
        """Believes a receipt only once ingest has read its block and proved an event of that transaction in it.

        A node can answer with a receipt of a transaction that it swallowed, also in a block that no chain has. How many
        were looked at: people are told of those that are witnessed now.
        """
        looked_at = 0
        read_to = self._store.cursor(session).block_number
        claims = Claims(session, [row for row, _, _ in held])
        claims.load([attempt for _, attempt, _ in held])
        for held_row, held_attempt, seen in held:
            row = claims.take(held_row)
            if row is None:
                continue
            looked_at += 1
            attempt = claims.attempt(held_attempt)
            beyond = attempt.block_number is not None and attempt.block_number > read_to
            attempt.witnessed = not beyond and (seen or not _leaves_event(row))
            if not attempt.witnessed:
                row.status = OutboxStatus.SUBMITTED
                attempt.block_number, attempt.sent_at = None, 0.0
                self._store.alarm(session, "unproved receipt", f"{row.key}: {attempt.tx_hash}")
        return looked_at

    def _end_proved(self, session: Session, rows: list[Outbox]) -> int:
        """Confirms what a node had said falsely to have failed; how many."""
        claims = Claims(session, rows)
        claimed = [claims.take(row) for row in rows]
        return sum(row is not None and end_by_proof(self._store, session, row) for row in claimed)

    def _doubt(self, row: Outbox, attempt: Attempt) -> None:
        """A node says that a transaction failed, and as many do not: another one is asked from now on."""
        client = self._gateway.client
        said = (
            f"{row.key}: {client.url} says that {attempt.tx_hash} failed, and another node does not"
        )
        self._store.raise_alarm("dissenting node", said)
        client.rotate()

    def _revert_reason(self, row: Outbox, attempt: Attempt, receipt: Receipt) -> str:
        account = attempt.signer if row.signer in OFFICES else row.signer
        tried = account, row.contract, row.function, json.loads(row.args), row.edition_of
        return self._gateway.revert_reason(tried, receipt.block_number)

    def _end(self, session: Session, claims: Claims, seen: Outbox, tried: Attempt, end: End) -> int:
        """Writes how a transaction ended; 1 when its intent ended with it."""
        row = claims.take(seen)
        if row is None:  # somebody else has dealt with it
            return 0
        attempt = claims.attempt(tried)
        attempt.block_number = end.receipt.block_number
        if not end.final:
            return 0
        attempt.gas_used = end.receipt.gas_used
        if end.receipt.status == 1:
            row.status, row.reason = OutboxStatus.CONFIRMED, None
            return 1
        attempt.lost = True  # its nonce is spent; a retry makes a new attempt
        if end_by_proof(self._store, session, row):
            pass  # another of its transactions did it: the nodes were not of one mind
        elif self._may_go_on(row) and self._store.attempts(session, row) < ATTEMPTS_MAX:
            # Somebody else may have made it in the same block, or its time is over: the next pass asks the chain.
            row.status, row.reason = OutboxStatus.PENDING, end.reason
        else:
            ends(row, OutboxStatus.REVERTED, end.reason)
            self._store.alarm(session, "reverted", f"{row.key}: {end.reason}")
        return 1

    @staticmethod
    def _may_go_on(row: Outbox) -> bool:
        """True for calls that anybody may make, and those whose time ends."""
        asks = asked_by(row.key)
        return row.signer == KEEPER or (asks is not None and bool(asks.over_on))

    def _chase(self, pairs: list[tuple[Outbox, Attempt]], ends: list[End | None]) -> None:
        """Sends unmined bytes again; a nonce that somebody else used frees its intent for a new attempt.

        That is so once the block is read in which it was used: if ours used it there, ingest has proved that.
        """
        now = self._clock()
        stale = [
            (row, attempt)
            for (row, attempt), end in zip(pairs, ends, strict=True)
            if end is None and not now - RESEND_SECONDS < attempt.sent_at <= now
        ]
        if not stale:
            return
        mined = {
            signer: self._gateway.agreed_nonces(signer) for signer in {a.signer for _, a in stale}
        }
        used = {a.signer for _, a in stale if mined[a.signer] > a.nonce}
        read = {each: counted_where_read(self._store, self._gateway, each) for each in used}
        # Asked again after the nonces: a transaction mined in between must not count as replaced.
        receipts, _ = self._gateway.receipts([a.tx_hash for _, a in stale])
        twins = {
            attempt.id: twin_of(self._store, self._gateway, attempt.raw, row.good_until)
            for (row, attempt), receipt in zip(stale, receipts, strict=True)
            if receipt is None and attempt.nonce < read.get(attempt.signer, 0) and is_by_person(row)
        }
        resend: list[Attempt] = []
        with self._store.unit() as session:
            claims = Claims(session, [row for row, _ in stale])
            claims.load([attempt for _, attempt in stale])
            for (seen, tried), receipt in zip(stale, receipts, strict=True):
                row = claims.take(seen)
                if receipt is not None or row is None:
                    continue
                attempt = claims.attempt(tried)
                if attempt.nonce < read.get(attempt.signer, 0):
                    twin = twins.get(attempt.id)
                    if twin is not None:
                        self._follow(session, attempt, twin)
                        continue
                    sign_anew(row, attempt)
                    self._store.alarm(
                        session,
                        "replaced",
                        f"{row.key}: nonce {attempt.nonce} was used by another transaction",
                    )
                    continue
                attempt.block_number, attempt.sent_at = None, now
                if mined[attempt.signer] <= attempt.nonce:
                    resend.append(attempt)
        self._send(resend)

    @staticmethod
    def _follow(session: Session, attempt: Attempt, twin: Twin) -> None:
        """Has the call wait for the transaction that took the place of its own and does the same."""
        attempt.lost = True
        session.flush()  # a slot is never held by two
        session.add(
            Attempt(
                outbox_id=attempt.outbox_id, signer=attempt.signer, nonce=attempt.nonce,
                tx_hash=twin.tx_hash, raw=twin.raw, sent_at=0.0,
            )
        )  # fmt: skip

    def _refill(self, sent: Sequence[lanes.Sent], failed: list[Attempt]) -> None:
        """Fills gaps in the lanes: what was believed to have failed, and does not count as mined, is sent again.

        So is what counts as confirmed, leaves no event that could witness it, and holds a slot that is not spent. Where no
        bytes are left for a gap, or only those of a call that somebody ended meanwhile, the first call behind it is signed
        anew for it.
        """
        now = self._clock()
        signers = {a.signer for a in failed if not now - RESEND_SECONDS < a.sent_at <= now}
        signers |= {each.signer for each in sent if now - each.sent_at >= RESEND_SECONDS}
        if not signers:
            return
        mined = {signer: self._gateway.agreed_nonces(signer) for signer in signers}
        resend: list[Attempt] = []
        with self._store.unit() as session:
            for attempt in lanes.unspent(session, mined):
                asked = session.get_one(Outbox, attempt.outbox_id)
                if asked.status != OutboxStatus.REVERTED:  # another of its transactions goes
                    continue
                attempt.sent_at = now
                resend.append(attempt)
                attempt.lost, attempt.block_number = False, None
                asked.status, asked.reason = OutboxStatus.SUBMITTED, None
                said = f"{asked.key}: nonce {attempt.nonce} of {attempt.signer} is not spent"
                self._store.alarm(session, "unproved receipt", said)
            for signer, count in mined.items():
                for row, attempt in lanes.unmined(session, signer, count):
                    if _leaves_event(row):  # ingest finds out whether it was mined
                        continue
                    row.status = OutboxStatus.SUBMITTED
                    attempt.block_number, attempt.witnessed, attempt.sent_at = None, False, now
                    resend.append(attempt)
                    said = f"{row.key}: nonce {attempt.nonce} of {signer} is not spent"
                    self._store.alarm(session, "unproved receipt", said)
                behind = lanes.stranded(session, signer, count)
                if behind is None:
                    continue
                row = session.get_one(Outbox, behind.outbox_id)
                if row.status != OutboxStatus.SUBMITTED:
                    continue
                said = (
                    f"{signer} has nothing at nonce {count}, and {row.key} waits at {behind.nonce}"
                )
                if is_by_person(row):
                    # Its bytes stay valid for their slot: who signed once more in front of them would do it twice.
                    said += ": its owner has to send what was at that nonce, or another transaction"
                else:
                    sign_anew(row, behind)
                self._store.alarm(session, "gap", said)
        self._send(resend)

    def _send(self, attempts: list[Attempt]) -> None:
        if not attempts:
            return
        objections = self._gateway.send([attempt.raw for attempt in attempts])
        with self._store.unit() as session:
            for attempt, objection in zip(attempts, objections, strict=True):
                if objection is not None:
                    self._store.alarm(session, "send", f"{attempt.tx_hash}: {objection}")


def _is_beyond(attempt: Attempt, head: int) -> bool:
    """True when a node swore to a block that, asked since, no node has."""
    return attempt.block_number is not None and attempt.block_number > head


def _leaves_event(row: Outbox) -> bool:
    """False for a call whose event is not read, so that INBOX cannot witness it."""
    rule = RULES.get((row.contract, row.function))
    return rule is None or rule.leaves_event
