"""SQL stands where it may: checked, not promised."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.toolchain import sql_check


def test_sql_stands_in_queries_and_in_the_store_alone() -> None:
    assert sql_check.complaints() == []


@pytest.mark.parametrize(
    "source",
    [
        "from sqlalchemy import select",
        "from sqlmodel import Session, col, select as pick",
        "from sqlalchemy.sql import text",
        "import sqlalchemy as sa\nstatement = sa.update(table)",
        "def read(session):\n    return session.scalars(statement)",
        "def read(context):\n    return context.session.execute(statement)",
        "def read(session):\n    return session.connection().execute(statement)",
        "def read(self):\n    return self._connection.exec_driver_sql('SELECT 1')",
        "def read(unit):\n    return unit.execute(statement)",
        "def read(self):\n    with self._store.unit() as own:\n        return own.scalars(statement)",
        "def compare(live):\n    return live.execute(statement)",
    ],
)
@pytest.mark.parametrize(
    "path", ["erp/api/routes/orders.py", "erp/stock/service.py", "bridge/ring/report.py"]
)
def test_sql_elsewhere_is_found(tmp_path: Path, path: str, source: str) -> None:
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text(source + "\n", encoding="utf-8")
    assert [finding.path for finding in sql_check.findings(tmp_path)]
    told = sql_check.complaints(tmp_path)
    assert any(line.startswith(f"{path}:") for line in told)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("erp/stock/queries.py", "from sqlmodel import select"),
        ("erp/migrations/versions/0001_x.py", "import sqlalchemy as sa\nx = sa.text('')"),
        ("bridge/store/store.py", "from sqlalchemy import select"),
        ("erp/replay.py", "from erp.rooms import ERP\n\nERP.execute(command)"),
        ("erp/stock/service.py", "from sqlalchemy.orm import Session\n\nsession.get(Row, 1)"),
        ("erp/stock/tables.py", "from sqlalchemy import Text"),
    ],
)
def test_what_is_no_sql_or_stands_where_it_may_is_not_found(
    tmp_path: Path, path: str, source: str
) -> None:
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text(source + "\n", encoding="utf-8")
    assert sql_check.findings(tmp_path) == []


def test_a_file_is_excused_only_while_it_holds_sql(tmp_path: Path) -> None:
    excused = sorted(sql_check.JUSTIFIED)
    told = sql_check.complaints(tmp_path)
    assert len(told) == len(excused)
    for path, line in zip(excused, told, strict=True):
        assert line.startswith(f"{path} holds no SQL any more")
