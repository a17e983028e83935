"""What rooms above may use of chain groups."""

from __future__ import annotations

from erp.groups.queries import group_code, is_member

__all__ = ["group_code", "is_member"]
