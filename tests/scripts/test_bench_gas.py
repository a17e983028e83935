"""Gas is exact: what the README says a step costs is what it costs, and the promises about cost are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.measure.gas import cli

ROOT = Path(__file__).resolve().parents[2]
README = "README.md is out of step: make bench-gas ARGS=--markdown"


@pytest.mark.chain
def test_every_figure_of_the_readme_is_the_benchs_and_every_promise_about_cost_is_kept() -> None:
    result = cli.run()
    assert result.broken == []
    cycle, *_ = result.rows
    assert cycle.what == "reorder-to-pay, three bidders"
    assert cycle.gas < cli.CYCLE_MAX
    table = cli.markdown(result.rows)
    for name in ("README.md", "README.zh.md"):
        assert table in (ROOT / name).read_text(encoding="utf-8"), README


def test_a_cycle_over_its_limit_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    row = cli.Row("reorder-to-pay, three bidders", 1)
    monkeypatch.setattr(cli, "run", lambda: cli.Result([row], ["a cycle costs too much"]))
    assert cli.main(["--markdown"]) == 1
