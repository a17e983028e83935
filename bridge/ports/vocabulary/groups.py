"""Words about ChainGroups (链群)."""

from __future__ import annotations

from collections.abc import Mapping

DOCUMENT_TYPES: Mapping[type, str] = {}
DOCUMENTS: Mapping[str, type] = {}
