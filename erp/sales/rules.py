"""Pure rules of sales: states of an order, prices, a customer's score and limit, provision for bad debts, signals.

Amounts are minor units, rates basis points, instants unix seconds. Integers only; every rounding is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from erp.kernel.amounts import BPS, DAY_SECONDS, days_late
from erp.ledger import chart

# ---- states -------------------------------------------------------------------------------------


class SaleStatus(StrEnum):
    """OPEN → CONFIRMED or, by HoldSalesOrder, HELD, all three with the order; HELD → CONFIRMED by ReleaseSalesOrder.

    CONFIRMED → DESPATCHED by DespatchSale, → DELIVERED by DeliverSale; a service goes from CONFIRMED to DELIVERED.
    DELIVERED → PAID by RecordReceipt, or by a ReturnSale that leaves nothing owed; DELIVERED, PAID → RETURNED by the
    ReturnSale of the last unit; HELD, CONFIRMED → CANCELLED by CancelSalesOrder.
    """

    OPEN = "OPEN"
    HELD = "HELD"
    CONFIRMED = "CONFIRMED"
    DESPATCHED = "DESPATCHED"
    DELIVERED = "DELIVERED"
    PAID = "PAID"
    RETURNED = "RETURNED"
    CANCELLED = "CANCELLED"


COMMITTED = (SaleStatus.CONFIRMED, SaleStatus.DESPATCHED)  # to be delivered: owed before long
WITH_CUSTOMER = (SaleStatus.DELIVERED, SaleStatus.PAID, SaleStatus.RETURNED)


class SaleKind(StrEnum):
    """What is sold, and so which income it is and where its cost comes from."""

    GOODS = "goods"  # 商品: 6001, out of stock
    SERVICE = "service"  # 生态服务: 6051.04, out of production cost


class CustomerKind(StrEnum):
    """Who buys."""

    PERSON = "person"  # 个人用户
    FIRM = "firm"  # 企业客户


INCOME_ACCOUNT = {SaleKind.GOODS: chart.REVENUE, SaleKind.SERVICE: chart.ECOSYSTEM_REVENUE}

# ---- amounts of an order ------------------------------------------------------------------------


def output_tax(net: int, tax_bps: int) -> int:
    """The VAT of an invoice: to the nearest minor unit, a half up."""
    return (2 * net * tax_bps + BPS) // (2 * BPS)


def share(whole: int, part: int, before: int, quantity: int) -> int:
    """What `part` more units of `quantity` are worth, `before` units on: rounded down in sum, exact with the last."""
    return whole * (before + part) // quantity - whole * before // quantity


# ---- a customer's score and limit ---------------------------------------------------------------

NEWCOMER_BPS = 8_000  # the score of whom nothing is known
NEWCOMER_WEIGHT = 1_000_000  # minor units: what it weighs against what was seen
LATE_BPS_A_DAY = 200  # a debt paid 50 days late, or later, counts as nothing
REVIEW_DIVISOR = 5  # a review weighs a fifth of its sale: who is content pays


def payment_outcome(days: int) -> int:
    """What a debt says of its customer, basis points, when it is so many days late."""
    return max(0, BPS - LATE_BPS_A_DAY * days)


@dataclass(frozen=True)
class Behaviour:
    """What was seen of a customer: amounts, and their sum times what each says of it."""

    weight: int
    weighted: int

    def with_outcome(self, weight: int, outcome_bps: int) -> Behaviour:
        """The same with one outcome more."""
        return Behaviour(self.weight + weight, self.weighted + weight * outcome_bps)

    @property
    def score_bps(self) -> int:
        """The weighted mean with a newcomer's score among it, rounded down."""
        weighted = NEWCOMER_WEIGHT * NEWCOMER_BPS + self.weighted
        return weighted // (NEWCOMER_WEIGHT + self.weight)


def allowed(limit: int, score_bps: int) -> int:
    """What a customer may owe and have on order: its limit times its score, rounded down."""
    return limit * score_bps // BPS


# ---- provision for bad debts --------------------------------------------------------------------

# Days past due up to which a rate holds, and the rate of a customer whose score is zero.
AGEING = ((0, 1_000), (30, 2_000), (90, 5_000), (365, 10_000))
OLDEST = len(AGEING)  # the bucket of what is older: lost, whatever the score


def bucket(at: int, due_at: int) -> int:
    """Which part of the ageing list a debt belongs to: 0 not due, OLDEST more than a year late."""
    days = days_late(at, due_at)
    return next((place for place, (most, _) in enumerate(AGEING) if days <= most), OLDEST)


def provision_bps(place: int, score_bps: int) -> int:
    """How much of a debt is provided for: its rate by age times what the score lacks, rounded down; all of the oldest."""
    return BPS if place == OLDEST else AGEING[place][1] * (BPS - score_bps) // BPS


def provision_up(amount: int, bps: int) -> int:
    """The provision for an amount, rounded up: caution."""
    return -(-amount * bps // BPS)


# ---- signals ------------------------------------------------------------------------------------

SIGNAL_DAYS = 7
WEEKS_BEFORE = 4
SIGNAL_BPS = 15_000  # a week above one and a half times what was to be expected
SIGNAL_SECONDS = SIGNAL_DAYS * DAY_SECONDS


def is_signal(week: int, weeks_before: int) -> bool:
    """True when a week's orders exceed 1.5 times the mean of the WEEKS_BEFORE weeks; never when these had none."""
    return weeks_before > 0 and week * WEEKS_BEFORE * BPS > weeks_before * SIGNAL_BPS
