"""Bets on the books: every entry of their life, what is refused, and changes that all sign."""

from __future__ import annotations

from typing import Any

import pytest

from erp.bets import schemas as s
from erp.bets.errors import (
    AlreadyPaidOut,
    AlreadyParty,
    BetAmendmentExists,
    BetExists,
    UnknownBet,
    UnknownBetAmendment,
)
from erp.kernel.errors import Disagrees, WrongStatus
from erp.kernel.log.model import Document
from tests.erp.groups import GROUP_ID, ZERO, order
from tests.erp.test_worked_case import booked
from tests.erp.world import DAY, REF, World, account

STAKES, WALLET, SENT, RECEIVED = "1012.07", "1012.01", "1221.09", "2241.09"
PENALTY, SHARED, INCOME, REWARD = "6711.01", "6602.01", "6051.02", "6301.01"
POOL, VALUE = 450_000, 400_000
STAKE = {"n1": 100_000, "n2": 200_000, "n3": 50_000}
SHARE = {"n1": 6_000, "n2": 4_000, "n3": 4_000}
WHOLE = 100_000_000  # all contributions of a period that n1 and n2 kept at base


def proposal(world: World, periods: int = 1, **changed: Any) -> s.RecordBetContract:
    """What the event of a proposal says."""
    values: dict[str, Any] = {
        "bet_id": 1, "sponsor": account("lead"), "terms": None, "terms_ref": REF, "group_id": 0, "parties_root": REF,
        "region": ZERO, "reporter_post": 2, "arbiter_post": 3, "sign_by": world.now + DAY, "start": world.now + DAY,
        "party_count": 2, "report_seconds": DAY, "dispute_seconds": DAY, "ruling_seconds": DAY, "pool_minor": POOL,
        "index_baseline": "0", "index_elasticity_bps": 0, "index_max_up_bps": 0, "index_max_down_bps": 0,
        "periods": periods, "period_seconds": 30 * DAY,
    }  # fmt: skip
    return s.RecordBetContract(**{**values, **changed})


def pledge(code: str) -> dict[str, Any]:
    """What a party pledges: 100 is kept, 200 surpassed; half of the stake may be lost."""
    target = s.BetTarget(
        metric=1, follows_index=False, weight_bps=10_000, floor="0", base="100", stretch="200"
    )
    return {
        "bet_id": 1, "party": account(code), "stake_minor": STAKE[code], "share_bps": SHARE[code],
        "tolerance_bps": 0, "slope_bps": 10_000, "cap_bps": 5_000, "targets": (target,),
    }  # fmt: skip


def signature(code: str, signed: int, staked: int, weight: int) -> s.RecordBetSignature:
    """What the event of a signature says."""
    return s.RecordBetSignature(**pledge(code), signed=signed, staked_minor=staked, weight=weight)


def measured(code: str | None, value: int, period: int = 1, **said: Any) -> s.RecordBetMeasure:
    """What the event of a report says; what is not told is nothing."""
    nothing: dict[str, Any] = {
        "evidence": None, "evidence_ref": REF, "ruled": False, "kept_bps": 0, "shortfall_bps": 0,
        "attainment_bps": 0, "factor_bps": 0 if code is None else 10_000, "penalty_minor": 0, "contribution": 0,
        "penalties_minor": 0, "weight": 0, "value_added_minor": 0,
    }  # fmt: skip
    subject = None if code is None else account(code)
    told = {**nothing, **said}
    return s.RecordBetMeasure(
        bet_id=1, subject=subject, period=period, values=(str(value),), **told
    )


def settlement(**changed: Any) -> s.RecordBetSettlement:
    """What the event of the settlement says."""
    values: dict[str, Any] = {
        "bet_id": 1, "sponsor": account("lead"), "value_added_minor": VALUE, "penalties_minor": 30_000,
        "weight": 102_000_000, "remainder_minor": POOL - VALUE, "by_consent": False,
    }  # fmt: skip
    return s.RecordBetSettlement(**{**values, **changed})


