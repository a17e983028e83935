"""Blocks whose events are booked leave the chain: what came of them is reversed, and the books become the new chain's."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bridge.chain.scan import HEADERS_AT_ONCE
from bridge.errors import DeepReorg, PortRefused
from bridge.ports.embedded import EmbeddedPort
from bridge.ports.port import Document
from bridge.ports.vocabulary.reorganisations import ChainReorganisation
from bridge.ring import reorganise
from bridge.store import reorganising
from erp.kernel.base import metadata
from erp.kernel.calendar import month_after, month_of
from erp.ledger.schemas import ClosePeriod
from erp.procurement.schemas import RecordGoodsReceipt
from erp.reorganisations.again import Again
from erp.reorganisations.queries import KEPT, KEPT_PREFIXES
from erp.reorganisations.schemas import ORIGINS_MAX
from scripts.devchain.devchain import DevChain
from scripts.plays.acts.minutes import SLOT_SECONDS, Machine
from tests.bridge.ports.test_vocabulary import assert_fits
from tests.faults.crashes import DyingWorld
from tests.faults.driving import run_daemon
from tests.faults.test_refused_for_good import late_receipt
from tests.world import BUYER, DAY, World, build_world
from tests.worlds import Worlds

# Of two runs these differ always: numbers of documents, hashes of salted ones, times of blocks.
DIFFERING = (
    (re.compile(r"\b([A-Z]{2,4}-20\d\d)-\d{5}\b"), r"\1"),
    (re.compile(r"0x[0-9a-f]{64}"), "hash"),
    (re.compile(r"\b1\d{9}\b"), "time"),
)


def plain(row: Any) -> str:
    """A row without what differs between two runs."""
    text = repr(tuple(row))
    for found, instead in DIFFERING:
        text = found.sub(instead, text)
    return text


def rooms(world: World) -> dict[str, list[str]]:
    """Every row of every table of the rooms, what stands on every account, and the tokens of everybody."""
    tables = {
        table.name: sorted(map(plain, world.sql(str(select(table)))))
        for table in metadata.sorted_tables
        if table.name not in KEPT and not table.name.startswith(KEPT_PREFIXES)
    }
    standing = "SELECT entity, account, balance_minor FROM ledger_balance WHERE balance_minor <> 0"
    calls = "SELECT signer, contract, function, status FROM bridge_outbox WHERE status = 'pending'"
    return {
        **tables,
        "balances": sorted(map(plain, world.sql(standing))),
        "calls": sorted(map(plain, world.sql(calls))),
        "tokens": [f"{who} {world.balance(who)}" for who in sorted(world.people)],
    }


class Branches:
    """Lets a world's chain go back to where it was, and grow anew."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.height = world.bridge.client.height()
        self._before = world.node.rpc("evm_snapshot")

    def leave(self, blocks: int = 1) -> None:
        """All blocks since have left the chain; so many more than were there are made in their place, without events."""
        node = self.world.node
        height = self.world.bridge.client.height()
        node.rpc("evm_revert", [self._before])
        self._before = node.rpc("evm_snapshot")
        for person in self.world.people.values():
            person._nonce = None
        node.mine(max(height - self.world.bridge.client.height() + blocks, 0))


def trade(world: World, tender: Document, bids: dict[str, int], net: int) -> None:
    """From the bids of a tender to the payment of the goods."""
    world.bid(tender, bids)
    world.settle()
    order = world.last("purchase_order")
    winner = min(bids, key=lambda who: bids[who])
    delivery = world.ship(winner, order, 100)
    world.wait(DAY)
    world.deliver(order, delivery, received=100, accepted=100, net=net)


ZONE = "Asia/Shanghai"  # of the books of the house
A, B = {"SUPPLIER": 1_000_003, "RIVAL": 1_000_004}, {"SUPPLIER": 900_002, "RIVAL": 900_001}


def check_equal(found: dict[str, list[str]], wanted: dict[str, list[str]]) -> None:
    """Names the tables that are not equal."""
    unlike = {name: (found[name], wanted[name]) for name in wanted if found[name] != wanted[name]}
    assert unlike == {}


