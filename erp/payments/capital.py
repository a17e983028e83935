"""Capital of an entity. Never commits."""

from __future__ import annotations

from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.parties.queries import own_party
from erp.payments import journals
from erp.payments.schemas import ContributeCapital


def contribute_capital(context: Context, command: ContributeCapital) -> Fields:
    """Books what owners paid into the entity's bank account: Dr bank, Cr capital."""
    owner = own_party(context.rows, command.entity)
    context.post(journals.CONTRIBUTED.entry(owner.code, {"amount": command.amount_minor}))
    return {}
