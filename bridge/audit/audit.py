"""Runs the audit: reads chain and log, and checks the seven invariants, of everything or of what is new and of old in turns.

Both go the same way, through a notebook that is empty at first (`bridge/store/notebook.py`). An audit of what is new
believes nothing of the notebook that it meets again: where something is not as it was noted, everything is read anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import Session

from bridge.audit import anchoring, books, money
from bridge.audit.anchoring import Leaf
from bridge.audit.intents import Intent
from bridge.audit.model import (
    DIFFERENCES_MAX,
    AuditReport,
    Findings,
    InvariantReport,
    Remark,
    RingMoves,
    Suspicion,
)
from bridge.audit.part import Parts
from bridge.audit.reading import LEFT, Progress, Reader
from bridge.audit.room import room_told
from bridge.audit.snapshot import Snapshot, Surveyor, what_of
from bridge.audit.state import State, edition
from bridge.audit.state import read as read_state
from bridge.audit.told import told_undone
from bridge.capabilities import ACT_TYPES, CUSTODY, FOLLOWED, RULES, held_aggregate, rule_of
from bridge.capabilities.token import balance_of, total_supply
from bridge.chain.gateway import Gateway, Tried
from bridge.chain.scan import Scanner
from bridge.commitments.canonical import canonical
from bridge.errors import BadConfiguration
from bridge.intents import STUCK_STATUSES, Call
from bridge.ports.port import AS_LOGGED, AnotherEdition, DocumentQuery, Port
from bridge.ports.vocabulary import AccountRole
from bridge.ring.recheck import Asked, Recheck
from bridge.store import committed, founded, notebook
from bridge.store.engine import open_engine
from bridge.store.store import Store
from bridge.store.tables import AuditRun, Outbox

TAKEN_NOW, NO_CALL = "the chain takes it now", "it never was a call"
ANOTHER = "no document asks for it"
IDLE_HOLD = (
    "its payments are on hold, and nothing of it is in dispute: `interlock audit --hold` lifts that"
)
EARLY, NEVER = "its time has not come", "nothing makes such a call needless"
ACTS = tuple(f"{kind}:" for kind in ACT_TYPES)  # how the keys begin of whose end somebody is told
SILENT = frozenset(place for place, rule in RULES.items() if not rule.leaves_event)
DOUBTED_MAX = 256  # refusals that are asked about again in one audit
MOVING_TRIES_MAX = 5  # audits begun anew because the ring moved meanwhile
TURN_ROWS = 2_000  # rows of the books that an audit of what is new compares again, beside those that new documents wrote
NOTEBOOK, BOOKS = (
    "notebook.db",
    "books.db",
)  # the files of a notebook: what was read, and the rebuilt books


class _Moved(Exception):
    """Documents came in meanwhile."""


@dataclass(frozen=True, slots=True)
class _Book:
    """An open notebook, within one transaction of it."""

    session: Session
    books: Path
    goes_on: bool  # it is of earlier audits


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
        asked: Asked,
        depth: int,
        house: Mapping[str, str],
    ) -> None:
        self._asked = asked
        self._store = store
        self._port = port
        self._gateway = gateway
        self._scanner = scanner
        self._stream_id = stream_id
        self._surveyor = Surveyor(store, port, gateway, scanner, recheck, depth, house)

    def run(
        self,
        progress: Progress = lambda _what: None,
        folder: Path | None = None,
        *,
        whole: bool = False,
        since: int | None = None,
    ) -> AuditReport:
        """Checks all invariants and returns the report. Raises RingMoves when the bridge is in the middle of work.

        `folder`: of the notebook; with one that earlier audits left there, only what is new is read, and of the old the next
        turn, or all from the block `since` on. Without a folder, or where `whole`, everything is. Raises StoreBusy where the
        disk has no room for it.
        """
        with room_told():
            return self._run(progress, folder, whole, since)

    def _run(
        self, progress: Progress, folder: Path | None, whole: bool, since: int | None
    ) -> AuditReport:
        for _ in range(MOVING_TRIES_MAX):
            before = self._surveyor.look()
            try:
                if folder is None or whole:
                    return self._whole(before, folder, progress, "")
                if before.reorganised:
                    return self._whole(before, folder, progress, LEFT)
                try:
                    return self._go_on(before, folder, since, progress)
                except Suspicion as reason:
                    return self._whole(before, folder, progress, str(reason))
            except _Moved:
                continue
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

    def note(self, report: AuditReport) -> None:
        """Notes in the bridge's database that this audit was run, and by what its notebook is known again.

        Raises StoreBusy.
        """
        run = AuditRun(
            at=self._store.now(),
            block_number=report.block,
            sequence=report.sequence,
            found=sum(invariant.found for invariant in report.invariants),
            whole=report.since is None,
            mark=report.mark,
        )
        with self._store.unit() as session:
            self._store.add_audit(session, run)

    # ---- the notebook ---------------------------------------------------------------------------

    def _whole(
        self, before: Snapshot, folder: Path | None, progress: Progress, why: str
    ) -> AuditReport:
        """Reads everything into an empty notebook, which takes the place of the one in the folder.

        Where somebody changed books or log, none is left: so the next audit reads everything again.
        """
        with _new_folder(folder) as new:
            engine = notebook.open_new(new / NOTEBOOK)
            try:
                book = Store(engine, self._store.now)
                with book.unit() as session:
                    open_book = _Book(session, new / BOOKS, goes_on=False)
                    try:
                        report = self._fold(open_book, self._beginning(), before, progress)
                    except Suspicion as reason:
                        raise _Moved from reason
            finally:
                engine.dispose()
            if folder is not None:
                for name in (NOTEBOOK, BOOKS):
                    for beside in (
                        "",
                        "-wal",
                        "-shm",
                    ):  # an old log would be played over the new file
                        (folder / f"{name}{beside}").unlink(missing_ok=True)
                    if report.mark:
                        (new / name).replace(folder / name)
        return replace(report, why=why)

    def _go_on(
        self, before: Snapshot, folder: Path, since: int | None, progress: Progress
    ) -> AuditReport:
        """Reads on from where the notebook stands. Raises Suspicion when it does not stand any more."""
        if not all((folder / name).exists() for name in (NOTEBOOK, BOOKS)):
            raise Suspicion("there is no notebook yet")
        engine = open_engine(f"sqlite:///{folder / NOTEBOOK}")
        try:
            book = Store(engine, self._store.now)
            with book.unit() as session:
                state = self._known(session, before)
                open_book = _Book(session, folder / BOOKS, goes_on=True)
                return self._fold(open_book, state, before, progress, since)
        finally:
            engine.dispose()

    def _beginning(self) -> State:
        start = self._scanner.deployment.start_block
        return State(self._deployment(), edition(), start - 1, "", began=self._store.now())

    def _deployment(self) -> str:
        deployment = self._scanner.deployment
        where = [deployment.chain_id, deployment.genesis_hash, self._stream_id]
        return canonical([*where, deployment.names(FOLLOWED)])

    def _known(self, session: Session, before: Snapshot) -> State:
        """How far the notebook's audits came. Raises Suspicion unless it still stands."""
        try:
            told = notebook.read_state(session)
            state = read_state(told) if told is not None else None
        except (KeyError, TypeError, ValueError) as error:
            raise Suspicion("the notebook cannot be read") from error
        if state is None:
            raise Suspicion("the notebook is empty")
        with self._store.view() as view:
            last = self._store.last_audit(view)
        if last is None or last.mark != state.mark(notebook.open_items(session)):
            raise Suspicion("the notebook is not the one that the last audit left")
        if state.deployment != self._deployment():
            raise Suspicion("the notebook is of another deployment, or an edition came since")
        if state.edition != edition():
            raise Suspicion("the notebook was written by another version")
        if before.block < state.block or before.sequence < state.sequence:
            raise Suspicion("the database is older than the notebook")
        if self._scanner.client.header(state.block).hash != state.block_hash:
            raise Suspicion(f"block {state.block} is no longer the one that was read")
        return state

    # ---- folding --------------------------------------------------------------------------------

    def _fold(
        self, book: _Book, begun: State, before: Snapshot, progress: Progress, since: int | None = None
    ) -> AuditReport:  # fmt: skip
        """Reads on from a state and checks everything that may have changed; leaves the notebook at the new one."""
        reader = Reader(self._scanner, self._port, self._stream_id, book.session, progress)
        fourth = Findings(4, anchoring.NAME)
        if book.goes_on:
            begun = self._look_back(reader, book, begun, since)
        state = reader.read_log(reader.read_chain(begun, before), before, fourth)
        progress("checking anchors")
        state, log_is_sound = self._anchors(book, state, before, fourth)
        progress("comparing events with documents")
        first, second, seventh = self._parts(book, before)
        progress("comparing balances")
        third = self._balances(state)
        progress("rebuilding the books from the documents")
        fifth = self._books(book, before.sequence - begun.sequence)
        sixth = books.check_trial(self._port.trial_balances(begun.sequence if book.goes_on else 0))
        if self._port.last_sequence() != before.sequence:
            raise _Moved
        # Lines that do not add up are not added up again once their documents count as read.
        is_sound = log_is_sound and fifth.holds and sixth.holds
        if book.goes_on and not is_sound:
            raise Suspicion("log or books are not as they were noted")
        invariants = first, second, third, fourth.report(), fifth, sixth, seventh
        remarks = *self._remarks(book.session), *self._held(invariants)
        report = AuditReport(before.block, before.head, before.sequence, invariants, remarks)
        if is_sound:
            notebook.write_state(book.session, state.as_json())
            mark = state.mark(notebook.open_items(book.session))
            report = replace(report, mark=mark)
        looked = min(begun.block, since) if since is not None else begun.block
        return replace(report, since=looked if book.goes_on else None)

    def _look_back(self, reader: Reader, book: _Book, state: State, since: int | None) -> State:
        """Reads the next of the old again, and what was left open. Raises Suspicion."""
        notebook.make_open_due(book.session)
        if since is not None and since <= state.block:
            reader.read_since(state, since)
        reader.check_documents(state.anchored.last + 1, state.sequence)
        return reader.read_again(state)

    def _anchors(
        self, book: _Book, state: State, before: Snapshot, findings: Findings
    ) -> tuple[State, bool]:
        """The anchors that follow; False when a row is not what was anchored, or is gone."""
        log = _Log(self._store, self._port, book.session)
        following = notebook.anchors_from(book.session, state.anchored.index)
        anchored = anchoring.fold(state.anchored, following, log, findings)
        is_sound = findings.report().holds
        anchoring.check_rest(anchored, log, before.sequence, findings)
        return replace(state, anchored=anchored), is_sound

    def _parts(self, book: _Book, before: Snapshot) -> tuple[InvariantReport, ...]:
        refused, documents = self._falsely_refused()
        named = (notebook.sequence_of(book.session, number) for number in documents)
        items = [notebook.document_item(sequence) for sequence in named if sequence is not None]
        notebook.make_due(book.session, items)
        deployment = self._scanner.deployment

        def intents(keys: Sequence[str]) -> dict[str, Intent]:
            with self._store.view() as session:
                ends = self._store.ends(session, keys)
                unproved = self._store.unproved(session, keys)
                baseless = founded.baseless(session, keys, before.sequence)
                baseless |= founded.unseen(session, book.session, keys, SILENT, before.block)
                moot = self._store.ended_as_moot(session, keys)
            baseless |= {key: why for key, why in before.baseless.items() if key not in baseless}
            needed, again = self._needed_after_all(moot, before)
            doubted = refused | needed
            return {
                key: Intent(
                    status,
                    reason or "",
                    told=told is not None
                    and key.startswith(ACTS)
                    and status in STUCK_STATUSES
                    and told_undone(self._port, key),
                    falsely=doubted.get(key, ""),
                    unproved=key in unproved,
                    baseless=baseless.get(key, ""),
                    again=key in again,
                )
                for key, status, reason, told in ends
            }

        return Parts(
            book.session,
            self._port,
            before,
            deployment.names(FOLLOWED),
            self._port.roles(),
            deployment.chain_id,
            intents,
        ).look()

    def _falsely_refused(self) -> tuple[dict[str, str], set[str]]:
        """What speaks against calls that ended by a node's word, by their keys; and the numbers of their documents."""
        with self._store.view() as session:
            doubted = self._store.ended_by_word(session, DOUBTED_MAX)
        found = self._doubtful(doubted)
        return found, {row.document_number or "" for row in doubted if row.key in found}

    def _doubtful(self, rows: Sequence[Outbox]) -> dict[str, str]:
        """What speaks against these calls being needless: they are none that a document asks for, or the chain takes them.

        The chain is asked about the call as its document asks for it today: of what a row says, it may well say that it
        refuses it, and a row of before may be by other posts or rules.
        """
        asked = {row.key: self._asked(row) for row in rows}
        calls = [call for call in asked.values() if isinstance(call, Call)]
        others = {key for key, call in asked.items() if not isinstance(call, Call)}
        return dict.fromkeys(others, ANOTHER) | dict.fromkeys(self._taken_now(calls), TAKEN_NOW)

    def _needed_after_all(
        self, moot: Sequence[Outbox], before: Snapshot
    ) -> tuple[dict[str, str], set[str]]:
        """What speaks against these calls being needless, by their keys; and which the chain takes now, made by nobody.

        Of the latter it may have said truly that it does not need them, before something else happened.
        """
        found: dict[str, str] = {}
        calls: list[Call] = []
        for row in moot:
            rule, asked = rule_of(row.key), self._asked(row)
            if rule is None:
                continue
            if rule.lasts and not row.contract:  # one that could not be made names none
                found[row.key] = NO_CALL
            elif isinstance(asked, str):
                found |= {row.key: ANOTHER} if rule.lasts else {}
            elif self._surveyor.is_early(asked, before):
                found[row.key] = EARLY
            elif not rule.moot_on and not rule.done:
                found[row.key] = NEVER
            elif not self._is_of_any_edition(asked):
                calls.append(asked)
        taken = set(self._taken_now(calls))
        lasting = {key for key in taken if (rule := rule_of(key)) is not None and rule.lasts}
        again = [call for call in calls if call.key in taken - lasting]
        waiting = self._surveyor.waiting() if again else frozenset()
        found |= dict.fromkeys(lasting, TAKEN_NOW)
        return found, {call.key for call in again if what_of(call) not in waiting}

    def _is_of_any_edition(self, call: Call) -> bool:
        """True for what opens something new where there are editions: the newest takes what an older one has open."""
        rule = rule_of(call.key)
        opens = rule is not None and rule.number is None and call.edition_of is None
        return opens and len(self._scanner.deployment.contracts.get(call.contract, ())) > 1

    def _taken_now(self, calls: Sequence[Call]) -> Iterator[str]:
        """Keys of those of these calls that the chain takes now, less those of accounts whose owner the node cannot tell."""
        unsaid = self._gateway.accounts.find([self._surveyor.signer(call) for call in calls])
        known = [call for call in calls if self._surveyor.signer(call) not in unsaid]
        for start in range(0, len(known), DOUBTED_MAX):
            part = known[start : start + DOUBTED_MAX]
            verdicts, _ = self._gateway.static_calls([self._tried(call) for call in part])
            for call, verdict in zip(part, verdicts, strict=True):
                if verdict is None:
                    yield call.key

    def _tried(self, call: Call) -> Tried:
        args = json.loads(json.dumps(call.args))
        return self._surveyor.signer(call), call.contract, call.function, args, call.edition_of

    def _books(self, book: _Book, new: int) -> InvariantReport:
        """Invariant 5, of all rows or of those that the new documents wrote, all sums, and the next in turn."""
        how = replace(AS_LOGGED, file=book.books, goes_on_by=TURN_ROWS if book.goes_on else None)
        try:
            return books.check_rebuilt(self._port.rebuild_differences(how), new)
        except AnotherEdition as reason:
            raise Suspicion(str(reason)) from reason

    def _balances(self, state: State) -> InvariantReport:
        names = self._scanner.deployment.names(FOLLOWED)
        holders = sorted(set(state.accounts) | names.keys())
        reads = [total_supply(), *(balance_of(account) for account in holders)]
        supply, *answers = self._gateway.views(reads, hex(state.block))
        tokens = {account: int(a[0]) for account, a in zip(holders, answers, strict=True)}
        wallets = self._port.balances(AccountRole.WALLET)
        kept = {name: sum(self._port.balances(role).values()) for name, role in CUSTODY.items()}
        issued = -sum(self._port.balances(AccountRole.ISSUED).values())
        ledger = money.LedgerTokens(wallets, kept, issued)
        return money.check_balances(names, money.ChainTokens(tokens, int(supply[0])), ledger)

    def _held(self, invariants: Sequence[InvariantReport]) -> tuple[Remark, ...]:
        """What is on hold and in no dispute: an audit that found its fault is long over, or somebody wrote the row."""
        disputed = {d.aggregate for found in invariants for d in found.differences}
        with self._store.view() as session:
            held = self._store.held(session, DIFFERENCES_MAX)
        return tuple(Remark(each, IDLE_HOLD) for each in held if each not in disputed)

    @staticmethod
    def _remarks(session: Session) -> tuple[Remark, ...]:
        found = []
        for item, detail in notebook.remarks(session, DIFFERENCES_MAX):
            sequence = int(item[2:])
            ((_, number, _),) = notebook.commitments(session, sequence, sequence)
            found.append(Remark(number, detail))
        return tuple(found)


