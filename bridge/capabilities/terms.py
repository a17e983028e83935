"""The terms of an order, as tenders and auctions publish them (IAwardTaker.OrderTerms)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridge.capabilities.model import ZERO_REF, Posts

ORDER_TERMS = (
    "attesterPost", "arbiterPost", "region", "scheduleRoot", "promisedAt", "fundSeconds", "graceSeconds", "silenceSeconds",
    "latenessBpsPerDay", "latenessCapBps", "taxBps", "toleranceBps", "paymentSeconds",
)  # fmt: skip


def order_terms(fields: Mapping[str, Any], posts: Posts) -> dict[str, Any]:
    """The terms that a requisition asks for, with the posts that the bridge names."""
    return {
        "attesterPost": posts.attester,
        "arbiterPost": posts.arbiter,
        "region": ZERO_REF,
        "scheduleRoot": ZERO_REF,
        "promisedAt": fields["promised_at"],
        "fundSeconds": fields["fund_seconds"],
        "graceSeconds": fields["grace_seconds"],
        "silenceSeconds": fields["silence_seconds"],
        "latenessBpsPerDay": fields["lateness_bps_per_day"],
        "latenessCapBps": fields["lateness_cap_bps"],
        "taxBps": fields["tax_bps"],
        "toleranceBps": fields["tolerance_bps"],
        "paymentSeconds": fields["payment_seconds"],
    }
