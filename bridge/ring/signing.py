"""The calls of one batch are signed, each for the lowest free slot of its lane; their bytes are stored before they leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlmodel import Session

from bridge.chain.gateway import Gateway, Tried
from bridge.chain.unsigned import Signed
from bridge.errors import ForbiddenCall, SignerRefused, SignerUnavailable
from bridge.intents import OutboxStatus
from bridge.store import lanes
from bridge.store.store import Store
from bridge.store.tables import Attempt, Outbox

SIGNING_SECONDS = (
    3.0  # after which no further signature is asked for in one batch: the database waits meanwhile
)

Asked = tuple[Outbox, Tried]  # an intent, and its call as the gateway takes it


class Signing:
    """Signs within one transaction. What is wrong with whoever holds a key is no fault of a call: all calls of it wait."""

    def __init__(
        self,
        store: Store,
        gateway: Gateway,
        session: Session,
        mined: Mapping[str, int],
        monotonic: Callable[[], float],
    ) -> None:
        """`mined`: transactions that the chain counts of each signer."""
        self._store = store
        self._gateway = gateway
        self._session = session
        self._mined = mined
        self._monotonic = monotonic
        self._until = monotonic() + SIGNING_SECONDS
        self._silent: dict[str, str] = {}  # keys that are not signed with now -> why
        self._slots: dict[str, lanes.Slots] = {}

    def sign(self, asked: Sequence[Asked]) -> tuple[list[Attempt], list[tuple[Outbox, str]]]:
        """The attempts that were stored, and the calls that wait for whoever holds their key, each with why.

        A call that its key must not sign is refused. One that no time was left for stays due.
        """
        waiting: list[tuple[Outbox, str]] = []
        signed: list[tuple[Outbox, str, int, Signed]] = []
        for row, tried in asked:
            signer = self._gateway.accounts.key_of(tried[0])
            slots = self._slots_of(signer)
            made = self._signed(row, tried, signer, slots.lowest())
            if made is not None:
                signed.append((row, signer, slots.take(), made))
            elif signer in self._silent:
                waiting.append((row, self._silent[signer]))
        return self._stored(signed), waiting

    def _signed(self, row: Outbox, tried: Tried, signer: str, nonce: int) -> Signed | None:
        if signer in self._silent or self._monotonic() >= self._until:
            return None
        try:
            return self._gateway.sign(nonce, tried)
        except ForbiddenCall as why:
            row.status, row.reason, row.try_at = OutboxStatus.REFUSED, f"not signed: {why}", 0.0
            self._store.alarm(self._session, "not signed", f"{row.key}: {why}")
        except SignerUnavailable as why:
            self._silent[signer] = f"not signed yet: {why}"
        except SignerRefused as why:
            self._silent[signer] = f"not signed yet: {why}"
            self._store.alarm(self._session, "signer", f"{signer}: {why}")
        return None

    def _slots_of(self, signer: str) -> lanes.Slots:
        if signer not in self._slots:
            mined = self._mined[signer]
            self._slots[signer] = lanes.Slots(self._session, signer, mined)
            if self._slots[signer].foreign:
                said = f"{signer} was used outside of this bridge before nonce {mined}"
                self._store.alarm(self._session, "foreign nonce", said)
        return self._slots[signer]

    def _stored(self, signed: Sequence[tuple[Outbox, str, int, Signed]]) -> list[Attempt]:
        known = lanes.by_hashes(self._session, [made.tx_hash for *_, made in signed])
        attempts = []
        for row, signer, nonce, made in signed:
            attempt = known.get(made.tx_hash)
            if attempt is None:
                attempt = Attempt(
                    outbox_id=row.id or 0, signer=signer, nonce=nonce, tx_hash=made.tx_hash,
                    raw=made.raw, sent_at=0.0,
                )  # fmt: skip
                self._session.add(attempt)
            else:  # the same call in the same slot as before, perhaps asked for by another document
                attempt.outbox_id = row.id or 0
                attempt.lost, attempt.block_number, attempt.sent_at = False, None, 0.0
            row.status, row.reason, row.tries = OutboxStatus.SUBMITTED, None, 0
            attempts.append(attempt)
        self._session.flush()  # so that each has its id
        return attempts
