"""How calls end when nodes are not of one mind: no stage is wedged, and what a person ended stays ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, cast

import pytest
from sqlmodel import Session, col, select

from bridge.capabilities import CALLS
from bridge.capabilities.model import Over
from bridge.chain.gateway import Gateway, Signed, Tried, Verdict
from bridge.chain.headers.plain import DEVELOPMENT
from bridge.chain.rpc import RpcError
from bridge.chain.wire import Header, Receipt
from bridge.errors import CallRefused
from bridge.intents import ATTESTER, KEEPER, REPORTER, Call, InboxStatus, OutboxStatus
from bridge.ring.confirm import RESEND_SECONDS, Confirm
from bridge.ring.mailbox import Mailbox
from bridge.ring.submit import (
    DOUBT_SECONDS,
    PENDING_AHEAD_SECONDS,
    QUIET_SECONDS,
    SUBMIT_BATCH,
    Submit,
)
from bridge.ring.telling import Telling
from bridge.store import lanes, proving, schema
from bridge.store.engine import open_engine
from bridge.store.store import Store
from bridge.store.tables import Alarm, Attempt, Cursor, Inbox, Outbox

HOUSE, OTHER, WALLET = "0x" + "aa" * 20, "0x" + "bb" * 20, "0x" + "cc" * 20
MATCH, TENDER = "match:MAT-2026-00001", "requisition:PR-2026-00001"


class Clock:
    """Seconds that a test lets pass."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Node:
    """A node that says what a test wants; it stands for the gateway and its accounts."""

    def __init__(self) -> None:
        self.mined = 5
        # what it counts at a block that is not the newest; None: as many as there
        self.counted_at: Callable[[int], int] | None = None
        self.receipts_of: dict[str, Receipt] = {}
        self.asked: list[str] = []  # of whose receipts it was asked
        self.counted: int | None = None  # mined by the block that was read; None: it does not say
        self.sent: list[str] = []
        self.verdict: Callable[[Tried], Verdict] = lambda _: None
        self.accounts = self.client = self.deployment = self
        self.consensus = DEVELOPMENT.name
        self.pending: int | None = None

    def counts(self, signers: Sequence[str], _block: str) -> dict[str, int]:
        return {} if self.counted is None else dict.fromkeys(signers, self.counted)

    def receipts(self, hashes: Sequence[str]) -> tuple[list[Receipt | None], int]:
        self.asked += hashes
        return [self.receipts_of.get(each) for each in hashes], 100

    def agreed_nonces(self, _signer: str, block: str = "latest") -> int:
        if self.counted_at is not None and block != "latest":
            return self.counted_at(int(block, 16))
        return self.mined

    def is_affirmed(self, _tx_hash: str) -> bool:
        return True

    def is_denied(self, _tx_hash: str) -> bool:
        return False

    def revert_reason(self, _tried: Tried, _block: int) -> str:
        return "reverted"

    def send(self, raw: Sequence[str]) -> list[None]:
        self.sent += raw
        return [None] * len(raw)

    def static_calls(
        self, calls: Sequence[Tried], _block: str = "latest"
    ) -> tuple[list[Verdict], dict[str, int]]:
        return [self.verdict(call) for call in calls], {call[0]: self.mined for call in calls}

    def check_gas(self, _number: int, _hash: str) -> None: ...

    def at_once(self, _key: str) -> int:
        return 64

    def unsigned(self, nonce: int, tried: Tried) -> bytes:
        return f"{nonce}:{tried[0]}:{tried[1]}.{tried[2]}:{tried[3]}".encode()

    def sign_all(self, _key: str, contents: Sequence[bytes]) -> list[Signed]:
        return [Signed(each.decode(), f"raw {each.decode()}") for each in contents]

    def find(self, _accounts: Sequence[str]) -> dict[str, RpcError]:
        return {}

    def key_of(self, account: str) -> str:
        return account

    def holds(self, _account: str) -> bool:
        return True

    def head(self) -> Header:
        return Header("", "", 1, 0, 0, b"", b"", (), ())

    def pending_time(self) -> int | None:
        return self.pending

    def fails(self, tx_hash: str) -> None:
        """Says that this transaction was mined and failed."""
        self.receipts_of[tx_hash] = Receipt(tx_hash, 50, 0, 0, 1, 1, b"", ())


