"""D4: what each role is shown, field by field: money, the buyer's secrets, clerks' names, the house's sequence numbers."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from erp.api.document_view import SUPPLIER_TYPES, DocumentView
from erp.api.routes import ACCESS, ROOMS
from erp.api.shown import SHOWN_TO, ClassedView, withhold
from erp.api.tokens import Principal
from erp.kernel.field_class import FieldClass, classed
from erp.kernel.roles import Role
from erp.rooms import OPERATIONS

from .house import House
from .test_story import issued, paid, stocked

WITHOUT_MONEY = (
    Role.WAREHOUSE,
    Role.QUALITY,
    Role.SALES,
    Role.SERVICE,
    Role.OPERATOR,
    Role.ADMIN,
    Role.HR,
)
WITH_MONEY = (Role.PLANNER, Role.BUYER, Role.FINANCE, Role.AUDITOR)
TYPES = {made.doc_type: (command, made) for command, made in OPERATIONS.items()}
ACTS = "/acts"  # answers with JSON schemas: names of fields, and nothing that stands in the books
READS = sorted(path for method, path in ACCESS if method == "GET" and path != ACTS)
# What the paths name: what the worked case holds, and of rooms beside it a number that stands for nothing.
NAMED = defaultdict(lambda: "1", number="PO-2026-00001", order="PO-2026-00001")
# Figures of the worked case that nobody on the dock may know: ceiling, both bids, claim, deposit.
FIGURES = ("1200000", "1150000", "1180000", "997600", "1350000", "5000000")


def principal(role: Role) -> Principal:
    return Principal(1, f"{role}-1", role, "ACME" if role is Role.SUPPLIER else None, b"")


def members(value: object) -> Iterator[tuple[str, object]]:
    """All members of all objects in a JSON value."""
    if isinstance(value, dict):
        yield from value.items()
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        yield from members(part)


def page_of(house: House, role: Role, path: str) -> Any:
    """What a route of the worked house answers to a role; an empty object when it is not its route, or answers in bytes."""
    named = path.format_map(NAMED)
    limit = {"limit": 500} if path in {"/documents", "/tenders", "/requisitions"} else {}
    if role not in ACCESS["GET", path]:
        return {}
    answer = house.get(role, named, **limit)
    return answer.json() if "json" in answer.headers["content-type"] else {}


@pytest.fixture
def worked(house: House) -> House:
    """The worked case, from the first budget to the last payment."""
    stocked(house)
    paid(house)
    return house


# ---- the routes


def test_d4_roles_without_money_read_no_amount_at_any_route(worked: House) -> None:
    for role in WITHOUT_MONEY:
        for path in READS:
            answer = page_of(worked, role, path)
            told = {
                name
                for name, value in members(answer)
                if name.endswith("_minor") and value is not None
            }
            assert told == set(), (role, path)
            assert not [name for name, value in members(answer) if name == "entries" and value], (
                role,
                path,
            )
            text = json.dumps(answer)
            assert [figure for figure in FIGURES if figure in text] == [], (role, path)


def test_d4_roles_without_money_read_everything_else(worked: House) -> None:
    for role in WITHOUT_MONEY:
        items = page_of(worked, role, "/documents")["items"]
        assert len(items) == len(page_of(worked, Role.AUDITOR, "/documents")["items"])
        receipt = next(one for one in items if one["type"] == "goods_receipt")
        assert receipt["fields"]["quantity"] == 90
        assert receipt["actor"] == "warehouse:warehouse-1"
        assert page_of(worked, role, "/tenders/{tender}")["tender"]["supplier"] == "ACME"


def test_d4_the_answer_to_a_write_tells_the_dock_no_money(house: House) -> None:
    stocked(house)
    written = issued(house)
    assert written["document"]["fields"]["quantity"] == 20
    assert written["document"]["entries"] is None
    assert [one["type"] for one in written["follow_ups"]] == ["requisition"]
    assert {name for name, value in members(written) if name.endswith("_minor")} == set()


def test_d4_a_hold_tells_the_dock_no_budget(house: House) -> None:
    stocked(house, budget=7_654)
    (hold,) = issued(house)["follow_ups"]
    assert hold["type"] == "reorder_hold"
    assert "7654" not in json.dumps(hold)
    (planners,) = house.get(Role.PLANNER, "/documents", type="reorder_hold").json()["items"]
    assert "7654" in planners["fields"]["reason"]


def test_d4_roles_with_money_read_amounts(worked: House) -> None:
    for role in WITH_MONEY:
        tender = page_of(worked, role, "/tenders/{tender}")
        assert tender["tender"]["ceiling_minor"] == 1_200_000
        assert [bid["amount_minor"] for bid in tender["bids"]] == [1_150_000, 1_180_000]
        items = page_of(worked, role, "/documents")["items"]
        assert next(one for one in items if one["type"] == "payment")["entries"]


def test_d4_a_supplier_reads_no_clerks_name_and_no_sequence(worked: House) -> None:
    page = page_of(worked, Role.SUPPLIER, "/orders/{order}")
    assert page["documents"]
    for document in page["documents"]:
        assert document["sequence"] is None
        assert document["caused_by"] is None
        assert ":" not in document["actor"]
    assert {document["actor"] for document in page["documents"]} >= {
        "warehouse",
        "quality",
        "bridge",
    }
    assert page["money"]["paid_minor"] == 1_127_288
    assert any(document["entries"] for document in page["documents"])


def test_d4_only_the_auditor_reads_salts(worked: House) -> None:
    for role in Role:
        for path in READS:
            told = [value for name, value in members(page_of(worked, role, path)) if name == "salt"]
            assert all(told) if role is Role.AUDITOR else not any(told), (role, path)
    assert page_of(worked, Role.AUDITOR, "/documents")["items"][0]["salt"]


def test_d4_the_list_of_acts_is_the_same_before_and_after_the_worked_case(house: House) -> None:
    stocked(house)
    before = {role: house.get(role, ACTS).json() for role in ACCESS["GET", ACTS]}
    paid(house)
    assert before == {role: house.get(role, ACTS).json() for role in ACCESS["GET", ACTS]}
    assert all(answer == before[Role.AUDITOR] for answer in before.values())


# ---- the matrix: role x type x field


def document(doc_type: str) -> DocumentView:
    """A document of the type with every field that its operation may write."""
    _, made = TYPES[doc_type]
    return DocumentView(
        sequence=7,
        type=doc_type,
        number="X-2026-00001",
        at=1,
        actor="warehouse:anna",
        caused_by=6,
        origin=None,
        fields=dict.fromkeys(made.fields, "x"),
        entries=[{"entity": "ACME"}, {"entity": "HEFEI"}],
        salt="00",
    )


@pytest.mark.parametrize("doc_type", sorted(TYPES))
@pytest.mark.parametrize("role", list(Role))
def test_d4_each_field_of_a_document_is_shown_to_the_roles_of_its_class(
    role: Role, doc_type: str
) -> None:
    _, made = TYPES[doc_type]
    told = withhold(document(doc_type), principal(role))
    assert told.fields.keys() == {name for name, of in made.fields.items() if role in SHOWN_TO[of]}
    assert (told.salt is not None) == (role is Role.AUDITOR)
    assert (told.entries is None) == (role in WITHOUT_MONEY)


@pytest.mark.parametrize("doc_type", sorted(TYPES))
def test_d4_each_field_of_a_command_has_a_class_and_each_amount_is_money(doc_type: str) -> None:
    command, made = TYPES[doc_type]
    assert command.model_fields.keys() <= made.fields.keys(), (
        f"{doc_type}: say the class of each field"
    )
    hidden = {FieldClass.MONEY, FieldClass.PRICE, FieldClass.CONFIDENTIAL, FieldClass.OWN}
    for name, of in made.fields.items():
        assert not name.endswith("_minor") or of in hidden, (doc_type, name)


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    """All models that an answer of this type may hold."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from models(field.annotation)
    for part in get_args(annotation):
        yield from models(part)


