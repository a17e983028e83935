"""Runs the audit: gathers events and documents, and checks the seven invariants on them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bridge.audit import anchoring, books, correspondence, money, remarks
from bridge.audit.intents import Intent, given_up
from bridge.audit.intents import check as check_intents
from bridge.audit.material import Material
from bridge.audit.model import AuditReport, InvariantReport, RingMoves
from bridge.capabilities import CUSTODY, FOLLOWED, TOLD_TYPES, asked_by
from bridge.capabilities.participants import accounts
from bridge.capabilities.token import balance_of, total_supply
from bridge.chain.gateway import Gateway
from bridge.chain.scan import Scanner
from bridge.errors import DeepReorg
from bridge.events.base import Logged
from bridge.ports.port import DocumentQuery, Port
from bridge.ports.vocabulary import AccountRole
from bridge.ring.recheck import Recheck
from bridge.store import quarantine
from bridge.store.store import Store
from bridge.store.tables import Outbox

DOCUMENTS_MAX = 10_000_000
DOUBTED_MAX = 256  # refusals that are asked about again in one audit
MOVING_TRIES_MAX = 5  # audits begun anew because the ring moved meanwhile

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Snapshot:
    block: int
    block_hash: str
    head: int  # newest final block of the chain
    sequence: int
    in_flight: frozenset[str]
    reported: int
    committed: dict[int, bytes]
    by_hand: dict[str, str]  # what operators dealt with, in words


class Audit:
    """Proves that ERP and chain tell one story, at the block that the bridge has reached."""

    def __init__(
        self,
        store: Store,
        port: Port,
        gateway: Gateway,
        scanner: Scanner,
        stream_id: str,
        recheck: Recheck,
        depth: int,
        house: Mapping[str, str],
    ) -> None:
        self._store = store
        self._port = port
        self._gateway = gateway
        self._scanner = scanner
        self._stream_id = stream_id
        self._recheck = recheck
        self._depth = depth
        self._house = house

    def run(self, progress: Progress = lambda _what: None) -> AuditReport:
        """Checks all invariants and returns the report. Raises RingMoves when the bridge is in the middle of work."""
        for _ in range(MOVING_TRIES_MAX):
            before = self._snapshot()
            material = self._material(before, progress)
            intents = self._intents()
            invariants = self._invariants(material, intents, progress)
            if self._snapshot().sequence == before.sequence:
                return AuditReport(
                    before.block,
                    before.head,
                    before.sequence,
                    invariants,
                    (*remarks.check(material), *given_up(material, intents)),
                )
        raise RingMoves(
            f"documents kept coming in during {MOVING_TRIES_MAX} audits: stop the work first"
        )

    def hold_payments(self, report: AuditReport) -> None:
        """Holds the payment of every aggregate that the report disputes, and lifts every other hold."""
        reasons = {
            d.aggregate: f"{d.kind}: {d.row}: {d.detail}"
            for invariant in report.invariants
            for d in invariant.differences
            if d.aggregate is not None
        }
        with self._store.unit() as session:
            self._store.replace_holds(session, reasons)

    def _invariants(
        self, material: Material, intents: Mapping[str, Intent], progress: Progress
    ) -> tuple[InvariantReport, ...]:
        progress("comparing events with documents")
        first = correspondence.check(material)
        second = money.check_money(material)
        progress("comparing balances")
        third = self._balances(material)
        progress("checking anchors")
        fourth = anchoring.check(material)
        progress("rebuilding the books from the documents")
        fifth = books.check_rebuilt(self._port.rebuild_differences(), len(material.documents))
        sixth = books.check_trial(self._port.trial_balances())
        progress("comparing documents with calls")
        seventh = check_intents(material, intents)
        return first, second, third, fourth, fifth, sixth, seventh

    def _intents(self) -> dict[str, Intent]:
        """What became of every intent. Refusals that are still doubted are asked about now."""
        with self._store.view() as session:
            ends = self._store.ends(session)
            doubted = self._store.ended_by_word(session, DOUBTED_MAX)
        intents = {
            key: Intent(status, reason or "", told=told is not None)
            for key, status, reason, told in ends
        }
        self._gateway.accounts.find([self._signer(row) for row in doubted])
        calls = [
            (self._signer(row), row.contract, row.function, json.loads(row.args), row.edition_of)
            for row in doubted
        ]
        verdicts, _ = self._gateway.static_calls(calls) if calls else ([], {})
        for row, verdict in zip(doubted, verdicts, strict=True):
            if verdict is None:
                intents[row.key] = replace(intents[row.key], falsely=True)
        return intents

    def _signer(self, row: Outbox) -> str:
        return self._house.get(row.signer, row.signer)

    def _snapshot(self) -> _Snapshot:
        with self._store.view() as session:
            cursor = self._store.cursor(session)
            waiting = self._store.waiting_events(session)
            open_calls = self._store.open_calls(session)
            committed = self._store.roots(session)
            by_hand = {
                key: quarantine.told(act)
                for key, act in quarantine.settled_by_hand(session).items()
            }
        if waiting:
            raise RingMoves(f"{waiting} events wait to be booked: let the bridge finish first")
        # A row of the outbox is believed only where its document really asks for this call, now.
        in_flight = frozenset(
            row.document_number
            for row in open_calls
            if row.document_number and not self._recheck(row) and self._waits_rightly(row)
        )
        return _Snapshot(
            block=cursor.block_number,
            block_hash=cursor.block_hash,
            head=self._scanner.client.head().number - self._depth,
            sequence=self._port.last_sequence(),
            in_flight=in_flight,
            reported=cursor.document_sequence,
            committed=committed,
            by_hand=by_hand,
        )

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

    def _events(self, snapshot: _Snapshot, progress: Progress) -> list[Logged]:
        """All events up to the bridge's block, proved anew; there may be none after it."""
        events: list[Logged] = []
        tip = None
        start = self._scanner.deployment.start_block
        for window in self._scanner.windows(start, snapshot.block, None):
            events.extend(window.events)
            tip = window.last.hash
            progress(f"reading the chain: block {window.last.number} of {snapshot.block}")
        if tip is not None and tip != snapshot.block_hash:
            raise DeepReorg(
                f"block {snapshot.block} is {tip}, the bridge read {snapshot.block_hash}: another chain, "
                "or somebody changed the cursor"
            )
        for window in self._scanner.windows(snapshot.block + 1, snapshot.head, tip):
            if window.events:
                raise RingMoves(
                    f"the bridge has read up to block {snapshot.block} of {snapshot.head}, and there are "
                    "events of ours after it: let it catch up first, or start it"
                )
        return events

    def _material(self, snapshot: _Snapshot, progress: Progress) -> Material:
        deployment = self._scanner.deployment
        events = self._events(snapshot, progress)
        progress("reading the documents")
        documents = [
            d
            for d in self._port.documents(DocumentQuery(limit=DOCUMENTS_MAX))
            if d.sequence <= snapshot.sequence
        ]
        return Material(
            snapshot.block,
            snapshot.sequence,
            events,
            documents,
            frozenset(
                d.number
                for d in documents
                if d.type not in TOLD_TYPES  # what came from the chain is there, whatever it asks
                and (d.number in snapshot.in_flight or d.sequence > snapshot.reported)
            ),
            snapshot.committed,
            TOLD_TYPES,
            self._stream_id,
            deployment.names(FOLLOWED),
            self._port.roles(),
            snapshot.reported,
            snapshot.by_hand,
        )

    def _balances(self, material: Material) -> InvariantReport:
        holders = sorted(accounts(material.events) | material.names.keys())
        reads = [total_supply(), *(balance_of(account) for account in holders)]
        supply, *answers = self._gateway.views(reads, hex(material.block))
        tokens = {account: int(a[0]) for account, a in zip(holders, answers, strict=True)}
        wallets = self._port.balances(AccountRole.WALLET)
        kept = {name: sum(self._port.balances(role).values()) for name, role in CUSTODY.items()}
        issued = -sum(self._port.balances(AccountRole.ISSUED).values())
        ledger = money.LedgerTokens(wallets, kept, issued)
        return money.check_balances(material, money.ChainTokens(tokens, int(supply[0])), ledger)
