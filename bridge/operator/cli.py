"""`interlock bridge ...` and `interlock audit`: what the bridge operator and the auditor type.

Each command imports what it needs when it runs: its help shall not wait for web3 and SQLAlchemy, nor shall whoever
forgot a setting.
"""

from __future__ import annotations

import gc
import json
import time
from contextlib import closing, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.operator import printing, quarantine_cli
from bridge.operator.logs import LogFormat, begin_log
from bridge.operator.options import Settings, with_settings

if TYPE_CHECKING:
    from bridge.audit import AuditReport
    from bridge.bootstrap import Bridge
    from bridge.config import Config

EXIT_FAILED = 1  # it was looked at and does not hold, does not fit, or is down
EXIT_LATER = 3  # the same command may succeed later: the node alone is silent
WATCH_SECONDS = 2.0

app = typer.Typer(
    no_args_is_help=True,
    help="""The daemon that keeps contracts and ERP interlocked.

    A first day: `interlock bridge check` proves that chain, contracts, database and keys fit together; `interlock bridge
    run` walks the ring until you stop it (Ctrl-C, or kill -9: it loses and doubles nothing); `interlock bridge status`
    shows what waits for you, `interlock bridge quarantine list` why and what to do; `interlock audit` proves that ERP and
    chain tell one story.

    Settings stand in interlock.toml, in INTERLOCK_<NAME>, or in the options, the later before the earlier.

    Exit codes: 0 done · 1 looked at, and it does not hold, does not fit, or is DOWN · 2 a person has to change something ·
    3 the same command may succeed later.""",
)

app.add_typer(quarantine_cli.app, name="quarantine")

AsJson = Annotated[bool, typer.Option("--json", help="For machines: JSON on standard output.")]


@app.callback()
@with_settings
def _(settings: Settings) -> None:
    """Remembers the options that stand before the command."""


@app.command()
@with_settings
def run(
    settings: Settings,
    idle_seconds: Annotated[
        float | None, typer.Option(help="Pause after a pass with nothing to do.")
    ] = None,
    anchor_wait_seconds: Annotated[
        float | None, typer.Option(help="How long a document may wait for its anchor.")
    ] = None,
    watch_port: Annotated[
        int | None,
        typer.Option(
            help="Serve /live, /ready and /metrics (Prometheus) on this port of loopback; 0 takes a free one."
        ),
    ] = None,
    stand_by: Annotated[
        bool,
        typer.Option(
            "--stand-by",
            help="Where another bridge works on the database, wait, and take over when it ends.",
        ),
    ] = False,
    log_format: Annotated[
        LogFormat, typer.Option(help="How the log on standard error is written.")
    ] = LogFormat.TEXT,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say more on standard error.")
    ] = False,
) -> None:
    """Walk the ring until stopped.

    Safe to kill at any moment. A second daemon on the same database refuses to start, or stands by for the first. Troubles
    of node or database are waited out; a refused event or call parks its own order only, and shows in `interlock bridge
    quarantine list`.

    It signs with one key an office (attester, anchorer, keeper, reporter): that of KEYSTORES/attester.json and so on, or of
    the account that the setting of that name says. docs/operations.md tells where keys may be.
    """
    config = _looked_at(
        settings.config(
            idle_seconds=idle_seconds,
            anchor_wait_seconds=anchor_wait_seconds,
            watch_port=watch_port,
        )
    )
    from bridge.bootstrap import build
    from bridge.operator.standing_by import working_bridge
    from bridge.operator.stopping import asked_to_stop
    from bridge.operator.watched import watched
    from bridge.ring.tracing import tracer

    begin_log(log_format, verbose=verbose)
    stopped = asked_to_stop()
    with working_bridge(
        lambda: build(config, tracer=tracer()),
        stand_by=stand_by,
        stopped=stopped,
        sleep=time.sleep,
        say=typer.echo,
    ) as bridge:
        if bridge is None:
            return
        typer.echo(
            f"bridge runs: chain {bridge.deployment.chain_id} at {bridge.client.url}, "
            f"{bridge.store.engine.url}"
        )
        with watched(bridge) as url:
            if url is not None:
                typer.echo(f"watch it at {url}/ready and {url}/metrics")
            gc.collect()
            gc.freeze()  # all that was loaded stays for good: no later collection looks through it
            bridge.daemon.run(stopped)