def answers() -> set[type[BaseModel]]:
    """The models of all answers of all routes."""
    routes = [route for room in ROOMS for route in room.router.routes]
    return {model for route in routes for model in models(getattr(route, "response_model", None))}


def test_d4_each_field_of_an_answer_has_a_class_and_each_amount_is_money() -> None:
    assert len(answers()) > 20
    hidden = {FieldClass.MONEY, FieldClass.PRICE, FieldClass.CONFIDENTIAL, FieldClass.OWN}
    for model in answers():
        assert issubclass(model, ClassedView), model
        assert model.model_fields.keys() == model.classes.keys(), (
            f"{model.__name__}: say the class of each field"
        )
        for name, of in model.classes.items():
            assert not name.endswith("_minor") or of in hidden, (model, name)


def test_d4_a_field_without_a_class_is_shown_to_the_auditor_alone() -> None:
    class Careless(ClassedView):
        classes = classed("code")
        code: str
        margin: int | None

    for role in Role:
        told = withhold(Careless(code="A", margin=3), principal(role))
        assert told.code == "A"
        assert told.margin == (3 if role is Role.AUDITOR else None)
    careless = document("goods_receipt")
    careless.fields["margin"] = 3
    for role in Role:
        assert ("margin" in withhold(careless, principal(role)).fields) == (role is Role.AUDITOR)


def test_d4_what_a_supplier_sees_holds_no_secret_by_class() -> None:
    for doc_type in SUPPLIER_TYPES:
        told = withhold(document(doc_type), principal(Role.SUPPLIER))
        assert not {"estimate_minor", "saving_minor", "ceiling_minor"} & told.fields.keys()
        assert told.entries == [{"entity": "ACME"}]
        assert (told.sequence, told.caused_by, told.actor) == (None, None, "warehouse")


def test_d4_a_name_has_one_class() -> None:
    with pytest.raises(ValueError, match="order"):
        classed("order", money="order")
