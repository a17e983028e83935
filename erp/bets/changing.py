"""What acts and events make of papers that change a bet: named, compared, taken up. Never commits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from erp.bets import change_queries as changes
from erp.bets import journals, queries
from erp.bets.change_papers import give_change_back, give_top_up_back
from erp.bets.change_rules import BetPaperStatus, objection, pledged
from erp.bets.change_tables import BetChange, BetChangeApproval
from erp.bets.errors import BetChangeNotApproved, NotAsAgreed
from erp.bets.paper_queries import parties_in
from erp.bets.rules import BetStatus
from erp.bets.tables import Bet, BetAmendment, BetParty
from erp.bets.terms_rules import difference, pledge_of
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.parties.queries import party

# ---- acts of people ------------------------------------------------------------------------------


def agreed_change(rows: Rows, number: str, code: str) -> Fields:
    """What somebody proposes a change of a bet by, as the bet stands now. Raises UnknownBetChange, BetChangeNotApproved."""
    found = changes.bet_change(rows, number)
    bet = queries.bet(rows, found.bet)
    why = _objection(found, code)
    if why is None and bet.status != BetStatus.ACTIVE:
        why = f"{bet.number} is {bet.status}, not {BetStatus.ACTIVE.value}"
    told = changes.told_in(found)
    why = why or objection(changes.running(rows, bet), code, told, found.sign_by - 1)
    if why is not None:
        raise BetChangeNotApproved(number, why)
    return {
        "bet_change": found.number,
        "approvals": [each.approval for each in changes.approvals(rows, found)],
        "bet": bet.number,
        "bet_id": bet.bet_id,
        "change": changes.dates_in(found),
        "leaver": _account(rows, found.leaver),
        "newcomer": _account(rows, found.newcomer),
        "parties": [
            {"account": party(rows, each["party"]).account} | pledge_of(each)
            for each in told["parties"]
        ],
    }


def _account(rows: Rows, code: str | None) -> str | None:
    return None if code is None else party(rows, code).account


def signs_change(rows: Rows, bet_id: int, amendment_id: int, code: str) -> Fields:
    """What a party signs under an amendment that stands on an approved change. Raises UnknownBet, BetChangeNotApproved."""
    bet = queries.bet(rows, bet_id)
    amendment = queries.amendment(rows, bet, amendment_id)
    if amendment.stands_on is None:
        what = f"amendment {amendment_id} of {bet.number}"
        raise BetChangeNotApproved(what, "it stands on no change that was approved here")
    found = changes.bet_change(rows, amendment.stands_on)
    if found.status != BetPaperStatus.STANDING:
        why = f"it is {found.status}, not {BetPaperStatus.STANDING.value}"
        raise BetChangeNotApproved(found.number, why)
    mine = pledged(parties_in(found), code)
    approval = rows.get(BetChangeApproval, found.number, code)
    if mine is None or approval is None:
        raise BetChangeNotApproved(found.number, f"{code} does not go on by it")
    return {
        "bet_change": found.number,
        "approvals": [approval.approval],
        "pledge": {"account": party(rows, code).account} | pledge_of(mine),
    }


def expect_change(
    rows: Rows, bet_id: int, amendment_id: int, code: str, pledge: Mapping[str, Any]
) -> None:
    """Raises NotAsAgreed when an amendment stands on a change that says otherwise than what a party would sign."""
    bet = queries.find_bet(rows, bet_id)
    amendment = rows.get(BetAmendment, bet.number, amendment_id) if bet is not None else None
    if bet is None or amendment is None or amendment.stands_on is None:
        return
    why = compare_pledge(rows, bet, amendment, code, pledge)
    if why is not None:
        raise NotAsAgreed(amendment.stands_on, why)


def approved_top_up(rows: Rows, number: str, code: str) -> Fields:
    """What a sponsor adds to a pool by. Raises UnknownTopUp, BetChangeNotApproved."""
    found = changes.top_up(rows, number)
    bet = queries.bet(rows, found.bet)
    why = f"it is {found.payer}'s" if found.payer != code else None
    if why is None and found.status != BetPaperStatus.APPROVED:
        why = f"it is {found.status}, not {BetPaperStatus.APPROVED.value}"
    if why is None and bet.status != BetStatus.ACTIVE:
        why = f"{bet.number} is {bet.status}, not {BetStatus.ACTIVE.value}"
    if why is not None:
        raise BetChangeNotApproved(number, why)
    return {
        "top_up": found.number,
        "approvals": [found.approval],
        "bet": bet.number,
        "bet_id": bet.bet_id,
        "amount_minor": found.amount_minor,
    }


# ---- events --------------------------------------------------------------------------------------


def take_up_change(
    context: Context,
    bet: Bet,
    amendment: BetAmendment,
    number: str | None,
    proposer: str,
) -> str | None:
    """An amendment was proposed: what it names as its paper. Returns why it stands on none; None when it does."""
    found = context.rows.get(BetChange, number) if number is not None else None
    if found is None:
        return "it names no change of a bet"
    why = _objection(found, proposer)
    if why is None and found.bet != bet.number:
        why = f"it is of {found.bet}"
    agreed = changes.dates_in(found) | {"leaver": found.leaver, "newcomer": found.newcomer}
    why = why or difference(agreed, {name: getattr(amendment, name) for name in agreed})
    if why is not None:
        return f"{found.number}: {why}"
    found.status, found.amendment_id = BetPaperStatus.STANDING.value, amendment.amendment_id
    amendment.stands_on = found.number
    return None


def compare_pledge(
    rows: Rows, bet: Bet, amendment: BetAmendment, code: str, told: Mapping[str, Any]
) -> str | None:
    """Why what a party signed under an amendment is not what was approved; None when it is."""
    if amendment.stands_on is None:
        return f"amendment {amendment.amendment_id} of {bet.number} stands on no change"
    found = changes.bet_change(rows, amendment.stands_on)
    mine = pledged(parties_in(found), code)
    if mine is None:
        return f"{found.number}: {code} does not go on by it"
    why = difference(pledge_of(mine), pledge_of(told))
    return f"{found.number}: {why}" if why is not None else None


def adopt(context: Context, bet: Bet, amendment: BetAmendment, joined: BetParty | None) -> None:
    """An amendment binds: what its newcomer's budget set aside becomes a commitment. BUD Dr pre-encumbered, Cr encumbered.

    A newcomer that signed another stake has its amount free again.
    """
    if amendment.stands_on is None:
        return
    rows = context.rows
    found = changes.bet_change(rows, amendment.stands_on)
    mine = rows.get(BetChangeApproval, found.number, joined.party) if joined is not None else None
    if joined is not None and mine is not None and _fits(rows, bet, amendment, joined):
        joined.reserved_minor, mine.aside_minor = mine.aside_minor, 0
        _take_on(context, bet, joined.party, joined.reserved_minor)
    found.status = BetPaperStatus.DONE.value
    give_change_back(context, bet, found)


def _fits(rows: Rows, bet: Bet, amendment: BetAmendment, joined: BetParty) -> bool:
    """Whether a newcomer signed what was approved for it."""
    newest = queries.pledges(rows, bet, joined.party)[-1]
    told = newest.model_dump() | {"targets": queries.targets_of(newest)}
    return compare_pledge(rows, bet, amendment, joined.party, told) is None


def take_up_top_up(context: Context, bet: Bet, payer: str, amount: int) -> str | None:
    """A pool grew: by the oldest approved top-up of this amount. Returns why it stands on none; None when it does.

    What was set aside becomes a commitment: BUD Dr pre-encumbered, Cr encumbered.
    """
    approved = (
        each
        for each in changes.top_ups_of(context.rows, bet.number)
        if (each.payer, each.amount_minor) == (payer, amount)
        and each.status == BetPaperStatus.APPROVED
    )
    found = next(approved, None)
    if found is None:
        return f"no approved top-up of {bet.number} is of {amount} by {payer}"
    found.status = BetPaperStatus.DONE.value
    bet.reserved_minor += found.aside_minor
    _take_on(context, bet, payer, found.aside_minor)
    found.aside_minor = 0
    return None


def bet_ended(context: Context, bet: Bet) -> None:
    """A bet ended: papers that would change it end with it, and what they set aside is free."""
    for change in changes.changes_of(context.rows, bet.number):
        if change.status in changes.LIVING:
            change.status = BetPaperStatus.ENDED.value
            give_change_back(context, bet, change)
    for top_up in changes.top_ups_of(context.rows, bet.number):
        if top_up.status in changes.LIVING:
            top_up.status = BetPaperStatus.ENDED.value
            give_top_up_back(context, bet, top_up)


def _take_on(context: Context, bet: Bet, code: str, amount: int) -> None:
    at_stake = {"at stake": amount}
    context.post(journals.TAKEN_ON.entry(code, at_stake, chain_group=bet.chain_group))


def _objection(found: BetChange, proposer: str) -> str | None:
    if found.proposer != proposer:
        return f"it is {found.proposer}'s"
    if found.status != BetPaperStatus.APPROVED:
        return f"it is {found.status}, not {BetPaperStatus.APPROVED.value}"
    return None
