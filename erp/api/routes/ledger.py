"""Routes of the ledger: the chart, closing a month, balances, and the trial balance in total and by dimension."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Annotated

from fastapi import Query
from pydantic import Field

from erp.api.access import BOOKS, STAFF
from erp.api.errors import UnreadableQuery
from erp.api.pages import (
    DEFAULT_PAGE,
    AfterKey,
    CodeFilter,
    Limit,
    Page,
    PlainInt,
    joined_key,
    page_of,
    split_key,
)
from erp.api.request_context import ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.row import ChainGroup, Row
from erp.api.shown import Amount, ClassedView
from erp.api.writes import Write
from erp.kernel.field_class import classed
from erp.kernel.schema import MAX_ID
from erp.ledger import queries
from erp.ledger.account import Account
from erp.ledger.schemas import AddAccount, ClosePeriod, PeriodName, ReopenPeriod
from erp.ledger.turnover.model import Dimension, Scope, Selection, Standard, TrialBalanceRow
from erp.ledger.turnover.queries import trial_balance
from erp.ledger.turnover.rules import in_small_standard, small_accounts, unbalanced

ROUTES = RoomRoutes("ledger")
MAX_LINES = 10_000  # of a trial balance in one answer

ROUTES.write(
    Write(
        "/accounts",
        AddAccount,
        "Add an account",
        "Adds an account below another, whose code it extends by a point and two digits. Ledger, side, statement line and "
        "guard are those of the account above, which from then on is posted to no more.",
        {"code": "6602.06", "parent": "6602", "name": "Rent", "name_zh": "租赁费"},
    )
)
ROUTES.write(
    Write(
        "/period-closes",
        ClosePeriod,
        "Close a month",
        "Each entity closes its months in order, once they are over in its time zone. A check list comes first: open "
        "suspense accounts and unsettled property block the close unless they are `waived` with "
        "a reason; the other points are told. Nothing posts into the month any more; what an external event tells of it "
        "is booked in the month after the newest closed one.",
        {"entity": "HEFEI", "period": "2026-05"},
    )
)
ROUTES.write(
    Write(
        "/period-reopenings",
        ReopenPeriod,
        "Reopen a month",
        "Opens the newest closed month of the entity again, and only that one.",
        {"entity": "HEFEI", "period": "2026-05", "reason": "an invoice of May came late"},
    )
)

Month = Annotated[PeriodName | None, Query(description="a month, 2026-10")]


class AccountView(Row):
    """An account of the chart, with its code and name for small enterprises and the role by which posting rules name it."""

    classes = classed(
        "code parent ledger name name_zh side statement_line guarded small_code small_name role leaf added_by"
    )

    code: str
    parent: str | None
    ledger: str
    name: str
    name_zh: str
    side: str
    statement_line: str
    guarded: bool = Field(description="may never stand on its other side")
    small_code: str = Field(description="code under 小企业会计准则")
    small_name: str
    role: str | None
    leaf: bool = Field(description="false: accounts stand below it, and it takes no postings")
    added_by: str | None = Field(description="document that added it; null: there from the start")


@ROUTES.read("/accounts", "List accounts", STAFF)
def list_accounts(
    context: ContextDep, after: AfterKey = "", limit: Limit = DEFAULT_PAGE
) -> Page[AccountView]:
    """The chart of accounts by code, with its mapping to the standard for small enterprises."""
    with context.reading() as session:
        found = queries.accounts_by_code(session, after=after, limit=limit)
        return page_of(found, AccountView.model_validate, attrgetter("code"), limit)


class BalanceView(ClassedView):
    """What stands on an account of an entity: debits less credits, minor units."""

    classes = classed("entity outside ledger account name name_zh", money="balance_minor")

    entity: str
    outside: bool = Field(description="true: shadow books that we keep of an outside partner")
    ledger: str
    account: str
    name: str
    name_zh: str
    balance_minor: int


class TrialBalanceLine(ClassedView):
    """One account within one value of the dimension (empty for the whole). Minor units; balances: debits less credits."""

    classes = classed(
        "key ledger account name name_zh",
        money="opening_minor debit_minor credit_minor closing_minor",
    )

    key: str
    ledger: str
    account: str
    name: str
    name_zh: str
    opening_minor: int
    debit_minor: int
    credit_minor: int
    closing_minor: int


class TrialBalance(ClassedView):
    """Accounts by key and code, in minor units; sums are those of all lines, also of the pages that follow.

    `difference_minor` is debits less credits: 0 while the books are sound.
    """

    classes = classed(
        "by since through scope standard lines unbalanced next_after",
        money="debit_minor credit_minor difference_minor",
    )

    by: Dimension | None
    since: str | None
    through: str | None
    scope: Scope
    standard: Standard
    lines: list[TrialBalanceLine]
    debit_minor: int
    credit_minor: int
    difference_minor: int
    unbalanced: list[str] = Field(description="values of the dimension that do not balance: none")
    next_after: str | None = Field(default=None, description="null: these are the last lines")


@ROUTES.read("/balances", "Read account balances", BOOKS)
def list_balances(
    context: ContextDep,
    entity: CodeFilter = None,
    account: CodeFilter = None,
    scope: Annotated[Scope, Query(description="whose books")] = Scope.OWN,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
) -> Page[BalanceView]:
    """What stands on each account now, by entity and account."""
    with context.reading() as session:
        found = queries.balances_by_account(
            session,
            entity=entity,
            account=account,
            scope=scope,
            after=split_key(after),
            limit=limit,
        )
        accounts = queries.accounts(session)
        return page_of(
            found,
            lambda row: balance_view(row, accounts),
            lambda row: joined_key(row.entity, row.account),
            limit,
        )


def balance_view(row: queries.EntityBalance, accounts: Mapping[str, Account]) -> BalanceView:
    """A balance with the account's names."""
    account = accounts[row.account]
    return BalanceView(
        entity=row.entity,
        outside=row.outside,
        ledger=row.ledger,
        account=row.account,
        name=account.name,
        name_zh=account.name_zh,
        balance_minor=row.balance_minor,
    )


