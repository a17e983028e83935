"""The calls of one batch are signed, each for the lowest free slot of its lane; their bytes are stored before they leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlmodel import Session

from bridge.chain.gateway import Gateway, Tried
from bridge.chain.unsigned import Signed
from bridge.errors import BridgeError, ForbiddenCall, SignerRefused, SignerUnavailable
from bridge.intents import OutboxStatus
from bridge.store import lanes
from bridge.store.store import Store
from bridge.store.tables import Outbox

SIGNING_SECONDS = 3.0  # after which no further signature is asked for in one batch: the other stages wait meanwhile

Asked = tuple[Outbox, Tried]  # an intent, and its call as the gateway takes it
Made = tuple[Outbox, str, int, Signed]  # an intent, the address of its key, its nonce, what is sent


def deadline(monotonic: Callable[[], float]) -> float:
    """The latest at which a signature of a batch that begins now is asked for."""
    return monotonic() + SIGNING_SECONDS


class Signing:
    """Signs within one transaction. What is wrong with whoever holds a key is no fault of a call: all calls of it wait."""

    def __init__(
        self,
        store: Store,
        gateway: Gateway,
        session: Session,
        mined: Mapping[str, int],
        monotonic: Callable[[], float],
        until: float | None = None,
    ) -> None:
        """`mined`: transactions that the chain counts of each signer. `until`: the latest that a signature is asked for."""
        self._store = store
        self._gateway = gateway
        self._session = session
        self._mined = mined
        self._monotonic = monotonic
        self._until = deadline(monotonic) if until is None else until
        self._silent: dict[str, str] = {}  # keys that are not signed with now -> why
        self._slots: dict[str, lanes.Slots] = {}

    def sign(self, asked: Sequence[Asked]) -> tuple[list[lanes.Stored], list[tuple[Outbox, str]]]:
        """The attempts that were stored, and the calls that wait for whoever holds their key, each with why.

        A call that its key must not sign is refused. One that no time was left for stays due.
        """
        by_signer: dict[str, list[Asked]] = {}
        for each in asked:
            by_signer.setdefault(self._gateway.accounts.key_of(each[1][0]), []).append(each)
        waiting: list[tuple[Outbox, str]] = []
        signed: list[Made] = []
        for signer, calls in by_signer.items():
            at_once = self._gateway.at_once(signer)
            for start in range(0, len(calls), at_once):
                together = calls[start : start + at_once]
                made = self._signed(signer, together)
                signed += made
                if signer in self._silent:
                    done = {id(row) for row, *_ in made}
                    left = [row for row, _ in together if id(row) not in done]
                    why = self._silent[signer]
                    waiting += [(row, why) for row in left if row.status == OutboxStatus.PENDING]
        return self._stored(signed), waiting

    def _signed(self, signer: str, calls: Sequence[Asked]) -> list[Made]:
        """All these calls for the lowest free slots of the lane, without a gap; none where their key does not sign now."""
        if signer in self._silent or self._monotonic() >= self._until:
            return []
        slots = self._slots_of(signer)
        nonces = [slots.take() for _ in calls]
        contents = [
            self._gateway.unsigned(nonce, tried)
            for nonce, (_, tried) in zip(nonces, calls, strict=True)
        ]
        try:
            made = self._gateway.sign_all(signer, contents)
        except (ForbiddenCall, SignerUnavailable, SignerRefused) as why:
            slots.give_back(nonces)
            return self._unsigned(signer, calls, why)
        return [
            (row, signer, nonce, each)
            for (row, _), nonce, each in zip(calls, nonces, made, strict=True)
        ]

    def _unsigned(self, signer: str, calls: Sequence[Asked], why: BridgeError) -> list[Made]:
        if isinstance(why, ForbiddenCall):
            if len(calls) > 1:  # which of them it is shows one by one
                return [made for each in calls for made in self._signed(signer, [each])]
            row = calls[0][0]
            row.status, row.reason, row.try_at = OutboxStatus.REFUSED, f"not signed: {why}", 0.0
            self._store.alarm(self._session, "not signed", f"{row.key}: {why}")
            return []
        self._silent[signer] = f"not signed yet: {why}"
        if isinstance(why, SignerRefused):
            self._store.alarm(self._session, "signer", f"{signer}: {why}")
        return []

    def _slots_of(self, signer: str) -> lanes.Slots:
        if signer not in self._slots:
            mined = self._mined[signer]
            self._slots[signer] = lanes.Slots(self._session, signer, mined)
            if self._slots[signer].foreign:
                said = f"{signer} was used outside of this bridge before nonce {mined}"
                self._store.alarm(self._session, "foreign nonce", said)
        return self._slots[signer]

    def _stored(self, signed: Sequence[Made]) -> list[lanes.Stored]:
        known = lanes.by_hashes(self._session, [made.tx_hash for *_, made in signed])
        again, new = [], []
        for row, signer, nonce, made in signed:
            attempt = known.get(made.tx_hash)
            row_id = row.id or 0
            if attempt is None:
                new.append((row_id, signer, nonce, made.tx_hash, made.raw))
            else:  # the same call in the same slot as before, perhaps asked for by another document
                attempt.outbox_id = row_id
                attempt.lost, attempt.block_number, attempt.sent_at = False, None, 0.0
                again.append(
                    lanes.Stored(
                        attempt.id or 0, row_id, signer, nonce, attempt.tx_hash, attempt.raw
                    )
                )
            row.status, row.reason, row.tries = OutboxStatus.SUBMITTED, None, 0
        stored = {each.tx_hash: each for each in [*again, *lanes.store(self._session, new)]}
        self._session.flush()
        return [stored[made.tx_hash] for *_, made in signed]
