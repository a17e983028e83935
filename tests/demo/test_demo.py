"""The demo from beginning to end, also when somebody keeps killing its bridge."""

from __future__ import annotations

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.plays.demo.purchases import CARRIED, NEEDED
from tests.stopping import ask_until_ended

ROOT = Path(__file__).resolve().parents[2]
LINES = 12
KILLS = 5
BETWEEN_SIGNALS_SECONDS = 0.1
PATIENCE_SECONDS = 400

pytestmark = pytest.mark.chain  # every test here runs the demo as a program of its own
# Fields that are drawn at random, are hashes, tell the time of a block, or the score between two payments of one day:
# two undisturbed runs differ in them too.
UNSTEADY = {
    "commitment",
    "despatch_ref",
    "shipped_at",
    "commit_end",
    "reveal_end",
    "review_end",
    "requisition_ref",
    "score_bps",
    "credit_bps",
}


def demo(home: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "scripts.interlock", "demo", "--home", str(home), *options]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def finish(process: subprocess.Popen[str]) -> str:
    output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    return output


def children_of(pid: int) -> Iterator[tuple[int, str]]:
    """Process id and command line of the children of a process."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if int(stat[1]) == pid and stat[0] != "Z":
            yield int(folder.name), command


def bridge_of(pid: int) -> int | None:
    return next((child for child, command in children_of(pid) if "bridge run" in command), None)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def books(home: Path) -> dict[str, Any]:
    """The documents with their entries by type and business content, and the trial balance."""
    database = sqlite3.connect(home / "interlock.db")
    documents = []
    for kind, payload in database.execute("SELECT type, payload FROM document_log"):
        told = json.loads(payload)
        fields = {k: v for k, v in told["fields"].items() if k not in UNSTEADY}
        documents.append(json.dumps([kind, fields, told["entries"]], sort_keys=True))
    balance = database.execute(
        "SELECT entity, account, SUM(debit_minor), SUM(credit_minor) FROM journal_line "
        "GROUP BY entity, account ORDER BY entity, account"
    ).fetchall()
    database.close()
    return {"documents": sorted(documents), "balance": balance}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which a demo ran to its end in peace."""
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    process = demo(home, "--lines", str(LINES), "--json", str(home.with_suffix(".json")))
    output = finish(process)
    assert process.returncode == 0, output
    return home


def test_real_purchases_run_from_falling_stock_to_payment(undisturbed: Path) -> None:
    told = json.loads(undisturbed.with_suffix(".json").read_text())
    assert told["holds"] is True
    assert told["mismatches"] == []
    assert told["purchases"]["lines_read"] == told["purchases"]["lines_played"] == LINES
    assert told["purchases"]["lines_refused"] == []
    money = told["money"]
    assert money["ordered_minor"] == told["purchases"]["value_minor"] > 0
    assert money["accepted_minor"] - money["penalties_minor"] == money["paid_minor"]
    assert money["refunded_minor"] == money["penalties_minor"]
    assert sum(told["lateness"].values()) == LINES
    assert told["erp"]["trial_balance_minor"] == 0
    assert [i["id"] for i in told["audit"]["invariants"]] == [1, 2, 3, 4, 5, 6, 7]
    assert all(i["holds"] and i["checked"] for i in told["audit"]["invariants"])
    assert min(told["chain"][name] for name in ("transactions", "events", "gas", "blocks")) > 0
    assert told["derived"]


def test_paid_by_claim_every_supplier_or_financier_is_paid_when_due(tmp_path: Path) -> None:
    lines = CARRIED.read_text().splitlines()
    header = next(csv.reader([lines[0]]))
    scheduled = header.index("Scheduled Delivery Date")
    rows = [row for row in csv.reader(lines[1:]) if row][:4]
    rows[0][scheduled] = "1-Jun-06"  # the first line came late
    few = tmp_path / "few.csv"
    with few.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    out = tmp_path / "out.json"
    options = ("--purchases", str(few), "--payment-days", "45", "--json", str(out), "--quiet")
    process = demo(tmp_path / "home", *options)
    output = finish(process)
    assert process.returncode == 0, output
    told = json.loads(out.read_text())
    assert (told["holds"], told["mismatches"]) == (True, [])
    claims = told["claims"]
    assert (claims["payment_days"], claims["lines_sold"]) == (45, 1)
    assert 0 < claims["price_minor"] < claims["sold_minor"] < claims["issued_minor"]
    assert claims["collected_minor"] == claims["issued_minor"] == told["money"]["paid_minor"]


