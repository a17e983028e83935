"""tamper 篡改: somebody with the database's password edits one row of each room; the audit names it, and no money moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import text

from bridge.audit import AuditReport
from bridge.ports.port import Document
from erp.kernel.base import metadata

from ..acts.bets import POOL, Bet
from ..acts.bets import STAKE as BET_STAKE
from ..acts.buying import BUYER, DAY, POLICY
from ..acts.groups import LEADER, STAKE, Group
from ..acts.minutes import PLANT, Machine, falls
from ..acts.spans import Spans, Wait
from ..acts.tampering import tamper
from .model import BUYS, NODE, SUPPLIES, Party, Scenario
from .stage import Stage

TOKENS, BUDGET = 10_000_000, 5_000_000
PRICE, CLAIMED = 1_000_000, 900_000
UNITS = int(POLICY["reorder_quantity"])
PAYS = (200_000, 100_000)
MINUTES, SOLD_AT = 200, 140  # of the machine; minor units for each
CAST = (
    Party(
        *(BUYER, "Buyer 采购方", BUYS, TOKENS, ("PurchaseOrders",)),
        house=True,
        budget_minor=BUDGET,
    ),
    Party(PLANT, "Supplier with a machine 供应商", SUPPLIES, TOKENS, ("Tenders",)),
    Party("RIVAL", "Rival 竞争者", SUPPLIES, TOKENS, ("Tenders",)),
    Party(LEADER, "Leader 链群主", NODE, TOKENS, ("GroupPay",), house=True, budget_minor=BUDGET),
    *(Party(code, f"Node {code} 小微", NODE, TOKENS, ("GroupPay",)) for code in ("N1", "N2")),
    Party("SPONSOR", "Sponsor 发起方", NODE, TOKENS, ("BetContracts",)),
    *(Party(f"NODE-{n}", f"Node {n} 小微", NODE, TOKENS, ("BetContracts",)) for n in (1, 2)),
)


@dataclass(frozen=True, slots=True)
class Edit:
    """A row changed by hand: what it is, its table, the first row that fits, and the change; None: it is deleted."""

    what: str
    table: str
    where: str
    column: str | None


# one row of each room that money or goods stand in
EDITS = (
    Edit("a ledger line", "journal_line", "debit_minor > 0", "debit_minor"),
    Edit("a document of the log", "document_log", "type = 'payment'", "at"),
    Edit("the worth of a claim", "claim", "status = 'OPEN'", "carrying_minor"),
    Edit("a stake in a group", "role_candidate", "stake_held_minor > 0", "stake_held_minor"),
    Edit("a member of a group", "group_membership", "role_id = 0", None),
    Edit("a pledge of a bet", "bet_party", "stake_minor > 0", "stake_minor"),
    Edit("minutes that are held", "capacity_holding", "minutes > 0", None),
    Edit("stock", "stock_level", "on_hand > 0", "on_hand"),
)


def play(stage: Stage) -> None:
    """Plays it to its end."""
    order = _rooms(stage)
    stage.figure("audit_before", stage.audit().holds, True)
    for edit in EDITS:
        with (
            stage.step("somebody", f"edits {edit.what} in {edit.table}; the audit looks"),
            edited(stage, edit) as row,
        ):
            report = stage.audit()
        stage.figure(f"{edit.table}_red", not report.holds, True)
        stage.figure(f"{edit.table}_named", row in _names(report), True)
    with stage.step("auditor", "looks again after every row is as it was"):
        stage.figure("audit_after_edits", stage.audit().holds, True)
    _held(stage, order)


def waits(spans: Spans) -> tuple[Wait, ...]:
    """What it waits for by the chain's clock."""
    return (
        Wait("two tenders: bids are sealed, and opened", 4 * spans.bids),
        Wait(
            "minutes are on sale, and their price falls", spans.sale_opens + falls(spans, SOLD_AT)
        ),
    )


