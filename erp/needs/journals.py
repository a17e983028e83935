"""Posting rules of proposed groups: the budget of their leaders."""

from __future__ import annotations

from erp.kernel.entry import Ledger
from erp.kernel.journal import PostingRule
from erp.ledger import chart

PROPOSED = PostingRule(
    "budget of a proposed group set aside",
    Ledger.BUDGET,
    {chart.AVAILABLE: "budget"},
    {chart.PRE_ENCUMBERED: "budget"},
)
OPENED = PostingRule(
    "group opened on its proposal",
    Ledger.BUDGET,
    {chart.PRE_ENCUMBERED: "budget"},
    {chart.ENCUMBERED: "budget"},
)
