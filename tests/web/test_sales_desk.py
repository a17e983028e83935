"""The sales desk: who may sells, delivers, books the money and keeps what users say, in the browser alone, once a form."""

from __future__ import annotations

from typing import Any

import pytest
from httpx import Response

from erp.kernel.roles import Role
from erp.parties.schemas import PartyKind, RegisterParty
from tests.api.house import House
from tests.api.test_groups import form_first, open_groups

from .browser import Browser, Page
from .looking import looked_at, signed_in

DESK, SALE = "/app/sales", "/app/sales/SO-2026-00001"
GROUP = "GRP-2026-00001"
DAY = 86_400
ORDERED = {
    "does": "open-sale", "entity": "HEFEI", "customer": "C-1", "kind": "goods", "item": "OVEN", "quantity": "10",
    "net_minor": "1,234.00", "tax_bps": "13", "payment_seconds": "30", "promised_at": "2026-06-01T10:00:00",
}  # fmt: skip


@pytest.fixture
def shop(house: House) -> House:
    """Ten ovens and more in stock, and a customer that may owe 10,000.00 at a score of 100 %."""
    house.post(Role.PLANNER, "/items", {"code": "OVEN", "name": "Oven", "unit": "piece"})
    house.told(
        Role.FINANCE, "/stock-openings",
        {"entity": "HEFEI", "item": "OVEN", "quantity": 100, "value_minor": 600_000, "kind": "finished"},
    )  # fmt: skip
    desk = Browser(house).sign_in(Role.SALES)
    desk.post(DESK, key="c-1", does="register-customer", code="C-1", kind="person", name="Li Na")
    Browser(house).sign_in(Role.FINANCE).post(
        DESK, key="l-1", does="credit-limit", customer="C-1", limit_minor="10,000.00"
    )
    return house


def at(house: House, role: Role, path: str = SALE, **form: str) -> Response:
    """What a role is answered that sends a form, under a key of its own."""
    return Browser(house).sign_in(role).post(path, key=f"k-{next(house.keys)}", **form)


def local(house: House) -> str:
    """Now, as the form of somebody without a zone of its own holds it: UTC."""
    text = Browser(house).sign_in(Role.SALES).get(DESK).text
    return text.split('name="promised_at"')[1].split('value="')[1].split('"')[0]


def sale(house: House) -> dict[str, Any]:
    """The first sale, as the auditor reads it."""
    return dict(house.get(Role.AUDITOR, "/sales-orders/SO-2026-00001").json())


def form_at(text: str, does: str) -> str:
    """What stands at the form of a name."""
    return text.split(f'<div id="{does}"')[1].split("</form>", maxsplit=1)[0]


def test_goods_go_from_order_to_money_and_back_by_those_whose_part_it_is(shop: House) -> None:
    opened = at(shop, Role.SALES, DESK, **ORDERED)
    assert opened.url.path == SALE
    assert "✓ Made: SO-2026-00001" in Page(opened.text).text
    assert sale(shop)["payment_seconds"] == 30 * DAY
    assert sale(shop)["promised_at"] == 1_780_308_000
    left = at(shop, Role.WAREHOUSE, does="despatch")
    assert "✓ Made: SDS-2026-00001" in Page(left.text).text
    shop.clock.now += 3_600
    had = at(shop, Role.SALES, does="deliver", delivered_at=local(shop))
    assert "✓ Made: SDL-2026-00001" in Page(had.text).text
    finance = Browser(shop).sign_in(Role.FINANCE)
    assert 'value="1,394.42"' in form_at(finance.get(SALE).text, "receipt")  # with 13 % tax
    money = {"amount_minor": "1,394.42", "received_at": local(shop), "bank_ref": "B-17"}
    paid = at(shop, Role.FINANCE, does="receipt", **money)
    assert "✓ Made: REC-2026-00001" in Page(paid.text).text
    assert sale(shop)["status"] == "PAID"
    back = at(shop, Role.SERVICE, does="return", quantity="1", good="1", reason="scratched")
    assert "✓ Made: SRT-2026-00001" in Page(back.text).text
    refund = form_at(finance.get(SALE).text, "refund")
    assert 'value="139.44"' in refund  # a tenth of price and tax, rounded down each
    at(shop, Role.FINANCE, does="refund", amount_minor="139.44")
    assert sale(shop)["owed_minor"] == 0
    assert '<div id="refund"' not in finance.get(SALE).text


