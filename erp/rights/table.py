"""Who may do what (权限表): one table after the design, and one function that reads it.

A right is a role of the asker, what its party is to the object, and the object. Nothing here reads the database: the object
brings along whose it is and who was a member when (`erp.rights.objects`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from erp.kernel.roles import Role
from erp.rights.errors import Denied

LATER = 2**63 - 1  # `since` of what shows how things stand now


class Asker(Protocol):
    """Who asks."""

    @property
    def role(self) -> Role:
        """The role of its token."""

    @property
    def parties(self) -> frozenset[str] | None:
        """The parties that it speaks for; None: a clerk of the whole house, of whom no person is known."""


class Thing(StrEnum):
    """What a right is about."""

    TERMS = "the terms"  # roles, windows, who stands for a role, without plans
    PLAN = "a plan"  # of a candidate, sealed
    OPENED_PLAN = "an opened plan"
    PROGRESS = "the progress"  # cockpit: who holds what, earned what, holds which stake
    ORDERS = "an order"  # orders, work orders, bookings, stock
    BET = "the bet"  # terms, reports, evidence
    STATEMENT = "the statement"  # a column; without owner: the total
    REVIEWS = "the reviews"  # their text; owner: the holder of whose round they speak


class Action(StrEnum):
    """What is done with it."""

    READ = "read"
    RAISE = "raise"  # a requisition for the group


class Standing(StrEnum):
    """What an asker's party is to an object."""

    HOUSE = "a clerk of the house"
    AUDITOR = "the auditor"
    LEADER = "its leader"
    FINANCE = "finance of a member"
    MEMBER = "a member"
    PARTY = "a party of the bet"  # for ever
    FORMER = "a former member"  # or who only stood for a role
    NODE = "any node"  # while the group has a role that is open
    STRANGER = "a stranger"


class Extent(StrEnum):
    """How much of the objects of a kind."""

    ALL = "all"
    OWN = "own"  # those of the asker's own party
    OWN_AND_TOTAL = "own and total"  # and those of nobody in particular
    UNTIL = "until"  # own ones, and what there was before the asker's membership ended


@dataclass(frozen=True, slots=True)
class Spell:
    """From when until when a party was a member. `until` None: it is one."""

    party: str
    since: int
    until: int | None


@dataclass(frozen=True, slots=True)
class Circle:
    """Those around a group: its leader, members, who else ever stood for a role. Of a bet: its sponsor and parties."""

    name: str
    leader: str = ""
    spells: tuple[Spell, ...] = ()
    stood: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()
    open_to_nodes: bool = False


@dataclass(frozen=True, slots=True)
class Object:
    """A thing of a group: whose own it is, None for nobody's, and since when it is so."""

    thing: Thing
    circle: Circle
    owners: frozenset[str] = frozenset()
    since: int = LATER


