"""Books for the tests, on SQLite and on PostgreSQL: a new database per test, copied from one prepared once in a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine

from erp.database import open_engine, snapshot, upgrade
from erp.ledger.queries import entity_balances
from erp.replay import differences
from erp.standing.queries import net_of_rules
from erp.stock.rules import StockKind
from erp.stock.schemas import OpenStock
from tests.databases import Databases, Prepare
from tests.databases import on_both_databases as pytest_generate_tests  # noqa: F401 - a hook
from tests.erp.books import check_books
from tests.erp.classes import every_field_has_a_class  # noqa: F401 - a fixture
from tests.erp.groups import prepare
from tests.erp.world import World

NewEngine = Callable[[Prepare], Engine]


def prepared(engine: Engine) -> None:
    """Up to date, with the parties, the item and the budget of `World.prepare`."""
    upgrade(engine)
    World(engine).prepare()


@pytest.fixture
def new_engine(databases: Databases) -> Iterator[NewEngine]:
    """Opens as many databases as a test asks for: each a copy of what a function made of an empty one."""
    opened: list[tuple[Engine, str]] = []

    def new(prepare: Prepare) -> Engine:
        url = databases.copy(prepare)
        engine = open_engine(url)
        opened.append((engine, url))
        return engine

    yield new
    for engine, url in opened:
        engine.dispose()
        databases.drop(url)


@pytest.fixture
def engine(new_engine: NewEngine) -> Engine:
    """An up-to-date database without any document."""
    return new_engine(upgrade)


@pytest.fixture
def world(new_engine: NewEngine) -> World:
    """Buyer, supplier and rival with tokens, an item with a policy, a budget."""
    return World(new_engine(prepared))


@pytest.fixture
def poor_world(engine: Engine) -> World:
    """The same world without any budget."""
    made = World(engine)
    made.prepare(budget=0)
    return made


@pytest.fixture
def house(engine: Engine) -> World:
    """Buyer and supplier of one house: 65 of the goods come of a stock known here, at 100.00 each."""
    made = World(engine, sisters=("supplier",))
    made.prepare()
    goods = {"item": "bolt", "quantity": 65, "value_minor": 650_000}
    made.do(OpenStock(entity="supplier", **goods, kind=StockKind.FINISHED))
    return made


@pytest.fixture
def groups(world: World) -> Iterator[World]:
    """A leader with a budget and three partners with tokens.

    After every test the invariants hold, and the books rebuilt from the log are the same.
    """
    prepare(world)
    yield world
    with snapshot(world.engine) as session:
        assert differences(session) == []
        check_books(session, -sum(entity_balances(session, "2241.01").values()))
        assert set(net_of_rules(session).values()) <= {0}
