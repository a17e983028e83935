"""Operations that begin a bet, and the money behind it. Never commit."""

from __future__ import annotations

from erp.bets import changing, journals, papers, queries
from erp.bets.errors import AlreadyParty, BetExists
from erp.bets.rules import FIRST_PERIOD, KEPT, BetStatus, most_lost
from erp.bets.schemas import (
    RecordBetActivation,
    RecordBetContract,
    RecordBetSignature,
    RecordBetTopUp,
    RecordBetVoid,
)
from erp.bets.standing import about, expect, seat
from erp.bets.tables import Bet, BetParty
from erp.budget.queries import unbudgeted
from erp.groups.public import group_code
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.entry import NO_GROUP
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.parties.queries import party, party_of
from erp.payments.suspense import keep

FIRST_AMENDMENT = 0  # what was signed first


def record_bet_contract(context: Context, command: RecordBetContract) -> Fields:
    """Adds a bet with its terms and pays its pool in: sponsor Dr bet stakes, Cr wallet.

    When it is the one that all agreed to, the pool that was set aside becomes a commitment of the sponsor's budget.
    """
    rows = context.rows
    if queries.find_bet(rows, command.bet_id) is not None:
        raise BetExists(command.bet_id)
    sponsor = party_of(rows, command.sponsor).code
    made = rows.add(
        Bet,
        number=context.number,
        sponsor=sponsor,
        chain_group=(command.group_id and group_code(rows, command.group_id)) or NO_GROUP,
        first_periods=command.periods,
        status=BetStatus.PROPOSED.value,
        **command.model_dump(
            include={
                "bet_id", "terms", "group_id", "region", "sign_by", "start", "party_count", "periods", "period_seconds",
                "report_seconds", "dispute_seconds", "ruling_seconds", "index_baseline", "index_elasticity_bps",
                "index_max_up_bps", "index_max_down_bps", "pool_minor",
            }
        ),
    )  # fmt: skip
    _post_pool(context, made, command.pool_minor)
    unagreed = papers.take_up(context, made, command.terms, command.model_dump(mode="json"))
    return {
        **about(made),
        "sponsor_code": sponsor,
        "reserved_minor": made.reserved_minor,
        "unagreed": unagreed,
        "unbudgeted_minor": unbudgeted(rows, sponsor, command.pool_minor - made.reserved_minor),
    }


def _post_pool(context: Context, made: Bet, pool: int) -> None:
    amounts = {"pool": pool}
    context.post(journals.POOL_PAID_IN.entry(made.sponsor, amounts, chain_group=made.chain_group))


def record_bet_signature(context: Context, command: RecordBetSignature) -> Fields:
    """Seats a party with its pledge and pays its stake in: Dr bet stakes, Cr wallet.

    When it pledged what it agreed to, the most that it can lose becomes a commitment of its budget.
    """
    rows = context.rows
    found = queries.bet(rows, command.bet_id)
    expect(found, BetStatus.PROPOSED)
    code = party_of(rows, command.party).code
    if rows.get(BetParty, found.number, code) is not None:
        raise AlreadyParty(f"of {code} under {found.number}")
    seat(context, found, code, command, FIRST_AMENDMENT, FIRST_PERIOD, in_force=True)
    member = queries.bet_party(rows, found, code)
    found.signed += 1
    agree(
        "Signature under bet",
        found.number,
        signed=(command.signed, found.signed),
        staked_minor=(command.staked_minor, found.staked_minor),
        weight=(command.weight, found.weight),
        contribution=(member.contribution, command.share_bps * KEPT * found.periods),
    )
    unagreed = papers.take_up_pledge(context, found, member, command.model_dump(mode="json"))
    at_most = most_lost(command.stake_minor, command.cap_bps)
    return {
        **about(found),
        "party_code": code,
        "reserved_minor": member.reserved_minor,
        "unagreed": unagreed,
        "unbudgeted_minor": unbudgeted(rows, code, at_most - member.reserved_minor),
    }


def record_bet_activation(context: Context, command: RecordBetActivation) -> Fields:
    """The bet binds, since all have signed. Refused otherwise."""
    found = queries.bet(context.rows, command.bet_id)
    expect(found, BetStatus.PROPOSED)
    agree(
        "Activation of bet",
        found.number,
        parties=(command.parties, found.party_count),
        signed=(found.signed, found.party_count),
    )
    found.status = BetStatus.ACTIVE.value
    return {**about(found), "settleable_at": settleable_at(found)}


def settleable_at(found: Bet) -> int:
    """From when on anybody may settle a bet, unix seconds."""
    windows = found.report_seconds + found.dispute_seconds + found.ruling_seconds
    return found.start + found.periods * found.period_seconds + windows


def record_bet_void(context: Context, command: RecordBetVoid) -> Fields:
    """The bet ended before it bound; the pool is the sponsor's again, and budgets are free. Refused for another amount."""
    rows = context.rows
    found = queries.bet(rows, command.bet_id)
    expect(found, BetStatus.PROPOSED)
    agree(
        "Void bet",
        found.number,
        sponsor=(party_of(rows, command.sponsor).code, found.sponsor),
        signed=(command.signed, found.signed),
        remainder_minor=(command.remainder_minor, found.pool_minor),
    )
    found.status, found.remainder_minor = BetStatus.VOIDED.value, found.pool_minor
    papers.ended(context, found, 0)
    return {**about(found), "accounts": accounts_of(rows, found)}


def accounts_of(rows: Rows, found: Bet) -> list[str]:
    """The settlement accounts of all that signed, to be paid out."""
    return [party(rows, member.party).account for member in queries.parties(rows, found)]


def record_bet_top_up(context: Context, command: RecordBetTopUp) -> Fields:
    """More in the pool: the sponsor's own money, or another's that is explained later. Refused when the sum differs."""
    rows = context.rows
    found = queries.bet(rows, command.bet_id)
    expect(found, BetStatus.ACTIVE)
    payer, amount = party_of(rows, command.payer).code, command.amount_minor
    found.pool_minor += amount
    agree("Pool of bet", found.number, pool_minor=(command.pool_minor, found.pool_minor))
    unagreed, without_budget = None, 0
    if payer == found.sponsor:
        _post_pool(context, found, amount)
        before = found.reserved_minor
        unagreed = changing.take_up_top_up(context, found, payer, amount)
        without_budget = unbudgeted(rows, payer, amount - (found.reserved_minor - before))
    else:
        pool, group = {"pool": amount}, found.chain_group
        context.post(
            journals.POOL_GIVEN.entry(payer, pool, counterparty=found.sponsor, chain_group=group),
            journals.POOL_RECEIVED.entry(
                found.sponsor, pool, counterparty=payer, chain_group=group
            ),
        )
        keep(context, payer, found.sponsor, amount, group, to_receiver=False)
    return {
        **about(found),
        "payer_code": payer,
        "sponsor_code": found.sponsor,
        "unagreed": unagreed,
        "unbudgeted_minor": without_budget,
    }
