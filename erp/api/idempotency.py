"""One request, one effect.

The answer to a write is stored with the write, under the key its sender chose.

A refused request stores nothing, as nothing happened: sent again with the same key, it is judged
again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel
from sqlalchemy import ColumnElement, delete, select, text, update
from sqlalchemy.orm import Session
from sqlmodel import col

from erp.api.errors import KeyReused
from erp.api.tables import ApiIdempotency

KEEP_DAYS = 30
SECONDS_PER_DAY = 86_400
MAX_PRUNED = 10_000  # rows of one transaction, so that pruning never blocks the clerks

# The unique key decides between two requests that come at once: the second waits here for the first
# to commit.
CLAIM = text(
    "INSERT INTO api_idempotency (token_id, idempotency_key, fingerprint, status, body, "
    "created_at) VALUES (:token_id, :idempotency_key, :fingerprint, 0, '', :created_at) ON "
    "CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a write answers: HTTP status and JSON body.

    Replayed when it is the answer of an earlier request.
    """

    status: int
    body: str
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """A write as its sender identified it."""

    token_id: int
    key: str
    fingerprint: str


def fingerprint(route: str, command: BaseModel) -> str:
    """Equal for equal requests.

    The route and the body's meaning, whatever its spacing or order of fields.
    """
    body = json.dumps(command.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{route}\n{body}".encode()).hexdigest()


def once(session: Session, request: Request, at: int, effect: Callable[[], Answer]) -> Answer:
    """The first answer to `request`, made by `effect` now or stored before.

    Within the caller's transaction.

    Raises KeyReused when the key stands for another request, and whatever `effect` raises.
    """
    connection = session.connection()
    claimed = connection.execute(
        CLAIM,
        {
            "token_id": request.token_id,
            "idempotency_key": request.key,
            "fingerprint": request.fingerprint,
            "created_at": at,
        },
    )
    if claimed.rowcount == 0:
        return _stored(session, request)
    answer = effect()
    session.execute(
        update(ApiIdempotency)
        .where(*_same_key(request))
        .values(status=answer.status, body=answer.body)
    )
    return answer


def _same_key(request: Request) -> tuple[ColumnElement[bool], ...]:
    return (
        col(ApiIdempotency.token_id) == request.token_id,
        col(ApiIdempotency.idempotency_key) == request.key,
    )


def _stored(session: Session, request: Request) -> Answer:
    """The answer kept under the key. Raises KeyReused when it answered another request."""
    row = session.get_one(ApiIdempotency, (request.token_id, request.key))
    if row.fingerprint != request.fingerprint:
        raise KeyReused(request.key)
    return Answer(row.status, row.body, replayed=True)


def prune(session: Session, before: int) -> int:
    """Forgets at most MAX_PRUNED answers older than `before` (unix seconds); returns how many."""
    old = session.execute(
        select(col(ApiIdempotency.token_id), col(ApiIdempotency.idempotency_key))
        .where(col(ApiIdempotency.created_at) < before)
        .order_by(col(ApiIdempotency.created_at))
        .limit(MAX_PRUNED)
    ).all()
    for token_id, key in old:
        session.execute(
            delete(ApiIdempotency).where(
                col(ApiIdempotency.token_id) == token_id,
                col(ApiIdempotency.idempotency_key) == key,
            )
        )
    return len(old)
