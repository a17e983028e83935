"""Receivables: claims on buyers, sold to financiers (应收账款). Not followed yet."""

from __future__ import annotations

from bridge.capabilities.model import Capability, Contract

RECEIVABLES = Capability(
    "receivables",
    (
        Contract(
            "Receivables",
            unfollowed="payables that are due later have no documents in the ERP yet",
            holds_money=True,
        ),
    ),
)