class Ring:
    """The two stages that deal with calls, on tables of their own."""

    def __init__(self, store: Store, clock: Clock, house: dict[str, str]) -> None:
        self.store, self.clock, self.node = store, clock, Node()
        gateway = cast(Gateway, self.node)
        self.confirm = Confirm(store, gateway, 0, clock)
        telling = Telling(store, cast(Any, None), joined=True)
        self.submit = Submit(
            *(store, gateway, house, lambda _row: None, clock, clock),
            *(lambda: None, telling, IN_FLIGHT),
        )

    def row(self, key: str) -> Outbox:
        with self.store.view() as session:
            found = self.store.call(session, key)
        assert found is not None
        return found


IN_FLIGHT = 16
HOUSE_OF_ALL = {ATTESTER: HOUSE, KEEPER: HOUSE, REPORTER: OTHER}


@pytest.fixture
def ring() -> Iterator[Ring]:
    engine, clock = open_engine("sqlite://"), Clock()
    schema.upgrade(engine)
    store = Store(engine, clock)
    with store.unit() as session:
        session.add(Cursor(block_number=60, block_hash="0x", block_time=900, document_sequence=0))
    yield Ring(store, clock, HOUSE_OF_ALL)
    engine.dispose()


def call(
    session: Session, ring: Ring, key: str, status: str, *, signer: str = ATTESTER, **set_: Any
) -> Outbox:
    """A call that the house would really make, in some state."""
    asks = CALLS[key.partition(":")[0]][0]
    row = ring.store.add_call(
        session,
        Call(
            key=key, aggregate=key, signer=signer, contract=asks.contract, function=asks.function, args=(),
            is_told=asks.is_told,
        ),
        "DOC",
    )  # fmt: skip
    row.status = status
    for name, value in set_.items():
        setattr(row, name, value)
    session.flush()
    return row


def attempt(session: Session, row: Outbox, nonce: int, tx_hash: str, *, lost: bool = False) -> None:
    session.add(
        Attempt(outbox_id=row.id or 0, signer=HOUSE, nonce=nonce, tx_hash=tx_hash, raw=f"raw {tx_hash}", lost=lost)
    )  # fmt: skip
    session.flush()


def proved(session: Session, tx_hash: str) -> None:
    """Ingest has read an event of this transaction."""
    session.add(
        Inbox(
            position=tx_hash, origin=tx_hash, contract="C", event="E", aggregate="a", block_number=49,
            block_hash="0x", block_time=1, tx_hash=tx_hash, tx_index=0, log_index=0, body="{}",
            status=InboxStatus.POSTED,
        )
    )  # fmt: skip


# ---- confirm ----------------------------------------------------------------------------------


def sent(session: Session, ring: Ring, key: str, nonce: int) -> None:
    """A call whose transaction was sent a moment ago."""
    attempt(session, call(session, ring, key, OutboxStatus.SUBMITTED), nonce, f"sent {nonce}")
    for each in session.scalars(select(Attempt)):
        each.sent_at = ring.clock.now


def failed(ring: Ring) -> list[str]:
    """Transactions that are known to have failed."""
    with ring.store.view() as session:
        return list(session.scalars(select(Attempt.tx_hash).where(col(Attempt.lost))))


def test_a_call_ends_where_its_event_is_stored_and_no_node_is_asked_about_it(ring: Ring) -> None:
    with ring.store.unit() as session:
        sent(session, ring, MATCH, 5)
        proved(session, "sent 5")
    with ring.store.unit() as session:
        assert proving.end_proved(session) == 1
    assert ring.confirm.run() == 0
    assert ring.row(MATCH).status == OutboxStatus.CONFIRMED
    with ring.store.view() as session:
        done = session.scalars(select(Attempt)).one()
    assert (done.witnessed, done.block_number) == (True, 49)
    assert ring.node.asked == []