@app.command()
@with_settings
def once(
    settings: Settings,
    flush: Annotated[
        bool,
        typer.Option("--flush", help="Go on until nothing is left to do, and anchor everything."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Walk the ring once and say what each stage did."""
    config = _looked_at(settings.config(**({"anchor_wait_seconds": 0.0} if flush else {})))
    from bridge.bootstrap import build
    from bridge.ring.tracing import tracer
    from bridge.store.lock import sole_daemon_of

    bridge = build(config, tracer=tracer())
    with closing(bridge), sole_daemon_of(bridge.engines):
        bridge.store.take_over()
        done = {"passes": bridge.daemon.until_quiet()} if flush else bridge.daemon.once()
    if as_json:
        _print(done)
    else:
        typer.echo("  ".join(f"{name} {count}" for name, count in done.items()))


@app.command()
@with_settings
def check(settings: Settings, as_json: AsJson = False) -> None:
    """Prove before `run` that chain, contracts, database and keys fit together. Exit 1 when something does not."""
    config = settings.config()
    from bridge.operator import check as checks

    findings = checks.run(config)
    if as_json:
        _print([asdict(finding) for finding in findings])
    else:
        printing.print_findings(findings)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(EXIT_FAILED)


@app.command()
@with_settings
def status(
    settings: Settings,
    watch: Annotated[
        bool, typer.Option("--watch", help="Look again and again until Ctrl-C.")
    ] = False,
    every: Annotated[
        float, typer.Option(min=0.1, help="With --watch: seconds between two looks.")
    ] = WATCH_SECONDS,
    as_json: AsJson = False,
) -> None:
    """Show where the ring stands and what waits for time and for a person, with reasons. Needs no keys.

    The first line says DOWN when the daemon or the node is silent; the database still tells what waits. Exit 1 when the
    daemon is DOWN, 3 when only the node is.
    """
    config = _looked_at(settings.config())
    from bridge.bootstrap import Access, build

    bridge = build(config, access=Access.LOOK)
    found = _status_of(bridge)
    while True:
        if as_json:
            typer.echo(json.dumps(found, ensure_ascii=False, indent=None if watch else 2))
        else:
            printing.print_status(found, time.time())
        if not watch:
            break
        try:
            time.sleep(every)
        except KeyboardInterrupt:
            break
        found = _status_of(bridge)
        if not as_json:
            printing.begin_again()
    if not found["up"]:
        raise typer.Exit(EXIT_FAILED if found["daemon"] != "up" else EXIT_LATER)


def _status_of(bridge: Bridge) -> dict[str, Any]:
    """The status now."""
    from bridge.errors import NodeIncomplete, NodeUnavailable
    from bridge.operator.status import liveness
    from bridge.operator.status import status as ring_status

    try:
        head = bridge.client.head().number
    except (NodeIncomplete, NodeUnavailable):
        head = None
    found = liveness(bridge.store, bridge.client.url, head, time.time())
    newest = bridge.port.last_sequence()
    return found | ring_status(bridge.store, head, newest, bridge.port.in_chinese, bridge.depth)


def _looked_at(config: Config) -> Config:
    """The settings, once their deployment file was read: what is missing is told before web3 is loaded.

    Raises BadConfiguration that says what to type.
    """
    from bridge.chain.deployment import load

    load(config.deployment)
    return config


@app.command("map")
def show_map(
    as_json: AsJson = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="As the tables of bridge/MAP.md.")
    ] = False,
) -> None:
    """Show every event of the contracts and what becomes of it, and every call and what asks for it.

    An event is booked (as a document of the ERP), parked (its order waits for a person) or silent, with the reason. Needs
    neither chain nor database.
    """
    from bridge.operator import map as maps

    if as_json:
        typer.echo(maps.map_as_json())
    elif markdown:
        typer.echo(maps.map_as_table())
    else:
        typer.echo(maps.map_as_text())


@with_settings
def audit(
    settings: Settings,
    hold: Annotated[
        bool,
        typer.Option(
            "--hold",
            help="Also hold the payment of every order in dispute, and lift all other holds.",
        ),
    ] = False,
    full: Annotated[
        bool,
        typer.Option("--full", help="Read everything, and begin the notebook anew."),
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="BLOCK|DATE",
            help="Read also what is old again, from this block or day (2026-11-30, UTC) on.",
        ),
    ] = None,
    notebook: Annotated[
        Path | None,
        typer.Option(
            help="Folder of what audits have read: the auditor's own, out of the database administrator's reach."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that ERP and chain tell one story: seven invariants. Exit 1, with the rows named, when they do not.

    The first audit reads everything and leaves a notebook; those that follow read what is new, what was left open, and the
    next part of the old. Where something is not as it was noted, everything is read. The chain is proved anew; nothing that
    the bridge remembers is trusted. Needs no keys. It only looks, unless --hold is given, and notes that it ran.
    """
    config = _looked_at(settings.config(notebook=notebook))
    from bridge.bootstrap import Access, build
    from bridge.errors import StoreBusy
    from bridge.operator.since import block_of

    bridge = build(config, access=Access.READ)
    block = None if since is None else block_of(since, bridge.client, bridge.deployment.start_block)
    report = _audited(bridge, quiet=as_json, whole=full, since=block)
    if hold:
        bridge.audit.hold_payments(report)
    if as_json:
        _print(report.as_json())
    else:
        printing.print_audit(report)
    try:
        bridge.audit.note(report)
    except StoreBusy as error:
        told = (
            f"it could not be noted that this audit ran, so the next one reads everything: {error}"
        )
        printing.printer(stderr=True).print(told, markup=False, highlight=False, soft_wrap=True)
    if not report.holds:
        raise typer.Exit(EXIT_FAILED)


def _audited(bridge: Bridge, *, quiet: bool, whole: bool, since: int | None) -> AuditReport:
    """The report; its progress shows on a terminal unless quiet."""
    console = printing.printer()
    shown = console.is_terminal and not quiet
    with console.status("audit") if shown else nullcontext() as line:
        return bridge.audit.run(
            lambda what: line.update(f"audit: {what}") if line else None,
            bridge.config.notebook,
            whole=whole,
            since=since,
        )


def _print(data: Any) -> None:
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
