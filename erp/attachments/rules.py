"""Pure rules of side data: its digest, and whether bytes are those that a document names."""

from __future__ import annotations

import hashlib

SALT_BYTES = 32
MAX_ATTACHMENTS = 64  # of one document, erased ones too


def digest_of(salt: bytes, content: bytes) -> str:
    """SHA-256 over the salt and the bytes after it, hex. Without the salt the digest tells nothing of the bytes.

    Raises ValueError when the salt has not SALT_BYTES bytes: where it ends must be known.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"salt has {len(salt)} bytes, not {SALT_BYTES}")
    return hashlib.sha256(salt + content).hexdigest()


def is_as_recorded(digest: str, size_bytes: int, salt: object, content: object) -> bool:
    """True when bytes and salt are those of an attachment with this digest and size.

    What somebody wrote into the database by hand may be no bytes at all: SQLite takes any value in any column.
    """
    return (
        isinstance(salt, bytes)
        and isinstance(content, bytes)
        and len(salt) == SALT_BYTES
        and len(content) == size_bytes
        and digest_of(salt, content) == digest
    )
