"""The ledger, read: budgets, balances, and the trial balance in total and by dimension."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select, tuple_
from sqlmodel import col

from erp.api.desk import AtDesk, Caller
from erp.api.openapi import problems
from erp.api.reads.pages import (
    DEFAULT_PAGE,
    SEPARATOR,
    AfterKey,
    CodeFilter,
    Limit,
    Page,
    next_after,
    split_key,
)
from erp.budget.queries import budgets
from erp.ledger.chart import BY_CODE
from erp.ledger.queries import trial_balance
from erp.ledger.tables import LedgerBalance

router = APIRouter(tags=["ledger"])


class Dimension(StrEnum):
    """What a trial balance is split by."""

    ENTITY = "entity"
    PLATFORM = "platform"
    CHAIN_GROUP = "chain_group"
    NODE = "node"


class BudgetView(BaseModel):
    """An entity's budget; approved = available + pre-encumbered + encumbered + expended."""

    model_config = ConfigDict(from_attributes=True)

    entity: str
    approved_minor: int
    available_minor: int
    pre_encumbered_minor: int
    encumbered_minor: int
    expended_minor: int


class BalanceView(BaseModel):
    """Turnover of an account of an entity; balance = debit - credit. Minor units."""

    entity: str
    ledger: str
    account: str
    name: str
    name_zh: str
    debit_minor: int
    credit_minor: int
    balance_minor: int


class TrialBalanceLine(BaseModel):
    """One account within one value of the dimension (`key`; empty for the whole)."""

    key: str
    ledger: str
    account: str
    name: str
    name_zh: str
    debit_minor: int
    credit_minor: int


class TrialBalance(BaseModel):
    """All accounts. `difference_minor` is debits less credits of all lines.

    Zero, or the books are broken.
    """

    by: Dimension | None
    lines: list[TrialBalanceLine]
    debit_minor: int
    credit_minor: int
    difference_minor: int
    unbalanced: list[str] = Field(description="values of the dimension that do not balance: none")


@router.get(
    "/budgets",
    operation_id="list_budgets",
    summary="Read budgets",
    response_model=Page[BudgetView],
    responses=problems(),
)
def list_budgets(
    desk: AtDesk,
    caller: Caller,
    entity: CodeFilter = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
) -> Page[BudgetView]:
    """What each entity may still commit, has set aside, ordered and spent."""
    with desk.reading() as session:
        found = sorted(budgets(session), key=lambda budget: budget.entity)
    rows = [
        BudgetView.model_validate(budget)
        for budget in found
        if budget.entity > after and entity in {None, budget.entity}
    ][:limit]
    return Page(items=rows, next_after=next_after([row.entity for row in rows], limit))


@router.get(
    "/balances",
    operation_id="list_balances",
    summary="Read account balances",
    response_model=Page[BalanceView],
    responses=problems(),
)
def list_balances(
    desk: AtDesk,
    caller: Caller,
    entity: CodeFilter = None,
    account: CodeFilter = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
) -> Page[BalanceView]:
    """Debits, credits and balance, by entity and account."""
    key_columns = col(LedgerBalance.entity), col(LedgerBalance.account)
    query = (
        select(LedgerBalance)
        .where(tuple_(*key_columns) > split_key(after))
        .order_by(*key_columns)
        .limit(limit)
    )
    if entity is not None:
        query = query.where(col(LedgerBalance.entity) == entity)
    if account is not None:
        query = query.where(col(LedgerBalance.account) == account)
    with desk.reading() as session:
        rows = [balance_view(row) for row in session.scalars(query)]
    keys = [f"{row.entity}{SEPARATOR}{row.account}" for row in rows]
    return Page(items=rows, next_after=next_after(keys, limit))


def balance_view(row: LedgerBalance) -> BalanceView:
    """A balance with the account's names."""
    account = BY_CODE[row.account]
    return BalanceView(
        entity=row.entity,
        ledger=row.ledger,
        account=row.account,
        name=account.name,
        name_zh=account.name_zh,
        debit_minor=row.debit_minor,
        credit_minor=row.credit_minor,
        balance_minor=row.debit_minor - row.credit_minor,
    )


@router.get(
    "/trial-balance",
    operation_id="trial_balance",
    summary="Read the trial balance",
    response_model=TrialBalance,
    responses=problems(),
)
def read_trial_balance(
    desk: AtDesk,
    caller: Caller,
    by: Annotated[Dimension | None, Query(description="split by; left out: the whole")] = None,
) -> TrialBalance:
    """Summed from the journal lines, in total or by entity, platform, chain group or node."""
    with desk.reading() as session:
        rows = trial_balance(session, by.value if by else None)
    totals: dict[str, int] = {}
    for row in rows:
        totals[row.key] = totals.get(row.key, 0) + row.debit_minor - row.credit_minor
    debit, credit = sum(row.debit_minor for row in rows), sum(row.credit_minor for row in rows)
    return TrialBalance(
        by=by,
        lines=[
            TrialBalanceLine(
                key=row.key,
                ledger=row.ledger,
                account=row.account,
                name=BY_CODE[row.account].name,
                name_zh=BY_CODE[row.account].name_zh,
                debit_minor=row.debit_minor,
                credit_minor=row.credit_minor,
            )
            for row in rows
        ],
        debit_minor=debit,
        credit_minor=credit,
        difference_minor=debit - credit,
        unbalanced=sorted(key for key, total in totals.items() if total != 0),
    )
