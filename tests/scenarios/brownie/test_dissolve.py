"""dissolve: a role stays empty at the deadline, the group dissolves by itself, every stake returns."""

from __future__ import annotations

from groups import Group, role_of, terms_of
from house import DAY, HOUR, MONEY, NODES, House, refuses

LEADER, FIRST, SECOND, THIRD = NODES[:4]
PAY, STAKE = 50_000, 4_000


def opened(house: House) -> Group:
    """Two roles, of which one is grabbed twice and the other by nobody."""
    group = Group(house, LEADER)
    group.open([role_of(PAY, STAKE), role_of(PAY, STAKE)], target=100)
    group.grab(1, FIRST, 80)
    group.grab(1, SECOND, 90)
    return group


def test_a_role_that_stays_empty_dissolves_the_group_and_every_stake_returns(house: House) -> None:
    group = opened(house)
    with refuses("Room_TooEarly"):
        group.contract.dissolve(group.id, house.by(LEADER))
    house.wait(HOUR)
    with refuses("Room_TooEarly"):  # the leader may still select
        group.contract.dissolve(group.id, house.by("stranger"))
    with refuses("ChainGroups_NotCovered"):
        group.contract.form(group.id, house.by(LEADER))
    house.wait(HOUR)
    sent = group.contract.dissolve(group.id, house.by("stranger"))
    assert sent.events["GroupDissolved"]["filled"] == 1
    group.release(1, FIRST)
    group.release(1, SECOND)
    assert group.return_budget() == 2 * PAY
    assert [house.money(who) for who in (LEADER, FIRST, SECOND)] == [MONEY] * 3
    assert house.held("GroupPay") == 0


def test_pledges_that_miss_the_target_dissolve_it_too(house: House) -> None:
    group = opened(house)
    group.grab(2, THIRD, 9)  # 90 and 9 are one short of 100
    house.wait(2 * HOUR)
    with refuses("ChainGroups_NotCovered"):
        group.contract.form(group.id, house.by("stranger"))
    group.contract.dissolve(group.id, house.by("stranger"))
    for role, node in ((1, FIRST), (1, SECOND), (2, THIRD)):
        group.release(role, node)
    group.return_budget()
    assert [house.money(who) for who in (LEADER, FIRST, SECOND, THIRD)] == [MONEY] * 4


def test_a_group_that_is_covered_cannot_be_dissolved_by_anybody_while_it_can_form(
    house: House,
) -> None:
    group = opened(house)
    group.grab(2, THIRD, 10)
    house.wait(2 * HOUR)
    with refuses("ChainGroups_CanStillForm"):
        group.contract.dissolve(group.id, house.by(LEADER))


def test_a_covered_group_that_nobody_forms_returns_everything_by_time(house: House) -> None:
    group = opened(house)
    group.grab(2, THIRD, 10)
    house.wait_until(group.work_end)
    group.contract.dissolve(group.id, house.by("stranger"))
    for role, node in ((1, FIRST), (1, SECOND), (2, THIRD)):
        group.release(role, node)
    group.return_budget()
    assert house.held("GroupPay") == 0


def test_a_stake_returns_once(house: House) -> None:
    group = opened(house)
    house.wait(2 * HOUR)
    group.contract.dissolve(group.id, house.by("stranger"))
    group.release(1, FIRST)
    with refuses("GroupPay_NoStakeHeld"):
        group.release(1, FIRST)
    group.return_budget()
    with refuses("GroupPay_NoBudgetHeld"):
        group.return_budget()


def test_a_need_whose_group_dissolved_may_be_opened_again(house: House) -> None:
    group = Group(house, LEADER)
    terms = terms_of(100, need=b"\7" * 32, work=HOUR)
    roles = [role_of(PAY, STAKE)]
    group.contract.openGroup(terms, roles, house.by(LEADER))
    with refuses("ChainGroups_NeedTaken"):
        group.contract.openGroup(terms, roles, house.by(LEADER))
    house.wait(2 * HOUR)
    group.contract.dissolve(1, house.by("stranger"))
    group.contract.openGroup(terms, roles, house.by(LEADER))


def test_a_boast_is_rejected_and_the_group_dissolves(house: House) -> None:
    group = opened(house)
    group.grab(2, THIRD, 50_000)  # more than it can; without it 90 miss the target of 100
    house.wait(HOUR)
    group.contract.rejectCandidate(group.id, 2, house[THIRD], house.by(LEADER))
    group.release(2, THIRD)
    group.contract.dissolve(group.id, house.by(LEADER))
    assert group.return_budget() == 2 * PAY
    assert [house.money(who) for who in (LEADER, THIRD)] == [MONEY] * 2


def test_a_group_whose_bet_does_not_come_dissolves_after_it_formed(house: House) -> None:
    group = Group(house, LEADER)
    group.open([role_of(PAY, STAKE)], target=10, bet=5 * DAY)
    group.grab(1, FIRST, 80)
    group.form()
    with refuses("Room_TooEarly"):
        group.contract.dissolve(group.id, house.by("stranger"))
    house.wait(5 * DAY)
    group.contract.dissolve(group.id, house.by("stranger"))
    group.release(1, FIRST)
    group.return_budget()
    assert house.held("GroupPay") == 0


def test_all_together_end_a_group(house: House) -> None:
    group = Group(house, LEADER)
    group.open([role_of(PAY, STAKE), role_of(PAY, STAKE)], target=10)
    group.grab(1, FIRST, 80)
    group.grab(2, SECOND, 80)
    group.form()
    group.earn(1, 5_000)
    group.consent(LEADER)
    group.consent(FIRST, role=1)
    assert "GroupSettled" in group.consent(SECOND, role=2).events
    assert (group.pay(1), group.return_budget()) == (PAY // 2, PAY + PAY // 2)
    group.release(1, FIRST)
    group.release(2, SECOND)
    assert house.held("GroupPay") == 0
