"""What is drawn of a life before it is lived: roles, who grabs them, the bet, disputes, reviews, its end. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hypothesis import strategies as st

BPS = 10_000
NODES = 5  # places among the nodes of the cast
LEADERS = 3


class Choice(StrEnum):
    """What the leader does about a role once its grabs are over."""

    SILENT = "silent"
    SELECT = "select"
    REJECT = "reject"


class Leaving(StrEnum):
    """How a holder leaves its role before the end, if it does."""

    STAYS = "stays"
    RESIGNS = "resigns"
    IS_REPLACED = "is replaced"  # the leader reopens the role, where a rule lets it


class Quarrel(StrEnum):
    """What comes after a report."""

    NONE = "none"
    WITHDRAWN = "withdrawn"
    RULED = "ruled"
    LAPSES = "lapses"  # nobody rules


class Signing(StrEnum):
    """Who signs the bet."""

    ALL = "all"
    ONE_MISSES = "one misses"


class Trial(StrEnum):
    """What somebody tries that a rule forbids."""

    LEADER_GRABS = "the leader grabs a role"
    GRAB_TWICE = "a node grabs a role twice"
    OUTSIDER_REPORTS = "an outsider reports progress"
    OUTSIDER_CONSENTS = "an outsider consents to the end"
    CLOSE_EARLY = "somebody closes the group too early"
    SETTLE_EARLY = "somebody settles the bet too early"
    NEED_TWICE = "the leader opens a second group for the need"
    PAY_UNEARNED = "somebody has pay sent that nobody earned"


@dataclass(frozen=True)
class GrabPlan:
    """A node that stands for a role."""

    node: int
    pledge: int


@dataclass(frozen=True)
class RolePlan:
    """A role and what becomes of it."""

    pay: int
    stake: int
    marked: bool  # reviews below a mark open it anew
    grabs: tuple[GrabPlan, ...]
    choice: Choice
    earned_bps: tuple[int, ...]  # by the first holder, rising
    reviews: tuple[tuple[int, int], ...]  # net and score
    leaving: Leaving
    heir: int | None  # the node that grabs the role anew
    heir_bps: int


@dataclass(frozen=True)
class ReportPlan:
    """What the reporter says of one party in one period, and what follows. Value None: it keeps silent."""

    value: int | None
    quarrel: Quarrel
    ruled: int


@dataclass(frozen=True)
class StakePlan:
    """What a party of the bet risks."""

    stake: int
    share_weight: int
    tolerance_bps: int
    slope_bps: int
    cap_bps: int


@dataclass(frozen=True)
class BetPlan:
    """The bet of the group."""

    pool: int
    with_leader: bool
    parties: tuple[StakePlan, ...]
    signing: Signing
    top_up: int
    reports: tuple[tuple[ReportPlan, ...], ...]  # by period, then party
    value_bps: int | None  # of the pool; None: nobody reports it
    ends_by_consent: bool


@dataclass(frozen=True)
class LifePlan:
    """A whole life."""

    begins: int  # hours after the first of those that live together
    leader: int
    bet_asked: bool  # the group is dissolved without a bet
    roles: tuple[RolePlan, ...]
    bet: BetPlan | None
    consents: bool  # all agree to end the group before its time
    ratings: tuple[tuple[int, int], ...]  # score each member gives, and whether it opens it
    trials: frozenset[Trial]


def lives() -> st.SearchStrategy[LifePlan]:
    """Any life."""
    return st.builds(
        LifePlan,
        begins=st.integers(0, 12).map(lambda sixth: 4 * sixth),
        leader=st.integers(0, LEADERS - 1),
        bet_asked=st.booleans(),
        roles=st.lists(_roles(), min_size=1, max_size=3).map(tuple),
        bet=_mostly(_bets(), st.none(), 5),
        consents=_rarely(4),
        ratings=st.lists(
            st.tuples(st.integers(2_000, BPS), st.integers(0, 3)), min_size=4, max_size=4
        ).map(tuple),
        trials=st.frozensets(st.sampled_from(sorted(Trial)), max_size=3),
    )


def _rarely(one_in: int) -> st.SearchStrategy[bool]:
    return st.integers(1, one_in).map(lambda drawn: drawn == one_in)


def _mostly(
    usual: st.SearchStrategy[Any], otherwise: st.SearchStrategy[Any], one_in: int
) -> st.SearchStrategy[Any]:
    """One strategy, but once in so many times the other; `|` would take both alike."""
    return _rarely(one_in).flatmap(lambda other: otherwise if other else usual)


def _roles() -> st.SearchStrategy[RolePlan]:
    nodes = st.integers(0, NODES - 1)
    certain = st.lists(
        st.builds(GrabPlan, nodes, st.integers(1, 1_000)),
        min_size=1, max_size=3, unique_by=lambda grab: grab.node,
    )  # fmt: skip
    return st.builds(
        RolePlan,
        pay=st.integers(1, 300_000),
        stake=st.integers(0, 10_000),
        marked=st.booleans(),
        grabs=_mostly(certain, st.just([]), 12).map(tuple),
        choice=st.sampled_from(
            [Choice.SILENT, Choice.SILENT, Choice.SELECT, Choice.SELECT, Choice.REJECT]
        ),
        earned_bps=st.lists(st.integers(1, BPS), max_size=3).map(lambda told: tuple(sorted(told))),
        reviews=st.lists(
            st.tuples(st.integers(1, 90_000), st.integers(0, BPS)), max_size=3
        ).map(tuple),
        leaving=st.sampled_from(
            [Leaving.STAYS, Leaving.STAYS, Leaving.RESIGNS, Leaving.IS_REPLACED]
        ),
        heir=_mostly(nodes, st.none(), 4),
        heir_bps=st.integers(0, BPS),
    )  # fmt: skip


def _bets() -> st.SearchStrategy[BetPlan]:
    stakes = st.builds(
        StakePlan,
        stake=st.integers(1, 1_000_000),
        share_weight=st.integers(0, 100),
        tolerance_bps=st.sampled_from([0, 500, BPS]),
        slope_bps=st.integers(0, 50_000),
        cap_bps=st.integers(0, BPS),
    )
    said = st.builds(
        ReportPlan,
        value=_mostly(st.integers(30, 180), st.none(), 5),
        quarrel=st.sampled_from([Quarrel.NONE, Quarrel.NONE, *Quarrel]),
        ruled=st.integers(30, 180),
    )
    period = st.lists(said, min_size=4, max_size=4).map(tuple)
    return st.builds(
        BetPlan,
        pool=st.integers(0, 500_000),
        with_leader=st.booleans(),
        parties=st.lists(stakes, min_size=4, max_size=4).map(tuple),
        signing=st.sampled_from([Signing.ALL] * 5 + [Signing.ONE_MISSES]),
        top_up=st.just(0) | st.integers(1, 30_000),
        reports=st.lists(period, min_size=1, max_size=2).map(tuple),
        value_bps=_mostly(st.integers(0, BPS), st.none(), 4),
        ends_by_consent=_rarely(6),
    )
