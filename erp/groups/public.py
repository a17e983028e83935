"""What rooms above may use of chain groups."""

from __future__ import annotations

from erp.groups.plans import own_plan
from erp.groups.queries import (
    find_by_code,
    group_code,
    holders_of,
    in_custody,
    is_member,
    members_between,
    reserved,
    standing_group,
)

__all__ = [
    "find_by_code",
    "group_code",
    "holders_of",
    "in_custody",
    "is_member",
    "members_between",
    "own_plan",
    "reserved",
    "standing_group",
]
