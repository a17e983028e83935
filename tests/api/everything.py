"""Books in which every table has rows, behind the API: made once in a run, copied for each test."""

from __future__ import annotations

from sqlalchemy import Engine

from erp.kernel.roles import PARTNERS, Role
from tests.erp.conftest import prepared
from tests.erp.test_replay import full_story
from tests.erp.world import World

from .house import House


def with_everything(engine: Engine) -> None:
    """Tells the full story."""
    prepared(engine)
    full_story(World(engine))


def opened(engine: Engine, partner: str) -> House:
    """A house over such books, with a token for each role; those of partners speak for one party."""
    house = House(engine)
    for role in Role:
        house.tokens[role] = house.token(f"{role}-1", role, partner if role in PARTNERS else None)
    return house
