"""Routes of performance: a party's period is measured and reported."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import Body, Response
from pydantic import Field
from sqlalchemy.orm import Session

from erp.api.document_view import DocumentView, view
from erp.api.jobs import Whole
from erp.api.request_context import Caller, ContextDep, RequestContext
from erp.api.room_routes import RoomRoutes
from erp.api.shown import ClassedView
from erp.api.tokens import Principal
from erp.api.writes import DryRun, IdempotencyKey, Write, answer_of, perform
from erp.bets.reports import VALUE_ADDED
from erp.kernel.errors import Rejected
from erp.kernel.field_class import classed
from erp.kernel.log.model import SALT_BYTES
from erp.kernel.roles import Role
from erp.kernel.schema import Command
from erp.performance.due import MAX_DUE, due
from erp.performance.schemas import ReportIndex, ReportPerformance, ReportValue
from erp.rooms import execute

ROUTES = RoomRoutes("performance")
REPORTERS = frozenset({Role.FINANCE, Role.PLANNER})
PATH = "/performance-runs"

log = logging.getLogger("erp.api")

ROUTES.write(
    Write(
        "/performance-reports",
        ReportPerformance,
        "Report a party's period",
        "Measures what the party pledged for a period that is over, lists the documents that show it, and has the reporter "
        "tell the contract as soon as these documents are anchored.",
        {"bet": "BET-2026-00001", "party": "HEFEI", "period": 1},
    )
)


ROUTES.write(
    Write(
        "/index-reports",
        ReportIndex,
        "Report a period's index",
        "Counts what was ordered of the things of the group's need in the 28 days before the period's index day, and has "
        "the reporter tell the contract: targets that follow the index move by rule. Once, on that day.",
        {"bet": "BET-2026-00001", "period": 2},
    )
)
ROUTES.write(
    Write(
        "/value-reports",
        ReportValue,
        "Report the value added",
        "Sums the margin of the group's members in the bet's time, less the base margin that was approved with the group, "
        "at most the pool; the documents that show it are listed. Once, when the last period is over.",
        {"bet": "BET-2026-00001"},
    )
)


class PerformanceRun(Command):
    """Reports whatever can be reported now."""


EXAMPLES = {"all": {"summary": "Everything that is due", "value": {}}}


class RefusedReport(ClassedView):
    """A report that is due and cannot be made: somebody has to look."""

    classes = classed("bet party period code why")

    bet: str
    party: str | None = Field(description="null: the index of a period, or the value added")
    period: int = Field(description="0: the value added")
    code: str
    why: str


class PerformanceRunReport(ClassedView):
    """What was reported by a run, and what could not be."""

    classes = classed("reported refused more")

    reported: list[DocumentView]
    refused: list[RefusedReport]
    more: bool = Field(description="run again: more is due")


def run_all(
    session: Session, context: RequestContext, caller: Principal, at: int
) -> PerformanceRunReport:
    """Reports whatever is due, in time and measured here, at unix seconds `at`. What cannot be reported is an alarm."""
    found = due(session, at)
    for command, refusal in found.refused:
        log.warning("not reported: %s: %s", command, refusal)
    made = [
        execute(
            session,
            command,
            at=at,
            salt=context.randomness(SALT_BYTES),
            origin=None,
            actor=caller.actor,
        )
        for command in found.reports
    ]
    return PerformanceRunReport(
        reported=[view(document) for document in made],
        refused=[_refused(command, refusal) for command, refusal in found.refused],
        more=len(found.reports) == MAX_DUE,
    )


def _refused(command: Command, refusal: Rejected) -> RefusedReport:
    told = command.model_dump()
    return RefusedReport(
        bet=told["bet"],
        party=told.get("party"),
        period=told.get("period", VALUE_ADDED),
        code=refusal.code,
        why=str(refusal),
    )


async def run_performance(
    context: ContextDep,
    caller: Caller,
    idempotency_key: IdempotencyKey,
    run: Annotated[PerformanceRun, Body(openapi_examples=EXAMPLES)],
    dry_run: DryRun = False,
) -> Response:
    """Measures and reports what is due of every bet: indexes on their day, periods when they are over, then values added."""
    work = Whole(
        lambda session, at: answer_of(run_all(session, context, caller, at), caller), MAX_DUE
    )
    return await perform(context, caller, idempotency_key, PATH, run, work, dry_run)


ROUTES.post(
    PATH,
    "Report what is due",
    REPORTERS,
    run_performance,
    response_model=PerformanceRunReport,
)
