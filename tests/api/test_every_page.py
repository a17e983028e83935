"""Every page of every thing: with rows in all tables of the books, each read of the API answers, and none is a bug."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

import pytest
from sqlalchemy import text

from erp.api.routes import ACCESS
from erp.kernel.roles import PARTNERS, Role
from tests.erp.conftest import NewEngine, new_engine, prepared
from tests.erp.test_replay import full_story
from tests.erp.world import World

from .house import House

__all__ = ["new_engine"]
PATHS = sorted(path for method, path in ACCESS if method == "GET")
# What each name in a path stands for, and where the books have all of them.
NAMED = {
    "auction": "SELECT auction_id FROM auction",
    "bet": "SELECT number FROM bet",
    "claim": "SELECT claim_id FROM claim",
    "entity": "SELECT code FROM party",
    "group": "SELECT code FROM chain_group",
    "number": "SELECT MIN(number) FROM document_log GROUP BY type",
    "order": "SELECT number FROM purchase_order",
    "role": "SELECT DISTINCT role_id FROM group_role",
    "redemption": "SELECT redemption_id FROM capacity_redemption",
    "row": "SELECT '2.2'",
    "tender": "SELECT tender_id FROM tender",
    "token": "SELECT token_id FROM capacity_token",
}
# What a page has to be asked, which has an answer for things in one state alone.
ASKED = {"/bets/{bet}/what-if": {"party": "n1", "attainment_bps": 8_000}}
CLERKS = frozenset(Role) - PARTNERS
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


@pytest.mark.sqlite("the same answers, and every page of every thing takes its time")
def test_every_page_of_every_thing_is_answered_to_every_role_that_may_read_it(told: House) -> None:
    seen: set[str] = set()
    for path in PATHS:
        for place in places(told, path):
            for role in ACCESS["GET", path] & CLERKS:
                answer = told.get(role, place, **ASKED.get(path, {}))
                fits = {200} if place == path else {200, NOT_THERE}
                fits |= {NOT_NOW} if path in ASKED else set()
                assert answer.status_code in fits, (role, place, answer.text[:300])
                if answer.status_code == 200:
                    seen.add(path)
    assert set(PATHS) - seen == set()
