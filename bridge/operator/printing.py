"""How commands print: for a terminal as wide as it is, for a file or a pipe without cutting or colouring anything."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bridge.operator.status_words import DOWN, lines

if TYPE_CHECKING:
    from bridge.audit import AuditReport, RebuildReport
    from bridge.operator.check import Finding
    from bridge.operator.verify import Verdict

WIDTH_OF_FILES = 1_000  # columns; wider than any line of ours, so that no address is cut
DIFFERENCES_SHOWN = 20  # of each invariant; --json names more
PART = ";\n  "  # between the parts of an invariant: each has a line of its own


def printer(*, stderr: bool = False) -> Console:
    """A console on standard output or error. Off a terminal it is as wide as its longest line, without colours.

    Where NO_COLOR is set, a terminal gets no colours either.
    """
    plain: dict[str, Any] = {"color_system": None} if os.environ.get("NO_COLOR") else {}
    console = Console(stderr=stderr, emoji=False, **plain)  # data may hold :x:
    if console.is_terminal:
        return console
    return Console(stderr=stderr, emoji=False, width=WIDTH_OF_FILES, color_system=None)


def a_table(console: Console, *columns: str, title: str, heads: bool = True) -> Table:
    """An empty table. Long values go on in the next line on a terminal, and are never cut."""
    boxed: dict[str, Any] = {} if console.is_terminal else {"box": None, "pad_edge": False}
    table = Table(title=title, show_header=heads, title_justify="left", **boxed)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def put(console: Console, table: Table) -> None:
    """Prints a table; off a terminal without the blanks that fill its lines up."""
    if console.is_terminal:
        console.print(table)
        return
    with console.capture() as taken:
        console.print(table, highlight=False)
    lines = (line.rstrip() for line in taken.get().splitlines())
    console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)


def print_findings(findings: Iterable[Finding]) -> None:
    """What `check` tried: ✓ fits, ! worth knowing, ✗ does not fit."""
    console = printer()
    table = a_table(console, "", "what", "found", title="interlock bridge check")
    for finding in findings:
        mark = "[yellow]![/]" if finding.warning else "[green]✓[/]" if finding.ok else "[red]✗[/]"
        table.add_row(mark, escape(finding.name), escape(finding.detail))
    put(console, table)


def print_status(found: Mapping[str, Any], now: float) -> None:
    """The status in words, a line an item; what is DOWN in red."""
    console = printer()
    for line in lines(found, now):
        style = "bold red" if line.startswith(DOWN) else None
        console.print(line, style=style, markup=False, highlight=False, soft_wrap=True)


def begin_again() -> None:
    """Before the same is shown anew: a cleared terminal, or an empty line in a file."""
    console = printer()
    if console.is_terminal:
        console.clear()
    else:
        console.print()


def instant(seconds: int) -> str:
    """Unix seconds as a time for people, UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def print_audit(report: AuditReport, shown: int = DIFFERENCES_SHOWN) -> None:
    """The six lines of an audit, the differences by name, and what it remarks beside them."""
    console = printer()
    if report.why:
        console.print(f"everything was read: {escape(report.why)}", highlight=False)
    title = f"interlock audit at block {report.block}"
    if report.since is not None:
        title += f", of what came after block {report.since}, and the next of what is older"
    table = a_table(console, "", "invariant", "checked", "differences", title=title)
    for i in report.invariants:
        mark = "[green]✓[/]" if i.holds else "[red]✗[/]"
        table.add_row(
            mark, f"{i.id} {escape(i.name).replace('; ', PART)}", f"{i.checked:,}", str(i.found)
        )
    put(console, table)
    for i in report.invariants:
        for d in i.differences[:shown]:
            line = f"[red]{i.id}[/] {d.kind}: {escape(d.row)}: {escape(d.detail)}"
            console.print(line, highlight=False, soft_wrap=True)
        if i.found > shown:
            line = f"[red]{i.id}[/] … and {i.found - shown} more: see --json"
            console.print(line, highlight=False)
    for remark in report.remarks[:shown]:
        line = f"[yellow]![/] {escape(remark.row)}: {escape(remark.detail)}"
        console.print(line, highlight=False, soft_wrap=True)
    if len(report.remarks) > shown:
        line = f"[yellow]![/] … and {len(report.remarks) - shown} more remarks: see --json"
        console.print(line, highlight=False)


def print_rebuild(report: RebuildReport, shown: int = DIFFERENCES_SHOWN) -> None:
    """How much was made again, and the rows that differ, by table and key."""
    console = printer()
    table = a_table(console, "", "what", "found", title="interlock rebuild", heads=False)
    mark = "[green]✓[/]" if report.holds else "[red]✗[/]"
    table.add_row("", "events of the chain", f"{report.events:,}, up to block {report.block}")
    table.add_row("", "documents", f"{report.sequence:,}")
    table.add_row(mark, "rows that differ", f"{report.found:,}")
    put(console, table)
    for each in report.differences[:shown]:
        line = f"[red]{escape(each.table)}[/] {escape(each.key)}: {escape(each.detail)}"
        console.print(line, highlight=False, soft_wrap=True)
    if report.found > shown:
        console.print(f"… and {report.found - shown} more: see --json", highlight=False)


def print_verdict(verdict: Verdict) -> None:
    """What was checked of a proof, and what a reader has still to do."""
    console = printer()
    table = a_table(console, "what", "holds", "by", title="proof of a document")
    for found in verdict.findings:
        table.add_row(escape(found.what), _verdict(found.holds), escape(found.by))
    put(console, table)
    notes = []
    if verdict.owner is not None:
        notes.append(
            f"the log is that of {verdict.owner}: compare it with the account that the firm named to you"
        )
    if not verdict.asked_the_chain:
        notes.append(
            "no chain was asked, and whoever wrote the file may have made its anchor up: ask your own node, with --rpc"
        )
    for note in notes:
        console.print(note, markup=False, highlight=False, soft_wrap=True)


def _verdict(proved: bool) -> str:
    return "[green]yes[/]" if proved else "[red]no[/]"
