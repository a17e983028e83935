"""Operations by which all who go on change a bet, or end it together. Never commit."""

from __future__ import annotations

from erp.bets import changing, queries
from erp.bets.errors import AlreadyParty, BetAmendmentExists
from erp.bets.rules import AmendmentStatus, BetStatus, most_lost
from erp.bets.schemas import (
    RecordBetAmendment,
    RecordBetAmendmentAgreement,
    RecordBetAmendmentSignature,
    RecordBetEndSignature,
    RecordBetLeave,
)
from erp.bets.signing import settleable_at
from erp.bets.standing import about, count, expect, keep_pledge, kept, seat
from erp.bets.tables import Bet, BetAmendment, BetParty, BetPledge
from erp.budget.queries import unbudgeted
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.parties.queries import find_account, party_of


def record_bet_amendment(context: Context, command: RecordBetAmendment) -> Fields:
    """Keeps what is proposed; nothing changes before all have signed."""
    rows = context.rows
    found = queries.bet(rows, command.bet_id)
    expect(found, BetStatus.ACTIVE)
    if rows.get(BetAmendment, found.number, command.amendment_id) is not None:
        raise BetAmendmentExists(f"{command.amendment_id} of {found.number}")
    made = rows.add(
        BetAmendment,
        bet=found.number,
        amendment_id=command.amendment_id,
        number=context.number,
        from_period=command.from_period,
        periods=command.periods,
        start=command.start,
        leaver=_code(rows, command.leaver),
        newcomer=_code(rows, command.newcomer),
        sign_by=command.sign_by,
        status=AmendmentStatus.PROPOSED.value,
    )
    proposer = party_of(rows, command.proposer).code
    unagreed = changing.take_up_change(context, found, made, command.terms, proposer)
    return {**about(found), "proposer_code": proposer, "unagreed": unagreed}


def _code(rows: Rows, account: str | None) -> str | None:
    return None if account is None else party_of(rows, account).code


def record_bet_amendment_signature(
    context: Context, command: RecordBetAmendmentSignature
) -> Fields:
    """Keeps what a party pledges if the amendment binds."""
    rows = context.rows
    found = queries.bet(rows, command.bet_id)
    change = queries.amendment(rows, found, command.amendment_id)
    code = party_of(rows, command.party).code
    keep_pledge(
        *(context, found, code, command, command.amendment_id, change.from_period), in_force=False
    )
    told = command.model_dump(mode="json")
    unagreed = changing.compare_pledge(rows, found, change, code, told)
    return {**about(found), "party_code": code, "unagreed": unagreed}


def record_bet_amendment_agreement(
    context: Context, command: RecordBetAmendmentAgreement
) -> Fields:
    """The amendment binds: pledges, dates, who left and who joined. A newcomer's stake: Dr bet stakes, Cr wallet.

    Refused unless stakes and contributions are those that follow from it.
    """
    rows = context.rows
    found = queries.bet(rows, command.bet_id)
    expect(found, BetStatus.ACTIVE)
    change = queries.amendment(rows, found, command.amendment_id)
    _expect_proposed(found, change)
    agree(
        f"Amendment {change.amendment_id} of bet",
        found.number,
        leaver=(_code(rows, command.leaver) or "nobody", change.leaver or "nobody"),
        newcomer=(_code(rows, command.newcomer) or "nobody", change.newcomer or "nobody"),
        from_period=(command.from_period, change.from_period),
        periods=(command.periods, change.periods),
        start=(command.start, change.start),
    )
    change.status = AmendmentStatus.AGREED.value
    found.periods, found.start = change.periods, change.start
    _adopt(context, found, change)
    joined = rows.get(BetParty, found.number, change.newcomer) if change.newcomer else None
    changing.adopt(context, found, change, joined)
    agree(
        f"Amendment {change.amendment_id} of bet",
        found.number,
        staked_minor=(command.staked_minor, found.staked_minor),
        weight=(command.weight, found.weight),
    )
    return {
        **about(found),
        "leaver_code": change.leaver,
        "newcomer_code": change.newcomer,
        "settleable_at": settleable_at(found),
        "unbudgeted_minor": _unbudgeted(rows, joined),
    }


def _unbudgeted(rows: Rows, joined: BetParty | None) -> int:
    """What a newcomer can lose that its budget holds nothing ready for."""
    if joined is None:
        return 0
    at_most = most_lost(joined.stake_minor, joined.cap_bps)
    return unbudgeted(rows, joined.party, at_most - joined.reserved_minor)


def _adopt(context: Context, found: Bet, change: BetAmendment) -> None:
    rows = context.rows
    signed = [
        pledge
        for pledge in rows.select(BetPledge, "party", bet=found.number)
        if pledge.amendment_id == change.amendment_id
    ]
    for pledge in signed:
        pledge.in_force = True
    if change.leaver is not None:
        queries.bet_party(rows, found, change.leaver).left_after = change.from_period - 1
    for member in queries.parties(rows, found):
        count(context, found, member)
    for pledge in signed:
        if pledge.party == change.newcomer:
            _join(context, found, pledge)


def _expect_proposed(found: Bet, change: BetAmendment) -> None:
    """Raises WrongStatus when the amendment was agreed before."""
    if change.status != AmendmentStatus.PROPOSED:
        what = f"Amendment {change.amendment_id} of bet"
        raise WrongStatus(what, found.number, change.status, AmendmentStatus.PROPOSED)


def _join(context: Context, found: Bet, pledge: BetPledge) -> None:
    """A newcomer takes its place. Raises AlreadyParty when it has one."""
    if context.rows.get(BetParty, found.number, pledge.party) is not None:
        raise AlreadyParty(f"of {pledge.party} under {found.number}")
    place = (pledge.amendment_id, pledge.from_period)
    seat(context, found, pledge.party, kept(pledge), *place, in_force=True)


def record_bet_end_signature(context: Context, command: RecordBetEndSignature) -> Fields:
    """Keeps that somebody agreed to the end; the last signature settles the bet by an event of its own."""
    rows = context.rows
    found = queries.bet(rows, command.bet_id)
    return {**about(found), "party_code": party_of(rows, command.account).code}


def record_bet_leave(context: Context, command: RecordBetLeave) -> Fields:
    """Keeps that who is to leave may leave."""
    rows = context.rows
    found = queries.bet(rows, command.bet_id)
    queries.amendment(rows, found, command.amendment_id)
    by = find_account(rows, command.by)
    return {
        **about(found),
        "party_code": party_of(rows, command.leaver).code,
        "by_code": by.code if by is not None else None,
    }
