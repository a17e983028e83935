"""The route of a party's credit (信用等级): its grade, and each document that moved its score."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import Field

from erp.api.access import EVERYBODY
from erp.api.request_context import Caller, ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.shown import Amount, ClassedView
from erp.credit.rules import LADDER, Mark, grade_by, next_after
from erp.credit.schemas import CreditComponent
from erp.kernel.field_class import classed
from erp.kernel.log.model import Document
from erp.kernel.log.queries import MAX_PAGE, documents_naming
from erp.kernel.roles import PARTNERS
from erp.kernel.rows import Rows
from erp.parties.errors import UnknownParty
from erp.parties.queries import party

ROUTES = RoomRoutes("master data")
TYPES = ("credit_outcome", "credit_component")
MAX_STEPS = 200  # of one path, the newest

PartyCode = Annotated[str, Path(max_length=64, pattern=r"^[^\x00]+$", examples=["ACME"])]


class GradeView(ClassedView):
    """A grade, and what it asks for."""

    classes = classed("grade least_bps newcomers")

    grade: str
    least_bps: int = Field(description="least score, basis points")
    newcomers: int = Field(description="and so many times a newcomer's value of outcomes")


class CreditStep(ClassedView):
    """A document that moved the score. Basis points; the value in minor units weighs the outcome."""

    classes = classed(
        "document at about delivery_id component delivery_bps quality_bps outcome_bps score_bps change_bps",
        money="value_minor",
    )

    document: str
    at: int
    about: str = Field(
        description="number of the order, or of the bet or group as the chain counts it"
    )
    delivery_id: int | None = Field(description="0: the order was never delivered; null: no order")
    component: CreditComponent | None = Field(description="null: delivery and quality of an order")
    delivery_bps: int | None
    quality_bps: int | None
    outcome_bps: int | None
    value_minor: Amount
    score_bps: int = Field(description="from then on")
    change_bps: int | None = Field(description="null: the first one")


class ComponentView(ClassedView):
    """What was counted of one component: plain sums, while the registry lets old outcomes fade."""

    classes = classed("component outcomes mean_bps", money="value_minor")

    component: CreditComponent
    outcomes: int
    value_minor: Amount
    mean_bps: int | None = Field(description="mean outcome, weighed by value; null: none")


class CreditView(ClassedView):
    """A party's credit: score after the newest outcome, grade by that score, and how it came about."""

    classes = classed(
        "party name status score_bps outcomes grade next_grade missing_bps ladder components complete steps"
    )

    party: str
    name: str
    status: str
    score_bps: int | None = Field(description="null: no outcome yet")
    outcomes: int
    grade: str | None = Field(
        description="by the score alone; the registry may set it lower while the value it asks for is not reached"
    )
    next_grade: GradeView | None
    missing_bps: int | None = Field(description="of the score, to the next grade")
    ladder: list[GradeView] = Field(description="the best first")
    components: list[ComponentView]
    complete: bool = Field(description="false: the newest steps alone")
    steps: list[CreditStep]


@ROUTES.read("/parties/{code}/credit", "Read a party's credit", EVERYBODY, 404)
def read_credit(context: ContextDep, caller: Caller, code: PartyCode) -> CreditView:
    """Its grade, what is missing to the next one, and each document that moved its score. Suppliers and nodes: their own."""
    if caller.role in PARTNERS and code != caller.party:
        raise UnknownParty(code)
    with context.reading() as session:
        found = party(Rows.of(session), code)
        told = documents_naming(session, TYPES, "party", code, limit=MAX_PAGE)
    steps = _steps(told)
    mark = None if found.credit_bps is None else grade_by(found.credit_bps)
    above = None if mark is None else next_after(mark)
    return CreditView(
        party=found.code,
        name=found.name,
        status=found.status,
        score_bps=found.credit_bps,
        outcomes=found.outcomes,
        grade=None if mark is None else mark.grade,
        next_grade=None if above is None else _grade(above),
        missing_bps=None if above is None else above.least_bps - (found.credit_bps or 0),
        ladder=[_grade(each) for each in LADDER],
        components=_components(steps),
        complete=len(steps) == found.outcomes and len(steps) <= MAX_STEPS,
        steps=steps[-MAX_STEPS:],
    )


def _grade(mark: Mark) -> GradeView:
    return GradeView(grade=mark.grade, least_bps=mark.least_bps, newcomers=mark.newcomers)


def _steps(documents: list[Document]) -> list[CreditStep]:
    found: list[CreditStep] = []
    for document in documents:
        fields, before = document.fields, found[-1].score_bps if found else None
        found.append(
            CreditStep(
                document=document.number,
                at=document.at,
                about=str(fields["order"] if "order" in fields else fields["subject_id"]),
                delivery_id=fields.get("delivery_id"),
                component=fields.get("component"),
                delivery_bps=fields.get("delivery_bps"),
                quality_bps=fields.get("quality_bps"),
                outcome_bps=fields.get("outcome_bps"),
                value_minor=fields["value_minor"],
                score_bps=fields["score_bps"],
                change_bps=None if before is None else fields["score_bps"] - before,
            )
        )
    return found


def _components(steps: list[CreditStep]) -> list[ComponentView]:
    told: dict[CreditComponent, list[tuple[int, int]]] = {each: [] for each in CreditComponent}
    for step in steps:
        value = step.value_minor or 0
        if step.component is not None and step.outcome_bps is not None:
            told[step.component].append((value, step.outcome_bps))
        if step.delivery_bps is not None:
            told[CreditComponent.DELIVERY].append((value, step.delivery_bps))
        if step.quality_bps is not None:
            told[CreditComponent.QUALITY].append((value, step.quality_bps))
    return [_component(name, counted) for name, counted in told.items()]


def _component(name: CreditComponent, counted: list[tuple[int, int]]) -> ComponentView:
    value = sum(weight for weight, _ in counted)
    mean = sum(weight * outcome for weight, outcome in counted) // value if value else None
    return ComponentView(component=name, outcomes=len(counted), value_minor=value, mean_bps=mean)
