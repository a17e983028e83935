"""The cockpit of a group (链群看板): where it stands, what time will do, whose money is where, what it made so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from erp.bets import queries as bets
from erp.bets.rules import BetStatus, most_lost, share_down
from erp.bets.signing import settleable_at
from erp.bets.tables import Bet, BetMeasure
from erp.boards import queries as reads
from erp.boards.clock import Edge, edges, next_edge
from erp.boards.figures import Figure, posted_in, told_by
from erp.groups import queries, rules
from erp.groups.rules import GroupStatus
from erp.groups.tables import ChainGroup, GroupRole, RoleRound
from erp.kernel.rows import Rows
from erp.ledger import chart
from erp.needs import queries as needs
from erp.needs.tables import GroupProposal
from erp.parties.queries import party as party_with
from erp.performance.counts.money import MARGIN_ACCOUNTS
from erp.statements.made import made_by
from erp.statements.model import Cell
from erp.work import queries as work
from erp.work.rules import ProcessStatus, ProgressStatus

LATE_STATUSES = ("OPENED", "FUNDED")


@dataclass(frozen=True, slots=True)
class Head:
    """What the group is for, who leads it, and what comes next."""

    group: str
    group_id: int
    need: str | None
    proposal: str | None
    leader: str
    status: str
    as_of: int  # unix seconds
    edges: tuple[Edge, ...]
    next: Edge | None


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role as it is filled now."""

    role_id: int
    title: str | None
    title_zh: str | None
    round: int
    party: str | None  # that holds it, or stands for it while it is vacant
    vacant: bool
    credit_now_bps: int | None
    credit_bps: Figure | None  # at its grab
    pledge: Figure
    pay_minor: Figure
    earned_bps: Figure
    earned_minor: Figure
    paid_minor: Figure
    reviews: Figure
    mean_bps: Figure | None
    mark_bps: int


@dataclass(frozen=True, slots=True)
class MoneyBlock:
    """Whose money is where, minor units."""

    budget_minor: Figure
    reserved_minor: Figure
    earned_minor: Figure
    unearned_minor: Figure
    custody_minor: Figure
    stakes_minor: Figure
    unbudgeted_minor: Figure
    pool_minor: Figure | None
    staked_minor: Figure | None
    penalties_minor: Figure | None


@dataclass(frozen=True, slots=True)
class LedgerBlock:
    """What the group made so far, minor units; with a bet in its time alone.

    Revenue, cost and margin are rows 3.3, 4.4 and 2.2 of the win-win statement. A bet counts the part of the margin that its
    metric names, and shares what goes beyond the base.
    """

    revenue_minor: Figure
    cost_minor: Figure
    margin_minor: Figure
    counted_minor: Figure  # of the margin, by metric 108
    base_margin_minor: Figure | None
    value_added_minor: Figure | None  # so far, as the bet would share it


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member, and what it stands to gain and to lose where a bet is bound."""

    party: str
    role_id: int
    since: int
    until: int | None
    contribution: Figure | None
    penalty_minor: Figure | None
    projected_share_minor: int | None
    worst_case_minor: Figure | None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A purchase for the work of the group."""

    order: str
    supplier: str
    status: str
    quantity: int
    accepted: int
    promised_at: int
    late: bool
    amount_minor: Figure


@dataclass(frozen=True, slots=True)
class ReportLine:
    """What is to be reported of a party in a period of the bet."""

    party: str
    period: int
    due_from: int
    due_until: int
    status: str  # AHEAD, DUE, SILENT, REPORTED, DISPUTED or RULED
    document: str | None


@dataclass(frozen=True, slots=True)
class Signal:
    """What a person should look at, and the document that shows it."""

    what: str
    document: str


@dataclass(frozen=True, slots=True)
class Cockpit:
    """The whole board."""

    head: Head
    roles: tuple[RoleLine, ...]
    money: MoneyBlock
    ledger: LedgerBlock
    members: tuple[MemberLine, ...]
    orders: tuple[OrderLine, ...]
    reports: tuple[ReportLine, ...]
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """What all blocks are made of."""

    session: Session
    rows: Rows
    group: ChainGroup
    proposal: GroupProposal | None
    bet: Bet | None
    told: reads.Told
    now: int


def cockpit(session: Session, key: int | str, now: int) -> Cockpit:
    """The board of a group at unix seconds `now`. Raises UnknownGroup."""
    rows = Rows.of(session)
    group = queries.group_of(rows, key)
    bet = reads.bet_of(session, group.group_id)
    found = _Found(
        session, rows, group,
        needs.proposal(rows, group.proposal) if group.proposal is not None else None,
        bets.bet(rows, bet.number) if bet is not None else None,
        reads.told_of(session, group.code), now,
    )  # fmt: skip
    ledger = _ledger(found)
    return Cockpit(
        head=_head(found),
        roles=tuple(_roles(found)),
        money=_money(found),
        ledger=ledger,
        members=tuple(_members(found, ledger)),
        orders=tuple(_orders(found)),
        reports=tuple(_reports(found)),
        signals=tuple(_signals(found)),
    )


