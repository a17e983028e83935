"""Every page of every thing: with rows in all tables of the books, each read of the API answers, and none is a bug."""

from __future__ import annotations

import re
from collections.abc import Iterator

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
    "group": "SELECT code FROM chain_group",
    "number": "SELECT MIN(number) FROM document_log GROUP BY type",
    "order": "SELECT number FROM purchase_order",
    "redemption": "SELECT redemption_id FROM capacity_redemption",
    "tender": "SELECT tender_id FROM tender",
    "token": "SELECT token_id FROM capacity_token",
}
CLERKS = frozenset(Role) - PARTNERS
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
    if not names:
        yield path
        return
    (name,) = names
    with house.engine.connect() as connection:
        for (key,) in connection.execute(text(NAMED[name])):
            yield path.format(**{name: key})


@pytest.mark.sqlite("the same answers, and every page of every thing takes its time")
def test_every_page_of_every_thing_is_answered_to_every_role_that_may_read_it(told: House) -> None:
    seen: set[str] = set()
    for path in PATHS:
        for place in places(told, path):
            for role in ACCESS["GET", path] & CLERKS:
                answer = told.get(role, place)
                fits = {200} if place == path else {200, NOT_THERE}
                assert answer.status_code in fits, (role, place, answer.text[:300])
                if answer.status_code == 200:
                    seen.add(path)
    assert set(PATHS) - seen == set()
