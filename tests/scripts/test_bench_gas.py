"""Gas is exact: docs/cost.md says of each step what it costs, and the promises about cost are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.measure.gas import cli

ROOT = Path(__file__).resolve().parents[2]
OUT_OF_STEP = "docs/cost.md is out of step: make bench-gas ARGS=--markdown prints the table"


@pytest.mark.chain
def test_every_figure_of_the_cost_page_is_the_benchs_and_every_promise_about_cost_is_kept() -> None:
    result = cli.run()
    assert result.broken == []
    cycle, *_ = result.rows
    assert cycle.what == "reorder-to-pay, three bidders"
    assert cycle.gas < cli.CYCLE_MAX
    table = cli.markdown(result.rows)
    assert table in (ROOT / "docs" / "cost.md").read_text(encoding="utf-8"), OUT_OF_STEP


def test_a_cycle_over_its_limit_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    row = cli.Row("reorder-to-pay, three bidders", 1)
    monkeypatch.setattr(cli, "run", lambda: cli.Result([row], ["a cycle costs too much"]))
    assert cli.main(["--markdown"]) == 1
