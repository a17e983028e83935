"""Terms and bets: what a bet is proposed and signed by, and what becomes of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from erp.bets import journals, queries, terms_queries
from erp.bets.changing import bet_ended
from erp.bets.errors import BetTermsNotApproved, NotAsAgreed
from erp.bets.paper_queries import parties_in
from erp.bets.rules import BetStatus
from erp.bets.tables import Bet, BetParty
from erp.bets.terms import expect_members, give_back
from erp.bets.terms_rules import BetTermsStatus, difference, pledge_of, published_of
from erp.bets.terms_tables import BetApproval, BetTerms
from erp.groups.public import group_code
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.parties.queries import party

# ---- acts of people ------------------------------------------------------------------------------


def agreed(rows: Rows, number: str, sponsor: str) -> Fields:
    """What a sponsor proposes a bet by: the papers it stands on, its terms, and the pledges of all.

    Raises UnknownBetTerms, BetTermsNotApproved, NotTheMembers.
    """
    found = terms_queries.bet_terms(rows, number)
    why = _objection(found, sponsor)
    if why is not None:
        raise BetTermsNotApproved(number, why)
    told = parties_in(found)
    group_id = expect_members(rows, found.chain_group, sponsor, [each["party"] for each in told])
    return {
        "bet_terms": found.number,
        "approvals": [each.approval for each in terms_queries.approvals(rows, found)],
        "group_id": group_id,
        "published": terms_queries.published_in(found),
        "parties": [
            {"account": party(rows, each["party"]).account} | pledge_of(each) for each in told
        ],
    }


def signs(rows: Rows, bet_id: int, code: str) -> Fields:
    """What a party signs under a bet that stands on terms: its pledge there. Raises UnknownBet, BetTermsNotApproved."""
    found = queries.bet(rows, bet_id)
    if found.stands_on is None:
        raise BetTermsNotApproved(f"bet {bet_id}", "none of its terms were approved here")
    if found.status != BetStatus.PROPOSED:
        raise BetTermsNotApproved(
            found.stands_on, f"{found.number} is {found.status}, not {BetStatus.PROPOSED.value}"
        )
    of = terms_queries.bet_terms(rows, found.stands_on)
    mine = _pledge(of, code)
    approval = rows.get(BetApproval, of.number, code)
    if mine is None or approval is None:
        raise BetTermsNotApproved(of.number, f"{code} is no party of it")
    return {
        "bet_terms": of.number,
        "approvals": [approval.approval],
        "pledge": {"account": party(rows, code).account} | mine,
    }


def expect_agreed(rows: Rows, bet_id: int, code: str, pledge: Mapping[str, Any]) -> None:
    """Raises NotAsAgreed when the bet stands on terms that say otherwise than what a party would sign."""
    found = queries.find_bet(rows, bet_id)
    if found is not None and found.stands_on is not None:
        why = _not_pledged(terms_queries.bet_terms(rows, found.stands_on), code, pledge)
        if why is not None:
            raise NotAsAgreed(found.stands_on, why)


# ---- events --------------------------------------------------------------------------------------


def take_up(
    context: Context, found: Bet, number: str | None, told: Mapping[str, Any]
) -> str | None:
    """A bet was proposed: what it names as its terms, and what was published of it.

    When these are approved and say the same, what the sponsor's budget set aside becomes a commitment: BUD Dr
    pre-encumbered, Cr encumbered. Returns why the bet stands on no terms; None when it does.
    """
    of = context.rows.get(BetTerms, number) if number is not None else None
    if of is None:
        return "it names no terms"
    why = _objection(of, found.sponsor) or _other_bet(context.rows, of, told)
    if why is not None:
        return f"{of.number}: {why}"
    of.status, of.bet = BetTermsStatus.STANDING.value, found.number
    found.stands_on = of.number
    mine = context.rows.get(BetApproval, of.number, found.sponsor)
    if mine is not None:
        found.reserved_minor = mine.pool_aside_minor
        mine.pool_aside_minor = 0
    _take_on(context, found, found.sponsor, found.reserved_minor)
    return None


def _other_bet(rows: Rows, of: BetTerms, told: Mapping[str, Any]) -> str | None:
    agreed_on = terms_queries.published_in(of) | {
        "chain_group": of.chain_group,
        "party_count": len(parties_in(of)),
    }
    group_id = told["group_id"]
    group = (group_code(rows, group_id) or f"{group_id}, unknown here") if group_id else None
    return difference(
        agreed_on,
        published_of(told) | {"chain_group": group, "party_count": told["party_count"]},
    )


def take_up_pledge(
    context: Context, found: Bet, member: BetParty, told: Mapping[str, Any]
) -> str | None:
    """A party signed: when it pledged what the terms of the bet say, what its budget set aside becomes a commitment.

    Returns why its pledge stands on no terms; None when it does.
    """
    if found.stands_on is None:
        return f"{found.number} stands on none"
    of = terms_queries.bet_terms(context.rows, found.stands_on)
    why = _not_pledged(of, member.party, told)
    if why is not None:
        return f"{of.number}: {why}"
    mine = context.rows.get(BetApproval, of.number, member.party)
    if mine is not None:
        member.reserved_minor = mine.stake_aside_minor
        mine.stake_aside_minor = 0
    _take_on(context, found, member.party, member.reserved_minor)
    return None


def ended(context: Context, found: Bet, value_added: int) -> None:
    """A bet ended: of what is committed, value and penalties are spent, the rest is free; so is what nobody signed."""
    _end(context, found, found.sponsor, found.reserved_minor, value_added)
    found.reserved_minor = 0
    for member in queries.parties(context.rows, found):
        _end(context, found, member.party, member.reserved_minor, member.penalty_minor)
        member.reserved_minor = 0
    if found.stands_on is not None:
        of = terms_queries.bet_terms(context.rows, found.stands_on)
        of.status = BetTermsStatus.ENDED.value
        give_back(context, of)
    bet_ended(context, found)


def _take_on(context: Context, found: Bet, code: str, amount: int) -> None:
    at_stake = {"at stake": amount}
    context.post(journals.TAKEN_ON.entry(code, at_stake, chain_group=found.chain_group))


def _end(context: Context, found: Bet, code: str, reserved: int, cost: int) -> None:
    spent = min(cost, reserved)
    group = found.chain_group
    context.post(
        journals.SPENT.entry(code, {"spent": spent}, chain_group=group),
        journals.FREED.entry(code, {"rest": reserved - spent}, chain_group=group),
    )


def _objection(found: BetTerms, sponsor: str) -> str | None:
    if found.sponsor != sponsor:
        return f"it is {found.sponsor}'s"
    if found.status != BetTermsStatus.APPROVED:
        return f"it is {found.status}, not {BetTermsStatus.APPROVED.value}"
    return None


def _pledge(of: BetTerms, code: str) -> dict[str, Any] | None:
    """What a party would sign by these terms; None when it is no party of them."""
    told = (each for each in parties_in(of) if each["party"] == code)
    mine = next(told, None)
    return None if mine is None else pledge_of(mine)


def _not_pledged(of: BetTerms, code: str, told: Mapping[str, Any]) -> str | None:
    mine = _pledge(of, code)
    return f"{code} is no party of it" if mine is None else difference(mine, pledge_of(told))
