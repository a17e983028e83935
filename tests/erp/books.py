"""The invariants of the books, checked on a session. Numbers as in the design: I1, I2, ..."""

from __future__ import annotations

import json
from collections import Counter, defaultdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from erp.bets import queries as bets
from erp.budget.queries import budgets
from erp.capacity.rules import RedemptionStatus
from erp.groups import public as groups
from erp.kernel.base import metadata
from erp.kernel.rows import Rows
from erp.ledger.chart import CLAIMS_HELD, CLAIMS_ISSUED, CONTRACT_LIABILITIES, PREPAID_CAPACITY
from erp.ledger.queries import accounts, balance, entity_balances
from erp.ledger.rules import on_side
from erp.ledger.turnover.model import Dimension, Scope, Selection
from erp.ledger.turnover.queries import cache_differences, trial_balance
from erp.parties.kinds import PartyKind
from erp.procurement.queries import deliveries, orders
from erp.procurement.tables import Delivery, PurchaseOrder
from erp.receivables.rules import ClaimStatus
from erp.standing.queries import net_of_rules
from erp.stock.queries import levels
from erp.stock.rules import STOCK_ACCOUNT, StockKind

LINE = metadata.tables["journal_line"]
BALANCE = metadata.tables["ledger_balance"]
ENTRY = metadata.tables["journal_entry"]
ORDER = metadata.tables["purchase_order"]
DELIVERY = metadata.tables["delivery"]
CLAIM = metadata.tables["claim"]
HOLDING = metadata.tables["capacity_holding"]
TOKEN = metadata.tables["capacity_token"]
RUN = metadata.tables["capacity_redemption"]
REQUISITION = metadata.tables["requisition"]
LOG = metadata.tables["document_log"]
PARTY = metadata.tables["party"]
EVERYTHING = 10_000
OF_REQUISITIONS = (  # documents that post before there is an order
    "requisition", "requisition_cancel", "tender", "tender_void", "bid", "quotation", "bond_forfeit",
)  # fmt: skip
BETWEEN_TWO = (CLAIMS_ISSUED, CLAIMS_HELD, CONTRACT_LIABILITIES, PREPAID_CAPACITY)
CUSTODY = tuple(f"1012.0{contract}" for contract in range(2, 10))  # one account a contract
HOLDINGS = ("1012.01", *CUSTODY)


def check_books(session: Session, tokens_in_circulation: int) -> None:
    """Every invariant that holds at every moment."""
    check_journal(session)
    check_cache(session)
    check_budgets(session)
    check_tokens(session, tokens_in_circulation)
    check_orders(session)
    check_groups(session)
    check_stock(session)
    check_numbers(session)
    check_standing(session)
    check_counterparties(session)


def check_standing(session: Session) -> None:
    """The rules of standing, whose names say which invariant they are: I18 to I20 and others."""
    wrong = {name: net for name, net in net_of_rules(session).items() if net}
    assert wrong == {}, ", ".join(wrong)


def check_counterparties(session: Session) -> None:
    """A claim and machine-minutes stand on the books of who owes and of who holds them, each against the other."""
    owed: Counter[tuple[str, str, str]] = Counter()  # account, entity, counterparty
    for claim in session.execute(select(CLAIM).where(CLAIM.c.status == ClaimStatus.OPEN.value)):
        owed[CLAIMS_ISSUED, claim.buyer, claim.holder] -= claim.amount_minor
        owed[CLAIMS_HELD, claim.holder, claim.buyer] += claim.carrying_minor
    put_off = select(ORDER.c.buyer, ORDER.c.supplier, DELIVERY.c.unclaimed_minor).join(
        DELIVERY, DELIVERY.c.order_id == ORDER.c.order_id
    )
    for paid in session.execute(put_off):  # the claim's own event is still to come
        owed[CLAIMS_ISSUED, paid.buyer, paid.supplier] -= paid.unclaimed_minor
        owed[CLAIMS_HELD, paid.supplier, paid.buyer] += paid.unclaimed_minor
    of_plants = select(HOLDING, TOKEN.c.plant, TOKEN.c.price_minor).join(
        TOKEN, TOKEN.c.token_id == HOLDING.c.token_id
    )
    for held in session.execute(of_plants):
        owed[CONTRACT_LIABILITIES, held.plant, held.party] -= held.minutes * held.price_minor
        owed[PREPAID_CAPACITY, held.party, held.plant] += held.carrying_minor
    for run in session.execute(select(RUN).where(RUN.c.status != RedemptionStatus.SETTLED.value)):
        owed[CONTRACT_LIABILITIES, run.plant, run.holder] -= run.amount_minor
        owed[PREPAID_CAPACITY, run.holder, run.plant] += run.carrying_minor
    key = (LINE.c.account, LINE.c.entity, LINE.c.counterparty)
    net = func.sum(LINE.c.debit_minor - LINE.c.credit_minor)
    lines = select(*key, net).where(LINE.c.account.in_(BETWEEN_TWO)).group_by(*key)
    booked = {tuple(of): int(amount) for *of, amount in session.execute(lines) if amount}
    assert booked == {of: amount for of, amount in owed.items() if amount}


