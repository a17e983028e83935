"""The work of a group over HTTP: only who pays says that something is earned, and members alone read how far it is."""

from __future__ import annotations

import pytest

from .house import House
from .test_groups import form_first, open_groups
from .test_needs import Staff, told_of

WORK = "/groups/1/work"


@pytest.fixture
def staff(house: House) -> Staff:
    """A formed group of Hefei, of whose role Acme is the holder."""
    made = Staff(house)
    open_groups(house)
    form_first(house)
    return made


def said(staff: Staff, bps: int = 2_000) -> dict[str, object]:
    """What is said of the first group's role."""
    code = staff.get("auditor", "/groups/1").json()["group"]["code"]
    return {"chain_group": code, "role_id": 1, "earned_bps": bps, "text": "it runs"}


def test_only_the_leader_says_that_something_is_earned(staff: Staff) -> None:
    for who in ("acme", "rival"):
        assert told_of(staff.post(who, "/milestones", **said(staff))) == (409, "unknown-group")
    assert staff.post("warehouse", "/milestones", **said(staff)).status_code == 403
    answer = staff.post("hefei", "/milestones", **said(staff))
    assert answer.status_code == 201, answer.text
    answer = staff.post("finance", "/milestones", **said(staff, 3_000))
    assert [d["type"] for d in answer.json()["follow_ups"]] == ["role_progress"]
    assert told_of(staff.post("hefei", "/milestones", **said(staff))) == (
        409,
        "nothing-more-earned",
    )


def test_members_read_the_work_of_their_group_and_strangers_do_not(staff: Staff) -> None:
    staff.made("hefei", "/milestones", **said(staff))
    for who in ("acme", "hefei", "finance", "warehouse", "auditor"):
        page = staff.get(who, WORK).json()
        assert (page["roles"][0]["earned_bps"], page["roles"][0]["told_bps"]) == (0, 2_000)
        (report,) = page["reports"]
        assert (report["party"], report["status"]) == ("ACME", "OPEN")
    assert told_of(staff.get("rival", WORK)) == (404, "unknown-group")
