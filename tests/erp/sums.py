"""Sums of the journal's lines for tests, by the dimension that a consolidation or a group's books are read by."""

from __future__ import annotations

from sqlalchemy import func, select

from erp.database import snapshot
from erp.kernel.base import metadata
from tests.erp.world import World

LINE = metadata.tables["journal_line"]


def by_counterparty(world: World, entity: str, account: str) -> dict[str | None, int]:
    """Debits less credits of an account by counterparty, minor units, without those at zero."""
    return _sums(world, entity, account, "counterparty")


def by_group(world: World, entity: str, account: str) -> dict[str | None, int]:
    """Debits less credits of an account by chain group ("": none), minor units, without those at zero."""
    return _sums(world, entity, account, "chain_group")


def _sums(world: World, entity: str, account: str, dimension: str) -> dict[str | None, int]:
    key = LINE.c[dimension]
    net = func.sum(LINE.c.debit_minor - LINE.c.credit_minor)
    of = (LINE.c.entity == entity) & (LINE.c.account == account)
    with snapshot(world.engine) as session:
        found = session.execute(select(key, net).where(of).group_by(key))
        return {name: int(amount) for name, amount in found if amount}
