"""The bench tells its figures as asked: beside a floor, with met and missed goals, and says why it could not measure."""

from __future__ import annotations

import gzip
import json
import re
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from sqlalchemy import text

from erp.database import open_engine, transaction, upgrade
from erp.items.schemas import RegisterItem
from erp.rooms import execute
from scripts.measure.bench import (
    auditing,
    books,
    catalogue,
    cli,
    client,
    curve,
    demo,
    floor,
    growth,
    inbound,
    latency,
    mix,
    parties,
    peer,
    poison,
    ring,
    server,
    workbench,
)
from scripts.measure.bench.books import Delivery
from scripts.measure.bench.cpu import cpu_seconds, parsed
from scripts.measure.bench.databases import POSTGRESQL, Absent, Databases
from scripts.measure.bench.figure import Figure, duration, rate, skipped
from scripts.measure.bench.goals import FLOOR, GOALS, Goal, judged, missed
from tests.conftest import DevChainFactory

WANTED = {
    *(f"out_{chain}" for chain in ("hardhat", "ibft", "clique")),
    *(f"latency_{chain}_ms" for chain in ("hardhat", "ibft", "clique")),
    "api_single",
    "api_eight",
    "api_single_postgresql",
    "api_eight_postgresql",
    "api_lists_sqlite",
    "api_lists_postgresql",
    "document_cost_growth",
    "trial_balance_s",
    "bet_128_parties",
    "poison_10000",
    "audit_of_the_new",
    "page_documents_s",
    "page_order_s",
    "page_kib",
    "page_plot_kib",
    "pages_eight",
    "live_100_pct",
    "help_s",
    "demo_seconds",
    "orders",
    "out",
    "curve",
    "curve_1000000",
    "ponder",
    "events",
    "in_sqlite",
    "in_postgresql",
    "latency_ms",
}


def figure(name: str, ours: float) -> Figure:
    return Figure(name, "1/s", ours, 1_000.0, 1_000.0 / ours, None, "")


# ---- figures and goals ------------------------------------------------------------------------


def test_a_rate_is_told_per_second_beside_its_floor_and_with_the_cpu_of_one_document() -> None:
    made = rate("api_single", 600, 3.0, 0.5, "600 documents", cpu_seconds=1.2)
    assert (made.ours, made.floor, made.ratio, made.cpu_us) == (200, 1_200, 6, 2_000)


def test_a_duration_is_as_many_times_its_floor() -> None:
    made = duration("demo_seconds", "s", 60.0, 3.0, "")
    assert (made.ours, made.floor, made.ratio, made.cpu_us) == (60, 3, 20, None)


@pytest.mark.parametrize(
    ("name", "ours", "verdict"),
    [
        ("api_single", 100.0, "met"),
        ("api_single", 99.9, "missed"),
        ("trial_balance_s", 1.0, "met"),
        ("trial_balance_s", 1.1, "missed"),
    ],
)
def test_a_goal_stands_in_the_note_with_its_verdict(name: str, ours: float, verdict: str) -> None:
    (told,) = judged([figure(name, ours)])
    assert told.note.endswith(verdict)
    assert missed([told]) == ([name] if verdict == "missed" else [])


def test_eight_clients_are_measured_against_one_of_the_same_run() -> None:
    _, eight = judged([figure("api_single", 200), figure("api_eight", 150)])
    assert missed([eight]) == ["api_eight"]
    (alone,) = judged([figure("api_eight", 150)])
    assert alone.note == ""


def test_what_was_skipped_meets_and_misses_nothing() -> None:
    (told,) = judged([skipped("api_lists_postgresql", "1/s", "no server")])
    assert told.note == "skipped: no server"


def test_a_goal_that_is_missed_is_no_word_of_a_note() -> None:
    assert missed([Figure("x", "s", 1, 1, 1, None, "nothing was missed")]) == []


def test_every_goal_is_of_a_figure_that_is_measured_and_every_named_figure_is() -> None:
    assert set(catalogue.NAMES) == WANTED
    assert set(GOALS) <= WANTED
    others = {goal.of for goal in GOALS.values() if goal.of is not None}
    assert others <= WANTED | {FLOOR}
    figure = rate("out", 10, 2.0, 1.0, "")
    assert Goal(1, of="absent").limit(figure, {}) is None
    assert Goal(0.9, of=FLOOR).limit(figure, {}) == 9.0
    assert Goal(0.9, of=FLOOR).limit(skipped("out", "1/s", "no node"), {}) is None


