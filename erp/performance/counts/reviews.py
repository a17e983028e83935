"""Metric 106: what customers say."""

from __future__ import annotations

from collections.abc import Sequence

from erp.kernel.log.model import Document
from erp.performance.asked import Asked

REVIEW = "review"


def score_down(documents: Sequence[Document], asked: Asked) -> int | None:
    """Mean score of the window's reviews by the net of their sales, basis points, rounded down; None: there are none."""
    said = [d.fields for d in documents if d.type == REVIEW and asked.window.holds(d.at)]
    weight = sum(f["weight_minor"] for f in said)
    return sum(f["weight_minor"] * f["score_bps"] for f in said) // weight if weight else None
