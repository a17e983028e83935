"""Every page of every thing: with rows in all tables of the books, each read of the API answers, and none is a bug."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from sqlalchemy import text

from erp.api.routes import ACCESS
from erp.kernel.roles import PARTNERS, Role
from tests.erp.conftest import NewEngine, new_engine, prepared
from tests.erp.test_replay import full_story
from tests.erp.world import World

from .house import House

__all__ = ["new_engine"]
CLERKS = frozenset(Role) - PARTNERS
PATHS = sorted(path for method, path in ACCESS if method == "GET" and ACCESS["GET", path] & CLERKS)
# What each name in a path stands for, and where the books have all of them.
NAMED = {
    "auction": "SELECT auction_id FROM auction",
    "bet": "SELECT number FROM bet",
    "claim": "SELECT claim_id FROM claim",
    "code": "SELECT code FROM party",
    "entity": "SELECT code FROM party",
    "group": "SELECT code FROM chain_group",
    "number": "SELECT MIN(number) FROM document_log GROUP BY type",
    "order": "SELECT number FROM purchase_order",
    "role": "SELECT DISTINCT role_id FROM group_role",
    "redemption": "SELECT redemption_id FROM capacity_redemption",
    "row": "SELECT '2.2'",
    "tender": "SELECT tender_id FROM tender",
    "token": "SELECT token_id FROM capacity_token",
    "transaction": "SELECT number FROM document_log WHERE 1 = 0",  # the books know none
}
# What a page has to be asked, which has an answer for things in one state alone.
ASKED: dict[str, dict[str, Any]] = {
    "/bets/{bet}/what-if": {"party": "n1", "attainment_bps": 8_000},
    "/period-checks/{entity}": {},
    "/stock-movements": {"entity": "HEFEI", "item": "STEEL"},
    "/item-prices": {"item": "STEEL"},
    "/search": {"q": "PO-"},
}
# What a machine may lack the means for: WeasyPrint's Pango, or a font with Chinese letters; and what no API proves that has
# no witness of the chain (tests/api/test_chain.py has one).
IF_IT_CAN = frozenset({"/statements/win-win.pdf", "/documents/{number}/proof"})
NOT_NOW = 409
NOT_THERE = 404  # a number that is none of the room's, or an order without a guarantee


@pytest.fixture
def told(new_engine: NewEngine) -> House:
    """Books in which every table has rows, behind the API."""
    world = World(new_engine(prepared))
    full_story(world)
    house = House(world.engine)
    for role in CLERKS:
        house.tokens[role] = house.token(f"{role}-1", role)
    return house


def places(house: House, path: str) -> Iterator[str]:
    """A path for each thing that it can name."""
    names = re.findall(r"{(\w+)}", path)
    with house.engine.connect() as connection:
        keys = [connection.scalars(text(NAMED[name])).all() for name in names]
    for each in product(*keys):
        yield path.format(**dict(zip(names, each, strict=True)))


def asked(house: House, role: Role, path: str, place: str) -> bool:
    """Whether a place is answered with a page; anything but a page or an honest no fails."""
    answer = house.get(role, place, **ASKED.get(path, {}))
    fits = {200} if place == path else {200, NOT_THERE}
    fits |= {NOT_NOW} if path in ASKED or path in IF_IT_CAN else set()
    assert answer.status_code in fits, (role, place, answer.text[:300])
    return answer.status_code == 200


@pytest.mark.sqlite("the same answers, and every page of every thing takes its time")
def test_every_page_of_every_thing_is_answered_to_every_role_that_may_read_it(told: House) -> None:
    """What is no thing of a room is asked for by one role; every other role asks for what that one found, and one no."""
    seen: set[str] = set()
    for path in PATHS:
        first, *others = sorted(ACCESS["GET", path] & CLERKS)  # admin or auditor, who read all
        found = {place: asked(told, first, path, place) for place in places(told, path)}
        again = [place for place, there in found.items() if there]
        again += [place for place, there in found.items() if not there][:1]
        for role, place in product(others, again):
            found[place] |= asked(told, role, path, place)
        if any(found.values()):
            seen.add(path)
    assert set(PATHS) - seen <= IF_IT_CAN