def check_journal(session: Session) -> None:
    sums = func.sum(LINE.c.debit_minor - LINE.c.credit_minor)
    entries = select(LINE.c.entry).group_by(LINE.c.entry).having(sums != 0)
    assert session.execute(entries).all() == [], "I1"
    for by in (None, *Dimension):
        total: dict[tuple[str, str], int] = defaultdict(int)
        for row in trial_balance(session, by):
            total[row.key, row.ledger] += row.debit_minor - row.credit_minor
        assert set(total.values()) <= {0}, ("I2", by)
    outside = set(session.scalars(select(PARTY.c.code).where(PARTY.c.kind == PartyKind.EXTERNAL)))
    own = trial_balance(session, Dimension.ENTITY, Selection(scope=Scope.OWN))
    assert not outside & {row.key for row in own}, "I18: books of outside partners are left out"


def check_cache(session: Session) -> None:
    assert cache_differences(session) == [], "I3"
    known = accounts(session)
    for row in session.execute(select(BALANCE)):
        account = known[row.account]
        if account.guarded:
            assert on_side(account.side, row.balance_minor) >= 0, ("I4", row.entity, row.account)


def check_groups(session: Session) -> None:
    """An entry has one platform and one chain group: that of the order or the requisition that it is about."""
    for one in (LINE.c.platform, LINE.c.chain_group):
        mixed = select(LINE.c.entry).group_by(LINE.c.entry).having(func.count(one.distinct()) > 1)
        assert session.execute(mixed).all() == [], f"an entry with two of {one.name}"
    strange = select(LINE.c.entry, LINE.c.order_number).join(
        ORDER, (ORDER.c.number == LINE.c.order_number) & (ORDER.c.chain_group != LINE.c.chain_group)
    )
    assert session.execute(strange).all() == [], "the order has another group"
    wanted = {row.number: row.chain_group for row in session.execute(select(REQUISITION))}
    before_orders = (
        select(LOG.c.number, LOG.c.payload, LINE.c.chain_group)
        .join(ENTRY, ENTRY.c.document_sequence == LOG.c.sequence)
        .join(LINE, LINE.c.entry == ENTRY.c.id)
        .where(LOG.c.type.in_(OF_REQUISITIONS))
        .distinct()
    )
    for row in session.execute(before_orders):
        requisition = json.loads(row.payload)["fields"].get("requisition", row.number)
        if requisition is None:
            assert row.chain_group == "", (row.number, "has a group without a requisition")
            continue
        assert row.chain_group == wanted[requisition], (row.number, "has another group")


def check_budgets(session: Session) -> None:
    for one in budgets(session):
        parts = (
            one.available_minor,
            one.pre_encumbered_minor,
            one.encumbered_minor,
            one.expended_minor,
        )
        assert one.approved_minor == sum(parts), "I5"
        ready = sum(of(session).get(one.entity, 0) for of in (groups.reserved, bets.reserved))
        assert one.encumbered_minor == open_order_value(session, one.entity) + ready, "I9, I20"


def check_tokens(session: Session, in_circulation: int) -> None:
    held = sum(sum(entity_balances(session, code).values()) for code in HOLDINGS)
    issued = {of: -owed for of, owed in entity_balances(session, "2241.01").items() if owed}
    assert held == in_circulation == sum(issued.values()), "I6"
    assert len(issued) <= 1, "I6: one treasury"
    for code in CUSTODY:
        # each of a contract's tokens is on the books of the party they belong to
        assert all(amount >= 0 for amount in entity_balances(session, code).values()), ("I6", code)
    for of, owed in issued.items():
        assert balance(Rows.of(session), of, "1002") >= owed, "I6: tokens are covered by bank money"
    assert all(amount >= 0 for amount in entity_balances(session, "1002").values()), "D9"


def revenue(part: Delivery) -> int:
    """What the supplier earned of a delivery so far, minor units."""
    penalty = part.penalty_minor - part.penalty_tax_minor
    return (part.net_minor if part.match else part.accepted_amount_minor) - penalty