@pytest.mark.parametrize("status", [OutboxStatus.GIVEN_UP, OutboxStatus.PENDING, OutboxStatus.HELD])
def test_an_event_moves_no_call_that_is_not_under_way(ring: Ring, status: str) -> None:
    with ring.store.unit() as session:
        attempt(session, call(session, ring, MATCH, status), 5, "sent 5")
        attempt(session, call(session, ring, TENDER, OutboxStatus.SUBMITTED), 6, "lost", lost=True)
        proved(session, "sent 5")
        proved(session, "lost")
    with ring.store.unit() as session:
        assert proving.end_proved(session) == 0
    assert ring.row(MATCH).status == status
    assert ring.row(TENDER).status == OutboxStatus.SUBMITTED  # another may hold its slot now


def test_a_receipt_is_asked_for_only_where_the_block_that_was_read_has_the_transaction_and_no_event(
    ring: Ring,
) -> None:
    with ring.store.unit() as session:
        sent(session, ring, MATCH, 5)
        sent(session, ring, TENDER, 6)
    ring.node.mined = ring.node.counted = 5
    ring.confirm.run()
    assert ring.node.asked == []  # none is mined as far as was read
    ring.node.mined = ring.node.counted = 6
    ring.node.fails("sent 5")
    ring.confirm.run()
    assert ring.node.asked == ["sent 5"]
    assert failed(ring) == ["sent 5"]
    assert ring.row(TENDER).status == OutboxStatus.SUBMITTED


@pytest.mark.parametrize(("counted", "seconds"), [(0, RESEND_SECONDS), (None, 0.0)])
def test_a_count_that_the_node_denies_or_does_not_say_hides_no_failure(
    ring: Ring, counted: int | None, seconds: float
) -> None:
    """It denies: receipts are asked for once the bytes would be sent again. It does not say: they are asked for at once."""
    with ring.store.unit() as session:
        sent(session, ring, MATCH, 5)
    ring.node.mined, ring.node.counted = 6, counted
    ring.node.fails("sent 5")
    ring.clock.now += seconds
    ring.confirm.run()
    assert failed(ring) == ["sent 5"]


def test_a_slot_that_another_call_took_meanwhile_wedges_nothing_when_its_first_holder_is_proved(
    ring: Ring,
) -> None:
    """A transaction counted as replaced, its slot went to another call, and then it turns out that it was mined."""
    with ring.store.unit() as session:
        first = call(session, ring, MATCH, OutboxStatus.SUBMITTED)
        attempt(session, first, 5, "mined", lost=True)
        attempt(session, first, 6, "again")
        attempt(session, call(session, ring, TENDER, OutboxStatus.SUBMITTED), 5, "in its slot")
        proved(session, "mined")
    ring.node.mined = 7
    ring.node.fails("again")
    ring.confirm.run()
    assert ring.row(MATCH).status == OutboxStatus.CONFIRMED
    assert ring.row(TENDER).status == OutboxStatus.PENDING  # its transaction can never be mined
    with ring.store.view() as session:
        held = lanes.held(session, HOUSE, 0)
    assert held == [5]


@pytest.mark.parametrize("status", [OutboxStatus.GIVEN_UP, OutboxStatus.MOOT])
def test_bytes_of_a_call_that_was_ended_are_never_sent_to_fill_a_gap(
    ring: Ring, status: str
) -> None:
    """A node said falsely that it failed; then a person gave it up, or its document was taken back."""
    with ring.store.unit() as session:
        attempt(session, call(session, ring, TENDER, status), 5, "ended", lost=True)
        attempt(session, call(session, ring, MATCH, OutboxStatus.SUBMITTED), 6, "behind")
    ring.confirm.run()
    assert ring.node.sent == ["raw behind"]
    assert ring.row(TENDER).status == status
    assert ring.row(MATCH).status == OutboxStatus.PENDING  # it is signed anew, for the gap
    ring.submit.run()
    assert ring.node.sent[-1].startswith("raw 5:")


def test_an_act_whose_person_was_told_that_it_failed_is_not_sent_after_all(ring: Ring) -> None:
    with ring.store.unit() as session:
        act = call(session, ring, TENDER, OutboxStatus.REVERTED, told=OutboxStatus.REVERTED)
        attempt(session, act, 5, "failed", lost=True)
    ring.confirm.run()
    assert ring.node.sent == []
    assert ring.row(TENDER).status == OutboxStatus.REVERTED


