"""Formed chain groups in the books: what is earned, who is a member when, how they change and end."""

from __future__ import annotations

from typing import Any

import pytest

from erp.database import transaction
from erp.groups import public, schemas, standing
from erp.groups.errors import (
    NotAMember,
    NotOpenToGrabs,
)
from erp.groups.queries import group, memberships
from erp.groups.rules import windows
from erp.kernel.errors import Disagrees, WrongStatus
from erp.kernel.rows import Rows
from tests.erp.groups import (
    GRAB,
    GROUP_ID,
    REPORT,
    SELECT,
    STAKE,
    about,
    approved,
    formed,
    forming,
    grab,
    moved,
    order,
    order_on,
    progress,
    release,
    reopening,
    settlement,
    terms,
)
from tests.erp.world import DAY, World, account

FUNDS, WALLET = "1012.08", "1012.01"
LEAD = account("lead")


# ---- forming, ends, membership ------------------------------------------------------------------


def members(world: World) -> list[tuple[int, int, str, int, int | None]]:
    """All memberships of the group."""
    with transaction(world.engine) as session:
        rows = Rows.of(session)
        code = public.group_code(rows, GROUP_ID)
        found = memberships(rows, code or "")
        return [(m.role_id, m.round, m.party, m.since, m.until) for m in found]


def test_forming_makes_members_and_names_the_stakes_of_the_others(groups: World) -> None:
    groups.do(order(groups))
    groups.do(grab("n1"))
    groups.do(grab("n2", 50, index=2, leads=False))
    groups.wait(GRAB + SELECT)
    made = groups.do(forming(100))
    assert made.fields["stakes"] == [{"role_id": 1, "round": 1, "node": account("n2")}]
    assert members(groups) == [(0, 1, "lead", groups.now, None), (1, 1, "n1", groups.now, None)]
    with pytest.raises(NotOpenToGrabs):
        groups.do(grab("n3", index=3))
    with pytest.raises(WrongStatus):
        groups.do(forming(100))


def test_a_dissolved_group_frees_stakes_and_budget_to_the_last_unit(groups: World) -> None:
    number = approved(groups)
    groups.do(order_on(groups, number))
    groups.do(grab("n1"))
    groups.wait(GRAB + SELECT)
    dissolved = schemas.RecordGroupDissolution(
        group_id=GROUP_ID, leader=LEAD, filled=1, pledged="100"
    )
    with pytest.raises(Disagrees, match="filled"):
        groups.do(dissolved.model_copy(update={"filled": 0}))
    made = groups.do(dissolved)
    assert moved(made) == {("lead", "9001"): 300_000, ("lead", "9003"): -300_000}
    assert about(made, "left_minor", "reviewed") == [300_000, []]
    assert moved(groups.do(release("n1"))) == {("n1", WALLET): STAKE, ("n1", FUNDS): -STAKE}
    back = schemas.RecordBudgetReturn(group_id=GROUP_ID, leader=LEAD, amount_minor=300_000)
    assert moved(groups.do(back)) == {("lead", WALLET): 300_000, ("lead", FUNDS): -300_000}
    for again in (back, release("n1")):
        with pytest.raises(Disagrees):
            groups.do(again)


def test_what_is_earned_changes_hands_in_custody_and_the_rest_goes_back(groups: World) -> None:
    opened = order_on(groups, approved(groups, 100_001), 100_001)
    code = formed(groups, opened=opened).number
    made = groups.do(progress(3_333, 33_330))
    assert moved(made) == {
        ("lead", "6602.03"): 33_330, ("lead", FUNDS): -33_330, ("n1", FUNDS): 33_330,
        ("n1", "6051.03"): -33_330, ("lead", "9001"): 33_330, ("lead", "9004"): -33_330,
    }  # fmt: skip
    assert {entry["chain_group"] for entry in made.entries} == {code}
    assert about(made, "all_earned", "closable_at") == [False, None]
    whole = groups.do(progress(10_000, 66_671))
    assert about(whole, "all_earned", "closable_at") == [True, groups.now + DAY]
    paid = schemas.RecordRolePayment(
        group_id=GROUP_ID, role_id=1, round=1, holder=account("n1"), amount_minor=100_001
    )
    assert moved(groups.do(paid)) == {("n1", WALLET): 100_001, ("n1", FUNDS): -100_001}
    with pytest.raises(Disagrees):
        groups.do(paid)
    settled = groups.do(settlement(100_001, 100_001))
    assert moved(settled) == {}
    assert [until for *_, until in members(groups)] == [groups.now] * 2


