"""Tables of side data: what documents say of it, and, beside the log, the bytes themselves."""

from sqlalchemy import LargeBinary
from sqlmodel import Field

from erp.kernel.base import SIDE_PREFIX, ErpTable, big


class Attachment(ErpTable, table=True):
    """Bytes put beside a document, as the log describes them (附件)."""

    __tablename__ = "attachment"

    number: str = Field(primary_key=True)
    about: str = Field(index=True)  # number of the document it belongs to
    kind: str
    name: str | None = None
    media_type: str
    field_class: str
    personal: bool
    size_bytes: int = big()
    digest: str = Field(max_length=64, unique=True)
    attached_at: int = big()
    erased_by: str | None = None  # number of the document that erased the bytes
    erased_at: int | None = big(default=None)


class SideData(ErpTable, table=True):
    """The bytes of one attachment and the salt of their digest. No part of the log, so no replay makes them."""

    __tablename__ = SIDE_PREFIX + "data"

    digest: str = Field(primary_key=True, max_length=64)
    salt: bytes = Field(sa_type=LargeBinary)
    content: bytes = Field(sa_type=LargeBinary)
