"""Claims on the books: every entry of their life, what is refused, and that the log rebuilds it all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from erp.database import snapshot, transaction
from erp.kernel.errors import Disagrees, WrongStatus
from erp.kernel.rows import Rows
from erp.ledger.queries import balance
from erp.payments.schemas import RecordTokenTransfer
from erp.receivables.errors import (
    AccountNotForClaim,
    ClaimExceedsPayment,
    ClaimExists,
    ClaimTransferExplained,
    OneReason,
    UnknownClaim,
    UnknownClaimTransfer,
)
from erp.receivables.queries import claim
from erp.receivables.rules import carrying_of_part
from erp.receivables.schemas import ExplainClaimTransfer, RecordOfferWithdrawal
from erp.replay import differences
from erp.standing.queries import net_of_rules
from tests.erp.books import check_counterparties
from tests.erp.claims import AMOUNT, TERM, Deal, due, handed, offered, sold, split
from tests.erp.test_worked_case import booked
from tests.erp.world import World, account

GL = "GL"


@pytest.fixture
def deal(world: World) -> Iterator[Deal]:
    """An order paid later; afterwards the log rebuilds the books, and every rule stands at zero."""
    yield Deal(world)
    with snapshot(world.engine) as session:
        assert differences(session) == []
        check_counterparties(session)
        assert {name: net for name, net in net_of_rules(session).items() if net} == {}


def standing(world: World, entity: str, code: str) -> int:
    with transaction(world.engine) as session:
        return balance(Rows.of(session), entity, code)


def tokens(world: World, sender: str, receiver: str, amount: int) -> str:
    """Tokens sent outside of any contract; the number of their document."""
    moved = RecordTokenTransfer(
        sender=account(sender), receiver=account(receiver), amount_minor=amount
    )
    return world.do(moved).number


def test_a_payment_put_off_leaves_the_debt_and_covers_it(world: World, deal: Deal) -> None:
    deal.fund()
    payment = deal.pay()
    assert payment.fields["deferred"]
    assert booked(payment) == [
        ("buyer", GL, {"2202.01": AMOUNT, "1012.06": AMOUNT}, {"1012.02": AMOUNT, "2202.03": AMOUNT}),
        ("supplier", GL, {"1124": AMOUNT}, {"1122.01": AMOUNT}),
    ]  # fmt: skip
    made = world.do(deal.claim())
    assert (made.type, made.entries, made.fields["order"]) == ("receivable", [], deal.order)


def test_a_late_delivery_becomes_a_claim_less_its_penalty(world: World, deal: Deal) -> None:
    deal.fund()
    payment = deal.pay(days_late=3)
    kept = AMOUNT * 150 // 10_000
    paid = AMOUNT - kept
    assert payment.fields["paid_minor"] == paid
    assert standing(world, "supplier", "1124") == standing(world, "buyer", "1012.06") == paid
    with pytest.raises(ClaimExceedsPayment):
        world.do(deal.claim(amount=AMOUNT))
    world.do(deal.claim(amount=paid))


def test_a_payment_at_once_makes_no_claim(world: World) -> None:
    deal = Deal(world, payment_seconds=0)
    deal.fund()
    payment = deal.pay()
    assert not payment.fields["deferred"]
    with pytest.raises(Disagrees):  # the order is due at once
        world.do(deal.claim())
    with pytest.raises(ClaimExceedsPayment):
        world.do(deal.claim(due_at=world.now))


@pytest.mark.parametrize(
    "changed", [{"supplier": "rival"}, {"buyer": "rival"}, {"due_at": 1}], ids=str
)
def test_a_claim_of_others_or_due_at_another_time_is_refused(
    world: World, deal: Deal, changed: dict[str, str | int]
) -> None:
    deal.fund()
    deal.pay()
    told = {k: account(v) if isinstance(v, str) else v for k, v in changed.items()}
    with pytest.raises(Disagrees):
        world.do(deal.claim(**told))
    world.do(deal.claim())


def test_one_payment_makes_one_claim(world: World, deal: Deal) -> None:
    deal.claimed()
    with pytest.raises(ClaimExists):
        world.do(deal.claim())
    with pytest.raises(ClaimExceedsPayment):
        world.do(deal.claim(2, 1))


def test_a_part_stands_at_its_share_and_all_parts_at_the_whole(world: World, deal: Deal) -> None:
    deal.claimed()
    made = world.do(split(2, 333_333, AMOUNT - 333_333))
    assert (made.type, made.entries) == ("receivable_split", [])
    assert made.fields["carrying_minor"] == 333_333
    assert carrying_of_part(100, 1, 3) + carrying_of_part(67, 2, 2) == 100
    with pytest.raises(ClaimExists):
        world.do(split(2, 1, AMOUNT - 333_334, 2))
    with pytest.raises(Disagrees):
        world.do(split(3, 2, AMOUNT, 2))
    with pytest.raises(UnknownClaim):
        world.do(sold(1, claim_id=9))


def test_a_claim_sold_below_its_amount_costs_the_seller_and_earns_the_financier(
    world: World, deal: Deal
) -> None:
    deal.claimed()
    sale = world.do(sold(1_130_000))
    assert booked(sale) == [
        ("supplier", GL, {"1012.01": 1_130_000, "6603.01": 20_000}, {"1124": AMOUNT}),
        ("rival", GL, {"1124": 1_130_000}, {"1012.01": 1_130_000}),
        ("buyer", GL, {"2202.03": AMOUNT}, {"2202.03": AMOUNT}),  # owed to another now
    ]
    with pytest.raises(Disagrees):  # sold twice: the supplier holds it no more
        world.do(sold(1_130_000, revision=2))
    world.wait(TERM)
    paid = world.do(due("rival"))
    assert booked(paid) == [
        ("rival", GL, {"1012.01": AMOUNT}, {"1124": 1_130_000, "6111.02": 20_000}),
        ("buyer", GL, {"2202.03": AMOUNT}, {"1012.06": AMOUNT}),
    ]
    with pytest.raises(WrongStatus):
        world.do(due("rival"))


def test_a_claim_sold_at_its_amount_costs_nothing(world: World, deal: Deal) -> None:
    deal.claimed()
    assert booked(world.do(sold(AMOUNT)))[0] == (
        "supplier", GL, {"1012.01": AMOUNT}, {"1124": AMOUNT},
    )  # fmt: skip


def test_a_claim_resold_above_what_it_stood_at_earns_the_difference(
    world: World, deal: Deal
) -> None:
    deal.claimed()
    world.do(sold(1_100_000))
    back = sold(1_120_000, seller=account("rival"), financier=account("supplier"), revision=2)
    assert booked(world.do(back))[0] == (
        "rival", GL, {"1012.01": 1_120_000}, {"1124": 1_100_000, "6111.02": 20_000},
    )  # fmt: skip


def test_an_offer_stands_until_the_next_word_of_the_holder(world: World, deal: Deal) -> None:
    deal.claimed()
    world.do(offered(1_000_000))
    with transaction(world.engine) as session:
        found = claim(Rows.of(session), 1)
        assert (found.price_minor, found.offered_to) == (1_000_000, "rival")
    world.do(offered(900_000, to=None, revision=2))
    withdrawn = RecordOfferWithdrawal(claim_id=1, holder=account("supplier"), revision=3)
    assert world.do(withdrawn).entries == []
    with transaction(world.engine) as session:
        found = claim(Rows.of(session), 1)
        assert (found.price_minor, found.offered_to, found.revision) == (0, None, 3)
    with pytest.raises(Disagrees):  # a word of the holder between is missing
        world.do(offered(1, revision=5))


def test_a_claim_is_paid_to_its_holder_alone(world: World, deal: Deal) -> None:
    deal.claimed()
    with pytest.raises(Disagrees):
        world.do(due("rival"))
    world.do(due("supplier"))


# ---- handed on -----------------------------------------------------------------------------------


def test_a_claim_handed_on_waits_in_suspense_on_both_sides(world: World, deal: Deal) -> None:
    deal.claimed()
    moved = world.do(handed("supplier", "rival"))
    assert booked(moved) == [
        ("supplier", GL, {"1221.09": AMOUNT}, {"1124": AMOUNT}),
        ("rival", GL, {"1124": AMOUNT}, {"2241.09": AMOUNT}),
        ("buyer", GL, {"2202.03": AMOUNT}, {"2202.03": AMOUNT}),
    ]


@pytest.mark.parametrize("paid_first", [True, False], ids=["paid first", "handed on first"])
def test_one_payment_and_one_claim_explain_each_other_whichever_came_first(
    world: World, deal: Deal, paid_first: bool
) -> None:
    deal.claimed()
    if paid_first:
        payment = tokens(world, "rival", "supplier", 90_000)
        world.do(handed("supplier", "rival"))
    else:
        world.do(handed("supplier", "rival"))
        payment = tokens(world, "rival", "supplier", 90_000)
    made = world.last("claim_explanation")
    assert made.fields["paid_by"] == payment
    assert booked(made) == [
        ("supplier", GL, {"2241.09": 90_000, "6603.01": AMOUNT - 90_000}, {"1221.09": AMOUNT}),
        ("rival", GL, {"2241.09": AMOUNT}, {"1221.09": 90_000, "1124": AMOUNT - 90_000}),
    ]
    for who in ("supplier", "rival"):
        assert standing(world, who, "1221.09") == standing(world, who, "2241.09") == 0
    with pytest.raises(ClaimTransferExplained):
        world.do(
            ExplainClaimTransfer(
                transfer=made.fields["transfer"], paid_by=payment, reason="once more"
            )
        )


def test_two_payments_or_one_the_other_way_are_left_to_finance(world: World, deal: Deal) -> None:
    deal.claimed()
    tokens(world, "supplier", "rival", 10)
    tokens(world, "rival", "supplier", 20)
    moved = world.do(handed("supplier", "rival"))
    paid = tokens(world, "rival", "supplier", 30)
    assert [d.type for d in world.log() if d.type == "claim_explanation"] == []
    world.do(ExplainClaimTransfer(transfer=moved.number, paid_by=paid, reason="by telephone"))
    assert standing(world, "rival", "1124") == 30


def test_a_payment_above_the_claim_is_not_taken_for_its_price(world: World, deal: Deal) -> None:
    deal.fund()
    deal.pay(1)
    world.do(deal.claim(amount=11_500))
    world.do(handed("supplier", "rival", 11_500))
    tokens(world, "rival", "supplier", 11_501)
    assert [d.type for d in world.log() if d.type == "claim_explanation"] == []


def test_a_claim_that_came_back_stands_at_what_it_stood(world: World, deal: Deal) -> None:
    deal.claimed()
    there = world.do(handed("supplier", "rival")).number
    back = world.do(handed("rival", "supplier", revision=2)).number
    world.do(ExplainClaimTransfer(transfer=there, returned_by=back, reason="a slip"))
    for who in ("supplier", "rival"):
        assert standing(world, who, "1221.09") == standing(world, who, "2241.09") == 0
    assert (standing(world, "supplier", "1124"), standing(world, "rival", "1124")) == (AMOUNT, 0)


def test_a_claim_handed_on_as_an_advance_leaves_suspense_for_the_named_accounts(
    world: World, deal: Deal
) -> None:
    deal.claimed()
    number = world.do(handed("supplier", "rival")).number
    advance = {"sender_account": "1123.01", "receiver_account": "2203"}
    made = world.do(ExplainClaimTransfer(transfer=number, reason="for steel", **advance))
    assert booked(made) == [
        ("supplier", GL, {"1123.01": AMOUNT}, {"1221.09": AMOUNT}),
        ("rival", GL, {"2241.09": AMOUNT}, {"2203": AMOUNT}),
    ]


def test_a_price_told_after_the_claim_was_paid_is_income_at_once(world: World, deal: Deal) -> None:
    deal.claimed()
    number = world.do(handed("supplier", "rival")).number
    world.do(due("rival"))
    tokens(world, "supplier", "rival", 5)  # so that nothing explains itself
    paid = tokens(world, "rival", "supplier", AMOUNT - 1_000)
    made = world.do(ExplainClaimTransfer(transfer=number, paid_by=paid, reason="late"))
    assert booked(made)[1] == (
        "rival", GL, {"2241.09": AMOUNT}, {"1221.09": AMOUNT - 1_000, "6111.02": 1_000},
    )  # fmt: skip


def test_an_explanation_says_one_reason_and_accounts_that_may_be_named(
    world: World, deal: Deal
) -> None:
    deal.claimed()
    number = world.do(handed("supplier", "rival")).number
    for reasons in (
        {},
        {"paid_by": "TKT-2026-00001", "returned_by": "RCT-2026-00002"},
        {"sender_account": "1123.01"},
    ):
        with pytest.raises(OneReason):
            world.do(ExplainClaimTransfer(transfer=number, reason="why", **reasons))
    with pytest.raises(AccountNotForClaim):
        world.do(
            ExplainClaimTransfer(
                transfer=number, sender_account="1124", receiver_account="2203", reason="why"
            )
        )
    with pytest.raises(UnknownClaimTransfer):
        world.do(ExplainClaimTransfer(transfer="RCT-2026-09999", paid_by="x", reason="why"))


def test_the_entries_of_a_claim_carry_the_group_of_its_order(world: World) -> None:
    group = "GRP-2026-00001"
    deal = Deal(world, chain_group=group)
    deal.claimed()
    made = [world.do(sold(1_100_000)), world.do(due("rival"))]
    assert {entry["chain_group"] for one in made for entry in one.entries} == {group}
