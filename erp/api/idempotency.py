"""The answer to a write is stored with the write, under the key its sender chose: one request, one effect.

A refused request stores nothing, as nothing happened: sent again with the same key, it is judged again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from erp.api import queries
from erp.api.errors import REVOKED, KeyReused, Unauthenticated
from erp.api.settings import MAX_PRUNED
from erp.api.tokens import employers_of
from erp.kernel.roles import Role


@dataclass(frozen=True, slots=True)
class Answer:
    """What a write answers: HTTP status and JSON body. `replayed`: it is the answer to an earlier request."""

    status: int
    body: str
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """A write as its sender identified it.

    `credential`: hash of the secret that was sent, None where it is looked up for each request anyway.
    """

    token_id: int
    key: str
    fingerprint: str
    credential: str | None = None

    @property
    def id(self) -> queries.Key:
        """Token and key: the unique key of the kept answer."""
        return self.token_id, self.key

    def row(self, answer: Answer, at: int) -> dict[str, Any]:
        """The row that keeps the answer given at unix seconds `at`."""
        return {
            "token_id": self.token_id,
            "idempotency_key": self.key,
            "fingerprint": self.fingerprint,
            "status": answer.status,
            "body": answer.body,
            "created_at": at,
        }


def fingerprint(route: str, body: BaseModel, key: bytes) -> str:
    """A hash that is equal for equal requests: of the route and of the body's fields, whatever their spacing or order.

    `key` is known to the sender alone, so that from the hash nobody finds out what was sent, and perhaps erased since.
    """
    text = json.dumps(body.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return hmac.new(key, f"{route}\n{text}".encode(), hashlib.sha256).hexdigest()


def answered(session: Session, request: Request, at: int) -> Answer | None:
    """The answer kept under the request's key; None when there is none.

    Raises Unauthenticated when the token does not stand at unix seconds `at` (revoked, over, rotated, or its person's
    employment ended), KeyReused when the answer is that of another request.
    """
    found = queries.sent_before(session, request.id, request.credential, at)
    if found is None or (request.credential is not None and not found.its_own):
        raise Unauthenticated(REVOKED)
    if found.person is not None and not employers_of(
        session, found.person, Role(found.role), found.party
    ):
        raise Unauthenticated(REVOKED)
    if found.fingerprint is None:
        return None
    if found.fingerprint != request.fingerprint:
        raise KeyReused(request.key)
    return Answer(found.status, found.body, replayed=True)


def prune(session: Session, before: int) -> int:
    """Deletes at most MAX_PRUNED answers made before unix seconds `before`; returns how many."""
    old = queries.keys_before(session, before, MAX_PRUNED)
    queries.delete_answers(session, old)
    return len(old)
