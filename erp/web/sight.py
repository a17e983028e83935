"""What several pages give their templates: what the reader's role is shown, and the time line of a thing as a picture."""

from __future__ import annotations

from typing import Any

from erp.api.flows import FlowsView, StepView
from erp.api.shown import SHOWN_TO
from erp.kernel.field_class import FieldClass
from erp.kernel.schema import MAX_AMOUNT
from erp.web.reading import Reading
from erp.web.texts import Texts
from erp.web.timeline import Mark, lane_of, picture


def sight(reading: Reading) -> dict[str, Any]:
    """What the reader's role is shown, and what time it is: for the parts that templates share."""
    role = reading.caller.role
    return {
        "now": reading.context.clock(),
        "most_amount": MAX_AMOUNT,
        "reads_documents": reading.may("/documents/{number}"),
        "reads_orders": reading.may("/orders/{order}"),
        "reads_sales_orders": reading.may("/sales-orders"),
        "reads_statement": reading.may("/statements/win-win"),
        "sees_money": role in SHOWN_TO[FieldClass.MONEY],
        "sees_own_budget": role in SHOWN_TO[FieldClass.CONFIDENTIAL],
    }


def sole_party(reading: Reading) -> str:
    """The party that the reader acts for; nothing where it is none, or one of several."""
    parties = reading.caller.parties or ()
    return next(iter(parties)) if len(parties) == 1 else ""


def picture_of(flows: FlowsView, say: Texts, label: str = "Three flows in one") -> str:
    """The steps of a time line as a picture of three lanes, each mark a link to its row."""
    marks = [_mark(number, step, say) for number, step in enumerate(flows.steps, 1)]
    return picture(marks, say, label)


def _mark(number: int, step: StepView, say: Texts) -> Mark:
    return Mark(
        lane=lane_of(step.what, bool(step.cash)), title=say.kind(step.what), link=f"#step-{number}",
        on_chain=step.transaction is not None, gap=step.document is None,
    )  # fmt: skip
