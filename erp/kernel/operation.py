"""Operation: what one command does, who may tell it, and whether its document asks for an act outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Flag, auto
from typing import Any

from erp.kernel.context import Context
from erp.kernel.field_class import Classes
from erp.kernel.log.model import Fields
from erp.kernel.roles import Role
from erp.kernel.schema import Command

FollowUp = Callable[[Context, Any], Iterator[Command]]  # what follows from a posted command


class Told(Flag):
    """How a command reaches the ERP. One operation may have more than one way."""

    BY_PEOPLE = auto()  # by a role of the API
    EXTERNALLY = auto()  # for an external event, by whoever follows the shared rules of trade
    BY_FOLLOW_UP = auto()  # from another document, in the same transaction


@dataclass(frozen=True)
class Former:
    """What an operation did, and what followed from it, up to a version of the rules: for replays alone."""

    through: int  # the last version that did so
    function: Callable[[Context, Any], Fields]
    follow_up: FollowUp | None = None  # None: nothing followed
    lacked: frozenset[str] = frozenset()  # fields the command did not have yet; they have defaults


@dataclass(frozen=True)
class Operation:
    """What a command does and who may tell it.

    `function` checks, writes the room's tables, posts entries to its context, and returns the resolved values that the
    document carries beside the command's own fields. An operation told by people names its roles, no other does. Each
    field of the document has a class that says who may be shown it; one without is shown to the auditor alone.
    """

    doc_type: str
    series: str  # of the document's number: PO of PO-2026-00001
    function: Callable[[Context, Any], Fields]
    told: Told
    roles: frozenset[Role] = frozenset()  # who may call it through the API
    outward: bool = (
        False  # the document asks for an act outside, by whoever follows the shared rules
    )
    fields: Classes = field(default_factory=dict)  # the class of each field of the document
    filled: frozenset[str] = frozenset()  # fields that `function` fills in when told as None
    former: tuple[Former, ...] = ()  # by rising version
    # what it does where documents before it were taken back: a command that has this stands in any case
    regardless: Callable[[Context, Any], Fields] | None = None
    second: bool = False  # takes effect only when a second person confirms it (`erp.proposals`)

    def __post_init__(self) -> None:
        if (Told.BY_PEOPLE in self.told) != bool(self.roles):
            raise ValueError(f"{self.doc_type}: told by people if and only if it names roles")
        if Told.EXTERNALLY in self.told and self.told is not Told.EXTERNALLY:
            raise ValueError(f"{self.doc_type}: what is told externally is told by nobody else")
        if self.second and Told.BY_PEOPLE not in self.told:
            raise ValueError(f"{self.doc_type}: a second person confirms only what people tell")
        ends = [former.through for former in self.former]
        if ends != sorted(set(ends)):
            raise ValueError(f"{self.doc_type}: its former rules are not by rising version")

    def at_version(self, version: int) -> Former | None:
        """What it did at a version of the rules; None when it does so still."""
        if not self.former:
            return None
        return next((former for former in self.former if version <= former.through), None)


Operations = dict[type[Command], Operation]
FollowUps = dict[type[Command], FollowUp]
