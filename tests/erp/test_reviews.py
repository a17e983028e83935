"""What customers say: once for each role, of who holds it then; what it does to credit, pay and the chain's sums."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from erp.database import snapshot
from erp.groups.errors import UnknownRole
from erp.groups.ratings_schemas import RecordReviewAttestation
from erp.kernel.calendar import HOUSE_ZONE, month_after, month_of
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Document
from erp.kernel.rows import Rows
from erp.replay import differences
from erp.reviews.errors import (
    MonthNotBegun,
    NobodyServes,
    NoReviews,
    NotInAGroup,
    PayAccrued,
    ReviewedBefore,
    UnknownReview,
)
from erp.reviews.queries import review
from erp.reviews.schemas import AccrueReviewPay, RecordReview
from erp.sales.errors import UnknownSalesOrder
from erp.sales.rules import SaleKind
from erp.sales.schemas import ProvideBadDebt
from erp.standing.queries import net_of_rules
from tests.erp.groups import (
    GRAB,
    GROUP_ID,
    SELECT,
    grab,
    order,
    prepare,
    reopening,
    settlement,
    terms,
)
from tests.erp.groups import forming as told_forming
from tests.erp.sales import SHOP, USER, WASH, Shop
from tests.erp.test_worked_case import booked
from tests.erp.world import REF, World, account

MARK, LEAST = 6_000, 3


@pytest.fixture
def shop(world: World) -> Iterator[Shop]:
    """A shop, and a group that works whose role 1 n1 holds; afterwards the log rebuilds the books."""
    prepare(world)
    world.do(order(world, (terms(6_000, review_mark_bps=MARK, min_reviews=LEAST),)))
    world.do(grab("n1"))
    world.wait(GRAB + SELECT)
    world.do(told_forming(100))
    opened = Shop(world)
    opened.open()
    yield opened
    with snapshot(world.engine) as session:
        assert differences(session) == []
        assert {name: net for name, net in net_of_rules(session).items() if net} == {}


def group(world: World) -> str:
    return world.last("group_order").number


def washed(shop: Shop, net: int = 100_000, **changed: Any) -> str:
    """A wash for the group that was delivered; the sale's number."""
    stated = {
        "item": WASH,
        "kind": SaleKind.SERVICE,
        "quantity": 1,
        "chain_group": group(shop.world),
    }
    return shop.delivered(**{**stated, "net_minor": net, "tax_bps": 0, **changed})


def say(world: World, sale: str, score: int, role: int = 1) -> Document:
    return world.do(RecordReview(sales_order=sale, role_id=role, score_bps=score))


def attested(said: Document, **changed: Any) -> RecordReviewAttestation:
    """What the event says of a review that was reported as it was said."""
    f = said.fields
    stated = {
        "group_id": GROUP_ID, "role_id": f["role_id"], "round": f["round"], "holder": account(f["party"]),
        "score_bps": f["score_bps"], "weight": str(f["weight_minor"]), "review_ref": REF, "review": said.number,
    }  # fmt: skip
    return RecordReviewAttestation(**{**stated, **changed})


def status(world: World, said: Document) -> str:
    with snapshot(world.engine) as session:
        return review(Rows.of(session), said.number).status


def test_a_review_weighs_the_net_of_its_sale_and_is_of_who_holds_the_role_now(
    world: World, shop: Shop
) -> None:
    said = say(world, washed(shop, 70_000, tax_bps=600), 3_000)
    assert said.entries == []
    told = {name: said.fields[name] for name in ("group_id", "round", "party", "weight_minor")}
    assert told == {"group_id": GROUP_ID, "round": 1, "party": "n1", "weight_minor": 70_000}
    world.do(attested(said))
    assert world.last("review_confirmation").fields["as_said"]
    assert status(world, said) == "REPORTED"


def test_a_sale_is_reviewed_once_for_each_role_and_once_of_its_seller(
    world: World, shop: Shop
) -> None:
    sale = washed(shop)
    say(world, sale, 9_000)
    say(world, sale, 9_000, role=0)
    for role in (0, 1):
        with pytest.raises(ReviewedBefore, match=f"role {role} of {sale}"):
            say(world, sale, 1, role)


def test_nothing_is_reviewed_that_was_not_delivered(world: World, shop: Shop) -> None:
    ordered = shop.order().number
    with pytest.raises(WrongStatus):
        say(world, ordered, 1, role=0)
    with pytest.raises(UnknownSalesOrder):
        say(world, "SO-2026-00077", 1)
    with pytest.raises(UnknownRole):
        say(world, washed(shop), 1, role=2)
    with pytest.raises(NotInAGroup):
        say(world, shop.delivered(quantity=1, net_minor=1_000), 1)


def test_three_bad_reviews_show_the_role_below_its_mark_and_a_need(
    world: World, shop: Shop
) -> None:
    for net, score in ((100_000, 3_000), (50_000, 4_000)):
        world.do(attested(say(world, washed(shop, net), score)))
    assert not world.last("review_attestation").fields["below_mark"], "two are too few"
    made = world.do(attested(say(world, washed(shop, 50_000), 9_000)))
    assert (made.fields["mean_bps"], made.fields["below_mark"]) == (4_750, True)
    shown = world.last("need").fields
    assert (shown["source"], shown["about"]) == ("review", f"{group(world)}/1/1")


