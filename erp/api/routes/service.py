"""Who am I, and is the service well."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from erp.api.desk import AtDesk, Caller
from erp.api.openapi import documented, problems
from erp.kernel.log.queries import last_sequence
from erp.kernel.roles import Role

router = APIRouter(tags=["service"])


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


@router.get("/me", operation_id="me", summary="Who am I", response_model=Me, responses=problems())
def me(caller: Caller) -> Me:
    """The name, role and party of the token that was sent."""
    return Me(name=caller.name, role=caller.role, party=caller.party)


@router.get(
    "/healthz",
    operation_id="health",
    summary="Is the service well",
    response_model=Health,
    responses=documented([500, 503]),
)
def health(desk: AtDesk) -> Health:
    """Reads the document log just now; 503 when the database does not answer. Needs no token."""
    with desk.reading() as session:
        return Health(status="ok", platform=desk.platform, documents=last_sequence(session))
