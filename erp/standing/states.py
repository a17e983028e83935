"""Rules of standing about people, members and needs: no sum moves with them, so each state must follow from another one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sqlalchemy.orm import Session

from erp.groups.rules import GroupStatus
from erp.groups.tables import ChainGroup, GroupMembership, RoleRound
from erp.kernel.log.model import Document
from erp.kernel.log.queries import select_documents
from erp.kernel.rows import Rows
from erp.needs.rules import NeedStatus, ProposalStatus
from erp.needs.tables import GroupProposal, Need
from erp.people.tables import Employment, EmploymentDuty, Person

Nets = dict[str, int]

_PAGE = 1_000  # documents read at once
_LIVING = (ProposalStatus.PROPOSED, ProposalStatus.APPROVED, ProposalStatus.OPENED)
_AS_LEADER, _FIRST_ROUND = 0, 1


def documents_of(session: Session, types: Iterable[str]) -> Iterator[Document]:
    """All documents of some types, in sequence."""
    after, wanted = 0, tuple(types)
    while page := select_documents(session, types=wanted, after=after, limit=_PAGE):
        yield from page
        after = page[-1].sequence


def people_are_as_told(session: Session) -> Nets:
    """I26: persons and employments are those that their documents tell, with their duties, from when until when."""
    rows = Rows.of(session)
    told: dict[str, object] = {}
    for document in documents_of(session, ("person", "employment", "employment_end")):
        said = document.fields
        if document.type == "person":
            told[document.number] = (said["code"], said["login"], document.at)
        elif document.type == "employment":
            duties = frozenset(said["duties"])
            told[document.number] = (said["person"], said["party"], duties, document.at, None)
        else:
            begun = told.get(said["employment"])
            told[said["employment"]] = (
                (*begun[:-1], document.at) if isinstance(begun, tuple) else ()
            )
    duties_now: dict[str, set[str]] = defaultdict(set)
    for duty in rows.select(EmploymentDuty, "employment"):
        duties_now[duty.employment].add(duty.duty)
    known: dict[str, object] = {
        each.number: (each.code, each.login, each.registered_at)
        for each in rows.select(Person, "code")
    }
    for each in rows.select(Employment, "number"):
        own = frozenset(duties_now[each.number])
        known[each.number] = (each.person, each.party, own, each.since, each.until)
    return _differing(told, known)


def members_hold_seats(session: Session) -> Nets:
    """I27: members of a group are its leader from its forming on, and who holds a role, while it does; nobody else."""
    rows = Rows.of(session)
    groups = {each.code: each for each in rows.select(ChainGroup, "code")}
    held: dict[str, object] = {
        _place(each.code, _AS_LEADER, _FIRST_ROUND): (each.leader, each.formed_at, each.ended_at)
        for each in groups.values()
        if each.formed_at is not None
    }
    for each in rows.select(RoleRound, "chain_group", "role_id", "round"):
        if each.seated_at is not None:
            until = (
                each.ended_at if each.ended_at is not None else groups[each.chain_group].ended_at
            )
            place = _place(each.chain_group, each.role_id, each.round)
            held[place] = (each.standing, each.seated_at, until)
    members: dict[str, object] = {
        _place(each.chain_group, each.role_id, each.round): (each.party, each.since, each.until)
        for each in rows.select(GroupMembership, "chain_group", "role_id", "round")
    }
    return _differing(held, members)


def needs_follow_their_proposals(session: Session) -> Nets:
    """I28: a need is proposed while one proposal for it lives, served once its group was settled, and open otherwise."""
    rows = Rows.of(session)
    proposals: dict[str, list[GroupProposal]] = defaultdict(list)
    for each in rows.select(GroupProposal, "number"):
        proposals[each.need].append(each)
    nets: Nets = {}
    for need in rows.select(Need, "number"):
        own = proposals[need.number]
        newest = own[-1].number if own else None
        statuses = _statuses(rows, own)
        nets[need.number] = int((need.status not in statuses) or need.proposal != newest)
    return nets


def _statuses(rows: Rows, own: list[GroupProposal]) -> tuple[NeedStatus, ...]:
    """What a need with these proposals may be."""
    living = [each for each in own if each.status in _LIVING]
    if len(living) > 1:
        return ()
    if living:
        return (NeedStatus.PROPOSED,)
    code = own[-1].chain_group if own else None
    group = rows.get(ChainGroup, code) if code is not None else None
    if group is not None and group.status == GroupStatus.SETTLED:
        return (NeedStatus.SERVED,)
    return (NeedStatus.OPEN, NeedStatus.DROPPED)


def _place(group: str, role_id: int, round_: int) -> str:
    return f"of {group}, role {role_id}, round {round_}"


def _differing(one: dict[str, object], other: dict[str, object]) -> Nets:
    """1 for each name under which both sides do not have the same."""
    return {name: int(one.get(name) != other.get(name)) for name in sorted({*one, *other})}