def test_what_a_form_would_book_is_shown_and_nothing_is_written(shop: House) -> None:
    at(shop, Role.SALES, DESK, **ORDERED)
    at(shop, Role.WAREHOUSE, does="despatch")
    at(shop, Role.SALES, does="deliver", delivered_at=local(shop))
    typed = {"amount_minor": "394.42", "received_at": local(shop), "bank_ref": "B-18"}
    finance = Browser(shop).sign_in(Role.FINANCE)
    shown = finance.post(SALE, key="s-1", does="receipt", show="1", **typed)
    desk = shown.text.split('<div id="receipt"')[1].split("</form>")[0]
    assert shown.status_code == 200
    assert "What will be booked" in desk
    assert "394.42" in desk.split("<form")[0]
    assert 'value="B-18"' in desk  # what was typed stays
    assert sale(shop)["received_minor"] == 0
    assert "REC-" in Page(finance.post(SALE, key="s-1", does="receipt", **typed).text).text
    assert sale(shop)["received_minor"] == 39_442  # the key was still free
    finance.post(SALE, key="s-1", does="receipt", **typed)
    assert sale(shop)["received_minor"] == 39_442  # and is used once


@pytest.mark.parametrize(
    ("role", "path", "form", "status", "said"),
    [
        (Role.SALES, DESK, {**ORDERED, "quantity": "5,5"}, 422, "quantity"),
        (Role.SALES, DESK, {**ORDERED, "net_minor": "much"}, 422, "net_minor"),
        (Role.SALES, DESK, {**ORDERED, "customer": "C-9"}, 409, "C-9"),
        (Role.SALES, DESK, {**ORDERED, "promised_at": "soon"}, 422, "promised_at"),
        (Role.SALES, DESK, {"does": "register-customer", "code": "C-1", "kind": "firm"}, 409, "C-1"),
        (Role.FINANCE, DESK, {"does": "credit-limit", "customer": "C-1", "limit_minor": "-1"}, 422, "limit"),
        (Role.FINANCE, SALE, {"does": "receipt", "amount_minor": "1.00", "received_at": "2026-05-29T00:00:00",
                              "bank_ref": "B-1"}, 409, "CONFIRMED"),
        (Role.SERVICE, SALE, {"does": "review", "role_id": "0", "score_bps": "90"}, 409, "CONFIRMED"),
    ],
)  # fmt: skip
def test_what_is_refused_is_told_and_nothing_is_written(
    shop: House, role: Role, path: str, form: dict[str, str], status: int, said: str
) -> None:
    at(shop, Role.SALES, DESK, **ORDERED)
    count = len(shop.get(Role.AUDITOR, "/documents").json()["items"])
    told = at(shop, role, path, **form)
    assert (told.status_code, said in Page(told.text).text) == (status, True), Page(told.text).text
    assert len(shop.get(Role.AUDITOR, "/documents").json()["items"]) == count


def test_a_refusal_stands_at_its_form_with_what_was_typed_in_the_readers_language(
    shop: House,
) -> None:
    chinese = Browser(shop, "zh").sign_in(Role.SALES)
    told = chinese.post(DESK, key="r-1", **{**ORDERED, "customer": "C-9"})
    form = told.text.split('<div id="open-sale"')[1].split("</form>")[0]
    assert 'role="alert"' in form
    assert "没有写入任何内容" in form
    assert 'value="1,234.00"' in form
    assert "is registered" not in form


def test_a_sale_above_the_limit_waits_for_finance(shop: House) -> None:
    held = at(shop, Role.SALES, DESK, **{**ORDERED, "net_minor": "9,000.00"})
    assert "held for finance" in Page(held.text).text
    assert "They leave" not in Browser(shop).sign_in(Role.WAREHOUSE).get(SALE).text
    let = at(shop, Role.FINANCE, does="release", reason="the bank vouches for them")
    assert "to be delivered" in Page(let.text).text
    off = at(shop, Role.SALES, does="cancel", reason="ordered by mistake")
    assert "called off" in Page(off.text).text
    assert sale(shop)["status"] == "CANCELLED"


def test_each_is_offered_its_own_part_alone(shop: House) -> None:
    at(shop, Role.SALES, DESK, **ORDERED)
    offered = {
        role: {
            does for does in ("open-sale", "register-customer", "credit-limit", "cancel", "despatch", "deliver")
            if f'<div id="{does}"' in "".join(Browser(shop).sign_in(role).get(path).text for path in (DESK, SALE))
        }
        for role in (Role.SALES, Role.FINANCE, Role.WAREHOUSE, Role.SERVICE, Role.AUDITOR, Role.BUYER)
    }  # fmt: skip
    assert offered == {
        Role.SALES: {"open-sale", "register-customer", "cancel"},
        Role.FINANCE: {"credit-limit", "cancel"},
        Role.WAREHOUSE: {"despatch"},
        Role.SERVICE: set(),
        Role.AUDITOR: set(),
        Role.BUYER: set(),
    }
    assert at(shop, Role.BUYER, does="despatch").status_code == 403
    assert at(shop, Role.SALES, does="open-sale").status_code == 404  # not of this page
    assert at(shop, Role.SALES, DESK, does="nothing").status_code == 404