def payout(code: str, penalty: int, share: int, outcome: int) -> s.RecordBetPayout:
    """What the event of a payout says."""
    stake = STAKE[code]
    return s.RecordBetPayout(
        bet_id=1, party=account(code), stake_minor=stake, penalty_minor=penalty, share_minor=share,
        paid_minor=stake - penalty + share, outcome_bps=outcome,
    )  # fmt: skip


def active(world: World, periods: int = 1, **changed: Any) -> None:
    """Both sign, and the bet binds."""
    world.do(proposal(world, periods, **changed))
    world.do(signature("n1", 1, 100_000, 60_000_000 * periods))
    world.do(signature("n2", 2, 300_000, WHOLE * periods))
    world.do(s.RecordBetActivation(bet_id=1, parties=2))


def n1_falls_short(**changed: Any) -> s.RecordBetMeasure:
    """The first party reached 70 of 100."""
    said = {
        "kept_bps": 7_000, "shortfall_bps": 3_000, "attainment_bps": 7_000, "penalty_minor": 30_000,
        "contribution": 42_000_000, "penalties_minor": 30_000, "weight": 82_000_000,
    }  # fmt: skip
    return measured("n1", 70, **{**said, **changed})


def all_reported(world: World) -> None:
    """The first fell short, the second did more than it promised, and 400,000 were added."""
    world.do(n1_falls_short())
    said = {"kept_bps": 10_000, "attainment_bps": 15_000, "contribution": 60_000_000}
    sums = {"penalties_minor": 30_000, "weight": 102_000_000}
    world.do(measured("n2", 150, **said, **sums))
    world.do(measured(None, VALUE, period=0, **sums, value_added_minor=VALUE))


def returned(code: str) -> s.RecordBetStakeReturn:
    return s.RecordBetStakeReturn(bet_id=1, party=account(code), stake_minor=STAKE[code])


def amendment(**changed: Any) -> s.RecordBetAmendment:
    """What the event of a change says: from period 2 on the second leaves and the third joins."""
    values: dict[str, Any] = {
        "bet_id": 1, "amendment_id": 1, "proposer": account("n1"), "terms": None, "terms_ref": REF,
        "parties_root": REF, "leaver": account("n2"), "newcomer": account("n3"), "periods": 2, "from_period": 2,
    }  # fmt: skip
    return s.RecordBetAmendment(**{**values, **changed})


def agreement(world: World, start: int, **changed: Any) -> s.RecordBetAmendmentAgreement:
    """What the event says when all have signed."""
    values: dict[str, Any] = {
        "bet_id": 1, "amendment_id": 1, "leaver": account("n2"), "newcomer": account("n3"), "from_period": 2,
        "periods": 2, "start": start, "staked_minor": 350_000, "weight": 2 * WHOLE,
    }  # fmt: skip
    return s.RecordBetAmendmentAgreement(**{**values, **changed})


def fill_tables(world: World) -> None:
    """At least one row in every table of bets: a bet that changed, was disputed and ended by consent."""
    start = changing(world, 2)
    world.do(agreement(world, start))
    told = {"shortfall_bps": 3_000, "attainment_bps": 7_000, "contribution": 102_000_000}
    world.do(
        measured("n1", 70, kept_bps=7_000, penalty_minor=15_000, penalties_minor=15_000, weight=182_000_000, **told)
    )  # fmt: skip
    about = {"bet_id": 1, "subject": account("n1"), "period": 1, "disputant": account("n1")}
    world.do(s.RecordBetDispute(**about, reason=None, reason_ref=REF, rule_by=world.now + DAY))
    world.do(
        settlement(value_added_minor=0, penalties_minor=15_000, weight=182_000_000, remainder_minor=POOL, by_consent=True)
    )  # fmt: skip


# ---- money ----------------------------------------------------------------------------------------


