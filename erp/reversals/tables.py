"""Table of reversals."""

from sqlmodel import Field

from erp.kernel.base import ErpTable


class DocumentReversal(ErpTable, table=True):
    """Which document was reversed by which."""

    __tablename__ = "document_reversal"

    number: str = Field(primary_key=True)
    reversed_by: str = Field(unique=True)
