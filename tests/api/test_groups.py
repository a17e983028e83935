"""Chain groups over HTTP: what the house reads, what another firm reads of its own, and proposals of two persons."""

from __future__ import annotations

from typing import Any

from erp.kernel.roles import Role
from erp.payments.schemas import RecordTokenIssue
from tests.erp import groups as told
from tests.erp.world import REF

from .house import BUYER, RIVAL, SUPPLIER, House

PAY = 300_000


def open_groups(house: House) -> None:
    """Two open groups that Hefei leads: Acme grabbed a role of the first, its rival one of the second."""
    for who in (BUYER, SUPPLIER, RIVAL):
        house.settle(RecordTokenIssue(account=who, amount_minor=1_000_000, bank_ref=REF))
    for group_id, who in ((1, SUPPLIER), (2, RIVAL)):
        house.settle(told.order_at(house.clock.now, (PAY,), group_id=group_id, leader=BUYER))
        house.settle(told.grab("nobody", group_id=group_id, node=who))


def codes(house: House, role: Role) -> list[str]:
    """The groups that a role lists."""
    return [row["code"] for row in house.get(role, "/groups").json()["items"]]


def form_first(house: House) -> None:
    """The first group works."""
    house.clock.now += told.GRAB + told.SELECT
    house.settle(told.forming(100).model_copy(update={"group_id": 1, "leader": BUYER}))


def test_a_firm_lists_its_own_groups_and_a_node_the_open_ones_too(house: House) -> None:
    open_groups(house)
    first, second = codes(house, Role.AUDITOR)
    assert codes(house, Role.SUPPLIER) == [first]
    assert codes(house, Role.NODE) == [first, second]
    form_first(house)
    assert codes(house, Role.NODE) == [first, second]
    assert house.get(Role.SUPPLIER, f"/groups/{first}").status_code == 200
    assert house.get(Role.SUPPLIER, f"/groups/{second}").status_code == 404
    assert house.get(Role.NODE, f"/groups/{second}").status_code == 200
    assert house.get(Role.AUDITOR, "/groups/GRP-2026-09999").status_code == 404


def test_a_page_of_a_group_shows_roles_candidates_and_members_by_code_or_id(house: House) -> None:
    open_groups(house)
    form_first(house)
    page = house.get(Role.FINANCE, "/groups/1").json()
    assert page == house.get(Role.FINANCE, f"/groups/{page['group']['code']}").json()
    assert page["group"]["status"] == "FORMED"
    assert page["group"]["budget_minor"] == PAY
    assert [role["pay_minor"] for role in page["roles"]] == [PAY]
    (candidate,) = page["candidates"]
    assert (candidate["party"], candidate["stake_held_minor"]) == ("ACME", told.STAKE)
    assert [(row["role_id"], row["party"]) for row in page["members"]] == [(0, "HEFEI"), (1, "ACME")]  # fmt: skip


def test_the_dock_reads_groups_without_any_amount(house: House) -> None:
    open_groups(house)
    page = house.get(Role.WAREHOUSE, "/groups/1").json()
    shown: dict[str, Any] = {**page["group"], **page["roles"][0], **page["candidates"][0]}
    withheld = {name for name, value in shown.items() if name.endswith("_minor") and value}
    assert not withheld
    assert (shown["pledge"], shown["target"]) == (None, None)
    assert house.get(Role.SUPPLIER, "/groups/1").json()["group"]["reserved_minor"] is None
