"""A database of the first migration is brought up to date: nothing in it is lost, and acts are known as such."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, text

from bridge.store import schema
from bridge.store.engine import open_engine

OF_0001 = text(
    "INSERT INTO bridge_outbox (id, key, aggregate, signer, contract, function, args, not_before, after_sequence, note, "
    "tries, try_at, status, good_until, offers, told, traced) "
    "VALUES (:id, :key, 'a', '0x', 'C', 'f', '[]', 0, 0, '{}', 0, 0, 'confirmed', 0, 0, :told, 0)"
)
CALLS = {
    "act_request:ACT-1": True,
    "act_request:ACT-1:approval:1": True,
    "signature:SIG-1": True,
    "match:MAT-1": False,
    "anchor:7": False,
}


@pytest.fixture(params=["sqlite", "postgresql"])
def first(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with the tables of migration 0001 and a call of each kind."""
    on_postgresql = request.param == "postgresql"
    url = (
        request.getfixturevalue("postgres_db")
        if on_postgresql
        else f"sqlite:///{tmp_path / 'bridge.db'}"
    )
    engine = open_engine(url)
    with engine.begin() as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for number, key in enumerate(CALLS, start=1):
            connection.execute(OF_0001, {"id": number, "key": key, "told": None})
    yield engine
    engine.dispose()


def test_calls_of_an_older_database_are_told_as_those_of_today(first: Engine) -> None:
    assert not schema.is_current(first)
    assert schema.is_known(first)
    schema.upgrade(first)
    assert schema.is_current(first)
    with first.connect() as connection:
        found = connection.execute(text("SELECT key, is_told FROM bridge_outbox"))
        assert {key: bool(told) for key, told in found} == CALLS
