"""The report of a demo is one file: it runs nothing, fetches nothing, and every figure of its plots stands in a table."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest

from bridge.audit import AuditReport
from bridge.audit.model import InvariantReport
from bridge.ports.port import Document
from scripts.plays.demo.figures import BookFigures, ChainFigures
from scripts.plays.demo.page import INVARIANTS, page
from scripts.plays.demo.plan import AwardMode, Day, make_plan
from scripts.plays.demo.plots import escrow_plot, round_values
from scripts.plays.demo.purchases import CARRIED, read_history
from scripts.plays.demo.report import Result
from scripts.plays.demo.running import LINE_SECONDS, _Lines
from scripts.plays.demo.story import Story, story_of

BEGAN = 1_146_441_600  # 2006-05-01
DAY = 86_400
NOTHING = Day(date(2006, 5, 1), (), (), (), (), (), awards=False)


def document(kind: str, days: int, moved: int = 0, **fields: Any) -> Document:
    lines = [{"account": "1012.02", "debit": max(moved, 0), "credit": max(-moved, 0)}]
    entries = [{"entity": "SCMS", "lines": lines}] if moved else []
    number = str(fields.get("number", kind))
    return Document(days, kind, number, None, BEGAN + days * DAY, "x", fields, entries, b"", 1)


def told() -> Story:
    """One order, a day late."""
    of = {"order": "PO-1", "supplier_code": "<S1>"}
    opened = {**of, "number": "PO-1", "amount_minor": 10_000, "promised_at": BEGAN + 4 * DAY}
    documents = [
        document("purchase_order", 0, **opened),
        document("escrow_deposit", 1, 10_000, **of),
        document("despatch", 2, **of),
        document("goods_receipt", 5, received_at=BEGAN + 5 * DAY, days_late=1, **of),
        document("payment", 6, -9_990, **of),
        document("order_close", 6, -10, **of),
        document("credit_outcome", 6, score_bps=5_900, **of),
    ]
    return story_of(documents, {"1012.02"})


@pytest.fixture
def result() -> Result:
    history = read_history(CARRIED, 5)
    plan = make_plan(history.purchases, AwardMode.HISTORY)
    chain = ChainFigures()
    lines = tuple(InvariantReport(i, f"line {i}", 5, (), 0) for i in INVARIANTS)
    audit = AuditReport(block=9, head=9, sequence=9, invariants=lines)
    books = BookFigures(7, 7, [], chain.money())
    return Result(history, plan, "none", chain, books, audit, {"<S1>": 5_900}, 6_000, 0, {}, told())


class Tags(HTMLParser):
    """All tags with what they name, and which are open at the end."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in {"meta", "input", "circle", "line", "path", "polyline"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in {"circle", "line", "path", "polyline"}:
            assert self.open.pop() == tag


def test_an_order_its_escrow_and_its_credit_are_read_from_the_documents() -> None:
    story = told()
    (order,) = story.orders
    days = [order.opened_at, order.shipped_at, order.received_at, order.paid_at]
    assert days == [BEGAN + n * DAY for n in (0, 2, 5, 6)]
    assert order.days_late == 1
    assert [held for _, held in story.escrow] == [10_000, 10, 0]
    assert story.credit == {"<S1>": [(BEGAN + 6 * DAY, 5_900)]}


def test_the_file_runs_nothing_and_fetches_nothing(result: Result) -> None:
    tags = Tags(page(result, result.story))
    assert tags.open == []
    assert not {tag for tag, _ in tags.seen} & {"script", "link", "img", "iframe", "object"}
    named = {name for _, attributes in tags.seen for name in attributes}
    assert not [name for name in named if name.startswith("on") or name in {"src", "href"}]


def test_every_line_of_the_audit_and_every_plot_with_its_table_is_there_in_both_languages(
    result: Result,
) -> None:
    html = page(result, result.story)
    for each in result.audit.invariants:
        assert each.name in html
        assert INVARIANTS[each.id] in html
    assert html.count("<details>") == html.count('role="img"') == 3
    for figure in ("100.00", "0.10", "5,900", "2006-05-06"):
        assert figure in html
    english, chinese = (len(re.findall(f'<span lang="{lang}">', html)) for lang in ("en", "zh"))
    assert english == chinese > 30


def test_names_of_the_data_are_text_and_no_markup(result: Result) -> None:
    assert "<S1>" not in page(result, result.story)


def test_a_demo_that_breaks_off_before_the_first_order_has_a_page(result: Result) -> None:
    html = page(result, Story())
    assert Tags(html).open == []
    assert escrow_plot([]).startswith("<svg ")


@pytest.mark.parametrize(
    ("low", "high", "values"),
    [(0, 16_736_080, [0, 5_000_000, 10_000_000, 15_000_000]), (6_000, 8_771, [6_000, 6_500, 7_000, 7_500, 8_000, 8_500]),
     (5, 5, [5])],
)  # fmt: skip
def test_an_axis_counts_in_round_numbers(low: int, high: int, values: list[int]) -> None:
    assert list(round_values(low, high)) == values


@pytest.mark.parametrize("every", [1.0, LINE_SECONDS, 60.0])
def test_off_a_terminal_a_line_comes_every_few_seconds(every: float) -> None:
    now, said = [0.0], []
    clock: Callable[[], float] = lambda: now[0]  # noqa: E731
    lines = _Lines(150, clock, said.append)
    lines.step("starting hardhat, deploying")
    lines.step("playing")
    for done in range(1, 61):
        now[0] += every
        lines.day(NOTHING, done, 60, done)
    told = [line for line in said if "lines paid" in line]
    assert len(told) == 60 * every // max(every, LINE_SECONDS)
    assert said[0].endswith("1 of 6: starting hardhat, deploying")
    assert "of 150 lines paid" in told[-1]
