"""Reading attachments, and keeping, reading and deleting their bytes: all the room's SQL. Never commits."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session
from sqlmodel import col

from erp.attachments.errors import UnknownAttachment
from erp.attachments.tables import Attachment, SideData
from erp.kernel.base import metadata
from erp.kernel.queries import page
from erp.kernel.rows import Rows

_SIDE = metadata.tables[SideData.__tablename__]


def attachment(rows: Rows, number: str) -> Attachment:
    """The attachment with a number, ATT-2026-00001. Raises UnknownAttachment."""
    found = rows.get(Attachment, number)
    if found is None:
        raise UnknownAttachment(number)
    return found


def has_digest(rows: Rows, digest: str) -> bool:
    """Whether an attachment has this digest."""
    return rows.find(Attachment, digest=digest) is not None


def count_about(rows: Rows, about: str) -> int:
    """How many attachments a document has, erased ones too."""
    return len(rows.select(Attachment, about=about))


def attachments_about(
    session: Session, about: str, *, after: str = "", limit: int
) -> list[Attachment]:
    """A page of a document's attachments, by number."""
    return page(session, Attachment, ["number"], [after], limit, about=about)


def insert_side_data(session: Session, digest: str, salt: bytes, content: bytes) -> None:
    """Inserts bytes under their digest into `side_data`."""
    session.execute(insert(_SIDE).values(digest=digest, salt=salt, content=content))


def salt_and_content(session: Session, digest: str) -> tuple[object, object] | None:
    """What stands under a digest: a salt and bytes, unless somebody wrote by hand; None when there is nothing."""
    statement = select(_SIDE.c.salt, _SIDE.c.content).where(_SIDE.c.digest == digest)
    row = session.execute(statement).first()
    return None if row is None else (row.salt, row.content)


def delete_side_data(session: Session, digest: str) -> None:
    """Deletes the bytes under a digest, and their salt. Nothing happens when there are none."""
    session.execute(delete(_SIDE).where(_SIDE.c.digest == digest))


def attachments(session: Session) -> Iterator[Attachment]:
    """All attachments, by number."""
    yield from session.scalars(select(Attachment).order_by(col(Attachment.number)))


def digests(session: Session) -> list[str]:
    """Under which digests bytes are kept, in order."""
    return list(session.scalars(select(_SIDE.c.digest).order_by(_SIDE.c.digest)))
