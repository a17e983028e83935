"""Who may do what: one role per token, one table for all routes."""

from __future__ import annotations

from erp.kernel.roles import Role

Route = tuple[str, str]  # method, path template

EVERYBODY = frozenset(Role)
STAFF = EVERYBODY - {Role.SUPPLIER}
BOOKS = frozenset({Role.FINANCE, Role.AUDITOR})
MONEY = BOOKS | {Role.PLANNER, Role.BUYER}
PUBLIC: frozenset[Route] = frozenset({("GET", "/healthz")})

ACCESS: dict[Route, frozenset[Role]] = {
    # ---- writes -------------------------------------------------------------------------------
    ("POST", "/parties"): frozenset({Role.ADMIN}),
    ("POST", "/items"): frozenset({Role.ADMIN, Role.PLANNER}),
    ("POST", "/sourcing-policies"): frozenset({Role.PLANNER}),
    ("POST", "/stock-openings"): frozenset({Role.FINANCE}),
    ("POST", "/goods-issues"): frozenset({Role.WAREHOUSE}),
    ("POST", "/capital-contributions"): frozenset({Role.FINANCE}),
    ("POST", "/budget-approvals"): frozenset({Role.FINANCE}),
    ("POST", "/requisitions"): frozenset({Role.PLANNER, Role.BUYER}),
    ("POST", "/planning-runs"): frozenset({Role.PLANNER}),
    ("POST", "/goods-receipts"): frozenset({Role.WAREHOUSE}),
    ("POST", "/inspections"): frozenset({Role.QUALITY}),
    ("POST", "/supplier-invoices"): frozenset({Role.FINANCE, Role.SUPPLIER}),
    ("POST", "/order-close-requests"): frozenset({Role.BUYER}),
    ("POST", "/period-closes"): frozenset({Role.FINANCE}),
    ("POST", "/reversals"): frozenset({Role.FINANCE}),
    # ---- reads --------------------------------------------------------------------------------
    ("GET", "/me"): EVERYBODY,
    ("GET", "/documents"): STAFF,
    ("GET", "/documents/{number}"): STAFF,
    ("GET", "/parties"): STAFF,
    ("GET", "/items"): STAFF,
    ("GET", "/sourcing-policies"): STAFF,
    ("GET", "/stock"): STAFF,
    ("GET", "/requisitions"): STAFF,
    ("GET", "/tenders"): STAFF,
    ("GET", "/tenders/{tender_id}"): STAFF,
    ("GET", "/orders"): EVERYBODY,
    ("GET", "/orders/{number}"): EVERYBODY,
    ("GET", "/reorder-holds"): MONEY,
    ("GET", "/blocked-invoices"): MONEY,
    ("GET", "/budgets"): MONEY,
    ("GET", "/balances"): BOOKS,
    ("GET", "/trial-balance"): BOOKS,
}


def roles_for(method: str, path: str) -> frozenset[Role]:
    """The roles that may use a route. Raises KeyError when the route has no row.

    A bug, caught at composition.
    """
    return ACCESS[(method, path)]
