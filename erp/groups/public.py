"""What rooms above may use of chain groups."""

from __future__ import annotations

from erp.groups.queries import group_code, in_custody, is_member, reserved

__all__ = ["group_code", "in_custody", "is_member", "reserved"]
