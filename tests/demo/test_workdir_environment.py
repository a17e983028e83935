"""A demo keeps to its own database, whatever the environment of its user names."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bridge.operator import cli
from scripts.plays.stage.workdir import new_workdir


def test_the_demo_does_not_take_the_bridges_database_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERLOCK_BRIDGE_DB", "sqlite:////mine.db")
    with new_workdir(tmp_path / "demo", None) as home:
        assert home.config().bridge_db == ""
        arguments = home.bridge_arguments()
        assert arguments[arguments.index("--bridge-db") + 1] == ""


def test_an_empty_option_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERLOCK_BRIDGE_DB", "sqlite:////mine.db")
    seen = []
    monkeypatch.setattr("bridge.operator.check.run", lambda config: seen.append(config) or [])
    result = CliRunner().invoke(cli.app, ["check", "--bridge-db", "", "--db", "sqlite://"])
    assert result.exit_code == 0, result.output
    assert seen[0].bridge_db == ""
