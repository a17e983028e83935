"""What is refused of side data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Conflict, NotFound, Rejected


class UnknownAttachment(NotFound):
    code = "unknown-attachment"
    template = "No attachment {key!r} is recorded."


class DigestTaken(Conflict):
    code = "digest-taken"
    template = (
        "Another attachment has the digest {key}. Each has a salt of its own, and so a digest."
    )


@dataclass(eq=False)
class TooManyAttachments(Rejected):
    """A document carries no more attachments."""

    about: str
    maximum: int
    code: ClassVar[str] = "too-many-attachments"
    template: ClassVar[str] = "{about} has {maximum} attachments already; no more can be added."


@dataclass(eq=False)
class NameOfPersonalData(Rejected):
    """A name would stand in the log for ever, also after the bytes are erased."""

    about: str
    code: ClassVar[str] = "name-of-personal-data"
    template: ClassVar[str] = (
        "An attachment of {about} with personal data carries no name: a name stays in the log when the data is erased."
    )


@dataclass(eq=False)
class EvidenceIsKept(Rejected):
    """What the books rest on cannot be erased."""

    number: str
    code: ClassVar[str] = "evidence-is-kept"
    template: ClassVar[str] = (
        "{number} was attached as evidence of the books, which is kept for 30 years (会计档案管理办法). "
        "Only personal data is erased."
    )


@dataclass(eq=False)
class SideDataErased(NotFound):
    """The bytes are gone, on purpose."""

    erased_by: str
    code: ClassVar[str] = "side-data-erased"
    template: ClassVar[str] = "The bytes of {key} were erased by {erased_by}."


class SideDataMissing(NotFound):
    code = "side-data-missing"
    template = "The bytes of {key} are not in the database, and no document erased them. Restore them from a backup."


@dataclass(eq=False)
class SideDataTampered(Rejected):
    """The bytes are not those that were attached."""

    number: str
    digest: str
    code: ClassVar[str] = "side-data-tampered"
    template: ClassVar[str] = (
        "The bytes of {number} are not those that were attached: the log names the digest {digest}. "
        "Restore them from a backup."
    )
