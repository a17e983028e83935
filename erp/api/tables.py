"""Tables of the API: who may come, and answers kept by idempotency key. Not part of the books, so never replayed."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Text
from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class TokenKind(StrEnum):
    """What the secret of a token is good for."""

    TOKEN = "token"  # noqa: S105 - 令牌: it is sent with each request
    CLIENT = "client"  # 客户端凭证: exchanged at `POST /oauth/token` for access tokens, and opens nothing by itself
    SEAT = "seat"  # 座席: nobody has it; a person who signed in by password acts by it in one role


class ApiToken(ErpTable, table=True):
    """A bearer token (令牌) with one role. Only its hash is kept. A revoked token stays, so that no name is used twice.

    After a rotation the previous secret opens the same, until `previous_until`.
    """

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=64, unique=True)
    token_sha256: str = Field(max_length=64, unique=True)
    role: str = Field(max_length=16)
    party: str | None = Field(default=None, max_length=64)  # whom a partner's token speaks for
    person: str | None = Field(default=None, max_length=32)  # whose it is; None: nobody known
    created_at: int = big()
    revoked_at: int | None = big(default=None)
    kind: str = Field(default=TokenKind.TOKEN, max_length=8)
    expires_at: int | None = big(default=None)  # None: never
    previous_sha256: str | None = Field(default=None, max_length=64, index=True)
    previous_until: int | None = big(default=None)


class AccessToken(ErpTable, table=True):
    """An access token of OAuth2 (访问令牌), given to a client for some minutes. Only its hash is kept."""

    __tablename__ = "api_access"

    token_sha256: str = Field(primary_key=True, max_length=64)
    token_id: int = Field(foreign_key="api_token.id", index=True)  # the client
    issued_at: int = big()
    expires_at: int = big(index=True)


class PersonPassword(ErpTable, table=True):
    """The password of a person (口令), as argon2 hashes it. A one-time secret is good for choosing a password, once."""

    __tablename__ = "person_password"

    person: str = Field(primary_key=True, max_length=32)
    hashed: str = Field(max_length=255)
    one_time: bool
    set_at: int = big()
    expires_at: int | None = big(default=None)  # of a one-time secret


class WebSession(ErpTable, table=True):
    """A browser that is signed in (登录会话) by a token, or as a person by password. Only the hash of its secret is kept."""

    __tablename__ = "web_session"

    secret_sha256: str = Field(primary_key=True, max_length=64)
    token_id: int = Field(foreign_key="api_token.id", index=True)
    began_at: int = big()
    ends_at: int = big(index=True)
    # who signed in by password; the token is then the seat of one of that person's offices
    person: str | None = Field(default=None, max_length=32, index=True)


class ApiIdempotency(ErpTable, table=True):
    """The answer to a write under the key its sender chose; written in the write's transaction."""

    __tablename__ = "api_idempotency"

    token_id: int = Field(primary_key=True, foreign_key="api_token.id")
    idempotency_key: str = Field(primary_key=True, max_length=128)
    fingerprint: str = Field(max_length=64)
    status: int
    body: str = Field(sa_type=Text)
    created_at: int = big(index=True)
