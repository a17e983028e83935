"""What the document log refuses."""

from __future__ import annotations

from erp.kernel.errors import NotFound


class UnknownDocument(NotFound):
    code = "unknown-document"
    template = "No document {key!r} is recorded."
