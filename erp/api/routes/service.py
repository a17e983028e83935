"""Routes of the service itself: who am I, and is it well."""

from __future__ import annotations

from pydantic import BaseModel, Field

from erp.api.access import EVERYBODY
from erp.api.request_context import Caller, ContextDep
from erp.api.room_routes import RoomRoutes
from erp.kernel.log.queries import last_sequence
from erp.kernel.roles import Role

ROUTES = RoomRoutes("service")


class Me(BaseModel):
    """The token that asked."""

    name: str
    role: Role
    party: str | None = Field(description="whom a supplier's token speaks for")


class Health(BaseModel):
    """The database answered just now."""

    status: str = Field(examples=["ok"])
    platform: str
    documents: int = Field(description="length of the document log")


@ROUTES.read("/me", "Who am I", EVERYBODY)
def me(caller: Caller) -> Me:
    """The name, role and party of the token that was sent."""
    return Me(name=caller.name, role=caller.role, party=caller.party)


@ROUTES.read_without_token("/healthz", "Is the service well", 500, 503)
def health(context: ContextDep) -> Health:
    """Reads the document log just now; 503 when the database does not answer. Needs no token."""
    with context.reading() as session:
        return Health(status="ok", platform=context.platform, documents=last_sequence(session))
