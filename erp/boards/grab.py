"""The role-grab page (抢单页): all that a node needs to decide whether to stand for a role. No plan is ever on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from erp.bets import queries as bets
from erp.bets import rules as betting
from erp.bets.tables import Bet
from erp.boards import queries as reads
from erp.groups import queries, rules
from erp.groups.rules import GroupStatus, Pledged
from erp.groups.tables import ChainGroup, GroupRole, RoleRound
from erp.kernel.rows import Rows
from erp.ledger import chart
from erp.ledger.queries import standing
from erp.needs import queries as needs
from erp.needs.rules import NODE
from erp.parties.queries import party as party_with
from erp.parties.rules import PartyStatus, may_act
from erp.parties.tables import Party

LEVELS_BPS = (8_000, 10_000, 12_000)  # of a pledge: short of it, kept, beyond it


@dataclass(frozen=True, slots=True)
class PayStep:
    """After what a part of a role's pay is earned: somebody's word, or so many units counted; a share by its part."""

    text: str | None  # None: the share
    earned_bps: int
    measure: str | None
    item: str | None
    quantity: int | None
    by_holder: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """What a role asks, what it can earn, and when."""

    group: str
    leader: str
    need: str | None
    role_id: int
    round: int
    title: str | None
    title_zh: str | None
    floor: int
    most: int
    stake: int
    pay_minor: int
    min_credit_bps: int
    credit_weight_bps: int
    stake_bps_of_pledge: int
    review_mark_bps: int
    min_reviews: int
    grab_end: int
    select_end: int
    work_end: int
    report_end: int
    earning: tuple[PayStep, ...]  # none: as the leader says it
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of a grab: whether it holds, what is there, and what is needed; None: not known here."""

    name: str
    holds: bool | None
    have: int | str | None
    need: int | str | None


@dataclass(frozen=True, slots=True)
class Stands:
    """A candidate in its rank."""

    rank: int
    party: str
    pledge: int
    credit_bps: int
    place: int
    leads: bool
    document: str | None


@dataclass(frozen=True, slots=True)
class Stock:
    """What the leader has of the item that is needed."""

    entity: str
    item: str
    on_hand: int
    on_order: int


@dataclass(frozen=True, slots=True)
class BetTerms:
    """What a party of the group's bet stakes, and what its part is."""

    share_bps: int
    stake_minor: int
    tolerance_bps: int
    slope_bps: int
    cap_bps: int
    pool_minor: int


@dataclass(frozen=True, slots=True)
class Reached:
    """What it means to reach a part of a pledge: pay of the role, and by the bet what is kept, lost and shared."""

    reached_bps: int
    pay_minor: int
    kept_bps: int | None = None
    attainment_bps: int | None = None
    penalty_minor: int | None = None
    share_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a pledge binds and brings."""

    pledge: int
    stake_minor: int
    leads: bool | None
    bet: BetTerms | None
    outcomes: tuple[Reached, ...]


@dataclass(frozen=True, slots=True)
class GrabPage:
    """The page as it stands."""

    role: Terms
    may_i: tuple[Check, ...] | None  # None: nobody asks for itself
    who_stands: tuple[Stands, ...]
    least_to_lead: int | None
    stock: tuple[Stock, ...]
    reporter: reads.Past
    arbiter: reads.Past | None
    pledge: Meaning


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, when, for which pledge (None: the floor), and by which bet terms (None: those of the group's bet)."""

    party: str | None
    now: int
    pledge: int | None = None
    bet: BetTerms | None = None


@dataclass(frozen=True, slots=True)
class OpenRole:
    """A role that is open to grabs, as the hall lists it."""

    group: str
    group_id: int
    leader: str
    need: str | None
    role_id: int
    round: int
    title: str | None
    title_zh: str | None
    floor: int
    stake: int
    pay_minor: int
    min_credit_bps: int
    grab_end: int
    candidates: int
    best_pledge: int | None  # of whoever stands for it
    least_to_lead: int | None
    may_i: tuple[Check, ...] | None  # at the floor; None: nobody asks for itself


def grab_hall(
    session: Session, asked: Asked, *, after: tuple[int, int], limit: int
) -> list[OpenRole]:
    """The roles that are open to grabs (抢单大厅), by group and role, those after one. Raises UnknownParty."""
    rows = Rows.of(session)
    owner = party_with(rows, asked.party) if asked.party is not None else None
    found = reads.roles_to_grab(session, asked.now, after=after, limit=limit)
    return [_open_role(rows, code, role_id, owner, asked.now) for code, role_id in found]