def of_a_clean_run(
    home: Path, worlds: Worlds, play: Callable[[World], object]
) -> dict[str, list[str]]:
    """What a run leaves that never saw another branch."""
    (home / "clean").mkdir()
    clean = worlds.fresh(home / "clean")
    play(clean)
    clean.assert_audit_holds()
    found = rooms(clean)
    clean.close()
    return found


def check_ended(world: World, wanted: dict[str, list[str]]) -> None:
    """The books are those of the clean run, nothing waits, and the audit holds."""
    check_equal(rooms(world), wanted)
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_trade_on_blocks_that_left_the_chain_is_as_if_it_never_was(
    worlds: Worlds, tmp_path: Path
) -> None:
    wanted = of_a_clean_run(
        tmp_path, worlds, lambda clean: trade(clean, clean.open_tender(), B, 900_001)
    )
    world = worlds.fresh(tmp_path)
    tender = world.open_tender()
    branches = Branches(world)
    trade(world, tender, A, 1_000_003)
    assert world.documents("payment")
    branches.leave()
    world.settle()
    assert world.documents("payment") == []
    alarms = world.alarms()
    assert "final" in alarms["reorganisation"]
    fallen = [d for d in world.bridge.port.changes(0, 10_000) if d.type == "goods_receipt"]
    assert fallen[0].voided_by is not None
    assert fallen[0].number in alarms["fallen"]
    (told,) = world.documents("chain_reorganisation")
    assert_fits(told, ChainReorganisation)
    (shown,) = world.status()["reorganisations"]
    assert (shown["document"], shown["fallen"]) == (told.number, told.fields["fallen"])
    world.assert_audit_holds()
    trade(world, tender, B, 900_001)
    check_ended(world, wanted)
    world.close()


def test_the_daemon_goes_on_by_itself(world: World) -> None:
    to = world.people["SUPPLIER"].address
    branches = Branches(world)
    world.transact(BUYER, "SettlementToken", "transfer", to, 111)
    world.settle()
    branches.leave(2)
    world.transact(BUYER, "SettlementToken", "transfer", to, 222)
    run_daemon(world, lambda: bool(amounts(world) == [222]))
    world.settle()
    world.assert_audit_holds()


def amounts(world: World) -> list[int]:
    """What was transferred, by the documents that count."""
    return [d.fields["amount_minor"] for d in world.documents("token_transfer")]


def test_a_fork_across_windows(worlds: Worlds, tmp_path: Path) -> None:
    world = worlds.fresh(tmp_path)
    to = world.people["SUPPLIER"].address
    branches = Branches(world)
    for amount in (111, 112, 113):
        world.transact(BUYER, "SettlementToken", "transfer", to, amount)
        world.node.mine(HEADERS_AT_ONCE)
    world.settle()
    assert amounts(world) == [111, 112, 113]
    events = "SELECT count(*) FROM bridge_inbox WHERE block_number > :height"
    (gone,) = world.sql(events, height=branches.height)
    branches.leave()
    world.transact(BUYER, "SettlementToken", "transfer", to, 222)
    world.settle()
    assert amounts(world) == [222]
    assert world.sql("SELECT count(*) FROM bridge_orphan") == [gone]  # and nothing that stands
    world.assert_audit_holds()
    world.close()


def test_a_closed_month_stays_closed(worlds: Worlds, tmp_path: Path) -> None:
    def closed(world: World, month: str) -> None:
        world.wait(40 * DAY)
        world.settle()
        world.erp(ClosePeriod(entity=BUYER, period=month), "finance")

    (tmp_path / "clean").mkdir()
    clean = worlds.fresh(tmp_path / "clean")
    month = month_of(clean.now, ZONE)
    clean.open_tender()
    closed(clean, month)
    wanted = rooms(clean)
    clean.close()

    world = worlds.fresh(tmp_path)
    tender = world.open_tender()
    branches = Branches(world)
    trade(world, tender, A, 1_000_003)
    closed(world, month)
    branches.leave()
    world.wait(40 * DAY)
    world.settle()
    (told,) = world.documents("chain_reorganisation")
    assert {e["period"] for e in told.entries if e["entity"] == BUYER} == {month_after(month)}
    assert world.documents("period_close")
    check_equal(rooms(world), wanted)
    world.assert_audit_holds()
    world.close()


