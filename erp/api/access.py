"""Groups of roles that the reads of the API name. The roles of a write stand at its operation."""

from __future__ import annotations

from collections.abc import Mapping

from erp.kernel.roles import PARTNERS, Role

Roles = frozenset[Role]
Route = tuple[str, str]  # method and path template: ("GET", "/orders/{order}")
Access = Mapping[Route, Roles]

EVERYBODY: Roles = frozenset(Role)
STAFF: Roles = EVERYBODY - PARTNERS
BOOKS: Roles = frozenset({Role.FINANCE, Role.AUDITOR})
MONEY: Roles = BOOKS | {Role.PLANNER, Role.BUYER}
