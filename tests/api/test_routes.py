"""The routes as a whole: each has roles, takes only the parameters it names, and takes numbers where it takes ids."""

from __future__ import annotations

import pytest
from fastapi import APIRouter

from erp.api.document_view import SUPPLIER_TYPES
from erp.api.room_routes import RoomRoutes, RouteWithoutRoles
from erp.api.routes import ACCESS, PUBLIC, ROOMS, WRITES
from erp.api.settings import Settings
from erp.api.writes import Write
from erp.app import create_app
from erp.kernel.operation import Told
from erp.kernel.roles import Role
from erp.procurement.schemas import RecordTender
from erp.rooms import OPERATIONS

from .house import House
from .test_access import BEFORE_ANY_ROW, filled
from .test_problems import problem
from .test_story import INVOICE, delivered, done, ordered, stocked

ROUTES = sorted(ACCESS.keys() | PUBLIC)


def test_every_route_has_roles_or_starting_up_fails() -> None:
    forgotten = RoomRoutes("stock")
    forgotten.router.get("/secrets")(lambda: "told to everybody")
    with pytest.raises(RouteWithoutRoles, match="/secrets"):
        create_app(Settings("sqlite://"), [*ROOMS, forgotten])


def test_a_whole_router_put_beside_the_table_is_found() -> None:
    forgotten = RoomRoutes("stock")
    forgotten.router = APIRouter()
    forgotten.router.post("/secrets")(lambda: "written by everybody")
    with pytest.raises(RouteWithoutRoles):
        forgotten.check()


def test_what_is_told_externally_can_get_no_route() -> None:
    with pytest.raises(RouteWithoutRoles, match="RecordTender"):
        RoomRoutes("procurement").write(Write("/tenders", RecordTender, "", "", {}))


def test_each_write_has_the_roles_of_its_operation_and_each_operation_of_people_has_a_write() -> (
    None
):
    assert {write.command for write in WRITES} == {
        command for command, operation in OPERATIONS.items() if Told.BY_PEOPLE in operation.told
    }
    for write in WRITES:
        assert ACCESS[("POST", write.path)] == OPERATIONS[write.command].roles


def test_what_a_supplier_sees_are_types_of_documents() -> None:
    assert set(SUPPLIER_TYPES) <= {operation.doc_type for operation in OPERATIONS.values()}


@BEFORE_ANY_ROW
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_d10_an_unknown_parameter_is_refused_and_the_known_ones_are_named(
    door: House, method: str, path: str
) -> None:
    role = next(iter(sorted(ACCESS.get((method, path), {Role.ADMIN}))))
    answer = door.client.request(
        method,
        filled(path),
        params={"sttaus": "OPEN", "limit_": 1},
        headers=door.headers(role) | {"Idempotency-Key": "k-1"},
        json={} if method == "POST" else None,
    )
    body = problem(answer, 422, "unknown-parameter")
    assert body["parameters"] == ["limit_", "sttaus"]
    told = door.app.openapi()["paths"][path][method.lower()].get("parameters", [])
    assert body["known"] == sorted(one["name"] for one in told if one["in"] == "query")
    assert "'sttaus'" in body["detail"]
    assert all(name in body["detail"] for name in body["known"])


def test_who_has_no_token_is_not_told_what_a_route_takes(house: House) -> None:
    assert house.client.get("/orders", params={"sttaus": "OPEN"}).status_code == 401


def test_an_order_is_named_by_number_or_id(house: House) -> None:
    stocked(house)
    ordered(house)
    by_number = house.get(Role.BUYER, "/orders/PO-2026-00001")
    assert by_number.status_code == 200
    assert house.get(Role.BUYER, "/orders/1").json() == by_number.json()
    assert by_number.json()["order"]["tender"] == "TND-2026-00001"
    assert house.get(Role.BUYER, "/orders").json()["items"][0]["tender"] == "TND-2026-00001"
    numbered = house.get(Role.AUDITOR, "/documents", order="PO-2026-00001").json()
    assert numbered["items"][0]["type"] == "purchase_order"
    assert house.get(Role.AUDITOR, "/documents", order="1").json() == numbered
    for unknown in ("2", "0", "PO-2026-00002", "9" * 30):
        problem(house.get(Role.BUYER, f"/orders/{unknown}"), 404, "unknown-order")
        assert house.get(Role.AUDITOR, "/documents", order=unknown).json()["items"] == []


def test_another_suppliers_order_is_not_there_by_number_nor_by_id(house: House) -> None:
    stocked(house)
    ordered(house)
    headers = {"Authorization": f"Bearer {house.token('rival-1', Role.SUPPLIER, 'RIVAL')}"}
    for name in ("PO-2026-00001", "1"):
        hidden = house.client.get(f"/orders/{name}", headers=headers)
        body = problem(hidden, 404, "unknown-order")
        missing = house.client.get(f"/orders/{name[:-1]}7", headers=headers).json()
        assert body.keys() == missing.keys()
        assert "PO-" not in str(body).replace(name, "")


def test_a_tender_is_named_by_number_or_id(house: House) -> None:
    stocked(house)
    ordered(house)
    by_number = house.get(Role.BUYER, "/tenders/TND-2026-00001")
    assert by_number.status_code == 200
    assert house.get(Role.BUYER, "/tenders/1").json() == by_number.json()
    tender = by_number.json()["tender"]
    assert (tender["order_id"], tender["order"]) == (1, "PO-2026-00001")
    assert house.get(Role.BUYER, "/tenders").json()["items"] == [tender]
    for unknown in ("2", "0", "TND-2026-00002", "9" * 30):
        problem(house.get(Role.BUYER, f"/tenders/{unknown}"), 404, "unknown-tender")


def test_a_blocked_invoice_names_its_order(house: House) -> None:
    stocked(house)
    delivered(house)
    done(house, Role.FINANCE, "/supplier-invoices", **(INVOICE | {"net_minor": 2_000_000}))
    (blocked,) = house.get(Role.FINANCE, "/blocked-invoices").json()["items"]
    assert (blocked["order_id"], blocked["order"]) == (1, "PO-2026-00001")
