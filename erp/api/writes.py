"""Carries out a write from the request to the committed answer: one short transaction, once per idempotency key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar, cast

from fastapi import Body, Header, Response
from fastapi.openapi.models import Example
from pydantic import BaseModel
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from erp.api.document_view import WriteAnswer, view, views
from erp.api.errors import TextNotStorable
from erp.api.idempotency import Answer, fingerprint, once
from erp.api.idempotency import Request as Once
from erp.api.request_context import Caller, ContextDep, RequestContext
from erp.api.shown import shown
from erp.api.tokens import Principal
from erp.kernel.log.queries import changes
from erp.kernel.schema import Command
from erp.rooms import execute

SALT_BYTES = 32
MAX_FOLLOW_UPS = 100  # an operation causes a handful of documents; more is cut, the log has them
CREATED = 201

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


@dataclass(frozen=True, slots=True)
class Upload(Generic[C]):
    """What a route takes that a command cannot hold, since commands stay in the log: bytes.

    `command_of` keeps them in the write's transaction, given randomness, and returns the command that names them.
    `max_body_bytes` is the bound of the whole request, above that of other routes.
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


def perform(
    context: RequestContext,
    caller: Principal,
    key: str,
    route: str,
    body: BaseModel,
    effect: Callable[[Session, int], BaseModel],
) -> Response:
    """The committed answer to a write: that of `effect(session, at)` done now, or the one it had the first time.

    It tells what the caller may see.

    Raises what `effect` raises, KeyReused and TextNotStorable; then nothing was written.
    """
    refuse_nul(body.model_dump(mode="json"), "body")
    at = context.clock()
    request = Once(caller.token_id, key, fingerprint(route, body, caller.fingerprint_key))
    with context.writing() as session:
        answer = once(
            session,
            request,
            at,
            lambda: Answer(CREATED, shown(effect(session, at), caller).model_dump_json()),
        )
    headers = {"Idempotency-Replayed": "true"} if answer.replayed else {}
    return Response(answer.body, answer.status, headers, media_type="application/json")


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


def post(
    session: Session, context: RequestContext, caller: Principal, command: Command, at: int
) -> WriteAnswer:
    """Executes the command at unix seconds `at` and answers with its document and those that followed from it.

    Raises Rejected when a rule refuses the command.
    """
    salt = context.randomness(SALT_BYTES)
    document = execute(session, command, at=at, salt=salt, origin=None, actor=caller.actor)
    followed = changes(session, document.sequence, MAX_FOLLOW_UPS)
    return WriteAnswer(document=view(document), follow_ups=views(followed, caller))


def endpoint_of(write: Write[C]) -> Callable[..., Response]:
    """The function that FastAPI calls for `write`."""

    def endpoint(
        context: ContextDep, caller: Caller, idempotency_key: IdempotencyKey, body: BaseModel
    ) -> Response:
        def effect(session: Session, at: int) -> WriteAnswer:
            command = command_of(write, session, context, body)
            if write.guard is not None:
                write.guard(session, caller, command)
            return post(session, context, caller, command, at)

        answer = perform(context, caller, idempotency_key, write.path, body, effect)
        if write.afterwards is not None:
            write.afterwards(context.engine)
        return answer

    example = {"example": Example(summary=write.summary, value=write.example)}
    endpoint.__annotations__["body"] = Annotated[write.body, Body(openapi_examples=example)]
    return endpoint


def command_of(write: Write[C], session: Session, context: RequestContext, body: BaseModel) -> C:
    """The command that a request's body is, or that its upload becomes."""
    if write.upload is not None:
        return write.upload.command_of(session, context.randomness, body)
    return cast("C", body)
