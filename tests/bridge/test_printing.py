"""What goes to a file or a pipe is whole: no address is cut, nothing is coloured."""

from __future__ import annotations

import io

import pytest
from rich.table import Table

from bridge.operator import printing
from bridge.operator.printing import printer

ADDRESS = "0x" + "ab" * 20


@pytest.mark.parametrize("columns", ["20", "80"])
def test_off_a_terminal_nothing_is_cut(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    table = Table("contract", "address", "owner", "and", "more")
    table.add_row(*[f"[red]{ADDRESS}[/]"] * 5)
    printer().print(table)
    printed = capsys.readouterr().out
    assert printed.count(ADDRESS) == 5
    assert "…" not in printed
    assert "\x1b" not in printed


def test_a_terminal_keeps_its_own_width(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdout", Terminal())
    monkeypatch.setenv("COLUMNS", "77")
    assert printer().width == 77
    assert 5 * len(ADDRESS) < printing.WIDTH_OF_FILES


def test_a_reorganisation_names_what_fell(capsys: pytest.CaptureFixture[str]) -> None:
    fell = [{"number": "GR-2006-00001", "type": "goods_receipt", "reason": "why"}]
    row = {"id": 1, "found_at": 1_146_441_600, "document": "REO-2006-00001"}
    printing.print_status({"reorganisations": [{**row, "fallen": fell}, {**row, "fallen": []}]})
    printed = capsys.readouterr().out
    assert "REO-2006-00001  GR-2006-00001" in printed
    assert "REO-2006-00001  nothing fell" in printed
    assert "2006-05-01 00:00:00 UTC" in printed