# ---- acts of people ---------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", [RpcError("eth_call", "timeout"), KeyError("unforeseen")])
@pytest.mark.parametrize("step", ["offer", "relay"])
def test_one_act_that_meets_trouble_keeps_no_other_waiting(
    ring: Ring, monkeypatch: pytest.MonkeyPatch, trouble: Exception, step: str
) -> None:
    nothing: Any = None
    mailbox = Mailbox(
        ring.store, nothing, nothing, nothing, lambda _row: None, ring.clock, joined=True
    )
    dealt: list[str] = []

    def deal(row: Outbox) -> bool:
        if row.key == TENDER:
            raise trouble
        dealt.append(row.key)
        return True

    where, name, status = {
        "offer": (mailbox, "_offer", OutboxStatus.ASKED),
        "relay": (mailbox._answers, "relay", OutboxStatus.ANSWERED),
    }[step]
    monkeypatch.setattr(where, name, deal)
    with ring.store.unit() as session:
        call(session, ring, TENDER, status)
        call(session, ring, MATCH, status)
    with suppress(RpcError):  # the stage pauses, and another node is asked
        mailbox.run()
    assert dealt == [MATCH]
    refused = isinstance(trouble, KeyError)
    assert ring.row(TENDER).status == (OutboxStatus.REFUSED if refused else status)


# ---- submit -----------------------------------------------------------------------------------


def test_a_refusal_of_an_office_without_a_key_keeps_no_other_call(ring: Ring) -> None:
    """The keystore of an office was taken away while one of its refusals was still doubted."""
    ring = Ring(ring.store, ring.clock, {ATTESTER: HOUSE, KEEPER: HOUSE})
    with ring.store.unit() as session:
        call(session, ring, TENDER, OutboxStatus.REFUSED, signer=REPORTER, try_at=1.0)
        call(session, ring, MATCH, OutboxStatus.PENDING)
    ring.submit.run()
    assert ring.row(MATCH).status == OutboxStatus.SUBMITTED


def test_a_refused_call_that_its_document_took_back_is_not_asked_about_again(ring: Ring) -> None:
    with ring.store.unit() as session:
        call(session, ring, TENDER, OutboxStatus.REFUSED, try_at=1.0)
        ring.store.take_back(session, TENDER, "taken back")
    ring.submit.run()
    assert ring.row(TENDER).status == OutboxStatus.MOOT
    with ring.store.view() as session:
        assert ring.store.ended_by_word(session, 9) == []


def test_a_call_that_the_bridge_itself_refuses_to_sign_is_not_taken_up_by_a_nodes_word(
    ring: Ring,
) -> None:
    ring.submit._recheck = lambda _row: "its document asks for another call"
    with ring.store.unit() as session:
        call(session, ring, MATCH, OutboxStatus.PENDING, tries=2, try_at=1.0)  # was put off before
    ring.submit.run()
    ring.submit.run()
    assert ring.row(MATCH).status == OutboxStatus.REFUSED
    with ring.store.view() as session:
        alarms = {kind for (kind,) in session.execute(select(Alarm.kind))}
    assert alarms == {"not signed"}


def test_a_bug_in_the_check_of_one_call_refuses_that_call_alone(ring: Ring) -> None:
    def checks(row: Outbox) -> None:
        if row.key == MATCH:
            raise KeyError("nobody foresaw this")

    ring.submit._recheck = checks
    with ring.store.unit() as session:
        call(session, ring, MATCH, OutboxStatus.PENDING)
        call(session, ring, "match:OTHER", OutboxStatus.PENDING)
    ring.submit.run()
    assert ring.row("match:OTHER").status == OutboxStatus.SUBMITTED
    assert ring.row(MATCH).status == OutboxStatus.REFUSED
    assert "KeyError in test_ends.py" in (ring.row(MATCH).reason or "")


