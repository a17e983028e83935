"""The route of the month's end (结账检查): which month is closed next, and what stands in its way."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import Field

from erp.api.access import BOOKS
from erp.api.request_context import ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.shown import Amount, ClassedView
from erp.kernel.field_class import classed
from erp.kernel.rows import Rows
from erp.ledger.closing import CHECKS, CheckName
from erp.ledger.service import checklist
from erp.parties.queries import own_party

ROUTES = RoomRoutes("ledger")

Entity = Annotated[str, Path(max_length=64, pattern=r"^[^\x00]+$", examples=["HEFEI"])]


class CheckView(ClassedView):
    """A point of the check list: what stands on its account at the end of the month, minor units, debits less credits."""

    classes = classed("name account open blocks", money="balance_minor")

    name: CheckName
    account: str
    balance_minor: Amount
    open: bool
    blocks: bool = Field(description="no close while it is open, unless it is waived with a reason")


class PeriodChecks(ClassedView):
    """The next month of an entity to be closed, and its check list as the books stand now."""

    classes = classed("entity newest_closed period current over checks")

    entity: str
    newest_closed: str | None
    period: str
    current: str = Field(description="the month of now, in the entity's time zone")
    over: bool = Field(description="only a month that is over can be closed")
    checks: list[CheckView]


@ROUTES.read("/period-checks/{entity}", "Read the check list of a month's end", BOOKS, 404, 409)
def read_period_checks(context: ContextDep, entity: Entity) -> PeriodChecks:
    """Which month `POST /period-closes` closes next, whether it is over, and what the check list finds."""
    with context.reading() as session:
        owner = own_party(Rows.of(session), entity)
        found = checklist(session, owner, context.clock())
    return PeriodChecks(
        entity=entity,
        newest_closed=found.newest_closed,
        period=found.period,
        current=found.current,
        over=found.period < found.current,
        checks=[
            CheckView(
                name=one.name,
                account=CHECKS[one.name].account,
                balance_minor=one.balance_minor,
                open=one.is_open,
                blocks=one.blocks,
            )
            for one in found.findings
        ],
    )
