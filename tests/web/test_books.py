"""The books: trial balance, budgets, what finance has to settle, and the month's end, as each role may see and do them."""

from __future__ import annotations

import pytest

from erp.api.routes.payments import PaymentTimeView
from erp.kernel.roles import Role
from erp.ledger.closing import CheckName
from erp.payments.schemas import RecordTokenTransfer
from erp.web.formats import money
from erp.web.forms import minor
from erp.web.pages.books import histogram
from erp.web.pages.closing import CHECKS
from tests.api.house import BUYER, SUPPLIER, House
from tests.api.test_story import INVOICE, delivered, done, paid, stocked

from .browser import Browser, Page
from .purchase import forms, text_of

MONTH = 32 * 86_400
OPEN, RELEASE, WITHDRAW, EXPLAIN = (
    "/app/books/open", "/app/books/open/releases", "/app/books/open/withdrawals", "/app/books/open/explanations",
)  # fmt: skip
LINES, CASH = "/app/books/lines", "1002"
CLOSING, CLOSE = "/app/books/closing", "/app/books/closing/period-closes"


@pytest.fixture
def bought(house: House) -> House:
    """A house with the worked case, paid."""
    stocked(house)
    paid(house)
    return house


@pytest.fixture
def blocked(house: House) -> House:
    """A house with an invoice that asks for more than was ordered."""
    stocked(house)
    delivered(house)
    done(
        house,
        Role.SUPPLIER,
        "/supplier-invoices",
        **INVOICE | {"net_minor": 1_200_000, "tax_minor": 156_000},
    )
    return house


def statuses(house: House) -> list[str]:
    return [
        each["status"]
        for each in house.get(Role.AUDITOR, "/orders/PO-2026-00001").json()["invoices"]
    ]


def test_each_account_leads_to_its_lines_which_end_where_the_trial_balance_does(
    bought: House,
) -> None:
    finance = Browser(bought).sign_in(Role.FINANCE)
    links = [
        each for each in Page(finance.get("/app/books", month="").text).links if "/lines?" in each
    ]
    read = bought.get(Role.AUDITOR, "/trial-balance", by="entity").json()["lines"]
    assert len(links) == len(read) > 5
    for link, line in zip(links, read, strict=True):
        answer = finance.get(link)
        assert f"entity={line['key']}" in link
        page = text_of(answer)
        closing = line["closing_minor"]
        side = "" if closing == 0 else " Dr" if closing > 0 else " Cr"
        sums = f"{money(line['debit_minor'])} {money(line['credit_minor'])} {money(abs(closing))}{side}"
        assert f"Sum of these lines {sums}" in page, (link, page)