def test_a_supplier_has_no_sales_and_a_node_sees_its_own(shop: House) -> None:
    at(shop, Role.SALES, DESK, **ORDERED)
    assert Browser(shop).sign_in(Role.SUPPLIER).get(DESK).status_code == 403
    assert Browser(shop).sign_in(Role.NODE).get(SALE).status_code == 404
    hefei = signed_in(shop, shop.token("hefei-9", Role.NODE, "HEFEI"))
    page = hefei.get(SALE).text
    assert "1,234.00" in page
    assert 'class="desk"' not in page


def test_a_person_of_another_party_is_offered_nothing_of_a_sale(shop: House) -> None:
    at(shop, Role.SALES, DESK, **ORDERED)
    shop.settle(
        RegisterParty(code="WUHAN", name="Wuhan", kind=PartyKind.INTERNAL, account="0x" + "b2" * 20)
    )
    shop.post(Role.HR, "/persons", {"code": "P-9", "login": "z", "name": "Z"})
    hired = {"person": "P-9", "party": "WUHAN", "duties": ["receive"]}
    assert shop.post(Role.HR, "/employments", hired).status_code == 201
    token = shop.token("z-1", Role.WAREHOUSE, None, "P-9")
    assert '<div id="despatch"' not in signed_in(shop, token).get(SALE).text
    assert (
        signed_in(shop, token).post(SALE, key="p-1", does="despatch").status_code == 409
    )  # and refused, if it is sent all the same


def test_a_user_of_a_group_speaks_once_of_each_role_and_of_the_seller(shop: House) -> None:
    open_groups(shop)
    form_first(shop)
    in_group = {**ORDERED, "kind": "service", "chain_group": GROUP}
    text = Browser(shop).sign_in(Role.SALES).get(DESK, group=GROUP).text
    assert f'<option value="{GROUP}" selected>' in text
    at(shop, Role.SALES, f"{DESK}?group={GROUP}", **in_group)
    assert sale(shop)["chain_group"] == GROUP
    at(shop, Role.SALES, does="deliver", cost_minor="100.00", delivered_at=local(shop))
    assert sale(shop)["cost_minor"] == 10_000
    desk = form_at(Browser(shop).sign_in(Role.SERVICE).get(SALE).text, "review")
    assert "Role 1: ACME" in desk
    assert "The seller: HEFEI" in desk
    for role in ("1", "0"):
        said = at(
            shop, Role.SERVICE, does="review", role_id=role, score_bps="92.5", text="spotless"
        )
        assert "✓ Made: RVW-" in Page(said.text).text
    page = Browser(shop).sign_in(Role.SERVICE).get(SALE).text
    assert '<div id="review"' not in page
    assert Page(page).text.count("92.50 %") == 2
    assert [each["score_bps"] for each in reviews_of(shop)] == [9_250, 9_250]
    leader = signed_in(shop, shop.token("hefei-9", Role.NODE, "HEFEI"))
    assert f"/app/sales?group={GROUP}" in Page(leader.get(f"/app/groups/{GROUP}").text).links
    assert "SO-2026-00001" in leader.get(DESK, group=GROUP).text
    assert "SO-2026-00001" not in leader.get(DESK, group="GRP-2026-00002").text


def reviews_of(house: House) -> list[dict[str, Any]]:
    """What the API tells of the first sale, and of no other."""
    other = house.get(Role.AUDITOR, "/reviews", sales_order="SO-2026-00009").json()["items"]
    assert other == []
    found = house.get(Role.AUDITOR, "/reviews", sales_order="SO-2026-00001").json()["items"]
    return list(found)


def test_the_list_tells_sales_by_their_status(shop: House) -> None:
    at(shop, Role.SALES, DESK, **ORDERED)
    at(shop, Role.SALES, DESK, **{**ORDERED, "net_minor": "9,000.00"})
    finance = Browser(shop).sign_in(Role.FINANCE)
    both = finance.get(DESK).text
    assert "SO-2026-00001" in both
    assert "SO-2026-00002" in both
    held = finance.get(DESK, status="HELD").text
    assert "SO-2026-00001" not in held
    assert "SO-2026-00002" in held
    assert "SO-2026-00002" in finance.get(DESK, status="NO-SUCH").text  # as if none was named


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("role", [each for each in Role if each is not Role.SUPPLIER])
def test_pages_of_sales_are_whole_for_every_role_in_both_languages(
    shop: House, role: Role, language: str
) -> None:
    at(shop, Role.SALES, DESK, **ORDERED)
    for path in (DESK, SALE):
        page = looked_at(shop, shop.tokens[role], path, language)
        assert page is not None or role is Role.NODE
