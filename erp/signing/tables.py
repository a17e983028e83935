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
    papers: str | None = Field(default=None, sa_type=Text)  # canonical JSON: what it rests on
    reason: str | None = Field(default=None, sa_type=Text)  # why it was refused, or did not happen
    counterpart: str | None = None  # the other side's act, of a statement that both have signed


class SigningRequest(ErpTable, table=True):
    """What one person is asked to sign for an act. States: SigningStatus."""

    __tablename__ = "signing_request"

    number: str = Field(primary_key=True)
    act_request: str = Field(foreign_key="act_request.number", index=True)
    party: str = Field(foreign_key="party.code", index=True)
    step: str
    says: str = Field(sa_type=Text)
    says_zh: str = Field(sa_type=Text)
    kind: str
    payload: str = Field(sa_type=Text)
    digest: str
    refs: str = Field(sa_type=Text)  # canonical JSON: commitments of documents that it names
    good_until: int = big()
    status: str = Field(index=True)
    answer: str | None = None  # the document that answered it
    signed: str | None = Field(default=None, sa_type=Text)  # what it answered, hexadecimal
