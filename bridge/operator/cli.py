"""`interlock bridge ...` and `interlock audit`: what the bridge operator and the auditor type."""

from __future__ import annotations

import json
import logging
import signal
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bridge.audit import AuditReport
from bridge.bootstrap import Access, Bridge, build
from bridge.config import Config, read
from bridge.errors import NodeUnavailable
from bridge.operator import check as checks
from bridge.operator.status import status as ring_status
from bridge.store.lock import sole_daemon

app = typer.Typer(
    no_args_is_help=True,
    help="""The daemon that keeps contracts and ERP interlocked.

    A first day: `interlock bridge check` proves that chain, contracts, database and keys fit together; `interlock bridge
    run` walks the ring until you stop it (Ctrl-C, or kill -9: it loses and doubles nothing); `interlock bridge status`
    shows what waits for you; `interlock audit` proves that ERP and chain tell one story.

    Settings stand in interlock.toml, in INTERLOCK_<NAME>, or in the options below, the later before the earlier.""",
)

Db = Annotated[
    str | None,
    typer.Option(
        "--db", help="Database URL of the ERP: sqlite:///file.db or postgresql+psycopg://…"
    ),
]
DeploymentFile = Annotated[
    Path | None, typer.Option("--deployment", help="Deployment file, deployments/<network>.json.")
]
Rpc = Annotated[
    list[str] | None,
    typer.Option("--rpc", help="Node URL; several times for nodes to fall back on."),
]
Keystores = Annotated[
    Path | None, typer.Option("--keystores", help="Folder of encrypted keystore files.")
]
PasswordFile = Annotated[
    Path | None, typer.Option("--password-file", help="File that holds the keystores' password.")
]
Attester = Annotated[
    str | None, typer.Option("--attester", help="Account that reports; default: attester.json's.")
]
ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Settings file; default: interlock.toml if present.")
]
AsJson = Annotated[bool, typer.Option("--json", help="For machines: JSON on standard output.")]

console = Console(emoji=False)  # data may hold :x:


def settings(
    db: str | None,
    deployment: Path | None,
    rpc: list[str] | None,
    keystores: Path | None,
    password_file: Path | None,
    attester: str | None,
    config: Path | None,
    **more: Any,
) -> Config:
    """Settings from the options that every command shares."""
    overrides = {
        "db": db,
        "deployment": deployment,
        "rpc": tuple(rpc) if rpc else None,
        "keystores": keystores,
        "password_file": password_file,
        "attester": attester,
        **more,
    }
    return read(overrides, file=config)


def _print(data: Any) -> None:
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))


@app.command()
def run(
    db: Db = None,
    deployment: DeploymentFile = None,
    rpc: Rpc = None,
    keystores: Keystores = None,
    password_file: PasswordFile = None,
    attester: Attester = None,
    config: ConfigFile = None,
    idle_seconds: Annotated[
        float | None, typer.Option(help="Pause after a pass with nothing to do.")
    ] = None,
    anchor_wait_seconds: Annotated[
        float | None, typer.Option(help="How long a document may wait for its anchor.")
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say more on standard error.")
    ] = False,
) -> None:
    """Walk the ring until stopped.

    Safe to kill at any moment. A second daemon on the same database refuses to start. Troubles of node or database are
    waited out; a refused event or call parks its own order only, and shows in `interlock bridge status`.
    """
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(message)s",
    )
    chosen = settings(
        db, deployment, rpc, keystores, password_file, attester, config,
        idle_seconds=idle_seconds, anchor_wait_seconds=anchor_wait_seconds,
    )  # fmt: skip
    bridge = build(chosen)
    stopped = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    with sole_daemon(bridge.port.engine):
        console.print(
            f"bridge runs: chain {bridge.deployment.chain_id} at {bridge.client.url}, {bridge.port.engine.url}"
        )
        bridge.daemon.run(lambda: stopped)