def _open_role(rows: Rows, code: str, role_id: int, owner: Party | None, now: int) -> OpenRole:
    group, role = queries.group_of(rows, code), queries.role(rows, code, role_id)
    filling = queries.round_of(rows, code, role_id, role.round)
    proposed = _proposed(rows, group, role_id)
    best = None
    if filling.standing is not None:
        stands = queries.candidate(rows, code, role_id, role.round, filling.standing)
        best = (int(stands.pledge), stands.credit_bps)
    credit, bounds = None if owner is None else owner.credit_bps, (int(role.floor), int(role.most))
    return OpenRole(
        group=code, group_id=group.group_id, leader=group.leader, need=group.need, role_id=role_id, round=role.round,
        title=proposed.get("title"), title_zh=proposed.get("title_zh"), floor=bounds[0], stake=int(role.stake),
        pay_minor=role.pay_minor, min_credit_bps=role.min_credit_bps, grab_end=min(filling.grab_end, group.work_end),
        candidates=filling.candidates,
        best_pledge=None if best is None else best[0],
        least_to_lead=None
        if credit is None
        else rules.least_to_lead(best, credit, role.credit_weight_bps, bounds),
        may_i=None
        if owner is None
        else tuple(_checks(rows, group, role, filling, owner, now, bounds[0])),
    )  # fmt: skip


def grab_page(session: Session, key: int | str, role_id: int, asked: Asked) -> GrabPage:
    """The page of a role. Raises UnknownGroup, UnknownRole, UnknownParty."""
    rows = Rows.of(session)
    group = queries.group_of(rows, key)
    role = queries.role(rows, group.code, role_id)
    filling = queries.round_of(rows, group.code, role_id, role.round)
    told = reads.told_of(session, group.code)
    stands = _who_stands(rows, group, role, filling, told)
    best = next(((each.pledge, each.credit_bps) for each in stands if each.leads), None)
    owner = party_with(rows, asked.party) if asked.party is not None else None
    credit = owner.credit_bps if owner is not None else None
    bounds = (int(role.floor), int(role.most))
    pledge = bounds[0] if asked.pledge is None else asked.pledge
    bet = reads.bet_of(session, group.group_id)
    return GrabPage(
        role=_terms(rows, group, role, filling, told),
        may_i=None
        if owner is None
        else tuple(_checks(rows, group, role, filling, owner, asked.now, pledge)),
        who_stands=tuple(stands),
        least_to_lead=None
        if credit is None
        else rules.least_to_lead(best, credit, role.credit_weight_bps, bounds),
        stock=_stock(session, rows, group),
        reporter=reads.past_of_reporter(session, group.reporter_post),
        arbiter=_arbiter(session, told, bet.bet_id if bet is not None else None),
        pledge=_meaning(
            role,
            pledge,
            None if credit is None else rules.leads((pledge, credit), best, role.credit_weight_bps),
            asked.bet or _bet_terms(rows, group, role, bet.number if bet is not None else None),
        ),
    )


def _terms(
    rows: Rows, group: ChainGroup, role: GroupRole, filling: RoleRound, told: reads.Told
) -> Terms:
    proposed = _proposed(rows, group, role.role_id)
    opened = [
        *told.numbers("group_order"),
        *told.numbers("role_addition", role_id=role.role_id),
        *told.numbers("role_reopening", role_id=role.role_id),
    ]
    return Terms(
        group=group.code,
        leader=group.leader,
        need=group.need,
        role_id=role.role_id,
        round=role.round,
        title=proposed.get("title"),
        title_zh=proposed.get("title_zh"),
        floor=int(role.floor),
        most=int(role.most),
        stake=int(role.stake),
        pay_minor=role.pay_minor,
        min_credit_bps=role.min_credit_bps,
        credit_weight_bps=role.credit_weight_bps,
        stake_bps_of_pledge=role.stake_bps_of_pledge,
        review_mark_bps=role.review_mark_bps,
        min_reviews=role.min_reviews,
        grab_end=filling.grab_end,
        select_end=filling.select_end,
        work_end=group.work_end,
        report_end=group.report_end,
        earning=tuple(_steps(proposed)),
        documents=tuple(opened),
    )


def _proposed(rows: Rows, group: ChainGroup, role_id: int) -> Mapping[str, Any]:
    """A role as it was proposed; empty where nobody proposed it."""
    if group.proposal is None:
        return {}
    proposed = needs.roles_in(needs.proposal(rows, group.proposal))
    return proposed[role_id - 1] if role_id <= len(proposed) else {}


def _steps(proposed: Mapping[str, Any]) -> Iterator[PayStep]:
    """How a role earns its pay."""
    share = proposed.get("share")
    if share is not None:
        yield PayStep(None, rules.BPS, **share)
    for each in proposed.get("milestones") or []:
        counted = each["counted"] or {
            "measure": None,
            "item": None,
            "quantity": None,
            "by_holder": False,
        }
        yield PayStep(each["text"], each["earned_bps"], **counted)


def _who_stands(
    rows: Rows, group: ChainGroup, role: GroupRole, filling: RoleRound, told: reads.Told
) -> list[Stands]:
    """The candidates of the present round that were not rejected, best first."""
    found = [
        Pledged(each.party, int(each.pledge), each.credit_bps, each.place)
        for each in queries.candidates_of(rows, group.code)
        if (each.role_id, each.round) == (role.role_id, role.round) and not each.rejected
    ]
    place = {"role_id": role.role_id, "round": role.round}
    grabs = {d.fields["party"]: d.number for d in told.of("role_grab", **place)}
    return [
        Stands(
            rank, each.party, each.pledge, each.credit_bps, each.place, each.party == filling.standing,
            grabs.get(each.party),
        )
        for rank, each in enumerate(rules.ranked(found, role.credit_weight_bps), start=1)
    ]  # fmt: skip


