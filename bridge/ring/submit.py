"""OUTBOX -> static call -> nonce -> sign -> store -> send.

If it dies here: before the store nothing happened; after it the same bytes are sent again (by confirm).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from sqlmodel import Session

from bridge.capabilities import ALLOWED, ALLOWED_TO_ACCOUNTS, rule_of
from bridge.capabilities.participants import LOST_POST
from bridge.chain.gateway import Gateway
from bridge.errors import CallRefused
from bridge.intents import ATTESTER, OFFICES, OutboxStatus
from bridge.ring.recheck import Recheck
from bridge.store.store import Store
from bridge.store.tables import Attempt, Outbox

SUBMIT_BATCH = 64  # intents tried and signed together


class Submit:
    """Takes due rows of OUTBOX, checks each against its source and the contract, stores the signed bytes, and sends them."""

    def __init__(
        self,
        store: Store,
        gateway: Gateway,
        house: Mapping[str, str],
        recheck: Recheck,
        clock: Callable[[], float],
        check_post: Callable[[], None],
    ) -> None:
        """`house`: account of each office. `check_post` raises WrongKey when somebody else holds the attester's post now."""
        self._store = store
        self._gateway = gateway
        self._house = house
        self._recheck = recheck
        self._clock = clock
        self._check_post = check_post

    def run(self) -> int:
        """Runs the stage once over due rows of OUTBOX; returns how many it dealt with. Raises NodeUnavailable, WrongKey."""
        due = self._due()
        known = [row for row in due if row.signer not in OFFICES or row.signer in self._house]
        self._gateway.accounts.find([self._signer(row) for row in known])
        checked = [(row, self._objection(row)) for row in due]
        self._refuse_unsigned([(row, why) for row, why in checked if why is not None])
        self._submit([row for row, why in checked if why is None])
        return len(due)

    def _due(self) -> list[Outbox]:
        """Rows whose time has come: by the newest block read, or else, when none has, by the node's newest."""
        with self._store.view() as session:
            read_to = self._store.cursor(session).block_time
            due = self._store.due_calls(session, read_to, SUBMIT_BATCH)
        if due:
            return due
        newest = int(self._gateway.client.head()["timestamp"], 16)
        with self._store.view() as session:
            return self._store.due_calls(session, newest, SUBMIT_BATCH)

    def _objection(self, row: Outbox) -> str | None:
        """Why the row must not be signed, or cannot be."""
        if row.signer in OFFICES and row.signer not in self._house:
            return f"this bridge has no key of a {row.signer}, who has to sign it"
        allowed = ALLOWED.get(row.signer, ALLOWED_TO_ACCOUNTS)
        if (row.contract, row.function) not in allowed:
            return f"a key of {row.signer} never signs {row.contract}.{row.function}"
        objection = self._recheck(row)
        if objection is None and not self._gateway.accounts.holds(self._signer(row)):
            return f"no keystore holds the key of {self._signer(row)}, which has to sign it"
        return objection

    def _refuse_unsigned(self, unsigned: list[tuple[Outbox, str]]) -> None:
        if not unsigned:
            return
        with self._store.unit() as session:
            for due, why in unsigned:
                row = session.merge(due)
                row.status, row.reason = OutboxStatus.REFUSED, f"not signed: {why}"
                self._store.alarm(session, "not signed", f"{row.key}: {why}")

    def _submit(self, rows: list[Outbox]) -> None:
        if not rows:
            return
        verdicts, mined = self._gateway.static_calls(
            [(self._signer(r), r.contract, r.function, json.loads(r.args)) for r in rows]
        )
        lost = (
            row.signer == ATTESTER and verdict is not None and verdict.error == LOST_POST
            for row, verdict in zip(rows, verdicts, strict=True)
        )
        if any(lost):
            self._check_post()  # another holds it: these calls are its to make, and wait for it
        moot = [
            verdict is not None and self._is_moot(row, verdict)
            for row, verdict in zip(rows, verdicts, strict=True)
        ]
        attempts: list[Attempt] = []
        with self._store.unit() as session:
            for due, verdict, done in zip(rows, verdicts, moot, strict=True):
                row = session.merge(due)
                if verdict is None:
                    attempts.append(self._attempt(session, row, mined))
                elif not done and (named := self._named_time(row, verdict)) is not None:
                    # a second later at least: the node may read its clock otherwise than the block
                    row.not_before = max(named, row.not_before + 1)
                    row.reason = f"waits: {verdict}"
                else:
                    self._refuse(session, row, verdict, done)
        self._send(attempts)

    def _signer(self, row: Outbox) -> str:
        return self._house[row.signer] if row.signer in OFFICES else row.signer

    def _attempt(self, session: Session, row: Outbox, mined: dict[str, int]) -> Attempt:
        account = self._signer(row)
        signer = self._gateway.accounts.key_of(account)
        stored = self._store.next_nonce(session, signer)
        if stored is not None and mined[signer] > stored:
            self._store.alarm(
                session,
                "foreign nonce",
                f"{signer} was used outside of this bridge before nonce {mined[signer]}",
            )
        nonce = max(mined[signer], stored or 0)
        signed = self._gateway.sign(
            account, nonce, row.contract, row.function, json.loads(row.args)
        )
        attempt = Attempt(
            outbox_id=row.id or 0,
            signer=signer,
            nonce=nonce,
            tx_hash=signed.tx_hash,
            raw=signed.raw,
            sent_at=0.0,
        )
        session.add(attempt)
        row.status = OutboxStatus.SUBMITTED
        session.flush()
        return attempt

    def _is_moot(self, row: Outbox, verdict: CallRefused) -> bool:
        """True when the refusal, or the chain when asked, says that the wanted state is there already."""
        rule = rule_of(row.key)
        if rule is None:
            return False
        args = json.loads(row.args)
        return verdict.error in rule.moot_on or any(
            probe.holds(self._gateway, row.contract, args) for probe in rule.done
        )

    @staticmethod
    def _named_time(row: Outbox, verdict: CallRefused) -> int | None:
        """The chain time from which the contract would take the call, when its refusal names one."""
        rule = rule_of(row.key)
        place = rule.later_by.get(verdict.error) if rule is not None else None
        return int(verdict.values[place]) if place is not None else None

    def _refuse(self, session: Session, row: Outbox, verdict: CallRefused, moot: bool) -> None:
        if moot:
            row.status, row.reason = OutboxStatus.MOOT, str(verdict)
            return
        row.status, row.reason = OutboxStatus.REFUSED, str(verdict)
        self._store.alarm(session, "refused", f"{row.key}: {verdict}")

    def _send(self, attempts: list[Attempt]) -> None:
        """Sends what is stored. Whether it arrived is for confirm to find out."""
        if not attempts:
            return
        objections = self._gateway.send([attempt.raw for attempt in attempts])
        with self._store.unit() as session:
            for sent, objection in zip(attempts, objections, strict=True):
                attempt = session.merge(sent)
                attempt.sent_at = self._clock()
                if objection is not None:
                    self._store.alarm(session, "send", f"{attempt.tx_hash}: {objection}")
