"""Pages with forms of a chain group's life, in a real browser: axe finds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from erp.database import open_engine, upgrade
from erp.kernel.roles import Role
from tests.api.house import House, furnished
from tests.api.test_bet_terms import terms
from tests.api.test_groups import open_groups
from tests.api.test_needs import Staff
from tests.databases import Databases
from tests.erp import groups as told
from tests.web.served import Served, serving

from .conftest import LANGUAGES, Person
from .test_access import faults

GROUP = "/app/groups/GRP-2026-00001"
pytestmark = [
    pytest.mark.sqlite("a browser sees no database"),
    pytest.mark.slow,
    pytest.mark.node,
]


@dataclass
class Hall:
    """A served house: a leader chooses among candidates, a need waits, a bet is proposed on paper, a sale is delivered."""

    served: Served
    staff: Staff
    terms: str
    sale: str

    def person(self, chromium: Any, who: str, language: str, **options: Any) -> Person:
        """Somebody at a browser of its own, signed in by a token."""
        context = chromium.new_context(locale=LANGUAGES[language], **options)
        person = Person(self.served, context)
        person.sign_in(self.staff.tokens[who])
        return person


def acts(house: House) -> None:
    """The first group may be chosen for now."""
    open_groups(house)
    house.clock.now += told.GRAB


def sold(house: House) -> str:
    """A service to a user, delivered: the number of its order."""
    house.post(Role.PLANNER, "/items", {"code": "WASH", "name": "Wash", "unit": "piece"})
    house.post(Role.SALES, "/customers", {"code": "C-1", "kind": "person"})
    house.post(Role.FINANCE, "/credit-limits", {"customer": "C-1", "limit_minor": 1_000_000})
    ordered = {
        "entity": "HEFEI", "customer": "C-1", "item": "WASH", "kind": "service", "quantity": 3, "net_minor": 90_000,
        "tax_bps": 600, "payment_seconds": 86_400, "promised_at": house.clock.now,
    }  # fmt: skip
    number = str(house.post(Role.SALES, "/sales-orders", ordered).json()["document"]["number"])
    told = {"sales_order": number, "delivered_at": house.clock.now}
    assert house.post(Role.SALES, "/sales-deliveries", told).status_code == 201
    return number


@pytest.fixture(scope="module")
def hall(databases: Databases) -> Iterator[Hall]:
    """The house and its people."""
    url = databases.copy(upgrade)
    engine = open_engine(url)
    staff = Staff(furnished(engine))
    staff.need()
    proposal = staff.made("finance", "/group-proposals", **staff.proposal())
    staff.made("finance-2", "/group-approvals", proposal=proposal)
    acts(staff.house)
    number = staff.made("finance", "/bet-terms", **terms(staff))
    sale = sold(staff.house)
    staff.tokens["sales"] = staff.house.tokens[Role.SALES]
    with serving(staff.house) as served:
        yield Hall(served, staff, number, sale)
    engine.dispose()
    databases.drop(url)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_axe_finds_nothing_on_the_forms_of_a_group(
    chromium: Any, hall: Hall, language: str
) -> None:
    found = {}
    for who, paths in (
        ("hefei", (GROUP, "/app/proposals", "/app/bets/terms/new")),
        ("acme", (f"/app/bets/terms/{hall.terms}", GROUP)),
        ("service", ("/app/proposals", f"/app/sales/{hall.sale}")),
        ("finance", (f"/app/sales/{hall.sale}",)),
        ("sales", ("/app/sales",)),
    ):
        person = hall.person(chromium, who, language)
        page = person.open("/app/")
        for path in paths:
            page.goto(hall.served.url + path)
            page.evaluate(
                "for (const each of document.querySelectorAll('main details')) each.open = true"
            )
            found[who, path] = faults(page)
        person.context.close()
    assert {at: wrong for at, wrong in found.items() if wrong} == {}
