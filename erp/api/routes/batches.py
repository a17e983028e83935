"""The route of batches (批处理): many commands in one request and one transaction, each with its own outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal, Union

from fastapi import Body, Response
from fastapi.openapi.models import Example
from pydantic import BaseModel, ConfigDict, Field, create_model
from sqlalchemy.orm import Session

from erp.api.carry_out import carry_out_all
from erp.api.document_view import DocumentView
from erp.api.errors import ForbiddenCommand
from erp.api.idempotency import Answer
from erp.api.jobs import Done, Each, Outcome, ToldCommand, Whole
from erp.api.problems import Problem, refusal
from erp.api.references import Named
from erp.api.request_context import Caller, ContextDep, RequestContext
from erp.api.room_routes import RoomRoutes
from erp.api.shown import ClassedView
from erp.api.tokens import Principal
from erp.api.writes import CREATED, DryRun, IdempotencyKey, Write, answer_of, perform, written
from erp.execute import MAX_BATCH
from erp.kernel.field_class import classed
from erp.kernel.roles import Role
from erp.kernel.schema import Command
from erp.rooms import OPERATIONS

PATH = "/batches"
ISSUE = {"entity": "HEFEI", "item": "STEEL-3MM", "quantity": 30, "purpose": "production"}
ITEM = {"code": "STEEL-3MM", "name": "Steel sheet 3 mm", "unit": "sheet"}
EXAMPLES: dict[str, Example] = {
    "each": {
        "summary": "Two goods issues, each by itself",
        "value": {
            "mode": "each",
            "commands": [
                {"command": "IssueStock", "fields": ISSUE},
                {"command": "IssueStock", "fields": {**ISSUE, "quantity": 20}},
            ],
        },
    },
    "all": {
        "summary": "Two items, both or none",
        "value": {
            "mode": "all",
            "commands": [
                {"command": "RegisterItem", "fields": ITEM},
                {"command": "RegisterItem", "fields": {**ITEM, "code": "STEEL-5MM"}},
            ],
        },
    },
}
ABOUT = f"""Carries out 1 to {MAX_BATCH} commands in their order, in one transaction, under one key.

A command is named as in the log (`command` of a document), and its `fields` are the body of its own route; you need the
role of that route for each. What is sent with bytes, or erases them, is told alone. The form of all commands and your right
to tell them are judged before the first is tried, and so is whose orders a supplier names: by the books as they stand
before the list.

* `each`: one that a rule refuses leaves the others as they are. The answer has an outcome for each, in order.
* `all`: all of them or none. The first refusal is the answer; its `index` says which command, counted from 0.

