"""Who stands for a role, who holds it, and which stakes that sets free. Never commits."""

from __future__ import annotations

from erp.groups import queries
from erp.groups.errors import NotOpenToGrabs
from erp.groups.rules import AS_LEADER, FIRST_ROUND, GroupStatus
from erp.groups.tables import ChainGroup, GroupMembership, RoleRound
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.parties.queries import party

MAX_STAKES_NAMED = 128  # by one document: whoever acts on it makes one call for each
MAX_RELEASE_BATCHES = 32  # that continue it; whoever comes after them asks for its stake itself


def expect(group: ChainGroup, *expected: GroupStatus) -> None:
    """Raises WrongStatus unless the group is in one of these states."""
    if group.status not in {status.value for status in expected}:
        told = " or ".join(status.value for status in expected)
        raise WrongStatus("Chain group", group.code, group.status, told)


def expect_undecided(group: ChainGroup, filling: RoleRound) -> None:
    """Raises unless the group is open, or formed with this role open to grabs."""
    expect(group, GroupStatus.OPEN, GroupStatus.FORMED)
    if filling.seated_at is not None:
        raise NotOpenToGrabs(f"Role {filling.role_id} of {group.code}")


def set_standing(group: ChainGroup, filling: RoleRound, code: str | None, pledge: int) -> None:
    """Who stands for a role from now on, None for nobody; while the group is open it counts as a member to be."""
    if group.status == GroupStatus.OPEN:
        group.filled += (code is not None) - (filling.standing is not None)
        group.pledged = str(int(group.pledged) - int(filling.pledge) + pledge)
    filling.standing = code
    filling.pledge = str(pledge)


def seat(context: Context, group: ChainGroup, filling: RoleRound) -> None:
    """Whoever stands for the role holds it, and is a member from now on."""
    filling.seated_at = context.at
    begin_membership(context, group, filling.role_id, filling.round, str(filling.standing))


def begin_membership(
    context: Context, group: ChainGroup, role_id: int, round_: int, code: str
) -> None:
    """The party is a member from now on."""
    context.rows.add(
        GroupMembership,
        chain_group=group.code,
        role_id=role_id,
        round=round_,
        party=code,
        since=context.at,
    )


def begin_leadership(context: Context, group: ChainGroup) -> None:
    """The leader is a member from now on."""
    begin_membership(context, group, AS_LEADER, FIRST_ROUND, group.leader)


def end_memberships(context: Context, group: ChainGroup) -> None:
    """Nobody is a member any more: the group ended."""
    for member in queries.memberships(context.rows, group.code):
        if member.until is None:
            member.until = context.at


def freed(
    rows: Rows, group: ChainGroup, role_id: int | None = None, round_: int | None = None
) -> list[Fields]:
    """Stakes that are held and free, of one round of a role, of a round of all roles, or of all.

    In a group that goes on those are the stakes of whoever does not hold its round; those of rejected candidates were
    named when they were rejected.
    """
    ended = group.status in (GroupStatus.DISSOLVED, GroupStatus.SETTLED)
    found = []
    for each in queries.candidates_of(rows, group.code):
        if not each.stake_held_minor or (role_id, round_) not in (
            (each.role_id, each.round),
            (None, each.round),
            (None, None),
        ):
            continue
        filling = queries.round_of(rows, group.code, each.role_id, each.round)
        holds = filling.standing == each.party and filling.ended_at is None
        if not ended and (each.rejected or holds):
            continue
        found.append(
            {
                "role_id": each.role_id,
                "round": each.round,
                "node": party(rows, each.party).account,
            }
        )
    return found


def named(stakes: list[Fields], batch: int = 0) -> list[Fields]:
    """Those of the stakes that a document names: the first ones, or a later batch."""
    return stakes[batch * MAX_STAKES_NAMED : (batch + 1) * MAX_STAKES_NAMED]


def further_batches(stakes: list[Fields]) -> range:
    """The batches of the stakes that the first document does not name, at most MAX_RELEASE_BATCHES."""
    batches = -(-len(stakes) // MAX_STAKES_NAMED)
    return range(1, min(batches, MAX_RELEASE_BATCHES + 1))