def _head(found: _Found) -> Head:
    group, bet = found.group, found.bet
    is_active = bet is not None and bet.status == BetStatus.ACTIVE
    ahead = edges(group, settleable_at(bet) if bet is not None and is_active else None)
    return Head(
        group.code, group.group_id, group.need, group.proposal, group.leader, group.status, found.now, tuple(ahead),
        next_edge(ahead, found.now),
    )  # fmt: skip


def _roles(found: _Found) -> Iterator[RoleLine]:
    titles = needs.roles_in(found.proposal) if found.proposal is not None else []
    for role in queries.roles_of(found.rows, found.group.code):
        filling = queries.round_of(found.rows, found.group.code, role.role_id, role.round)
        title = titles[role.role_id - 1] if role.role_id <= len(titles) else {}
        yield _role(found, role, filling, title.get("title"), title.get("title_zh"))


def _role(
    found: _Found, role: GroupRole, filling: RoleRound, title: str | None, title_zh: str | None
) -> RoleLine:
    told, place = found.told, {"role_id": role.role_id, "round": role.round}
    party = filling.standing
    own = {**place, "party": party}
    grabs = told.numbers("role_grab", **own)
    candidate = (
        queries.find_candidate(found.rows, found.group.code, role.role_id, role.round, party)
        if party is not None
        else None
    )
    reviews = told.numbers("review_attestation", **place)
    weight, weighted = int(filling.review_weight), int(filling.review_weighted)
    earned = told.numbers("progress_attestation", role_id=role.role_id)
    terms = [*told.numbers("role_addition", role_id=role.role_id)] or told.numbers("group_order")
    return RoleLine(
        role_id=role.role_id, title=title, title_zh=title_zh, round=role.round, party=party,
        vacant=filling.seated_at is None,
        credit_now_bps=party_with(found.rows, party).credit_bps if party is not None else None,
        credit_bps=told_by(candidate.credit_bps, grabs) if candidate is not None else None,
        pledge=told_by(filling.pledge, grabs),
        pay_minor=told_by(role.pay_minor, terms),
        earned_bps=told_by(role.earned_bps, earned),
        earned_minor=told_by(role.earned_minor, earned),
        paid_minor=told_by(filling.paid_minor, told.numbers("role_payment", **place)),
        reviews=told_by(filling.reviews, reviews),
        mean_bps=told_by(rules.mean_down(weight, weighted), reviews) if weight else None,
        mark_bps=role.review_mark_bps,
    )  # fmt: skip


def _money(found: _Found) -> MoneyBlock:
    group, told, bet = found.group, found.told, found.bet
    paid_in = told.numbers("group_order", "role_addition")
    earned = told.numbers("progress_attestation")
    held = reads.lines_of(found.session, group.code, (chart.GROUP_FUNDS,))
    unbudgeted = [
        d for d in told.of("group_order", "role_addition") if d.fields["unbudgeted_minor"]
    ]
    stakes = sum(c.stake_held_minor for c in queries.candidates_of(found.rows, group.code))
    reports = told.numbers("bet_measure")
    return MoneyBlock(
        budget_minor=told_by(group.budget_minor, paid_in),
        reserved_minor=told_by(group.reserved_minor, [group.proposal, *paid_in, *earned]),
        earned_minor=told_by(group.earned_minor, earned),
        unearned_minor=told_by(group.budget_minor - group.earned_minor, [*paid_in, *earned]),
        custody_minor=posted_in(sum(e.debit_minor - e.credit_minor for e in held), [e.entry for e in held]),
        stakes_minor=told_by(stakes, told.numbers("role_grab", "stake_release")),
        unbudgeted_minor=told_by(
            sum(d.fields["unbudgeted_minor"] for d in unbudgeted), [d.number for d in unbudgeted]
        ),
        pool_minor=told_by(bet.pool_minor, [bet.number]) if bet is not None else None,
        staked_minor=told_by(bet.staked_minor, told.numbers("bet_signature")) if bet is not None else None,
        penalties_minor=told_by(bet.penalties_minor, reports) if bet is not None else None,
    )  # fmt: skip


