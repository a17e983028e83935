"""A write, from the request to the committed answer: one short transaction, once per key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Body, Header, Response
from fastapi.openapi.models import Example
from fastapi.routing import APIRouter
from pydantic import BaseModel
from sqlalchemy.orm import Session

from erp.api.desk import AtDesk, Caller, Desk
from erp.api.errors import TextNotStorable
from erp.api.idempotency import Answer, fingerprint, once
from erp.api.idempotency import Request as Once
from erp.api.openapi import writing
from erp.api.tokens import Principal
from erp.api.views import WriteAnswer, view, views
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
        examples=["6f1c2f0e-9a53-4f0e-8a2b-0d1c9b7e3a11"],
    ),
]
C = TypeVar("C", bound=Command)


@dataclass(frozen=True, slots=True)
class Write(Generic[C]):
    """A route that makes a document of one command.

    `guard` may refuse it for this caller before it is tried.
    """

    path: str
    command: type[C]
    tag: str
    summary: str
    description: str
    example: dict[str, Any]
    guard: Callable[[Session, Principal, C], None] | None = None


def perform(
    desk: Desk,
    caller: Principal,
    key: str,
    route: str,
    body: BaseModel,
    effect: Callable[[Session, int], BaseModel],
) -> Response:
    """The committed answer to a write.

    `effect(session, at)` done now, or the answer it had the first time.

    Raises what `effect` refuses, KeyReused, TextNotStorable; then nothing was written.
    """
    refuse_nul(body.model_dump(mode="json"), "body")
    at = desk.clock()
    request = Once(caller.token_id, key, fingerprint(route, body))
    with desk.writing() as session:
        answer = once(
            session, request, at, lambda: Answer(CREATED, effect(session, at).model_dump_json())
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


def post(session: Session, desk: Desk, caller: Principal, command: Command, at: int) -> WriteAnswer:
    """The command is executed.

    Its document, and what followed from it, as the caller may see them.
    """
    document = execute(
        session, command, at=at, salt=desk.randomness(SALT_BYTES), origin=None, actor=caller.actor
    )
    followed = changes(session, document.sequence, MAX_FOLLOW_UPS)
    return WriteAnswer(document=view(document, caller), follow_ups=views(followed, caller))


def add_write(router: APIRouter, write: Write[C]) -> None:
    """`router` answers POST on the path of `write`."""

    def endpoint(
        desk: AtDesk, caller: Caller, idempotency_key: IdempotencyKey, command: C
    ) -> Response:
        def effect(session: Session, at: int) -> WriteAnswer:
            if write.guard is not None:
                write.guard(session, caller, command)
            return post(session, desk, caller, command, at)

        return perform(desk, caller, idempotency_key, write.path, command, effect)

    example = {"example": Example(summary=write.summary, value=write.example)}
    endpoint.__annotations__["command"] = Annotated[write.command, Body(openapi_examples=example)]
    router.add_api_route(
        write.path,
        endpoint,
        methods=["POST"],
        status_code=CREATED,
        tags=[write.tag],
        summary=write.summary,
        description=write.description,
        operation_id=write.path.strip("/").replace("-", "_"),
        response_model=WriteAnswer,
        response_description="The document, or the one made when this key came first",
        responses=writing(),
    )
