"""差评: what customers say reaches the chain by the reporter; a bad mean opens the role anew and pays less."""

from __future__ import annotations

import pytest

from bridge.commitments.documents import document_root
from erp.reviews.schemas import AccrueReviewPay, RecordReview
from tests.groups import LEADER, STAKE, TOKENS
from tests.lives.reviews import BAD, PAY, SERVICE, late, opened, reseated, reviewed, sold
from tests.world import World

FUNDS = "1012.08"
NEWCOMER_BPS = 7_000


def statuses(world: World) -> list[str]:
    """Where each review stands, in the order they were said."""
    return [row[0] for row in world.sql("SELECT status FROM review ORDER BY number")]


def test_a_bad_mean_opens_the_role_anew_and_the_next_holder_earns_the_rest(world: World) -> None:
    group = opened(world)
    assert world.balance("N1") == TOKENS - STAKE + PAY * 4 // 10
    for net, score in BAD:
        reviewed(world, group, net, score)
    assert statuses(world) == ["OPEN"] * 3
    world.settle()
    assert statuses(world) == ["REPORTED"] * 3
    attested = [d.fields for d in world.documents("review_attestation")]
    assert [(f["review"], int(f["weight"]), f["score_bps"]) for f in attested] == [
        (d.number, *said) for d, said in zip(world.documents("review"), BAD, strict=True)
    ]
    assert (attested[-1]["mean_bps"], attested[-1]["below_mark"]) == (4_750, True)
    reopened = world.last("role_reopening").fields
    assert (reopened["party"], reopened["reason"], reopened["round"]) == ("N1", "reviews", 2)
    assert world.last("stake_release").fields["party"] == "N1"
    assert world.balance("N1") == TOKENS + PAY * 4 // 10
    counted = world.last("feedback_outcome").fields
    assert (counted["party"], counted["outcome_bps"]) == ("N1", 4_750)
    credit = world.last("credit_component").fields
    assert (credit["component"], credit["outcome_bps"]) == ("users", 4_750)
    assert credit["score_bps"] < NEWCOMER_BPS, "its credit falls"
    until = "SELECT party, until IS NULL FROM group_membership WHERE role_id = 1 ORDER BY round"
    assert [tuple(row) for row in world.sql(until)] == [("N1", 0)]

    reseated(world, group)
    assert [tuple(row) for row in world.sql(until)] == [("N1", 0), ("N2", 1)]
    group.progress(SERVICE, 2, 10_000)
    world.settle()
    assert world.last("role_payment").fields["party"] == "N2"
    assert world.balance("N2") == TOKENS - STAKE + PAY * 6 // 10
    pays = {
        who: world.erp(
            AccrueReviewPay(entity=who, person=f"{who}-1", month=month, base_minor=100_000)
        )
        for who, month in _months(world).items()
    }
    assert {who: pay.fields["amount_minor"] for who, pay in pays.items()} == {
        "N1": 47_500,
        "N2": 95_000,
    }
    assert -world.account("N1", "2211") == world.account("N1", "6602.02") == 47_500
    assert world.account(LEADER, FUNDS) == 0, "all that the leader paid in was earned"
    world.settle()
    world.assert_nothing_waits()
    world.assert_audit_holds()


def _months(world: World) -> dict[str, str]:
    """In which month each was last spoken of."""
    return dict(
        tuple(row) for row in world.sql("SELECT party, max(month) FROM review GROUP BY party")
    )


def test_a_review_that_was_under_way_counts_neither_for_who_left_nor_for_who_comes(
    world: World,
) -> None:
    group = opened(world)
    late(world, group, "N1")
    assert statuses(world) == ["LATE"]
    assert world.documents("review_attestation") == []
    assert world.last("review_lateness").fields["party"] == "N1"
    group.grab("N2", SERVICE, 400)
    world.wait(3 * 86_400)
    world.settle()
    rows = world.sql("SELECT round, reviews FROM role_round WHERE role_id = 1 ORDER BY round")
    assert [tuple(row) for row in rows] == [(1, 0), (2, 0)]
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_review_goes_out_only_once_it_is_anchored(world: World) -> None:
    group = opened(world)
    document = reviewed(world, group, *BAD[0])
    world.settle_passes(1)
    (call,) = world.sql("SELECT after_sequence FROM bridge_outbox WHERE function = 'recordReview'")
    assert call[0] == document.sequence
    world.settle()
    (mined,) = world.documents("review_attestation")
    assert mined.fields["review"] == document.number
    anchored = world.sql("SELECT max(last_sequence) FROM bridge_anchor")
    assert anchored[0][0] >= document.sequence


def test_what_the_reporter_says_otherwise_is_shown_and_stops_no_money(world: World) -> None:
    group = opened(world)
    document = reviewed(world, group, *BAD[0])
    world.settle_passes(1)  # the bridge knows the review, and waits for its anchor
    lie = (group.id, SERVICE, 1, 9_999, 1, document_root(document))
    world.transact("reporter", "UserReviews", "recordReview", *lie)
    world.settle()
    assert statuses(world) == ["MISREPORTED"]
    assert not world.last("review_confirmation").fields["as_said"]
    group.progress(SERVICE, 1, 5_000)
    world.settle()
    assert world.last("role_payment").fields["amount_minor"] == PAY // 10
    assert world.status()["quarantined"] == []


@pytest.mark.parametrize("score", [0, 10_000])
def test_the_seller_itself_is_reviewed_without_the_chain(world: World, score: int) -> None:
    group = opened(world)
    sale = sold(world, group, 70_000)
    said = world.erp(RecordReview(sales_order=sale, score_bps=score))
    world.settle()
    assert (said.fields["party"], said.fields["group_id"]) == (LEADER, None)
    assert statuses(world) == ["KEPT"]
    assert world.documents("review_attestation") == []
    world.assert_nothing_waits()
    world.assert_audit_holds()
