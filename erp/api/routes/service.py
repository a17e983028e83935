"""Routes of the service itself: who am I, and is it well."""

from __future__ import annotations

from pydantic import Field

from erp.api.access import EVERYBODY
from erp.api.request_context import Caller, ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.shown import ClassedView
from erp.kernel.field_class import classed
from erp.kernel.log.queries import last_sequence
from erp.kernel.roles import Role

ROUTES = RoomRoutes("service")


class Me(ClassedView):
    """The token that asked."""

    classes = classed("name role party person")

    name: str
    role: Role
    party: str | None = Field(description="whom a partner's token speaks for")
    person: str | None = Field(description="whose token it is; null: nobody known")


class Health(ClassedView):
    """The database answered just now."""

    classes = classed("status platform")

    status: str = Field(examples=["ok"])
    platform: str


class Alive(ClassedView):
    """The service takes requests."""

    classes = classed("status")

    status: str = Field(examples=["alive"])


@ROUTES.read("/me", "Who am I", EVERYBODY)
def me(caller: Caller) -> Me:
    """The name, role, party and person of the token that was sent."""
    return Me(name=caller.name, role=caller.role, party=caller.party, person=caller.person)


@ROUTES.read_without_token("/healthz", "Is the service well", 500, 503)
def health(context: ContextDep) -> Health:
    """Reads the document log just now; 503 when the database does not answer. Tells nothing of it. Needs no token."""
    with context.reading() as session:
        last_sequence(session)
    return Health(status="ok", platform=context.platform)


@ROUTES.read_without_token("/live", "Does the service answer", 503)
async def live() -> Alive:
    """Answers as long as the service takes requests, whatever the database does and however many wait. Needs no token."""
    return Alive(status="alive")
