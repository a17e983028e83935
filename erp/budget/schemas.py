"""Commands of the budget ledger."""

from __future__ import annotations

from erp.kernel.schema import Code, Command, PositiveMinor


class ApproveBudget(Command):
    """Finance approves money that an entity may commit (预算批复): BUD Dr 9000, Cr 9003."""

    entity: Code
    amount_minor: PositiveMinor
    chain_group: Code | None = None  # for whose work; the entity may commit it for any
