from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from erp.database import open_engine, upgrade
from tests.erp.classes import every_field_has_a_class  # noqa: F401 - a fixture

from .house import House, furnished


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "books.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def database_url(migrated_file: Path, tmp_path: Path) -> str:
    file = tmp_path / "books.db"
    shutil.copyfile(migrated_file, file)
    return f"sqlite:///{file}"


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    engine = open_engine(database_url)
    yield furnished(engine)
    engine.dispose()
