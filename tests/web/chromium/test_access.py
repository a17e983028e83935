"""Whoever uses a reader or the keyboard alone does all there is to do: axe finds nothing, and Tab reaches everything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from erp.api.witness import ParkedRow
from erp.kernel.roles import Role

from .conftest import LANGUAGES, Person

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
ORDER = "PO-2026-00001"
PAGES = (
    "/app/",
    "/app/orders",
    f"/app/orders/{ORDER}",
    "/app/documents",
    f"/app/documents/{ORDER}",
    f"/app/proofs?document={ORDER}",
    "/app/ring",
    "/app/signing",
    "/app/audit",
    "/app/contracts",
    "/app/books/lines?account=1002",
    "/app/nothing",
)
pytestmark = [
    pytest.mark.sqlite("a browser sees no database"),
    pytest.mark.slow,
    pytest.mark.node,
]
SignIn = Callable[..., Person]


def faults(page: Any) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations")
    return [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_axe_finds_nothing_on_any_page(sign_in: SignIn, language: str) -> None:
    person = sign_in(Role.AUDITOR, language)
    person.served.chain.parked = (ParkedRow("stuck", "k-1", "REFUSED", ORDER, "why", "原因"),)
    page = person.open(PAGES[0])
    found = {}
    for path in PAGES:
        page.goto(person.served.url + path)
        found[path] = faults(page)
    assert found == {path: [] for path in PAGES}


def test_the_keyboard_alone_walks_the_order_page(sign_in: SignIn) -> None:
    page = sign_in(Role.AUDITOR).open(f"/app/orders/{ORDER}")
    page.wait_for_function(
        "() => document.getElementById('content').dataset.liveText"
    )  # read anew once live
    count = page.evaluate(
        """() => {
            const what = "a[href], button, input:not([type=hidden]), [tabindex='0'], summary";
            const all = [...document.querySelectorAll(what)]
            .filter((each) => each.checkVisibility() && each.getClientRects().length > 0);
            all.forEach((each, at) => { each.dataset.at = at; }); return all.length; }"""
    )
    reached = []
    for _ in range(count):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("() => document.activeElement.dataset.at ?? null"))
    assert reached == [str(at) for at in range(count)]
    outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"


def test_the_keyboard_alone_opens_a_list_of_the_head_and_walks_it(sign_in: SignIn) -> None:
    page = sign_in(Role.AUDITOR).open(f"/app/orders/{ORDER}")
    page.locator("header summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.getAttribute('href')") == "/app/orders"
    assert page.locator("header details[open]").count() == 1
