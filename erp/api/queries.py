"""Reading and writing the tables of the API, `api_token` and `api_idempotency`: all its SQL. Never commits."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session
from sqlmodel import col, select

from erp.api.tables import ApiIdempotency, ApiToken

# The unique key decides between two requests that come at once: the second waits here until the first commits.
_CLAIM = text(
    "INSERT INTO api_idempotency (token_id, idempotency_key, fingerprint, status, body, created_at) "
    "VALUES (:token_id, :idempotency_key, :fingerprint, 0, '', :created_at) ON CONFLICT DO NOTHING"
)

Key = tuple[int, str]  # token id and idempotency key


def token_named(session: Session, name: str) -> ApiToken | None:
    """The token with a name, revoked or not."""
    return session.scalars(select(ApiToken).where(col(ApiToken.name) == name)).first()


def valid_token(session: Session, token_sha256: str) -> ApiToken | None:
    """The token with this hash, unless it was revoked."""
    statement = select(ApiToken).where(
        col(ApiToken.token_sha256) == token_sha256, col(ApiToken.revoked_at).is_(None)
    )
    return session.scalars(statement).first()


def tokens(session: Session) -> list[ApiToken]:
    """All tokens, oldest first, revoked ones too."""
    return list(session.scalars(select(ApiToken).order_by(col(ApiToken.id))))


def claim(session: Session, key: Key, fingerprint: str, at: int) -> bool:
    """Inserts an empty answer under `key`. False when the key is already there."""
    claimed = session.connection().execute(
        _CLAIM,
        {
            "token_id": key[0],
            "idempotency_key": key[1],
            "fingerprint": fingerprint,
            "created_at": at,
        },
    )
    return claimed.rowcount != 0


def keep(session: Session, key: Key, status: int, body: str) -> None:
    """Writes HTTP status and body into the row claimed under `key`."""
    session.execute(
        update(ApiIdempotency)
        .where(
            col(ApiIdempotency.token_id) == key[0], col(ApiIdempotency.idempotency_key) == key[1]
        )
        .values(status=status, body=body)
    )


def kept(session: Session, key: Key) -> ApiIdempotency:
    """The row under `key`, which must be there."""
    return session.get_one(ApiIdempotency, key)


def keys_before(session: Session, before: int, limit: int) -> list[Key]:
    """The keys of at most `limit` answers made before unix seconds `before`, oldest first."""
    statement = (
        select(col(ApiIdempotency.token_id), col(ApiIdempotency.idempotency_key))
        .where(col(ApiIdempotency.created_at) < before)
        .order_by(col(ApiIdempotency.created_at))
        .limit(limit)
    )
    return [(token_id, key) for token_id, key in session.execute(statement)]


def forget(session: Session, keys: Iterable[Key]) -> None:
    """Deletes the answers under `keys`."""
    for token_id, key in keys:
        session.execute(
            delete(ApiIdempotency).where(
                col(ApiIdempotency.token_id) == token_id, col(ApiIdempotency.idempotency_key) == key
            )
        )
