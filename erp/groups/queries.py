"""Finding groups, their roles, rounds, candidates and members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy.orm import Session
from sqlmodel import col, select

from erp.groups.errors import NotAMember, UnknownCandidate, UnknownGroup, UnknownRole
from erp.groups.rules import AS_LEADER, GroupStatus
from erp.groups.tables import ChainGroup, GroupMembership, GroupRole, RoleCandidate, RoleRound
from erp.kernel.errors import WrongStatus
from erp.kernel.rows import Rows


def find_group(rows: Rows, group_id: int) -> ChainGroup | None:
    """The group with an id; None when none was booked."""
    return rows.find(ChainGroup, group_id=group_id)


def find_by_code(rows: Rows, code: str) -> ChainGroup | None:
    """The group with a code, GRP-2026-00001; None when none was booked."""
    return rows.get(ChainGroup, code)


def group(rows: Rows, group_id: int) -> ChainGroup:
    """The group with an id. Raises UnknownGroup."""
    found = find_group(rows, group_id)
    if found is None:
        raise UnknownGroup(group_id)
    return found


def group_code(rows: Rows, group_id: int) -> str | None:
    """The code that entries of the group with an id carry; None when no such group was booked."""
    found = find_group(rows, group_id)
    return found.code if found is not None else None


def role(rows: Rows, code: str, role_id: int) -> GroupRole:
    """A role of a group. Raises UnknownRole."""
    found = rows.get(GroupRole, code, role_id)
    if found is None:
        raise UnknownRole(f"role {role_id} of {code}")
    return found


def round_of(rows: Rows, code: str, role_id: int, round_: int) -> RoleRound:
    """One filling of a role. Raises UnknownRole."""
    found = rows.get(RoleRound, code, role_id, round_)
    if found is None:
        raise UnknownRole(f"round {round_} of role {role_id} of {code}")
    return found


def find_candidate(
    rows: Rows, code: str, role_id: int, round_: int, party: str
) -> RoleCandidate | None:
    """A party's candidacy in one round; None when there is none."""
    return rows.get(RoleCandidate, code, role_id, round_, party)


def candidate(rows: Rows, code: str, role_id: int, round_: int, party: str) -> RoleCandidate:
    """A party's candidacy in one round. Raises UnknownCandidate."""
    found = find_candidate(rows, code, role_id, round_, party)
    if found is None:
        raise UnknownCandidate(f"{party} in round {round_} of role {role_id} of {code}")
    return found


def roles_of(rows: Rows, code: str) -> list[GroupRole]:
    """All roles of a group, by id."""
    return rows.select(GroupRole, "role_id", chain_group=code)


def candidates_of(rows: Rows, code: str) -> list[RoleCandidate]:
    """All who ever grabbed a role of a group, in the order of role, round and grab."""
    return rows.select(RoleCandidate, "role_id", "round", "place", chain_group=code)


def memberships(rows: Rows, code: str) -> list[GroupMembership]:
    """All memberships of a group, ended ones among them."""
    return rows.select(GroupMembership, "role_id", "round", chain_group=code)


def is_member(rows: Rows, code: str, party: str) -> bool:
    """True when the party is a member of the group now."""
    found = rows.select(GroupMembership, chain_group=code, party=party)
    return any(each.until is None for each in found)


def members_between(rows: Rows, code: str, start: int, end: int) -> frozenset[str]:
    """Who was a member of the group at any time of [start, end), unix seconds."""
    return frozenset(
        each.party
        for each in memberships(rows, code)
        if each.since < end and (each.until is None or each.until > start)
    )


def holders_of(rows: Rows, code: str) -> set[str]:
    """The parties that hold a role of a group now; its leader only as far as it holds one."""
    return {
        each.party
        for each in memberships(rows, code)
        if each.until is None and each.role_id != AS_LEADER
    }


