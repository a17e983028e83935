"""`interlock up`: what it prints is what a newcomer can do, and Ctrl-C leaves nothing behind."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bridge.chain import keys
from scripts.devchain.devchain import HOST
from scripts.sandbox.walkthrough import BROWNIE_INSTALLED
from tests.scripts.sandbox_world import ROOT, needs_brownie
from tests.stopping import ask_until_ended

pytestmark = pytest.mark.chain

PATIENCE_SECONDS = 60.0
LIFE_SECONDS = 240
LAST_LINE = "Ctrl-C stops everything."
FAILED = "urn:interlock:problem"


class Up:
    """A running `interlock up`, and what it printed."""

    def __init__(self, home: Path, *options: str) -> None:
        self.home = home
        command = [
            *(sys.executable, "-m", "scripts.interlock", "up", "--chain-port", "0"),
            *("--api-port", "0", "--home", str(home / "run"), "--window-seconds", "60"),
            *("--deployment", str(home / "deployment.json"), "--seconds", str(LIFE_SECONDS)),
            *options,
        ]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        self.printed: list[str] = []

    def read(self) -> None:
        """Everything up to its last instruction is printed."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed.append(line.rstrip("\n"))
            if self.printed[-1] == LAST_LINE:
                return
        pytest.fail("ended before it was up:\n" + "\n".join(self.printed))

    def place(self, what: str) -> str:
        """A row of the table."""
        (found,) = (line.split()[-1] for line in self.printed if line.startswith(f"  {what} "))
        return found

    @property
    def api(self) -> str:
        """Where the ERP answers."""
        return self.place("ERP API").removesuffix("/docs")

    def token(self, role: str) -> dict[str, str]:
        """Headers of a clerk."""
        tokens = json.loads((self.home / "run" / "tokens.json").read_text())
        return {"Authorization": f"Bearer {tokens[role]}"}

    def ask(self, role: str, path: str) -> Any:
        """A clerk reads."""
        return httpx.get(f"{self.api}/{path}", headers=self.token(role)).raise_for_status().json()

    def tell(self, clerk: str, path: str, body: dict[str, Any]) -> Any:
        """A clerk writes."""
        headers = self.token(clerk) | {"Idempotency-Key": uuid.uuid4().hex}
        answer = httpx.post(f"{self.api}/{path}", headers=headers, json=body)
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return answer.json()

    def below(self) -> set[int]:
        """Every process that it started, and their children."""
        parents: dict[int, int] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                after = stat.read_text().rpartition(")")[2].split()
            except OSError:  # it ended meanwhile
                continue
            parents[int(stat.parent.name)] = int(after[1])
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return found - {self.process.pid}


