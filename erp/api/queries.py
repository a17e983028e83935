"""Reading and writing the tables of the API, `api_token` and `api_idempotency`: all its SQL. Never commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, text
from sqlalchemy.orm import Session
from sqlmodel import col

from erp.api.tables import ApiIdempotency, ApiToken
from erp.kernel.base import metadata

_API_TOKEN = metadata.tables[ApiToken.__tablename__]
_ANSWERS = metadata.tables[ApiIdempotency.__tablename__]
_BY_HASH = select(
    _API_TOKEN.c.id,
    _API_TOKEN.c.name,
    _API_TOKEN.c.role,
    _API_TOKEN.c.party,
    _API_TOKEN.c.person,
).where(_API_TOKEN.c.token_sha256 == bindparam("token_sha256"), _API_TOKEN.c.revoked_at.is_(None))
_SENT = (
    select(
        _ANSWERS.c.fingerprint,
        _ANSWERS.c.status,
        _ANSWERS.c.body,
        _API_TOKEN.c.role,
        _API_TOKEN.c.party,
        _API_TOKEN.c.person,
    )
    .select_from(
        _API_TOKEN.outerjoin(
            _ANSWERS,
            (_ANSWERS.c.token_id == _API_TOKEN.c.id)
            & (_ANSWERS.c.idempotency_key == bindparam("idempotency_key")),
        )
    )
    .where(_API_TOKEN.c.id == bindparam("token_id"), _API_TOKEN.c.revoked_at.is_(None))
)
_INSERT_ANSWER = text(
    "INSERT INTO api_idempotency (token_id, idempotency_key, fingerprint, status, body, created_at) "
    "VALUES (:token_id, :idempotency_key, :fingerprint, :status, :body, :created_at) ON CONFLICT DO NOTHING"
)

Key = tuple[int, str]  # token id and idempotency key


def token_named(session: Session, name: str) -> ApiToken | None:
    """The token with a name, revoked or not."""
    return session.scalars(select(ApiToken).where(col(ApiToken.name) == name)).first()


def valid_token(
    session: Session, token_sha256: str
) -> Row[int, str, str, str | None, str | None] | None:
    """Id, name, role, party and person of the token with this hash, unless it was revoked."""
    return session.connection().execute(_BY_HASH, {"token_sha256": token_sha256}).first()


def tokens(session: Session) -> list[ApiToken]:
    """All tokens, oldest first, revoked ones too."""
    return list(session.scalars(select(ApiToken).order_by(col(ApiToken.id))))


def sent_before(
    session: Session, key: Key
) -> Row[str | None, int | None, str | None, str, str | None, str | None] | None:
    """Fingerprint, status and body of the answer that is kept under a key, each None when there is none.

    Beside them role, party and person of the token. None in place of all when the token was revoked.
    """
    named = {"token_id": key[0], "idempotency_key": key[1]}
    return session.connection().execute(_SENT, named).first()


def insert_answers(session: Session, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Inserts answers. False when another transaction has kept one under the same key; then roll back."""
    return session.connection().execute(_INSERT_ANSWER, rows).rowcount == len(rows)


def keys_before(session: Session, before: int, limit: int) -> list[Key]:
    """The keys of at most `limit` answers made before unix seconds `before`, oldest first."""
    statement = (
        select(col(ApiIdempotency.token_id), col(ApiIdempotency.idempotency_key))
        .where(col(ApiIdempotency.created_at) < before)
        .order_by(col(ApiIdempotency.created_at))
        .limit(limit)
    )
    return [(token_id, key) for token_id, key in session.execute(statement)]


def delete_answers(session: Session, keys: Iterable[Key]) -> None:
    """Deletes the answers under `keys`."""
    for token_id, key in keys:
        session.execute(
            delete(ApiIdempotency).where(
                col(ApiIdempotency.token_id) == token_id, col(ApiIdempotency.idempotency_key) == key
            )
        )
