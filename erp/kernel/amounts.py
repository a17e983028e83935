"""The arithmetic of orders, exactly as the contracts have it. Pure; integers only; every rounding is named.

Amounts are minor units, rates are basis points, instants are unix seconds.
"""

from __future__ import annotations

BPS = 10_000
DAY_SECONDS = 86_400
MAX_DELIVERIES = 64  # deliveries of one order; each invoice may round its tax up by one unit


def cumulative_amount(amount: int, accepted: int, quantity: int) -> int:
    """What the cumulative accepted quantity of an order is worth: rounded down, exact when all is accepted."""
    return amount * accepted // quantity


def delivery_amount(amount: int, quantity: int, accepted_before: int, accepted: int) -> int:
    """What one more accepted delivery is worth. The deliveries of an order always add up to the whole amount."""
    after = cumulative_amount(amount, accepted_before + accepted, quantity)
    return after - cumulative_amount(amount, accepted_before, quantity)


def days_late(received_at: int, promised_at: int) -> int:
    """Days begun after the promise; 0 when in time."""
    return -(-max(0, received_at - promised_at) // DAY_SECONDS)


def penalty(accepted_amount: int, days: int, bps_per_day: int, cap_bps: int) -> int:
    """What is kept from the payment for lateness: days times the rate, at most the cap, rounded down."""
    return accepted_amount * min(days * bps_per_day, cap_bps) // BPS


def tax_within(part: int, net: int, tax: int) -> int:
    """The tax within a part of an invoice's gross amount; the rest of the part is net. Divided by largest remainder."""
    gross = net + tax
    if not gross:
        return 0
    floor, rest = divmod(part * tax, gross)
    return floor + (2 * rest > gross)


def net_allowed(accepted_amount: int, tolerance_bps: int) -> int:
    """The most an invoice may ask, net, for an accepted amount: rounded down."""
    return accepted_amount * (BPS + tolerance_bps) // BPS


def net_floor(accepted_amount: int, tolerance_bps: int) -> int:
    """The least an invoice may ask, net, for an accepted amount, unless the supplier granted a discount: rounded up."""
    return -(-accepted_amount * (BPS - tolerance_bps) // BPS)


def tax_allowed(net: int, tax_bps: int) -> int:
    """The most tax an invoice may carry: rounded up, since an invoice rounds to the nearest unit."""
    return -(-net * tax_bps // BPS)


def claim_tax(net: int, tax_bps: int) -> int:
    """The tax of a delivery claimed by silence: rounded down."""
    return net * tax_bps // BPS


def required_deposit(amount: int, tax_bps: int, tolerance_bps: int) -> int:
    """The least escrow that covers every invoice the terms allow."""
    net = net_allowed(amount, tolerance_bps)
    return net + tax_allowed(net, tax_bps) + (MAX_DELIVERIES if tax_bps else 0)
