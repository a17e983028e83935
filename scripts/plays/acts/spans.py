"""How long the windows of a play last: as its story tells, or the least that contracts and books allow. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

MINUTE, HOUR, DAY = 60, 3_600, 86_400
ACT_SECONDS = 4  # for one transaction to be made and mined by the clock, on a busy machine


@dataclass(frozen=True, slots=True)
class Spans:
    """Seconds that people leave each other, and what a bid has to leave as a bond (保证金), minor units."""

    bids: int  # to seal bids, and again to open them
    bonded_bids: int  # the same where a bond is asked
    bond_minor: int  # where nothing of the story hangs on a bond
    lead: int  # from a requisition to the promised day, at least
    silence: int  # of an attester, and to contest a payment
    transit: int  # from a shipment to its receipt
    payment: int  # of an order that is paid later
    grabs: int  # to grab a role
    selects: int
    work: int
    group_reports: int
    reviews: int
    signs: int  # to sign a bet, which starts then
    period: int
    bet_reports: int
    disputes: int
    rulings: int
    sale_opens: int  # from the offer of minutes to the beginning of their sale
    sale: int  # in which their price falls

    def grabs_of(self, candidates: int) -> int:
        """The same for so many candidates, who grab one after the other."""
        return max(self.grabs, candidates * ACT_SECONDS)


TOLD = Spans(
    bids=DAY, bonded_bids=DAY, bond_minor=1_000, lead=30 * DAY, silence=10 * DAY, transit=DAY,
    payment=30 * DAY, grabs=DAY, selects=DAY, work=30 * DAY, group_reports=2 * DAY, reviews=DAY,
    signs=5 * DAY, period=30 * DAY, bet_reports=5 * DAY, disputes=DAY, rulings=3 * DAY,
    sale_opens=HOUR, sale=DAY,
)  # fmt: skip

# The least: MIN_WINDOW_SECONDS of Bidding, GroupRules and BetRules, MIN_BONDED_WINDOW_SECONDS, MIN_SILENCE_SECONDS,
# MIN_WORK_SECONDS, MIN_REPORT_SECONDS. Where no contract asks for any time, as much as people need to act.
LEAST = Spans(
    bids=MINUTE, bonded_bids=HOUR, bond_minor=0, lead=0, silence=DAY, transit=0,
    payment=HOUR, grabs=MINUTE, selects=MINUTE, work=HOUR, group_reports=DAY, reviews=MINUTE,
    signs=5 * MINUTE, period=HOUR, bet_reports=HOUR, disputes=HOUR, rulings=HOUR,
    sale_opens=MINUTE, sale=MINUTE,
)  # fmt: skip


def at_least(window: int) -> Spans:
    """The same with windows that a contract allows to last a minute lasting so long: for a machine that does much else."""
    short = dict.fromkeys(("bids", "grabs", "selects", "reviews", "sale_opens", "sale"), window)
    return replace(LEAST, **short, bonded_bids=max(LEAST.bonded_bids, window))


@dataclass(frozen=True, slots=True)
class Wait:
    """Something that a play waits for by the chain's clock, and how long that takes, seconds."""

    what: str
    seconds: int


def readable(seconds: int) -> str:
    """A length of time in the two largest units that it has: `1 day 3 h`."""
    days, rest = divmod(seconds, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, left = divmod(rest, MINUTE)
    parts = [
        f"{days} day{'s' if days != 1 else ''}" if days else "",
        f"{hours} h" if hours else "",
        f"{minutes} min" if minutes else "",
        f"{left} s" if left else "",
    ]
    return " ".join([part for part in parts if part][:2]) or "0 s"