def _checks(
    rows: Rows,
    group: ChainGroup,
    role: GroupRole,
    filling: RoleRound,
    owner: Party,
    now: int,
    pledge: int,
) -> Iterator[Check]:
    """Each condition of a grab that these books know; what others know, they tell when the act is asked for."""
    node = may_act(owner.status, owner.capabilities, NODE)
    yield Check("enrolled as a node", node, owner.status, PartyStatus.ENROLLED.value)
    credit, least = owner.credit_bps, role.min_credit_bps
    enough = True if not least else None if credit is None else credit >= least
    yield Check("credit, bps", enough, credit, least)
    stake = rules.stake_up(int(role.stake), pledge, role.stake_bps_of_pledge)
    wallet = standing(rows, owner.code, chart.WALLET)
    yield Check("wallet covers the stake, minor units", wallet >= stake, wallet, stake)
    within = int(role.floor) <= pledge <= int(role.most)
    yield Check("pledge within the bounds", within, pledge, f"{role.floor} to {role.most}")
    yield Check("is not the leader", owner.code != group.leader, owner.code, None)
    held = [
        m.party
        for m in queries.memberships(rows, group.code)
        if m.role_id == role.role_id and m.round < role.round
    ]
    yield Check("did not leave the role before", owner.code not in held, owner.code, None)
    own = queries.find_candidate(rows, group.code, role.role_id, role.round, owner.code)
    yield Check("has not grabbed it yet", own is None, None if own is None else own.place, None)
    undecided = group.status in (GroupStatus.OPEN, GroupStatus.FORMED) and filling.seated_at is None
    end = min(filling.grab_end, group.work_end)
    yield Check("open to grabs, unix seconds", undecided and now < end, now, end)


def _stock(session: Session, rows: Rows, group: ChainGroup) -> tuple[Stock, ...]:
    """What the leader has of the item that the need is about."""
    if group.proposal is None:
        return ()
    need = needs.need(rows, needs.proposal(rows, group.proposal).need)
    if need.item is None:
        return ()
    found = reads.levels_of(session, need.item, [group.leader])
    return tuple(Stock(e.entity, e.item, e.on_hand, e.on_order) for e in found)


def _arbiter(session: Session, told: reads.Told, bet_id: int | None) -> reads.Past | None:
    """The past of the arbiter whom the group's bet names; None without a bet."""
    made = told.of("bet_contract", bet_id=bet_id) if bet_id is not None else []
    return reads.past_of_arbiter(session, made[-1].fields["arbiter_post"]) if made else None


def _bet_terms(
    rows: Rows, group: ChainGroup, role: GroupRole, number: str | None
) -> BetTerms | None:
    """The terms that the newest holder of the role has in the group's bet; None when there is none."""
    if number is None:
        return None
    bet: Bet = bets.bet(rows, number)
    holders = [m.party for m in queries.memberships(rows, group.code) if m.role_id == role.role_id]
    known = [pledge for holder in holders for pledge in bets.pledges(rows, bet, holder)]
    if not known:
        return None
    last = known[-1]
    return BetTerms(
        last.share_bps,
        last.stake_minor,
        last.tolerance_bps,
        last.slope_bps,
        last.cap_bps,
        bet.pool_minor,
    )


def _meaning(role: GroupRole, pledge: int, leads: bool | None, bet: BetTerms | None) -> Meaning:
    stake = rules.stake_up(int(role.stake), pledge, role.stake_bps_of_pledge)
    outcomes = tuple(outcome(role.pay_minor, pledge, reached, bet) for reached in LEVELS_BPS)
    return Meaning(pledge, stake, leads, bet, outcomes)


def outcome(pay_minor: int, pledge: int, reached_bps: int, bet: BetTerms | None) -> Reached:
    """What it means to reach a part of a pledge in the one period of a bet, all others keeping theirs and the pool whole.

    The target is missed whole at zero, kept at the pledge, surpassed at twice the pledge.
    """
    pay = rules.earned_down(pay_minor, min(reached_bps, rules.BPS))
    if bet is None or pledge == 0:
        return Reached(reached_bps, pay)
    target = betting.Tiers(False, betting.BPS, 0, pledge, 2 * pledge)
    value = pledge * reached_bps // betting.BPS
    kept, attained = betting.measure([value], [target], betting.BPS)
    penalty = betting.penalty_up(
        bet.stake_minor, betting.BPS - kept, 1, bet.tolerance_bps, bet.slope_bps, bet.cap_bps
    )
    contribution = bet.share_bps * attained
    weight = contribution + (betting.BPS - bet.share_bps) * betting.KEPT
    share = betting.share_down(bet.pool_minor + penalty, contribution, weight)
    return Reached(reached_bps, pay, kept, attained, penalty, share)
