"""OUTBOX -> static call -> nonce -> sign -> store -> send. What is refused for good is told to the ERP.

If it dies here: before the store nothing happened; after it the same bytes are sent again (by confirm).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Mapping, Sequence

from sqlmodel import Session

from bridge.capabilities import ALLOWED, ALLOWED_TO_ACCOUNTS, rule_of
from bridge.capabilities.participants import LOST_POST
from bridge.chain.gateway import Gateway, Tried, Verdict, encode_call
from bridge.chain.headers.plain import DEVELOPMENT
from bridge.chain.rpc import RpcError
from bridge.chain.signed import read_signed
from bridge.errors import CallRefused, Unforeseen, first_line, reason_of
from bridge.intents import ATTESTER, OFFICES, PUT_OFF_SECONDS_MAX, OutboxStatus
from bridge.ring.bugs import is_of_one_row
from bridge.ring.outgoing import Outgoing
from bridge.ring.proved import end_by_proof, ends, is_by_person, make_room
from bridge.ring.recheck import Recheck
from bridge.ring.replaced import Twin, bringer_of
from bridge.ring.signing import Signing, deadline
from bridge.ring.telling import Telling
from bridge.store import lanes
from bridge.store.claims import Claims
from bridge.store.store import Store
from bridge.store.tables import Attempt, Outbox

LATEST, PENDING_BLOCK = "latest", "pending"
QUIET_SECONDS = 15.0  # without a block, after which calls are due by the block that would come next
PENDING_AHEAD_SECONDS = 300  # of the time of a block that is not read yet, before this clock
SUBMIT_BATCH = 500  # intents tried and signed together
DOUBT_SECONDS = (60.0, 600.0, 3600.0)  # after which a refused call is asked about again
LATER_SECONDS_MAX = (
    3_600  # of chain time, after which a call that "not yet" put off is asked about again
)
SIGNED_TOGETHER = 125  # in one transaction; they are sent while the next ones are signed
NONE = frozenset[int]()
ALARM_TRIES = 3  # in a row, after which a person is told

logger = logging.getLogger("interlock.bridge")

# A row, what the contract says, and whether what it wants is there already.
Answered = tuple[Outbox, Verdict, bool]


class Submit:
    """Takes due rows of OUTBOX, checks each against its source and the contract, stores the signed bytes, and sends them."""

    def __init__(
        self,
        store: Store,
        gateway: Gateway,
        house: Mapping[str, str],
        recheck: Recheck,
        clock: Callable[[], float],
        monotonic: Callable[[], float],
        check_post: Callable[[], None],
        telling: Telling,
        in_flight: int,
    ) -> None:
        """`house`: account of each office. `in_flight`: transactions of one key on their way at once.

        `check_post` raises WrongKey when somebody else holds the attester's post now.
        """
        self._telling = telling
        self._in_flight = in_flight
        self._store = store
        self._gateway = gateway
        self._house = house
        self._recheck = recheck
        self._clock = clock
        self._monotonic = monotonic
        self._head = -1, 0.0  # the newest block, and when it was first seen
        # Calls that wait until more than a block is read, or for so long: asked about again now, they would only wait again.
        self._unread: tuple[int, float, frozenset[int]] = -1, 0.0, NONE
        self._check_post = check_post

    def run(self) -> int:
        """Runs the stage once over due rows of OUTBOX; returns how many it dealt with. Raises NodeUnavailable, WrongKey."""
        reopened = self._ask_again()
        due, block, time = self._due()
        known = [row for row in due if self._has_account(row)]
        unsaid = self._gateway.accounts.find([self._signer(row) for row in known])
        due = self._without_owner(due, unsaid)
        checked = [(row, self._objection(row)) for row in due]
        self._refuse_unsigned([(row, why) for row, why in checked if why is not None])
        fit = [row for row, why in checked if why is None]
        going = self._with_room(fit)
        waiting = self._submit(going, block, time)
        return reopened + len(due) - len(fit) + len(going) - waiting

    def _without_owner(self, rows: list[Outbox], unsaid: Mapping[str, RpcError]) -> list[Outbox]:
        """The rows less those of accounts of which the node does not say now who owns them: these wait."""
        if not unsaid:
            return rows
        waiting = [row for row in rows if self._has_account(row) and self._signer(row) in unsaid]
        with self._store.unit() as session:
            claims = Claims(session, waiting)
            for seen in waiting:
                row = claims.take(seen)
                if row is not None:
                    why = unsaid[self._signer(row)]
                    self._put_off(session, row, f"the node cannot say who owns its account: {why}")
        ids = {row.id for row in waiting}
        return [row for row in rows if row.id not in ids]

    def _with_room(self, rows: list[Outbox]) -> list[Outbox]:
        """Those of the rows for which there is room among the transactions of their signer that are on their way."""
        signers = {id(row): self._gateway.accounts.key_of(self._signer(row)) for row in rows}
        with self._store.view() as session:
            under_way = lanes.in_flight(session, set(signers.values()))
        going = []
        for row in rows:
            signer = signers[id(row)]
            if under_way[signer] < self._in_flight:
                under_way[signer] += 1
                going.append(row)
        return going

    def _ask_again(self) -> int:
        """Asks the chain once more about calls that it refused by a node's word; how many it takes now.

        One false or late answer would otherwise end a call for ever. After some answers that agree it is believed.
        """
        with self._store.view() as session:
            not_ours = [office for office in OFFICES if office not in self._house]
            found = self._store.doubted(session, SUBMIT_BATCH, DOUBT_SECONDS[-1], not_ours)
        doubted = [row for row in found if not is_by_person(row)]
        if not doubted:
            return 0
        unsaid = self._gateway.accounts.find([self._signer(row) for row in doubted])
        if unsaid:
            self._doubt_later([row for row in doubted if self._signer(row) in unsaid])
        doubted = [row for row in doubted if self._signer(row) not in unsaid]
        if not doubted:
            return 0
        verdicts, _ = self._gateway.static_calls([self._tried(row) for row in doubted])
        reopened = 0
        with self._store.unit() as session:
            claims = Claims(session, doubted)
            for seen, verdict in zip(doubted, verdicts, strict=True):
                row = claims.take(seen)
                if row is None:
                    continue
                if verdict is None:
                    said = f"{row.key}: {row.status} by {row.reason}, and taken when asked again"
                    self._store.alarm(session, "refused once", said)
                    row.status, row.reason, row.tries, row.try_at = (
                        OutboxStatus.PENDING,
                        None,
                        0,
                        0.0,
                    )
                    reopened += 1
                elif isinstance(verdict, RpcError):
                    row.try_at = self._clock() + DOUBT_SECONDS[0]
                else:
                    self._doubt(row, row.tries + 1)
        return reopened

    def _doubt_later(self, rows: Sequence[Outbox]) -> None:
        """Of these nobody can ask now: they keep no others waiting."""
        with self._store.unit() as session:
            claims = Claims(session, rows)
            for seen in rows:
                row = claims.take(seen)
                if row is not None:
                    row.try_at = self._clock() + DOUBT_SECONDS[0]

    def _doubt(self, row: Outbox, tries: int) -> None:
        """Has the refusal of a call asked about again later, unless it was often enough."""
        row.tries = tries
        row.try_at = self._clock() + DOUBT_SECONDS[tries] if tries < len(DOUBT_SECONDS) else 0.0

    def _due(self) -> tuple[list[Outbox], str, int]:
        """Rows whose time has come, the block at which the contract is asked about them, and its time.

        By the newest block read, or else, when none has, by the node's newest; and on a chain that makes no block while
        nothing happens, by the block that would come next.
        """
        with self._store.view() as session:
            cursor = self._store.cursor(session)
            read_to = cursor.block_time
            unread = self._left_out(cursor.block_number)
            full = self._without_room(session)
            due = self._store.due_calls(session, read_to, SUBMIT_BATCH, full, unread)
        if due:
            return due, LATEST, read_to
        head = self._gateway.client.head()
        if self._cannot_come_yet(head.timestamp):
            return [], LATEST, read_to
        with self._store.view() as session:
            due = self._store.due_calls(session, head.timestamp, SUBMIT_BATCH, full, unread)
        if due or not self._is_quiet(head.number):
            return due, LATEST, head.timestamp
        pending = self._gateway.client.pending_time()
        if pending is None or self._cannot_come_yet(pending):
            return [], LATEST, head.timestamp
        with self._store.view() as session:
            due = self._store.due_calls(session, pending, SUBMIT_BATCH, full, unread)
        return due, PENDING_BLOCK, pending

    def _cannot_come_yet(self, time: int) -> bool:
        """True for the time of a block not read yet that is far ahead of this clock: a node's word, and no block has it.

        On a development chain alone time goes as its owner wants.
        """
        if self._gateway.deployment.consensus == DEVELOPMENT.name:
            return False
        return time > self._clock() + PENDING_AHEAD_SECONDS

    def _without_room(self, session: Session) -> list[str]:
        """Signers, as rows name them, whose lane takes no more now: their calls must not fill the batch of the others."""
        under_way = lanes.all_in_flight(session)
        full = {key for key, count in under_way.items() if count >= self._in_flight}
        if not full:
            return []
        return [
            signer
            for signer in self._store.pending_signers(session)
            if self._gateway.accounts.key_of(self._house.get(signer, signer)) in full
        ]

    def _is_quiet(self, head: int) -> bool:
        """True when the chain has made no block for a while."""
        now = self._monotonic()
        if head != self._head[0]:
            self._head = head, now
        return now - self._head[1] >= QUIET_SECONDS

    def _objection(self, row: Outbox) -> str | None:
        """Why the row must not be signed, or cannot be."""
        if is_by_person(row):
            return "it is an act of a person, who signs it"
        if not self._has_account(row):
            return f"this bridge has no key of a {row.signer}, who has to sign it"
        allowed = ALLOWED.get(row.signer, ALLOWED_TO_ACCOUNTS)
        if (row.contract, row.function) not in allowed:
            return f"a key of {row.signer} never signs {row.contract}.{row.function}"
        objection = self._checked(row)
        if objection is None and not self._gateway.accounts.holds(self._signer(row)):
            return f"no keystore holds the key of {self._signer(row)}, which has to sign it"
        return objection

    def _checked(self, row: Outbox) -> str | None:
        """Why its source does not ask this, or which bug the check met: it is of this one row."""
        try:
            return self._recheck(row)
        except Exception as bug:
            if not is_of_one_row(bug):
                raise
            logger.exception("a bug refuses %s", row.key)
            return reason_of(Unforeseen(bug))

    def _refuse_unsigned(self, unsigned: list[tuple[Outbox, str]]) -> None:
        if not unsigned:
            return
        with self._store.unit() as session:
            claims = Claims(session, [due for due, _ in unsigned])
            for due, why in unsigned:
                row = claims.take(due)
                if row is None:
                    continue
                ends(row, OutboxStatus.REFUSED, f"not signed: {why}")
                row.try_at = 0.0  # by the bridge's own word, so no node is asked
                self._store.alarm(session, "not signed", f"{row.key}: {first_line(why)}")

    def _submit(self, rows: list[Outbox], block: str, time: int) -> int:
        """Returns how many were left as they are. `time`: of the block."""
        if not rows:
            return 0
        verdicts, mined = self._gateway.static_calls([self._tried(row) for row in rows], block)
        with self._store.view() as session:
            read = self._store.cursor(session)
        self._gateway.check_gas(read.block_number, read.block_hash)
        if any(map(_lost_post, rows, verdicts)):
            self._check_post()  # another holds it: these calls are its to make, and wait for it
        moot = [
            isinstance(verdict, CallRefused) and self._is_moot(row, verdict)
            for row, verdict in zip(rows, verdicts, strict=True)
        ]
        brought = self._brought(rows, verdicts, moot, time)
        over: list[tuple[Outbox, CallRefused]] = []
        outgoing = Outgoing(self._store, self._gateway)
        answered = list(zip(rows, verdicts, moot, strict=True))
        until = deadline(self._monotonic)
        try:
            for start in range(0, len(answered), SIGNED_TOGETHER):
                part = answered[start : start + SIGNED_TOGETHER]
                with self._store.unit() as session:
                    attempts, refused = self._answer(session, part, mined, time, until, brought)
                over += refused
                if start + SIGNED_TOGETHER < len(answered):
                    outgoing.begin(attempts)
                else:
                    outgoing.send(attempts)
        finally:
            outgoing.wait()
        outgoing.note()
        waiting = self._tell(over, block, time)
        _check_answered(verdicts)
        return waiting

    def _answer(
        self,
        session: Session,
        answered: Sequence[Answered],
        mined: Mapping[str, int],
        time: int,
        until: float,
        brought: Mapping[int, Twin | None],
    ) -> tuple[list[lanes.Stored], list[tuple[Outbox, CallRefused]]]:
        """Signs and stores what the contract takes, and writes what else was found.

        Returns what is to be sent, and what the contract refuses that the ERP may be told of.
        """
        rows = [row for row, _, _ in answered]
        claims, tried = Claims(session, rows), self._store.with_attempts(session, rows)
        going: list[Outbox] = []
        over: list[tuple[Outbox, CallRefused]] = []
        for due, verdict, done in answered:
            row = claims.take(due)
            if row is None or (not done and self._is_proved(session, row, tried)):
                continue  # somebody else has dealt with it, or it is done
            if isinstance(verdict, RpcError):
                self._put_off(session, row, f"the node cannot try it: {verdict}")
            elif verdict is None:
                going.append(row)
            elif row.id is not None and row.id in brought:
                self._follow_or_wait(session, row, verdict, brought[row.id])
            elif not done and self._telling.is_over(row, verdict):
                over.append((due, verdict))
            elif done or not self._postponed(row, verdict, time):
                self._refuse(session, row, verdict, done)
        return self._sign(session, going, mined, until), over

    def _brought(
        self, rows: list[Outbox], verdicts: Sequence[Verdict], moot: Sequence[bool], time: int
    ) -> dict[int, Twin | None]:
        """Of refused calls that bring people's signatures to the chain: the transaction by which somebody else did, by id.

        None for those that the chain refuses only by blocks that are not read yet, and that wait for these.
        """
        found: dict[int, Twin | None] = {}
        for row, verdict, done in zip(rows, verdicts, moot, strict=True):
            if done or not row.is_told or not isinstance(verdict, CallRefused):
                continue
            args = json.loads(row.args)
            to = self._gateway.address(row.contract, row.function, args, row.edition_of)
            data = encode_call(row.contract, row.function, args)
            twin = bringer_of(self._store, self._gateway, to, data, time)
            if twin is not None or not self._is_refused_where_read(row):
                found[row.id or 0] = twin
        return found

    def _is_refused_where_read(self, row: Outbox) -> bool:
        with self._store.view() as session:
            block = hex(self._store.cursor(session).block_number)
        (known,), _ = self._gateway.static_calls([self._tried(row)], block)
        return isinstance(known, CallRefused)

    def _follow_or_wait(
        self, session: Session, row: Outbox, verdict: CallRefused, twin: Twin | None
    ) -> None:
        """Ends a call that somebody else made, with the same signatures; one of which nobody knows yet is put off."""
        if twin is None:
            self._put_off(session, row, f"refused by what is not read yet: {verdict}")
            return
        theirs = read_signed(twin.raw)
        make_room(session, theirs.sender, theirs.nonce, twin.tx_hash)
        session.add(
            Attempt(
                outbox_id=row.id or 0, signer=theirs.sender, nonce=theirs.nonce,
                tx_hash=twin.tx_hash, raw=twin.raw, witnessed=True,
            )
        )  # fmt: skip
        ends(row, OutboxStatus.CONFIRMED, None)

    def _tell(self, over: list[tuple[Outbox, CallRefused]], block: str, time: int) -> int:
        """Has the ERP told which calls are refused for good; how many of them wait for more to be read.

        `time`: of the block.

        The ERP judges by the events that were read. What the contract refuses at the newest block alone is asked about
        again when the bridge has come so far; what it refuses by the next block's time alone is told at once.
        """
        if not over:
            return 0
        again: list[Verdict] = [verdict for _, verdict in over]
        if block == LATEST:
            with self._store.view() as session:
                cursor = self._store.cursor(session)
                read_to, time = cursor.block_number, cursor.block_time
            tried = [self._tried(row) for row, _ in over]
            again, _ = self._gateway.static_calls(tried, hex(read_to))
        waiting, unread = 0, set[int]()
        for (row, verdict), known in zip(over, again, strict=True):
            if isinstance(known, CallRefused) and self._telling.is_so_by(row, known, time):
                self._telling.tell(row, known)
            else:
                waiting += 1
                if not isinstance(known, RpcError):
                    unread.add(row.id or 0)
                logger.info("%s waits until the bridge has read why: %s", row.key, verdict)
        if unread:
            with self._store.view() as session:
                number = self._store.cursor(session).block_number
            left_out = self._left_out(number)
            until = self._unread[1] if left_out else self._monotonic() + QUIET_SECONDS
            self._unread = number, until, left_out | unread
        return waiting

    def _left_out(self, read_to: int) -> frozenset[int]:
        """Ids of calls that are not asked about again while no more than this block is read."""
        number, until, ids = self._unread
        return ids if number == read_to and self._monotonic() < until else NONE

    def _sign(
        self, session: Session, rows: Sequence[Outbox], mined: Mapping[str, int], until: float
    ) -> list[lanes.Stored]:
        signing = Signing(self._store, self._gateway, session, mined, self._monotonic, until)
        attempts, unsigned = signing.sign([(row, self._tried(row)) for row in rows])
        for row, why in unsigned:
            self._put_off(session, row, why)
        return attempts

    def _is_proved(self, session: Session, row: Outbox, tried: Collection[int]) -> bool:
        """True when one of its transactions did it, whatever a node had said of that. `tried`: rows that have any."""
        return row.id in tried and end_by_proof(self._store, session, row)

    def _put_off(self, session: Session, row: Outbox, why: str) -> None:
        """The node could not ask the contract, or whoever holds its key does not sign: this call waits, longer each time."""
        row.tries += 1
        row.try_at = self._clock() + min(2.0**row.tries, PUT_OFF_SECONDS_MAX)
        row.reason = why
        if row.tries >= ALARM_TRIES:
            self._store.alarm(session, "unanswered", f"{row.key}: {why}")

    def _has_account(self, row: Outbox) -> bool:
        """False for a call of an office that this bridge does not sign for."""
        return row.signer not in OFFICES or row.signer in self._house

    def _signer(self, row: Outbox) -> str:
        return self._house[row.signer] if row.signer in OFFICES else row.signer

    def _tried(self, row: Outbox) -> Tried:
        args = json.loads(row.args)
        return self._signer(row), row.contract, row.function, args, row.edition_of

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
    def _postponed(row: Outbox, verdict: CallRefused, time: int) -> bool:
        """True when the refusal names the chain time from which the contract would take the call: it waits for that.

        No longer than an hour at once: that time is a node's word, and times move.
        """
        rule = rule_of(row.key)
        place = rule.later_by.get(verdict.error) if rule is not None else None
        if place is None:
            return False
        # a second later at least: the node may read its clock otherwise than the block
        named = min(int(verdict.values[place]), time + LATER_SECONDS_MAX)
        row.not_before = max(named, row.not_before + 1)
        row.reason = f"waits: {verdict}"
        return True

    def _refuse(self, session: Session, row: Outbox, verdict: CallRefused, moot: bool) -> None:
        if moot:
            ends(row, OutboxStatus.MOOT, str(verdict))
            row.try_at = 0.0
            rule = rule_of(row.key)
            if rule is not None and rule.lasts:
                self._doubt(row, 0)
            return
        self._doubt(row, 0)
        ends(row, OutboxStatus.REFUSED, str(verdict))
        self._store.alarm(session, "refused", f"{row.key}: {verdict}")


def _lost_post(row: Outbox, verdict: Verdict) -> bool:
    """True when the contract says that somebody else holds the attester's post."""
    return (
        row.signer == ATTESTER and isinstance(verdict, CallRefused) and verdict.error == LOST_POST
    )


def _check_answered(verdicts: Sequence[Verdict]) -> None:
    """Raises RpcError when the node could ask about none: it is in trouble, and not some calls."""
    unanswered = [verdict for verdict in verdicts if isinstance(verdict, RpcError)]
    if len(unanswered) == len(verdicts):
        raise unanswered[0]