def test_a_review_under_way_is_late_when_the_role_is_opened_anew(world: World, shop: Shop) -> None:
    sale = washed(shop)
    said = say(world, sale, 1)
    world.do(reopening(world, "n1", "resigned"))
    assert status(world, said) == "LATE"
    with pytest.raises(NobodyServes):
        say(world, washed(shop), 1)
    late = world.last("review_lateness")
    assert (late.fields["review"], late.fields["round"]) == (said.number, 1)


def test_a_review_under_way_is_late_when_the_group_has_ended(world: World, shop: Shop) -> None:
    sale = washed(shop)
    reported, waiting = say(world, sale, 1), say(world, washed(shop), 2)
    world.do(attested(reported))
    world.do(settlement(6_000, 0))
    assert (status(world, reported), status(world, waiting)) == ("REPORTED", "LATE")
    with pytest.raises(WrongStatus):
        say(world, washed(shop), 1)


@pytest.mark.parametrize("changed", [{"score_bps": 1}, {"weight": "1"}])
def test_what_the_chain_says_otherwise_is_booked_and_shown(
    world: World, shop: Shop, changed: dict[str, Any]
) -> None:
    said = say(world, washed(shop), 5_000)
    world.do(attested(said, **changed))
    assert status(world, said) == "MISREPORTED"
    world.do(attested(said))  # a second report changes nothing of it
    assert status(world, said) == "MISREPORTED"


def test_a_review_of_nobody_here_is_booked_as_before(world: World, shop: Shop) -> None:
    said = say(world, washed(shop), 5_000)
    world.do(attested(said, review=None))
    assert status(world, said) == "OPEN"
    with snapshot(world.engine) as session, pytest.raises(UnknownReview):
        review(Rows.of(session), "RVW-2026-00099")


def test_the_first_review_of_a_sale_moves_its_customers_score_and_no_further_one(
    world: World, shop: Shop
) -> None:
    sale = washed(shop, 500_000)
    first = say(world, sale, 0)
    # a fifth of 5,000.00: (1,000,000 × 8,000 + 100,000 × 0) ÷ 1,100,000
    assert first.fields["customer_score_bps"] == 7_272
    assert say(world, sale, 0, role=0).fields["customer_score_bps"] == 7_272
    assert shop.order(net_minor=1).fields["allowed_minor"] == 727_200


def test_pay_follows_the_mean_of_the_month(world: World, shop: Shop) -> None:
    month = month_of(world.now, HOUSE_ZONE)
    with pytest.raises(NoReviews):
        world.do(pay(month))
    for net, score in ((100_000, 3_000), (50_000, 4_000), (50_000, 9_000)):
        say(world, washed(shop, net), score, role=0)
    made = world.do(pay(month))
    assert (made.fields["score_bps"], made.fields["reviews"]) == (4_750, 3)
    assert booked(made) == [(SHOP, "GL", {"6602.02": 47_500}, {"2211": 47_500})]
    with pytest.raises(PayAccrued):
        world.do(pay(month))
    world.do(pay(month, person="P-2"))
    with pytest.raises(MonthNotBegun):
        world.do(pay(month_after(month)))


def pay(month: str, person: str = "P-1") -> AccrueReviewPay:
    return AccrueReviewPay(entity=SHOP, person=person, month=month, base_minor=100_000)


def test_reviews_of_another_month_pay_nothing_in_this(world: World, shop: Shop) -> None:
    say(world, washed(shop), 10_000, role=0)
    month = month_of(world.now, HOUSE_ZONE)
    world.wait(40 * 86_400)
    with pytest.raises(NoReviews):
        world.do(pay(month_after(month)))
    assert world.do(pay(month)).fields["amount_minor"] == 100_000


def test_a_customer_is_who_bought(world: World, shop: Shop) -> None:
    assert say(world, washed(shop), 1).fields["customer"] == USER


def test_the_figures_of_the_policies(world: World, shop: Shop) -> None:
    page = (Path(__file__).parents[2] / "docs" / "accounting-policies.md").read_text("utf-8")
    part = page.partition("## A sale, its customer's delay and a review")[2]
    rows = re.findall(r"^\| `(\w+)`[^|]*\| seller \| ([^|]+) \| ([^|]+) \|$", part, re.MULTILINE)
    began = len(world.log())
    number = shop.delivered()
    shop.take_back(number, 1, 1)
    world.do(ProvideBadDebt(entity=SHOP))
    world.wait(40 * 86_400)
    paid = shop.pay(number, 101_700)
    assert paid.fields["days_late"] == 10
    world.do(ProvideBadDebt(entity=SHOP))
    of_wash = {"item": WASH, "kind": SaleKind.SERVICE, "quantity": 1, "net_minor": 10_000}
    wash = shop.order(**of_wash, tax_bps=600).number
    shop.deliver(wash, cost_minor=1_111)
    for net, score in ((100_000, 3_000), (50_000, 4_000), (50_000, 9_000)):
        say(world, washed(shop, net), score, role=0)
    world.do(pay(month_of(world.now, HOUSE_ZONE)))
    told = [
        (document.type, *(" · ".join(f"{code} {minor / 100:,.2f}" for code, minor in side.items()) for side in sides))
        for document in world.log()[began:]
        if document.type != "sales_delivery" or document.fields["chain_group"] is None
        for _, _, *sides in booked(document)
    ]  # fmt: skip
    assert told == rows
