"""A write from the request to the committed answer: one command, one document, once per idempotency key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Generic, TypeVar, cast

from fastapi import Body, Header, Query, Response
from fastapi.openapi.models import Example
from pydantic import BaseModel, BeforeValidator
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from erp.api.carry_out import carry_out_each
from erp.api.document_view import WriteAnswer, view, views
from erp.api.errors import TextNotStorable
from erp.api.idempotency import Answer, fingerprint
from erp.api.idempotency import Request as Once
from erp.api.jobs import Done, Each, Job, Outcome, ToldCommand, Whole
from erp.api.request_context import Caller, ContextDep, RequestContext
from erp.api.settings import MAX_BATCH_BYTES
from erp.api.shown import withhold
from erp.api.tokens import Principal
from erp.execute import MAX_BATCH
from erp.kernel.errors import Rejected
from erp.kernel.schema import Command
from erp.proposals.schemas import proposal_of
from erp.rooms import OPERATIONS

CREATED = 201
FORESEEN = 200  # a dry run: nothing was created

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=128,
        pattern=r"^[\x21-\x7e]+$",
        description="Chosen by the sender, new for each new request: a UUID, say.",
    ),
]
C = TypeVar("C", bound=Command)


def plain_truth(value: object) -> object:
    """Refuses a text that is neither true nor false: what else people write for yes is not guessed at."""
    if isinstance(value, str) and value not in ("true", "false"):
        raise ValueError("true or false")
    return value


# A parameter, as Kubernetes and AWS have it, and no header: a misspelt parameter is refused, a misspelt header would write.
DryRun = Annotated[
    bool,
    BeforeValidator(plain_truth),
    Query(
        description="`true`: answer with what the write would make, status 200, and write nothing at all; the key stays "
        "free. Numbers, sequences and times are what they would be just now."
    ),
]


@dataclass(frozen=True, slots=True)
class Upload(Generic[C]):
    """What a route takes that a command cannot hold, since commands stay in the log: bytes.

    `command_of` keeps them in the write's transaction, given randomness, and returns the command that names them.
    `max_body_bytes` is the bound of the whole request, that of other routes at least.
    """

    body: type[BaseModel]
    command_of: Callable[[Session, Callable[[int], bytes], Any], C]
    max_body_bytes: int


@dataclass(frozen=True, slots=True)
class Write(Generic[C]):
    """A route that carries out one command and answers with its document.

    Its roles are those of the command's operation. `guard` may refuse the command for this caller before it is tried.
    The command is the request's body, unless `upload` says what is sent in its place. `afterwards` is done once the
    write is committed.
    """

    path: str
    command: type[C]
    summary: str
    description: str
    example: dict[str, Any]
    guard: Callable[[Session, Principal, C], None] | None = None
    upload: Upload[C] | None = None
    afterwards: Callable[[Engine], object] | None = None

    @property
    def body(self) -> type[BaseModel]:
        """What is sent."""
        return self.command if self.upload is None else self.upload.body

    @property
    def is_proposed(self) -> bool:
        """True when the command takes effect only after a second person confirmed it."""
        return OPERATIONS[self.command].second

    @property
    def is_plain(self) -> bool:
        """True when the command is all there is to it, so that it may stand in a list with others."""
        return self.upload is None and self.afterwards is None

    def instruction(self, caller: Principal, command: C) -> ToldCommand:
        """The command as this caller tells it: one that needs a second person is proposed."""
        guard = self.guard
        told = proposal_of(command) if self.is_proposed else command
        if guard is None:
            return ToldCommand(told, caller.actor)
        return ToldCommand(told, caller.actor, lambda session: guard(session, caller, command))


async def perform(
    context: RequestContext,
    caller: Principal,
    key: str,
    route: str,
    body: BaseModel,
    work: Each | Whole,
    dry_run: bool = False,
) -> Response:
    """The committed answer to a write: that of `work` done now, or the one it had the first time.

    Of a dry run the answer that it would be, with nothing committed. Raises what refuses the write, KeyReused and
    TextNotStorable; then nothing was written.
    """
    refuse_nul(body.model_dump(mode="json"), "body")
    mark = fingerprint(route, body, caller.fingerprint_key)
    request = Once(caller.token_id, key, mark, caller.credential)
    answer = await context.desk.answer(Job(request, work, dry_run))
    headers = {"Idempotency-Replayed": "true"} if answer.replayed else {}
    status = FORESEEN if dry_run else answer.status
    return Response(answer.body, status, headers, media_type="application/json")


def refuse_nul(value: object, path: str) -> None:
    """Raises TextNotStorable when a text anywhere in `value` holds a NUL character."""
    if isinstance(value, str) and "\0" in value:
        raise TextNotStorable(path)
    if isinstance(value, dict):
        for name, part in value.items():
            refuse_nul(part, f"{path}.{name}")
    if isinstance(value, list):
        for index, part in enumerate(value):
            refuse_nul(part, f"{path}.{index}")


def answer_of(body: BaseModel, caller: Principal) -> Answer:
    """The answer that tells the caller what it may see of `body`."""
    return Answer(CREATED, withhold(body, caller).model_dump_json())


def written(done: Done, caller: Principal) -> WriteAnswer:
    """The document of a command, with those that followed from it."""
    return WriteAnswer(document=view(done.document), follow_ups=views(done.follow_ups, caller))


def concluded(caller: Principal, outcomes: Sequence[Outcome]) -> Answer:
    """The answer to one command. Raises the Rejected that refused it."""
    (outcome,) = outcomes
    if isinstance(outcome, Rejected):
        raise outcome
    return answer_of(written(outcome, caller), caller)


def endpoint_of(write: Write[C]) -> Callable[..., Any]:
    """The function that FastAPI calls for `write`."""

    async def endpoint(
        context: ContextDep,
        caller: Caller,
        idempotency_key: IdempotencyKey,
        body: BaseModel,
        dry_run: DryRun = False,
    ) -> Response:
        work = work_of(write, context, caller, body)
        answer = await perform(context, caller, idempotency_key, write.path, body, work, dry_run)
        if write.afterwards is not None and not dry_run:
            await run_in_threadpool(write.afterwards, context.engine)
        return answer

    example = {"example": Example(summary=write.summary, value=write.example)}
    endpoint.__annotations__["body"] = Annotated[write.body, Body(openapi_examples=example)]
    return endpoint


def work_of(
    write: Write[C], context: RequestContext, caller: Principal, body: BaseModel
) -> Each | Whole:
    """What the desk does for a request with this body."""
    conclude = partial(concluded, caller)
    upload = write.upload
    if upload is None:
        return Each([write.instruction(caller, cast("C", body))], conclude)

    def effect(session: Session, at: int) -> Answer:
        told = write.instruction(caller, upload.command_of(session, context.randomness, body))
        return conclude(carry_out_each(session, [told], at, context.randomness))

    return Whole(effect, 1 + upload.max_body_bytes * MAX_BATCH // MAX_BATCH_BYTES)
