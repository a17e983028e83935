"""`interlock network`: what a person types. What it needs is imported when a command runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from .home import Validator
    from .network import Network

DEFAULT_HOME = Path("build/network/home")
DEFAULT_VALIDATORS = 4
WINDOW_SECONDS = 60  # the least that the contract for tenders allows
LINES = 40

app = typer.Typer(
    no_args_is_help=True,
    help="""A permissioned network of several validators on this machine, for tests and sandboxes.

    `make network` builds its nodes once. IBFT (polygon-edge) is final at once: two thirds of the validators seal each block.
    Clique (geth) forks and heals: an event counts some blocks later. Gas is free, nobody holds coins, and everything listens
    on loopback alone. See docs/network.md.

    Exit codes: 0 done · 2 a person has to change something · 3 the same command may succeed later.""",
)
Home = Annotated[Path, typer.Option(help="Folder of the network: keys, chain, logs.")]
AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]
Number = Annotated[int, typer.Argument(help="Number of a validator, from 1.")]


@app.command()
def up(
    consensus: Annotated[
        str, typer.Option(help="ibft (final at once) or clique (forks, and heals).")
    ] = "ibft",
    validators: Annotated[int, typer.Option(help="How many; four bear one that fails.")] = (
        DEFAULT_VALIDATORS
    ),
    home: Home = DEFAULT_HOME,
    block_seconds: Annotated[int, typer.Option(help="Whole seconds from block to block.")] = 1,
    chain_id: Annotated[int, typer.Option(help="Of a new network.")] = 2026,
    as_json: AsJson = False,
) -> None:
    """Make a network and start it, or start the one that is in the folder again.

    Its validators go on when this command has ended, until `interlock network down`.

    Example: `interlock network up --consensus ibft --validators 4`, then `interlock deploy --rpc URL --consensus ibft …`
    """
    from .home import FILE
    from .network import Network

    if (home / FILE).exists():
        network = Network(home)
    else:
        network = Network.make(
            home,
            consensus,
            validators=validators,
            period_seconds=block_seconds,
            chain_id=chain_id,
        )
    network.up()
    _tell(network, as_json=as_json)


@app.command()
def down(
    home: Home = DEFAULT_HOME,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the folder: `up` starts the same chain again.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Stop every validator and remove the folder of the network with its keys and its chain."""
    network = _network(home)
    network.down(keep=keep)
    said = {"home": str(network.home), "kept": keep}
    typer.echo(json.dumps(said) if as_json else f"down; {home} is {'kept' if keep else 'removed'}")