@app.command()
def once(
    db: Db = None,
    deployment: DeploymentFile = None,
    rpc: Rpc = None,
    keystores: Keystores = None,
    password_file: PasswordFile = None,
    attester: Attester = None,
    config: ConfigFile = None,
    flush: Annotated[
        bool,
        typer.Option("--flush", help="Go on until nothing is left to do, and anchor everything."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Walk the ring once and say what each stage did."""
    more = {"anchor_wait_seconds": 0.0} if flush else {}
    chosen = settings(db, deployment, rpc, keystores, password_file, attester, config, **more)
    bridge = build(chosen)
    with sole_daemon(bridge.port.engine):
        done = {"passes": bridge.daemon.until_quiet()} if flush else bridge.daemon.once()
    _print(done) if as_json else console.print(
        "  ".join(f"{name} {count}" for name, count in done.items())
    )


@app.command()
def check(
    db: Db = None,
    deployment: DeploymentFile = None,
    rpc: Rpc = None,
    keystores: Keystores = None,
    password_file: PasswordFile = None,
    attester: Attester = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Prove before `run` that chain, contracts, database and keys fit together. Exit 1 when something does not."""
    findings = checks.run(settings(db, deployment, rpc, keystores, password_file, attester, config))
    if as_json:
        _print([asdict(finding) for finding in findings])
    else:
        table = Table("", "what", "found", title="interlock bridge check")
        for finding in findings:
            mark = (
                "[yellow]![/]" if finding.warning else "[green]✓[/]" if finding.ok else "[red]✗[/]"
            )
            table.add_row(mark, escape(finding.name), escape(finding.detail))
        console.print(table)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


@app.command()
def status(
    db: Db = None,
    deployment: DeploymentFile = None,
    rpc: Rpc = None,
    keystores: Keystores = None,
    password_file: PasswordFile = None,
    attester: Attester = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show where the ring stands and what waits for a person, with reasons. Needs no keys."""
    bridge = build(
        settings(db, deployment, rpc, keystores, password_file, attester, config),
        access=Access.LOOK,
    )
    try:
        head = int(bridge.client.head()["number"], 16)
    except NodeUnavailable:
        head = None  # the database still tells what waits
    data = ring_status(bridge.store, head, bridge.port.last_sequence())
    if as_json:
        _print(data)
        return
    table = Table("what", "value", title="interlock bridge status", show_header=False)
    for name, value in data.items():
        if isinstance(value, dict):
            table.add_row(name, "  ".join(f"{k} {v}" for k, v in value.items()) or "–")
        elif isinstance(value, list):
            lines = ("  ".join(str(v) for v in row.values()) for row in value)
            table.add_row(name, escape("\n".join(lines)) or "none")
        else:
            table.add_row(name, escape(str(value)))
    console.print(table)


@app.command()
def retry(
    key: Annotated[
        str, typer.Argument(help="Key of a stuck call, or position of a quarantined event.")
    ],
    db: Db = None,
    deployment: DeploymentFile = None,
    rpc: Rpc = None,
    keystores: Keystores = None,
    password_file: PasswordFile = None,
    attester: Attester = None,
    config: ConfigFile = None,
) -> None:
    """Put a stuck call or a quarantined event back in line, after you removed its cause."""
    bridge = build(
        settings(db, deployment, rpc, keystores, password_file, attester, config),
        access=Access.READ,
    )
    if key.startswith("requisition:"):
        now = bridge.report.remake(key)
    else:
        with bridge.store.unit() as session:
            now = bridge.store.retry(session, key)
    console.print(f"{key} is {now} again")


@app.command()
def resolve(
    key: Annotated[
        str, typer.Argument(help="Position of a quarantined event, or key of a stuck call.")
    ],
    why: Annotated[str, typer.Option(help="What was done about it; stands in the record.")],
    db: Db = None,
    deployment: DeploymentFile = None,
    rpc: Rpc = None,
    keystores: Keystores = None,
    password_file: PasswordFile = None,
    attester: Attester = None,
    config: ConfigFile = None,
) -> None:
    """Mark a quarantined event or a stuck call as dealt with by hand, so that its order goes on.

    The event is not booked, and the call is never sent by the bridge. The audit goes on naming such events, and receipts,
    inspections and matches that were given up; what else was given up stands in the alarms.
    """
    bridge = build(
        settings(db, deployment, rpc, keystores, password_file, attester, config),
        access=Access.READ,
    )
    with bridge.store.unit() as session:
        now = bridge.store.resolve(session, key, why)
    console.print(f"{key} is {now}")


def audit(
    db: Db = None,
    deployment: DeploymentFile = None,
    rpc: Rpc = None,
    keystores: Keystores = None,
    password_file: PasswordFile = None,
    attester: Attester = None,
    config: ConfigFile = None,
    hold: Annotated[
        bool, typer.Option(help="Hold the payment of every order in dispute, lift all other holds.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Prove that ERP and chain tell one story: six invariants. Exit 1, with the rows named, when they do not.

    The chain is read and proved anew; nothing that the bridge remembers is trusted. Needs no keys.
    """
    bridge = build(
        settings(db, deployment, rpc, keystores, password_file, attester, config),
        access=Access.READ,
    )
    report = run_audit(bridge, quiet=as_json)
    if hold:
        bridge.audit.hold_payments(report)
    _print(report.as_json()) if as_json else print_audit(report)
    if not report.holds:
        raise typer.Exit(1)


def run_audit(bridge: Bridge, quiet: bool) -> AuditReport:
    """The report, with its progress shown unless quiet."""
    if quiet:
        return bridge.audit.run()
    with console.status("audit") as line:
        return bridge.audit.run(lambda what: line.update(f"audit: {what}"))


def print_audit(report: AuditReport, shown: int = 20) -> None:
    """The six lines, and the differences by name."""
    table = Table(
        "", "invariant", "checked", "differences", title=f"interlock audit at block {report.block}"
    )
    for i in report.invariants:
        mark = "[green]✓[/]" if i.holds else "[red]✗[/]"
        table.add_row(mark, f"{i.id} {i.name}", f"{i.checked:,}", str(i.found))
    console.print(table)
    for i in report.invariants:
        for d in i.differences[:shown]:
            console.print(
                f"[red]{i.id}[/] {d.kind}: {escape(d.row)}: {escape(d.detail)}", highlight=False
            )
        if i.found > shown:
            console.print(
                f"[red]{i.id}[/] … and {i.found - shown} more: see --json", highlight=False
            )
