"""Routes of side data: attaching bytes to a document, reading and erasing them.

A command holds no bytes, since commands stay in the log: what is sent (`FileUpload`) is put beside the log, and the
command names its digest.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from operator import attrgetter
from typing import Annotated

from fastapi import Path, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from sqlalchemy.orm import Session

from erp.api.access import STAFF
from erp.api.errors import Forbidden
from erp.api.pages import DEFAULT_PAGE, AfterKey, Limit, Page, page_of
from erp.api.request_context import Caller, ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.routes.documents import NUMBER_PATTERN, DocumentNumber
from erp.api.row import Row
from erp.api.shown import SHOWN_TO
from erp.api.tokens import Principal
from erp.api.writes import Upload, Write
from erp.attachments import queries
from erp.attachments.rules import SALT_BYTES
from erp.attachments.schemas import (
    MAX_CONTENT_BYTES,
    AttachFile,
    EraseSideData,
    MediaType,
    Readers,
    SideDataKind,
)
from erp.attachments.service import content_of, keep_content
from erp.attachments.tables import Attachment
from erp.database import empty_write_ahead_log
from erp.kernel.field_class import FieldClass, classed
from erp.kernel.log.errors import UnknownDocument
from erp.kernel.log.queries import by_number
from erp.kernel.roles import Role
from erp.kernel.rows import Rows
from erp.kernel.schema import Number, ShortText

ROUTES = RoomRoutes("documents")

MAX_BASE64 = -(-MAX_CONTENT_BYTES // 3) * 4  # characters
MAX_UPLOAD_BYTES = MAX_BASE64 + 8 * 1024  # the rest of the request is far below 8 KiB
DIGEST_HEADER = "Attachment-Digest"
SALT_HEADER = "Attachment-Salt"


def decoded(content: object) -> bytes:
    """The bytes of a base64 text (RFC 4648, padded). Raises ValueError when it is none, is empty or holds too many."""
    if not isinstance(content, str) or len(content) > MAX_BASE64:
        raise ValueError(f"content is a base64 text of at most {MAX_BASE64} characters")
    try:
        found = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("content is not base64 (RFC 4648, padded, without line breaks)") from None
    if not 0 < len(found) <= MAX_CONTENT_BYTES:
        raise ValueError(f"content has {len(found)} bytes, must have 1 to {MAX_CONTENT_BYTES}")
    return found


Content = Annotated[
    bytes,
    BeforeValidator(decoded),
    WithJsonSchema({"type": "string", "contentEncoding": "base64", "maxLength": MAX_BASE64}),
]


class FileUpload(BaseModel):
    """Bytes to attach to a document, and what the log says of them."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="base64")

    about: Number
    kind: SideDataKind
    name: ShortText | None = Field(
        default=None, description="stays in the log for ever; none for personal data"
    )
    media_type: MediaType
    field_class: Readers = Field(description="who may read the bytes: as who may see such fields")
    personal: bool = Field(description="personal data, which can be erased; all else is kept")
    content: Content


def kept_beside_the_log(
    session: Session, randomness: Callable[[int], bytes], upload: FileUpload
) -> AttachFile:
    """Keeps the bytes of an upload in `side_data` and returns the command that names them by their digest."""
    digest = keep_content(session, upload.content, randomness(SALT_BYTES))
    return AttachFile(
        **upload.model_dump(exclude={"content"}), size_bytes=len(upload.content), digest=digest
    )


ROUTES.write(
    Write(
        "/attachments",
        AttachFile,
        "Attach a file",
        f"Puts at most {MAX_CONTENT_BYTES} bytes beside a document. The document made keeps their digest: SHA-256 "
        "over 32 random bytes and the content. `field_class` says who may read them.",
        {
            "about": "SI-2026-00001",
            "kind": "attachment",
            "name": "invoice 778.pdf",
            "media_type": "application/pdf",
            "field_class": "money",
            "personal": False,
            "content": "JVBERi0xLjcK",
        },
        upload=Upload(FileUpload, kept_beside_the_log, MAX_UPLOAD_BYTES),
    )
)
ROUTES.write(
    Write(
        "/side-data-erasures",
        EraseSideData,
        "Erase personal data",
        "Deletes the bytes of an attachment with personal data, for good. What the log says of it stays, and tells "
        "nothing of them. Evidence of the books is refused.",
        {"attachment": "ATT-2026-00001", "reason": "the applicant withdrew"},
        afterwards=empty_write_ahead_log,
    )
)


class AttachmentView(Row):
    """What the log says of bytes beside a document. `erased_by` is the document that erased them."""

    classes = classed(
        "number about kind name media_type field_class personal size_bytes digest attached_at "
        "erased_by erased_at"
    )

    number: str
    about: str
    kind: str
    name: str | None
    media_type: str
    field_class: str
    personal: bool
    size_bytes: int
    digest: str
    attached_at: int
    erased_by: str | None
    erased_at: int | None


@ROUTES.read("/documents/{number}/attachments", "Read what is attached to a document", STAFF, 404)
def list_attachments(
    context: ContextDep,
    number: DocumentNumber,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
) -> Page[AttachmentView]:
    """What was attached to the document with this number, by number; erased attachments too."""
    with context.reading() as session:
        if by_number(session, number) is None:
            raise UnknownDocument(number)
        found = queries.attachments_about(session, number, after=after, limit=limit)
        return page_of(found, AttachmentView.model_validate, attrgetter("number"), limit)


AttachmentNumber = Annotated[str, Path(pattern=NUMBER_PATTERN, examples=["ATT-2026-00001"])]


@ROUTES.download("/attachments/{number}", "Read the bytes of an attachment", STAFF, "*/*", 404, 409)
def read_attachment(context: ContextDep, caller: Caller, number: AttachmentNumber) -> Response:
    """The bytes, checked against the digest in the log: 409 when they are not those that were attached.

    `Attachment-Digest` is that digest; the auditor is told the salt (`Attachment-Salt`) that it was made with.
    """
    with context.reading() as session:
        found = queries.attachment(Rows.of(session), number)
        refuse_readers(found, caller)
        content, salt = content_of(session, found)
    return Response(
        content, media_type=found.media_type, headers=headers(found, content, salt, caller)
    )


def refuse_readers(found: Attachment, caller: Principal) -> None:
    """Raises Forbidden when the caller's role may not see fields of the attachment's class."""
    allowed = SHOWN_TO[FieldClass(found.field_class)]
    if caller.role not in allowed:
        raise Forbidden(caller.role, sorted(allowed & STAFF))


def headers(found: Attachment, content: bytes, salt: bytes, caller: Principal) -> dict[str, str]:
    """Digests of the answer (RFC 9530 and ours), and what keeps a browser from running what somebody attached."""
    told = {
        DIGEST_HEADER: found.digest,
        "Repr-Digest": f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:",
        "Content-Disposition": f'attachment; filename="{found.number}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
        "Cache-Control": "no-store",
    }
    return told | {SALT_HEADER: salt.hex()} if caller.role is Role.AUDITOR else told
