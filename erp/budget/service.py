"""Operations of the budget ledger. Never commit."""

from __future__ import annotations

from erp.budget.schemas import ApproveBudget
from erp.kernel.context import Context
from erp.kernel.entry import Ledger
from erp.kernel.log.model import Fields
from erp.ledger import chart
from erp.ledger.rules import entry
from erp.parties.queries import party


def approve_budget(context: Context, command: ApproveBudget) -> Fields:
    """Adds to what the entity may commit: BUD Dr approved, Cr available."""
    owner = party(context.rows, command.entity)
    amount = command.amount_minor
    context.post(
        entry(owner.code, Ledger.BUDGET, {chart.APPROVED: amount}, {chart.AVAILABLE: amount})
    )
    return {}
