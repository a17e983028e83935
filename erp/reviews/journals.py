"""The posting rule of pay by reviews."""

from __future__ import annotations

from erp.kernel.entry import Ledger
from erp.kernel.journal import PostingRule
from erp.ledger import chart

ACCRUED = PostingRule(
    "pay by reviews accrued",
    Ledger.GENERAL,
    {chart.REVIEW_PAY: "pay"},
    {chart.EMPLOYEE_PAY: "pay"},
)
