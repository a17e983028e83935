"""Pure rules of terms of bets: what no contract would take, what a bet stands on, and how it is told to people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from erp.bets.metrics import PLEDGEABLE, Pledgeable
from erp.bets.rules import BPS, most_lost

# The bounds of BetRules.sol.
MIN_PARTIES, MAX_PARTIES, MAX_TARGETS = 2, 128, 4
MAX_PERIODS = 60
HOUR, DAY = 3_600, 86_400
MAX_SIGN_SECONDS, MAX_START_SECONDS = 90 * DAY, 365 * DAY
MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS = HOUR, 90 * DAY
MAX_PERIOD_SECONDS, MAX_RUN_SECONDS = 366 * DAY, 5 * 366 * DAY
MAX_SLOPE_BPS = 50_000
MAX_INDEX_BPS = 20_000  # elasticity, and the way up
MAX_DOWN_BPS = BPS - 1

# What a sponsor publishes of a bet beside its parties, by the names of the event that tells of it.
PUBLISHED = (
    "region", "reporter_post", "arbiter_post", "sign_by", "start", "report_seconds", "dispute_seconds", "ruling_seconds",
    "pool_minor", "index_baseline", "index_elasticity_bps", "index_max_up_bps", "index_max_down_bps", "periods",
    "period_seconds",
)  # fmt: skip
# What a party signs, beside its targets; and of a target.
PLEDGED = ("stake_minor", "share_bps", "tolerance_bps", "slope_bps", "cap_bps")
TIERS = ("floor", "base", "stretch")
OF_A_TARGET = ("metric", "follows_index", "weight_bps", *TIERS)

Told = Mapping[str, Any]


class BetTermsStatus(StrEnum):
    """PROPOSED → APPROVED by the last ApproveBetTerms → STANDING by RecordBetContract → ENDED with the bet.

    PROPOSED, APPROVED → WITHDRAWN by WithdrawBetTerms.
    """

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    STANDING = "STANDING"
    ENDED = "ENDED"
    WITHDRAWN = "WITHDRAWN"


# ---- what no contract takes ----------------------------------------------------------------------


def objection(terms: Told, parties: Sequence[Told], now: int) -> str | None:
    """What is wrong with the terms of a bet that is proposed at `now`; None when nothing is."""
    return next(_objections(terms, parties, now), None)


def _objections(terms: Told, parties: Sequence[Told], now: int) -> Iterator[str]:
    names = [party["party"] for party in parties]
    yield from outside("parties", len(parties), MIN_PARTIES, MAX_PARTIES)
    yield from (f"{name} is named twice" for name in sorted(set(names)) if names.count(name) > 1)
    yield from _dates(terms, now)
    yield from outside("index_elasticity_bps", terms["index_elasticity_bps"], 0, MAX_INDEX_BPS)
    yield from outside("index_max_up_bps", terms["index_max_up_bps"], 0, MAX_INDEX_BPS)
    yield from outside("index_max_down_bps", terms["index_max_down_bps"], 0, MAX_DOWN_BPS)
    if terms["expected_value_minor"] > terms["pool_minor"]:
        yield f"expected_value_minor is {terms['expected_value_minor']}, the pool is {terms['pool_minor']}"
    for party in parties:
        for why in unsound_pledge(party, indexed=bool(terms["index_baseline"])):
            yield f"{party['party']}: {why}"
    shares = sum(party["share_bps"] for party in parties)
    if shares != BPS:
        yield f"the shares sum up to {shares} basis points, not to {BPS}"


def outside(name: str, value: int, least: int, most: int) -> Iterator[str]:
    """Yields what is wrong with a value that is not between two bounds."""
    if not least <= value <= most:
        yield f"{name} is {value}, not from {least} to {most}"


def _dates(terms: Told, now: int) -> Iterator[str]:
    sign_by, period = terms["sign_by"], terms["period_seconds"]
    yield from outside("sign_by", sign_by, now + 1, now + MAX_SIGN_SECONDS)
    yield from outside("start", terms["start"], sign_by, sign_by + MAX_START_SECONDS)
    yield from outside("period_seconds", period, MIN_WINDOW_SECONDS, MAX_PERIOD_SECONDS)
    yield from outside("periods", terms["periods"], 1, MAX_PERIODS)
    whole = terms["periods"] * period
    yield from outside("all periods together", whole, MIN_WINDOW_SECONDS, MAX_RUN_SECONDS)
    for name in ("report_seconds", "dispute_seconds", "ruling_seconds"):
        yield from outside(name, terms[name], MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS)


def unsound_pledge(party: Told, *, indexed: bool) -> Iterator[str]:
    """Yields what is wrong with what one party would sign. `indexed`: its targets may follow an index."""
    yield from outside("slope_bps", party["slope_bps"], 0, MAX_SLOPE_BPS)
    targets = party["targets"]
    yield from outside("targets", len(targets), 1, MAX_TARGETS)
    for target in targets:
        yield from _of_target(target, indexed=indexed)
    weights = sum(target["weight_bps"] for target in targets)
    if weights != BPS:
        yield f"the weights of its targets sum up to {weights} basis points, not to {BPS}"


def _of_target(target: Told, *, indexed: bool) -> Iterator[str]:
    metric = PLEDGEABLE.get(target["metric"])
    if metric is None:
        known = ", ".join(f"{each.code} {each.name}" for each in PLEDGEABLE.values())
        yield f"nothing is known of metric {target['metric']}; there are {known}"
        return
    floor, base, stretch = (target[name] for name in TIERS)
    if floor == base or (floor > base) != metric.at_most:
        side = "above" if metric.at_most else "below"
        yield f"{metric.name} is missed {side} its base: its floor is {floor}, its base {base}"
    elif (stretch > base) if metric.at_most else (stretch < base):
        yield f"{metric.name} is surpassed beyond its base: its stretch is {stretch}, its base {base}"
    if target["follows_index"] and not indexed:
        yield f"{metric.name} follows an index, and the terms have none"


# ---- what a bet stands on ------------------------------------------------------------------------


def published_of(told: Told) -> dict[str, Any]:
    """What is published of a bet, from what was told of it. The baseline of the index is a whole number."""
    return {name: told[name] for name in PUBLISHED} | {
        "index_baseline": int(told["index_baseline"])
    }


def pledge_of(party: Told) -> dict[str, Any]:
    """What a party signs, without what it expects; tiers are whole numbers."""
    targets = [
        {name: target[name] for name in OF_A_TARGET} | {name: int(target[name]) for name in TIERS}
        for target in party["targets"]
    ]
    return {name: party[name] for name in PLEDGED} | {"targets": targets}


def difference(agreed: Told, told: Told) -> str | None:
    """In which way what was told is not what was agreed; None when it is."""
    for name, value in agreed.items():
        if told[name] != value:
            return f"{name} is {told[name]}, agreed was {value}"
    return None


# ---- told to people ------------------------------------------------------------------------------


def shown(pledge: Told) -> dict[str, Any]:
    """What a pledge binds and promises, for people: amounts, and a sentence in two languages."""
    english, chinese = promises(pledge["targets"])
    return {
        "stake_minor": pledge["stake_minor"],
        "share_bps": pledge["share_bps"],
        "at_most_minor": most_lost(pledge["stake_minor"], pledge["cap_bps"]),
        "promises": english,
        "promises_zh": chinese,
    }


def promises(targets: Sequence[Told]) -> tuple[str, str]:
    """What these targets promise, in English and in Chinese."""
    told = [_promise(target) for target in targets]
    return "; ".join(english for english, _ in told), "；".join(chinese for _, chinese in told)


def _promise(target: Told) -> tuple[str, str]:
    code = target["metric"]
    metric = PLEDGEABLE.get(code) or Pledgeable(
        code, f"metric {code}", f"指标 {code}", "", "", at_most=target["floor"] > target["base"]
    )
    floor, base, stretch = (target[name] for name in TIERS)
    weight = f"{target['weight_bps'] / 100:g} %"
    unit = f" {metric.unit}" if metric.unit else ""
    english = (
        f"{metric.name} at {'most' if metric.at_most else 'least'} {base}{unit} (weight {weight}; missed whole at {floor}"
        + (f", surpassed at {stretch}" if stretch != base else "")
        + (", moves with the index)" if target["follows_index"] else ")")
    )
    chinese = (
        f"{metric.name_zh}不{'高' if metric.at_most else '低'}于 {base} {metric.unit_zh}（权重 {weight}；{floor} 为全失"
        + (f"，{stretch} 为超额" if stretch != base else "")
        + ("，随指数调整）" if target["follows_index"] else "）")
    )
    return english, chinese
