"""Where the bridge stands when an audit begins, and which calls are rightly on their way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from bridge.audit.intents import keys_asked
from bridge.audit.model import RingMoves
from bridge.capabilities import REORGANISATION, asked_by
from bridge.capabilities.model import Asks
from bridge.chain.gateway import Gateway
from bridge.chain.headers.plain import DEVELOPMENT
from bridge.chain.scan import Scanner
from bridge.chain.signed import NotATransaction, read_signed
from bridge.intents import Call, OutboxStatus
from bridge.ports.port import DocumentQuery, Port
from bridge.ring.recheck import Recheck
from bridge.ring.submit import LATER_SECONDS_MAX, PENDING_AHEAD_SECONDS
from bridge.store import inbox, quarantine, reorganising
from bridge.store.store import Store
from bridge.store.tables import Attempt, Outbox

WAITS_WRONGLY = "waits for what its document does not ask for"
SENT_BY_NOBODY = "is on its way by bytes that are no transaction of its key"

What = tuple[str, str, str, int | None]  # contract, function, arguments as JSON, edition


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What stood at one moment."""

    block: int
    block_hash: str
    block_time: int
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


def what_of(call: Call) -> What:
    """What a call does, whoever asks for it."""
    return call.contract, call.function, json.dumps(call.args), call.edition_of


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
        waiting_calls = [row for row in open_calls if row.status == OutboxStatus.PENDING]
        too_long = {
            row.key: f"waits until {row.not_before}, longer than its document or the chain asks for"
            for row in waiting_calls
            if row.key not in others and not self._waits_rightly(row, cursor.block_time)
        }
        in_flight = frozenset(
            row.document_number
            for row in open_calls
            if row.document_number and row.key not in others and row.key not in too_long
        )
        baseless = too_long | {row.key: WAITS_WRONGLY for row in waiting_calls if row.key in others}
        baseless |= {key: SENT_BY_NOBODY for key, attempt in sent if not _is_signed(attempt)}
        strangers = {row.aggregate: row.key for row in in_front if not self._is_asked(row)}
        baseless |= {
            row.key: f"waits behind {strangers[row.aggregate]}, which nothing asks for"
            for row in waiting_calls
            if row.aggregate in strangers
        }
        sequence = self._port.last_sequence()
        query = DocumentQuery(types=frozenset([REORGANISATION]), limit=1, voided=True)
        reversed_ = next(iter(self._port.documents(query)), None) is not None
        return Snapshot(
            block=cursor.block_number,
            block_hash=cursor.block_hash,
            block_time=cursor.block_time,
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

    def signer(self, call: Call) -> str:
        """The account that signs a call."""
        return self._house.get(call.signer, call.signer)

    def is_early(self, call: Call, at: Snapshot) -> bool:
        """True for a call whose time had not come when the ring may last have asked the chain: nothing was refused."""
        early = call.not_before > at.block_time
        return early and call.not_before > self._asked_by_then(at.block_time)

    def waiting(self) -> frozenset[What]:
        """What is still to be made, or on its way."""
        with self._store.view() as session:
            return frozenset(
                (row.contract, row.function, row.args, row.edition_of)
                for row in self._store.open_calls(session)
            )

    def _waits_rightly(self, row: Outbox, read_to: int) -> bool:
        """False for a call that waits longer than its document says, and than the contract may have had it put off.

        The ring asks about a call once it is due, and puts it off by an hour at most: see submit. What a version before
        that bound put off is held against the time that the contract names now. Whoever can write to the database could
        otherwise put a call off for ever, unseen. `read_to`: time of the newest block read.
        """
        rule = asked_by(row.key)
        if rule is None or not rule.later_by or row.not_before <= read_to + LATER_SECONDS_MAX:
            return True
        return (
            row.not_before == self._due(row, rule)
            or row.not_before <= self._asked_by_then(read_to) + LATER_SECONDS_MAX
            or row.not_before <= self._named(row, rule)
        )

    def _due(self, row: Outbox, rule: Asks) -> int | None:
        """The time before which the document of a call does not ask for it; None when there is no such document."""
        query = DocumentQuery(number=row.document_number, limit=1)
        document = next(iter(self._port.documents(query)), None)
        return None if document is None else rule.due_of(document)

    def _asked_by_then(self, read_to: int) -> int:
        """The newest time of a block at which the ring may have asked a contract: it believes none far ahead of its clock.

        On a development chain alone time goes as its owner wants, and the node says it.
        """
        if self._gateway.deployment.consensus != DEVELOPMENT.name:
            return max(read_to, self._store.now() + PENDING_AHEAD_SECONDS)
        client = self._gateway.client
        return max(read_to, client.head().timestamp, client.pending_time() or 0)

    def _named(self, row: Outbox, rule: Asks) -> int:
        """A second after the time that the contract names for a call now; 0 when it names none."""
        if row.signer not in self._house:
            return 0
        args = json.loads(row.args)
        call = self._house[row.signer], row.contract, row.function, args, row.edition_of
        verdict = self._gateway.static_call(call)
        place = rule.later_by.get(verdict.error) if verdict is not None else None
        return 0 if verdict is None or place is None else int(verdict.values[place]) + 1


def _is_signed(attempt: Attempt) -> bool:
    """True for the transaction that an attempt says, signed by its key for its slot."""
    try:
        signed = read_signed(attempt.raw)
    except NotATransaction:
        return False
    said = attempt.tx_hash, attempt.signer, attempt.nonce
    return (signed.tx_hash, signed.sender, signed.nonce) == said
