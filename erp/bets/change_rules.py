"""Pure rules of papers that change a bet that runs: amendments and more in the pool (对赌变更, 追加增值池)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from erp.bets.rules import BPS, KEPT
from erp.bets.terms_rules import (
    MAX_PARTIES,
    MAX_PERIODS,
    MAX_RUN_SECONDS,
    MAX_START_SECONDS,
    MIN_PARTIES,
    MIN_WINDOW_SECONDS,
    outside,
    unsound_pledge,
)

MAX_AMENDMENTS = 16  # of BetAmendments.sol: that one bet agrees on
CURVE = ("stake_minor", "tolerance_bps", "slope_bps", "cap_bps")  # what stays as it was signed
DATES = ("start", "periods", "from_period", "sign_by")

Told = Mapping[str, Any]


class BetPaperStatus(StrEnum):
    """PROPOSED → APPROVED by the last approval → STANDING by the event that proposes it → DONE by what makes it binding.

    A top-up goes from APPROVED to DONE. PROPOSED, APPROVED → WITHDRAWN, and STANDING too once nobody can sign it any more;
    all but DONE → ENDED with the bet.
    """

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    STANDING = "STANDING"
    DONE = "DONE"
    WITHDRAWN = "WITHDRAWN"
    ENDED = "ENDED"


@dataclass(frozen=True, slots=True)
class Seated:
    """A party of a bet that goes on: what it is bound by, and its share from a period on."""

    curve: Mapping[str, int]  # by the names in CURVE
    share_bps: int


@dataclass(frozen=True, slots=True)
class Running:
    """A bet that runs, as far as a change of it is concerned."""

    sponsor: str
    start: int
    periods: int
    period_seconds: int
    indexed: bool
    last_from: int  # first period of the newest amendment in force; 0: none
    amendments: int  # agreed so far
    seated: Mapping[str, Seated]
    ever: frozenset[str]  # parties, who left among them


def objection(bet: Running, proposer: str, told: Told, now: int) -> str | None:
    """What is wrong with a change of a bet that is proposed at `now`; None when nothing is."""
    return next(_objections(bet, proposer, told, now), None)


def _objections(bet: Running, proposer: str, told: Told, now: int) -> Iterator[str]:
    if proposer != bet.sponsor and proposer not in bet.seated:
        yield f"{proposer} is neither the sponsor nor a party that goes on"
    if (told["start"], told["periods"]) != (bet.start, bet.periods) and proposer != bet.sponsor:
        yield f"only its sponsor, {bet.sponsor}, moves its dates"
    if bet.amendments >= MAX_AMENDMENTS:
        yield f"it was changed {bet.amendments} times, the most that a bet takes"
    yield from _dates(bet, told, now)
    yield from _who(bet, told)
    for party in told["parties"]:
        for why in _of_party(bet, party):
            yield f"{party['party']}: {why}"
    yield from _shares(bet, told)


def _dates(bet: Running, told: Told, now: int) -> Iterator[str]:
    periods, first = told["periods"], told["from_period"]
    yield from outside("periods", periods, 1, MAX_PERIODS)
    whole = periods * bet.period_seconds
    yield from outside("all periods together", whole, MIN_WINDOW_SECONDS, MAX_RUN_SECONDS)
    yield from outside("from_period", first, max(1, bet.last_from), min(periods, bet.periods))
    sign_by = bet.start + first * bet.period_seconds
    if told["start"] != bet.start:
        yield from outside("start", told["start"], bet.start, bet.start + MAX_START_SECONDS)
        if first != 1:
            yield f"a later start changes all periods: from_period is {first}, not 1"
        sign_by = bet.start
    yield from outside("sign_by", told["sign_by"], now + 1, sign_by)


def _who(bet: Running, told: Told) -> Iterator[str]:
    leaver, newcomer = told["leaver"], told["newcomer"]
    names = [party["party"] for party in told["parties"]]
    yield from (f"{name} is named twice" for name in sorted(set(names)) if names.count(name) > 1)
    if leaver is not None and leaver not in bet.seated:
        yield f"{leaver} is no party that could leave"
    if newcomer is not None and newcomer in bet.ever:
        yield f"{newcomer} is or was a party already, and joins no second time"
    going_on = set(bet.seated) - {leaver} | ({newcomer} if newcomer is not None else set())
    for name in sorted(going_on - set(names)):
        yield f"{name} goes on, and nothing is said of what it pledges"
    for name in sorted(set(names) - going_on):
        yield f"{name} does not go on"
    yield from outside("parties that go on", len(going_on), MIN_PARTIES, MAX_PARTIES)


def _of_party(bet: Running, party: Told) -> Iterator[str]:
    known = bet.seated.get(party["party"])
    for name in CURVE if known is not None else ():
        if party[name] != known.curve[name]:  # type: ignore[union-attr]
            yield f"{name} stays {known.curve[name]}, and is told as {party[name]}"  # type: ignore[union-attr]
    yield from unsound_pledge(party, indexed=bet.indexed)


def _shares(bet: Running, told: Told) -> Iterator[str]:
    """Shares make a whole; where somebody left or leaves, all contributions together do not grow."""
    shares = sum(party["share_bps"] for party in told["parties"])
    if told["leaver"] is None and len(bet.ever) == len(bet.seated):
        if shares != BPS:
            yield f"the shares sum up to {shares} basis points, not to {BPS}"
        return
    first = told["from_period"]
    before = sum(each.share_bps for each in bet.seated.values())
    after_weight = shares * (told["periods"] - first + 1) * KEPT
    before_weight = before * (bet.periods - first + 1) * KEPT
    if after_weight > before_weight:
        yield (
            f"shares of {shares} basis points from period {first} on are more than the {before} of before, and who left "
            "would share less of what it earned"
        )


def change_of(told: Told) -> dict[str, Any]:
    """The dates of a change."""
    return {name: told[name] for name in DATES}


def pledged(parties: Sequence[Told], code: str) -> Told | None:
    """What a change has a party pledge; None when it does not go on."""
    return next((party for party in parties if party["party"] == code), None)
