"""Operations on the credit score of a party (table `party`). Never commit."""

from __future__ import annotations

from erp.credit.schemas import RecordCreditComponent, RecordCreditOutcome
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.parties.queries import party_of
from erp.procurement import public as procurement


def record_credit_outcome(context: Context, command: RecordCreditOutcome) -> Fields:
    """Sets the supplier's score after an outcome of one of its orders. Refused when the account is another's."""
    order = procurement.order(context.rows, command.order_id)
    owner = party_of(context.rows, command.account)
    agree("Credit outcome of order", order.number, party=(owner.code, order.supplier))
    owner.credit_bps = command.score_bps
    owner.outcomes += 1
    return {**procurement.order_fields(order), "party": owner.code}


def record_credit_component(context: Context, command: RecordCreditComponent) -> Fields:
    """Sets the party's score to what it is after the outcome. Refused when no party has the account."""
    owner = party_of(context.rows, command.account)
    owner.credit_bps = command.score_bps
    owner.outcomes += 1
    return {"party": owner.code}
