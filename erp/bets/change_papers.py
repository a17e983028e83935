"""Operations of papers that change a bet: proposed, approved by whom it may cost something, withdrawn. Never commit."""

from __future__ import annotations

from erp.bets import change_queries as changes
from erp.bets import journals, queries
from erp.bets.change_outlooks import outlooks_by, outlooks_of
from erp.bets.change_rules import BetPaperStatus, change_of, objection
from erp.bets.change_schemas import (
    ApproveBetChange,
    ApproveTopUp,
    ProposeBetChange,
    ProposeTopUp,
    WithdrawBetChange,
    WithdrawTopUp,
)
from erp.bets.change_tables import BetChange, BetChangeApproval, PoolTopUp
from erp.bets.errors import (
    ApprovedBefore,
    BetChangeUnsound,
    NothingToAgree,
    NotTheMembers,
    NotTheSponsor,
    StillToBeSigned,
)
from erp.bets.outlooks import told_briefly
from erp.bets.rules import BetStatus, most_lost
from erp.bets.standing import about, expect
from erp.bets.tables import Bet
from erp.bets.terms import node
from erp.budget.queries import expect_available
from erp.groups.public import holders_of
from erp.kernel.actors import doer_of
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields, canonical
from erp.kernel.rows import Rows
from erp.needs.errors import ApprovedByProposer
from erp.parties.kinds import PartyKind
from erp.parties.queries import party

# ---- amendments ----------------------------------------------------------------------------------


def propose_bet_change(context: Context, command: ProposeBetChange) -> Fields:
    """Keeps a change of a bet. Refused with the reason where no contract would take it.

    Who joins a bet of a group holds a role of it.
    """
    rows = context.rows
    bet = _active(rows, command.bet)
    told = command.model_dump(mode="json")
    why = objection(changes.running(rows, bet), command.proposer, told, context.at)
    if why is not None:
        raise BetChangeUnsound(bet.number, why)
    members = [node(rows, each.party) for each in command.parties]
    joins = command.newcomer if bet.chain_group else None
    if joins is not None and joins not in holders_of(rows, bet.chain_group):
        raise NotTheMembers(bet.chain_group, f"{joins} holds no role of it now")
    rows.add(
        BetChange,
        number=context.number,
        bet=bet.number,
        proposer=command.proposer,
        leaver=command.leaver,
        newcomer=command.newcomer,
        dates=canonical(change_of(told)),
        parties=canonical(told["parties"]),
        sign_by=command.sign_by,
        proposed_by=context.actor,
        status=BetPaperStatus.PROPOSED.value,
    )
    for each in command.parties:
        is_new = each.party == command.newcomer
        rows.add(
            BetChangeApproval,
            bet_change=context.number,
            party=each.party,
            at_most_minor=most_lost(each.stake_minor, each.cap_bps) if is_new else 0,
        )
    named = {each.code: each.account for each in members}
    if command.leaver is not None:
        named[command.leaver] = party(rows, command.leaver).account
    return {
        **about(bet),
        "bet_id": bet.bet_id,
        "accounts": named,
        "outlooks": told_briefly(outlooks_by(rows, bet, told, context.at)),
    }


def approve_bet_change(context: Context, command: ApproveBetChange) -> Fields:
    """Agrees for one party, and sets aside what the change newly can cost it: BUD Dr available, Cr pre-encumbered.

    The document keeps the cases as the books have them now. Refused to the proposer, the second time, to others than those
    who go on, and over the budget.
    """
    rows = context.rows
    found = changes.bet_change(rows, command.bet_change)
    _expect("Change of a bet", found, BetPaperStatus.PROPOSED)
    mine = rows.get(BetChangeApproval, found.number, command.party)
    if mine is None:
        raise NothingToAgree(found.number, command.party)
    if mine.approval is not None:
        raise ApprovedBefore(f"{found.number} for {mine.party}", mine.approval)
    _refuse_proposer(found, context)
    mine.approval = context.number
    bet = queries.bet(rows, found.bet)
    if party(rows, mine.party).kind != PartyKind.EXTERNAL:
        expect_available(rows, mine.party, mine.at_most_minor)
        mine.aside_minor = mine.at_most_minor
        _set_aside(context, bet, mine.party, mine.aside_minor)
    waiting = [each.party for each in changes.approvals(rows, found) if each.approval is None]
    if not waiting:
        found.status = BetPaperStatus.APPROVED.value
    return {
        **about(bet),
        "proposed_by": found.proposed_by,
        "at_most_minor": mine.at_most_minor,
        "set_aside_minor": mine.aside_minor,
        "outlooks": told_briefly(outlooks_of(rows, found, context.at)),
        "waiting": waiting,
    }


