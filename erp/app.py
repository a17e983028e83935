"""Composition of the ERP's HTTP application. Nothing happens at import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from fastapi_offline import FastAPIOffline
from sqlalchemy import Engine

from erp.api.desk import Desk
from erp.api.limits import BodyLimit
from erp.api.openapi import TITLE, VERSION, describe
from erp.api.problems import install_handlers
from erp.api.reads import documents, ledger, master_data, orders, planning, service
from erp.api.roles import ACCESS, PUBLIC
from erp.api.settings import Settings
from erp.api.unknown import CatchUnknown
from erp.api.write_routes import write_router
from erp.database import open_engine

READS = (master_data, planning, orders, ledger, documents, service)


class AccessTableIncomplete(Exception):
    """The table of roles and the routes disagree: a bug, found before the first request."""


def create_app(settings: Settings) -> FastAPI:
    """The application over the database of `settings`, whose schema must be current.

    Raises AccessTableIncomplete when a route has no row in the table of roles, or a row no route.
    """
    routers = [write_router(), *(module.router for module in READS)]
    check_access_table(routers)
    # Its documentation pages come from the package itself: a plant's network has no internet.
    app = FastAPIOffline(title=TITLE, version=VERSION, redoc_url=None)
    app.state.desk = desk(settings)
    for router in routers:
        app.include_router(router)
    install_handlers(app)
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes)
    app.add_middleware(CatchUnknown)

    def openapi() -> dict[str, Any]:
        return describe(app)

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way
    return app


def desk(settings: Settings) -> Desk:
    """The desk of these settings, its engine open."""
    engine = settings.engine
    opened = engine if isinstance(engine, Engine) else open_engine(engine)
    return Desk(opened, settings.clock, settings.randomness, settings.platform)


def check_access_table(routers: Sequence[APIRouter]) -> None:
    """Raises AccessTableIncomplete unless routes and table of roles are the same set."""
    known = ACCESS.keys() | PUBLIC
    routes = {
        (method, route.path)
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    if routes != known:
        raise AccessTableIncomplete(
            f"routes without roles: {routes - known}; roles without a route: {known - routes}"
        )