def test_pool_and_stakes_go_into_custody(groups: World) -> None:
    proposed = groups.do(proposal(groups))
    assert booked(proposed) == [("lead", "GL", {STAKES: POOL}, {WALLET: POOL})]
    assert proposed.fields["unbudgeted_minor"] == POOL
    signed = groups.do(signature("n1", 1, 100_000, 60_000_000))
    assert booked(signed) == [("n1", "GL", {STAKES: 100_000}, {WALLET: 100_000})]


def test_a_top_up_is_the_sponsors_own_or_waits_for_its_reason(groups: World) -> None:
    active(groups)
    own = s.RecordBetTopUp(bet_id=1, payer=account("lead"), amount_minor=5, pool_minor=POOL + 5)
    assert booked(groups.do(own)) == [("lead", "GL", {STAKES: 5}, {WALLET: 5})]
    given = s.RecordBetTopUp(bet_id=1, payer=account("n3"), amount_minor=7, pool_minor=POOL + 12)
    assert booked(groups.do(given)) == [
        ("n3", "GL", {SENT: 7}, {WALLET: 7}),
        ("lead", "GL", {STAKES: 7}, {RECEIVED: 7}),
    ]
    with pytest.raises(Disagrees, match="pool_minor"):
        groups.do(own)


def test_money_changes_hands_with_the_settlement_and_leaves_when_it_is_taken(groups: World) -> None:
    active(groups)
    all_reported(groups)
    settled = groups.do(settlement())
    assert booked(settled) == [
        ("n1", "GL", {PENALTY: 30_000, STAKES: 147_058}, {INCOME: 164_705, REWARD: 12_353}),
        ("n2", "GL", {STAKES: 252_941}, {INCOME: 235_294, REWARD: 17_647}),
        ("lead", "GL", {SHARED: 164_705}, {STAKES: 164_705}),
        ("lead", "GL", {SHARED: 235_294}, {STAKES: 235_294}),
        ("lead", "GL", {SHARED: 1}, {REWARD: 1}),  # what the division left
    ]
    assert settled.fields["accounts"] == [account("n1"), account("n2")]
    assert booked(groups.do(payout("n1", 30_000, 177_058, 7_000))) == [
        ("n1", "GL", {WALLET: 247_058}, {STAKES: 247_058})
    ]
    groups.do(payout("n2", 0, 252_941, 10_000))
    rounding = s.RecordBetRounding(bet_id=1, sponsor=account("lead"), amount_minor=1)
    assert booked(groups.do(rounding)) == []
    rest = s.RecordBetRemainder(bet_id=1, sponsor=account("lead"), amount_minor=50_001)
    assert booked(groups.do(rest)) == [("lead", "GL", {WALLET: 50_001}, {STAKES: 50_001})]
    with pytest.raises(AlreadyPaidOut):
        groups.do(payout("n2", 0, 252_941, 10_000))


def test_where_nobody_contributed_penalties_are_waived_and_the_pool_returns(groups: World) -> None:
    active(groups)
    missed = {"shortfall_bps": 10_000, "weight": 40_000_000, "penalties_minor": 50_000}
    groups.do(measured("n1", 0, **missed, penalty_minor=50_000))
    both = {**missed, "weight": 0, "penalties_minor": 150_000}
    groups.do(measured("n2", 0, **both, penalty_minor=100_000))
    ended = settlement(value_added_minor=0, penalties_minor=0, weight=0, remainder_minor=POOL)
    assert booked(groups.do(ended)) == []
    paid = groups.do(payout("n1", 0, 0, 0))
    assert booked(paid) == [("n1", "GL", {WALLET: 100_000}, {STAKES: 100_000})]


def test_a_bet_that_not_all_signed_gives_everything_back(groups: World) -> None:
    groups.do(proposal(groups))
    groups.do(signature("n1", 1, 100_000, 60_000_000))
    with pytest.raises(WrongStatus):
        groups.do(returned("n1"))
    void = s.RecordBetVoid(bet_id=1, sponsor=account("lead"), signed=1, remainder_minor=POOL)
    assert groups.do(void).fields["accounts"] == [account("n1")]
    assert booked(groups.do(returned("n1"))) == [("n1", "GL", {WALLET: 100_000}, {STAKES: 100_000})]
    rest = s.RecordBetRemainder(bet_id=1, sponsor=account("lead"), amount_minor=POOL)
    assert booked(groups.do(rest)) == [("lead", "GL", {WALLET: POOL}, {STAKES: POOL})]
    with pytest.raises(AlreadyPaidOut):
        groups.do(returned("n1"))


