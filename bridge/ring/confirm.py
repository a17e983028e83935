"""Receipts -> OUTBOX: confirmed, reverted, replaced; and what was not mined is sent again, the same bytes.

If it dies here: it asks again.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from sqlmodel import Session

from bridge.capabilities import RULES, asked_by
from bridge.chain.gateway import Gateway, Receipt
from bridge.intents import KEEPER, OFFICES, OutboxStatus
from bridge.store.store import Store
from bridge.store.tables import Attempt, Outbox

CONFIRM_BATCH = 256  # attempts asked for together
KEEPER_ATTEMPTS_MAX = 3  # of a call that anybody may make, while others keep making it first
RESEND_SECONDS = 5.0  # how long a transaction may stay unmined before its bytes are sent again


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
            pairs = self._store.open_attempts(session, CONFIRM_BATCH)
        if not held and not pairs:
            return 0
        receipts, head = self._receipts(pairs)
        # Asked before the transaction begins: it must not stay open while a node thinks.
        reasons = {
            attempt.id: self._revert_reason(row, attempt, receipt)
            for (row, attempt), receipt in zip(pairs, receipts, strict=True)
            if receipt is not None and self._is_final(receipt, head) and receipt.status != 1
        }
        missing: list[tuple[Outbox, Attempt]] = []
        with self._store.unit() as session:
            ended = self._witness(session, held)
            for (row, attempt), receipt in zip(pairs, receipts, strict=True):
                if receipt is None:
                    missing.append((row, attempt))
                elif self._is_final(receipt, head):
                    reason = reasons.get(attempt.id)
                    self._end(session, session.merge(row), session.merge(attempt), receipt, reason)
                    ended += 1
                elif attempt.block_number != receipt.block_number:
                    session.merge(attempt).block_number = receipt.block_number
        self._chase(missing)
        return ended

    def _receipts(self, pairs: list[tuple[Outbox, Attempt]]) -> tuple[list[Receipt | None], int]:
        """Receipts of these attempts, and the newest block; nobody is asked when there are none."""
        return self._gateway.receipts([a.tx_hash for _, a in pairs]) if pairs else ([], 0)

    def _witness(self, session: Session, held: list[tuple[Outbox, Attempt, bool]]) -> int:
        """Believes a receipt only once ingest has read its block and proved an event of that transaction in it.

        A node can answer with a receipt of a transaction that it swallowed. How many turned out so.
        """
        unproved = 0
        for held_row, held_attempt, seen in held:
            row, attempt = session.merge(held_row), session.merge(held_attempt)
            attempt.witnessed = seen or not _leaves_event(row)
            if not attempt.witnessed:
                unproved += 1
                row.status = OutboxStatus.SUBMITTED
                attempt.block_number, attempt.sent_at = None, 0.0
                self._store.alarm(session, "unproved receipt", f"{row.key}: {attempt.tx_hash}")
        return unproved

    def _is_final(self, receipt: Receipt, head: int) -> bool:
        return receipt.block_number + self._depth <= head

    def _revert_reason(self, row: Outbox, attempt: Attempt, receipt: Receipt) -> str:
        account = attempt.signer if row.signer in OFFICES else row.signer
        return self._gateway.revert_reason(
            account, row.contract, row.function, json.loads(row.args), receipt.block_number
        )

    def _end(
        self,
        session: Session,
        row: Outbox,
        attempt: Attempt,
        receipt: Receipt,
        reason: str | None,
    ) -> None:
        """Writes how a transaction ended; `reason` is why it was reverted."""
        attempt.block_number = receipt.block_number
        attempt.gas_used = receipt.gas_used
        if receipt.status == 1:
            row.status, row.reason = OutboxStatus.CONFIRMED, None
            return
        attempt.lost = True  # its nonce is spent; a retry makes a new attempt
        if row.signer == KEEPER and self._store.attempts(session, row) < KEEPER_ATTEMPTS_MAX:
            # Somebody else may have made it in the same block: the next pass asks the chain whether it is still wanted.
            row.status, row.reason = OutboxStatus.PENDING, reason
            return
        row.status, row.reason = OutboxStatus.REVERTED, reason
        self._store.alarm(session, "reverted", f"{row.key}: {reason}")

    def _chase(self, missing: list[tuple[Outbox, Attempt]]) -> None:
        """Sends unmined bytes again; a nonce that somebody else used frees its intent for a new attempt."""
        stale = [(r, a) for r, a in missing if self._clock() - a.sent_at >= RESEND_SECONDS]
        if not stale:
            return
        mined = {signer: self._gateway.nonces(signer) for signer in {a.signer for _, a in stale}}
        # Asked again after the nonces: a transaction mined in between must not count as replaced.
        receipts, _ = self._gateway.receipts([a.tx_hash for _, a in stale])
        resend: list[Attempt] = []
        with self._store.unit() as session:
            for (stale_row, stale_attempt), receipt in zip(stale, receipts, strict=True):
                row, attempt = session.merge(stale_row), session.merge(stale_attempt)
                if receipt is not None:
                    continue
                if mined[attempt.signer] > attempt.nonce:
                    attempt.lost = True
                    row.status = OutboxStatus.ASKED if _by_person(row) else OutboxStatus.PENDING
                    self._store.alarm(
                        session,
                        "replaced",
                        f"{row.key}: nonce {attempt.nonce} was used by another transaction",
                    )
                else:
                    attempt.sent_at = self._clock()
                    resend.append(attempt)
        if resend:
            objections = self._gateway.send([attempt.raw for attempt in resend])
            with self._store.unit() as session:
                for attempt, objection in zip(resend, objections, strict=True):
                    if objection is not None:
                        self._store.alarm(session, "send", f"{attempt.tx_hash}: {objection}")


def _by_person(row: Outbox) -> bool:
    """True for an act of a person, which is shown to it anew."""
    asks = asked_by(row.key)
    return asks is not None and asks.by_person


def _leaves_event(row: Outbox) -> bool:
    """False for a call whose event is not read, so that INBOX cannot witness it."""
    rule = RULES.get((row.contract, row.function))
    return rule is None or rule.leaves_event
