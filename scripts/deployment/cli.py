"""`interlock keys` and `interlock deploy`: what an operator does once on each chain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bridge.errors import BadConfiguration
from bridge.operator.printing import a_table, printer

keys_app = typer.Typer(no_args_is_help=True, help="Encrypted keystore files (scrypt, JSON v3).")


def _password(password_file: Path) -> str:
    try:
        return password_file.read_text(encoding="utf-8").rstrip("\n")
    except OSError as error:
        raise BadConfiguration(f"cannot read the password file: {error}") from error


@keys_app.command("new")
def new_key(
    path: Annotated[Path, typer.Argument(help="Where the keystore goes, e.g. keys/attester.json.")],
    password_file: Annotated[Path, typer.Option(help="File that holds its password.")],
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Make a new key. The file is written once and never overwritten; only its owner may read it.

    Example: `interlock keys new keys/attester.json --password-file password`
    """
    from bridge.chain import keys

    try:
        address = keys.create(path, _password(password_file))
    except FileExistsError:
        raise BadConfiguration(f"{path} exists: a key is never overwritten") from None
    typer.echo(json.dumps({"address": address, "path": str(path)}) if as_json else address)


@keys_app.command("address")
def key_address(path: Annotated[Path, typer.Argument(help="A keystore file.")]) -> None:
    """Print the address of a keystore, without opening it."""
    try:
        address = str(json.loads(path.read_text(encoding="utf-8"))["address"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadConfiguration(f"{path} is not a keystore file: {error}") from error
    typer.echo("0x" + address.removeprefix("0x").lower())


def _appointed(named: list[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Accounts, and of whom they act where `NAME=ACCOUNT` says so."""
    accounts, names = [], {}
    for each in named:
        name, equals, account = each.rpartition("=")
        accounts.append(account.lower())
        if equals:
            names[account.lower()] = name
    return tuple(accounts), names


def deploy(  # noqa: PLR0917 - an option each
    rpc: Annotated[str, typer.Option(help="Node URL.")],
    keystore: Annotated[
        Path, typer.Option(help="Keystore of the deployer; it becomes default admin.")
    ],
    password_file: Annotated[Path, typer.Option(help="File that holds its password.")],
    registrar: Annotated[str, typer.Option(help="Account that registers participants.")],
    treasurer: Annotated[str, typer.Option(help="Account that issues settlement tokens.")],
    attester: Annotated[
        list[str],
        typer.Option(
            help='Account of a bridge, or "ERP north=ACCOUNT"; several times for several.'
        ),
    ],
    guardian: Annotated[str, typer.Option(help="Account that may stop new obligations.")],
    arbiter: Annotated[
        list[str],
        typer.Option(help="Account that rules disputes, or NAME=ACCOUNT; several for several."),
    ],
    reporter: Annotated[
        list[str],
        typer.Option(
            help="Account that reports metrics and reviews, or NAME=ACCOUNT; several. "
            "The first declares force majeure."
        ),
    ],
    leave_unsealed: Annotated[
        bool,
        typer.Option(help="Go on granting offices of contracts at once: for development chains."),
    ] = False,
    network: Annotated[
        str, typer.Option(help="Name; the file becomes deployments/<network>.json.")
    ] = "local",
    out: Annotated[Path | None, typer.Option(help="Deployment file, if elsewhere.")] = None,
) -> None:
    """Deploy the contracts, create the posts, give out the offices, write the deployment file.

    Works the same on a development node and on a permissioned network. The bytecode ships with this package. Each attester,
    reporter and arbiter holds a post: records name the post, so keys may change. At the end the offices that hold power over
    money are sealed: from then on a grant is announced and waits two days.
    """
    from bridge.chain import keys
    from bridge.chain.client import Client

    from .deploy import Offices, deploy_to_file, unfollowed_custodians

    path = out or Path("deployments") / f"{network}.json"
    account = keys.load(keystore, _password(password_file))
    attesters, bridges = _appointed(attester)
    reporters, platforms = _appointed(reporter)
    arbiters, benches = _appointed(arbiter)
    offices = Offices(
        *(registrar.lower(), treasurer.lower(), attesters, guardian.lower(), reporters, arbiters),
        bridges | platforms | benches,
    )
    client, key = Client([rpc]), account.key.to_0x_hex()
    deployment = deploy_to_file(client, key, network, offices, path, seal=not leave_unsealed)
    console = printer()
    title = f"deployed to chain {deployment.chain_id}"
    table = a_table(console, "contract", "address", "block", title=title)
    for name, (placed,) in deployment.contracts.items():
        table.add_row(name, placed.address, str(placed.block))
    console.print(table)
    table = a_table(console, "post", "number", "first holder", title="posts")
    for name, _, holder in offices.posts():
        table.add_row(name, str(deployment.posts[name].id), holder)
    console.print(table)
    if leave_unsealed:
        console.print("the offices of contracts are not sealed: the admin grants them at once")
    else:
        console.print("the offices of contracts are sealed: a grant is announced two days before")
    console.print(f"written to {path}")
    unfollowed = ", ".join(unfollowed_custodians(deployment))
    console.print(
        f"to be registered as parties in the ERP, which does not book them yet: {unfollowed}"
    )
