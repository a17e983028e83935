"""The operations of this room."""

from __future__ import annotations

from erp.kernel.operation import Operations

OPERATIONS: Operations = {}
