"""Routes of parties: registering them, and their standing."""

from __future__ import annotations

from operator import attrgetter

from pydantic import Field

from erp.api.access import STAFF
from erp.api.pages import DEFAULT_PAGE, AfterKey, CodeFilter, Limit, Page, page_of
from erp.api.request_context import ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.row import Row
from erp.api.writes import Write
from erp.kernel.field_class import classed
from erp.parties import queries
from erp.parties.schemas import RegisterParty

ROUTES = RoomRoutes("master data")

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
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
) -> Page[PartyView]:
    """Parties by code, each with its credit score; `code` picks one."""
    with context.reading() as session:
        found = queries.parties_by_code(session, code=code, after=after, limit=limit)
        return page_of(found, PartyView.model_validate, attrgetter("code"), limit)
