"""Routes of the budget ledger: approving a budget, and what is left of each."""

from __future__ import annotations

from operator import attrgetter

from erp.api.access import MONEY
from erp.api.pages import DEFAULT_PAGE, AfterKey, CodeFilter, Limit, Page, page_of
from erp.api.request_context import ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.row import Row
from erp.api.writes import Write
from erp.budget.queries import budgets
from erp.budget.schemas import ApproveBudget
from erp.kernel.field_class import classed

ROUTES = RoomRoutes("ledger")

ROUTES.write(
    Write(
        "/budget-approvals",
        ApproveBudget,
        "Approve budget",
        "An entity may commit this much more: BUD Dr 9000, Cr 9003. Reorders that waited for "
        "budget are checked again: what they raise is among `follow_ups`.",
        {"entity": "HEFEI", "amount_minor": 2_000_000},
    )
)


class BudgetView(Row):
    """An entity's budget in minor units; approved = available + pre-encumbered + encumbered + expended."""

    classes = classed(
        "entity",
        confidential="approved_minor available_minor pre_encumbered_minor encumbered_minor expended_minor",
    )

    entity: str
    approved_minor: int
    available_minor: int
    pre_encumbered_minor: int
    encumbered_minor: int
    expended_minor: int


@ROUTES.read("/budgets", "Read budgets", MONEY)
def list_budgets(
    context: ContextDep,
    entity: CodeFilter = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
) -> Page[BudgetView]:
    """What each entity may still commit, has set aside, ordered and spent, by entity."""
    with context.reading() as session:
        every = sorted(budgets(session), key=attrgetter("entity"))
    found = [row for row in every if row.entity > after and entity in {None, row.entity}]
    return page_of(found[:limit], BudgetView.model_validate, attrgetter("entity"), limit)
