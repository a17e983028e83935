"""performance: what each metric counts, on documents made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from erp.kernel.log.model import Document
from erp.performance.asked import Asked, Span
from erp.performance.metrics import INDEX, METRICS, PLEDGED, VALUE

DAY, HOUR = 86_400, 3_600
WINDOW = Span(100 * DAY, 110 * DAY)
GROUP = "GRP-1"
ASKED = Asked(WINDOW, frozenset({"N1"}), GROUP, frozenset({"N1", "N2"}), frozenset({"OVEN"}))
INSIDE, BEFORE, AFTER = WINDOW.start, WINDOW.start - 1, WINDOW.end


class Log:
    """Documents by hand, in sequence."""

    def __init__(self) -> None:
        self.documents: list[Document] = []

    def add(self, type_: str, at: int, *, entries: Any = (), **fields: Any) -> Document:
        """One more."""
        place = len(self.documents) + 1
        document = Document(
            sequence=place, type=type_, number=f"{type_}-{place}", origin=None, at=at, actor="test", caused_by=None,
            command="", fields=fields, entries=list(entries), salt=b"", rules_version=1,
        )  # fmt: skip
        self.documents.append(document)
        return document

    def count(self, code: int, asked: Asked = ASKED) -> int | None:
        """A metric of all of them."""
        return METRICS[code].count(self.documents, asked)


def posted(
    entity: str, *lines: tuple[str, int, int, str | None], group: str = GROUP, ledger: str = "GL"
) -> dict[str, Any]:
    """An entry as a document keeps it: account, debit, credit and counterparty of each line."""
    return {
        "entity": entity,
        "ledger": ledger,
        "chain_group": group,
        "lines": [
            {"account": account, "debit": debit, "credit": credit, "counterparty": whom}
            for account, debit, credit, whom in lines
        ],
    }


def test_a_party_can_pledge_all_but_index_and_value() -> None:
    assert {101, 102, 103, 104, 105, 106, 108, 110, 111, 112} == PLEDGED
    assert METRICS.keys() - PLEDGED == {INDEX, VALUE}


def test_nothing_is_rejected_by_an_inspection_that_a_claim_counts_instead_of() -> None:
    log = Log()
    for delivery, overtaken in ((1, True), (2, False), (3, True)):
        of = {"order": "PO-1", "delivery_id": delivery}
        inspection = log.add("inspection", INSIDE, **of, rejected=5)
        instead_of = inspection.number if overtaken else None
        log.add("silent_acceptance", AFTER, **of, instead_of=instead_of)
    assert log.count(101) == 5
    log.add("delivery_ruling", AFTER, order="PO-1", delivery_id=3, received=9, accepted=6)
    assert log.count(101) == 5 + 3


def test_stock_is_weighed_by_time_and_rounded_up_against_whoever_has_it() -> None:
    log = Log()
    log.add("stock_opening", INSIDE - DAY, entity="N1", item="OVEN", quantity=10)
    log.add("stock_opening", INSIDE - DAY, entity="N1", item="NAIL", quantity=900)
    log.add("stock_opening", INSIDE - DAY, entity="N2", item="OVEN", quantity=900)
    assert log.count(103) == 10
    log.add("goods_issue", INSIDE + 5 * DAY, entity="N1", item="OVEN", quantity=10)
    assert log.count(103) == 5
    log.add("stock_opening", AFTER - 1, entity="N1", item="OVEN", quantity=1)
    assert log.count(103) == 6
    log.add("stock_opening", AFTER, entity="N1", item="OVEN", quantity=10**6)
    assert log.count(103) == 6


def test_stock_follows_sales_returns_and_what_is_taken_back() -> None:
    log = Log()
    log.add("stock_opening", INSIDE, entity="N1", item="OVEN", quantity=100)
    issue = log.add("goods_issue", INSIDE, entity="N1", item="OVEN", quantity=60)
    log.add("reversal", INSIDE, number=issue.number)
    log.add("sales_despatch", INSIDE, entity="N1", item="OVEN", quantity=30, sales_order="SO-1")
    log.add("sales_return", INSIDE, entity="N1", quantity=5, good=4, sales_order="SO-1")
    assert log.count(103) == 100 - 30 + 4


def test_stock_follows_purchases_their_rulings_and_their_defects_on_both_sides() -> None:
    log, of = Log(), {"order": "PO-1", "delivery_id": 1, "item": "OVEN"}
    sides = {"buyer_code": "N1", "supplier_code": "MAKER"}
    maker = Asked(WINDOW, frozenset({"MAKER"}), GROUP, frozenset(), frozenset({"OVEN"}))

    def told(type_: str, **fields: Any) -> tuple[int | None, int | None]:
        log.add(type_, INSIDE, **of, **sides, **fields)
        return log.count(103), log.count(103, maker)

    log.add("stock_opening", INSIDE, entity="MAKER", item="OVEN", quantity=50)
    assert told("despatch", quantity=60, cost_unknown=10) == (0, 0)
    assert told("goods_receipt", quantity=48) == (0, 0)
    assert told("inspection", accepted=40, rejected=8) == (40, 8)
    assert told("silent_acceptance", accepted=40, stands_for_inspection=False) == (40, 8)
    assert told("silent_acceptance", accepted=48, stands_for_inspection=True) == (48, 0)
    assert told("delivery_ruling", received=50, accepted=45) == (45, 5)
    assert told("defect_settlement", quantity=3, on_hand=2) == (43, 5)


@pytest.mark.parametrize("ended", [False, True], ids=["void", "end of the order"])
def test_what_came_too_late_lies_in_no_stock_on_either_side(ended: bool) -> None:
    log, of = Log(), {"order": "PO-1", "item": "OVEN", "buyer_code": "N1", "supplier_code": "MAKER"}
    maker = Asked(WINDOW, frozenset({"MAKER"}), GROUP, frozenset(), frozenset({"OVEN"}))
    log.add("stock_opening", INSIDE, entity="MAKER", item="OVEN", quantity=50)
    one = {**of, "delivery_id": 1}
    log.add("despatch", INSIDE, **one, quantity=50, cost_unknown=0)
    receipt = log.add("goods_receipt", INSIDE, **one, quantity=50).number
    log.add("inspection", INSIDE, **one, accepted=40, rejected=10)
    assert (log.count(103), log.count(103, maker)) == (40, 10)
    if ended:
        log.add("order_close", INSIDE, **of, lost=[1], voided=[receipt])
    else:
        log.add("receipt_void", INSIDE, **one, voided=[receipt])
        log.add("order_close", INSIDE, **of, lost=[1], voided=[])
    assert (log.count(103), log.count(103, maker)) == (0, 0)


def test_what_came_back_was_not_sold_and_never_counts_below_nothing() -> None:
    log = Log()
    log.add("sales_delivery", AFTER, delivered_at=INSIDE, quantity=10)
    log.add("sales_delivery", INSIDE, delivered_at=BEFORE, quantity=100)
    log.add("sales_return", INSIDE, quantity=3)
    assert log.count(104) == 7
    log.add("sales_return", INSIDE, quantity=30)
    assert log.count(104) == 0


def test_sales_and_margin_are_sums_of_lines_by_account_party_group_and_time() -> None:
    log = Log()
    sale = posted("N1", ("6001", 0, 900, None), ("6401", 400, 0, None), ("1122", 900, 0, None))
    log.add("sales_delivery", INSIDE, entries=[sale])
    log.add("sales_delivery", BEFORE, entries=[sale])
    log.add("sales_delivery", AFTER, entries=[sale])
    log.add("sales_delivery", INSIDE, entries=[posted("N1", ("6001", 0, 7, None), group="GRP-2")])
    log.add("sales_delivery", INSIDE, entries=[posted("N2", ("6001", 0, 7, None))])
    log.add("x", INSIDE, entries=[posted("N1", ("6001", 0, 7, None), ledger="BUD")])
    log.add("x", INSIDE, entries=[posted("N1", ("6051.04", 0, 50, None), ("6602.02", 20, 0, None))])
    assert (log.count(105), log.count(108)) == (950, 900 - 400 + 50 - 20)


def test_what_members_sell_each_other_is_no_margin_and_adds_no_value() -> None:
    log = Log()
    log.add("group_proposal", BEFORE, base_margin_minor=100)
    log.add("x", INSIDE, entries=[posted("N1", ("6001", 0, 5_000, "N2"))])
    log.add("x", INSIDE, entries=[posted("N2", ("6401", 3_000, 0, "N1"), ("6401", 40, 0, "MAKER"))])
    log.add("x", INSIDE, entries=[posted("N2", ("6001", 0, 1_000, None))])
    whole = Asked(WINDOW, frozenset({"N1", "N2"}), GROUP, frozenset({"N1", "N2"}), most=800)
    assert log.count(VALUE, whole) == 800
    richer = Asked(WINDOW, whole.parties, GROUP, whole.members, most=10_000)
    assert log.count(VALUE, richer) == 1_000 - 40 - 100
    log.add("x", INSIDE, entries=[posted("N1", ("6401", 2_000, 0, None))])
    assert log.count(VALUE, richer) == 0
    assert log.count(108) == 0


@pytest.mark.parametrize("bases", [0, 2])
def test_no_value_is_counted_without_one_approved_base(bases: int) -> None:
    log = Log()
    for _ in range(bases):
        log.add("group_proposal", BEFORE, base_margin_minor=0)
    assert log.count(VALUE) is None


def test_a_mean_is_weighed_and_rounded_against_whoever_is_measured() -> None:
    log = Log()
    assert log.count(106) is None
    assert log.count(110) is None
    log.add("review", INSIDE, weight_minor=2, score_bps=10_000)
    log.add("review", INSIDE, weight_minor=1, score_bps=9_999)
    log.add("review", AFTER, weight_minor=100, score_bps=0)
    assert log.count(106) == 9_999
    for took in (HOUR, HOUR + 2):
        order = log.add("sales_order", INSIDE, item="OVEN", quantity=1)
        log.add("sales_delivery", INSIDE, delivered_at=INSIDE + took, sales_order=order.number)
    assert log.count(110) == 2


def test_a_customer_is_new_once_and_comes_again_once() -> None:
    log = Log()
    for customer, at in (
        ("OLD", BEFORE), ("OLD", INSIDE), ("OLD", INSIDE + 1), ("NEW", INSIDE), ("TWICE", INSIDE), ("TWICE", INSIDE),
    ):  # fmt: skip
        log.add("sales_delivery", INSIDE, customer=customer, delivered_at=at)
    assert (log.count(111), log.count(112)) == (2, 2)


def test_demand_is_what_was_ordered_and_stood_at_the_end() -> None:
    log = Log()
    kept = log.add("sales_order", INSIDE, item="OVEN", quantity=5)
    gone = log.add("sales_order", INSIDE, item="OVEN", quantity=50)
    log.add("sales_order", INSIDE, item="NAIL", quantity=500)
    log.add("sales_order", AFTER, item="OVEN", quantity=5_000)
    log.add("sales_cancellation", AFTER - 1, sales_order=gone.number)
    log.add("sales_cancellation", AFTER, sales_order=kept.number)
    assert log.count(INDEX) == 5
