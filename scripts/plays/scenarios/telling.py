"""Tells a scenario to a person while it is played: who does what, what follows by itself, and whether the figures fit."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from bridge.operator.printing import a_table, print_audit, printer, put

from ..acts.spans import Spans, readable
from .model import Figure, Played, Scenario, Step

SERIES_SHOWN = 14  # kinds of documents named behind a step


class Quiet:
    """Says nothing."""

    def began(self, step: Step) -> None:
        """Hears a beginning."""

    def done(self, step: Step) -> None:
        """Hears an end."""

    def figured(self, figure: Figure) -> None:
        """Hears a figure."""


class Narrator:
    """Prints each step when it is done, and shows on a terminal what is going on."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._count = 0
        self._line: Status | None = None

    def began(self, step: Step) -> None:
        """Shows who is at work."""
        if self._console.is_terminal:
            self._line = self._console.status(f"{escape(step.who)}: {escape(step.what)}")
            self._line.start()

    def done(self, step: Step) -> None:
        """Prints the step, its documents by series, and how many transactions it took."""
        if self._line is not None:
            self._line.stop()
        self._count += 1
        self._console.print(
            f"{self._count:>3}  [bold]{escape(step.who)}[/] {escape(step.what)}", highlight=False
        )
        made = _by_series(step.documents)
        sent = f"{len(step.transactions)} transactions" if step.transactions else ""
        told = " · ".join(part for part in (made, sent) if part)
        if told:
            self._console.print(f"       [dim]{told}[/]", highlight=False)

    def figured(self, figure: Figure) -> None:
        """Prints a figure that is not what it had to be; those that fit stand in the table at the end."""
        if not figure.fits:
            told = f"{figure.name} is {shown(figure.value, figure.name)}, had to be "
            wanted = shown(figure.expected, figure.name)
            self._console.print(f"       [red]✗ {escape(told + wanted)}[/]", highlight=False)


def _by_series(numbers: list[str]) -> str:
    """`GRP, GRB ×3`: the series of documents in their order, each once with how many there are."""
    series = Counter(number.partition("-")[0] for number in numbers)
    named = [f"{name} ×{count}" if count > 1 else name for name, count in series.items()]
    rest = len(named) - SERIES_SHOWN
    return ", ".join(named[:SERIES_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def announce(scenario: Scenario, console: Console) -> None:
    """Prints what is to be played."""
    head = f"[bold]{scenario.name}[/] {scenario.title_zh}: {escape(scenario.title)}"
    console.print(f"\n{head}\n[dim]{escape(scenario.about)}[/]\n", highlight=False)


def foretell(scenario: Scenario, spans: Spans, console: Console) -> None:
    """Prints how long it takes by the chain's own clock, and what it waits for."""
    waits = ", ".join(
        f"{escape(wait.what)} {readable(wait.seconds)}" for wait in scenario.waits(spans)
    )
    told = f"by the chain's own clock: {readable(scenario.seconds(spans))} and the time to act"
    console.print(f"{told} [dim]({waits})[/]\n", highlight=False)


def show(played: Played) -> None:
    """Prints the figures, the audit, and whether the scenario holds."""
    console = printer()
    console.print()
    table = a_table(console, "figure", "is", "has to be", "", title="figures")
    for figure in played.figures:
        mark = "[green]✓[/]" if figure.fits else "[red]✗[/]"
        value, expected = (shown(v, figure.name) for v in (figure.value, figure.expected))
        table.add_row(figure.name.removesuffix("_minor"), escape(value), escape(expected), mark)
    put(console, table)
    print_audit(played.audit)
    for row in played.waiting:
        console.print(f"[red]waits:[/] {escape(row)}", highlight=False)
    killed = f", its bridge killed {played.kills} times" if played.kills else ""
    verdict = (
        "[green]holds: every figure to the last unit, and the audit[/]"
        if played.holds
        else "[red]does not hold[/]"
    )
    console.print(f"\n{verdict} ({len(played.steps)} steps{killed}, {played.seconds:.0f} s)")


def shown(value: Any, name: str) -> str:
    """A figure as a person reads it: minor units as an amount where the name says so."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {shown(part, name)}" for key, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(shown(part, name) for part in value)
    if name.endswith("_minor") and isinstance(value, int):
        return money(value)
    return str(value)


def money(minor: int) -> str:
    """Minor units as an amount: 123456 is `1,234.56`."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100:,}.{abs(minor) % 100:02d}"
