"""Words about DirectOrders (直接订单)."""

from __future__ import annotations

from collections.abc import Mapping

DOCUMENT_TYPES: Mapping[type, str] = {}
DOCUMENTS: Mapping[str, type] = {}
