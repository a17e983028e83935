"""A telephone's width: what a supplier and a clerk do there is read without moving the page sideways."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from erp.kernel.roles import Role

from .conftest import Person

pytestmark = [pytest.mark.sqlite("a browser sees no database"), pytest.mark.slow]
PHONE = {"width": 390, "height": 844}
ORDER = "PO-2026-00001"
WIDTH = "() => document.documentElement.scrollWidth"
CUT = """() => [...document.querySelectorAll('.rows')]
  .flatMap(each => [each.parentElement, ...each.querySelectorAll('td, th')])
  .filter(each => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0).map(each => each.innerText)"""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_page_moves_sideways_and_no_row_is_cut_off_at_a_phones_width(
    sign_in: Callable[..., Person], language: str
) -> None:
    person = sign_in(Role.FINANCE, language, viewport=PHONE)
    paths = (
        "/app/",
        "/app/orders",
        "/app/tenders",
        f"/app/orders/{ORDER}",
        "/app/documents/PAY-2026-00001",
    )
    for path in paths:
        page = person.open(path)
        assert page.evaluate(WIDTH) == PHONE["width"], path
        assert page.evaluate(CUT) == [], path
        page.close()
