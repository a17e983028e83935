"""Each route opens to the roles of the table, and to nobody else."""

from __future__ import annotations

import re

import pytest

from erp.api.routes import ACCESS
from erp.api.tokens import revoke_token
from erp.database import transaction
from erp.kernel.roles import Role

from .house import House

# Of tests of the door at every path, which the database has no part in.
BEFORE_ANY_ROW = pytest.mark.sqlite(
    "the door is opened or shut before any row but the token's is read"
)
CASES = sorted((method, path, role) for method, path in ACCESS for role in Role)


def filled(path: str) -> str:
    """The path with a number in each place, of documents that are not there."""
    return re.sub(r"{\w+}", "PO-2026-99999", path)


@BEFORE_ANY_ROW
@pytest.mark.parametrize(("method", "path"), sorted(ACCESS))
def test_no_route_opens_without_a_token(door: House, method: str, path: str) -> None:
    answer = door.client.request(method, filled(path), json={} if method == "POST" else None)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["type"] == "urn:interlock:problem:unauthenticated"


@BEFORE_ANY_ROW
@pytest.mark.parametrize(("method", "path", "role"), CASES)
def test_a_role_opens_its_own_routes_and_no_other(
    door: House, method: str, path: str, role: Role
) -> None:
    answer = door.client.request(
        method, filled(path), headers=door.headers(role), json={} if method == "POST" else None
    )
    if role in ACCESS[(method, path)]:
        assert answer.status_code not in {401, 403}
        assert answer.status_code < 500
        return
    assert answer.status_code == 403
    body = answer.json()
    assert body["roles_needed"] == sorted(ACCESS[(method, path)])
    assert body["role"] == role
    assert body["roles_needed"][0] in body["detail"]


def test_a_revoked_token_opens_nothing(house: House) -> None:
    assert house.get(Role.PLANNER, "/me").json() == {
        "name": "planner-1",
        "role": "planner",
        "party": None,
        "person": None,
    }
    with transaction(house.engine) as session:
        revoke_token(session, "planner-1", house.clock.now)
    assert house.get(Role.PLANNER, "/me").status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Basic abc", "Bearer erp_wrong", "Bearer \xff"])
def test_a_malformed_or_unknown_token_is_nobody(house: House, header: str) -> None:
    answer = house.client.get("/me", headers={"Authorization": header.encode("latin-1")})
    assert answer.status_code == 401


def test_nobody_tells_an_external_event(house: House) -> None:
    spoken = {"tenders", "bids", "awards", "payments", "escrow", "despatches", "enrolments"}
    written = {path.strip("/") for method, path in ACCESS if method == "POST"}
    assert not written & spoken
    bodies = str(
        [
            route["post"]["requestBody"]
            for route in house.app.openapi()["paths"].values()
            if "post" in route
        ]
    )
    for command in ("RecordTender", "RecordBid", "RecordAward", "RecordPayment", "AttestReceipt"):
        assert command not in bodies
    for command in ("OpenPurchaseOrder", "RecordEscrowDeposit", "RecordDespatch", "EnrolParty"):
        assert command not in bodies
