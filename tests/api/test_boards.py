"""The grab page and the cockpit over HTTP: a node sees its own chances, members their board, nobody a plan."""

from __future__ import annotations

import json
from typing import Any

import pytest

from erp.kernel.roles import Role
from tests.erp import groups as told
from tests.erp.world import DAY

from .house import BUYER, SUPPLIER, House
from .test_groups import PAY, form_first, open_groups
from .test_needs import SECRET, Staff, told_of

BET = "1000,50000,500,20000,5000,500000"


@pytest.fixture
def staff(house: House) -> Staff:
    """Two open groups that Hefei leads: Acme stands for the role of the first with a plan, its rival for the second's."""
    made = Staff(house)
    open_groups(house)
    assert made.plan("acme", "ACME").status_code == 201
    return made


def grab(staff: Staff, who: str, group: int = 1, query: str = "") -> dict[str, Any]:
    """The grab page as somebody sees it."""
    answer = staff.get(who, f"/groups/{group}/roles/1/grab{query}")
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def test_a_node_sees_its_own_chances_whatever_party_it_names(staff: Staff) -> None:
    page = grab(staff, "rival", query="?party=ACME")
    wallet = next(c for c in page["may_i"] if c["name"].startswith("wallet"))
    assert (wallet["holds"], wallet["have"]) == (True, 1_000_000 - told.STAKE)
    grabbed = {c["name"]: c["holds"] for c in page["may_i"]}
    assert grabbed["has not grabbed it yet"] is True
    assert grab(staff, "auditor")["may_i"] is None
    assert grab(staff, "finance", query="?party=ACME")["may_i"] is not None
    assert told_of(staff.get("finance", "/groups/1/roles/1/grab?party=NOBODY")) == (
        422,
        "unknown-party",
    )


def test_who_stands_is_shown_to_every_node_and_a_plan_to_none(staff: Staff) -> None:
    for who in ("acme", "rival", "hefei", "finance", "warehouse"):
        page = grab(staff, who)
        (stands,) = page["who_stands"]
        assert (stands["party"], stands["leads"], stands["rank"]) == ("ACME", True, 1)
        assert SECRET not in json.dumps(page)
        assert "77777" not in json.dumps(page)


def test_the_dock_sees_no_amount_on_either_page(staff: Staff) -> None:
    page = grab(staff, "warehouse", query="?party=ACME")
    assert page["role"]["pay_minor"] is None
    assert [each["pledge"] for each in page["who_stands"]] == [None]
    assert {each["have"] for each in page["may_i"]} == {None}
    board = staff.get("warehouse", "/groups/1/cockpit").json()
    assert set(board["money"].values()) == {None}
    assert set(board["ledger"].values()) == {None}
    assert board["roles"][0]["earned_bps"]["value"] == 0


def test_terms_of_a_bet_are_tried_whole_or_not_at_all(staff: Staff) -> None:
    page = grab(staff, "rival", query=f"?bet={BET}&pledge=1000")
    shown = [
        (o["reached_bps"], o["penalty_minor"], o["share_minor"]) for o in page["pledge"]["outcomes"]
    ]
    assert shown == [(8_000, 15_000, 42_040), (10_000, 0, 50_000), (12_000, 0, 58_823)]
    assert [o["pay_minor"] for o in page["pledge"]["outcomes"]] == [PAY * 8 // 10, PAY, PAY]
    without = grab(staff, "rival")["pledge"]
    assert (without["bet"], without["outcomes"][0]["share_minor"]) == (None, None)
    for wrong in ("1000", "10001,1,1,1,1,1", "1,1,1,1,1,x", f"{BET},1"):
        assert staff.get("rival", f"/groups/1/roles/1/grab?bet={wrong}").status_code == 422


def test_a_role_that_is_held_is_no_page_for_strangers_and_one_that_is_reopened_is(
    staff: Staff,
) -> None:
    form_first(staff.house)
    assert told_of(staff.get("rival", "/groups/1/roles/1/grab")) == (404, "unknown-role")
    assert grab(staff, "acme")["role"]["round"] == 1
    opened = told.s.RecordRoleReopening(
        group_id=1, role_id=1, round=2, former_holder=SUPPLIER, reason="resigned",
        grab_end=staff.house.clock.now + told.GRAB, select_end=staff.house.clock.now + told.GRAB + told.SELECT,
    )  # fmt: skip
    staff.house.settle(opened)
    page = grab(staff, "rival")
    assert (page["role"]["round"], page["who_stands"]) == (2, [])
    assert staff.get("rival", "/groups/1/roles/9/grab").status_code == 404


def test_leader_and_members_read_the_cockpit_and_candidates_do_not(staff: Staff) -> None:
    path = "/groups/1/cockpit"
    assert staff.get("hefei", path).status_code == 200
    assert told_of(staff.get("acme", path)) == (404, "unknown-group")
    form_first(staff.house)
    board = staff.get("acme", path).json()
    assert board["head"]["next"]["name"] == "work_end"
    assert board["head"]["as_of"] == staff.house.clock.now
    assert board["money"]["budget_minor"]["documents"] == [board["head"]["group"]]
    assert board["money"]["reserved_minor"] is None  # the leader's own budget: of the house
    assert staff.get("finance", path).json()["money"]["reserved_minor"]["value"] == 0
    assert told_of(staff.get("rival", path)) == (404, "unknown-group")
    assert staff.house.get(Role.SUPPLIER, path).status_code == 403


def test_a_group_over_time_is_for_who_reads_its_cockpit(staff: Staff) -> None:
    path = "/groups/1/series"
    assert told_of(staff.get("acme", path)) == (404, "unknown-group")
    form_first(staff.house)
    lines = staff.get("acme", path).json()
    assert (lines["group"], lines["span_seconds"]) == ("GRP-2026-00001", DAY)
    assert staff.get("hefei", path).json() == lines
    assert told_of(staff.get("rival", path)) == (404, "unknown-group")
    assert staff.house.get(Role.SUPPLIER, path).status_code == 403


def test_a_member_to_the_end_reads_the_board_of_the_ended_group(staff: Staff) -> None:
    form_first(staff.house)
    staff.house.clock.now += DAY
    ended = told.settlement(PAY, 0).model_copy(update={"group_id": 1, "leader": BUYER})
    staff.house.settle(ended)
    assert staff.get("acme", "/groups/1/cockpit").json()["head"]["status"] == "SETTLED"
    assert told_of(staff.get("rival", "/groups/1/cockpit")) == (404, "unknown-group")


def test_the_board_of_a_member_ends_with_its_membership(staff: Staff) -> None:
    form_first(staff.house)
    staff.house.clock.now += DAY
    staff.house.settle(
        told.s.RecordRoleReopening(
            group_id=1, role_id=1, round=2, former_holder=SUPPLIER, reason="resigned",
            grab_end=staff.house.clock.now + told.GRAB, select_end=staff.house.clock.now + told.GRAB + told.SELECT,
        )
    )  # fmt: skip
    assert told_of(staff.get("acme", "/groups/1/cockpit")) == (404, "unknown-group")
    assert staff.get("hefei", "/groups/1/cockpit").status_code == 200
