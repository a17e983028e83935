"""Turns purchases into a play: who bids what, and what happens on which day. Pure.

A line of the history says what was bought, from whom, for how much, when it was promised and when it came. All else
here is derived from that: the days of the tender, the rivals' bids, the ceiling and the bond.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from .purchases import Purchase

DAY_SECONDS = 86_400
BPS = 10_000
CANDIDATES_MAX = 64  # addresses that a tender invites

# Days between the steps of one line. The windows below leave half a day on every side.
TENDER_LEAD_DAYS = 14  # the tender opens so long before promise or delivery, whichever is earlier
COMMIT_DAY, REVEAL_DAY, AWARD_DAY = 1, 3, 5  # after the opening
AWARD_SPAN_DAYS = 4  # an award may wait so long for a day on which something else happens
TRANSIT_DAYS = 3  # goods leave so long before they arrive
NOON = time(12, tzinfo=UTC)  # every step of a day is taken from noon on, chain time
END_OF_DAY = time(23, 59, 59, tzinfo=UTC)  # goods that come on the promised day are in time

# Terms of every order.
COMMIT_SECONDS = 2 * DAY_SECONDS
REVEAL_SECONDS = 2 * DAY_SECONDS
FUND_SECONDS = 30 * DAY_SECONDS
SILENCE_SECONDS = 30 * DAY_SECONDS
MIN_GRACE_SECONDS = 30 * DAY_SECONDS
MAX_GRACE_SECONDS = 730 * DAY_SECONDS  # the contract's own bound
LATENESS_BPS_PER_DAY = 10
LATENESS_CAP_BPS = 1_000
MIN_CREDIT_BPS = 3_000  # below every score that the history leads to: nobody is shut out
CEILING_BPS = 11_000  # of the highest bid that has to fit under it
BOND_BPS = 100  # of the estimate
# Only where orders are paid later, by claims: those of lines that came late are sold the day after.
MAX_PAYMENT_DAYS = 180  # the contract's own bound
SELL_DAY = 1  # after the receipt
SETTLE_DAY = 1  # after a claim is due: at noon of the day itself it is due in a few minutes
DISCOUNT_BPS_PER_YEAR = 800
YEAR_DAYS = 365
ISSUE_QUANTITY = 1  # leaves the stock, so that it falls below its threshold
EARLIEST_START = date(2006, 1, 1)
START_LEAD_DAYS = (
    7  # between the start of the chain and the first tender, for deployment and onboarding
)
# Where all lines are bought at once, by the chain's own clock.
WINDOW_SECONDS_MIN = 60  # the contract's, for bids and again for reveals, where no bond is asked; with one it is an hour
AT_ONCE_LEAD_DAYS = 2  # from the day of the play to the promised one: everything comes early


class AwardMode(StrEnum):
    """Whether the vendor of the history wins, or the best bid does."""

    HISTORY = "history"  # only rivals whose last price was higher: the vendor of the history wins
    MARKET = "market"  # all rivals, at their own last price: the best bid wins


@dataclass(frozen=True, slots=True)
class Bid:
    """The vendor of a bid and its net amount, minor units."""

    vendor: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One purchase with its tender: bids, estimate, bond, and the days of each act, in UTC."""

    purchase: Purchase
    candidates: tuple[str, ...]  # invited, the vendor of the history first
    bids: tuple[Bid, ...]
    estimate_minor: int  # set aside in the budget; ceiling of the tender
    bond_minor: int
    open_day: date
    payment_days: int = 0  # paid so long after acceptance, by a claim; 0: at once

    @property
    def is_sold(self) -> bool:
        """True when its claim is sold to the financier: the line came late, and something is left of the term."""
        return self.purchase.days_late > 0 and self.payment_days > SELL_DAY

    @property
    def sell_day(self) -> date:
        """The day on which its claim is sold."""
        return self.receive_day + timedelta(days=SELL_DAY)

    @property
    def settle_day(self) -> date:
        """The day on which its claim has been due for less than a day, and is paid by itself."""
        return self.receive_day + timedelta(days=self.payment_days + SETTLE_DAY)

    def price_of(self, amount_minor: int) -> int:
        """What the financier pays for its claim: the amount less interest for the days that are left, rounded up."""
        days = self.payment_days - SELL_DAY
        interest = amount_minor * DISCOUNT_BPS_PER_YEAR * days // (BPS * YEAR_DAYS)
        return amount_minor - interest

    @property
    def commit_day(self) -> date:
        """The day on which the bids are committed."""
        return self.open_day + timedelta(days=COMMIT_DAY)

    @property
    def reveal_day(self) -> date:
        """The day on which the bids are revealed."""
        return self.open_day + timedelta(days=REVEAL_DAY)

    @property
    def award_day(self) -> date:
        """The day on which the tender is awarded: its reveal window has ended."""
        return self.open_day + timedelta(days=AWARD_DAY)

    @property
    def ship_day(self) -> date:
        """The day on which the goods leave."""
        return self.purchase.received - timedelta(days=TRANSIT_DAYS)

    @property
    def receive_day(self) -> date:
        """The day on which the goods arrive, are inspected and invoiced."""
        return self.purchase.received

    @property
    def promised_at(self) -> int:
        """Unix seconds: the last second of the promised day."""
        return int(datetime.combine(self.purchase.promised, END_OF_DAY).timestamp())

    @property
    def received_at(self) -> int:
        """Unix seconds of the receipt."""
        return noon(self.receive_day)

    @property
    def lead_seconds(self) -> int:
        """Seconds from the requisition to the promised day."""
        return self.promised_at - noon(self.open_day)

    @property
    def lowest_minor(self) -> int:
        """The amount of the lowest bid, minor units."""
        return min(bid.amount_minor for bid in self.bids)