The answer is kept whole under its key, refusals too: send what was refused again under a new key."""


class Mode(StrEnum):
    """Whether the commands of a list stand each by itself, or as one."""

    EACH = "each"
    ALL = "all"


class ListedCommand(BaseModel):
    """One command of a list."""

    model_config = ConfigDict(extra="forbid")

    command: str
    fields: Command


class CommandList(BaseModel):
    """Commands to carry out in their order."""

    model_config = ConfigDict(extra="forbid")

    mode: Mode
    commands: Sequence[ListedCommand]


class CommandOutcome(ClassedView):
    """What came of one command: its document and those that followed from it, or the problem that refused it."""

    classes = classed("index status document follow_ups problem")

    index: int = Field(description="place in the list, from 0")
    status: int = Field(description="what its own route would have answered", examples=[CREATED])
    document: DocumentView | None = None
    follow_ups: list[DocumentView] = Field(default_factory=list)
    problem: Problem | None = None


class BatchAnswer(ClassedView):
    """The outcome of each command, in the order of the list."""

    classes = classed("mode accepted refused outcomes")

    mode: Mode
    accepted: int = Field(description="commands that were carried out")
    refused: int
    outcomes: list[CommandOutcome]


def list_of(writes: Sequence[Write[Any]]) -> type[CommandList]:
    """The form of a list of the commands of these writes: `command` says which form `fields` has."""
    forms = tuple(form_of(write) for write in writes)
    one: Any = Annotated[Union[forms], Field(discriminator="command")]  # noqa: UP007 - of a tuple
    commands: Any = (Annotated[list[one], Field(min_length=1, max_length=MAX_BATCH)], ...)
    return create_model(
        "Batch", __base__=CommandList, __doc__=CommandList.__doc__, commands=commands
    )


def form_of(write: Write[Any]) -> type[ListedCommand]:
    """The form of one command within a list."""
    name = write.command.__name__
    parts: dict[str, Any] = {"command": (Literal[name], ...), "fields": (write.command, ...)}
    about = f"`{name}`, as on `{write.path}`."
    return create_model(f"{name}ListedCommand", __base__=ListedCommand, __doc__=about, **parts)


def routes_of(writes: Sequence[Write[Any]]) -> RoomRoutes:
    """POST /batches for the commands of these writes, and for everybody who may tell one of them."""
    plain = [write for write in writes if write.is_plain]
    by_command = {write.command: write for write in plain}
    form = list_of(plain)

    async def tell_batch(
        context: ContextDep,
        caller: Caller,
        idempotency_key: IdempotencyKey,
        batch: CommandList,
        dry_run: DryRun = False,
    ) -> Response:
        instructions = [
            instruction(by_command, caller, index, told.fields)
            for index, told in enumerate(batch.commands)
        ]
        work = work_of(batch, instructions, context, caller)
        return await perform(context, caller, idempotency_key, PATH, batch, work, dry_run)

    tell_batch.__annotations__["batch"] = Annotated[form, Body(openapi_examples=EXAMPLES)]
    routes = RoomRoutes("service")
    routes.post(
        PATH,
        "Tell many commands at once",
        frozenset[Role]().union(*(OPERATIONS[command].roles for command in by_command)),
        tell_batch,
        description=ABOUT,
        response_model=BatchAnswer,
        response_description="The outcomes, or those of the list that came first with this key",
    )
    return routes


def instruction(
    writes: Mapping[type[Command], Write[Any]], caller: Principal, index: int, command: Command
) -> ToldCommand:
    """The command as this caller tells it. Raises ForbiddenCommand when its role may not tell it."""
    roles = OPERATIONS[type(command)].roles
    if caller.role not in roles:
        raise ForbiddenCommand(caller.role, sorted(roles), index, type(command).__name__)
    return writes[type(command)].instruction(caller, command)


def work_of(
    batch: CommandList,
    instructions: Sequence[ToldCommand],
    context: RequestContext,
    caller: Principal,
) -> Each | Whole:
    """What the desk does for a list."""

    def conclude(outcomes: Sequence[Outcome]) -> Answer:
        return answer_of(batch_answer(batch, outcomes, caller), caller)

    def effect(session: Session, at: int) -> Answer:
        return conclude(carry_out_all(session, instructions, at, context.randomness))

    if batch.mode is Mode.EACH:
        return Each(instructions, conclude)
    return Whole(effect, len(instructions))


def batch_answer(batch: CommandList, outcomes: Sequence[Outcome], caller: Principal) -> BatchAnswer:
    """The answer to a list with these outcomes."""
    told = [
        command_outcome(index, listed.fields, outcome, caller)
        for index, (listed, outcome) in enumerate(zip(batch.commands, outcomes, strict=True))
    ]
    refused = sum(one.problem is not None for one in told)
    return BatchAnswer(
        mode=batch.mode, accepted=len(told) - refused, refused=refused, outcomes=told
    )


def command_outcome(
    index: int, command: Command, outcome: Outcome, caller: Principal
) -> CommandOutcome:
    """What came of the command at this place of the list."""
    if isinstance(outcome, Done):
        made = written(outcome, caller)
        return CommandOutcome(
            index=index, status=CREATED, document=made.document, follow_ups=made.follow_ups
        )
    fields = command.model_dump(mode="json")
    named = Named(True, body=fields, root=f"body.commands.{index}.fields")
    problem = Problem(**refusal(outcome, f"{PATH}#/commands/{index}", named))
    return CommandOutcome(index=index, status=problem.status, problem=problem)
