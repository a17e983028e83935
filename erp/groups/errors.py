"""What the room of chain groups refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Conflict, NotFound, Rejected


class UnknownGroup(NotFound):
    code = "unknown-group"
    template = "No chain group has the id {key}."


class UnknownRole(NotFound):
    code = "unknown-role"
    template = "There is no {key}."


class UnknownCandidate(NotFound):
    code = "unknown-candidate"
    template = "There is no candidate {key}."


class NotAMember(NotFound):
    code = "not-a-member"
    template = "There is no member {key}."


class GroupExists(Conflict):
    code = "group-exists"
    template = "Chain group {key} was already opened."


class AlreadyGrabbed(Conflict):
    code = "already-grabbed"
    template = "The grab {key} is already recorded."


class AlreadySealed(Conflict):
    code = "already-sealed"
    template = "The sealed ratings {key} are already recorded."


class AlreadyCounted(Conflict):
    code = "already-counted"
    template = "What was said {key} was already counted."


@dataclass(eq=False)
class NotOpenToGrabs(Rejected):
    """A role that somebody holds takes no candidates."""

    what: str
    code: ClassVar[str] = "not-open-to-grabs"
    template: ClassVar[str] = "{what} is held, so nobody may grab it or be chosen for it."


class UnknownPlan(NotFound):
    code = "unknown-plan"
    template = "There is no plan {key}."


@dataclass(eq=False)
class PlanOfAnother(Rejected):
    """A grab names a plan of its own node for its own role."""

    plan: str
    why: str
    code: ClassVar[str] = "plan-of-another"
    template: ClassVar[str] = "{plan} cannot be named here: {why}."
