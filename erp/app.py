"""Composes the ERP's HTTP application. Nothing happens at import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from sqlalchemy import Engine
from sqlalchemy.orm import configure_mappers
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse

from erp.api import oauth
from erp.api.desk import Desk
from erp.api.doorkeeper import Doorkeeper
from erp.api.last_resort import LastResort
from erp.api.limits import BodyLimit
from erp.api.methods import Methods
from erp.api.openapi import TITLE, VERSION, describe
from erp.api.problems import install_handlers
from erp.api.rates import RateLimit, Rates
from erp.api.request_context import RequestContext
from erp.api.room_routes import RoomRoutes
from erp.api.routes import ACCESS, ROOMS, batches
from erp.api.settings import Settings
from erp.api.traced import Traced
from erp.database import open_engine
from erp.serving import reading_threads
from erp.web.app import PATH, workbench

SMALLEST_ZIPPED = 1_000  # bytes; what is shorter is sent as it is
ZIPPED_LEVEL = 5  # of 9: nearly as small, at a third of the time


def create_app(settings: Settings, rooms: Sequence[RoomRoutes] = ROOMS) -> FastAPI:
    """The application over the database of `settings`, whose schema must be current.

    Raises RouteWithoutRoles when a route of `rooms` has no roles.
    """
    configure_mappers()  # where there is no memory for that, it is the start that fails, and not each later request
    for room in rooms:
        room.check()
    # Its documentation pages come from the package itself: a plant's network has no internet.
    app = FastAPIOffline(
        title=TITLE, version=VERSION, redoc_url=None, lifespan=reading_threads(settings.limits)
    )
    app.state.request_context = request_context(settings)
    for room in rooms:
        # the routes themselves: `include_router` builds each anew at the first request, a second of CPU for each application
        app.router.routes.extend(room.router.routes)
    install_handlers(app)
    for route in oauth.ROUTES:
        app.router.routes.append(route)
    app.mount(PATH, workbench(app.state.request_context))
    app.add_route("/", _to_the_workbench, include_in_schema=False)
    larger = {
        write.path: write.upload.max_body_bytes
        for room in rooms
        for write in room.writes
        if write.upload is not None
    }
    larger[batches.PATH] = settings.max_batch_bytes
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes, larger=larger)
    app.add_middleware(RateLimit, rates=app.state.request_context.rates)
    app.add_middleware(LastResort)
    app.add_middleware(GZipMiddleware, minimum_size=SMALLEST_ZIPPED, compresslevel=ZIPPED_LEVEL)
    # behind nothing that makes a body of another length: HEAD tells that of GET
    app.add_middleware(
        Methods, routes=[route for room in rooms for route in (*room.access, *room.public)]
    )
    if settings.tracer is not None:
        app.add_middleware(Traced, tracer=settings.tracer)

    def openapi() -> dict[str, Any]:
        return describe(app, ACCESS)

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way
    return app


async def _to_the_workbench(_request: Request) -> RedirectResponse:
    return RedirectResponse(f"{PATH}/")


def request_context(settings: Settings) -> RequestContext:
    """The context of these settings, its engine open."""
    engine = settings.engine
    opened = engine if isinstance(engine, Engine) else open_engine(engine)
    desk = Desk(opened, settings.clock, settings.randomness)
    return RequestContext(
        *(opened, desk, settings.clock, settings.randomness, settings.platform, ACCESS),
        settings.witness,
        settings.limits,
        Doorkeeper(settings.limits, settings.ticks),
        Rates(settings.limits, settings.ticks),
    )