class JournalLineView(Row):
    """A line of the journal with its dimensions and the document that posted it. Minor units; one side is 0."""

    classes = classed(
        "entry position document type at period entity ledger account platform chain_group node counterparty "
        "order_number",
        money="debit_minor credit_minor",
    )

    entry: int
    position: int
    document: str
    type: str
    at: int = Field(description="when the document was told, unix seconds")
    period: str = Field(description="the month that it counts for", examples=["2026-05"])
    entity: str
    ledger: str
    account: str
    debit_minor: Amount
    credit_minor: Amount
    platform: str
    chain_group: ChainGroup
    node: str
    counterparty: str | None
    order_number: str | None


@ROUTES.read("/journal-lines", "List lines of the journal", BOOKS)
def list_journal_lines(
    context: ContextDep,
    entity: CodeFilter = None,
    account: CodeFilter = None,
    period: Month = None,
    chain_group: CodeFilter = None,
    party: Annotated[
        str | None,
        Query(
            max_length=64,
            pattern=r"^[^\x00]*$",
            description="only with this party on the other side",
        ),
    ] = None,
    order: CodeFilter = None,
    scope: Annotated[Scope, Query(description="whose books")] = Scope.OWN,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
) -> Page[JournalLineView]:
    """Lines of the journal in the order in which they were posted; an account stands for those below it too."""
    asked = queries.LinesAsked(entity, account, period, chain_group, party, order, scope)
    with context.reading() as session:
        found = queries.journal_lines(session, asked, after=_line_place(after), limit=limit)
        return page_of(
            found,
            JournalLineView.model_validate,
            lambda row: joined_key(str(row.entry), str(row.position)),
            limit,
        )


def _line_place(after: str) -> tuple[int, int]:
    """Entry and position after which a page of lines begins. Raises UnreadableQuery."""
    if not after:
        return 0, 0
    entry, position = split_key(after)
    if not all(
        each.isascii() and each.isdigit() and int(each) <= MAX_ID for each in (entry, position)
    ):
        raise UnreadableQuery("the place of a line is its entry and its position: 12|1")
    return int(entry), int(position)


@ROUTES.read("/trial-balance", "Read the trial balance", BOOKS)
def read_trial_balance(
    context: ContextDep,
    by: Annotated[Dimension | None, Query(description="split by; left out: the whole")] = None,
    since: Month = None,
    through: Month = None,
    entity: CodeFilter = None,
    chain_group: CodeFilter = None,
    scope: Annotated[Scope, Query(description="whose books")] = Scope.OWN,
    standard: Annotated[Standard, Query(description="whose codes and names")] = Standard.ENTERPRISE,
    after: AfterKey = "",
    limit: Annotated[
        PlainInt, Query(ge=1, le=MAX_LINES, description="lines of this page at most")
    ] = MAX_LINES,
) -> TrialBalance:
    """Opening balance, turnover of the months from `since` to `through`, and closing balance of each account.

    Without `since` the turnover is that from the beginning of the books, without `through` that up to now. In total or by
    entity, platform, chain group or node; of one entity, of one chain group. Shadow books of outside partners are left out
    unless `scope` asks for them.
    """
    of = Selection(since, through, entity, chain_group, scope)
    with context.reading() as session:
        rows = trial_balance(session, by, of)
        accounts = queries.accounts(session)
    if standard is Standard.SMALL:
        rows, accounts = in_small_standard(rows, accounts), small_accounts(accounts)
    debit, credit = sum(row.debit_minor for row in rows), sum(row.credit_minor for row in rows)
    page = [row for row in rows if (row.key, row.account) > split_key(after)][:limit]
    last = rows[-1:] == page[-1:]
    return TrialBalance(
        by=by,
        since=since,
        through=through,
        scope=scope,
        standard=standard,
        lines=[trial_balance_line(row, accounts) for row in page],
        debit_minor=debit,
        credit_minor=credit,
        difference_minor=debit - credit,
        unbalanced=unbalanced(rows),
        next_after=None if last else joined_key(page[-1].key, page[-1].account),
    )


def trial_balance_line(row: TrialBalanceRow, accounts: Mapping[str, Account]) -> TrialBalanceLine:
    """A line of the trial balance with the account's names."""
    account = accounts[row.account]
    return TrialBalanceLine(
        key=row.key,
        ledger=row.ledger,
        account=row.account,
        name=account.name,
        name_zh=account.name_zh,
        opening_minor=row.opening_minor,
        debit_minor=row.debit_minor,
        credit_minor=row.credit_minor,
        closing_minor=row.closing_minor,
    )
