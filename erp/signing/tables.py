"""Tables of acts that people ask for, and of what they are asked to sign."""

from __future__ import annotations

from sqlalchemy import Text
from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class ActRequest(ErpTable, table=True):
    """An act that a person asked for, and what became of it. States: ActStatus."""

    __tablename__ = "act_request"

    number: str = Field(primary_key=True)
    party: str = Field(foreign_key="party.code", index=True)
    act: str
    fields: str = Field(sa_type=Text)  # canonical JSON
    good_until: int = big()  # unix seconds
    status: str = Field(index=True)
    signing_request: str | None = None  # the newest
    reason: str | None = Field(default=None, sa_type=Text)  # why it was refused, or did not happen


class SigningRequest(ErpTable, table=True):
    """What one person is asked to sign for an act. States: SigningStatus."""

    __tablename__ = "signing_request"

    number: str = Field(primary_key=True)
    act_request: str = Field(foreign_key="act_request.number", index=True)
    party: str = Field(foreign_key="party.code", index=True)
    kind: str
    payload: str = Field(sa_type=Text)
    digest: str
    good_until: int = big()
    status: str = Field(index=True)
    answer: str | None = None  # the document that answered it