def _ledger(found: _Found) -> LedgerBlock:
    bet = found.bet
    since, until = time_of(bet, found.now)
    made = made_by(found.session, found.group, since, until)
    members = {m.party for m in queries.memberships(found.rows, found.group.code)}
    members.add(found.group.leader)
    lines = [
        line
        for line in reads.lines_of(found.session, found.group.code, MARGIN_ACCOUNTS)
        if line.entity in members and line.counterparty not in members and since <= line.at < until
    ]
    counted = sum(line.credit_minor - line.debit_minor for line in lines)
    proposal, value = found.proposal, None
    if bet is not None and proposal is not None:
        value = min(bet.pool_minor, max(0, counted - proposal.base_margin_minor))
    entries = [line.entry for line in lines]
    return LedgerBlock(
        revenue_minor=_summed(made.revenue),
        cost_minor=_summed(made.cost),
        margin_minor=_summed(made.value),
        counted_minor=posted_in(counted, entries),
        base_margin_minor=told_by(proposal.base_margin_minor, [proposal.number])
        if proposal is not None
        else None,
        value_added_minor=posted_in(value, entries) if value is not None else None,
    )


def time_of(bet: Bet | None, now: int) -> tuple[int, int]:
    """From when, and until before when, what a group makes counts: in the time of its bet, else all of it so far."""
    if bet is None:
        return 0, now + 1
    return bet.start, bet.start + bet.periods * bet.period_seconds


def _summed(cell: Cell) -> Figure:
    """A figure of the statement, with its entries in the order of the journal."""
    return posted_in(cell.value or 0, sorted(part.line.entry for part in cell.parts))


def _members(found: _Found, ledger: LedgerBlock) -> Iterator[MemberLine]:
    bet, value = found.bet, ledger.value_added_minor
    for each in queries.memberships(found.rows, found.group.code):
        member = (
            next((p for p in bets.parties(found.rows, bet) if p.party == each.party), None)
            if bet is not None
            else None
        )
        if bet is None or member is None:
            yield MemberLine(
                each.party, each.role_id, each.since, each.until, None, None, None, None
            )
            continue
        reports = found.told.numbers("bet_measure", party_code=each.party) or [member.joined_by]
        share = None
        if value is not None:
            pot = int(value.value or 0) + bet.penalties_minor
            share = share_down(pot, member.contribution, bet.weight)
        yield MemberLine(
            each.party, each.role_id, each.since, each.until,
            told_by(member.contribution, reports),
            told_by(member.penalty_minor, reports),
            share,
            told_by(most_lost(member.stake_minor, member.cap_bps), [member.joined_by]),
        )  # fmt: skip


def _orders(found: _Found) -> Iterator[OrderLine]:
    for order in reads.orders_of(found.session, found.group.code):
        is_open = order.status in LATE_STATUSES and order.accepted < order.quantity
        yield OrderLine(
            order.number, order.supplier, order.status, order.quantity, order.accepted, order.promised_at,
            is_open and order.promised_at < found.now, told_by(order.amount_minor, [order.number]),
        )  # fmt: skip


def _reports(found: _Found) -> Iterator[ReportLine]:
    bet = found.bet
    if bet is None or bet.status not in (BetStatus.ACTIVE, BetStatus.SETTLED):
        return
    known = {(m.party, m.period): m for m in bets.all_measures(found.rows, bet)}
    for member in bets.parties(found.rows, bet):
        for period in range(member.from_period, bets.last_period(bet, member) + 1):
            due = bet.start + period * bet.period_seconds
            until = due + bet.report_seconds
            measure = known.get((member.party, period))
            yield ReportLine(
                member.party, period, due, until, report_status(measure, found.now, due, until),
                measure.reported_by if measure is not None else None,
            )  # fmt: skip


def report_status(measure: BetMeasure | None, now: int, due: int, until: int) -> str:
    """Where the report of a party's period stands."""
    if measure is not None and measure.disputed_by is not None:
        return "DISPUTED"
    if measure is not None and measure.reported_by is not None:
        return "RULED" if measure.ruled else "REPORTED"
    if now < due:
        return "AHEAD"
    return "DUE" if now < until else "SILENT"


def _signals(found: _Found) -> Iterator[Signal]:
    for document in found.told.of("group_order", "role_addition"):
        if document.fields["unbudgeted_minor"]:
            yield Signal("stands on no budget", document.number)
        if document.fields.get("unproposed"):
            yield Signal(f"nobody approved it: {document.fields['unproposed']}", document.number)
    for document in found.told.of("progress_attestation"):
        if document.fields["evidence"] is None:
            yield Signal("progress without a paper here", document.number)
    yield from _of_work(found)
    if found.group.status in (GroupStatus.OPEN, GroupStatus.FORMED):
        for document in found.told.of("review_attestation"):
            if document.fields["below_mark"]:
                yield Signal("reviews below the mark", document.number)


def _of_work(found: _Found) -> Iterator[Signal]:
    for held in work.planned_for(found.rows, found.group.code):
        if held.status == ProcessStatus.HELD:
            yield Signal(f"{held.process} waits though {held.fact} is on chain", held.number)
    for report in work.reports_of_group(found.rows, found.group.code):
        if report.status == ProgressStatus.MISREPORTED:
            yield Signal("progress that the chain tells otherwise", report.number)
