"""A bridge that starts while PostgreSQL has no memory or room, or ends, says to try again, and names no wrong setting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bridge.errors import BadConfiguration, Retryable
from bridge.store.engine import driver_errors
from tests.faults.starting import told_otherwise

HAS_NONE = "DO $$ BEGIN RAISE EXCEPTION 'has none' USING ERRCODE = '{}'; END $$"


@pytest.mark.parametrize("state", ["53200", "53100", "57P01"], ids=["memory", "disk", "shutdown"])
def test_a_start_for_which_the_database_has_nothing_left_is_told_as_busy(
    tmp_path: Path, postgres_db: str, state: str
) -> None:
    def has_none(connection: Any) -> None:
        connection.execute(HAS_NONE.format(state))

    assert told_otherwise(tmp_path, postgres_db, has_none) == []


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("libpq.so.5: failed to map segment from shared object", Retryable),
        ("libpq.so.5: Cannot allocate memory", Retryable),
        ("No module named 'psycopg'", BadConfiguration),
    ],
)
def test_a_driver_for_whose_library_there_is_no_memory_is_no_missing_driver(
    said: str, kind: type[Exception]
) -> None:
    with pytest.raises(kind), driver_errors("postgresql+psycopg://h/d"):
        raise ImportError(said)
