"""All routes of the API: one file a room, listed here in the order of the OpenAPI document.

A room's file holds its writes with examples, its reads with the shapes of their answers, and who may use each.
"""

from __future__ import annotations

from typing import Any

from erp.api.access import Access, Route
from erp.api.room_routes import RoomRoutes
from erp.api.routes import (
    attachments,
    auctions,
    batches,
    bets,
    budget,
    capacity,
    deliveries,
    documents,
    groups,
    guarantees,
    invoices,
    items,
    ledger,
    orders,
    parties,
    payments,
    planning,
    planning_runs,
    proposals,
    quality,
    receivables,
    reversals,
    service,
    signing,
    stock,
    tenders,
)
from erp.api.writes import Write

SINGLE: tuple[RoomRoutes, ...] = (
    parties.ROUTES,
    items.ROUTES,
    stock.ROUTES,
    planning.ROUTES,
    planning_runs.ROUTES,
    tenders.ROUTES,
    auctions.ROUTES,
    orders.ROUTES,
    deliveries.ROUTES,
    quality.ROUTES,
    invoices.ROUTES,
    payments.ROUTES,
    capacity.ROUTES,
    guarantees.ROUTES,
    receivables.ROUTES,
    budget.ROUTES,
    groups.ROUTES,
    ledger.ROUTES,
    reversals.ROUTES,
    proposals.ROUTES,
    documents.ROUTES,
    attachments.ROUTES,
    bets.ROUTES,
    signing.ROUTES,
    service.ROUTES,
)
WRITES: tuple[Write[Any], ...] = tuple(write for room in SINGLE for write in room.writes)
ROOMS: tuple[RoomRoutes, ...] = (*SINGLE, batches.routes_of(WRITES))
ACCESS: Access = {route: roles for room in ROOMS for route, roles in room.access.items()}
PUBLIC: frozenset[Route] = frozenset(route for room in ROOMS for route in room.public)
