"""The planning run (计划运行): the reorder check over all items at once, on a clerk's word."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, Response
from fastapi.routing import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from erp.api.desk import AtDesk, Caller, Desk
from erp.api.openapi import writing
from erp.api.tokens import Principal
from erp.api.views import DocumentView, view
from erp.api.writes import CREATED, SALT_BYTES, IdempotencyKey, perform
from erp.items.queries import policies
from erp.kernel.log.model import Document
from erp.kernel.schema import Code, Command
from erp.procurement.planning import check, reorders_due
from erp.rooms import execute

PATH = "/planning-runs"
MAX_PLANNED = 100  # items of one run, so that its transaction stays short


class PlanningRun(Command):
    """Checks every item, or those of one buyer."""

    buyer: Code | None = None
    after: Code | None = None  # the last run's `next_after`


class PlanningReport(BaseModel):
    """What the run did.

    Requisitions raised, holds put with their reason, items already on hold for the same reason.
    """

    due: int = Field(description="items whose reorder is due")
    raised: list[DocumentView]
    held: list[DocumentView]
    still_held: list[str]
    next_after: str | None = Field(description="run again with `after` when not null: more are due")


def due_items(session: Session, run: PlanningRun) -> tuple[list[str], bool]:
    """The items of the run whose reorder is due, MAX_PLANNED at most; and whether more are."""
    due = [item for item in sorted(reorders_due(session)) if item > (run.after or "")]
    if run.buyer is not None:
        buyers = {policy.item: policy.buyer for policy in policies(session)}
        due = [item for item in due if buyers[item] == run.buyer]
    return due[:MAX_PLANNED], len(due) > MAX_PLANNED


def plan(
    session: Session, desk: Desk, caller: Principal, run: PlanningRun, at: int
) -> PlanningReport:
    """Each due item has its requisition, or its hold with the reason."""

    def post(command: Command) -> Document:
        salt = desk.randomness(SALT_BYTES)
        return execute(session, command, at=at, salt=salt, origin=None, actor=caller.actor)

    due, more = due_items(session, run)
    report = PlanningReport(
        due=len(due), raised=[], held=[], still_held=[], next_after=due[-1] if more else None
    )
    for item in due:
        made = [post(command) for command in check(session, item)]
        report.raised += [view(done, caller) for done in made if done.type == "requisition"]
        report.held += [view(done, caller) for done in made if done.type == "reorder_hold"]
        if not made:
            report.still_held.append(item)
    return report


def run_planning(
    desk: AtDesk,
    caller: Caller,
    idempotency_key: IdempotencyKey,
    run: Annotated[
        PlanningRun,
        Body(
            openapi_examples={
                "all": {"summary": "All items of one buyer", "value": {"buyer": "HEFEI"}}
            }
        ),
    ],
) -> Response:
    """Checks every item with a sourcing policy, or those of one buyer, without waiting for a move.

    What is below its reorder point gets a requisition, or a hold that says why not (budget, no
    eligible supplier).
    """
    return perform(
        desk,
        caller,
        idempotency_key,
        PATH,
        run,
        lambda session, at: plan(session, desk, caller, run, at),
    )


def add_planning_run(router: APIRouter) -> None:
    """`router` answers the planning run."""
    router.add_api_route(
        PATH,
        run_planning,
        methods=["POST"],
        status_code=CREATED,
        tags=["planning"],
        summary="Run the reorder check",
        operation_id="planning_runs",
        response_model=PlanningReport,
        responses=writing(),
    )