class _Log:
    """The log as the anchors are checked against it."""

    def __init__(self, store: Store, port: Port, session: Session) -> None:
        self._store = store
        self._port = port
        self._session = session

    def leaves(self, first: int, last: int) -> list[Leaf]:
        """As they were read, now or in an earlier audit that found them sound."""
        return [Leaf(*row) for row in notebook.commitments(self._session, first, last)]

    def remembered(self, first: int, last: int) -> dict[int, bytes]:
        """By the bridge."""
        with self._store.view() as session:
            return committed.roots(session, first, last)

    def held(self, sequence: int) -> str | None:
        """By the fields of the document as it stands."""
        query = DocumentQuery(sequences=(sequence,), limit=1, voided=True)
        document = next(iter(self._port.documents(query)), None)
        return None if document is None else held_aggregate(document.fields)


@contextmanager
def _new_folder(beside: Path | None) -> Iterator[Path]:
    """A folder that is gone afterwards, within the notebook's, so that what stays is moved in one step."""
    try:
        if beside is not None:
            beside.mkdir(parents=True, exist_ok=True)
        made = TemporaryDirectory(dir=beside, prefix="new-")
    except OSError as error:
        raise BadConfiguration(
            f"cannot write the notebook in {beside}: {error.strerror}"
        ) from error
    with made as folder:
        yield Path(folder)
