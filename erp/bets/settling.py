"""Operations that end a bet: what each gets, and how it is paid out. Never commit."""

from __future__ import annotations

from erp.bets import journals, papers, queries
from erp.bets.errors import AlreadyPaidOut
from erp.bets.rules import BetStatus, outcome_down, share_down
from erp.bets.schemas import (
    RecordBetPayout,
    RecordBetRemainder,
    RecordBetRounding,
    RecordBetSettlement,
    RecordBetStakeReturn,
)
from erp.bets.signing import accounts_of
from erp.bets.standing import about, expect
from erp.bets.tables import Bet, BetParty
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.parties.queries import party_of


def record_bet_settlement(context: Context, command: RecordBetSettlement) -> Fields:
    """Fixes shares and penalties; money in custody changes hands. Refused unless totals are ours.

    Nobody contributed: penalties are waived, and the whole pool is the sponsor's.
    """
    rows = context.rows
    found = queries.bet(rows, command.bet_id)
    expect(found, BetStatus.ACTIVE)
    members = queries.parties(rows, found)
    if found.weight == 0:
        found.value_added_minor = found.penalties_minor = 0
        for member in members:
            member.penalty_minor = 0
    found.remainder_minor = found.pool_minor - found.value_added_minor
    agree(
        "Settlement of bet",
        found.number,
        sponsor=(party_of(rows, command.sponsor).code, found.sponsor),
        value_added_minor=(command.value_added_minor, found.value_added_minor),
        penalties_minor=(command.penalties_minor, found.penalties_minor),
        weight=(command.weight, found.weight),
        remainder_minor=(command.remainder_minor, found.remainder_minor),
    )
    found.status, found.settled_at = BetStatus.SETTLED.value, context.at
    for member in members:
        _share_out(context, found, member)
    pot = found.value_added_minor + found.penalties_minor
    found.rounding_minor = pot - sum(member.share_minor for member in members)
    _post_sponsor(context, found, members)
    papers.ended(context, found, found.value_added_minor)
    return {
        **about(found),
        "group_id": found.group_id,
        "sponsor_code": found.sponsor,
        "rounding_minor": found.rounding_minor,
        "accounts": accounts_of(rows, found),
    }


def _share_out(context: Context, found: Bet, member: BetParty) -> None:
    value, weight = found.value_added_minor, found.weight
    pot = value + found.penalties_minor
    member.share_minor = share_down(pot, member.contribution, weight)
    of_value = share_down(value, member.contribution, weight)
    context.post(
        journals.SETTLED_PARTY.entry(
            member.party,
            {
                "penalty": member.penalty_minor,
                "share less penalty": member.share_minor - member.penalty_minor,
                "of the value": of_value,
                "of the penalties": member.share_minor - of_value,
            },
            counterparty=found.sponsor,
            chain_group=found.chain_group,
        )
    )


def _post_sponsor(context: Context, found: Bet, members: list[BetParty]) -> None:
    """What the sponsor shares, party by party, as each has it on its own books; last what divisions left of it."""
    shares = [
        (m.party, share_down(found.value_added_minor, m.contribution, found.weight))
        for m in members
    ]
    rest = found.value_added_minor - sum(share for _, share in shares)
    for party, share, rounding in (
        *((p, s, 0) for p, s in shares),
        (None, rest, found.rounding_minor),
    ):
        amounts = {"value": share, "value less rounding": share - rounding, "rounding": rounding}
        context.post(
            journals.SETTLED_SPONSOR.entry(
                found.sponsor, amounts, counterparty=party, chain_group=found.chain_group
            )
        )


def record_bet_payout(context: Context, command: RecordBetPayout) -> Fields:
    """A party has what is its: Dr wallet, Cr bet stakes. Refused unless the amounts are ours, and the second time."""
    found, member = _unpaid(context, command.bet_id, command.party)
    expect(found, BetStatus.SETTLED)
    paid = member.stake_minor - member.penalty_minor + member.share_minor
    agree(
        f"Payout to {member.party} of bet",
        found.number,
        stake_minor=(command.stake_minor, member.stake_minor),
        penalty_minor=(command.penalty_minor, member.penalty_minor),
        share_minor=(command.share_minor, member.share_minor),
        paid_minor=(command.paid_minor, paid),
        outcome_bps=(command.outcome_bps, outcome_down(member.shortfall, member.measured)),
    )
    return _paid(context, found, member, paid)


def record_bet_stake_return(context: Context, command: RecordBetStakeReturn) -> Fields:
    """A party has its stake back: Dr wallet, Cr bet stakes. Refused unless it is ours, and the second time."""
    found, member = _unpaid(context, command.bet_id, command.party)
    expect(found, BetStatus.VOIDED)
    agree(
        f"Stake of {member.party} under bet",
        found.number,
        stake_minor=(command.stake_minor, member.stake_minor),
    )
    return _paid(context, found, member, member.stake_minor)


def _unpaid(context: Context, bet_id: int, account: str) -> tuple[Bet, BetParty]:
    rows = context.rows
    found = queries.bet(rows, bet_id)
    member = queries.bet_party(rows, found, party_of(rows, account).code)
    if member.paid_by is not None:
        raise AlreadyPaidOut(f"{member.party} of {found.number}")
    return found, member


def _paid(context: Context, found: Bet, member: BetParty, paid: int) -> Fields:
    member.paid_by = context.number
    amounts = {"paid": paid}
    context.post(journals.PAID_OUT.entry(member.party, amounts, chain_group=found.chain_group))
    return {**about(found), "party_code": member.party}


def record_bet_rounding(context: Context, command: RecordBetRounding) -> Fields:
    """What divisions left is the sponsor's to withdraw; the settlement booked it. Refused unless it is ours."""
    rows = context.rows
    found = queries.bet(rows, command.bet_id)
    expect(found, BetStatus.SETTLED)
    agree(
        "Rounding of bet",
        found.number,
        sponsor=(party_of(rows, command.sponsor).code, found.sponsor),
        amount_minor=(command.amount_minor, found.rounding_minor),
    )
    found.remainder_minor += command.amount_minor
    return {**about(found), "sponsor_code": found.sponsor}


def record_bet_remainder(context: Context, command: RecordBetRemainder) -> Fields:
    """The sponsor has what was not shared: Dr wallet, Cr bet stakes. Refused unless it is ours."""
    rows = context.rows
    found = queries.bet(rows, command.bet_id)
    expect(found, BetStatus.SETTLED, BetStatus.VOIDED)
    agree(
        "Remainder of bet",
        found.number,
        sponsor=(party_of(rows, command.sponsor).code, found.sponsor),
        amount_minor=(command.amount_minor, found.remainder_minor),
    )
    found.remainder_minor = 0
    amounts = {"paid": command.amount_minor}
    context.post(journals.PAID_OUT.entry(found.sponsor, amounts, chain_group=found.chain_group))
    return {**about(found), "sponsor_code": found.sponsor}