# ---- the command line -------------------------------------------------------------------------


def test_missed_goals_are_printed_and_the_exit_code_stays_0(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "measure", lambda *_: judged([figure("api_single", 5)]))
    out = tmp_path / "new" / "bench.json"
    assert cli.main(["--only", "api_single", "--json", str(out)]) == 0
    (row,) = json.loads(out.read_text())
    assert list(row) == ["name", "unit", "ours", "floor", "ratio", "cpu_us", "note"]
    assert "missed: api_single" in capsys.readouterr().out


def test_json_goes_to_standard_output_alone_when_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "measure", lambda *_: [skipped("events", "1/s", "no chain")])
    assert cli.main(["--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["ours"] is None


def test_a_figure_that_nobody_measures_is_named_with_those_that_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as refused:
        cli.main(["--only", "api_singel"])
    assert refused.value.code == 2
    assert "api_single" in capsys.readouterr().err


def test_help_tells_every_figure(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    told = capsys.readouterr().out
    assert [name for name in WANTED if name not in told] == []


@pytest.mark.parametrize(
    ("value", "text_"),
    [(None, "-"), (0.01234, "0.0123"), (12.34, "12.3"), (100.4, "100"), (12_345.6, "12,346")],
)
def test_numbers_are_short(value: float | None, text_: str) -> None:
    assert cli.number(value) == text_


# ---- what it measures with --------------------------------------------------------------------


def test_cpu_time_is_read_behind_a_name_with_spaces_and_brackets() -> None:
    stat = "42 (a (b) c) S " + " ".join(str(n) for n in range(1, 40))
    assert parsed(stat, 100) == (11 + 12) / 100


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_cpu_time_of_nobody_is_not_told() -> None:
    assert cpu_seconds(2**30) is None


def test_rows_are_parted_without_loss_however_many_transactions() -> None:
    rows = tuple((number,) for number in range(10))
    made = floor.Written("x", ("a",), rows)
    for parts in (1, 3, 10, 12):
        assert sum((made.part(index, parts) for index in range(parts)), ()) == rows


def test_the_floor_inserts_the_rows_that_a_document_wrote_and_no_others(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'ours.db'}")
    upgrade(engine)
    before = floor.standing(engine)
    with transaction(engine) as session:
        command = RegisterItem(code="BOLT", name="Bolt", unit="piece")
        execute(session, command, at=1_800_000_000, salt=bytes(32), actor="test")
    made = floor.written(engine, before)
    engine.dispose()
    assert {each.table: len(each.rows) for each in made}["document_log"] == 1
    assert "ledger_account" not in {each.table for each in made}  # the chart stood before
    url = f"sqlite:///{tmp_path / 'floor.db'}"
    assert floor.insert_seconds(url, made, commits=1) > 0
    again = open_engine(url)
    with again.connect() as connection:
        assert connection.execute(text("SELECT code FROM item")).scalars().all() == ["BOLT"]
    again.dispose()


def test_a_demo_that_fails_is_told_in_its_own_words() -> None:
    with pytest.raises(demo.DemoFailed, match="no chain"):
        demo._run([sys.executable, "-c", "import sys; sys.exit('no chain')"])


def test_lists_hold_every_command_once() -> None:
    told = [mix.issue() for _ in range(1_201)]
    sizes = [len(each) for each in mix.lists_of(told, 500)]
    assert sizes == [500, 500, 201]


@pytest.mark.chain
def test_audits_of_what_is_new_are_measured_behind_a_short_and_a_long_history(
    tmp_path: Path,
) -> None:
    made = auditing.measure(tmp_path, few=12, many=20, new=3)
    assert (made.name, made.floor) == ("audit_of_the_new", 1.0)
    assert "behind 20" in made.note
    assert made.ratio is not None
    assert made.ratio > 0


@pytest.mark.chain
def test_transactions_and_events_of_the_ring_are_measured_through_the_bridge_as_it_is_now(
    devchain: DevChainFactory, tmp_path: Path
) -> None:
    prepared = ring.Ring.prepare(devchain("anvil"), tmp_path)
    for made in (prepared.out(3, 2), prepared.events(3)):
        assert made.ours is not None
        assert made.ours > 0


def test_poison_is_measured_from_its_arrival_to_its_booking_after_the_cure(tmp_path: Path) -> None:
    with Databases(tmp_path) as databases:
        made = poison.measure(databases, few=3, many=6)
    assert (made.name, made.floor) == ("poison_10000", 1.0)
    assert "among 6" in made.note
    assert made.ratio is not None
    assert made.ratio > 0


@pytest.mark.chain
@pytest.mark.parametrize("dialect", inbound.NAMES)
def test_blocks_of_events_are_measured_into_the_books_of_each_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dialect: str
) -> None:
    monkeypatch.setattr(inbound, "BLOCKS", 2)
    monkeypatch.setattr(inbound, "BLOCK_EVENTS", 3)
    monkeypatch.setattr(inbound, "ROUNDS", 2)
    with Databases(tmp_path) as databases:
        made = inbound.measure(dialect, databases, tmp_path)
    assert made.name == inbound.NAMES[dialect]
    assert "2 × 6 documents, 3 a block" in made.note
    held = re.search(r"books all 12 by itself holds (\d+) MB", made.note)
    assert held is not None
    assert int(held[1]) > 0
    assert made.ratio is not None
    assert made.ratio > 0


def test_ponder_is_skipped_where_it_cannot_be_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses() -> Path:
        raise peer.Failed("npm ci ended with code 1: no registry")

    monkeypatch.setattr(peer, "installed", refuses)
    with Databases(tmp_path) as databases:
        made = peer.measure(databases, tmp_path)
    assert made == skipped("ponder", "1/s", "npm ci ended with code 1: no registry")


def test_ponders_time_is_from_the_beginning_to_the_end_of_its_sync(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    said = [
        (1_000, "Created tables [row]"),
        (2_000, "Started 'local' historical sync with 0% cached"),
    ]
    lines = ["no JSON", *(json.dumps({"time": at, "msg": msg}) for at, msg in said)]
    log.write_text("\n".join(lines))
    assert peer._synced(log) is None
    log.write_text(
        "\n".join([*lines, json.dumps({"time": 4_500, "msg": "Completed historical indexing"})])
    )
    assert peer._synced(log) == 2.5


@pytest.mark.chain
def test_a_document_is_measured_behind_more_and_more_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbound, "BLOCK_EVENTS", 3)
    monkeypatch.setattr(curve, "SIZES", (3, 12))
    monkeypatch.setattr(curve, "SAMPLE_BLOCKS", 1)
    made = curve.measure(tmp_path)
    assert made.name == "curve"
    assert made.ratio is not None
    assert made.ratio > 0
    assert made.note.count("µs CPU") == 2


def test_what_takes_hours_is_measured_only_when_it_is_named() -> None:
    assert set(catalogue.NAMES) - set(catalogue.BY_DEFAULT) == {"curve_1000000"}


@pytest.mark.chain
def test_a_lonely_event_is_measured_from_its_block_to_its_document(tmp_path: Path) -> None:
    made = latency.measure(tmp_path, 3)
    assert "3 lonely events" in made.note
    assert made.ours is not None
    assert made.floor is not None
    assert made.ours > 0 < made.floor


@pytest.mark.chain
def test_a_bet_is_measured_from_its_reports_to_its_payouts_with_as_many_parties_in_all(
    devchain: DevChainFactory, tmp_path: Path
) -> None:
    made = parties.measured(devchain("anvil"), tmp_path, many=4, few=2, periods=2)
    assert (made.name, made.floor) == (parties.NAME, 1.0)
    assert "of 4 × 2" in made.note
    assert "of 2 × 2" in made.note
    assert made.ratio is not None
    assert made.ratio > 0
    engine = open_engine(f"sqlite:///{tmp_path / 'bench.db'}")
    with engine.connect() as connection:
        counted = "SELECT type, count(*) FROM document_log WHERE type LIKE 'bet_%' GROUP BY type"
        counts = {str(type_): int(n) for type_, n in connection.execute(text(counted))}
    engine.dispose()
    assert (counts["bet_contract"], counts["bet_settlement"]) == (3, 3)
    assert counts["bet_payout"] == 2 * 4
    assert counts["bet_measure"] == 2 * 4 * 2 + 3, "each party in each period, each bet's value"


def test_every_command_of_the_mix_has_a_route_and_a_role() -> None:
    delivery = Delivery("PO-2026-00001", 1)
    for told in (
        mix.receipt(delivery, 0),
        mix.inspection("GR"),
        mix.invoice(delivery),
        mix.issue(),
    ):
        assert told.route.startswith("/")
        assert told.role in server.ROLES
        assert told.as_json()["command"] == told.command


def test_the_books_to_measure_with_take_every_command_of_the_mix(tmp_path: Path) -> None:
    made = books.Books(f"sqlite:///{tmp_path / 'books.db'}", int(time.time()))
    deliveries = made.despatched(books.DELIVERIES + 1)
    before = made.documents()
    for delivery in deliveries:
        received = growth.tell(made, mix.receipt(delivery, made.now))
        growth.tell(made, mix.inspection(received))
        growth.tell(made, mix.invoice(delivery))
    assert made.documents() == before + mix.DOCUMENTS * len(deliveries)
    growth.tell(made, mix.issue())
    assert made.documents() == before + mix.DOCUMENTS * len(deliveries) + 1
    made.close()


def test_pages_are_fetched_with_their_files_and_beside_a_bare_server_of_the_same_bytes() -> None:
    text = b'<link href="/app/static/a.css"><script src="/app/static/b.js"></script>'
    kept = {
        "/app/": ("gzip", gzip.compress(text)),
        "/app/static/a.css": ("", b"a" * 100),
        "/app/static/b.js": ("", b"b" * 200),
    }
    with workbench.bare(kept) as port:
        browser = workbench.Browser(port)
        assert workbench.whole(browser, "/app/") == kept
        browser.close()
        pages = workbench.Pages(port, "")
        seconds = pages.seconds("page_order_s", "/app/", "one")
        assert seconds.ours is not None
        assert seconds.ours > 0
        assert "3 requests" in seconds.note
        size = pages.largest("page_kib", ["/app/"])
        assert size.ours == (len(kept["/app/"][1]) + 300) / 1024
        assert pages.at_once("/app/", browsers=2, pages=2).note.startswith("2 browsers, 2 pages")
        with pytest.raises(client.Refused):
            workbench.Browser(port).get("/app/static/none")


def test_pages_and_listeners_are_measured_at_a_real_server(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'pages.db'}"
    made = books.Books(url, int(time.time()))
    order = workbench.delivered(made, 1)
    with server.Server(url, tmp_path, ("finance", "warehouse")) as running:
        names = workbench.NAMES_OF_PAGES
        figures = workbench.pages_of(names, made, running, order, made.documents() + 5, each=1)
        live = workbench.live_of(running, listeners=2, seconds=1.5)
    assert sorted(each.name for each in figures) == sorted(names)
    assert all(each.ours and each.floor for each in figures)
    assert "2 listeners heard" in live.note
    assert "heard 0 bytes" not in live.note
    made.close()


def test_without_its_server_a_figure_is_skipped_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "pgserver", None)
    with Databases(tmp_path) as databases:
        with pytest.raises(Absent, match="pgserver"):
            databases.new(POSTGRESQL)
        (measurement,) = [m for m in catalogue.MEASUREMENTS if m.names == ("api_lists_postgresql",)]
        (told,) = measurement.measure(measurement.names, databases, tmp_path)
    assert told.ours is None
    assert told.note.startswith("skipped: the package pgserver")


@pytest.fixture
def refusing() -> Iterator[int]:
    """The port of a server that is busy once and refuses then."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        answers: ClassVar[list[int]] = [503, 409]

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(self.answers.pop(0))
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None: ...

    httpd = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield httpd.server_port
    httpd.shutdown()
    httpd.server_close()


def test_a_busy_database_is_asked_again_and_a_refusal_ends_the_bench(refusing: int) -> None:
    asked = client.Client(refusing, "token")
    with pytest.raises(client.Refused, match="POST /goods-issues: 409"):
        asked.post("/goods-issues", {})
    assert asked.busy == 1
    asked.close()


def test_a_server_that_does_not_start_is_told_with_its_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(server.Server, "_token", lambda *_: "")
    made = server.Server(f"sqlite:///{tmp_path / 'no' / 'such.db'}", tmp_path)
    with pytest.raises(server.NoServer, match=r"such\.db"):
        made.__enter__()