def test_each_line_leads_to_its_document_and_pages_carry_the_balance_over(
    bought: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = text_of(Browser(bought).sign_in(Role.AUDITOR).get(LINES, account=CASH))
    monkeypatch.setattr("erp.web.pages.lines.ROWS", 1)
    auditor = Browser(bought).sign_in(Role.AUDITOR)
    answer, ends, seen = auditor.get(LINES, account=CASH), [], set[str]()
    for _ in range(20):
        page = Page(answer.text)
        ends.append(" ".join(page.text.split()).split("Sum of these lines")[1].split("Times")[0])
        documents = {each for each in page.links if each.startswith("/app/documents/")}
        assert [auditor.get(each).status_code for each in documents] == [200] * len(documents)
        seen |= documents
        following = [each for each in page.links if "after=" in each]
        if not following:
            break
        answer = auditor.get(following[0])
        assert "carried over" in answer.text
    assert len(ends) >= len(seen) > 1
    assert ends[-1].split()[2:4] == whole.split("Sum of these lines")[1].split()[2:4]


@pytest.mark.parametrize(
    "query", ["month=2026-13", "scope=theirs", "after=x", "account=1002&after=1|1&carried=1.5", "account=1002&after=1|1"]
)  # fmt: skip
def test_lines_that_cannot_be_asked_for_are_refused(bought: House, query: str) -> None:
    assert Browser(bought).sign_in(Role.FINANCE).get(f"{LINES}?{query}").status_code == 422


def test_lines_are_for_those_who_read_the_books(bought: House) -> None:
    for role in Role:
        told = Browser(bought).sign_in(role).get(LINES).status_code
        read = bought.client.get("/journal-lines", headers=bought.headers(role)).status_code
        assert told == read, role


def test_the_trial_balance_has_every_figure_of_the_api(bought: House) -> None:
    answer = Browser(bought).sign_in(Role.AUDITOR).get("/app/books", month="", by="")
    read = bought.get(Role.AUDITOR, "/trial-balance").json()
    text = text_of(answer)
    assert len(read["lines"]) > 10
    for line in read["lines"]:
        for name in ("debit_minor", "credit_minor"):
            assert money(line[name]) in text
        assert f"{line['account']} {line['name']}" in text
        assert money(abs(line["closing_minor"])) in text
    assert f"Debits and credits agree: {money(read['debit_minor'])} CNY." in text


@pytest.mark.parametrize("by", ["entity", "platform", "chain_group", "node"])
def test_a_month_is_split_by_each_dimension(bought: House, by: str) -> None:
    browser = Browser(bought).sign_in(Role.FINANCE)
    answer = browser.get("/app/books", month="2026-06", by=by)
    assert answer.status_code == 200
    assert "Opening, CNY" in answer.text
    read = bought.get(
        Role.FINANCE, "/trial-balance", by=by, since="2026-06", through="2026-06"
    ).json()
    for key in {line["key"] for line in read["lines"]}:
        assert (key or "for no chain group") in answer.text


def test_months_follow_each_other_and_one_without_postings_is_empty(bought: House) -> None:
    browser = Browser(bought).sign_in(Role.FINANCE)
    page = Page(browser.get("/app/books", month="2026-01").text)
    assert "Nothing was posted here." in page.text
    assert any("month=2025-12" in link for link in page.links)
    assert any("month=2026-02" in link for link in page.links)


@pytest.mark.parametrize("query", ["month=2026-13", "month=May", "by=king", "scope=theirs"])
def test_what_cannot_be_asked_is_told(house: House, query: str) -> None:
    answer = Browser(house).sign_in(Role.FINANCE).get(f"/app/books?{query}")
    assert answer.status_code == 422


def test_who_reads_no_balances_is_led_to_the_budgets(bought: House) -> None:
    for role in (Role.PLANNER, Role.BUYER):
        browser = Browser(bought).sign_in(role)
        answer = browser.get("/app/books")
        assert answer.url.path == "/app/books/budgets"
        assert "20,000.00 CNY approved" in answer.text
        assert CLOSING not in Page(answer.text).links
        assert browser.get(CLOSING).status_code == 403
        assert "Unexplained transfers" not in browser.get(OPEN).text


@pytest.mark.parametrize(
    "role", [Role.WAREHOUSE, Role.QUALITY, Role.SALES, Role.SUPPLIER, Role.NODE, Role.HR]
)
def test_the_dock_and_other_firms_have_no_books(bought: House, role: Role) -> None:
    browser = Browser(bought).sign_in(role)
    for path in ("/app/books", "/app/books/budgets", OPEN, CLOSING):
        assert browser.get(path).status_code == 403
    assert "/app/books" not in Page(browser.get("/app/").text).links


def test_budgets_are_bars_with_their_figures_and_payments_a_histogram(bought: House) -> None:
    answer = Browser(bought).sign_in(Role.BUYER).get("/app/books/budgets")
    text = text_of(answer)
    assert answer.text.count('<rect class="expended"') == 1
    assert "HEFEI 20,000.00 9,976.00 0.00 0.00 10,024.00" in text
    assert "1 payments; half of them within 0 s." in text
    assert answer.text.count('<rect class="column"') == 8


def test_a_payment_is_counted_under_the_first_bound_that_it_did_not_reach() -> None:
    def took(seconds: int) -> PaymentTimeView:
        return PaymentTimeView(
            order="PO", delivery_id=1, payment="PAY", matched_at=100, paid_at=100 + seconds
        )

    counted = histogram([took(each) for each in (0, 1, 4, 5, 59, 60, 86_399, 86_400, 10**9)])
    assert counted == [("< 1", 1), ("< 5", 2), ("< 15", 1), ("< 60", 1), ("< 300", 1), ("< 3,600", 0),
                       ("< 86,400", 1), ("≥ 86,400", 2)]  # fmt: skip


def test_a_blocked_invoice_is_released_at_what_is_typed_once(blocked: House) -> None:
    finance = Browser(blocked).sign_in(Role.FINANCE)
    page = finance.get(OPEN)
    assert "12,000.00 CNY net and 1,560.00 CNY tax" in page.text
    (form,) = forms(page, RELEASE)
    typed = form | {"net": "9,976.00", "tax": "1296.88", "reason": "the order's price"}
    first, second = (finance.post(RELEASE, **typed) for _ in range(2))
    assert first.url == second.url
    assert "No invoice is blocked." in first.text
    assert statuses(blocked) == ["MATCHED"]


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"net": "9,976.0"}, 422, "net_minor"),
        ({"net": "1,2"}, 422, "net_minor"),
        ({"reason": ""}, 422, "reason"),
        ({"net": "", "tax": ""}, 409, ""),
        ({"key": ""}, 422, "open the page anew"),
        ({"invoice": "SI-2026-09999"}, 409, "SI-2026-09999"),
    ],
)
def test_what_refuses_a_release_is_told_beside_what_was_typed(
    blocked: House, typed: dict[str, str], status: int, said: str
) -> None:
    finance = Browser(blocked).sign_in(Role.FINANCE)
    (form,) = forms(finance.get(OPEN), RELEASE)
    told = finance.post(
        RELEASE, **form | {"net": "9,976.00", "tax": "1,296.88", "reason": "agreed"} | typed
    )
    assert told.status_code == status
    assert said in text_of(told)
    assert "Nothing was written." in told.text
    (again,) = forms(told, RELEASE)
    assert again["net"] == typed.get("net", "9,976.00")
    assert again["key"] != form["key"]
    assert statuses(blocked) == ["BLOCKED"]


