"""Where the bridge stands when an audit begins, and which calls are rightly on their way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from bridge.audit.intents import keys_asked
from bridge.audit.model import RingMoves
from bridge.capabilities import REORGANISATION, asked_by
from bridge.chain.gateway import Gateway
from bridge.chain.scan import Scanner
from bridge.chain.signed import NotATransaction, read_signed
from bridge.intents import OutboxStatus
from bridge.ports.port import DocumentQuery, Port
from bridge.ring.recheck import Recheck
from bridge.store import inbox, quarantine, reorganising
from bridge.store.store import Store
from bridge.store.tables import Attempt, Outbox

WAITS_WRONGLY = "waits for what its document does not ask for"
SENT_BY_NOBODY = "is on its way by bytes that are no transaction of its key"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What stood at one moment."""

    block: int
    block_hash: str
    head: int  # newest final block of the chain
    sequence: int
    in_flight: frozenset[str]  # documents whose call is on its way
    reported: int
    by_hand: dict[str, str]  # what operators dealt with, in words
    retold: dict[str, int]  # how often events were taken back before, by position
    reorganised: bool  # blocks that were read have left the chain, ever
    baseless: dict[
        str, str
    ]  # calls of the house that wait for what nothing asks for, each with why


class Surveyor:
    """Looks where the bridge stands."""

    def __init__(
        self, store: Store, port: Port, gateway: Gateway, scanner: Scanner, recheck: Recheck, depth: int,
        house: Mapping[str, str],
    ) -> None:  # fmt: skip
        self._store = store
        self._port = port
        self._gateway = gateway
        self._scanner = scanner
        self._recheck = recheck
        self._depth = depth
        self._house = house

    def look(self) -> Snapshot:
        """Raises RingMoves while events wait to be booked."""
        with self._store.view() as session:
            cursor = self._store.cursor(session)
            waiting = inbox.waiting_events(session)
            open_calls = self._store.open_calls(session)
            in_front = self._store.in_front(session)
            sent = self._store.on_their_way(session)
            by_hand = {
                key: quarantine.told(act)
                for key, act in quarantine.settled_by_hand(session).items()
            }
            retold = reorganising.retold(session)
            found = reorganising.any_found(session)
        if waiting:
            raise RingMoves(f"{waiting} events wait to be booked: let the bridge finish first")
        # A row of the outbox is believed only where its document really asks for this call, now.
        others = {row.key for row in open_calls if row.document_number and self._recheck(row)}
        in_flight = frozenset(
            row.document_number
            for row in open_calls
            if row.document_number and row.key not in others and self._waits_rightly(row)
        )
        baseless = {
            row.key: WAITS_WRONGLY
            for row in open_calls
            if row.key in others and row.status == OutboxStatus.PENDING
        }
        baseless |= {key: SENT_BY_NOBODY for key, attempt in sent if not _is_signed(attempt)}
        strangers = {row.aggregate: row.key for row in in_front if not self._is_asked(row)}
        baseless |= {
            row.key: f"waits behind {strangers[row.aggregate]}, which nothing asks for"
            for row in open_calls
            if row.status == OutboxStatus.PENDING and row.aggregate in strangers
        }
        sequence = self._port.last_sequence()
        query = DocumentQuery(types=frozenset([REORGANISATION]), limit=1, voided=True)
        reversed_ = next(iter(self._port.documents(query)), None) is not None
        return Snapshot(
            block=cursor.block_number,
            block_hash=cursor.block_hash,
            head=self._scanner.client.head().number - self._depth,
            sequence=sequence,
            in_flight=in_flight,
            reported=cursor.document_sequence,
            by_hand=by_hand,
            retold=retold,
            reorganised=found or reversed_,
            baseless=baseless,
        )

    def _is_asked(self, row: Outbox) -> bool:
        """True for a call of the house under a key that its document asks for."""
        query = DocumentQuery(number=row.document_number, limit=1)
        found = self._port.documents(query) if row.document_number is not None else iter(())
        return any(row.key in keys_asked(document) for document in found)

    def objection(self, row: Outbox) -> str | None:
        """Why the source of a row does not ask for the call that it says."""
        return self._recheck(row)

    def signer(self, row: Outbox) -> str:
        """The account that signs a call."""
        return self._house.get(row.signer, row.signer)

    def _waits_rightly(self, row: Outbox) -> bool:
        """False for a call that waits longer than its document says, unless the contract itself names that time now.

        Whoever can write to the database could otherwise put a payment off for ever, unseen.
        """
        rule = asked_by(row.key)
        if rule is None or not rule.later_by or row.signer not in self._house:
            return True
        newest = self._gateway.client.head().timestamp
        if row.not_before <= newest:
            return True
        args = json.loads(row.args)
        call = self._house[row.signer], row.contract, row.function, args, row.edition_of
        verdict = self._gateway.static_call(call)
        place = rule.later_by.get(verdict.error) if verdict is not None else None
        named = newest if verdict is None or place is None else int(verdict.values[place])
        return bool(row.not_before <= named + 1)


def _is_signed(attempt: Attempt) -> bool:
    """True for the transaction that an attempt says, signed by its key for its slot."""
    try:
        signed = read_signed(attempt.raw)
    except NotATransaction:
        return False
    said = attempt.tx_hash, attempt.signer, attempt.nonce
    return (signed.tx_hash, signed.sender, signed.nonce) == said
