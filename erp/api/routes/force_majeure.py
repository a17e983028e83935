"""Routes of force majeure (不可抗力): the days of regions that nobody answers for. Events tell them; they stand for good."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import Field

from erp.api.access import EVERYBODY
from erp.api.pages import (
    DEFAULT_PAGE,
    AfterKey,
    Limit,
    Page,
    PlainInt,
    joined_key,
    number_in,
    page_of,
    split_key,
)
from erp.api.request_context import ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.row import Row
from erp.forcemajeure import queries
from erp.forcemajeure.tables import ForceMajeureDay
from erp.kernel.amounts import DAY_SECONDS
from erp.kernel.field_class import classed
from erp.kernel.schema import MAX_ID

ROUTES = RoomRoutes("forcemajeure")


class ForceMajeureDayView(Row):
    """A day of a region that stands as force majeure. Unix seconds."""

    classes = classed("region begins_at ends_at document")

    region: str = Field(description="commitment to a place: its code names it")
    begins_at: int
    ends_at: int
    document: str = Field(description="that made it stand")


@ROUTES.read("/force-majeure-days", "List days of force majeure", EVERYBODY)
def list_force_majeure_days(
    context: ContextDep,
    since: Annotated[PlainInt, Query(ge=0, le=MAX_ID, description="unix seconds")] = 0,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
) -> Page[ForceMajeureDayView]:
    """Days by date and region, those that end after a time. They stand on the chain for everybody to see."""
    day, region = split_key(after)
    place = number_in(day, -1), region
    with context.reading() as session:
        found = queries.days(session, since=since // DAY_SECONDS, after=place, limit=limit)
        return page_of(found, _view, lambda row: joined_key(str(row.day), row.region), limit)


def _view(row: ForceMajeureDay) -> ForceMajeureDayView:
    begins_at = row.day * DAY_SECONDS
    return ForceMajeureDayView(
        region=row.region,
        begins_at=begins_at,
        ends_at=begins_at + DAY_SECONDS,
        document=row.document,
    )