def test_two_in_a_row(worlds: Worlds, tmp_path: Path) -> None:
    wanted = of_a_clean_run(
        tmp_path, worlds, lambda clean: trade(clean, clean.open_tender(), B, 900_001)
    )
    world = worlds.fresh(tmp_path)
    tender = world.open_tender()
    branches = Branches(world)
    for _ in range(2):
        trade(world, tender, A, 1_000_003)
        branches.leave()
        world.settle()
    assert len(world.documents("chain_reorganisation")) == 2
    trade(world, tender, B, 900_001)
    check_ended(world, wanted)
    world.close()


def test_back_to_the_first_branch(worlds: Worlds, tmp_path: Path) -> None:
    world = worlds.fresh(tmp_path)
    to, node = world.people["SUPPLIER"].address, world.node
    branches = Branches(world)
    at = world.now + 100

    def first() -> str:
        node.rpc("evm_setNextBlockTimestamp", [at])
        world.transact(BUYER, "SettlementToken", "transfer", to, 111)
        return str(node.rpc("eth_getBlockByNumber", ["latest", False])["hash"])

    once = first()
    world.settle()
    branches.leave()
    world.transact(BUYER, "SettlementToken", "transfer", to, 222)
    world.settle()
    assert amounts(world) == [222]
    branches.leave(0)  # to where it was; then the very block of before
    node.rpc("evm_revert", [branches._before])
    for person in world.people.values():
        person._nonce = None
    assert first() == once
    node.mine(50)
    world.settle()
    assert amounts(world) == [111]
    assert (
        len({d.origin for d in world.bridge.port.changes(0, 10_000) if d.type == "token_transfer"})
        == 3
    )
    world.assert_audit_holds()
    world.close()


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("apart", [False, True])
def test_a_bridge_that_dies_while_it_reverses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, apart: bool
) -> None:
    own = f"sqlite:///{tmp_path / 'bridge.db'}" if apart else ""
    with DevChain("anvil") as node:
        world = build_world(node, tmp_path, bridge_db=own)
        tender = world.open_tender()
        before = rooms_of_books(world)
        branches = Branches(world)
        trade(world, tender, A, 1_000_003)
        branches.leave()
        with monkeypatch.context() as patch:
            dying = DyingWorld(world, patch, seed)
            world.settle()
        assert dying.deaths.at["commit"] > 0
        world.settle()
        assert rooms_of_books(world) == before
        assert len(world.documents("chain_reorganisation")) == 1
        world.assert_nothing_waits()
        world.assert_audit_holds()
        world.close()


def test_on_postgresql(postgres_db: str, tmp_path: Path) -> None:
    with DevChain("anvil") as node:
        world = build_world(node, tmp_path, postgres_db)
        tender = world.open_tender()
        before = rooms_of_books(world)
        branches = Branches(world)
        trade(world, tender, A, 1_000_003)
        branches.leave()
        world.settle()
        assert rooms_of_books(world) == before
        trade(world, tender, B, 900_001)
        world.assert_nothing_waits()
        world.assert_audit_holds()
        world.close()


def test_another_chain_halts_and_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    branches = Branches(world)
    to = world.people["SUPPLIER"].address
    world.transact(BUYER, "SettlementToken", "transfer", to, 111)
    world.settle()
    seen, documents = world.status(), world.bridge.port.last_sequence()
    branches.leave()
    monkeypatch.setattr(reorganise.Reorganise, "_is_there", lambda *_: False)
    for _ in range(2):
        with pytest.raises(DeepReorg, match=f"block {seen['block']} was 0x.* another chain"):
            world.bridge.daemon.run(lambda: False)
    assert world.status()["block"] == seen["block"]
    assert world.bridge.port.last_sequence() == documents
    assert amounts(world) == [111]