def test_a_term_beyond_the_contracts_is_refused(tmp_path: Path) -> None:
    assert "--payment-days" in refused(tmp_path / "home", "--payment-days", "181")


def test_killing_the_bridge_changes_no_book(undisturbed: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    process = demo(home, "--lines", str(LINES), "--json", str(tmp_path / "out.json"), "--quiet")
    killed: list[int] = []

    def kill_it_now_and_then() -> None:
        while process.poll() is None and len(killed) < KILLS:
            time.sleep(0.3 + len(killed) * 0.37)
            bridge = bridge_of(process.pid)
            # Once its database is bound the daemon is in the middle of work, not of starting.
            if bridge is not None and bridge not in killed and (home / "deployment.json").exists():
                time.sleep(1.5 + len(killed) * 0.41)
                if is_running(bridge):
                    os.kill(bridge, signal.SIGKILL)
                    killed.append(bridge)

    killer = threading.Thread(target=kill_it_now_and_then)
    killer.start()
    output = finish(process)
    killer.join()
    assert process.returncode == 0, output
    told = json.loads((tmp_path / "out.json").read_text())
    assert (
        told["bridge_restarts"] >= len(killed) - 1 >= 2
    )  # the last may have come when all was done
    assert told["audit"]["holds"] is True
    assert books(home) == books(undisturbed)


@pytest.mark.parametrize(
    "ask",
    [
        lambda process: process.send_signal(signal.SIGINT),
        lambda process: process.send_signal(signal.SIGTERM),
        lambda process: ask_until_ended(process, PATIENCE_SECONDS),
    ],
    ids=["once", "terminated", "again and again"],
)
def test_an_interrupted_demo_leaves_nothing_running_and_can_be_played_again(
    tmp_path: Path, ask: Callable[[subprocess.Popen[str]], object]
) -> None:
    home = tmp_path / "home"
    process = demo(
        home, "--lines", str(LINES)
    )  # more than a slow machine plays before it is interrupted
    started: dict[int, str] = {}
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not any("bridge run" in command for command in started.values()):
        assert process.poll() is None, finish(process)
        assert time.monotonic() < deadline
        started |= dict(children_of(process.pid))
        time.sleep(0.05)
    ask(process)
    output = finish(process)
    assert process.returncode == 130, output
    # `file` is what Python's own `platform` asks while a process starts
    ours = [command for command in started.values() if not command.startswith("file ")]
    assert len(ours) == 2, ours  # the chain and the bridge
    assert not any(map(is_running, started))
    again = demo(home, "--lines", "1", "--quiet")
    output = finish(again)
    assert again.returncode == 0, output


def refused(home: Path, *options: str) -> str:
    process = demo(home, *options)
    output = finish(process)
    assert process.returncode == 2, output
    assert "Traceback" not in output
    return " ".join(output.split())


def test_what_cannot_be_played_is_said_before_anything_starts(tmp_path: Path) -> None:
    home = tmp_path / "home"
    junk = tmp_path / "junk.csv"
    junk.write_bytes(b"\0" * 99)
    empty = tmp_path / "worthless.csv"
    row = dict.fromkeys(NEEDED, "1") | {"Fulfill Via": "Direct Drop", "Line Item Value": "0"}
    empty.write_text(",".join(NEEDED) + "\n" + ",".join(row[name] for name in NEEDED) + "\n")
    assert "is a binary file" in refused(home, "--purchases", str(junk))
    assert "none of the 1 lines can be an order: 1: Line Item Value is 0" in refused(
        home, "--purchases", str(empty)
    )
    assert "--lines is a number above zero" in refused(home, "--lines", "-3")
    assert "unknown chain 'mainnet'" in refused(home, "--chain", "mainnet")
    assert "cannot write the result" in refused(home, "--json", str(tmp_path))
    assert not home.exists()


def test_a_home_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("mine")
    assert "holds what no play put there (letter.txt)" in refused(tmp_path, "--lines", "1")
    assert letter.read_text() == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]
    assert "is a file" in refused(letter, "--lines", "1")


def test_a_database_in_use_is_refused(undisturbed: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{undisturbed / 'interlock.db'}"
    before = books(undisturbed)
    said = refused(tmp_path / "home", "--lines", "1", "--db", url)
    assert "already holds" in said
    assert books(undisturbed) == before
    for url, complaint in (
        ("oracle://x", "cannot open the database"),
        ("no url", "--db is no database URL"),
        ("sqlite://", "name a file"),
    ):
        assert complaint in refused(tmp_path / "h", "--lines", "1", "--db", url)


def test_the_carried_file_is_what_is_played_by_default() -> None:
    assert CARRIED.is_file()
