"""The reorder board: what each role sees of stock, chains and holds, and the planning run, once however often it is sent."""

from __future__ import annotations

import pytest

from erp.kernel.roles import Role
from erp.procurement.schemas import RecordTenderVoid
from tests.api.house import House
from tests.api.test_invitations import opened
from tests.api.test_story import DAY, POLICY, issued, ordered, paid, stocked

from .browser import Browser, Page
from .purchase import ORDER, TENDER, forms, text_of

RUN = "/app/stock/planning-runs"
ITEM = "/app/stock/item?entity=HEFEI&item=STEEL"


@pytest.fixture
def due(house: House) -> House:
    """A house whose tender ended void: the item is due, and nothing asks for it."""
    opened(house)
    house.clock.now += 3 * DAY
    house.settle(RecordTenderVoid(tender_id=1, requisition="PR-2026-00001", bids=0))
    return house


def test_the_board_leads_from_the_requisition_to_the_order(house: House) -> None:
    stocked(house)
    ordered(house)
    page = Page(Browser(house).sign_in(Role.BUYER).get("/app/stock").text)
    assert {
        f"/app/orders/{ORDER}",
        f"/app/tenders/{TENDER}",
        "/app/documents/PR-2026-00001",
    } <= set(page.links)
    assert "40 sheet 100 sheet 50 sheet" in " ".join(page.text.split())
    assert "Below its point, on its way" in page.text


def test_the_planning_run_raises_one_requisition_however_often_it_is_sent(due: House) -> None:
    planner = Browser(due).sign_in(Role.PLANNER)
    board = planner.get("/app/stock")
    assert "Due, and nothing was asked for" in board.text
    (form,) = forms(board, RUN)
    first, second = (planner.post(RUN, **form) for _ in range(2))
    assert "The planning run found 1 items due. Raised: PR-2026-00002" in text_of(first)
    assert first.url == second.url
    assert len(due.get(Role.BUYER, "/requisitions").json()["items"]) == 2
    (again,) = forms(first, RUN)
    assert "found 0 items due" in text_of(planner.post(RUN, **again))


def test_a_run_tells_what_it_put_on_hold(house: House) -> None:
    stocked(house, budget=1_200_000)
    issued(house)
    house.post(
        Role.PLANNER, "/requisition-cancellations", {"requisition": "PR-2026-00001", "reason": "no"}
    )
    planner = Browser(house).sign_in(Role.PLANNER)
    held = house.post(Role.PLANNER, "/sourcing-policies", policy_above_budget())
    assert held.status_code == 201
    text = text_of(planner.get("/app/stock"))
    assert "On hold" in text
    assert "HLD-2026-00001" in text
    (form,) = forms(planner.get("/app/stock"), RUN)
    assert "1 wait for the same reason as before." in text_of(planner.post(RUN, **form))


def policy_above_budget() -> dict[str, object]:
    """The policy of the house at an estimate that no budget covers."""
    return POLICY | {"estimate_minor": 9_000_000}


def test_the_dock_sees_that_a_reorder_waits_and_not_for_what_budget(house: House) -> None:
    stocked(house, budget=7_654)
    issued(house)
    told = Browser(house).sign_in(Role.WAREHOUSE).get("/app/stock")
    assert "On hold" in told.text
    assert "•••" in told.text
    assert "7654" not in told.text
    assert "7654" in Browser(house).sign_in(Role.PLANNER).get("/app/stock").text


def test_a_row_of_the_board_shows_its_stock_as_a_small_line_of_its_own_file(house: House) -> None:
    stocked(house)
    browser = Browser(house).sign_in(Role.PLANNER)
    board = Page(browser.get("/app/stock").text)
    (line,) = [each for each in board.files if each.startswith("/app/stock/line.svg")]
    drawn = browser.get(line)
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert "stroke-dasharray" in drawn.text  # its reorder point
    assert Browser(house).sign_in(Role.SUPPLIER).get(line).status_code == 403


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.PLANNER])
def test_nobody_else_runs_the_reorder_check(due: House, role: Role) -> None:
    (form,) = forms(Browser(due).sign_in(Role.PLANNER).get("/app/stock"), RUN)
    browser = Browser(due).sign_in(role)
    assert RUN not in browser.get("/app/stock").text
    assert browser.post(RUN, **form).status_code == 403
    assert len(due.get(Role.BUYER, "/requisitions").json()["items"]) == 1


def test_a_form_without_its_key_or_from_elsewhere_runs_nothing(due: House) -> None:
    planner = Browser(due).sign_in(Role.PLANNER)
    refused = planner.post(RUN, key="")
    assert refused.status_code == 422
    assert "open the page anew" in refused.text
    assert planner.post(RUN, {"Sec-Fetch-Site": "cross-site"}, key="k-1").status_code == 403
    assert planner.get(RUN).url.path == "/app/stock"
    assert len(due.get(Role.BUYER, "/requisitions").json()["items"]) == 1


def test_an_item_shows_how_its_stock_moved_with_the_same_figures_in_a_table(house: House) -> None:
    stocked(house)
    paid(house)
    answer = Browser(house).sign_in(Role.PLANNER).get(ITEM)
    assert answer.text.count('<circle class="dot"') == 4  # three of its stock, one of its price
    assert "PO-2026-00001 TND-2026-00001" in text_of(answer)
    assert "100 11,500.00 115.00" in text_of(answer)
    dock = text_of(Browser(house).sign_in(Role.WAREHOUSE).get(ITEM))
    assert "100 ••• •••" in dock
    assert "11,500.00" not in dock
    table = text_of(answer).partition("The figures of the plot")[2]
    assert [count for count in ("60", "40", "126") if f"{count} " in table + " "] == [
        "60",
        "40",
        "126",
    ]
    assert "Reorder point 50" in text_of(answer)
    assert "does not hold every movement" not in answer.text


@pytest.mark.parametrize(
    "query", ["", "?entity=HEFEI", "?entity=HEFEI&item=NONE", "?entity=%00&item=x"]
)
def test_an_item_that_is_not_there_is_told(house: House, query: str) -> None:
    assert Browser(house).sign_in(Role.PLANNER).get(f"/app/stock/item{query}").status_code == 404


def test_an_empty_board_says_so_in_both_languages(house: House) -> None:
    for language, said in (("en", "No item has a sourcing policy"), ("zh", "没有物料设置补货策略")):
        assert said in Browser(house, language).sign_in(Role.PLANNER).get("/app/stock").text


def test_a_supplier_has_no_board(house: House) -> None:
    browser = Browser(house).sign_in(Role.SUPPLIER)
    assert browser.get("/app/stock").status_code == 403
    assert "/app/stock" not in Page(browser.get("/app/").text).links
