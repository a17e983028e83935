"""Operations of the budget ledger. Never commit."""

from __future__ import annotations

from erp.budget import journals
from erp.budget.schemas import ApproveBudget
from erp.kernel.context import Context
from erp.kernel.entry import NO_GROUP
from erp.kernel.log.model import Fields
from erp.parties.queries import own_party


def approve_budget(context: Context, command: ApproveBudget) -> Fields:
    """Adds to what the entity may commit: BUD Dr approved, Cr available."""
    owner = own_party(context.rows, command.entity)
    context.post(
        journals.APPROVED.entry(
            owner.code,
            {"amount": command.amount_minor},
            chain_group=command.chain_group or NO_GROUP,
        )
    )
    return {}
