"""The `interlock` command: everything a person starts from the shell."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import typer
from rich.markup import escape

from bridge.errors import BridgeError, Retryable
from bridge.operator import cli as bridge_cli
from bridge.operator import proofs
from bridge.operator.printing import printer
from bridge.operator.rebuild import rebuild
from bridge.operator.shows import Boards, shows
from bridge.ports.subjects import SUBJECTS
from erp.cli import Connected
from erp.cli import app as erp_app
from erp.metrics_cli import app as metrics_app
from erp.statement_cli import app as statement_app
from erp.watching import BetBoard, GroupBoard, bet_terms, bet_what_if, grab_page

from . import telemetry
from .deployment.cli import deploy, firm, keys_app, retire
from .plays.demo.cli import demo
from .plays.ratings.cli import app as ratings_app
from .plays.scenarios.cli import app as scenarios_app
from .plays.soak.cli import soak
from .plays.tenders.cli import app as tenders_app
from .sandbox.cli import up
from .signing.cli import sign

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from erp.api.witness import Witness

EXIT_HALT = 2  # a person has to change something
EXIT_RETRY = 3  # the same command may succeed later

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="""Contracts on a permissioned chain and an ERP, coupled so that operation and accounting are one act.

    See it work: `interlock demo` plays real purchase history from falling stock to T+0 payment and proves the result.
    See each story of the domain: `interlock scenario list`, `interlock scenario play dissolve`.
    Keep it up: `interlock up` starts a development chain, the ERP's API and the bridge, and prints where they are.
    On your own chain: `interlock keys new`, `interlock deploy`, `interlock bridge check`, `interlock bridge run`.
    Act as yourself: `interlock sign` answers a signing request with a key that never leaves your machine.
    A new version of one room beside the old: `interlock deploy --room`, then `interlock retire`.""",
)
BOARDS: dict[str, Boards] = {
    "group": GroupBoard,
    "bet": BetBoard,
}  # what `show` tells beside the time line
app.command()(demo)
app.command()(soak)
app.command()(up)
app.command()(deploy)
app.command()(retire)
app.command()(firm)
app.command()(sign)
app.command()(bridge_cli.audit)
app.command()(rebuild)
app.command()(proofs.prove)
app.command()(proofs.verify)
app.add_typer(bridge_cli.app, name="bridge")
app.add_typer(erp_app, name="erp", short_help="The embedded ERP: its API, its tokens, its tables.")
app.add_typer(metrics_app, name="metrics")
app.add_typer(statement_app, name="statement")
app.add_typer(keys_app, name="keys", help="Encrypted keystore files.")
app.add_typer(scenarios_app, name="scenario")
app.add_typer(tenders_app, name="tenders")
app.add_typer(ratings_app, name="ratings")
for subject in SUBJECTS.values():
    shown = shows(subject.noun, subject.words, BOARDS.get(subject.noun))
    if subject.noun == "group":
        shown.command("grab-page")(grab_page)
    if subject.noun == "bet":
        shown.command("terms")(bet_terms)
        shown.command("what-if")(bet_what_if)
    app.add_typer(shown, name=subject.noun)


def witness_of(erps: Engine) -> Witness:
    """The bridge's own tables, to tell the ERP's API of transactions and anchors."""
    from .witness import witness_of as found  # imported when it is served, so that --help is quick

    return found(erps)


def main() -> None:
    """Runs a command; an error that the bridge knows by name is told in one line, without a traceback."""
    try:
        telemetry.begin(os.environ)
        app(obj=Connected(witness_of))
    except BridgeError as error:
        told = f"[red]{type(error).__name__}[/]: {escape(str(error))}"
        printer(stderr=True).print(told, highlight=False)
        sys.exit(EXIT_RETRY if isinstance(error, Retryable) else EXIT_HALT)


if __name__ == "__main__":
    main()