def withdraw_bet_change(context: Context, command: WithdrawBetChange) -> Fields:
    """Frees what was set aside. Refused while it stands on chain and can be signed."""
    found = changes.bet_change(context.rows, command.bet_change)
    _expect("Change of a bet", found, *changes.LIVING)
    if found.status == BetPaperStatus.STANDING and context.at < found.sign_by:
        raise StillToBeSigned(found.number, found.sign_by, context.at)
    found.status = BetPaperStatus.WITHDRAWN.value
    bet = queries.bet(context.rows, found.bet)
    give_change_back(context, bet, found)
    return {**about(bet), "proposer": found.proposer}


def give_change_back(context: Context, bet: Bet, found: BetChange) -> None:
    """Frees what is still set aside for a change that will cost nothing."""
    for each in changes.approvals(context.rows, found):
        _set_aside(context, bet, each.party, -each.aside_minor)
        each.aside_minor = 0


# ---- more in the pool ----------------------------------------------------------------------------


def propose_top_up(context: Context, command: ProposeTopUp) -> Fields:
    """Keeps what a sponsor wants to add. Refused to others, whose money in the pool is explained when it is there."""
    rows = context.rows
    bet = _active(rows, command.bet)
    if command.payer != bet.sponsor:
        raise NotTheSponsor(bet.number, command.payer, bet.sponsor)
    rows.add(
        PoolTopUp,
        number=context.number,
        bet=bet.number,
        payer=command.payer,
        amount_minor=command.amount_minor,
        proposed_by=context.actor,
        status=BetPaperStatus.PROPOSED.value,
    )
    return {**about(bet), "bet_id": bet.bet_id}


def approve_top_up(context: Context, command: ApproveTopUp) -> Fields:
    """Lets the sponsor pay, and sets the amount aside: BUD Dr available, Cr pre-encumbered. Refused over the budget."""
    rows = context.rows
    found = changes.top_up(rows, command.top_up)
    _expect("Top-up", found, BetPaperStatus.PROPOSED)
    _refuse_proposer(found, context)
    bet = queries.bet(rows, found.bet)
    if party(rows, found.payer).kind != PartyKind.EXTERNAL:
        expect_available(rows, found.payer, found.amount_minor)
        found.aside_minor = found.amount_minor
        _set_aside(context, bet, found.payer, found.aside_minor)
    found.status, found.approval = BetPaperStatus.APPROVED.value, context.number
    return {
        **about(bet),
        "payer": found.payer,
        "proposed_by": found.proposed_by,
        "amount_minor": found.amount_minor,
        "set_aside_minor": found.aside_minor,
    }


def withdraw_top_up(context: Context, command: WithdrawTopUp) -> Fields:
    """Frees what was set aside for a top-up that was not paid."""
    found = changes.top_up(context.rows, command.top_up)
    _expect("Top-up", found, BetPaperStatus.PROPOSED, BetPaperStatus.APPROVED)
    found.status = BetPaperStatus.WITHDRAWN.value
    bet = queries.bet(context.rows, found.bet)
    give_top_up_back(context, bet, found)
    return {**about(bet), "payer": found.payer}


def give_top_up_back(context: Context, bet: Bet, found: PoolTopUp) -> None:
    """Frees what is still set aside for a top-up."""
    _set_aside(context, bet, found.payer, -found.aside_minor)
    found.aside_minor = 0


# ---- both ----------------------------------------------------------------------------------------


def _active(rows: Rows, number: str) -> Bet:
    bet = queries.bet(rows, number)
    expect(bet, BetStatus.ACTIVE)
    return bet


def _refuse_proposer(found: BetChange | PoolTopUp, context: Context) -> None:
    if doer_of(found.proposed_by) == doer_of(context.actor):
        raise ApprovedByProposer(found.number, context.actor)


def _set_aside(context: Context, bet: Bet, code: str, amount: int) -> None:
    at_stake = {"at stake": amount}
    context.post(journals.SET_ASIDE.entry(code, at_stake, chain_group=bet.chain_group))


def _expect(what: str, found: BetChange | PoolTopUp, *allowed: BetPaperStatus) -> None:
    if found.status not in allowed:
        expected = " or ".join(status.value for status in allowed)
        raise WrongStatus(what, found.number, found.status, expected)
