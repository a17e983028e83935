"""Operations of needs and proposed groups. Never commit."""

from __future__ import annotations

from erp.budget.queries import expect_available
from erp.items.queries import item
from erp.kernel.actors import doer_of
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields, canonical
from erp.kernel.schema import MAX_AMOUNT
from erp.needs import journals, queries
from erp.needs.errors import ApprovedByProposer, NeedStands, ProposalUnsound
from erp.needs.rules import (
    NODE,
    NeedStatus,
    ProposalStatus,
    budget_of,
    counted_in,
    objection,
    terms_of,
)
from erp.needs.schemas import (
    ApproveGroup,
    DropNeed,
    ProposeGroup,
    RaiseNeed,
    WithdrawGroupProposal,
)
from erp.needs.tables import GroupProposal, Need
from erp.parties.errors import NotActive
from erp.parties.kinds import PartyKind
from erp.parties.queries import party
from erp.parties.rules import may_act


def raise_need(context: Context, command: RaiseNeed) -> Fields:
    """Adds a need. Refused while another one of the same source stands on the same document or role."""
    rows = context.rows
    if command.item is not None:
        item(rows, command.item)
    if command.about is not None:
        stands = queries.living(rows, command.source, command.about)
        if stands is not None:
            raise NeedStands(command.about, stands.number)
    rows.add(
        Need,
        number=context.number,
        source=command.source.value,
        text=command.text,
        item=command.item,
        scene=command.scene,
        about=command.about,
        raised_by=context.actor,
        raised_at=context.at,
        status=NeedStatus.OPEN.value,
    )
    return {}


def drop_need(context: Context, command: DropNeed) -> Fields:
    """Ends a need for which nobody proposed a group, or whose group dissolved."""
    _expect_need(queries.need(context.rows, command.need)).status = NeedStatus.DROPPED.value
    return {}


def _expect_need(found: Need) -> Need:
    if found.status != NeedStatus.OPEN:
        raise WrongStatus("Need", found.number, found.status, NeedStatus.OPEN.value)
    return found


def propose_group(context: Context, command: ProposeGroup) -> Fields:
    """Sets the budget of a group aside: BUD Dr available, Cr pre-encumbered. Refused when there is too little.

    Refused, too, unless the need is open, the leader an enrolled node, and the roles could stand on chain.
    """
    rows = context.rows
    leader = party(rows, command.leader)
    if not may_act(leader.status, leader.capabilities, NODE):
        raise NotActive(leader.code, "a node", leader.status)
    wanted = _expect_need(queries.need(rows, command.need))
    roles = [role.model_dump(mode="json") for role in command.roles]
    why = objection(roles, MAX_AMOUNT)
    if why is not None:
        raise ProposalUnsound(why)
    for counted in (each for role in roles for each in counted_in(role)):
        item(rows, counted["item"])
    budget = budget_of(roles)
    set_aside = 0 if leader.kind == PartyKind.EXTERNAL else budget
    if set_aside:
        expect_available(rows, leader.code, set_aside)
    rows.add(
        GroupProposal,
        number=context.number,
        leader=leader.code,
        need=wanted.number,
        target_minor=command.target_minor,
        base_margin_minor=command.base_margin_minor,
        terms=canonical(terms_of(command.model_dump(mode="json"), command.target_minor)),
        roles=canonical(roles),
        budget_minor=budget,
        set_aside_minor=set_aside,
        proposed_by=context.actor,
        status=ProposalStatus.PROPOSED.value,
    )
    wanted.status, wanted.proposal = NeedStatus.PROPOSED.value, context.number
    context.post(journals.PROPOSED.entry(leader.code, {"budget": set_aside}))
    return {"budget_minor": budget, "set_aside_minor": set_aside}


def approve_group(context: Context, command: ApproveGroup) -> Fields:
    """Lets a proposed group be opened. Refused to its proposer, and once it is approved or withdrawn."""
    found = queries.proposal(context.rows, command.proposal)
    _expect_proposal(found, ProposalStatus.PROPOSED)
    if doer_of(found.proposed_by) == doer_of(context.actor):
        raise ApprovedByProposer(found.number, context.actor)
    found.status, found.approval = ProposalStatus.APPROVED.value, context.number
    return {
        "leader": found.leader,
        "need": found.need,
        "proposed_by": found.proposed_by,
        "budget_minor": found.budget_minor,
    }


def withdraw_group_proposal(context: Context, command: WithdrawGroupProposal) -> Fields:
    """Frees the budget of a proposal for which no group was opened, and the need: BUD Dr pre-encumbered, Cr available."""
    found = queries.proposal(context.rows, command.proposal)
    _expect_proposal(found, ProposalStatus.PROPOSED, ProposalStatus.APPROVED)
    found.status = ProposalStatus.WITHDRAWN.value
    queries.need(context.rows, found.need).status = NeedStatus.OPEN.value
    context.post(journals.PROPOSED.entry(found.leader, {"budget": -found.set_aside_minor}))
    return {
        "leader": found.leader,
        "need": found.need,
        "set_aside_minor": found.set_aside_minor,
    }


def _expect_proposal(found: GroupProposal, *allowed: ProposalStatus) -> None:
    if found.status not in allowed:
        expected = " or ".join(status.value for status in allowed)
        raise WrongStatus("Group proposal", found.number, found.status, expected)