def standing_group(rows: Rows, code: str) -> ChainGroup:
    """The group with a code, formed and at work. Raises UnknownGroup, WrongStatus."""
    found = group_of(rows, code)
    if found.status != GroupStatus.FORMED:
        raise WrongStatus("Chain group", found.code, found.status, GroupStatus.FORMED.value)
    return found


def membership(rows: Rows, code: str, role_id: int, round_: int) -> GroupMembership:
    """Who was a member by one round of a role, or as the leader (role 0, round 1). Raises NotAMember."""
    found = rows.get(GroupMembership, code, role_id, round_)
    if found is None:
        raise NotAMember(f"by round {round_} of role {role_id} of {code}")
    return found


# ---- for readers --------------------------------------------------------------------------------


def group_of(rows: Rows, key: int | str) -> ChainGroup:
    """The group with an id or a code, GRP-2026-00001. Raises UnknownGroup."""
    if isinstance(key, int):
        return group(rows, key)
    found = find_by_code(rows, key)
    if found is None:
        raise UnknownGroup(key)
    return found


@dataclass(frozen=True, slots=True)
class Sight:
    """Which groups parties see: those that they lead or in which they ever grabbed a role, and perhaps all open ones."""

    parties: frozenset[str]
    open_ones: bool  # and those with a role that is open again


def groups_of(seen_by: Sight | None) -> list[ColumnElement[bool]]:
    """What a list of groups is narrowed to: those that these parties see, where some are named."""
    if seen_by is None:
        return []
    own = list(seen_by.parties)
    grabbed = select(RoleCandidate.chain_group).where(col(RoleCandidate.party).in_(own))
    sights: list[ColumnElement[bool]] = [
        col(ChainGroup.leader).in_(own),
        col(ChainGroup.code).in_(grabbed),
    ]
    if seen_by.open_ones:
        sights += [col(ChainGroup.status) == GroupStatus.OPEN.value, _has_open_role()]
    return [or_(*sights)]


def _has_open_role() -> ColumnElement[bool]:
    """Whether a formed group has a role that nobody holds."""
    vacant = (
        select(GroupRole.role_id)
        .join(
            RoleRound,
            and_(
                col(RoleRound.chain_group) == GroupRole.chain_group,
                col(RoleRound.role_id) == GroupRole.role_id,
                col(RoleRound.round) == GroupRole.round,
            ),
        )
        .where(col(GroupRole.chain_group) == ChainGroup.code, col(RoleRound.seated_at).is_(None))
    )
    return and_(col(ChainGroup.status) == GroupStatus.FORMED.value, vacant.exists())


def joined_by(session: Session, parties: Iterable[str]) -> list[str]:
    """The codes of the groups in which these parties are members now."""
    statement = select(GroupMembership.chain_group).where(
        col(GroupMembership.party).in_(list(parties)), col(GroupMembership.until).is_(None)
    )
    return sorted(set(session.scalars(statement)))


# ---- sums by party, minor units -----------------------------------------------------------------


def reserved(session: Session) -> dict[str, int]:
    """What the budgets of leaders hold ready for their groups."""
    statement = select(ChainGroup.leader, func.sum(ChainGroup.reserved_minor))
    found = session.execute(statement.group_by(col(ChainGroup.leader)))
    return {leader: int(amount) for leader, amount in found}


def in_custody(session: Session) -> dict[str, int]:
    """What of the money in custody is whose: budgets that nobody earned, earnings that are not paid, stakes."""
    total: Counter[str] = Counter()
    unearned = ChainGroup.budget_minor - ChainGroup.earned_minor
    kept = select(ChainGroup.leader, unearned).where(col(ChainGroup.budget_returned).is_(False))
    unpaid = select(RoleRound.standing, RoleRound.earned_minor - RoleRound.paid_minor).where(
        col(RoleRound.seated_at).is_not(None)
    )
    staked = select(RoleCandidate.party, RoleCandidate.stake_held_minor)
    for statement in (kept, unpaid, staked):
        for party, amount in session.execute(statement):
            total[party] += int(amount)
    return dict(total)
