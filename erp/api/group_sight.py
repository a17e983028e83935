"""What a caller is shown of a chain group: the rights (`erp.rights`) held against each row of its page.

Whoever was a member reads the group as it was when the membership ended: rows that came later are left out, and what is only
known as it stands now is withheld.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel

from erp.api.tokens import Principal
from erp.groups import queries
from erp.groups.errors import UnknownGroup
from erp.groups.rules import GroupStatus
from erp.groups.tables import ChainGroup, GroupMembership, GroupRole, RoleCandidate
from erp.kernel.roles import Role
from erp.kernel.rows import Rows
from erp.rights import objects
from erp.rights.table import Action, Circle, Object, left, may

V = TypeVar("V", bound=BaseModel)


def seen_by(caller: Principal) -> queries.Sight | None:
    """Which groups a caller is shown in a list; None: all."""
    if caller.parties is None or caller.role is Role.AUDITOR:
        return None
    return queries.Sight(caller.parties, open_ones=caller.role is not Role.SUPPLIER)


@dataclass(frozen=True, slots=True)
class GroupSight:
    """One caller before one group."""

    rows: Rows
    group: ChainGroup
    caller: Principal
    circle: Circle
    open_now: set[tuple[int, int]]

    @classmethod
    def of(cls, rows: Rows, group: ChainGroup, caller: Principal) -> GroupSight:
        """The caller before a group, as the books have it."""
        circle = objects.circle_of(rows, group)
        return cls(rows, group, caller, circle, objects.open_rounds(rows, group))

    def refuse_stranger(self, name: str) -> None:
        """Raises UnknownGroup when not even the terms are the caller's to read: it is answered as if there were none."""
        if not self._may(objects.terms_of(self.circle)):
            raise UnknownGroup(name)

    def refuse_outsider(self, name: str) -> None:
        """Raises UnknownGroup when what the group has come to is not the caller's to read."""
        if not self._may(objects.progress_of(self.circle, self.group)):
            raise UnknownGroup(name)

    def of_group(self, view: V) -> V:
        """The group, without what its members have reached when that is not the caller's to read."""
        return self._figures(view, ("pledged", "earned_minor"), self.group.leader)

    def of_role(self, view: V, role: GroupRole) -> V:
        """A role, without what was earned in it when that is not the caller's to read."""
        filling = queries.round_of(self.rows, self.group.code, role.role_id, role.round)
        holder = filling.standing if filling.seated_at is not None else None
        return self._figures(view, ("earned_bps", "earned_minor"), holder)

    def of_candidate(self, view: V, found: RoleCandidate) -> V | None:
        """A candidacy; None when it is not the caller's to read."""
        about = objects.candidacy_of(self.rows, self.circle, found, self.open_now)
        if not self._may(about):
            return None
        return self._figures(view, ("stake_held_minor",), found.party)

    def of_member(self, view: V, found: GroupMembership) -> V | None:
        """A membership; None when it is not the caller's to read. Its end is told up to that of the caller's own."""
        if not self._may(objects.membership_of(self.circle, found.party, found.since)):
            return None
        later = found.until is not None and found.until > left(self.caller, self.circle)
        live = ("until", "consents_to_end") if later else ("consents_to_end",)
        return self._figures(view, live, found.party)

    def _figures(self, view: V, live: tuple[str, ...], *owners: str | None) -> V:
        """The view, without its live fields unless the caller may read how these parties stand now."""
        if self.group.status == GroupStatus.OPEN:
            return view
        if self._may(objects.progress_of(self.circle, self.group, *owners)):
            return view
        return view.model_copy(update=dict.fromkeys(live))

    def _may(self, about: Object) -> bool:
        return may(self.caller, Action.READ, about) is None