def groups_named(document: Document) -> set[tuple[str, str]]:
    """Of each line of a document's entries: its account, and the chain group that it names."""
    return {
        (line["account"], entry["chain_group"])
        for entry in document.entries
        for line in entry["lines"]
    }


def test_entries_name_the_chain_group_of_the_bet_where_it_is_known(groups: World) -> None:
    code = groups.do(order(groups)).number
    assert groups_named(groups.do(proposal(groups, group_id=GROUP_ID, pool_minor=9))) == {
        (STAKES, code),
        (WALLET, code),
    }
    signed = groups.do(signature("n1", 1, 100_000, 60_000_000))
    assert groups_named(signed) == {(STAKES, code), (WALLET, code)}
    unknown = groups.do(proposal(groups, bet_id=2, group_id=GROUP_ID + 1, pool_minor=1))
    assert groups_named(unknown) == {(STAKES, ""), (WALLET, "")}
    assert unknown.fields["group_id"] == GROUP_ID + 1


# ---- what is reported -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("kept_bps", 7_001),
        ("shortfall_bps", 2_999),
        ("attainment_bps", 7_001),
        ("factor_bps", 10_001),
        ("penalty_minor", 29_999),
        ("contribution", 42_000_001),
        ("penalties_minor", 30_001),
        ("weight", 82_000_001),
        ("value_added_minor", 1),
    ],
)
def test_a_figure_that_does_not_follow_from_the_pledge_is_refused(
    groups: World, field: str, said: int
) -> None:
    active(groups)
    with pytest.raises(Disagrees, match=field):
        groups.do(n1_falls_short(**{field: said}))
    assert booked(groups.do(n1_falls_short())) == []


def test_a_ruling_takes_the_place_of_what_was_reported(groups: World) -> None:
    active(groups)
    groups.do(n1_falls_short())
    about = {"bet_id": 1, "subject": account("n1"), "period": 1, "disputant": account("n1")}
    disputed = s.RecordBetDispute(**about, reason=None, reason_ref=REF, rule_by=groups.now + DAY)
    assert booked(groups.do(disputed)) == []
    assert booked(groups.do(s.RecordBetDisputeWithdrawal(**about))) == []
    kept = {"kept_bps": 10_000, "attainment_bps": 10_000, "contribution": 60_000_000}
    groups.do(measured("n1", 100, ruled=True, weight=WHOLE, **kept))
    groups.do(
        settlement(value_added_minor=0, penalties_minor=0, weight=WHOLE, remainder_minor=POOL)
    )
    groups.do(payout("n1", 0, 0, 10_000))


# ---- refusals -------------------------------------------------------------------------------------


def test_a_bet_is_proposed_once_and_signed_once_by_each(groups: World) -> None:
    with pytest.raises(UnknownBet):
        groups.do(signature("n1", 1, 100_000, 60_000_000))
    groups.do(proposal(groups))
    with pytest.raises(BetExists):
        groups.do(proposal(groups))
    with pytest.raises(Disagrees, match="weight"):
        groups.do(signature("n1", 1, 100_000, 60_000_001))
    groups.do(signature("n1", 1, 100_000, 60_000_000))
    with pytest.raises(AlreadyParty):
        groups.do(signature("n1", 2, 200_000, 120_000_000))
    with pytest.raises(Disagrees, match="signed"):
        groups.do(s.RecordBetActivation(bet_id=1, parties=2))