@pytest.mark.parametrize(
    ("bps", "amount", "who"), [(3_333, 99_989, "n1"), (3_333, 99_991, "n1"), (3_333, 99_990, "n2")]
)
def test_progress_of_another_amount_or_holder_than_the_books_compute_is_refused(
    groups: World, bps: int, amount: int, who: str
) -> None:
    formed(groups)
    with pytest.raises(Disagrees):
        groups.do(progress(bps, amount, who))


def test_a_settlement_frees_what_nobody_earned_and_agrees_with_the_bet(groups: World) -> None:
    formed(groups, opened=order_on(groups, approved(groups)))
    groups.do(progress(1, 30))
    groups.do(schemas.RecordBetBinding(group_id=GROUP_ID, leader=LEAD, bet_id=5))
    with pytest.raises(Disagrees, match="before"):
        groups.do(schemas.RecordBetBinding(group_id=GROUP_ID, leader=LEAD, bet_id=6))
    with pytest.raises(Disagrees, match="bet_id"):
        groups.do(settlement(300_000, 30))
    made = groups.do(settlement(300_000, 30, bet_id=5))
    assert moved(made) == {("lead", "9001"): 299_970, ("lead", "9003"): -299_970}
    assert made.fields["stakes"] == [{"role_id": 1, "round": 1, "node": account("n1")}]


# ---- changes of a formed group ------------------------------------------------------------------


def test_a_holder_that_leaves_is_no_member_any_more_and_the_next_one_is(groups: World) -> None:
    formed(groups, bet_seconds=DAY)
    since = groups.now
    groups.wait(DAY)
    with pytest.raises(Disagrees, match="former_holder"):
        groups.do(reopening(groups, "n2", "resigned"))
    with pytest.raises(Disagrees, match="deserted"):
        groups.do(reopening(groups, "n1", "deserted"))
    made = groups.do(reopening(groups, "n1", "resigned"))
    with transaction(groups.engine) as session:
        row = group(Rows.of(session), GROUP_ID)
        assert (
            row.bet_due_at == made.fields["select_end"] + DAY
        )  # the next one has its time to sign
    assert made.fields["stakes"] == [{"role_id": 1, "round": 1, "node": account("n1")}]
    left = groups.now
    groups.do(grab("n2", 60, round=2))
    groups.do(grab("n3", 50, round=2, index=2, leads=False))
    groups.wait(GRAB + SELECT)
    seating = schemas.RecordRoleSeating(
        group_id=GROUP_ID, role_id=1, round=2, holder=account("n2"), pledge="60"
    )
    with pytest.raises(Disagrees, match="holder"):
        groups.do(seating.model_copy(update={"holder": account("n3")}))
    seated = groups.do(seating)
    assert seated.fields["stakes"] == [{"role_id": 1, "round": 2, "node": account("n3")}]
    assert members(groups)[1:] == [
        (1, 1, "n1", since, left), (1, 2, "n2", groups.now, None),
    ]  # fmt: skip
    assert moved(groups.do(progress(5_000, 150_000, "n1")))["n1", FUNDS] == 150_000  # its work
    with pytest.raises(Disagrees, match="pledged"):
        groups.do(
            schemas.RecordGroupDissolution(group_id=GROUP_ID, leader=LEAD, filled=1, pledged="100")
        )


@pytest.mark.parametrize(
    ("work_end", "expected"), [(1_000, (30, 50)), (40, (30, 40)), (20, (20, 20))]
)
def test_the_windows_of_a_round_end_with_the_work_at_the_latest(
    work_end: int, expected: tuple[int, int]
) -> None:
    assert windows(10, 20, 20, work_end) == expected


def test_a_role_that_nobody_wants_is_opened_again(groups: World) -> None:
    formed(groups)
    groups.do(reopening(groups, "n1", "reviews"))
    groups.wait(GRAB)
    made = groups.do(reopening(groups, None, "deserted", round_=3))
    assert about(made, "party", "stakes") == [None, []]


