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
    bet_changes,
    bet_progress,
    bet_terms,
    bets,
    boards,
    budget,
    capacity,
    deliveries,
    documents,
    groups,
    guarantees,
    invoices,
    items,
    ledger,
    needs,
    orders,
    parties,
    payments,
    people,
    performance,
    planning,
    planning_runs,
    proposals,
    quality,
    receivables,
    reversals,
    reviews,
    sales,
    service,
    signing,
    statements,
    stock,
    tenders,
    work,
)
from erp.api.writes import Write

SINGLE: tuple[RoomRoutes, ...] = (
    parties.ROUTES,
    people.ROUTES,
    items.ROUTES,
    stock.ROUTES,
    sales.ROUTES,
    reviews.ROUTES,
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
    needs.ROUTES,
    groups.ROUTES,
    work.ROUTES,
    boards.ROUTES,
    performance.ROUTES,
    ledger.ROUTES,
    statements.ROUTES,
    reversals.ROUTES,
    proposals.ROUTES,
    documents.ROUTES,
    attachments.ROUTES,
    bet_progress.ROUTES,
    bet_terms.ROUTES,
    bet_changes.ROUTES,
    bets.ROUTES,
    signing.ROUTES,
    service.ROUTES,
)
WRITES: tuple[Write[Any], ...] = tuple(write for room in SINGLE for write in room.writes)
ROOMS: tuple[RoomRoutes, ...] = (*SINGLE, batches.routes_of(WRITES))
ACCESS: Access = {route: roles for room in ROOMS for route, roles in room.access.items()}
PUBLIC: frozenset[Route] = frozenset(route for room in ROOMS for route in room.public)
