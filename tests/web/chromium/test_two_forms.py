"""Two forms in one card: what somebody types into one of them never comes into the other while the page is made anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from erp.database import open_engine, upgrade
from erp.kernel.roles import Role
from tests.api.house import House, furnished
from tests.api.test_story import INVOICE, delivered, done, stocked
from tests.databases import Databases
from tests.web.served import Served, serving

from .conftest import Person

TYPED = "a price that both sides agreed on"
pytestmark = [pytest.mark.sqlite("a browser sees no database"), pytest.mark.slow]


def invoiced(house: House, number: str) -> dict[str, Any]:
    """An invoice for more than was ordered: it is blocked."""
    asked = INVOICE | {"invoice_number": number, "net_minor": 1_200_000, "tax_minor": 156_000}
    return done(house, Role.SUPPLIER, "/supplier-invoices", **asked)


@pytest.fixture(scope="module")
def served(databases: Databases) -> Iterator[Served]:
    """A house with a blocked invoice."""
    url = databases.copy(upgrade)
    engine = open_engine(url)
    house = furnished(engine)
    stocked(house)
    delivered(house)
    invoiced(house, "INV-1")
    with serving(house) as found:
        yield found
    engine.dispose()
    databases.drop(url)


def test_what_is_typed_into_a_release_never_comes_into_the_withdrawal(
    sign_in: Callable[..., Person], served: Served
) -> None:
    page = sign_in(Role.FINANCE).open("/app/books/open")
    release = "form[action$=releases]:has(input[value=release-{number}]) input[name=reason]"
    withdrawal = "form[action$=withdrawals] input[name=reason]"
    (card,) = page.query_selector_all("#blocked-invoices article")
    own = release.format(number=card.get_attribute("id"))
    page.fill(own, TYPED)
    page.evaluate("(own) => document.querySelector(own).setSelectionRange(3, 5)", own)
    page.wait_for_timeout(500)
    invoiced(served.house, "INV-2")
    page.wait_for_function(
        "() => document.querySelectorAll('#blocked-invoices article').length === 2"
    )
    assert page.input_value(own) == TYPED
    reasons = page.locator("#blocked-invoices input[name=reason]")
    assert sorted(reasons.evaluate_all("(all) => all.map((each) => each.value)")) == [
        "", "", "", TYPED,
    ]  # fmt: skip
    assert [each.input_value() for each in page.locator(withdrawal).all()] == ["", ""]
    caret = """(own) => {
        const found = document.activeElement;
        return [found === document.querySelector(own), found.selectionStart, found.selectionEnd];
    }"""
    assert page.evaluate(caret, own) == [True, 3, 5]