def check_vat(session: Session, order: PurchaseOrder, parts: list[Delivery]) -> None:
    """The VAT of an order, of either side, is that of its matched invoices and penalties."""

    def total(*accounts: str) -> int:
        return sum(order_balance(session, order.number, code) for code in accounts)

    tax = sum(part.tax_minor - part.penalty_tax_minor for part in parts)
    assert total("2221.05", "2221.01.01", "2221.01.08", "2221.01.06", "2221.09") == 0, "both sides"
    assert total("2221.05", "2221.01.01", "2221.01.08") == tax
    assert total("2221.05") == sum(
        part.tax_minor - part.penalty_tax_minor - part.certified_tax_minor + part.reversed_tax_minor
        for part in parts
    ), "what is not certified waits"
    assert total("2221.09") == sum(
        part.penalty_tax_minor for part in parts if part.invoice and part.red_letter is None
    ), "a penalty waits for its red letter"


def check_orders(session: Session) -> None:
    for order in orders(session, limit=EVERYTHING):
        parts = deliveries(Rows.of(session), order.order_id)
        waiting = sum(part.accepted_amount_minor for part in parts if part.match is None)
        assert -order_balance(session, order.number, "2202.02") == waiting, "I8"
        assert order_balance(session, order.number, "1122.02") == waiting, "the mirror of I8"
        owed = sum(
            part.net_minor + part.tax_minor - part.paid_minor - part.penalty_minor
            for part in parts
            if part.match
        )
        assert -order_balance(session, order.number, "2202.01") == owed, "I11: matched and unpaid"
        assert order_balance(session, order.number, "1122.01") == owed, "I7 of a deal"
        goods = sum(part.goods_cost_minor for part in parts)
        assert order_balance(session, order.number, "1406") == goods, "despatched, not accepted"
        ended = order.status in ("CLOSED", "CANCELLED")
        assert not (goods and ended)
        assert all(part.goods >= 0 for part in parts)
        assert -order_balance(session, order.number, "6001") == sum(
            revenue(part) for part in parts
        ), "the supplier earns what was accepted, as invoiced, less penalties"
        check_vat(session, order, parts)
        assert sum(part.accepted for part in parts) == order.accepted <= order.quantity, "I11"
        assert sum(part.accepted_amount_minor for part in parts) == order.accepted_amount_minor
        since, rest = order.accepted - order.base_quantity, order.quantity - order.base_quantity
        assert order.accepted_amount_minor - order.base_amount_minor == (
            (order.amount_minor - order.base_amount_minor) * since // rest if since else 0
        ), "I11: what was accepted is worth its part of the order, and no rejected unit more"
        assert order.paid_minor <= order.matched_minor + order.tax_minor, "I11"
        assert order.underway <= order.quantity
        assert order_balance(session, order.number, "1012.02") == order.escrowed_minor, "I6"
        assert order.escrowed_minor >= 0, "I6: nobody is paid what is not in escrow"
        if order.status in ("CLOSED", "CANCELLED"):
            assert order_balance(session, order.number, "9001") == 0


def check_stock(session: Session) -> None:
    value: Counter[tuple[str, str]] = Counter()
    for level in levels(session):
        value[level.entity, STOCK_ACCOUNT[StockKind(level.kind)]] += level.value_minor
        assert min(level.on_hand, level.on_order, level.value_minor) >= 0, "I10"
        assert level.on_hand or not level.value_minor, "I10: nothing on hand is worth nothing"
        assert level.on_order == coming(session, level.entity, level.item), (
            "I9: on order is what open requisitions and orders have not brought"
        )
    for code in STOCK_ACCOUNT.values():
        standing_on = {of: worth for of, worth in entity_balances(session, code).items() if worth}
        assert standing_on == {
            of: worth for (of, on), worth in value.items() if on == code and worth
        }, "I10"


def coming(session: Session, entity: str, item: str) -> int:
    """What open requisitions ask for and open orders have not yet brought."""
    wished = select(func.coalesce(func.sum(REQUISITION.c.quantity), 0)).where(
        REQUISITION.c.buyer == entity,
        REQUISITION.c.item == item,
        REQUISITION.c.status.in_(["RAISED", "TENDERED", "AUCTIONED"]),
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


def order_balance(session: Session, order: str, account: str) -> int:
    """Debits less credits that the documents of one order put on an account, minor units."""
    of_order = (LINE.c.order_number == order, LINE.c.account == account)
    lines = session.execute(select(LINE.c.debit_minor, LINE.c.credit_minor).where(*of_order))
    return sum(line.debit_minor - line.credit_minor for line in lines)


def open_order_value(session: Session, buyer: str) -> int:
    """What the buyer's open orders still encumber, minor units."""
    owned = select(ORDER).where(ORDER.c.buyer == buyer, ORDER.c.status.in_(["OPENED", "FUNDED"]))
    return sum(
        max(order.amount_minor - order.unbudgeted_minor - order.accepted_amount_minor, 0)
        for order in session.execute(owned)
    )
