"""Routes of the ledger: closing a month, balances, and the trial balance in total and by dimension."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from fastapi import Query
from pydantic import Field

from erp.api.access import BOOKS
from erp.api.pages import (
    DEFAULT_PAGE,
    AfterKey,
    CodeFilter,
    Limit,
    Page,
    joined_key,
    page_of,
    split_key,
)
from erp.api.request_context import ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.shown import ClassedView
from erp.api.writes import Write
from erp.kernel.field_class import classed
from erp.ledger import queries
from erp.ledger.chart import BY_CODE
from erp.ledger.queries import TrialBalanceRow
from erp.ledger.schemas import ClosePeriod, ReopenPeriod
from erp.ledger.tables import LedgerBalance

ROUTES = RoomRoutes("ledger")

ROUTES.write(
    Write(
        "/period-closes",
        ClosePeriod,
        "Close a month",
        "Months are closed in order, once over. Nothing posts into the month any more; what an external event "
        "tells of it is booked in the month after the newest closed one.",
        {"period": "2026-05"},
    )
)
ROUTES.write(
    Write(
        "/period-reopenings",
        ReopenPeriod,
        "Reopen a month",
        "Opens the newest closed month again, and only that one.",
        {"period": "2026-05", "reason": "an invoice of May came late"},
    )
)


class Dimension(StrEnum):
    """What a trial balance is split by."""

    ENTITY = "entity"
    PLATFORM = "platform"
    CHAIN_GROUP = "chain_group"
    NODE = "node"


class BalanceView(ClassedView):
    """What stands on an account of an entity: debits less credits, minor units. The trial balance has the turnover."""

    classes = classed("entity ledger account name name_zh", money="balance_minor")

    entity: str
    ledger: str
    account: str
    name: str
    name_zh: str
    balance_minor: int


class TrialBalanceLine(ClassedView):
    """One account within one value of the dimension (`key`; empty for the whole). Minor units."""

    classes = classed("key ledger account name name_zh", money="debit_minor credit_minor")

    key: str
    ledger: str
    account: str
    name: str
    name_zh: str
    debit_minor: int
    credit_minor: int


class TrialBalance(ClassedView):
    """All accounts, in minor units. `difference_minor` is debits less credits of all lines: 0 while the books are sound."""

    classes = classed("by lines unbalanced", money="debit_minor credit_minor difference_minor")

    by: Dimension | None
    lines: list[TrialBalanceLine]
    debit_minor: int
    credit_minor: int
    difference_minor: int
    unbalanced: list[str] = Field(description="values of the dimension that do not balance: none")


@ROUTES.read("/balances", "Read account balances", BOOKS)
def list_balances(
    context: ContextDep,
    entity: CodeFilter = None,
    account: CodeFilter = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
) -> Page[BalanceView]:
    """What stands on each account, by entity and account."""
    with context.reading() as session:
        found = queries.balances_by_account(
            session, entity=entity, account=account, after=split_key(after), limit=limit
        )
        return page_of(found, balance_view, lambda row: joined_key(row.entity, row.account), limit)


def balance_view(row: LedgerBalance) -> BalanceView:
    """A balance with the account's names."""
    account = BY_CODE[row.account]
    return BalanceView(
        entity=row.entity,
        ledger=row.ledger,
        account=row.account,
        name=account.name,
        name_zh=account.name_zh,
        balance_minor=row.balance_minor,
    )


@ROUTES.read("/trial-balance", "Read the trial balance", BOOKS)
def trial_balance(
    context: ContextDep,
    by: Annotated[Dimension | None, Query(description="split by; left out: the whole")] = None,
) -> TrialBalance:
    """Summed from the journal lines, in total or by entity, platform, chain group or node."""
    with context.reading() as session:
        rows = queries.trial_balance(session, by.value if by else None)
    debit, credit = sum(row.debit_minor for row in rows), sum(row.credit_minor for row in rows)
    return TrialBalance(
        by=by,
        lines=[trial_balance_line(row) for row in rows],
        debit_minor=debit,
        credit_minor=credit,
        difference_minor=debit - credit,
        unbalanced=unbalanced(rows),
    )


def trial_balance_line(row: TrialBalanceRow) -> TrialBalanceLine:
    """A line of the trial balance with the account's names."""
    account = BY_CODE[row.account]
    return TrialBalanceLine(
        key=row.key,
        ledger=row.ledger,
        account=row.account,
        name=account.name,
        name_zh=account.name_zh,
        debit_minor=row.debit_minor,
        credit_minor=row.credit_minor,
    )


def unbalanced(rows: Sequence[TrialBalanceRow]) -> list[str]:
    """The values of the dimension whose debits are not their credits."""
    totals: dict[str, int] = {}
    for row in rows:
        totals[row.key] = totals.get(row.key, 0) + row.debit_minor - row.credit_minor
    return sorted(key for key, total in totals.items() if total != 0)
