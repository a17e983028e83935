"""Posting rules of the budget ledger."""

from __future__ import annotations

from erp.kernel.entry import Ledger
from erp.kernel.journal import PostingRule
from erp.ledger import chart

APPROVED = PostingRule(
    "budget approved", Ledger.BUDGET, {chart.APPROVED: "amount"}, {chart.AVAILABLE: "amount"}
)
