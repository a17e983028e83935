"""Operations of terms of bets: proposed, approved by each whom a bet may cost something, withdrawn. Never commit."""

from __future__ import annotations

from erp.bets import journals, terms_queries
from erp.bets.errors import ApprovedBefore, BetTermsUnsound, NothingToApprove, NotTheMembers
from erp.bets.outlooks import outlooks_of_terms, told_briefly
from erp.bets.rules import most_lost
from erp.bets.terms_rules import BetTermsStatus, objection, published_of
from erp.bets.terms_schemas import ApproveBetTerms, ProposeBetTerms, WithdrawBetTerms
from erp.bets.terms_tables import BetApproval, BetTerms
from erp.budget.queries import expect_available
from erp.groups.public import holders_of, standing_group
from erp.kernel.actors import doer_of
from erp.kernel.context import Context
from erp.kernel.entry import NO_GROUP
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields, canonical
from erp.kernel.rows import Rows
from erp.needs.errors import ApprovedByProposer
from erp.needs.rules import NODE
from erp.parties.errors import NotActive
from erp.parties.kinds import PartyKind
from erp.parties.queries import party
from erp.parties.rules import may_act
from erp.parties.tables import Party

NO_GROUP_ID = 0


def propose_bet_terms(context: Context, command: ProposeBetTerms) -> Fields:
    """Keeps the terms of a bet. Refused unless sponsor and parties are enrolled nodes, and such a bet could stand on chain.

    A bet of a group is between its leader and those who hold its roles.
    """
    rows = context.rows
    sponsor = node(rows, command.sponsor)
    told = command.model_dump(mode="json")
    parties = told["parties"]
    why = objection(told, parties, context.at)
    if why is not None:
        raise BetTermsUnsound(why)
    members = [node(rows, each.party) for each in command.parties]
    group_id = expect_members(rows, command.chain_group, sponsor.code, [m.code for m in members])
    rows.add(
        BetTerms,
        number=context.number,
        sponsor=sponsor.code,
        chain_group=command.chain_group,
        pool_minor=command.pool_minor,
        expected_value_minor=command.expected_value_minor,
        published=canonical(published_of(told)),
        parties=canonical(parties),
        proposed_by=context.actor,
        status=BetTermsStatus.PROPOSED.value,
    )
    at_most = {each.party: most_lost(each.stake_minor, each.cap_bps) for each in command.parties}
    for code in sorted({sponsor.code, *at_most}):
        rows.add(
            BetApproval,
            bet_terms=context.number,
            party=code,
            pool_minor=command.pool_minor if code == sponsor.code else 0,
            at_most_minor=at_most.get(code, 0),
        )
    return {
        "group_id": group_id,
        "accounts": {each.code: each.account for each in (sponsor, *members)},
        "outlooks": told_briefly(outlooks_of_terms(told, parties)),
    }


def node(rows: Rows, code: str) -> Party:
    """The party with a code, as an enrolled node. Raises UnknownParty, NotActive."""
    found = party(rows, code)
    if not may_act(found.status, found.capabilities, NODE):
        raise NotActive(found.code, "a node", found.status)
    return found


def expect_members(rows: Rows, group: str | None, sponsor: str, parties: list[str]) -> int:
    """The id of the group, 0 of none. Raises UnknownGroup, WrongStatus, NotTheMembers."""
    if group is None:
        return NO_GROUP_ID
    found = standing_group(rows, group)
    if found.leader != sponsor:
        raise NotTheMembers(group, f"{found.leader} leads it, and {sponsor} would be the sponsor")
    holders = holders_of(rows, group)
    missing, others = holders - set(parties), set(parties) - holders - {sponsor}
    if missing:
        raise NotTheMembers(group, f"{', '.join(sorted(missing))} would have no part in it")
    if others:
        raise NotTheMembers(group, f"{', '.join(sorted(others))} holds no role of it now")
    return found.group_id


def approve_bet_terms(context: Context, command: ApproveBetTerms) -> Fields:
    """Agrees for one party, and sets aside what the bet can cost it: BUD Dr available, Cr pre-encumbered.

    Refused to the proposer, the second time, to others than sponsor and parties, and over the budget. The last one approves
    the terms.
    """
    rows = context.rows
    found = terms_queries.bet_terms(rows, command.bet_terms)
    _expect(found, BetTermsStatus.PROPOSED)
    mine = rows.get(BetApproval, found.number, command.party)
    if mine is None:
        raise NothingToApprove(found.number, command.party)
    if mine.approval is not None:
        raise ApprovedBefore(f"{found.number} for {mine.party}", mine.approval)
    if doer_of(found.proposed_by) == doer_of(context.actor):
        raise ApprovedByProposer(found.number, context.actor)
    mine.approval = context.number
    if party(rows, mine.party).kind != PartyKind.EXTERNAL:
        expect_available(rows, mine.party, mine.pool_minor + mine.at_most_minor)
        mine.pool_aside_minor, mine.stake_aside_minor = mine.pool_minor, mine.at_most_minor
        _set_aside(context, found, mine, 1)
    waiting = [e.party for e in terms_queries.approvals(rows, found) if e.approval is None]
    if not waiting:
        found.status = BetTermsStatus.APPROVED.value
    return {
        "sponsor": found.sponsor,
        "chain_group": found.chain_group or NO_GROUP,
        "proposed_by": found.proposed_by,
        "pool_minor": mine.pool_minor,
        "at_most_minor": mine.at_most_minor,
        "set_aside_minor": mine.pool_aside_minor + mine.stake_aside_minor,
        "waiting": waiting,
    }


def withdraw_bet_terms(context: Context, command: WithdrawBetTerms) -> Fields:
    """Frees what was set aside for terms on which no bet stands: BUD Dr pre-encumbered, Cr available."""
    found = terms_queries.bet_terms(context.rows, command.bet_terms)
    _expect(found, BetTermsStatus.PROPOSED, BetTermsStatus.APPROVED)
    found.status = BetTermsStatus.WITHDRAWN.value
    give_back(context, found)
    return {"sponsor": found.sponsor, "chain_group": found.chain_group or NO_GROUP}


def give_back(context: Context, found: BetTerms) -> None:
    """Frees what is still set aside for a bet that will not cost it."""
    for each in terms_queries.approvals(context.rows, found):
        _set_aside(context, found, each, -1)
        each.pool_aside_minor = each.stake_aside_minor = 0


def _set_aside(context: Context, found: BetTerms, each: BetApproval, sign: int) -> None:
    amounts = {"at stake": sign * (each.pool_aside_minor + each.stake_aside_minor)}
    group = found.chain_group or NO_GROUP
    context.post(journals.SET_ASIDE.entry(each.party, amounts, chain_group=group))


def _expect(found: BetTerms, *allowed: BetTermsStatus) -> None:
    if found.status not in allowed:
        expected = " or ".join(status.value for status in allowed)
        raise WrongStatus("Terms of a bet", found.number, found.status, expected)
