"""What the operator's console promises: a purchase in a few words, and a contract's no in its own words."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.devchain import HOST, KINDS
from tests.scripts.sandbox_stage import SandboxStage, needs_brownie, open_stage, run_console

pytestmark = [pytest.mark.chain, needs_brownie]

BIDS = 'ops.bid(1, "S1", 5_100_000); ops.bid(1, accounts[7], 5_000_000)'
REVEALS = 'ops.reveal(1, "S1"); ops.reveal(1, accounts[7])'


@pytest.fixture(scope="module", params=KINDS)
def everywhere(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SandboxStage]:
    stage = open_stage(request.param, tmp_path_factory.mktemp(request.param))
    yield stage
    stage.bridge.port.engine.dispose()
    stage.node.stop()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxStage]:
    made = open_stage("anvil", tmp_path_factory.mktemp("stage"))
    yield made
    made.bridge.port.engine.dispose()
    made.node.stop()


def test_a_purchase_is_played_from_the_console_on_every_chain(everywhere: SandboxStage) -> None:
    stage = everywhere
    stage.stock_falls()
    tender = stage.seen("ops.tender(1)")
    assert (tender["status"], tender["phase"], tender["quantity"]) == ("open", "commit", 500)
    assert tender["ceiling_minor"] == 6_000_000
    assert len(tender["invited"]) == 3

    stage.console(f"{BIDS}; ops.wait(61); {REVEALS}; ops.wait(61)")
    assert stage.seen("ops.tender(1)")["phase"] == "award"
    stage.settle()

    order = stage.seen("ops.order(1)")
    assert (order["status"], order["amount_minor"], order["tender"]) == ("funded", 5_000_000, 1)
    assert order["supplier"] == stage.seen("accounts[7].address")
    assert stage.seen("ops.tender(1)")["order"] == 1

    stage.console("ops.ship(1, 200)")
    order = stage.seen("ops.order(1)")
    assert order["open_quantity"] == 300
    assert [d["status"] for d in order["deliveries"]] == ["shipped"]
    assert order["next"] == [
        "delivery 1: the warehouse books the receipt: POST /goods-receipts",
        "the supplier ships: ops.ship(1, 300)",
    ]
    assert stage.seen('ops.score("S2")')["score_bps"] == 6_000
    refusal = stage.refused("ops.ship(1, 301)")
    assert "PurchaseOrders_QuantityExceedsOrder(orderId=1, quantity=301, open=300)" in refusal
    assert "Tenders_AlreadySettled(tenderId=1, status=awarded)" in stage.refused("ops.award(1)")
    bare = 'Tenders.award(1, {"from": accounts[0]})'  # by brownie's own means
    assert "Tenders_AlreadySettled(tenderId=1, status=awarded)" in stage.refused(bare)


def test_a_second_bid_never_costs_the_first_its_salt(stage: SandboxStage) -> None:
    stage.console(
        'ops.open_tender(10, 1_000_000, ["S1", "S3"], commit_seconds=60, reveal_seconds=60)'
    )
    stage.console('ops.bid(1, "S1", 900_000)')
    assert "Tenders_AlreadyCommitted" in stage.refused('ops.bid(1, "S1", 800_000)')
    assert "Tenders_RevealNotOpen" in (early := stage.refused('ops.reveal(1, "S1")'))
    assert " UTC)" in early
    assert "Tenders_NotInvited" in stage.refused('ops.bid(1, "S2", 800_000)')
    stage.console('ops.wait(61); ops.reveal(1, "S1")')
    assert stage.seen("ops.tender(1)")["leading_minor"] == 900_000
    assert "Tenders_CommitClosed" in stage.refused('ops.bid(1, "S3", 800_000)')


def test_registrar_treasurer_and_guardian_have_their_words(stage: SandboxStage) -> None:
    stage.console(
        'ops.register(accounts[9], "supplier"); ops.issue(accounts[9], 12_345); ops.approve(accounts[9])'
    )
    assert stage.seen("ops.balance(accounts[9])") == 12_345
    stage.console('ops.suspend(accounts[9], "sells what it does not have")')
    assert "Participants_AlreadySuspended" in stage.refused('ops.suspend(accounts[9], "again")')
    stage.console("ops.reinstate(accounts[9]); ops.pause()")
    assert "Tenders_ObligationsPaused()" in stage.refused("ops.open_tender(10, 1_000)")
    stage.console("ops.resume()")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("ops.tender(77)", "NotThere: there is no tender 77; ops.tenders() lists them"),
        ("ops.order(77)", "NotThere: there is no order 77; ops.orders() lists them"),
        ('ops.score("nobody")', "BadArgument: 'nobody' is no account"),
        (
            'ops.register(accounts[9], "carrier")',
            "BadArgument: capability is one of buyer, supplier",
        ),
        ("ops.wait(0)", "BadArgument: time only goes forward"),
    ],
)
def test_a_mistake_is_told_in_one_line(stage: SandboxStage, code: str, told: str) -> None:
    assert stage.refused(code).startswith(f"console: {told}")


def test_money_accounts_and_times_are_readable(stage: SandboxStage) -> None:
    printed = stage.console("ops.people()")
    assert "HEFEI      accounts[5]" in printed
    assert "100_000_000 = 1,000,000.00" in printed
    assert "score_bps     6_000" in stage.console('ops.score("S2")')


def test_help_teaches_a_whole_purchase(stage: SandboxStage) -> None:
    taught = stage.console("help(ops)")
    for word in ("ops.bid(1,", "ops.reveal(1,", "ops.ship(1,", "ops.score(", "def close("):
        assert word in taught


def test_another_chain_is_refused_before_anything_is_signed(
    stage: SandboxStage, tmp_path: Path
) -> None:
    found = json.loads(stage.deployment.read_text())
    for changed, told in (
        ({"chainId": 1}, "is chain 31337, the deployment is on 1"),
        ({"genesisHash": "0x" + "00" * 32}, "is another chain than the deployment's"),
    ):
        elsewhere = tmp_path / "elsewhere.json"
        elsewhere.write_text(json.dumps(found | changed))
        ran = run_console(elsewhere, "ops.people()")
        assert ran.returncode == 1
        assert told in ran.stderr
        assert "Traceback" not in ran.stderr


def test_a_system_that_is_down_is_told_so(stage: SandboxStage, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    down = tmp_path / "down.json"
    down.write_text(
        json.dumps(json.loads(stage.deployment.read_text()) | {"rpcUrl": f"http://{HOST}:{port}"})
    )
    ran = run_console(down, "ops.people()")
    assert (ran.returncode, "Traceback" in ran.stderr) == (1, False)
    assert f"no node answers at http://{HOST}:{port}: is the system running?" in ran.stderr
    absent = run_console(tmp_path / "absent.json", "ops.people()")
    assert "start a system with `make run` first" in absent.stderr
