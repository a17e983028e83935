"""Guarantees: performance deposits and defects (履约保证金). Not followed yet."""

from __future__ import annotations

from bridge.capabilities.model import Capability, Contract

GUARANTEES = Capability(
    "guarantees",
    (
        Contract(
            "Guarantees",
            unfollowed="performance deposits and defects have no documents in the ERP yet",
            holds_money=True,
        ),
    ),
)