@app.command()
def status(home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """Show the validators: who runs, which block each has, where it answers."""
    _tell(_network(home), as_json=as_json)


@app.command()
def kill(number: Number, home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """End a validator where it stands, as a power cut does."""
    network = _network(home)
    network.spec.validator(number)
    network.kill([number])
    _tell(network, as_json=as_json)


@app.command()
def start(number: Number, home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """Start a validator that does not run."""
    network = _network(home)
    network.start([number])
    _tell(network, as_json=as_json)


@app.command()
def unlock(home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """Help a Clique on that stands although enough signers run: those on the lighter branch go back to the common block."""
    network = _network(home)
    if not network.unlock() and not as_json:
        typer.echo("all stand on one branch: nothing to do")
    _tell(network, as_json=as_json)


@app.command()
def logs(
    number: Number,
    home: Home = DEFAULT_HOME,
    lines: Annotated[int, typer.Option(min=1, help="How many, from the end.")] = LINES,
    as_json: AsJson = False,
) -> None:
    """Print what a validator said last."""
    log = _network(home).log(number)
    told = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    typer.echo(json.dumps(told[-lines:]) if as_json else "\n".join(told[-lines:]))


@app.command()
def add(home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """Add a validator: a new node follows the chain, those who seal vote it in, and it seals."""
    network = _network(home)
    _decided(network, network.add(), as_json=as_json)


@app.command()
def remove(number: Number, home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """Remove a validator: the others vote it out, and it is stopped. What it kept stays in its folder."""
    network = _network(home)
    _decided(network, network.remove(number), as_json=as_json)


@app.command()
def export(
    validator: Annotated[
        list[str],
        typer.Option(help="Enode URL of a validator, as its operator tells it; once for each."),
    ],
    made_for: Annotated[str, typer.Option("--for", help="The node that is to run it: besu.")],
    out: Annotated[Path, typer.Option(help="Folder for the files; made.")],
    chain_id: Annotated[int, typer.Option(help="Of the new network.")],
    block_seconds: Annotated[int, typer.Option(help="Whole seconds from block to block.")] = 2,
    sender: Annotated[
        list[str] | None,
        typer.Option(help="Account that may send transactions; several. Default: all may."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write what a production network needs: genesis block, settings and a compose file for Hyperledger Besu (QBFT).

    Gas is free, nobody holds coins, nodes know each other by name, RPC answers on loopback. Keys are made by the operators
    and are not in it. We have not run it: see READ-ME-FIRST.txt among the files.

    Example: `interlock network export --for besu --chain-id 20260 --out pilot --validator enode://…@node1.example:30303 …`
    """
    from bridge.errors import BadConfiguration

    from . import besu

    if made_for != "besu":
        raise BadConfiguration(f"--for is besu, not {made_for!r}: no other node is described here")
    made = besu.files(validator, chain_id, block_seconds, sender or ())
    besu.write(made, out)
    said = {"folder": str(out), "files": sorted(made), "run": False}
    typer.echo(
        json.dumps(said)
        if as_json
        else f"written to {out}: {', '.join(sorted(made))}\n{besu.NOT_RUN}"
    )


@app.command()
def drill(
    consensus: Annotated[str, typer.Option(help="ibft or clique.")] = "ibft",
    validators: Annotated[int, typer.Option(min=4, help="How many.")] = DEFAULT_VALIDATORS,
    home: Annotated[Path, typer.Option(help="Folder of the drill; made anew.")] = Path(
        "build/drill"
    ),
    short: Annotated[
        bool, typer.Option("--short", help="Kill one, go on, kill too many, go on: one wave.")
    ] = False,
    window: Annotated[
        int,
        typer.Option(
            min=WINDOW_SECONDS,
            help="Seconds for bids, and again for reveals: more on a machine that does much else.",
        ),
    ] = WINDOW_SECONDS,
    json_out: Annotated[
        Path | None, typer.Option("--json", help="Write the report here; '-': standard output.")
    ] = None,
) -> None:
    """Kill, freeze and part the validators of a network of its own under the load of the main job, and prove the books.

    Purchases go from falling stock to payment all the while, with the bridge running. After each step chain and books are
    audited: nothing may be lost, nothing doubled. Exit 0 only if every step holds, 1 if one does not.

    Examples: `interlock network drill --consensus clique --json out.json`, `interlock network drill --validators 7`
    """
    from ..plays.drill import running

    running.run(consensus, validators, home, json_out, window, short=short)


def _network(home: Path) -> Network:
    from .network import Network

    return Network(home)


def _decided(network: Network, about: Validator, *, as_json: bool) -> None:
    if not as_json:
        typer.echo(
            f"validator {about.number} ({about.account}) was voted {'in' if about.seals else 'out'}"
        )
    _tell(network, as_json=as_json)


def _tell(network: Network, *, as_json: bool) -> None:
    from bridge.operator.printing import a_table, printer, put

    found = network.status()
    if as_json:
        typer.echo(json.dumps(found))
        return
    console = printer()
    title = (
        f"{found['consensus']}, chain {found['chain_id']}, a block each {found['period_seconds']} s"
    )
    table = a_table(console, "validator", "account", "node", "process", "block", title=title)
    for each in found["validators"]:
        name = str(each["number"]) + ("" if each["seals"] else " (does not seal)")
        process = str(each["pid"] or "does not run")
        head = "" if each["head"] is None else str(each["head"])
        table.add_row(name, each["account"], each["url"], process, head)
    put(console, table)
    console.print(f"an event counts with {found['finality']} more blocks; folder {found['home']}")
    console.print(found["program"])
