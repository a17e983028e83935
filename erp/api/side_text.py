"""Texts that are personal data: sent with a write, kept beside the log, named in the command by their digest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from erp.attachments.rules import SALT_BYTES
from erp.attachments.schemas import WithText
from erp.attachments.service import keep_content

MAX_BODY_BYTES = 8 * 1024  # of a request with one such text


def named_text(
    session: Session, randomness: Callable[[int], bytes], text: str | None
) -> dict[str, Any]:
    """Keeps a text in `side_data` and returns the fields of a `WithText` that name it; none without a text."""
    if text is None:
        return {}
    content = text.encode()
    digest = keep_content(session, content, randomness(SALT_BYTES))
    return WithText(text_digest=digest, text_bytes=len(content)).model_dump()