@dataclass(frozen=True, slots=True)
class Day:
    """All that people do on one day, by position of the line in the plan. The bridge does the rest by itself."""

    day: date
    opens: tuple[int, ...]
    commits: tuple[int, ...]
    reveals: tuple[int, ...]
    ships: tuple[int, ...]
    receives: tuple[int, ...]
    awards: bool  # tenders are due to be awarded
    sells: tuple[int, ...] = ()  # claims
    settles: tuple[int, ...] = ()  # claims that have fallen due

    @property
    def in_step(self) -> bool:
        """True when the bridge has to finish today: windows run from today, or money is due today."""
        return bool(self.opens or self.receives or self.awards or self.sells or self.settles)


@dataclass(frozen=True, slots=True)
class Plan:
    """All lines with tender dates and bids, in opening order; how they are awarded, and how much later they are played."""

    mode: AwardMode
    lines: tuple[PlannedLine, ...]  # in the order in which their tenders open
    grace_seconds: int
    shift_days: int  # how much later than the history all of it is played
    payment_days: int = 0  # every order is paid so long after acceptance, by a claim; 0: at once
    commit_seconds: int = COMMIT_SECONDS
    reveal_seconds: int = REVEAL_SECONDS
    at_once: bool = False  # all lines at the same time, by the chain's own clock

    @property
    def sold_value_minor(self) -> int:
        """What the lines cost whose claims are sold, minor units."""
        return sum(line.purchase.value_minor for line in self.lines if line.is_sold)

    @property
    def begins_at(self) -> int:
        """Unix seconds at which the chain must have arrived at the latest: deployment and onboarding follow."""
        return noon(min(line.open_day for line in self.lines) - timedelta(days=START_LEAD_DAYS))

    @property
    def genesis_at(self) -> int:
        """Unix seconds at which a chain of our own begins: early in 2006, where the history begins."""
        return min(self.begins_at, noon(EARLIEST_START))

    @property
    def vendors(self) -> list[str]:
        """Every vendor, in the order of the lines that they won in the history."""
        return list(dict.fromkeys(line.purchase.vendor for line in self.lines))

    @property
    def items(self) -> dict[str, int]:
        """How many lines each item has."""
        counts: dict[str, int] = {}
        for line in self.lines:
            counts[line.purchase.item] = counts.get(line.purchase.item, 0) + 1
        return counts

    @property
    def value_minor(self) -> int:
        """What all lines cost in the history, minor units."""
        return sum(line.purchase.value_minor for line in self.lines)

    def bonds_of(self, vendor: str) -> int:
        """An upper bound of the bonds that a vendor has deposited at once, minor units."""
        return sum(
            line.bond_minor for line in self.lines for bid in line.bids if bid.vendor == vendor
        )

    def days(self) -> list[Day]:
        """Every day on which somebody acts, in order, with the lines that it concerns."""
        doing: dict[date, dict[str, list[int]]] = {}
        for position, line in enumerate(self.lines):
            for what, day in (
                ("opens", line.open_day),
                ("commits", line.commit_day),
                ("reveals", line.reveal_day),
                ("ships", line.ship_day),
                ("receives", line.receive_day),
            ):
                doing.setdefault(day, {}).setdefault(what, []).append(position)
            if line.is_sold:
                doing.setdefault(line.sell_day, {}).setdefault("sells", []).append(position)
            if line.payment_days:
                doing.setdefault(line.settle_day, {}).setdefault("settles", []).append(position)
        awards = set()
        for line in self.lines:
            span = [line.award_day + timedelta(days=n) for n in range(AWARD_SPAN_DAYS)]
            awards.add(next((day for day in span if day in doing), line.award_day))
        return [_day(day, doing.get(day, {}), day in awards) for day in sorted({*doing, *awards})]


