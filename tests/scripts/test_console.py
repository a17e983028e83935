"""What the operator's console promises: a purchase in a few words, and a contract's no in its own words."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.devchain.devchain import HOST, KINDS
from tests.scripts.sandbox_world import SandboxWorld, needs_brownie, open_world, run_console

pytestmark = [pytest.mark.chain, needs_brownie]

BIDS = 'ops.bid(1, "S1", 5_100_000); ops.bid(1, accounts[7], 5_000_000)'
REVEALS = 'ops.reveal(1, "S1"); ops.reveal(1, accounts[7])'


@pytest.fixture(scope="module", params=KINDS)
def everywhere(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SandboxWorld]:
    sandbox = open_world(request.param, tmp_path_factory.mktemp(request.param))
    yield sandbox
    sandbox.bridge.close()
    sandbox.node.stop()


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxWorld]:
    made = open_world("anvil", tmp_path_factory.mktemp("sandbox"))
    yield made
    made.bridge.close()
    made.node.stop()


def test_a_purchase_is_played_from_the_console_on_every_chain(everywhere: SandboxWorld) -> None:
    sandbox = everywhere
    opened, ended, supplier, awarded, funded = sandbox.told(
        'ops.open_tender(500, 6_000_000, ["S1", "S2", "S3"], tax_bps=1_300)',
        f"tell(ops.tender(1)); {BIDS}; ops.wait(121); {REVEALS}; ops.wait(121)",
        "tell(ops.tender(1)); ops.award(1); ops.fund(1)",
        "tell(accounts[7].address); tell(ops.tender(1)); tell(ops.order(1))",
    )
    assert (opened["status"], opened["phase"], opened["quantity"]) == ("open", "commit", 500)
    assert (opened["ceiling_minor"], len(opened["invited"])) == (6_000_000, 3)
    assert (ended["phase"], ended["leading_minor"]) == ("award", 5_000_000)
    assert (funded["status"], funded["amount_minor"], funded["tender"]) == ("funded", 5_000_000, 1)
    assert (funded["supplier"], awarded["order"]) == (supplier, 1)

    shipped, refusal, bare, paid, closed, score = sandbox.told(
        "ops.ship(1, 200); tell(ops.order(1))",
        "tell(no(lambda: ops.ship(1, 301)))",
        'tell(no(lambda: PurchaseOrders.cancel(1, {"from": accounts[0]})))',  # by brownie's own means
        'ops.receive(1, 1, 200); ops.inspect(1, 1, 200); m = ops.balance("S2")',
        "ops.accept(1, 1, tax=260_000); tell(ops.balance('S2') - m)",
        "ops.ship(1, 300); ops.receive(1, 2, 300); ops.inspect(1, 2, 300); ops.accept(1, 2)",
        "tell(ops.order(1)); tell(ops.score('S2'))",
    )
    assert shipped["open_quantity"] == 300
    assert [d["status"] for d in shipped["deliveries"]] == ["shipped"]
    assert shipped["next"] == [
        "delivery 1: the warehouse books the receipt: POST /goods-receipts",
        "the supplier ships: ops.ship(1, 300)",
    ]
    over = "PurchaseOrders_OutOfBounds(value=2, actual=301, least=1, most=300)"
    assert refusal == f"Refused: {over}"
    assert bare.startswith("Refused: PurchaseOrders_WrongStatus(")
    assert paid == 2_260_000
    assert (closed["status"], closed["escrowed_minor"]) == ("closed", 0)
    assert (score["score_bps"] > 6_000, score["outcomes"]) == (True, 2)


def test_a_second_bid_never_costs_the_first_its_salt(sandbox: SandboxWorld) -> None:
    again, early, uninvited, tender, late = sandbox.told(
        'ops.open_tender(9, 1_000_000, ["S1", "S3"], commit_seconds=60, reveal_seconds=60)',
        'ops.bid(1, "S1", 900_000)',
        'tell(no(lambda: ops.bid(1, "S1", 800_000)))',
        'tell(no(lambda: ops.reveal(1, "S1")))',
        'tell(no(lambda: ops.bid(1, "S2", 800_000)))',
        'ops.wait(61); ops.reveal(1, "S1"); tell(ops.tender(1))',
        'tell(no(lambda: ops.bid(1, "S3", 800_000)))',
    )
    assert again.startswith("Refused: Tenders_AlreadyCommitted(tenderId=1, supplier=0x")
    assert early.startswith("TooEarly: bids on tender 1 are revealed from ")
    assert "it would show the node what is sealed" in early
    assert uninvited.startswith("Refused: Bidding_NotInvited(")
    assert (tender["revealed"], tender["leading_minor"]) == (1, 900_000)
    assert late.startswith("Refused: Tenders_CommitClosed(")


def test_registrar_treasurer_and_guardian_have_their_words(sandbox: SandboxWorld) -> None:
    balance, twice, paused = sandbox.told(
        'ops.register(accounts[19], "supplier"); ops.issue(accounts[19], 12_345); ops.approve(accounts[19])',
        'tell(ops.balance(accounts[19])); ops.suspend(accounts[19], "sells what it does not have")',
        'tell(no(lambda: ops.suspend(accounts[19], "again")))',
        "ops.reinstate(accounts[19]); ops.pause()",
        "tell(no(lambda: ops.open_tender(10, 1_000)))",
        "ops.resume()",
    )
    assert balance == 12_345
    assert twice.startswith("Refused: Participants_AlreadySuspended(account=0x")
    assert paused == "Refused: Room_ObligationsStopped()"


def test_a_write_tells_what_it_changed_and_no_gas_and_a_fraction_never_leaves(
    sandbox: SandboxWorld,
) -> None:
    said = sandbox.console(
        'ops.open_tender(9, 1_000_000, ["S1"]); n = max(map(int, ops.tenders()))\n'
        'ops.tenders.bid(n, "S1", 900_000)\nprint(ops.next("S1"))'
    )
    assert "TenderOpened" in said
    assert " 0 → 1" in said
    assert "ops.reveal(" in said or "ops.bid(" in said
    assert "Gas price" not in said
    assert "confirmed" not in said
    told = sandbox.refused('Tenders.award(1.5, {"from": accounts[0]})')
    assert told == (
        "console: BadArgument: award takes whole numbers, not 1.5: amounts are minor units, and nothing is rounded"
    )


MISTAKES = {
    "ops.tender(77)": "NotThere: there is no tender 77; ops.tenders() lists them",
    "ops.order(77)": "NotThere: there is no order 77; ops.orders() lists them",
    "ops.delivery(77, 1)": "NotThere: order 77 has no delivery 1",
    'ops.score("nobody")': "BadArgument: 'nobody' is no account: give accounts[i], an address or a name",
    "ops.wait(0)": "BadArgument: time only goes forward: 0 s",
    'ops.register(accounts[19], "x")': "BadArgument: capability is one of buyer, supplier, node, financier, not 'x'",
}


def test_a_mistake_is_told_in_one_line(sandbox: SandboxWorld) -> None:
    assert sandbox.told(*(f"tell(no(lambda: {code}))" for code in MISTAKES)) == [*MISTAKES.values()]
    assert (
        sandbox.refused("ops.close(77)")
        == "console: Refused: PurchaseOrders_WrongStatus(orderId=77, status=none)"
    )


def test_help_teaches_and_money_accounts_and_times_are_readable(sandbox: SandboxWorld) -> None:
    shown = sandbox.console('help(ops); print(repr(ops.people())); print(repr(ops.score("S2")))')
    for word in (
        "ops.bid(1,",
        "ops.reveal(1,",
        "ops.ship(1,",
        "ops.score(",
        "close(order_id",
        "ops.sign_bet(1,",
        "BETS: ",
    ):
        assert word in shown
    assert "HEFEI      accounts[5]" in shown
    assert "100_000_000 = 1,000,000.00" in shown
    assert "score_bps     6_000" in shown


def test_another_chain_is_refused_before_anything_is_signed(
    sandbox: SandboxWorld, tmp_path: Path
) -> None:
    found = json.loads(sandbox.deployment.read_text())
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


def test_a_system_that_is_down_is_told_so(sandbox: SandboxWorld, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    down = tmp_path / "down.json"
    down.write_text(
        json.dumps(json.loads(sandbox.deployment.read_text()) | {"rpcUrl": f"http://{HOST}:{port}"})
    )
    ran = run_console(down, "ops.people()")
    assert (ran.returncode, "Traceback" in ran.stderr) == (1, False)
    assert f"no node answers at http://{HOST}:{port}: is the system running?" in ran.stderr
    absent = run_console(tmp_path / "absent.json", "ops.people()")
    assert "start a system with `make run` first" in absent.stderr
