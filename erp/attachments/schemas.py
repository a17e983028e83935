"""Commands of side data. They carry what describes the bytes, never the bytes: commands stay in the log for ever."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from erp.kernel.field_class import FieldClass
from erp.kernel.schema import MAX_TEXT, Command, Number, ShortText, Text

MAX_CONTENT_BYTES = 2 * 1024 * 1024  # of one attachment: a scanned invoice of some pages
MAX_TEXT_BYTES = 4 * MAX_TEXT  # of a text in UTF-8
MAX_MEDIA_TYPE = 100
TEXT_PLAIN = "text/plain"
MEDIA_TYPE = r"^[a-z]+/[A-Za-z0-9][A-Za-z0-9.+-]*$"  # without parameters: application/pdf

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]  # SHA-256, hex
MediaType = Annotated[str, Field(max_length=MAX_MEDIA_TYPE, pattern=MEDIA_TYPE)]
TextBytes = Annotated[int, Field(ge=0, le=MAX_TEXT_BYTES, strict=True)]
# Who may read the bytes (`erp.api.shown`). No other class: suppliers read no attachment, and `personal` says what it says.
Readers = Literal[FieldClass.OPEN, FieldClass.MONEY, FieldClass.CONFIDENTIAL]


class SideDataKind(StrEnum):
    """What side data is to the document it belongs to."""

    ATTACHMENT = "attachment"  # 附件: a file
    TEXT = "text"  # 正文: a review, a reason, a comment
    PLAN = "plan"  # 方案: what a candidate proposes


class AttachFile(Command):
    """Puts bytes beside a document (附件). The bytes stand in `side_data`; the log keeps their digest alone.

    `digest` is that of `erp.attachments.rules.digest_of`. `personal`: personal data (个人信息), which can be erased; all
    else is evidence of the books and stays.
    """

    about: Number
    kind: SideDataKind
    name: ShortText | None
    media_type: MediaType
    field_class: Readers
    personal: bool
    size_bytes: Annotated[int, Field(gt=0, le=MAX_CONTENT_BYTES, strict=True)]
    digest: Digest


class EraseSideData(Command):
    """Deletes the bytes of an attachment with personal data, and the salt of their digest (个人信息删除), for good."""

    attachment: Number
    reason: Text


class WithText(Command):
    """Base of commands whose text stands beside the log as personal data: the log has its digest and its length alone.

    An `AttachFile` follows from each that names one.
    """

    text_digest: Digest | None = None  # of `erp.attachments.rules.digest_of`
    text_bytes: TextBytes = 0

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.text_digest is None) != (self.text_bytes == 0):
            raise ValueError("a text is named by its digest and its length in bytes, or not at all")
        return self