def test_an_erp_that_cannot_void_halts_and_nothing_is_changed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    branches = Branches(world)
    to = world.people["SUPPLIER"].address
    world.transact(BUYER, "SettlementToken", "transfer", to, 111)
    world.settle()
    seen = world.status()
    branches.leave()
    apply = EmbeddedPort.apply

    def refusing(port: EmbeddedPort, told: Any, unit: Any) -> list[Document]:
        if told[0].operation == "RecordChainReorganisation":
            raise PortRefused("NotHere: it stays", 0)
        return apply(port, told, unit)

    monkeypatch.setattr(EmbeddedPort, "apply", refusing)
    with pytest.raises(DeepReorg, match=r"the ERP cannot void .* NotHere: it stays"):
        world.bridge.daemon.run(lambda: False)
    assert world.status()["block"] == seen["block"]
    assert world.status()["inbox"] == seen["inbox"]
    monkeypatch.undo()
    world.settle()
    assert amounts(world) == []
    world.assert_audit_holds()


def rooms_of_books(world: World) -> dict[str, list[str]]:
    """The rooms and balances alone: tokens are where the chain has them, and calls may be done by now."""
    return {name: rows for name, rows in rooms(world).items() if name not in ("calls", "tokens")}


def test_a_fork_above_the_finality_depth_is_never_seen(tmp_path: Path) -> None:
    with DevChain("anvil") as node:
        world = build_world(node, tmp_path)
        world.reopen(finality=3)
        to = world.people["SUPPLIER"].address
        before = node.rpc("evm_snapshot")
        world.transact(BUYER, "SettlementToken", "transfer", to, 111)
        node.mine(1)
        world.settle()
        node.rpc("evm_revert", [before])
        world.people[BUYER]._nonce = None
        world.transact(BUYER, "SettlementToken", "transfer", to, 222)
        world.settle()
        assert world.documents("token_transfer") == []
        node.mine(3)
        world.settle()
        node.mine(3)
        world.settle()
        assert amounts(world) == [222]
        assert world.documents("chain_reorganisation") == []
        world.close()


def again(world: World, branches: Branches) -> None:
    """The blocks leave the chain, and the same are mined once more, each a second later than it was."""
    node, client = world.node, world.bridge.client
    blocks = []
    for number in range(branches.height + 1, client.height() + 1):
        block = client.call("eth_getBlockByNumber", hex(number), True)
        raws = [
            client.call("eth_getRawTransactionByHash", each["hash"])
            for each in block["transactions"]
        ]
        blocks.append((int(block["timestamp"], 16) + 1, raws))
    branches.leave(-len(blocks))
    node.rpc("evm_setAutomine", [False])
    for timestamp, raws in blocks:
        for raw in raws:
            client.call("eth_sendRawTransaction", raw)
        node.rpc("evm_setNextBlockTimestamp", [timestamp])
        node.mine(1)
        mined = client.call("eth_getBlockByNumber", "latest", False)
        assert len(mined["transactions"]) == len(raws)
    node.rpc("evm_setAutomine", [True])
    node.mine(1)


def test_the_same_transactions_in_other_blocks(worlds: Worlds, tmp_path: Path) -> None:
    wanted = of_a_clean_run(
        tmp_path, worlds, lambda clean: trade(clean, clean.open_tender(), A, 1_000_003)
    )
    world = worlds.fresh(tmp_path)
    tender = world.open_tender()
    branches = Branches(world)
    trade(world, tender, A, 1_000_003)
    receipt, invoice = world.last("goods_receipt"), world.last("supplier_invoice")
    again(world, branches)
    world.settle()
    (parked,) = world.status()["quarantined"]
    assert f"NamesVoided: {receipt.number} was voided" in parked["reason"]
    order = world.last("purchase_order")
    told = RecordGoodsReceipt(
        order=order.number, delivery_id=1, quantity=100, received_at=receipt.fields["received_at"]
    )
    world.inspect(world.erp(told, "warehouse"), 100)
    world.invoice(order, 1, 100, 1_000_003, number=invoice.fields["invoice_number"])
    world.retry(parked["position"])
    world.settle()
    assert [d.fields["delivery_id"] for d in world.documents("payment")] == [1]
    check_ended(world, wanted)
    world.close()


