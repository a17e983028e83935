"""`--folder-times`: how long each folder under tests/ took, as a table to paste into tests/README.md."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.plugins import background

SECONDS = Counter[str]()
TESTS = Counter[str]()
BESIDE: dict[str, float] = {}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--folder-times", action="store_true", help="print seconds for each folder")


def folder_of(nodeid: str) -> str:
    parts = nodeid.partition("::")[0].split("/")
    return f"{parts[1]}/" if len(parts) > 2 else "."


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    folder = folder_of(report.nodeid)
    SECONDS[folder] += report.duration
    TESTS[folder] += report.when == "call"


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    BESIDE.update(getattr(node, "workeroutput", {}).get(background.SECONDS, {}))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if not config.getoption("--folder-times"):
        return
    terminalreporter.section("seconds for each folder")
    terminalreporter.write_line("| folder | tests | seconds |\n|---|--:|--:|")
    for folder in sorted(TESTS):
        terminalreporter.write_line(f"| `{folder}` | {TESTS[folder]} | {round(SECONDS[folder])} |")
    if background.LANE in config.stash:
        BESIDE.update(config.stash[background.LANE].seconds)
    for name, seconds in BESIDE.items():
        terminalreporter.write_line(f"| beside them: {name} | | {round(seconds)} |")
