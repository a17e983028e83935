"""`interlock order show ID`, and the same for each kind of thing that has a time line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer
from rich.markup import escape

from bridge.operator import printing
from bridge.operator.options import Settings, with_settings

if TYPE_CHECKING:
    from bridge.operator.flows import Flows, Step

EXIT_FAILED = 1
AsJson = Annotated[bool, typer.Option("--json", help="For machines: JSON on standard output.")]
Name = Annotated[
    str, typer.Argument(metavar="ID", help="Its id on chain, or the number of a document of it.")
]
SHORT = 10  # characters shown of a hash


class Board(Protocol):
    """What else is shown of a thing: as data, and as text."""

    def data(self) -> dict[str, Any]:
        """As JSON-ready data."""

    def text(self) -> str:
        """As lines."""


# Of the database's URL, the thing's id or number, and the time of the newest block that was read, unix seconds.
Boards = Callable[[str, str, int], Board]


def shows(noun: str, what: str, boards: Boards | None = None) -> typer.Typer:
    """The command group of one noun, with its one command `show`. `boards`: what it shows beside the time line."""
    app = typer.Typer(no_args_is_help=True, help=f"Show {what} with its three flows (三流合一).")

    @app.callback()
    def _() -> None:
        """Keeps `show` a word of its own."""

    @app.command(
        "show",
        help=f"Show goods, cash and information of {what} on one time line.\n\nEach step names its document, its "
        "transaction and its anchor; what is missing is told where it is missing. Exit 1 when something is. "
        "Needs no keys.",
    )
    @with_settings
    def show(settings: Settings, name: Name, as_json: AsJson = False) -> None:
        from bridge.bootstrap import Access, build
        from bridge.operator.flows import as_json as told
        from bridge.operator.flows import flows_of

        config = settings.config()
        bridge = build(config, access=Access.READ)
        flows = flows_of(bridge, noun, name)
        with bridge.store.view() as session:
            now = bridge.store.cursor(session).block_time
        board = boards(config.db, name, now) if boards is not None else None
        if as_json:
            more = {"board": board.data()} if board is not None else {}
            typer.echo(told(flows, **more))
        else:
            if board is not None:
                typer.echo(board.text())
            print_flows(flows)
        if not (flows.booked and flows.cash_agrees and flows.anchored):
            raise typer.Exit(EXIT_FAILED)

    return app


def print_flows(flows: Flows) -> None:
    """The time line as a table: one row an event, three lanes, the gaps in red; and three ticks above it."""
    console = printing.printer()
    ticks = (
        (flows.booked, "everything is booked"),
        (flows.cash_agrees, "cash = chain"),
        (flows.anchored, "information anchored"),
    )
    console.print(
        f"[bold]{flows.noun} {flows.id}[/]  "
        + "  ".join(f"{'[green]✓[/]' if holds else '[red]✗[/]'} {told}" for holds, told in ticks),
        highlight=False,
    )
    for difference in flows.differences:
        console.print(f"  [red]{escape(difference)}[/]", highlight=False)
    heads = ("time", "step", "goods", "cash", "held", "document", "transaction", "anchored")
    table = printing.a_table(console, *heads, title="")
    for step in flows.steps:
        table.add_row(*_row(step))
    printing.put(console, table)


def _row(step: Step) -> tuple[str, ...]:
    anchor = "–" if step.anchor is None else str(step.anchor)
    gap = f"[red]{escape(step.gap)}[/]" if step.gap is not None else anchor
    return (
        printing.instant(step.at),
        escape(step.what.replace("_", " ")),
        ", ".join(f"{name} {count}" for name, count in step.goods.items()),
        "; ".join(f"{m.entity} {m.role} {_money(m.amount_minor, sign=True)}" for m in step.cash),
        "" if step.held_minor is None else _money(step.held_minor),
        step.document or "",
        (step.transaction or "")[:SHORT],
        gap,
    )


def _money(amount_minor: int, *, sign: bool = False) -> str:
    whole, rest = divmod(abs(amount_minor), 100)
    mark = "-" if amount_minor < 0 else "+" if sign else ""
    return f"{mark}{whole:,}.{rest:02d}"
