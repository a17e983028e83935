"""The table of the workbench: who is signed in. Not part of the books, so never replayed."""

from __future__ import annotations

from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class WebSession(ErpTable, table=True):
    """A browser that is signed in (登录会话) by a token. Only the hash of its secret is kept."""

    __tablename__ = "web_session"

    secret_sha256: str = Field(primary_key=True, max_length=64)
    token_id: int = Field(foreign_key="api_token.id", index=True)
    began_at: int = big()
    ends_at: int = big(index=True)