def test_totals_and_payouts_that_are_not_ours_are_refused(groups: World) -> None:
    active(groups)
    all_reported(groups)
    with pytest.raises(WrongStatus):
        groups.do(payout("n1", 30_000, 177_058, 7_000))
    for changed in ({"value_added_minor": VALUE - 1}, {"penalties_minor": 1}, {"weight": 1}):
        with pytest.raises(Disagrees, match=next(iter(changed))):
            groups.do(settlement(**changed))
    groups.do(settlement())
    with pytest.raises(WrongStatus):
        groups.do(settlement())
    for wrong in (payout("n1", 29_999, 177_058, 7_000), payout("n1", 30_000, 177_059, 7_000)):
        with pytest.raises(Disagrees):
            groups.do(wrong)
    with pytest.raises(Disagrees, match="outcome_bps"):
        groups.do(payout("n1", 30_000, 177_058, 7_001))


# ---- changes --------------------------------------------------------------------------------------


def changing(world: World, first: int) -> int:
    """A change from a period on that all have signed, but for its agreement; the start of the bet."""
    start = world.now + DAY
    active(world, periods=2)
    times = {"start": start, "sign_by": start + DAY, "from_period": first}
    world.do(amendment(**times))
    for place, code in enumerate(("n1", "n3"), 1):
        told = s.RecordBetAmendmentSignature(**pledge(code), amendment_id=1, signed=place)
        assert booked(world.do(told)) == []
    left = {"leaver": account("n2"), "by": account("n2"), "reason": None, "reason_ref": REF}
    world.do(s.RecordBetLeave(bet_id=1, amendment_id=1, **left))
    return start


def test_a_change_is_proposed_once_and_binds_once(groups: World) -> None:
    start = changing(groups, 2)
    with pytest.raises(BetAmendmentExists):
        groups.do(amendment(start=start, sign_by=start + DAY, from_period=2))
    groups.do(agreement(groups, start))
    with pytest.raises(WrongStatus, match="AGREED"):
        groups.do(agreement(groups, start))


def test_who_is_a_party_already_joins_no_second_time(groups: World) -> None:
    start = changing(groups, 2)
    groups.do(agreement(groups, start))
    again = {"amendment_id": 2, "leaver": None, "newcomer": account("n3")}
    groups.do(amendment(start=start, sign_by=start + DAY, from_period=2, **again))
    signed = s.RecordBetAmendmentSignature(**pledge("n3"), amendment_id=2, signed=1)
    groups.do(signed)
    with pytest.raises(AlreadyParty, match="n3"):
        groups.do(agreement(groups, start, **again))


def test_a_newcomer_pays_its_stake_in_when_all_have_signed(groups: World) -> None:
    start = changing(groups, 2)
    with pytest.raises(Disagrees, match="weight"):
        groups.do(agreement(groups, start, weight=2 * WHOLE + 1))
    agreed = groups.do(agreement(groups, start))
    assert booked(agreed) == [("n3", "GL", {STAKES: 50_000}, {WALLET: 50_000})]
    by_consent = settlement(
        value_added_minor=0,
        penalties_minor=0,
        weight=2 * WHOLE,
        remainder_minor=POOL,
        by_consent=True,
    )
    ended = groups.do(by_consent)
    assert ended.fields["accounts"] == [account("n1"), account("n2"), account("n3")]


def test_a_party_that_leaves_from_the_first_period_on_contributed_nothing(groups: World) -> None:
    start = changing(groups, 1)
    groups.do(agreement(groups, start, from_period=1))
    groups.do(
        settlement(value_added_minor=0, penalties_minor=0, weight=2 * WHOLE, remainder_minor=POOL)
    )
    groups.do(payout("n2", 0, 0, 10_000))


def test_an_agreement_to_what_nobody_proposed_is_refused(groups: World) -> None:
    active(groups)
    with pytest.raises(UnknownBetAmendment):
        groups.do(agreement(groups, groups.now + DAY))


def test_a_signature_under_the_end_is_kept_and_moves_nothing(groups: World) -> None:
    active(groups)
    signed = {"round": 0, "signed": 1, "end_by": groups.now + DAY}
    told = groups.do(s.RecordBetEndSignature(bet_id=1, account=account("n1"), **signed))
    assert (booked(told), told.fields["party_code"]) == ([], "n1")
