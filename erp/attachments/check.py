"""Compares all side data with what the log says of it: for the audit, which rebuilds everything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from erp.attachments import queries, rules
from erp.attachments.tables import Attachment


@dataclass(frozen=True)
class SideFault:
    """Side data that is not what the log says. `key` names the attachment by number, or stray bytes by digest."""

    key: str
    found: str
    recorded: str


def faults(live: Session, recorded: Session) -> Iterator[SideFault]:
    """Each attachment whose bytes in `live` are missing, others, or there though erased; and bytes of no attachment.

    `recorded` is where the attachments stand as the log tells them: the rebuilt books.
    """
    known: set[str] = set()
    for attachment in queries.attachments(recorded):
        known.add(attachment.digest)
        fault = _fault(attachment, queries.salt_and_content(live, attachment.digest))
        if fault is not None:
            yield fault
    for digest in queries.digests(live):
        if digest not in known:
            yield SideFault(f"digest {digest}", "there", "of no attachment")


def fault_of(live: Session, recorded: Session, number: str) -> SideFault | None:
    """What is wrong with the bytes of one attachment."""
    attachment = recorded.get_one(Attachment, number)
    return _fault(attachment, queries.salt_and_content(live, attachment.digest))


def _fault(attachment: Attachment, side: tuple[object, object] | None) -> SideFault | None:
    key, digest = f"number {attachment.number}", f"digest {attachment.digest}"
    if attachment.erased_by is not None:
        return SideFault(key, "there", f"erased by {attachment.erased_by}") if side else None
    if side is None:
        return SideFault(key, "missing", digest)
    if rules.is_as_recorded(attachment.digest, attachment.size_bytes, *side):
        return None
    return SideFault(key, "other bytes", digest)
