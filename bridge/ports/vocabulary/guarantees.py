"""Words about Guarantees (履约保证金)."""

from __future__ import annotations

from collections.abc import Mapping

DOCUMENT_TYPES: Mapping[type, str] = {}
DOCUMENTS: Mapping[str, type] = {}