def _rooms(stage: Stage) -> Document:
    """Something stands in each room; the order that was received and has no invoice yet."""
    with stage.step(PLANT, "is paid for copper by a claim due in 30 days"):
        stage.stock_item("COPPER", payment_seconds=30 * DAY)
        deferred = stage.tender({PLANT: CLAIMED}, "COPPER")
        stage.deliver(deferred, stage.ship(PLANT, deferred, UNITS), UNITS, UNITS, CLAIMED, "INV-C")
    with stage.step(f"{LEADER}, N1, N2", "open a group, and grab its roles"):
        group = Group(stage, PAYS, proposed=True)
        group.grab("N1", 1, 500)
        group.grab("N2", 2, 400)
    stage.figure("in_groups_minor", stage.custody("GroupPay"), sum(PAYS) + 2 * STAKE)
    with stage.step("SPONSOR, NODE-1, NODE-2", "propose and sign a bet"):
        Bet(stage).sign()
    stage.figure("in_bets_minor", stage.custody("BetContracts"), POOL + 2 * BET_STAKE)
    with stage.step(f"{PLANT}, {BUYER}", "sell and buy idle minutes of a machine"):
        Machine(stage).buy(BUYER, MINUTES, SOLD_AT)
    with stage.step(
        BUYER, "orders steel; it is received and accepted, and its invoice is not there yet"
    ):
        order = stage.tender({PLANT: PRICE})
        stage.inspect(stage.receive(order, stage.ship(PLANT, order, UNITS), UNITS), UNITS)
    return order


def _held(stage: Stage, order: Document) -> None:
    """A payment waits while its order is in dispute between the books and the chain, and goes out afterwards."""
    before = stage.balance(PLANT)
    edit = Edit("the order", "purchase_order", f"number = '{order.number}'", "amount_minor")
    with edited(stage, edit):
        with stage.step(
            "somebody", "raises the amount of the order; the auditor holds its payment"
        ):
            report = stage.audit()
            stage.bridge.audit.hold_payments(report)
        stage.figure("order_named", "purchase_order" in _names(report), True)
        with stage.step("finance", "books the invoice: it matches, and is not paid"):
            stage.invoice(order, 1, UNITS, PRICE, "INV-S")
        stage.figure("paid_while_held_minor", stage.balance(PLANT) - before, 0)
        stage.figure("held", len(stage.holds()), 1)
    with stage.step("auditor", "finds the row as it was, and lifts the hold: paid at once"):
        stage.bridge.audit.hold_payments(stage.audit())
    stage.figure("paid_afterwards_minor", stage.balance(PLANT) - before, PRICE)


@contextmanager
def edited(stage: Stage, edit: Edit) -> Iterator[str]:
    """One row is changed past every trigger, and as it was afterwards; the row as the audit names it."""
    table = metadata.tables[edit.table]
    keys = [column.name for column in table.primary_key]
    with stage.engine.connect() as connection:
        found = connection.execute(
            table.select().where(text(edit.where)).order_by(*table.primary_key).limit(1)
        )
        row = dict(found.mappings().one())
    place = " AND ".join(f"{key} = {_literal(row[key])}" for key in keys)
    if edit.column is None:
        change, back = f"DELETE FROM {table.name} WHERE {place}", _insert(table.name, row)  # noqa: S608
    else:
        step = f"UPDATE {table.name} SET {edit.column} = {edit.column} {{}} 1 WHERE {place}"  # noqa: S608
        change, back = step.format("+"), step.format("-")
    tamper(stage.engine, change)
    try:
        yield row["number"] if edit.table == "document_log" else table.name
    finally:
        tamper(stage.engine, back)


def _insert(table: str, row: dict[str, object]) -> str:
    values = ", ".join(_literal(value) for value in row.values())
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})"  # noqa: S608 - a row of our own


def _literal(value: object) -> str:
    """A value as SQL writes it."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def _names(report: AuditReport) -> str:
    """Everything that a report names."""
    found = [d for invariant in report.invariants for d in invariant.differences]
    return "\n".join(f"{d.row}: {d.detail}" for d in found)


SCENARIO = Scenario(
    "tamper",
    "one row of each room, edited by hand",
    "篡改",
    "Somebody with the database's password changes a ledger line, a document, a claim, a stake, a pledge, minutes, stock "
    "and an order. The audit names each row; the payment of the order waits until the row is as it was.",
    CAST,
    play,
    waits,
    item=POLICY,
)
