"""The invariants of the books, checked on a session. Numbers as in the design: I1, I2, ..."""

from __future__ import annotations

from collections import Counter, defaultdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from erp.budget.queries import budgets
from erp.kernel.base import metadata
from erp.kernel.rows import Rows
from erp.ledger.queries import accounts, balance, entity_balances, order_balance
from erp.ledger.rules import on_side
from erp.ledger.turnover.model import Dimension
from erp.ledger.turnover.queries import cache_differences, trial_balance
from erp.procurement.queries import deliveries, open_order_value, orders
from erp.stock.queries import levels

LINE = metadata.tables["journal_line"]
BALANCE = metadata.tables["ledger_balance"]
REQUISITION = metadata.tables["requisition"]
LOG = metadata.tables["document_log"]
EVERYTHING = 10_000


def check_books(session: Session, tokens_in_circulation: int) -> None:
    """Every invariant that holds at every moment."""
    check_journal(session)
    check_cache(session)
    check_budgets(session)
    check_tokens(session, tokens_in_circulation)
    check_orders(session)
    check_stock(session)
    check_numbers(session)


def check_journal(session: Session) -> None:
    sums = func.sum(LINE.c.debit_minor - LINE.c.credit_minor)
    entries = select(LINE.c.entry).group_by(LINE.c.entry).having(sums != 0)
    assert session.execute(entries).all() == [], "I1"
    for by in (None, *Dimension):
        total: dict[tuple[str, str], int] = defaultdict(int)
        for row in trial_balance(session, by):
            total[row.key, row.ledger] += row.debit_minor - row.credit_minor
        assert set(total.values()) <= {0}, ("I2", by)


def check_cache(session: Session) -> None:
    assert cache_differences(session) == [], "I3"
    known = accounts(session)
    for row in session.execute(select(BALANCE)):
        account = known[row.account]
        if account.guarded:
            assert on_side(account.side, row.balance_minor) >= 0, ("I4", row.entity, row.account)


def check_budgets(session: Session) -> None:
    for one in budgets(session):
        parts = (
            one.available_minor,
            one.pre_encumbered_minor,
            one.encumbered_minor,
            one.expended_minor,
        )
        assert one.approved_minor == sum(parts), "I5"
        assert one.encumbered_minor == open_order_value(session, one.entity), "I9"


def check_tokens(session: Session, in_circulation: int) -> None:
    held = sum(
        sum(entity_balances(session, code).values()) for code in ("1012.01", "1012.02", "1012.03")
    )
    assert held == in_circulation, "I6"


def check_orders(session: Session) -> None:
    for order in orders(session, limit=EVERYTHING):
        parts = deliveries(Rows.of(session), order.order_id)
        waiting = sum(part.accepted_amount_minor for part in parts if part.match is None)
        assert -order_balance(session, order.number, "2202.02") == waiting, "I8"
        assert sum(part.accepted for part in parts) == order.accepted <= order.quantity, "I11"
        assert sum(part.accepted_amount_minor for part in parts) == order.accepted_amount_minor
        assert order.accepted_amount_minor <= order.amount_minor, "I11"
        assert order.paid_minor <= order.matched_minor + order.tax_minor, "I11"
        assert order.underway <= order.quantity
        assert order_balance(session, order.number, "1012.02") == order.escrowed_minor
        if order.status in ("CLOSED", "CANCELLED"):
            assert order_balance(session, order.number, "9001") == 0


def check_stock(session: Session) -> None:
    value: Counter[str] = Counter()
    for level in levels(session):
        value[level.entity] += level.value_minor
        assert min(level.on_hand, level.on_order, level.value_minor) >= 0
        assert level.on_hand or not level.value_minor
        assert level.on_order == coming(session, level.entity, level.item)
    for entity, worth in value.items():
        assert balance(Rows.of(session), entity, "1403") == worth, "I10"


def coming(session: Session, entity: str, item: str) -> int:
    """What open requisitions ask for and open orders have not yet brought."""
    wished = select(func.coalesce(func.sum(REQUISITION.c.quantity), 0)).where(
        REQUISITION.c.buyer == entity,
        REQUISITION.c.item == item,
        REQUISITION.c.status.in_(["RAISED", "TENDERED"]),
    )
    underway = [
        order.quantity - order.accepted
        for order in orders(session, limit=EVERYTHING)
        if (order.buyer, order.item) == (entity, item) and order.status in ("OPENED", "FUNDED")
    ]
    return int(session.execute(wished).scalar_one()) + sum(underway)


def check_numbers(session: Session) -> None:
    series: dict[str, list[int]] = defaultdict(list)
    rows = session.execute(select(LOG.c.sequence, LOG.c.number).order_by(LOG.c.sequence)).all()
    assert [row.sequence for row in rows] == list(range(1, len(rows) + 1)), "I17"
    for row in rows:
        name, index = row.number.rsplit("-", 1)
        series[name].append(int(index))
    assert all(indexes == list(range(1, len(indexes) + 1)) for indexes in series.values()), "I17"
