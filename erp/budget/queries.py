"""Reading budgets from the balances of the budget ledger."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from erp.budget.errors import BudgetExceeded
from erp.kernel.rows import Rows
from erp.ledger import chart
from erp.ledger.queries import entity_balances, standing
from erp.parties.kinds import PartyKind
from erp.parties.queries import party


@dataclass(frozen=True)
class BudgetStatus:
    """The budget of an entity, minor units: approved = available + pre_encumbered + encumbered + expended (I5)."""

    entity: str
    approved_minor: int
    available_minor: int
    pre_encumbered_minor: int
    encumbered_minor: int
    expended_minor: int


def available(rows: Rows, entity: str) -> int:
    """What the entity may still commit, minor units."""
    return standing(rows, entity, chart.AVAILABLE)


def has_budget(rows: Rows, entity: str) -> bool:
    """True when somebody ever approved a budget of the entity."""
    return standing(rows, entity, chart.APPROVED) != 0


def unbudgeted(rows: Rows, code: str, amount: int) -> int:
    """What of an amount no budget of a party was set aside for, minor units; 0 of a party that has none here."""
    own = party(rows, code).kind != PartyKind.EXTERNAL
    return amount if own and has_budget(rows, code) else 0


def expect_available(rows: Rows, entity: str, asked: int) -> None:
    """Raises BudgetExceeded when the entity may not commit so much more, minor units."""
    free = available(rows, entity)
    if asked > free:
        raise BudgetExceeded(entity, free, asked)


def status_of(session: Session, entity: str) -> BudgetStatus:
    """The budget of one entity; all zero when nobody ever approved one."""
    none = BudgetStatus(entity, 0, 0, 0, 0, 0)
    return next((each for each in budgets(session) if each.entity == entity), none)


def budgets(session: Session) -> list[BudgetStatus]:
    """The budgets of all entities that have one, by entity."""
    approved = entity_balances(session, chart.APPROVED)
    free, reserved = (
        entity_balances(session, chart.AVAILABLE),
        entity_balances(session, chart.PRE_ENCUMBERED),
    )
    ordered, spent = (
        entity_balances(session, chart.ENCUMBERED),
        entity_balances(session, chart.EXPENDED),
    )
    return [
        BudgetStatus(
            entity=entity,
            approved_minor=amount,
            available_minor=-free.get(entity, 0),
            pre_encumbered_minor=-reserved.get(entity, 0),
            encumbered_minor=-ordered.get(entity, 0),
            expended_minor=-spent.get(entity, 0),
        )
        for entity, amount in approved.items()
    ]
