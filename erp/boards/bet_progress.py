"""The progress of a bet (对赌进度): party by period, what is pledged after the index, reached so far, and reported.

Sums are as the contract would settle them now: by what was reported or ruled; a period that nobody reported counts as kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from erp.bets import change_queries as changes
from erp.bets import queries as bets
from erp.bets.change_outlooks import outlooks_of
from erp.bets.metrics import PLEDGEABLE
from erp.bets.outlooks import Outlook
from erp.bets.rules import BPS, share_down
from erp.bets.tables import Bet, BetMeasure, BetParty
from erp.kernel.log.queries import head
from erp.kernel.rows import Rows
from erp.performance.due import Reached, progress
from erp.performance.measuring import window_of


class ReportState(StrEnum):
    """Where the report of a party's period stands."""

    TO_COME = "to come"  # the period has not begun
    RUNNING = "running"
    DUE = "due"  # the period is over, and its report may still be told
    PREPARED = "prepared"  # measured here, not on chain yet
    REPORTED = "reported"
    DISPUTED = "disputed"
    RULED = "ruled"
    SILENT = "silent"  # nobody told anything in time: it counts as kept


@dataclass(frozen=True, slots=True)
class TargetReached:
    """A pledged figure of a period: its tiers after the index, rounded down to be shown, and what was reached so far."""

    metric: int
    name: str | None  # None: a metric that is not known here
    name_zh: str | None
    unit: str | None
    weight_bps: int
    follows_index: bool
    floor: int
    base: int
    stretch: int
    value: int | None  # None: the period has not begun, or the books do not measure it


@dataclass(frozen=True, slots=True)
class PeriodReached:
    """A party in one period. Unix seconds."""

    period: int
    start: int
    end: int
    factor_bps: int  # by which the index moves what follows it
    state: ReportState
    report: str | None  # the document by which it was reported, or prepared
    disputed_by: str | None
    kept_bps: int | None  # as reported or ruled, else live; None: not measured
    attainment_bps: int | None
    evidence: tuple[int, ...]  # sequences of the documents that show it
    targets: tuple[TargetReached, ...]


@dataclass(frozen=True, slots=True)
class PartyProgress:
    """A party with its periods, and what it would have if the bet were settled now. Minor units."""

    party: str
    periods: tuple[PeriodReached, ...]
    shortfall: int  # sum of basis points over the periods that were reported
    penalty_minor: int
    contribution: int
    share_minor: int


@dataclass(frozen=True, slots=True)
class ChangeAhead:
    """A change of the bet that may still bind, and the cases of each who shares then."""

    number: str
    status: str
    from_period: int
    outlooks: tuple[Outlook, ...]


@dataclass(frozen=True, slots=True)
class BetProgress:
    """The whole matrix, as of a document of the log. Minor units."""

    bet: str
    status: str
    at: int
    as_of: int  # sequence of the newest document
    pool_minor: int
    value_added_minor: int
    penalties_minor: int
    pot_minor: int
    weight: int
    rounding_minor: int  # of the pot, that no share takes: fewer than there are parties
    parties: tuple[PartyProgress, ...]
    changes: tuple[ChangeAhead, ...]


def bet_progress(session: Session, key: int | str, now: int) -> BetProgress:
    """The progress of the bet with an id or number, as of `now`, unix seconds. Raises UnknownBet."""
    rows = Rows.of(session)
    bet = bets.bet(rows, key)
    reached = {(each.party, each.period): each for each in progress(session, bet, now)}
    pot = bet.value_added_minor + bet.penalties_minor
    parties = tuple(_party(rows, bet, member, reached, now) for member in bets.parties(rows, bet))
    return BetProgress(
        bet=bet.number,
        status=bet.status,
        at=now,
        as_of=head(session),
        pool_minor=bet.pool_minor,
        value_added_minor=bet.value_added_minor,
        penalties_minor=bet.penalties_minor,
        pot_minor=pot,
        weight=bet.weight,
        rounding_minor=pot - sum(each.share_minor for each in parties) if bet.weight else 0,
        parties=parties,
        changes=tuple(
            ChangeAhead(
                number=each.number,
                status=each.status,
                from_period=changes.dates_in(each)["from_period"],
                outlooks=tuple(outlooks_of(rows, each, now)),
            )
            for each in changes.changes_of(rows, bet.number)
            if each.status in changes.LIVING
        ),
    )


def _party(
    rows: Rows,
    bet: Bet,
    member: BetParty,
    reached: dict[tuple[str, int], Reached],
    now: int,
) -> PartyProgress:
    told = {each.period: each for each in bets.measures(rows, bet, member.party)}
    pot = bet.value_added_minor + bet.penalties_minor
    return PartyProgress(
        party=member.party,
        periods=tuple(
            _period(
                rows,
                bet,
                member,
                period,
                (reached.get((member.party, period)), told.get(period)),
                now,
            )
            for period in range(member.from_period, bets.last_period(bet, member) + 1)
        ),
        shortfall=member.shortfall,
        penalty_minor=member.penalty_minor,
        contribution=member.contribution,
        share_minor=share_down(pot, member.contribution, bet.weight),
    )


def _period(
    rows: Rows,
    bet: Bet,
    member: BetParty,
    period: int,
    known: tuple[Reached | None, BetMeasure | None],
    now: int,
) -> PeriodReached:
    live, told = known
    window, factor = window_of(bet, period), bets.factor_of(rows, bet, period)
    pledged = bets.targets_of(bets.pledge_in(bets.pledges(rows, bet, member.party), period))
    values = live.values if live is not None else (None,) * len(pledged)
    kept = live.kept_bps if live is not None else None
    attained = live.attainment_bps if live is not None else None
    if told is not None and told.reported_by is not None:
        kept, attained = BPS - told.shortfall_bps, told.attainment_bps
    return PeriodReached(
        period=period,
        start=window.start,
        end=window.end,
        factor_bps=factor,
        state=_state(bet, window.start, window.end, live, told, now),
        report=live.report if live is not None else None,
        disputed_by=told.disputed_by if told is not None else None,
        kept_bps=kept,
        attainment_bps=attained,
        evidence=live.documents if live is not None else (),
        targets=tuple(
            _target(target, factor, value) for target, value in zip(pledged, values, strict=True)
        ),
    )


def _state(
    bet: Bet, start: int, end: int, live: Reached | None, told: BetMeasure | None, now: int
) -> ReportState:
    if told is not None and told.disputed_by is not None:
        return ReportState.DISPUTED
    if told is not None and told.reported_by is not None:
        return ReportState.RULED if told.ruled else ReportState.REPORTED
    if live is not None and live.report is not None:
        return ReportState.PREPARED
    if now < end:
        return ReportState.TO_COME if now < start else ReportState.RUNNING
    return ReportState.DUE if now < end + bet.report_seconds else ReportState.SILENT


def _target(target: dict[str, object], factor: int, value: int | None) -> TargetReached:
    metric = int(str(target["metric"]))
    words = PLEDGEABLE.get(metric)
    follows = bool(target["follows_index"])
    by = factor if follows else BPS
    floor, base, stretch = (
        int(str(target[name])) * by // BPS for name in ("floor", "base", "stretch")
    )
    return TargetReached(
        metric=metric,
        name=words.name if words is not None else None,
        name_zh=words.name_zh if words is not None else None,
        unit=words.unit if words is not None else None,
        weight_bps=int(str(target["weight_bps"])),
        follows_index=follows,
        floor=floor,
        base=base,
        stretch=stretch,
        value=value,
    )
