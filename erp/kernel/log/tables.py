"""Tables of the document log: its rows, its head, and the number series."""

from sqlalchemy import Index, Text
from sqlmodel import Field

from erp.kernel.base import SIDE_PREFIX, ErpTable, big


class DocumentLog(ErpTable, table=True):
    """One row per operation, without a gap, never changed (单据日志)."""

    __tablename__ = "document_log"
    __table_args__ = (
        Index("ix_document_log_type_sequence", "type", "sequence"),
        Index("ix_document_log_at_sequence", "at", "sequence"),
    )

    sequence: int = big(primary_key=True)
    type: str
    number: str = Field(unique=True)
    origin: str | None = Field(default=None, unique=True)
    at: int = big()
    actor: str
    caused_by: int | None = big(default=None)
    command: str
    payload: str = Field(sa_type=Text)
    salt: str = Field(max_length=64)
    rules_version: int = big()  # by which rules it was made, and is replayed
    # the order of the payload, for finding
    order_number: str | None = Field(default=None, index=True)


class DocumentTrace(ErpTable, table=True):
    """The trace (链路追踪) within which somebody told a document. Kept only while traces are on; not part of the books."""

    __tablename__ = SIDE_PREFIX + "trace"

    number: str = Field(primary_key=True)
    traceparent: str = Field(max_length=55)  # of W3C Trace Context


class DocumentVoid(ErpTable, table=True):
    """A document that counts no more: what it stood on has left the chain (作废单据). The document itself stays as it is.

    Its entries were reversed by the document that voided it, and no row of any room tells of it.
    """

    __tablename__ = "document_void"

    sequence: int = big(primary_key=True, foreign_key="document_log.sequence")
    voided_by: str = Field(index=True)  # number of the reorganisation
    reason: str | None = Field(default=None, sa_type=Text)  # None: its own event left the chain


class DocumentHead(ErpTable, table=True):
    """The last sequence and the last entry given: one row, locked by whoever writes."""

    __tablename__ = "document_head"

    id: int = big(primary_key=True)
    last_sequence: int = big()
    last_entry: int = big()


class NumberSeries(ErpTable, table=True):
    """The last number given in a series and year (单据编号), without a gap."""

    __tablename__ = "number_series"

    series: str = Field(primary_key=True)
    year: int = big(primary_key=True)
    last: int = big()
