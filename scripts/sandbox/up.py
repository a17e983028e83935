"""`interlock up` at work: starts a whole small system for trying out, and keeps it up until Ctrl-C."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import httpx
import typer
from rich.markup import escape

from bridge.errors import BadConfiguration
from bridge.operator.printing import printer
from bridge.operator.saying import say
from bridge.operator.stopping import asked_to_stop
from erp.kernel.roles import Role

from ..devchain.devchain import HOST, DevChain, DevChainError, Kind
from ..devchain.processes import Child
from . import links
from .walkthrough import Places, purchase_in_pages, purchase_steps, write_erp, write_shell
from .world import PARTY_PASSWORD, SPEAKS_FOR, Sandbox, build_sandbox

POLL_SECONDS = 0.2
START_TIMEOUT_SECONDS = 60.0
LAST_OF_ONBOARDING = "token_issue"  # each party's last document before it can trade
PASSWORD_BYTES = 24


def run(
    kind: Kind,
    chain_port: int,
    api_port: int,
    home: Path,
    deployment: Path,
    block_seconds: float,
    window_seconds: int,
    seconds: float,
) -> None:
    """Starts chain, API and bridge, prints where they are, and stops them on a signal or after so many seconds."""
    stopping = asked_to_stop()
    try:
        with DevChain(
            kind, port=chain_port, start=datetime.now(UTC), interval_seconds=block_seconds
        ) as node:
            password = secrets.token_urlsafe(PASSWORD_BYTES)
            sandbox = build_sandbox(node, home, deployment, password, os.urandom, window_seconds)
            _run(
                sandbox,
                node,
                api_port or _free_port(),
                deployment,
                window_seconds,
                stopping,
                seconds,
            )
    except DevChainError as error:
        raise BadConfiguration(str(error)) from error
    typer.echo("stopped")


def _run(
    sandbox: Sandbox,
    node: DevChain,
    api_port: int,
    deployment: Path,
    window_seconds: int,
    stopping: Callable[[], bool],
    seconds: float,
) -> None:
    """Runs API and bridge until a signal comes or the time is over, then stops both. Exits with 1 when one ends before."""
    api_arguments = ["--db", sandbox.db, "--port", str(api_port), "--chain", node.url]
    api_arguments += ["--deployment", str(deployment)]
    tokens = json.loads(sandbox.tokens.read_text(encoding="utf-8"))
    doors = links.write(sandbox.home / "links.json", tokens, time.time(), os.urandom)
    api_arguments += ["--links", str(sandbox.home / "links.json")]
    api = Child("ERP API", api_arguments, sandbox.home / "api.log", module="sandbox.api")
    bridge_arguments = ["bridge", "run", "--config", str(sandbox.config)]
    bridge = Child("bridge", bridge_arguments, sandbox.home / "bridge.log")
    places = Places(
        chain=node.url,
        api=f"http://{HOST}:{api_port}",
        home=sandbox.home,
        deployment=deployment,
        config=sandbox.config,
        tokens=sandbox.tokens,
        example=sandbox.example,
        window_seconds=window_seconds,
        year=datetime.fromtimestamp(node.head_time(), UTC).year,
    )
    with api, bridge:
        _watch([api, bridge], stopping, _ready(sandbox, places.api, START_TIMEOUT_SECONDS))
        if not stopping():
            _tell(sandbox, places, doors)
        ends = time.monotonic() + seconds if seconds > 0 else None
        _watch([api, bridge], stopping, lambda: ends is not None and time.monotonic() > ends)


def _ready(sandbox: Sandbox, api: str, patience_seconds: float) -> Callable[[], bool]:
    """Returns a check: True once the bridge has booked all parties; BadConfiguration after so many seconds."""
    token = _token(sandbox)
    deadline = time.monotonic() + patience_seconds
    client = httpx.Client(headers={"Authorization": f"Bearer {token}"}, trust_env=False)

    def ready() -> bool:
        try:
            answer = client.get(f"{api}/documents", params={"type": LAST_OF_ONBOARDING})
        except httpx.TransportError:  # not yet listening
            answer = None
        if answer is not None and len(answer.raise_for_status().json()["items"]) == len(
            sandbox.parties
        ):
            client.close()
            return True
        if time.monotonic() > deadline:
            logs = f"{sandbox.home}/bridge.log, api.log"
            raise BadConfiguration(f"not ready within {patience_seconds:.0f} s: see {logs}")
        return False

    return ready


def _token(sandbox: Sandbox) -> str:
    """The auditor's token of the sandbox's ERP: it reads everything and changes nothing."""
    return str(json.loads(sandbox.tokens.read_text(encoding="utf-8"))[Role.AUDITOR.value])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _watch(children: list[Child], stopping: Callable[[], bool], done: Callable[[], bool]) -> None:
    """Waits until `done()` or a signal. Prints the log of a child that ends by itself and exits with 1."""
    while not stopping() and not done():
        for child in children:
            code = child.exit_code()
            if code is not None and not stopping():
                told = (
                    f"[red]{escape(child.name)} ended with code {code}[/]\n{escape(child.tail())}"
                )
                printer().print(told, highlight=False)
                raise typer.Exit(1)
        time.sleep(POLL_SECONDS)


def _tell(sandbox: Sandbox, places: Places, doors: Mapping[str, str]) -> None:
    rows = {
        "chain": places.chain,
        "ERP API": f"{places.api}/docs",
        "deployment": places.deployment,
        "settings": places.config,
        "logs": f"{places.home}/bridge.log, api.log",
        "tokens": f"{places.tokens}, one for each role, and more of finance, suppliers and nodes",
    }
    rows |= {p.code: f"{p.address}  {p.what}, {p.name}" for p in sandbox.parties}
    shell = write_shell(places, write_erp(places, _token(sandbox)))
    minutes = links.SECONDS // 60
    told = [
        say("interlock is up: {address}", address=f"{places.api}/"),
        *_table(rows),
        "",
        say(
            "Open it signed in (each link once, within {minutes} minutes; later with a token):",
            minutes=minutes,
        ),
        *_table({name: _door(places, name, path) for name, path in doors.items()}),
        "",
        purchase_in_pages(places, sandbox.party_keys, PARTY_PASSWORD),
        "",
        purchase_steps(places, shell),
    ]
    typer.echo("\n".join(told))
    sys.stdout.flush()


def _door(places: Places, name: str, path: str) -> str:
    """A link, and for which party its clerk speaks."""
    party = SPEAKS_FOR.get(name)
    return f"{places.api}{path}" + ("" if party is None else f"  {party}")


def _table(rows: Mapping[str, object]) -> Iterator[str]:
    width = max(map(len, rows))
    return (f"  {name:<{width}}  {where}" for name, where in rows.items())
