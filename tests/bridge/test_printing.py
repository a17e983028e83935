"""What goes to a file or a pipe is whole: no address is cut, nothing is coloured."""

from __future__ import annotations

import io
from typing import Any

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


STATUS: dict[str, Any] = {
    "up": True, "daemon": "up", "node": "up", "head": 12, "block": 10, "block_time": 1_146_441_600, "lag_blocks": 2,
    "documents": 5, "last_pass_at": 1_146_441_600, "lag_documents": 0, "unanchored": 1, "inbox": {"posted": 4},
    "outbox": {}, "waiting_for_time": 1, "quarantined": [], "stuck": [], "excluded": [], "reorganisations": [],
    "holds": [], "operator_acts": [], "alarms": [],
    "waiting": [{"call": "Tenders.award", "aggregate": "tender:1", "number": None, "not_before": 1_146_441_715}],
}  # fmt: skip


def test_the_status_is_told_in_words_and_ages_a_line_an_item(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    printing.print_status(STATUS, 1_146_441_609)
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "up: node and daemon answer, last pass 9 s ago"
    assert "read up to block 10, 2 behind the chain" in told
    assert "  award of tender 1, in 1 min 55 s" in told


def test_a_chinese_environment_reads_the_status_in_chinese(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    printing.print_status(STATUS, 1_146_441_609)
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "运行中：节点和守护进程均有应答，上次一轮 9 s 前"
    assert not [line for line in told[1:5] if line.isascii()]


def test_no_color_keeps_a_terminal_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for value, is_plain in (("1", True), ("", False)):
        terminal = Terminal()
        monkeypatch.setattr("sys.stdout", terminal)
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.setenv("NO_COLOR", value)
        printer().print("[bold red]DOWN[/]")
        assert ("\x1b" not in terminal.getvalue()) is is_plain


def test_a_reorganisation_names_what_fell(capsys: pytest.CaptureFixture[str]) -> None:
    fell = [{"number": "GR-2006-00001", "type": "goods_receipt", "reason": "why"}]
    row = {"id": 1, "found_at": 1_146_441_600, "document": "REO-2006-00001"}
    found = STATUS | {"reorganisations": [{**row, "fallen": fell}, {**row, "fallen": []}]}
    printing.print_status(found, 1_146_441_700)
    printed = capsys.readouterr().out
    assert "REO-2006-00001  GR-2006-00001" in printed
    assert "REO-2006-00001  nothing fell" in printed
    assert "2006-05-01 00:00:00 UTC" in printed
