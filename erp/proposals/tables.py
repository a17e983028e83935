"""Table of proposals."""

from __future__ import annotations

from sqlalchemy import Text
from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class Proposal(ErpTable, table=True):
    """A command that one person proposed, and what became of it. `fields` is canonical JSON."""

    __tablename__ = "proposal"

    number: str = Field(primary_key=True)
    command: str
    fields: str = Field(sa_type=Text)
    proposed_by: str
    proposed_at: int = big()
    status: str = Field(index=True)
    decided_by: str | None = None  # the document that confirmed or withdrew it
    decided_at: int | None = big(default=None)