def test_what_a_release_would_book_is_shown_and_nothing_is_written(blocked: House) -> None:
    finance = Browser(blocked).sign_in(Role.FINANCE)
    (form,) = forms(finance.get(OPEN), RELEASE)
    typed = form | {"net": "9,976.00", "tax": "1,296.88", "reason": "agreed", "show": "1"}
    shown = finance.post(RELEASE, **typed)
    assert "Nothing is written yet" in shown.text
    assert "1,296.88" in text_of(shown).partition("What will be booked")[2]
    (again,) = forms(shown, RELEASE)
    assert (again["net"], again["reason"]) == ("9,976.00", "agreed")
    assert statuses(blocked) == ["BLOCKED"]


def test_a_blocked_invoice_is_taken_back(blocked: House) -> None:
    finance = Browser(blocked).sign_in(Role.FINANCE)
    (form,) = forms(finance.get(OPEN), WITHDRAW)
    told = finance.post(WITHDRAW, **form | {"reason": "another delivery"})
    assert "No invoice is blocked." in told.text
    assert statuses(blocked) == ["WITHDRAWN"]


def test_buyers_see_what_is_blocked_and_settle_nothing(blocked: House) -> None:
    (form,) = forms(Browser(blocked).sign_in(Role.FINANCE).get(OPEN), RELEASE)
    for role in (Role.BUYER, Role.PLANNER, Role.AUDITOR):
        browser = Browser(blocked).sign_in(role)
        page = browser.get(OPEN)
        assert "SI-2026-00001" in page.text
        assert forms(page, RELEASE) == forms(page, WITHDRAW) == []
        assert browser.post(RELEASE, **form | {"reason": "x"}).status_code == 403
    assert statuses(blocked) == ["BLOCKED"]


