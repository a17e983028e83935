"""Rebuilt books that an audit goes on with are of this edition of the ERP, or it says so, and everything is read."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.ports.port import AS_LOGGED, AnotherEdition
from tests.world import World


@pytest.mark.parametrize(
    "edit", ["DROP TABLE stock_level", "ALTER TABLE document_log RENAME COLUMN actor TO who"]
)
def test_rebuilt_books_of_another_edition_are_not_gone_on_with(
    world: World, tmp_path: Path, edit: str
) -> None:
    file = tmp_path / "books.db"
    port = world.bridge.port
    assert port.rebuild_differences(replace(AS_LOGGED, file=file)) == []
    goes_on = replace(AS_LOGGED, file=file, goes_on_by=10_000)
    assert port.rebuild_differences(goes_on) == []
    with sqlite3.connect(file) as books:
        books.execute(edit)
    with pytest.raises(AnotherEdition, match="of another edition"):
        port.rebuild_differences(goes_on)