def test_an_added_role_is_paid_in_and_seated_like_any_other(groups: World) -> None:
    formed(groups)
    grab_end = groups.now + GRAB
    added = schemas.RecordRoleAddition(
        **terms(50_000).model_dump(),
        group_id=GROUP_ID,
        role_id=2,
        leader=LEAD,
        grab_end=grab_end,
        select_end=grab_end + SELECT,
    )
    with pytest.raises(Disagrees, match="role_id"):
        groups.do(added.model_copy(update={"role_id": 3}))
    made = groups.do(added)
    assert moved(made) == {("lead", FUNDS): 50_000, ("lead", WALLET): -50_000}
    assert about(made, "round", "unbudgeted_minor") == [1, 50_000]
    groups.do(grab("n2", role_id=2))
    seating = schemas.RecordRoleSeating(
        group_id=GROUP_ID, role_id=2, round=1, holder=account("n2"), pledge="100"
    )
    assert groups.do(seating).fields["party"] == "n2"
    groups.do(settlement(350_000, 0))


def test_force_majeure_moves_both_ends_by_the_days_that_are_new(groups: World) -> None:
    opened = formed(groups).fields
    for days in (2, 5):
        moved_by = days * DAY
        extended = schemas.RecordWorkExtension(
            group_id=GROUP_ID,
            region="0x" + "00" * 32,
            extended_days=days,
            work_end=opened["work_end"] + moved_by,
            report_end=opened["report_end"] + moved_by,
        )
        with pytest.raises(Disagrees, match="work_end"):
            groups.do(extended.model_copy(update={"work_end": extended.work_end + 1}))
        groups.do(extended)


def consent(role_id: int, who: str, consents: bool = True) -> Any:
    """What the event of a consent to the end says."""
    return schemas.RecordEndConsent(
        group_id=GROUP_ID, role_id=role_id, account=account(who), consents=consents
    )


def consented(work_end: int, report_end: int) -> Any:
    """What the event of the consented end says."""
    return schemas.RecordConsentedEnd(
        group_id=GROUP_ID, leader=LEAD, work_end=work_end, report_end=report_end
    )


def test_work_ends_when_leader_and_all_holders_consent_and_not_before(groups: World) -> None:
    formed(groups)
    with pytest.raises(Disagrees, match="member"):
        groups.do(consent(1, "n2"))
    groups.do(reopening(groups, "n1", "resigned"))
    with pytest.raises(NotAMember):
        groups.do(consent(1, "n1"))
    groups.do(grab("n2", round=2))
    groups.wait(GRAB + SELECT)
    groups.do(
        schemas.RecordRoleSeating(
            group_id=GROUP_ID, role_id=1, round=2, holder=account("n2"), pledge="100"
        )
    )
    for step in (consent(0, "lead"), consent(1, "n2"), consent(1, "n2", False)):
        groups.do(step)
    end = consented(groups.now, groups.now + REPORT)  # a holder left: reports stay open
    with pytest.raises(Disagrees, match="consents is said to be 2, but the books say 1"):
        groups.do(end)
    groups.do(consent(1, "n2"))
    with pytest.raises(Disagrees, match="report_end"):
        groups.do(consented(groups.now, groups.now))
    assert groups.do(end).fields["report_end"] == groups.now + REPORT


# ---- more stakes than one document names --------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "batches"),
    [(0, 0), (128, 0), (129, 1), (33 * 128, 32), (33 * 128 + 1, 32)],
)
def test_other_documents_name_what_one_does_not_up_to_a_bound(count: int, batches: int) -> None:
    assert len(standing.further_batches([{}] * count)) == batches


def test_stakes_beyond_those_that_one_document_names_are_named_by_the_next(groups: World) -> None:
    groups.do(order(groups, (terms(1, stake="1"),)))
    count = standing.MAX_STAKES_NAMED + 1
    for index in range(1, count + 1):
        who = f"p{index}"
        groups.party(who, 8, 1)
        groups.do(grab(who, 1, index=index, leads=index == 1, stake_minor=1))
    groups.do(schemas.RecordGroupDissolution(group_id=GROUP_ID, leader=LEAD, filled=1, pledged="1"))
    batch = groups.last("stake_release_batch")
    assert batch.fields["stakes"] == [{"role_id": 1, "round": 1, "node": account(f"p{count}")}]
    assert batch.caused_by == groups.last("group_dissolution").sequence
    for index in range(1, count + 1):
        groups.do(release(f"p{index}", 1))