def eventually(what: str, found: Any) -> Any:
    """The first true answer of `found()`."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (answer := found()):
        assert time.monotonic() < deadline, f"no {what} within {PATIENCE_SECONDS:.0f} s"
        time.sleep(0.2)
    return answer


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    system = Up(tmp_path)
    yield system
    if system.process.poll() is None:
        system.process.terminate()
    system.process.wait(PATIENCE_SECONDS)


@pytest.mark.skipif(sys.platform != "linux", reason="counts processes in /proc")
def test_falling_stock_opens_a_tender_and_ctrl_c_again_and_again_leaves_nothing_behind(
    up: Up,
) -> None:
    up.read()
    body = {"entity": "HEFEI", "item": "STEEL-3MM", "quantity": 1, "purpose": "production"}
    up.tell("warehouse", "goods-issues", body)
    (tender,) = eventually("tender", lambda: up.ask("buyer", "tenders")["items"])
    assert (tender["status"], tender["quantity"]) == ("OPEN", 500)

    started = up.below()
    assert len(started) >= 3  # node, API, bridge
    ports = [int(up.place(what).split(":")[2].split("/")[0]) for what in ("chain", "ERP API")]
    assert ask_until_ended(up.process, PATIENCE_SECONDS) == 0
    assert up.process.stdout is not None
    assert up.process.stdout.read().strip() == "stopped"
    assert [pid for pid in started if Path(f"/proc/{pid}").exists()] == []
    for port in ports:
        with socket.socket() as probe:
            assert probe.connect_ex((HOST, port)) != 0


def test_each_link_opens_the_workbench_signed_in_once_on_this_machine(up: Up) -> None:
    up.read()
    assert up.printed[0] == f"interlock is up: {up.api}/"
    doors = {line.split()[0]: line.split()[1] for line in up.printed if "/app/enter/" in line}
    assert {
        "buyer",
        "warehouse",
        "quality",
        "finance",
        "finance-2",
        "supplier",
        "supplier-2",
        "supplier-3",
        "node-2",
        "auditor",
    } <= doors.keys()
    # Whoever signs in the pages finds the key of its party, and its password, in what is printed.
    (said,) = (line for line in up.printed if line.startswith("password "))
    (named,) = (found[1] for line in up.printed if (found := re.search(r"(/\S+)/S1\.json", line)))
    (address,) = (line.split()[1] for line in up.printed if line.startswith("  S2 "))
    opened = keys.load(Path(named) / "S2.json", said.removeprefix("password "))
    assert opened.address.lower() == address
    for name in ("buyer", "supplier"):
        with httpx.Client(trust_env=False) as browser:
            entered = browser.get(doors[name])
            assert entered.status_code == httpx.codes.OK
            assert 'url=/app/"' in entered.text
            (cookie,) = (c for c in entered.headers.get_list("set-cookie") if "session" in c)
            assert all(flag in cookie for flag in ("HttpOnly", "SameSite=strict", "Path=/app"))
            assert browser.get(f"{up.api}/app/").status_code == httpx.codes.OK
        with httpx.Client(trust_env=False) as another:
            assert another.get(doors[name]).status_code == httpx.codes.GONE
            assert another.get(f"{up.api}/app/").status_code == httpx.codes.SEE_OTHER
    assert not (up.home / "run" / "links.json").exists()


def test_two_clerks_of_finance_approve_a_budget(up: Up) -> None:
    up.read()
    proposal = up.tell("finance", "budget-approvals", {"entity": "HEFEI", "amount_minor": 1})
    approved = up.tell("finance-2", "confirmations", {"proposal": proposal["document"]["number"]})
    assert [document["type"] for document in approved["follow_ups"]] == ["budget_approval"]


@needs_brownie
def test_typing_what_is_printed_leads_from_falling_stock_to_payment_and_proof(up: Up) -> None:
    up.read()
    steps = [line.strip() for line in up.printed if re.match(r"  (erp|console|interlock) ", line)]
    shell = next(line for line in up.printed if line.startswith("  . "))
    paid = next(i for i, step in enumerate(steps) if "supplier-invoices" in step)
    for step in steps[: paid + 1]:
        type_until_it_works(shell, step)
    page = eventually(
        "payment",
        lambda: (
            (found := up.ask("buyer", steps[paid + 1].split()[-1]))["order"]["status"] == "CLOSED"
            and found
        ),
    )
    assert page["money"]["paid_minor"] == 5_650_000
    assert page["money"]["escrowed_minor"] == 0
    assert page["goods"][0]["payment"].startswith("PAY-")
    for step in steps[paid + 1 :]:
        type_until_it_works(shell, step)
    assert up.process.poll() is None


@needs_brownie
def test_who_misses_a_window_is_told_how_to_go_on(up: Up) -> None:
    up.read()
    shell, year = next(line for line in up.printed if line.startswith("  . ")), r"TND-\d{4}-"
    steps = [line.strip() for line in up.printed if re.match(r"  (erp|console) ", line)]
    ends, looks, asks = (s.strip() for s in up.printed if re.match(r"    (erp|console) ", s))
    issue, tender, bids, reveals = steps[:4]
    type_until_it_works(shell, issue)
    type_until_it_works(shell, tender)
    type_until_it_works(shell, ends)
    assert "Tenders_CommitClosed(" in typed(shell, bids)
    eventually("end of the tender", lambda: '"VOID"' in typed(shell, looks))
    type_until_it_works(shell, asks)
    for step in (bids, reveals):
        type_until_it_works(shell, re.sub(f"({year})00001", r"\g<1>00002", step))
    (order,) = eventually("order", lambda: up.ask("buyer", "orders")["items"])
    assert (order["number"][-5:], order["tender_id"]) == ("00001", 2)
    shown = typed(shell, f"console 'ops.order(\"{order['number']}\")'")
    assert re.search(r"^order +1$", shown, re.MULTILINE)
    assert re.search(rf"^tender_number +{year}00002$", shown, re.MULTILINE)
    assert order["number"] in typed(shell, "console 'ops.orders()'")
    assert "the ERP at" in typed(shell, "console 'ops.order(\"PO-1999-00001\")'")


def test_make_run_installs_what_its_walk_needs() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"BROWNIE := {BROWNIE_INSTALLED}\n" in makefile
    assert re.search(r"^run:.* \$\(BROWNIE\) ## ", makefile, re.MULTILINE)


def typed(shell: str, step: str) -> str:
    """What a line says, on either of its outputs."""
    ran = subprocess.run(
        ["/bin/sh", "-c", f"{shell}\n{step}"],
        capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False,
    )  # fmt: skip
    return ran.stdout + ran.stderr


def type_until_it_works(shell: str, step: str) -> None:
    """Types a line as printed, again when the bridge was not there yet."""

    def works() -> bool:
        ran = subprocess.run(
            ["/bin/sh", "-c", f"{shell}\n{step}"],
            capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False,
        )  # fmt: skip
        nonlocal said
        said = ran.stdout + ran.stderr
        return ran.returncode == 0 and FAILED not in ran.stdout

    said = ""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not works():
        assert time.monotonic() < deadline, f"{step}\n{said}"
        time.sleep(0.5)


def test_a_taken_port_is_told_in_one_line_and_nothing_is_started(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        system = Up(tmp_path, "--chain-port", str(port))
        said, _ = system.process.communicate(timeout=PATIENCE_SECONDS)
    assert system.process.returncode == 2
    assert f"port {port} of {HOST} is already in use" in said.replace("\n", " ")
    assert "Traceback" not in said


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "run" / "thesis.txt"
    kept.parent.mkdir()
    kept.write_text("ten years of work")
    system = Up(tmp_path)
    said, _ = system.process.communicate(timeout=PATIENCE_SECONDS)
    assert system.process.returncode == 2
    assert "not a home of ours" in said.replace("\n", " ")
    assert kept.read_text() == "ten years of work"
