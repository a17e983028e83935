"""Reading and writing the tables of the API, those of tokens, passwords and answers: all its SQL. Never commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, delete, func, select, text
from sqlalchemy.orm import Session
from sqlmodel import col

from erp.api.tables import (
    AccessToken,
    ApiIdempotency,
    ApiToken,
    PersonPassword,
    TokenKind,
    WebSession,
)
from erp.kernel.base import metadata
from erp.people.tables import Person

_API_TOKEN = metadata.tables[ApiToken.__tablename__]
_ANSWERS = metadata.tables[ApiIdempotency.__tablename__]
_ACCESS = metadata.tables[AccessToken.__tablename__]
_HASH: BindParameter[str] = bindparam("token_sha256")
_NOW: BindParameter[int] = bindparam("now")
# Told once and for all: what of a token stands now, and which secrets are its own.
STANDS = _API_TOKEN.c.revoked_at.is_(None) & (
    _API_TOKEN.c.expires_at.is_(None) | (_API_TOKEN.c.expires_at > _NOW)
)
_ITS_OWN = (_API_TOKEN.c.token_sha256 == _HASH) | (
    (_API_TOKEN.c.previous_sha256 == _HASH) & (_API_TOKEN.c.previous_until > _NOW)
)
_WHOSE = select(
    _API_TOKEN.c.id,
    _API_TOKEN.c.name,
    _API_TOKEN.c.role,
    _API_TOKEN.c.party,
    _API_TOKEN.c.person,
).where(STANDS)
_BY_HASH = _WHOSE.where(_API_TOKEN.c.kind == bindparam("kind"), _ITS_OWN)
_BY_ACCESS = _WHOSE.join(_ACCESS, _ACCESS.c.token_id == _API_TOKEN.c.id).where(
    _ACCESS.c.token_sha256 == _HASH, _ACCESS.c.expires_at > _NOW
)
_SENT = (
    select(
        _ANSWERS.c.fingerprint,
        _ANSWERS.c.status,
        _ANSWERS.c.body,
        _API_TOKEN.c.role,
        _API_TOKEN.c.party,
        _API_TOKEN.c.person,
        _ITS_OWN.label("its_own"),
    )
    .select_from(
        _API_TOKEN.outerjoin(
            _ANSWERS,
            (_ANSWERS.c.token_id == _API_TOKEN.c.id)
            & (_ANSWERS.c.idempotency_key == bindparam("idempotency_key")),
        )
    )
    .where(_API_TOKEN.c.id == bindparam("token_id"), STANDS)
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
    session: Session, token_sha256: str, now: int, kind: TokenKind = TokenKind.TOKEN
) -> Row[int, str, str, str | None, str | None] | None:
    """Id, name, role, party and person of the token of a kind with this hash, unless it was revoked or is over at `now`."""
    named = {"token_sha256": token_sha256, "now": now, "kind": kind.value}
    return session.connection().execute(_BY_HASH, named).first()


def keep_client(session: Session, token_id: int, token_sha256: str, now: int) -> bool:
    """Whether a token stands with this secret of its own; others change it only when this transaction has ended."""
    statement = (
        select(_API_TOKEN.c.id)
        .where(_API_TOKEN.c.id == token_id, STANDS, _ITS_OWN)
        .with_for_update()
    )
    return (
        session.execute(statement, {"token_sha256": token_sha256, "now": now}).first() is not None
    )


def valid_access(
    session: Session, token_sha256: str, now: int
) -> Row[int, str, str, str | None, str | None] | None:
    """The same of the client to which the access token with this hash was given, while both stand."""
    named = {"token_sha256": token_sha256, "now": now}
    return session.connection().execute(_BY_ACCESS, named).first()


def access_tokens(session: Session, token_id: int, now: int) -> int:
    """How many access tokens of a client stand at `now`."""
    statement = select(func.count()).where(
        col(AccessToken.token_id) == token_id, col(AccessToken.expires_at) > now
    )
    return session.scalar(statement) or 0


def end_access(session: Session, token_id: int, token_sha256: str | None = None) -> None:
    """Deletes the access tokens of a client, or the one with a hash."""
    statement = delete(AccessToken).where(col(AccessToken.token_id) == token_id)
    if token_sha256 is not None:
        statement = statement.where(col(AccessToken.token_sha256) == token_sha256)
    session.execute(statement)


def end_old_access(session: Session, now: int) -> None:
    """Deletes the access tokens whose time is over."""
    session.execute(delete(AccessToken).where(col(AccessToken.expires_at) <= now))


def end_sessions(
    session: Session, *, token_id: int | None = None, person: str | None = None
) -> None:
    """Deletes the sessions of browsers that are signed in by a token, or as a person by password."""
    whose = col(WebSession.person) == person
    if token_id is not None:
        whose = col(WebSession.token_id) == token_id
    session.execute(delete(WebSession).where(whose))


def password_of(session: Session, login: str) -> Row[str, str, bool, int | None] | None:
    """The person's code, hash, `one_time` and `expires_at` of the password of whoever has this login."""
    statement = (
        select(
            col(Person.code),
            col(PersonPassword.hashed),
            col(PersonPassword.one_time),
            col(PersonPassword.expires_at),
        )
        .join(PersonPassword, col(PersonPassword.person) == col(Person.code))
        .where(col(Person.login) == login)
    )
    return session.execute(statement).first()


def passwords(session: Session) -> list[PersonPassword]:
    """All passwords, by person."""
    return list(session.scalars(select(PersonPassword).order_by(col(PersonPassword.person))))


def tokens(session: Session) -> list[ApiToken]:
    """All tokens, oldest first, revoked ones too."""
    return list(session.scalars(select(ApiToken).order_by(col(ApiToken.id))))


def sent_before(
    session: Session, key: Key, token_sha256: str | None, now: int
) -> Row[str | None, int | None, str | None, str, str | None, str | None, bool] | None:
    """Fingerprint, status and body of the answer that is kept under a key, each None when there is none.

    Beside them role, party and person of the token, and whether a secret with this hash is `its_own`. None in place of all
    when the token was revoked or is over at `now`.
    """
    named = {
        "token_id": key[0],
        "idempotency_key": key[1],
        "token_sha256": token_sha256,
        "now": now,
    }
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
