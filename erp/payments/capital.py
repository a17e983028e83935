"""Capital of an entity. Never commits."""

from __future__ import annotations

from erp.kernel.context import Context
from erp.kernel.entry import Ledger
from erp.kernel.log.model import Fields
from erp.ledger import chart
from erp.ledger.rules import entry
from erp.parties.queries import party
from erp.payments.schemas import ContributeCapital


def contribute_capital(context: Context, command: ContributeCapital) -> Fields:
    """Books what owners paid into the entity's bank account: Dr bank, Cr capital."""
    owner = party(context.rows, command.entity)
    amount = command.amount_minor
    context.post(entry(owner.code, Ledger.GENERAL, {chart.BANK: amount}, {chart.CAPITAL: amount}))
    return {}
