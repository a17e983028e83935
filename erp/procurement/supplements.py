"""What a ruling adds to a delivery that was settled before, exactly as the contract pays it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from erp.kernel import amounts
from erp.procurement.tables import Delivery, PurchaseOrder


@dataclass(frozen=True)
class Supplement:
    """Minor units. paid = net + tax + penalty_returned - penalty; never is anything taken back."""

    amount: int
    net: int
    tax: int
    penalty_returned: int
    penalty: int

    @property
    def paid(self) -> int:
        """What the supplier gets."""
        return self.net + self.tax + self.penalty_returned - self.penalty

    @property
    def is_nothing(self) -> bool:
        """True when no payment follows: nothing more is accepted, and what the price adds goes to the penalty."""
        return self.amount + self.paid == 0


def penalty_of(order: PurchaseOrder, accepted_amount: int, days_late: int, gross: int) -> int:
    """The penalty of a delivery, minor units: at most what is paid for it."""
    penalty = amounts.penalty(
        accepted_amount, days_late, order.lateness_bps_per_day, order.lateness_cap_bps
    )
    return min(penalty, gross)


def supplement(
    order: PurchaseOrder, delivery: Delivery, accepted_amount: int, days_late: int
) -> Supplement:
    """What a settled delivery, as it stands in the books, gets when it is worth this and was that late."""
    more = accepted_amount - delivery.accepted_amount_minor
    before_net, before_tax = delivery.net_minor, delivery.tax_minor
    discounted = delivery.discount_minor is not None
    net = before_net + more if discounted else max(before_net, accepted_amount)
    tax = max(before_tax, amounts.claim_tax(net, order.tax_bps))
    penalty = penalty_of(order, accepted_amount, days_late, net + tax)
    before = penalty_of(
        order, delivery.accepted_amount_minor, delivery.days_late, before_net + before_tax
    )
    added = net + tax - before_net - before_tax
    return Supplement(
        amount=more,
        net=net - before_net,
        tax=tax - before_tax,
        penalty_returned=max(before - penalty, 0),
        penalty=min(max(penalty - before, 0), added),
    )
