"""The budget of a party beside what is to be approved: finance approves by its figures."""

from __future__ import annotations

from sqlalchemy.orm import Session

from erp.api.row import Row
from erp.api.shown import Amount
from erp.api.sides import is_outside
from erp.api.tokens import Principal
from erp.budget.queries import status_of
from erp.kernel.field_class import classed
from erp.kernel.roles import PARTNERS


class BudgetView(Row):
    """The budget of a party, minor units, with what a proposal sets aside of it."""

    classes = classed(
        "entity",
        confidential="approved_minor available_minor pre_encumbered_minor encumbered_minor expended_minor",
    )

    entity: str
    approved_minor: Amount
    available_minor: Amount
    pre_encumbered_minor: Amount
    encumbered_minor: Amount
    expended_minor: Amount


def budget_of(session: Session, code: str) -> BudgetView | None:
    """The budget of a party of the house; None of an outside partner."""
    return (
        None if is_outside(session, code) else BudgetView.model_validate(status_of(session, code))
    )


def budget_shown(session: Session, caller: Principal, code: str) -> BudgetView | None:
    """The same for a caller: a partner's own people see none, a known person those of the parties that it works for."""
    own = caller.parties is None or code in caller.parties
    return budget_of(session, code) if own and caller.role not in PARTNERS else None
