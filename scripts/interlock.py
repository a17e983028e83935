"""The `interlock` command: everything a person starts from the shell."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bridge.operator import cli as bridge_cli
from bridge.operator import proofs
from bridge.operator.explain import explain
from bridge.operator.options import FILE_NAMED
from bridge.operator.reasons import Lang
from bridge.operator.rebuild import rebuild
from bridge.operator.saying import say
from bridge.operator.shows import Boards, shows
from bridge.ports.subjects import SUBJECTS
from erp.cli import Connected
from erp.cli import app as erp_app
from erp.exits import SETTINGS_DATABASE, Exit
from erp.metrics_cli import app as metrics_app
from erp.statement_cli import app as statement_app
from erp.watching import BetBoard, GroupBoard, bet_terms, bet_what_if, grab_page

from . import telemetry
from .deployment.cli import deploy, firm, keys_app, retire
from .network.cli import app as network_app
from .plays.demo.cli import demo
from .plays.ratings.cli import app as ratings_app
from .plays.scenarios.cli import app as scenarios_app
from .plays.soak.cli import soak
from .plays.tenders.cli import app as tenders_app
from .reads import cli as reading
from .reads.output import Reading
from .sandbox.cli import up
from .shell.language import choose, in_own_language
from .shell.settings import config, database_of
from .shell.telling import Told, is_help, told_of
from .signing.cli import sign

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from erp.api.witness import Witness

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="""Contracts on a permissioned chain and an ERP, coupled so that operation and accounting are one act.

    See it work: `interlock demo` plays real purchase history from falling stock to T+0 payment and proves the result.
    See each story of the domain: `interlock scenario list`, `interlock scenario play dissolve`.
    Keep it up: `interlock up` starts a development chain, the ERP's API and the bridge, and prints where they are.
    On your own chain: `interlock keys new`, `interlock deploy`, `interlock bridge check`, `interlock bridge run`.
    As a clerk, a supplier or an auditor: `interlock login`, then `order`, `tender`, `doc`, `stock`, `ledger`, `work`;
    `interlock api POST goods-issues entity=HEFEI quantity=1 …` tells the ERP anything.
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
app.command()(config)
app.command()(reading.login)
app.command("api", cls=Reading)(reading.api_call)
for read in (
    reading.tender, reading.doc, reading.stock, reading.credit, reading.budget, reading.work, reading.search,
    reading.watch,
):  # fmt: skip
    app.command(cls=Reading)(read)
app.add_typer(reading.ledger_app, name="ledger")
app.command()(proofs.prove)
app.command()(proofs.verify)
app.command()(explain)
app.add_typer(bridge_cli.app, name="bridge")
app.add_typer(erp_app, name="erp", short_help="The embedded ERP: its API, its tokens, its tables.")
app.add_typer(metrics_app, name="metrics")
app.add_typer(statement_app, name="statement")
app.add_typer(keys_app, name="keys", help="Encrypted keystore files.")
app.add_typer(scenarios_app, name="scenario")
app.add_typer(tenders_app, name="tenders")
app.add_typer(ratings_app, name="ratings")
app.add_typer(network_app, name="network")
for subject in SUBJECTS.values():
    shown = shows(subject.noun, subject.words, BOARDS.get(subject.noun))
    if subject.noun == "group":
        shown.command("grab-page")(grab_page)
    if subject.noun == "bet":
        shown.command("terms")(bet_terms)
        shown.command("what-if")(bet_what_if)
    if subject.noun == "order":
        shown.command("get", cls=Reading)(reading.order)
        app.add_typer(shown, name="order", cls=reading.OneOrCommand, no_args_is_help=False)
        continue
    app.add_typer(shown, name=subject.noun)


def witness_of(erps: Engine) -> Witness:
    """The bridge's own tables, to tell the ERP's API of transactions and anchors."""
    from .witness import witness_of as found  # imported when it is served, so that --help is quick

    return found(erps)


def _version(wanted: bool) -> None:
    if wanted:
        from .shell.version import version_line

        typer.echo(version_line())
        raise typer.Exit


@app.callback()
def _(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Option(
            "--config",
            "-c",
            metavar="FILE",
            help="Settings file of every command; else INTERLOCK_CONFIG's, else interlock.toml here or in a folder above.",
        ),
    ] = None,
    version: Annotated[  # noqa: ARG001 - its callback answers
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Package and contracts, and leave."
        ),
    ] = False,
    lang: Annotated[  # noqa: ARG001 - it is read before the commands are made
        Lang | None,
        typer.Option(
            help="Speak this language; else that of LC_ALL, LC_MESSAGES or LANG.",
        ),
    ] = None,
) -> None:
    """Remembers the settings file for the commands below."""
    if file is not None:
        context.meta[FILE_NAMED] = file
    context.meta[SETTINGS_DATABASE] = lambda: database_of(file)


def main() -> None:
    """Runs a command. An error that is known by name is told in three lines, without a traceback."""
    words = sys.argv[1:]
    try:
        if os.environ.get("NO_COLOR"):
            from typer import rich_utils

            rich_utils.COLOR_SYSTEM = None
        telemetry.begin(os.environ)
        choose(words)
        command = typer.main.get_command(app)
        in_own_language(command)
        code = command(obj=Connected(witness_of), standalone_mode=False, prog_name="interlock")
    except typer.Abort:
        told = Told(say("you said no: nothing was done"), "interlock --help", "Abort", Exit.REFUSED)
        _end(told)
    except Exception as error:
        if is_help(error):
            sys.exit(int(Exit.USAGE))
        known = told_of(error, words)
        if known is None:
            raise
        _end(known)
    sys.exit(code if isinstance(code, int) else 0)


def _end(told: Told) -> NoReturn:
    typer.echo(str(told), err=True)
    sys.exit(told.exit)


if __name__ == "__main__":
    main()