def test_a_transfer_is_explained_in_the_browser(house: House) -> None:
    stocked(house)
    house.settle(RecordTokenTransfer(sender=BUYER, receiver=SUPPLIER, amount_minor=100_000))
    finance = Browser(house, "zh").sign_in(Role.FINANCE)
    assert f"{OPEN}#TKT-2026-00001" in Page(finance.get("/app/").text).links
    page = finance.get(OPEN)
    assert "HEFEI → ACME · 1,000.00 CNY" in text_of(page)
    (form,) = forms(page, EXPLAIN)
    refused = finance.post(EXPLAIN, **form | {"purpose": "other", "reason": "?"})
    assert refused.status_code == 422
    assert "没有写入任何内容" in refused.text
    (form,) = forms(refused, EXPLAIN)
    assert form["purpose"] == "other"
    told = finance.post(EXPLAIN, **form | {"purpose": "advance", "reason": "half of the price"})
    assert "所有转账均已核销。" in told.text
    assert house.get(Role.FINANCE, "/unexplained-transfers").json()["items"] == []


def test_a_month_is_closed_with_what_is_waived_and_why(house: House) -> None:
    stocked(house)
    house.settle(RecordTokenTransfer(sender=BUYER, receiver=SUPPLIER, amount_minor=100_000))
    finance = Browser(house).sign_in(Role.FINANCE)
    assert "2026-05 still runs" in finance.get(CLOSING).text
    assert forms(finance.get(CLOSING), CLOSE)[0]["period"] == "2026-05"
    house.clock.now += MONTH
    finance = Browser(house).sign_in(Role.FINANCE)
    page = finance.get(CLOSING)
    assert (
        "Transfers sent that nobody explained 1221.09 1,000.00 ✗ open, and blocks the close"
        in text_of(page)
    )
    (form,) = forms(page, CLOSE)
    refused = finance.post(CLOSE, **form)
    assert refused.status_code == 409
    assert "suspense_sent" in refused.text
    (form,) = forms(refused, CLOSE)
    waiving = form | {"waive_suspense_sent": "1", "reason": "the bank was asked"}
    first, second = (finance.post(CLOSE, **waiving) for _ in range(2))
    assert first.url == second.url
    assert "Closed through 2026-05." in first.text


def test_the_auditor_reads_the_check_list_and_closes_nothing(house: House) -> None:
    stocked(house)
    house.clock.now += MONTH
    auditor = Browser(house).sign_in(Role.AUDITOR)
    page = auditor.get(CLOSING)
    assert "2026-05 is over and can be closed." in page.text
    assert "<button>Close" not in page.text
    told = auditor.post(CLOSE, key="k-1", entity="HEFEI", period="2026-05")
    assert told.status_code == 403
    assert house.get(Role.AUDITOR, "/period-checks/HEFEI").json()["newest_closed"] is None


def test_addresses_of_forms_asked_for_as_pages_are_their_pages(house: House) -> None:
    finance = Browser(house).sign_in(Role.FINANCE)
    for path, page in ((RELEASE, OPEN), (EXPLAIN, OPEN), (CLOSE, CLOSING)):
        assert finance.get(path).url.path == page


def test_each_point_of_the_check_list_has_its_words() -> None:
    assert CHECKS.keys() == set(CheckName)


def test_money_is_read_as_people_type_it() -> None:
    assert [minor(each) for each in ("9,976.00", " 9976 ", "0.05", "1，250.50")] == [
        997_600,
        997_600,
        5,
        125_050,
    ]
    for text in ("9.9", "9,97", "9.999", "", ".50", "-1", "1e3", "٣", "1.٣٣", "9 976"):
        assert minor(text) == text
