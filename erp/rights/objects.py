"""What rights are about, as the books have it: who is around a group or a bet, and whose a thing is."""

from __future__ import annotations

from erp.bets import change_queries as changes
from erp.bets import queries as bets
from erp.bets import terms_queries as terms
from erp.bets.change_tables import BetChange
from erp.bets.tables import Bet
from erp.bets.terms_tables import BetTerms
from erp.groups import queries as groups
from erp.groups.rules import AS_LEADER, GroupStatus
from erp.groups.tables import ChainGroup, RoleCandidate, RolePlan, RoleRound
from erp.kernel.rows import Rows
from erp.rights.table import LATER, Circle, Object, Spell, Thing


def circle_of(rows: Rows, group: ChainGroup) -> Circle:
    """Those around a group. Its leader counts as a member before memberships begin, too."""
    spells = [
        Spell(each.party, each.since, each.until) for each in groups.memberships(rows, group.code)
    ]
    if not spells:
        spells.append(Spell(group.leader, 0, group.ended_at))
    return Circle(
        name=group.code,
        leader=group.leader,
        spells=tuple(spells),
        stood=frozenset(each.party for each in groups.candidates_of(rows, group.code)),
        open_to_nodes=bool(open_rounds(rows, group)),
    )


def open_rounds(rows: Rows, group: ChainGroup) -> set[tuple[int, int]]:
    """Role and round of all that nodes may grab now."""
    if group.status not in (GroupStatus.OPEN, GroupStatus.FORMED):
        return set()
    found = set()
    for role in groups.roles_of(rows, group.code):
        filling = groups.round_of(rows, group.code, role.role_id, role.round)
        if filling.seated_at is None:
            found.add((role.role_id, role.round))
    return found


def terms_of(circle: Circle) -> Object:
    """The terms of a group."""
    return Object(Thing.TERMS, circle)


def progress_of(circle: Circle, group: ChainGroup, *owners: str | None) -> Object:
    """How a group stands now, or stood when it ended; as far as it is some parties' own."""
    since = LATER if group.ended_at is None else group.ended_at
    return Object(Thing.PROGRESS, circle, _named(owners), since)


def membership_of(circle: Circle, party: str, since: int) -> Object:
    """That a party was a member from then on."""
    return Object(Thing.PROGRESS, circle, frozenset({party}), since)


def candidacy_of(
    rows: Rows, circle: Circle, found: RoleCandidate, open_now: set[tuple[int, int]]
) -> Object:
    """That a party stood for a role: anybody's to see while the round is open, and part of the progress afterwards."""
    place = (found.role_id, found.round)
    if place in open_now:
        return Object(Thing.TERMS, circle, frozenset({found.party}))
    before = found.round - 1
    since = 0
    if before > AS_LEADER:
        # whoever left by the reopening that began this round was a member before it
        since = _over(groups.round_of(rows, found.chain_group, found.role_id, before)) + 1
    return Object(Thing.PROGRESS, circle, frozenset({found.party}), since)


def plan_of(rows: Rows, found: RolePlan) -> Object:
    """A candidate's plan: its own until it is opened, and then the leader's to read, too."""
    thing = Thing.PLAN if found.opened_by is None else Thing.OPENED_PLAN
    circle = circle_of(rows, groups.group_of(rows, found.chain_group))
    return Object(thing, circle, frozenset({found.party}))


def _over(filling: RoleRound) -> int:
    """When a round was over: its holder left, or nobody held it when its windows ended."""
    return filling.select_end if filling.ended_at is None else filling.ended_at


def order_of_group(rows: Rows, code: str, *owners: str | None) -> Object:
    """An order, or a requisition, with the group that it is for, if that is in the books; and whose own it is."""
    found = groups.find_by_code(rows, code)
    circle = Circle(code) if found is None else circle_of(rows, found)
    return Object(Thing.ORDERS, circle, _named(owners))


def bet_of(rows: Rows, found: Bet) -> Object:
    """A bet: its sponsor and all that ever were its parties see it for ever."""
    parties = {found.sponsor, *(each.party for each in bets.parties(rows, found))}
    return Object(Thing.BET, Circle(found.number, parties=frozenset(parties)))


def bet_terms_of(rows: Rows, found: BetTerms) -> Object:
    """Terms of a bet: its sponsor and all that would be its parties see them for ever."""
    parties = {each.party for each in terms.approvals(rows, found)}
    return Object(Thing.BET, Circle(found.number, parties=frozenset(parties)))


def bet_change_of(rows: Rows, found: BetChange) -> Object:
    """A change of a bet: the bet's sponsor and parties see it, and all that would be."""
    of = bet_of(rows, bets.bet(rows, found.bet))
    asked = {each.party for each in changes.approvals(rows, found)}
    return Object(Thing.BET, Circle(found.number, parties=of.circle.parties | asked))


def _named(owners: tuple[str | None, ...]) -> frozenset[str]:
    return frozenset(owner for owner in owners if owner is not None)
