"""The route of the planning run (计划运行): the reorder check over all items at once, when a planner asks for it."""

from __future__ import annotations

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
from erp.api.writes import DryRun, IdempotencyKey, answer_of, perform
from erp.items.queries import policies
from erp.kernel.field_class import classed
from erp.kernel.log.model import SALT_BYTES, Document
from erp.kernel.roles import Role
from erp.kernel.rows import Rows
from erp.kernel.schema import Code, Command
from erp.procurement.planning import check, reorders_due
from erp.rooms import execute

ROUTES = RoomRoutes("planning")
PATH = "/planning-runs"
MAX_PLANNED = 100  # items of one run, so that its transaction stays short


class PlanningRun(Command):
    """Checks every item, or those of one buyer."""

    buyer: Code | None = None
    after: Code | None = None  # the last run's `next_after`


class PlanningReport(ClassedView):
    """Requisitions raised, holds put with their reason, and items that were already on hold for the same reason."""

    classes = classed("due raised held still_held next_after")

    due: int = Field(description="items whose reorder is due")
    raised: list[DocumentView]
    held: list[DocumentView]
    still_held: list[str]
    next_after: str | None = Field(description="run again with `after` when not null: more are due")


EXAMPLES = {"all": {"summary": "All items of one buyer", "value": {"buyer": "HEFEI"}}}


def due_items(session: Session, caller: Principal, run: PlanningRun) -> tuple[list[str], bool]:
    """The items of the run whose reorder is due, MAX_PLANNED at most; and whether more are due.

    A planner who is a known person plans for the buyers that employ it.
    """
    rows = Rows.of(session)
    due = [item for item in sorted(reorders_due(rows)) if item > (run.after or "")]
    buyers = {policy.item: policy.buyer for policy in policies(rows)}
    if run.buyer is not None:
        due = [item for item in due if buyers[item] == run.buyer]
    if caller.parties is not None:
        due = [item for item in due if buyers[item] in caller.parties]
    return due[:MAX_PLANNED], len(due) > MAX_PLANNED


def plan(
    session: Session, context: RequestContext, caller: Principal, run: PlanningRun, at: int
) -> PlanningReport:
    """Raises a requisition for each due item, or puts it on hold with the reason, at unix seconds `at`."""

    def post(command: Command) -> Document:
        salt = context.randomness(SALT_BYTES)
        return execute(session, command, at=at, salt=salt, origin=None, actor=caller.actor)

    due, more = due_items(session, caller, run)
    report = PlanningReport(
        due=len(due), raised=[], held=[], still_held=[], next_after=due[-1] if more else None
    )
    for item in due:
        made = [post(command) for command in check(Rows.of(session), item)]
        report.raised += [view(done) for done in made if done.type == "requisition"]
        report.held += [view(done) for done in made if done.type == "reorder_hold"]
        if not made:
            report.still_held.append(item)
    return report


async def run_planning(
    context: ContextDep,
    caller: Caller,
    idempotency_key: IdempotencyKey,
    run: Annotated[PlanningRun, Body(openapi_examples=EXAMPLES)],
    dry_run: DryRun = False,
) -> Response:
    """Checks every item with a sourcing policy, or those of one buyer, without waiting for a move of stock.

    What is below its reorder point gets a requisition, or a hold that says why not (budget, no eligible supplier).
    """
    work = Whole(
        lambda session, at: answer_of(plan(session, context, caller, run, at), caller), MAX_PLANNED
    )
    return await perform(context, caller, idempotency_key, PATH, run, work, dry_run)


ROUTES.post(
    PATH,
    "Run the reorder check",
    frozenset({Role.PLANNER}),
    run_planning,
    response_model=PlanningReport,
)
