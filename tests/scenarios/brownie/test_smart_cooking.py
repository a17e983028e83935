"""smart-cooking: one leader, eleven roles, many grabs, one bet contract, value shared to the last fen, peers rate."""

from __future__ import annotations

from bets import Bet, at_least, pledge
from groups import Group, role_of
from house import DAY, MONEY, NODES, RATING_WINDOW, House, refuses

LEADER, OTHERS = NODES[0], NODES[1:]  # fifteen nodes want eleven roles
ROLES = range(1, 12)
PAY, STAKE = 300_001, 7_000
POOL, ADDED = 2_000_003, 1_999_999  # figures that eleven does not divide
SHARE = 909  # each; what is missing to the whole weighs nothing


def formed(house: House) -> tuple[Group, dict[int, str]]:
    """All eleven roles grabbed, four of them twice; who holds which."""
    group = Group(house, LEADER)
    group.open([role_of(PAY, STAKE) for _ in ROLES], target=11 * 1_000)
    for role in ROLES:
        group.grab(role, OTHERS[role - 1], 1_000 + role)
    for role, rival in enumerate(OTHERS[11:], 1):
        group.grab(role, rival, 2_000)
    group.form()
    holders = {role: OTHERS[role - 1] for role in ROLES}
    holders |= dict(enumerate(OTHERS[11:], 1))
    return group, holders


def signed(house: House, group: Group, members: list[str]) -> Bet:
    """One bet that all members signed."""
    pledges = {m: pledge(house, m, 100_000, SHARE, at_least(100, 200)) for m in members}
    bet = Bet(house, pledges, sponsor=LEADER)
    bet.propose(POOL, group=group.id)
    for member in members:
        bet.sign(member)
    return bet


def test_of_many_grabs_the_highest_pledge_holds_each_role_and_the_others_stakes_return(
    house: House,
) -> None:
    group, holders = formed(house)
    assert [group.holder(role) for role in ROLES] == [house[holders[role]] for role in ROLES]
    for role in range(1, 5):
        group.release(role, OTHERS[role - 1])
        assert house.money(OTHERS[role - 1]) == MONEY
    assert house.held("GroupPay") == 11 * (PAY + STAKE)


def test_a_bet_is_active_only_when_all_eleven_have_signed(house: House) -> None:
    group, holders = formed(house)
    members = list(holders.values())
    pledges = {m: pledge(house, m, 100_000, SHARE, at_least(100, 200)) for m in members}
    bet = Bet(house, pledges, sponsor=LEADER)
    bet.propose(POOL, group=group.id)
    for member in members[:-1]:
        assert "BetActivated" not in bet.sign(member).events
    with refuses("BetContracts_AlreadySigned"):
        bet.sign(members[0])
    assert bet.sign(members[-1]).events["BetActivated"]["parties"] == 11


def test_value_is_shared_by_contribution_to_the_last_fen(house: House) -> None:
    group, holders = formed(house)
    members = list(holders.values())
    bet = signed(house, group, members)
    group.contract.bindBet(group.id, bet.id, house.by(LEADER))
    bet.end_of(1)
    reached = {m: 100 + 7 * number for number, m in enumerate(members)}
    for member, units in reached.items():
        bet.report(member, 1, units)
    bet.value(ADDED)
    bet.settle()
    shares = {m: int(bet.withdraw(m)["share"]) for m in members}
    weights = {m: SHARE * 100 * units for m, units in reached.items()}  # 100 units are 10,000 bps
    assert shares == {m: ADDED * w // sum(weights.values()) for m, w in weights.items()}
    bet.contract.withdrawRemainder(bet.id, house.by("stranger"))
    assert house.held("BetContracts") == 0
    left = POOL - sum(shares.values())
    assert house.money(LEADER) == MONEY - 11 * PAY - POOL + left


def test_who_missed_its_target_pays_those_who_kept_theirs(house: House) -> None:
    group, holders = formed(house)
    members = list(holders.values())
    bet = signed(house, group, members)
    bet.end_of(1)
    lazy = members[0]
    bet.report(lazy, 1, 40)
    for member in members[1:]:
        bet.report(member, 1, 100)
    bet.value(0)
    bet.settle()
    lost = bet.withdraw(lazy)
    assert (lost["penalty"], lost["outcomeBps"]) == (60_000, 4_000)
    kept = [bet.withdraw(m) for m in members[1:]]
    weights = [SHARE * 4_000] + [SHARE * 10_000] * 10
    assert [k["share"] for k in kept] == [60_000 * w // sum(weights) for w in weights[1:]]
    assert house.score(lazy) <= house.score(members[1])


def test_the_group_pays_its_roles_rates_its_members_and_credit_moves(house: House) -> None:
    group, holders = formed(house)
    for role in ROLES:
        group.earn(role, 10_000 if role != 11 else 3_333)
    house.wait_until(group.report_end)
    group.close()
    earned = [group.pay(role) for role in ROLES]
    assert earned == [PAY] * 10 + [PAY * 3_333 // 10_000]
    assert group.return_budget() == 11 * PAY - sum(earned)
    for role, holder in holders.items():
        group.release(role, holder)
    for role in range(1, 5):
        group.release(role, OTHERS[role - 1])
    assert house.held("GroupPay") == 0

    good, bad, *raters = holders.values()
    before = house.score(good), house.score(bad)
    for rater in raters:
        group.rate(rater, {good: 9_500, bad: 2_000})
    house.wait(RATING_WINDOW)
    group.reveal_ratings()
    house.wait(RATING_WINDOW)
    ratings = house.contracts["PeerRatings"]
    for member in (good, bad):
        ratings.recordRatings(group.id, house[member], house.by("stranger"))
    with refuses("PeerRatings_AlreadyRecorded"):
        ratings.recordRatings(group.id, house[good], house.by("stranger"))
    assert house.score(good) > before[0]
    assert house.score(bad) < before[1]
    house.wait(DAY)