def test_an_end_that_may_become_untrue_by_itself_is_not_doubted_although_it_was_put_off_before(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, asks = next(
        (f"{kind}:X-1", asks)
        for kind, made in CALLS.items()
        for asks in made
        if asks.moot_on and not asks.lasts and asks.what == "" and not asks.by_person
    )
    ring.node.verdict = lambda _: CallRefused(next(iter(asks.moot_on)), "")
    with ring.store.unit() as session:
        call(session, ring, key, OutboxStatus.PENDING, tries=1, try_at=1.0)
    monkeypatch.setattr(ring.submit, "_objection", lambda _row: None)
    ring.submit.run()
    assert ring.row(key).status == OutboxStatus.MOOT
    ring.node.verdict = lambda _: None
    ring.clock.now += DOUBT_SECONDS[-1]
    ring.submit.run()
    assert ring.row(key).status == OutboxStatus.MOOT


def test_a_call_whose_transaction_is_proved_is_never_signed_again(ring: Ring) -> None:
    """Two nodes behind one address: one counts the transaction, the other has no receipt of it yet."""
    with ring.store.unit() as session:
        row = call(session, ring, MATCH, OutboxStatus.SUBMITTED)
        attempt(session, row, 5, "mined")
    ring.node.mined = 6
    ring.confirm.run()
    assert ring.row(MATCH).status == OutboxStatus.PENDING  # counted as replaced
    with ring.store.unit() as session:
        proved(session, "mined")
    ring.submit.run()
    assert ring.row(MATCH).status == OutboxStatus.CONFIRMED
    assert ring.node.sent == []


def test_what_counts_as_mined_in_a_block_still_to_be_read_is_neither_sent_nor_signed_again(
    ring: Ring,
) -> None:
    """A node counts the transaction and has no receipt: an act would be shown to its person anew before it is proved."""
    with ring.store.unit() as session:
        row = call(session, ring, MATCH, OutboxStatus.SUBMITTED)
        attempt(session, row, 5, "mined")
    ring.node.mined, ring.node.counted_at = 6, lambda block: 6 if block > 60 else 5
    ring.confirm.run()
    assert ring.row(MATCH).status == OutboxStatus.SUBMITTED
    assert ring.node.sent == []
    ring.clock.now += 60.0
    with ring.store.unit() as session:
        ring.store.cursor(session).block_number = 61
        proved(session, "mined")
    ring.confirm.run()
    ring.submit.run()
    assert ring.row(MATCH).status == OutboxStatus.CONFIRMED
    assert ring.node.sent == []


def test_a_node_that_keeps_no_state_of_the_block_that_was_read_signs_nothing_anew(
    ring: Ring,
) -> None:
    def pruned(_block: int) -> int:
        raise RpcError("eth_getTransactionCount", "missing trie node")

    with ring.store.unit() as session:
        attempt(session, call(session, ring, MATCH, OutboxStatus.SUBMITTED), 5, "mined")
    ring.node.mined, ring.node.counted_at = 6, pruned
    ring.confirm.run()
    assert ring.row(MATCH).status == OutboxStatus.SUBMITTED


def test_calls_whose_refusal_is_still_to_be_read_keep_no_other_waiting(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full batch of them stands first in line, and was asked about on every pass until the chain is read so far."""
    kind, asks = next((kind, asks) for kind, made in CALLS.items() for asks in made if asks.over_on)
    error, over = next(iter(asks.over_on.items()))
    refused = CallRefused(error, "", (10**9,) * ((over.since or 0) + 1))

    def by_block(calls: Sequence[Tried], block: str = "latest") -> Any:
        said = [refused if call[0] == HOUSE and block == "latest" else None for call in calls]
        return said, {call[0]: 5 for call in calls}

    monkeypatch.setattr(ring.node, "static_calls", by_block)
    monkeypatch.setattr(ring.submit, "_is_moot", lambda _row, _verdict: False)
    monkeypatch.setattr(ring.submit, "_objection", lambda _row: None)
    with ring.store.unit() as session:
        for n in range(SUBMIT_BATCH):
            call(session, ring, f"{kind}:OVER-{n}", OutboxStatus.PENDING)
        call(session, ring, MATCH, OutboxStatus.PENDING, signer=WALLET)
    ring.submit.run()
    ring.submit.run()
    assert ring.row(MATCH).status == OutboxStatus.SUBMITTED
    assert ring.row(f"{kind}:OVER-0").status == OutboxStatus.PENDING
    monkeypatch.setattr(ring.node, "static_calls", Node().static_calls)
    ring.clock.now += QUIET_SECONDS  # however quiet the chain is, it is asked about again
    ring.submit.run()
    assert ring.row(f"{kind}:OVER-0").status == OutboxStatus.SUBMITTED


def test_a_bug_of_the_books_told_that_a_call_is_over_refuses_that_call_alone(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would otherwise make submit fail on every pass, and pause."""
    kind, asks = next((kind, asks) for kind, made in CALLS.items() for asks in made if asks.over_on)
    error, over = next(iter(asks.over_on.items()))

    class Books:
        def documents(self, _query: object) -> list[object]:
            return [object()]

        def apply(self, *_: object) -> None:
            raise KeyError("nobody foresaw this")

    monkeypatch.setattr(Over, "fields", lambda _self, _document: {}, raising=False)
    monkeypatch.setattr(ring.submit, "_is_moot", lambda _row, _verdict: False)
    ring.submit._telling = Telling(ring.store, cast(Any, Books()), joined=True)
    ring.node.verdict = lambda _: CallRefused(error, "", (1,) * (over.since + 1))
    with ring.store.unit() as session:
        call(session, ring, f"{kind}:X-1", OutboxStatus.PENDING)
    ring.submit.run()
    assert ring.row(f"{kind}:X-1").status == OutboxStatus.REFUSED
    assert "KeyError in test_ends.py" in (ring.row(f"{kind}:X-1").reason or "")


def test_calls_behind_a_full_lane_keep_no_other_signer_waiting(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ring.submit, "_objection", lambda _row: None)
    with ring.store.unit() as session:
        for n in range(IN_FLIGHT):
            row = call(session, ring, f"match:SENT-{n}", OutboxStatus.SUBMITTED)
            attempt(session, row, 5 + n, f"sent {n}")
        for n in range(SUBMIT_BATCH):
            call(session, ring, f"match:WAITS-{n}", OutboxStatus.PENDING)
        call(session, ring, "match:OTHER", OutboxStatus.PENDING, signer=WALLET)
    ring.submit.run()
    assert ring.row("match:OTHER").status == OutboxStatus.SUBMITTED


def test_bytes_that_another_call_had_signed_before_belong_to_the_call_that_sends_them(
    ring: Ring,
) -> None:
    """Two calls that say the same: the first one's transaction was lost, the second signs it again in the same slot."""
    with ring.store.unit() as session:
        call(session, ring, "match:ONE", OutboxStatus.PENDING)
    ring.submit.run()
    with ring.store.unit() as session:
        one = ring.store.call(session, "match:ONE")
        assert one is not None
        one.status = OutboxStatus.GIVEN_UP
        for each in session.scalars(select(Attempt)):
            each.lost = True
        call(session, ring, "match:TWO", OutboxStatus.PENDING)
    ring.submit.run()
    with ring.store.view() as session:
        ((row, made),) = lanes.pairs(session, lanes.lowest(session, 9))
    assert (row.key, made.nonce, made.lost) == ("match:TWO", 5, False)


@pytest.mark.parametrize(
    ("consensus", "ahead", "asked"),
    [
        pytest.param("ethereum", PENDING_AHEAD_SECONDS, True, id="soon"),
        pytest.param("ethereum", PENDING_AHEAD_SECONDS + 1, False, id="no block has it"),
        pytest.param("ibft", 10**9, False, id="no block has it, where seals are"),
        pytest.param(DEVELOPMENT.name, 10**9, True, id="time goes as its owner wants"),
    ],
)
def test_a_node_that_stands_still_and_names_a_far_time_makes_nothing_due(
    ring: Ring, consensus: str, ahead: int, asked: bool
) -> None:
    """What a contract refuses by such a time would be told to the books, dated in the future."""
    clock = ring.clock
    with ring.store.unit() as session:
        row = call(session, ring, "match:LATER", OutboxStatus.PENDING)
        row.not_before = int(clock.now) + ahead
    ring.node.consensus, ring.node.pending = consensus, int(clock.now) + ahead
    ring.submit.run()  # sees the head
    clock.now += QUIET_SECONDS
    ring.node.pending += int(QUIET_SECONDS)
    with ring.store.unit() as session:
        due = ring.store.call(session, "match:LATER")
        assert due is not None
        due.not_before += int(QUIET_SECONDS)
    assert bool(ring.submit._due()[0]) is asked