def test_what_somebody_else_had_done_on_the_old_branch_the_bridge_does_on_the_new_one(
    world: World,
) -> None:
    def award() -> str:
        asked = "SELECT status FROM bridge_outbox WHERE contract = 'Tenders' AND function = 'award'"
        ((status,),) = world.sql(asked)
        return str(status)

    tender = world.open_tender()
    world.bid(tender, A)
    branches = Branches(world)
    number = tender.fields["tender_id"]
    world.transact("RIVAL", "Tenders", "award", number, world.terms(number))
    world.settle()
    assert award() == "moot"
    branches.leave()
    world.settle()
    assert award() == "confirmed"
    assert world.last("purchase_order").fields["amount_minor"] == A["SUPPLIER"]
    world.assert_audit_holds()


def test_what_somebody_else_had_settled_on_the_old_branch_is_settled_on_the_new_one(
    world: World,
) -> None:
    """That it is settled does not last for every call; the keeper's would stay over, and the money where it is."""
    settle = "SELECT status FROM bridge_outbox WHERE function = 'settle' ORDER BY status"
    machine = Machine(world)
    run = machine.redeem(BUYER, machine.buy(BUYER, 100, 140), 100)
    machine.run(run, 90)
    world.settle()
    branches = Branches(world)
    due = machine.start + SLOT_SECONDS + 4 * DAY
    world.node.reach_time(due)
    world.transact("RIVAL", "CapacityMarket", "settle", run)
    world.settle()
    assert {status for (status,) in world.sql(settle)} == {"moot"}
    branches.leave()
    world.node.reach_time(due)
    world.settle()
    assert [status for (status,) in world.sql(settle)] == ["confirmed", "moot"]
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_more_events_than_one_document_tells_are_told_by_several(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten thousand fit into one; a branch of some busy blocks more would stop the bridge at every start."""
    branches = Branches(world)
    to = world.people["SUPPLIER"].address
    for amount in (111, 112, 113):
        world.transact(BUYER, "SettlementToken", "transfer", to, amount)
    world.settle()
    branches.leave()
    of_the_ring = reorganising.origins_of

    def many(*args: Any) -> tuple[str, ...]:
        """Beside ours so many that the ERP was never told of."""
        return (*(f"never:{n}" for n in range(ORIGINS_MAX)), *of_the_ring(*args))

    monkeypatch.setattr(reorganising, "origins_of", many)
    world.settle()
    assert amounts(world) == []
    told = world.documents("chain_reorganisation")
    assert [len(d.fields["voided"]) for d in told] == [3, 0]
    (shown,) = world.status()["reorganisations"]
    assert (shown["status"], shown["document"]) == ("reversed", told[-1].number)
    monkeypatch.undo()
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_report_that_is_too_late_on_both_branches_is_taken_back_on_both(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What had taken it back was voided: it is told again, and not for ever answered with what was voided."""
    late = late_receipt(world)
    branches = Branches(world)
    to = world.people["SUPPLIER"].address
    world.transact(BUYER, "SettlementToken", "transfer", to, 111)
    world.settle()
    (void,) = world.documents("receipt_void")
    branches.leave()
    unlike = Again._unlike

    def falls(again: Again, made: Any, logged: list[Any]) -> str | None:
        """Its entries come out otherwise without the blocks that left."""
        return (
            "otherwise"
            if void.number in {d.number for d in logged}
            else unlike(again, made, logged)
        )

    monkeypatch.setattr(Again, "_unlike", falls)
    world.settle()
    (once_more,) = world.documents("receipt_void")
    assert once_more.number != void.number
    assert once_more.fields["receipt"] == late.number
    world.assert_nothing_waits()
    world.assert_audit_holds()