def _day(day: date, doing: dict[str, list[int]], awards: bool) -> Day:
    names = ("opens", "commits", "reveals", "ships", "receives", "sells", "settles")
    return Day(day, awards=awards, **{name: tuple(doing.get(name, ())) for name in names})


def noon(day: date) -> int:
    """Unix seconds of noon of a day, UTC."""
    return int(datetime.combine(day, NOON).timestamp())


def make_plan(
    purchases: Sequence[Purchase], mode: AwardMode, shift_days: int = 0, payment_days: int = 0
) -> Plan:
    """Plans tenders, bids and days for these purchases, `shift_days` later than they happened.

    `payment_days`: so long after acceptance each order is paid, by a claim; 0: at once.
    """
    moved = [purchase.shifted(shift_days) for purchase in purchases]
    ordered = sorted(moved, key=open_day)  # stable: lines of one day keep the order of the file
    lines = tuple(replace(line, payment_days=payment_days) for line in _lines(ordered, mode))
    return Plan(mode, lines, _grace(lines), shift_days, payment_days)


def make_plan_at_once(
    purchases: Sequence[Purchase], mode: AwardMode, today: date, window: int = WINDOW_SECONDS_MIN
) -> Plan:
    """Plans the same tenders for one day, all at the same time, in windows of the contract's minimum, or longer ones.

    Vendors, quantities, prices and rivals are those of the history; its dates are not: all goods come on the day itself. No
    bonds are asked: with one, the contract gives bidders an hour at least.
    """
    plan = make_plan(purchases, mode)
    promised = today + timedelta(days=AT_ONCE_LEAD_DAYS)
    lines = tuple(
        replace(
            line,
            purchase=replace(line.purchase, promised=promised, received=today),
            open_day=today,
            bond_minor=0,
        )
        for line in plan.lines
    )
    return replace(plan, lines=lines, commit_seconds=window, reveal_seconds=window, at_once=True)


def days_to_shift(plan: Plan, chain_time: int) -> int:
    """Whole days by which the play must be moved so that it begins after the chain's time."""
    return max(0, (chain_time - plan.begins_at) // DAY_SECONDS + 1)


def open_day(purchase: Purchase) -> date:
    """The day on which the stock falls below its threshold."""
    return min(purchase.promised, purchase.received) - timedelta(days=TENDER_LEAD_DAYS)


def rival_amount(value_minor: int, quantity: int, wanted: int) -> int:
    """What `wanted` units cost at the price of an earlier sale, rounded half up to minor units."""
    return (2 * value_minor * wanted + quantity) // (2 * quantity)


def _lines(ordered: Iterable[Purchase], mode: AwardMode) -> Iterator[PlannedLine]:
    sold: dict[str, dict[str, Purchase]] = {}  # item -> vendor -> its last sale
    for purchase in ordered:
        last = sold.setdefault(purchase.item, {})
        rivals = {v: p for v, p in last.items() if v != purchase.vendor}
        named = (purchase.vendor, *rivals)[:CANDIDATES_MAX]
        bids = tuple(_bids(purchase, {v: rivals[v] for v in named[1:]}, mode))
        fits = (
            max(b.amount_minor for b in bids) if mode is AwardMode.MARKET else bids[0].amount_minor
        )
        estimate = _share_up(fits, CEILING_BPS)
        bond = _share_up(estimate, BOND_BPS)
        yield PlannedLine(purchase, named, bids, estimate, bond, open_day(purchase))
        last[purchase.vendor] = purchase


def _bids(purchase: Purchase, rivals: dict[str, Purchase], mode: AwardMode) -> Iterator[Bid]:
    yield Bid(purchase.vendor, purchase.value_minor)
    for vendor, sale in rivals.items():
        amount = rival_amount(sale.value_minor, sale.quantity, purchase.quantity)
        bids = amount > purchase.value_minor if mode is AwardMode.HISTORY else amount > 0
        if bids:
            yield Bid(vendor, amount)


def _grace(lines: Iterable[PlannedLine]) -> int:
    """Seconds of grace that let the latest delivery of the history still leave after its promise."""
    latest = max((noon(line.ship_day) - line.promised_at for line in lines), default=0)
    return min(max(MIN_GRACE_SECONDS, latest + DAY_SECONDS), MAX_GRACE_SECONDS)


def _share_up(amount: int, bps: int) -> int:
    return -(-amount * bps // BPS)
