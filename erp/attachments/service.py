"""Operations of side data. Never commit.

They touch no bytes but to delete them: whoever attaches a file puts its bytes beside the log first, in the same
transaction (`keep_content`). So the log replays without them, erased or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from sqlalchemy.orm import Session

from erp.attachments import queries, rules
from erp.attachments.errors import (
    DigestTaken,
    EvidenceIsKept,
    NameOfPersonalData,
    SideDataErased,
    SideDataMissing,
    SideDataTampered,
    TooManyAttachments,
)
from erp.attachments.schemas import (
    TEXT_PLAIN,
    AttachFile,
    EraseSideData,
    SideDataKind,
    WithText,
)
from erp.attachments.tables import Attachment
from erp.kernel.context import Context
from erp.kernel.field_class import FieldClass
from erp.kernel.log.errors import UnknownDocument
from erp.kernel.log.model import Fields
from erp.kernel.schema import Command


def keep_content(session: Session, content: bytes, salt: bytes) -> str:
    """Puts bytes beside the log and returns the digest that the command names. `salt`: SALT_BYTES of randomness."""
    digest = rules.digest_of(salt, content)
    queries.insert_side_data(session, digest, salt, content)
    return digest


def attach_file(context: Context, command: AttachFile) -> Fields:
    """Records that bytes with a digest belong to a document. No entry.

    Refused without that document, beyond MAX_ATTACHMENTS, with a name when they are personal, and with a digest that
    another attachment has.
    """
    rows = context.rows
    document = context.unit.by_number(command.about)
    if document is None:
        raise UnknownDocument(command.about)
    if command.personal and command.name is not None:
        raise NameOfPersonalData(command.about)
    if queries.count_about(rows, command.about) >= rules.MAX_ATTACHMENTS:
        raise TooManyAttachments(command.about, rules.MAX_ATTACHMENTS)
    if queries.has_digest(rows, command.digest):
        raise DigestTaken(command.digest)
    rows.add(
        Attachment,
        number=context.number,
        attached_at=context.at,
        **command.model_dump(mode="json"),
    )
    return {"about_type": document.type, "order": document.fields.get("order")}


def after_text(context: Context, command: WithText) -> Iterator[Command]:
    """Yields the attachment whose bytes are the text of the document just made, as personal data that can be erased."""
    if command.text_digest is not None:
        yield AttachFile(
            about=context.number,
            kind=SideDataKind.TEXT,
            name=None,
            media_type=TEXT_PLAIN,
            field_class=FieldClass.OPEN,
            personal=True,
            size_bytes=command.text_bytes,
            digest=command.text_digest,
        )


def erase_side_data(context: Context, command: EraseSideData) -> Fields:
    """Deletes the bytes and the salt of an attachment; what the log says of it stands. No entry.

    Refused unless it is personal data, and the second time.
    """
    found = queries.attachment(context.rows, command.attachment)
    if not found.personal:
        raise EvidenceIsKept(found.number)
    if found.erased_by is not None:
        raise SideDataErased(found.number, found.erased_by)
    queries.delete_side_data(context.session, found.digest)
    found.erased_by = context.number
    found.erased_at = context.at
    return {"about": found.about, "digest": found.digest}


def attach_regardless(context: Context, command: AttachFile) -> Fields:
    """The same where documents of before were taken back: what is beside a voided one stays beside it."""
    known = context.unit.by_number(command.about) is not None
    return attach_file(context, command) if known else {}


def erase_regardless(context: Context, command: EraseSideData) -> Fields:
    """The same where documents of before were taken back: what was erased stays erased."""
    known = context.rows.get(Attachment, command.attachment) is not None
    return erase_side_data(context, command) if known else {}


def content_of(session: Session, found: Attachment) -> tuple[bytes, bytes]:
    """Bytes and salt of an attachment, checked against its digest.

    Raises SideDataErased, SideDataMissing, and SideDataTampered when they are not those that were attached.
    """
    if found.erased_by is not None:
        raise SideDataErased(found.number, found.erased_by)
    side = queries.salt_and_content(session, found.digest)
    if side is None:
        raise SideDataMissing(found.number)
    if not rules.is_as_recorded(found.digest, found.size_bytes, *side):
        raise SideDataTampered(found.number, found.digest)
    salt, content = cast("tuple[bytes, bytes]", side)
    return content, salt
