"""Tables of the API: tokens, and answers kept by idempotency key. Not part of the books, so never replayed."""

from __future__ import annotations

from sqlalchemy import Text
from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class ApiToken(ErpTable, table=True):
    """A bearer token (令牌) with one role. Only its hash is kept. A revoked token stays, so that no name is used twice."""

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=64, unique=True)
    token_sha256: str = Field(max_length=64, unique=True)
    role: str = Field(max_length=16)
    party: str | None = Field(default=None, max_length=64)  # whom a partner's token speaks for
    person: str | None = Field(default=None, max_length=32)  # whose it is; None: nobody known
    created_at: int = big()
    revoked_at: int | None = big(default=None)


class ApiIdempotency(ErpTable, table=True):
    """The answer to a write under the key its sender chose; written in the write's transaction."""

    __tablename__ = "api_idempotency"

    token_id: int = Field(primary_key=True, foreign_key="api_token.id")
    idempotency_key: str = Field(primary_key=True, max_length=128)
    fingerprint: str = Field(max_length=64)
    status: int
    body: str = Field(sa_type=Text)
    created_at: int = big(index=True)