_READ = Action.READ
TABLE: Mapping[tuple[Thing, Action], Mapping[Standing, Extent]] = {
    (Thing.TERMS, _READ): {
        Standing.NODE: Extent.ALL,
        Standing.MEMBER: Extent.ALL,
        Standing.LEADER: Extent.ALL,
        Standing.FINANCE: Extent.ALL,
        Standing.FORMER: Extent.ALL,
    },
    (Thing.PLAN, _READ): {
        Standing.NODE: Extent.OWN,
        Standing.STRANGER: Extent.OWN,  # it submitted one, and grabbed no role
        Standing.MEMBER: Extent.OWN,
        Standing.LEADER: Extent.OWN,
        Standing.FINANCE: Extent.OWN,
        Standing.FORMER: Extent.OWN,
    },
    (Thing.OPENED_PLAN, _READ): {
        Standing.NODE: Extent.OWN,
        Standing.STRANGER: Extent.OWN,
        Standing.MEMBER: Extent.OWN,
        Standing.LEADER: Extent.ALL,
        Standing.FINANCE: Extent.OWN,
        Standing.FORMER: Extent.OWN,
    },
    (Thing.PROGRESS, _READ): {
        Standing.NODE: Extent.OWN,
        Standing.MEMBER: Extent.ALL,
        Standing.LEADER: Extent.ALL,
        Standing.FINANCE: Extent.OWN,
        Standing.FORMER: Extent.UNTIL,
    },
    (Thing.ORDERS, _READ): {
        Standing.MEMBER: Extent.ALL,
        Standing.LEADER: Extent.ALL,
        Standing.FINANCE: Extent.ALL,
        Standing.FORMER: Extent.OWN,
        Standing.NODE: Extent.OWN,
        Standing.STRANGER: Extent.OWN,
    },
    (Thing.ORDERS, Action.RAISE): {
        Standing.MEMBER: Extent.OWN,
        Standing.LEADER: Extent.ALL,
    },
    (Thing.BET, _READ): {Standing.PARTY: Extent.ALL},
    (Thing.STATEMENT, _READ): {
        Standing.MEMBER: Extent.OWN_AND_TOTAL,
        Standing.LEADER: Extent.ALL,
        Standing.FINANCE: Extent.OWN,
        Standing.FORMER: Extent.OWN,
    },
    (Thing.REVIEWS, _READ): {
        Standing.MEMBER: Extent.OWN,
        Standing.LEADER: Extent.ALL,
        Standing.FORMER: Extent.OWN,
    },
}
# Clerks of the whole house do what their roles allow, and read no plan; the auditor reads everything, and writes nothing.
PLANS = frozenset({Thing.PLAN, Thing.OPENED_PLAN})


def may(asker: Asker, action: Action, about: Object) -> Denied | None:
    """None when the asker may do this with the object, else what refuses it."""
    standings = list(standings_of(asker, about.circle))
    if Standing.AUDITOR in standings and action is Action.READ:
        return None
    if Standing.HOUSE in standings and about.thing not in PLANS:
        return None
    row = TABLE.get((about.thing, action), {})
    if any(each in row and _covers(row[each], asker, about) for each in standings):
        return None
    return Denied(action.value, about.thing.value, about.circle.name, standings[0].value)


def standings_of(asker: Asker, circle: Circle) -> Iterator[Standing]:
    """All that the asker is to those around an object, what tells most of it first."""
    if asker.role is Role.AUDITOR:
        yield Standing.AUDITOR
    if asker.parties is None:
        yield Standing.HOUSE
        return
    present = {each.party for each in circle.spells if each.until is None}
    known = {each.party for each in circle.spells} | circle.stood
    if asker.parties & circle.parties:
        yield Standing.PARTY
    if asker.parties & present:
        yield from _of_members(asker, circle)
    elif asker.parties & known:
        yield Standing.FORMER
    if circle.open_to_nodes and asker.role is not Role.SUPPLIER:
        yield Standing.NODE
    yield Standing.STRANGER


def _of_members(asker: Asker, circle: Circle) -> Iterator[Standing]:
    """What the tokens of a member's party are: finance looks after the money of its own entity."""
    if asker.role is Role.FINANCE:
        yield Standing.FINANCE
        return
    if circle.leader in (asker.parties or ()):
        yield Standing.LEADER
    yield Standing.MEMBER


def _covers(extent: Extent, asker: Asker, about: Object) -> bool:
    own = bool((asker.parties or frozenset()) & about.owners)
    if extent is Extent.ALL or own:
        return True
    if extent is Extent.OWN_AND_TOTAL:
        return not about.owners
    return extent is Extent.UNTIL and about.since <= left(asker, about.circle)


def left(asker: Asker, circle: Circle) -> int:
    """When the asker's last membership ended; -1 when there was none."""
    ends = [each.until for each in circle.spells if each.party in (asker.parties or ())]
    return max((end for end in ends if end is not None), default=-1)
