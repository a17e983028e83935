"""Routes of parties: registering them, and their standing."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import Field

from erp.api.access import STAFF
from erp.api.listing import ALL, Asked, Listing, taken_by
from erp.api.pages import DEFAULT_PAGE, AfterKey, CodeFilter, Limit, Page
from erp.api.request_context import ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.row import Row
from erp.api.writes import Write
from erp.kernel.field_class import classed
from erp.parties.kinds import PartyKind
from erp.parties.schemas import RegisterParty
from erp.parties.tables import Party

ROUTES = RoomRoutes("master data")
PARTIES = Listing(Party, "code", number=None, at="registered_at", about_at="when it was registered")

ROUTES.write(
    Write(
        "/parties",
        RegisterParty,
        "Register a party",
        "A micro-enterprise of the group (`internal`), an outside partner (`external`) or the one that "
        "issues the settlement tokens (`treasury`) gets its own books, under a code, with the settlement "
        "account it is paid on (0x and 40 lower-case hex digits). Its lines count for `platform`; its "
        "months begin in `time_zone`. It can buy or sell once an external event has enrolled that account.",
        {
            "code": "ACME",
            "name": "Acme Steel Ltd",
            "kind": "external",
            "account": "0x70997970c51812dc3a010c7d01b50e0d17dc79c8",
        },
    )
)


class PartyView(Row):
    """A party and whether it may buy or sell."""

    classes = classed(
        "code name kind account platform time_zone status capabilities credit_bps outcomes"
    )

    code: str
    name: str
    kind: str
    account: str
    platform: str
    time_zone: str = Field(description="its months begin here", examples=["Asia/Shanghai"])
    status: str = Field(examples=["ENROLLED"])
    capabilities: int = Field(description="bit set: 1 buyer, 2 supplier")
    credit_bps: int | None = Field(description="credit score, basis points; null: no outcome yet")
    outcomes: int = Field(description="deliveries counted in the score")


@ROUTES.read("/parties", "List parties", STAFF)
def list_parties(
    context: ContextDep,
    code: CodeFilter = None,
    kind: Annotated[PartyKind | None, Query(description="only these")] = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(PARTIES)] = ALL,
) -> Page[PartyView]:
    """Parties by code, each with its credit score; `code` picks one."""
    with context.reading() as session:
        return PARTIES.page(
            session, asked, PartyView.model_validate, after=after, limit=limit, code=code, kind=kind
        )
