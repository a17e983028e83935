"""A bridge is ready while everything advances that has something to do, and says what stands still otherwise."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import replace
from typing import cast

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bridge.chain.rpc import RPC_TIMEOUT_SECONDS
from bridge.errors import NodeUnavailable, PortBusy
from bridge.intents import Call, OutboxStatus
from bridge.ring.daemon import Daemon, Ring
from bridge.store import lanes, schema
from bridge.store.engine import open_engine
from bridge.store.store import Store
from bridge.store.tables import Attempt
from bridge.watch.ready import FAILING_SECONDS, PASS_SECONDS, STILL_SECONDS, Advance, reasons
from bridge.watch.sample import Audited, Sample, take
from bridge.watch.server import LOOK_SECONDS, Watch, serving
from bridge.watch.stages import Stages
from tests.world import World

QUIET = Sample(
    head=100, block=100, documents=7, reported=7, to_book=0, due=(0, 0), lanes={}, in_flight={},
    inbox={}, outbox={}, alarms={}, unanchored=0,
)  # fmt: skip


class Clock:
    """Seconds that a test lets pass."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Judge:
    """Judges samples one after the other, as the watch does."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.stages = Stages(self.clock)
        self._advance = Advance(self.clock)

    def __call__(self, sample: Sample, depth: int = 0) -> tuple[str, ...]:
        seen = self.stages.seen()
        return reasons(sample, seen, self.stages.pass_age, self._advance, self.clock.now, depth)

    def after(self, seconds: float, sample: Sample, depth: int = 0) -> tuple[str, ...]:
        """The judgement after some seconds in which the daemon walked on."""
        self.clock.now += seconds
        self.stages.note_pass()
        return self(sample, depth)


@pytest.mark.parametrize(
    ("waits", "moves", "told"),
    [
        ({"block": 90}, {"block": 91}, "block 90 of 100 was read last"),
        (
            {"to_book": 3, "next_event": "5"},
            {"to_book": 3, "next_event": "6"},
            "3 events wait to be booked",
        ),
        ({"reported": 5}, {"reported": 6}, "document 5 of 7 was read last"),
        ({"due": (2, 8)}, {"due": (2, 9)}, "2 calls are due and were not sent"),
        ({"lanes": {"0xaa": 4}}, {"lanes": {"0xaa": 5}}, "nonce 4 of 0xaa is not mined"),
    ],
)
def test_what_has_work_and_does_not_move_is_a_reason_and_what_moves_is_none(
    waits: dict[str, object], moves: dict[str, object], told: str
) -> None:
    judge, waiting, moved = Judge(), replace(QUIET, **waits), replace(QUIET, **moves)  # type: ignore[arg-type]
    assert judge(waiting) == ()
    assert judge.after(STILL_SECONDS - 1, waiting) == ()
    assert judge.after(1, waiting) == (f"{told}, for {STILL_SECONDS:.0f} s",)
    assert judge.after(1, moved) == ()
    assert judge.after(STILL_SECONDS - 1, moved) == ()
    assert judge.after(1, QUIET) == ()
    assert judge.after(10 * STILL_SECONDS, QUIET) == ()
    assert judge.after(STILL_SECONDS, waiting) == ()


@pytest.mark.parametrize(
    ("waits", "told"),
    [
        ({"to_book": 3, "next_event": "5"}, "events wait to be booked"),
        ({"due": (2, 8)}, "calls are due and were not sent"),
    ],
)
def test_what_stands_still_is_a_reason_although_more_of_it_comes_and_blocks_are_read(
    waits: dict[str, object], told: str
) -> None:
    judge, reported = Judge(), []
    for n in range(20):
        more = {"to_book": 3 + n} if "to_book" in waits else {"due": (2 + n, 8)}
        sample = replace(QUIET, **waits | more, head=100 + n, block=100 + n)  # type: ignore[arg-type]
        reported = list(judge.after(STILL_SECONDS / 10, sample))
    assert [told in reason for reason in reported] == [True]


def test_a_transaction_that_is_mined_and_not_final_yet_is_no_lane_that_stands_still() -> None:
    """Twelve blocks of five seconds are a minute: each call would otherwise be an alarm."""
    engine = open_engine("sqlite://")
    schema.upgrade(engine)
    store = Store(engine, lambda: 0.0)
    with store.unit() as session:
        for nonce, block in ((4, 90), (5, None)):
            made = Call(
                key=f"k:{nonce}", aggregate="a", signer="0xaa", contract="C", function="f", args=()
            )
            row = store.add_call(session, made, None)
            row.status = OutboxStatus.SUBMITTED
            session.flush()
            session.add(
                Attempt(
                    outbox_id=row.id or 0, signer="0xaa", nonce=nonce, tx_hash=f"{nonce}", raw="0x", block_number=block
                )
            )  # fmt: skip
        session.flush()
        assert lanes.lowest_nonces(session) == {"0xaa": 5}
    engine.dispose()


def test_a_watch_that_cannot_look_does_not_say_that_all_is_well() -> None:
    judge, samples = Judge(), iter([QUIET])
    watch = Watch(lambda: next(samples), judge.stages, 0, judge.clock)
    watch.look()
    assert watch.ready()[0] == 200
    with suppress(StopIteration):  # a bug
        watch.look()
    assert watch.ready()[0] == 503
    assert "StopIteration" in watch.ready()[2].decode()


def test_a_daemon_whose_only_node_swallows_every_question_is_alive() -> None:
    """Whoever restarts what is not alive would restart it for ever, although it only waits for its node."""
    clock = Clock()
    alive: list[int] = []

    class Waits:
        def run(self) -> int:
            clock.now += RPC_TIMEOUT_SECONDS
            alive.append(watch.live()[0])
            raise NodeUnavailable("timed out")

    class Nowhere:
        def beat(self) -> None: ...

        def raise_alarm(self, *_: str) -> None: ...

    stages = Stages(clock)
    watch = Watch(lambda: QUIET, stages, 0, clock)
    left = iter(range(3))
    Daemon(
        Ring(*(Waits() for _ in range(6))), cast(Store, Nowhere()), lambda: None, 0.5, lambda _: None, clock, stages
    ).run(lambda: next(left, None) is None)  # fmt: skip
    assert set(alive) == {200}


def test_blocks_that_are_not_final_yet_are_no_lag() -> None:
    judge, young = Judge(), replace(QUIET, block=88)
    assert judge(young, 12) == ()
    assert judge.after(9 * STILL_SECONDS, young, 12) == ()
    assert judge(young, 11) == ()
    assert len(judge.after(STILL_SECONDS, young, 11)) == 1


def test_a_node_that_is_away_for_long_and_a_stage_that_goes_on_failing_are_reasons() -> None:
    judge, away = Judge(), replace(QUIET, head=None, problem="http://node does not answer")
    judge.stages.note("ingest", 0.1, NodeUnavailable("http://node does not answer"))
    assert judge(away) == ()
    told = judge.after(FAILING_SECONDS, away)
    assert told == (
        f"ingest has failed for {FAILING_SECONDS:.0f} s: NodeUnavailable: http://node does not answer",
        f"no node has answered for {FAILING_SECONDS:.0f} s: http://node does not answer",
    )
    judge.stages.note("ingest", 0.1, None)
    assert judge(QUIET) == ()


def test_an_audit_that_is_too_old_is_a_reason_and_one_that_was_never_run_counts_from_the_beginning() -> (
    None
):
    clock = Clock()
    advance = Advance(clock)

    def judged(sample: Sample, age_max: float) -> tuple[str, ...]:
        return reasons(sample, {}, 0.0, advance, clock.now, 0, age_max)

    old = replace(QUIET, audited=Audited(age=7_200.0, differences=3, whole_age=None))
    assert judged(old, 7_201.0) == ()
    assert judged(old, 7_200.0) == ("the last audit was 2 h ago: run `interlock audit`",)
    assert judged(old, 0.0) == ()
    assert judged(QUIET, 7_200.0) == ()
    clock.now += 7_200.0
    (said,) = judged(QUIET, 7_200.0)
    assert "was never" in said
    assert judged(replace(old, audited=Audited(0.0, 0, 0.0)), 7_200.0) == ()


def test_a_daemon_that_walks_no_more_is_neither_live_nor_ready() -> None:
    judge = Judge()
    watch = Watch(lambda: QUIET, judge.stages, 0, judge.clock)
    watch.look()
    assert (watch.live()[0], watch.ready()[0]) == (200, 200)
    judge.clock.now += PASS_SECONDS
    watch.look()
    assert (watch.live()[0], watch.ready()[0]) == (503, 503)
    assert f"began its last pass {PASS_SECONDS:.0f} s ago" in watch.ready()[2].decode()


def test_a_look_that_never_ends_does_not_leave_what_was_seen_before_it() -> None:
    """A node that answers drop by drop held the watch, and `/ready` said for ever that all was well."""
    judge = Judge()
    watch = Watch(lambda: QUIET, judge.stages, 0, judge.clock)
    watch.look()
    judge.clock.now += LOOK_SECONDS - 1
    assert watch.ready()[0] == 200
    judge.clock.now += 1
    status, _, body = watch.ready()
    assert status == 503
    assert f"nothing was seen for {LOOK_SECONDS:.0f} s" in body.decode()
    assert "interlock_bridge_ready 0" in watch.metrics()[2].decode()
    watch.look()
    assert watch.ready()[0] == 200


def test_a_look_that_began_earlier_does_not_hide_what_a_later_one_found() -> None:
    judge = Judge()
    begun, goes_on = threading.Event(), threading.Event()

    def take() -> Sample:
        if begun.is_set():
            raise PortBusy("it is away")
        begun.set()  # the first look: all was well, and it is held up
        assert goes_on.wait(10)
        return QUIET

    watch = Watch(take, judge.stages, 0, judge.clock)
    looks = [threading.Thread(target=watch.look) for _ in range(2)]
    looks[0].start()
    assert begun.wait(10)
    looks[1].start()
    looks[1].join(0.2)  # ends in this time unless it waits for the first
    goes_on.set()
    for look in looks:
        look.join(10)
    assert "the database does not answer: it is away" in watch.ready()[2].decode()


def fetch(url: str) -> tuple[int, str]:
    """Status and body."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def walk(daemon: Daemon, passes: int) -> None:
    """The daemon's own loop, for so many passes."""
    left = iter(range(passes))
    daemon.run(lambda: next(left, None) is None)


def test_a_running_bridge_serves_its_figures_and_says_when_its_node_is_away(world: World) -> None:
    daemon, clock = world.bridge.daemon, Clock()
    to = world.people["SUPPLIER"].address
    world.transact("BUYER", "SettlementToken", "transfer", to, 777)
    daemon._sleep = lambda _: None
    walk(daemon, 5)
    client, store = world.bridge.client, world.bridge.store
    watch = Watch(lambda: take(store, world.bridge.port, client), daemon.stages, 0, clock)
    with serving(watch, 0) as url:
        watch.look()
        assert fetch(f"{url}/live")[0] == 200
        status, body = fetch(f"{url}/ready")
        assert (status, json.loads(body)) == (200, {"ready": True, "reasons": []})
        status, body = fetch(f"{url}/metrics")
        figures = {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(body)
            for sample in family.samples
        }
        assert status == 200
        assert figures["interlock_bridge_head_block",] == world.status()["head"]
        assert figures["interlock_bridge_block",] == world.status()["block"]
        assert figures["interlock_bridge_documents",] == world.bridge.port.last_sequence()
        assert figures["interlock_bridge_inbox", "posted"] > 0
        assert figures["interlock_bridge_stage_runs_total", "ingest"] >= 5
        assert figures["interlock_bridge_stage_failures_total", "ingest"] == 0
        assert figures["interlock_bridge_ready",] == 1

        def away(*_: object) -> None:
            raise NodeUnavailable("it is away")

        client.head = away  # type: ignore[method-assign]
        watch.look()
        clock.now += FAILING_SECONDS
        watch.look()
        status, body = fetch(f"{url}/ready")
        assert status == 503
        assert "no node has answered for 60 s: it is away" in body
        status, body = fetch(f"{url}/elsewhere")
        assert (status, "/ready" in body) == (404, True)
