"""`interlock keys`, `deploy`, `retire` and `firm`: what an operator does on a chain, once, at a release, for a new firm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.errors import BadConfiguration
from bridge.operator.printing import a_table, instant, printer, put

if TYPE_CHECKING:
    from bridge.chain.client import Client
    from bridge.chain.deployment import Deployment

    from .accounts import Person
    from .consensus import Named
    from .deploy import Offices
    from .rooms import Release

ROOM_HELP = "settlement, bets, capacity, or receivables (which comes with settlement)."

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


def deploy(  # noqa: PLR0917 - an option each
    keystore: Annotated[
        Path, typer.Option(help="Keystore of the deployer: it becomes, or is, default admin.")
    ],
    password_file: Annotated[Path, typer.Option(help="File that holds its password.")],
    rpc: Annotated[
        str | None, typer.Option(help="Node URL; default with --beside: that file's.")
    ] = None,
    registrar: Annotated[
        str | None, typer.Option(help="Account that registers participants.")
    ] = None,
    treasurer: Annotated[
        str | None, typer.Option(help="Account that issues settlement tokens.")
    ] = None,
    attester: Annotated[
        list[str] | None,
        typer.Option(
            help='Account of a bridge, or "ERP north=ACCOUNT"; several times for several.'
        ),
    ] = None,
    anchorer: Annotated[
        list[str] | None,
        typer.Option(
            help="Account with which a bridge anchors its documents; several times for several bridges."
        ),
    ] = None,
    guardian: Annotated[
        str | None, typer.Option(help="Account that may stop new obligations.")
    ] = None,
    arbiter: Annotated[
        list[str] | None,
        typer.Option(help="Account that rules disputes, or NAME=ACCOUNT; several for several."),
    ] = None,
    reporter: Annotated[
        list[str] | None,
        typer.Option(
            help="Account that reports metrics and reviews, or NAME=ACCOUNT; several. The first declares force majeure."
        ),
    ] = None,
    leave_unsealed: Annotated[
        bool,
        typer.Option(
            "--leave-unsealed",
            help="Go on granting offices of contracts at once: for development chains.",
        ),
    ] = False,
    network: Annotated[
        str, typer.Option(help="Name; the file becomes deployments/<network>.json.")
    ] = "local",
    consensus: Annotated[
        str | None,
        typer.Option(
            help="How the chain agrees: development (one node), ethereum, clique, ibft (polygon-edge), qbft, ibft2."
        ),
    ] = None,
    finality: Annotated[
        int | None,
        typer.Option(
            help="Blocks that must follow before an event counts; default: 0 where the consensus does not fork."
        ),
    ] = None,
    validator: Annotated[
        list[str] | None,
        typer.Option(
            help="Account that seals blocks; several times for all. Default: those that the chain names."
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Deployment file, if elsewhere.")] = None,
    room: Annotated[
        str | None, typer.Option(help=f"Release one room beside its old edition: {ROOM_HELP}")
    ] = None,
    beside: Annotated[
        Path | None,
        typer.Option(help="With --room: the deployment file that gets the new edition."),
    ] = None,
    edition: Annotated[
        int | None, typer.Option(help="With --room: the wanted edition; default: the next.")
    ] = None,
    grant: Annotated[
        bool, typer.Option("--grant", help="With --room: take the grants announced two days ago.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Deploy the contracts, or release a new edition of one room beside the old one.

    The whole: `interlock deploy --network pilot --rpc URL --consensus qbft --keystore office/admin.json
    --password-file password --registrar … --treasurer … --attester "ERP north=…" --anchorer … --guardian … --reporter …
    --arbiter …`. It creates a post for each attester, reporter and arbiter (records name posts, so keys may change), gives
    out the offices and writes the deployment file. The file pins the consensus and, where blocks are sealed, the
    validators: compare them with what you know of the chain, a bridge believes whatever they seal. At the end the offices
    that hold power over money are sealed: from then on a grant is announced and waits two days.

    One room: `interlock deploy --room settlement --beside deployments/pilot.json --keystore office/admin.json
    --password-file password` deploys its contracts with the next edition against the lasting ones of the file, announces
    their grants and says when they may be taken. Two days later the same with `--grant` takes them and writes the edition
    into the file; restart the bridges then. Both may be repeated at any time: what stands is kept, a half-done deployment
    is continued. What then runs in the old edition ends there: see `interlock retire`, and docs/deployments.md.

    Exit codes: 0 done · 2 a person has to change something · 3 the same command may succeed later (the time of a grant has
    not come, the node is away).
    """
    from bridge.chain import keys
    from bridge.chain.client import Client

    from .consensus import named as named_consensus

    account = keys.load(keystore, _password(password_file))
    key = account.key.to_0x_hex()
    if room is not None:
        if beside is None:
            raise BadConfiguration(
                "--room needs --beside: the deployment file of the house, deployments/<network>.json"
            )
        _release(key, rpc, room, beside, edition, grant=grant, as_json=as_json)
        return
    if beside is not None or edition is not None or grant:
        raise BadConfiguration("--beside, --edition and --grant go with --room")
    named = {
        "--rpc": rpc, "--registrar": registrar, "--treasurer": treasurer, "--attester": attester,
        "--anchorer": anchorer, "--guardian": guardian, "--arbiter": arbiter, "--reporter": reporter,
        "--consensus": consensus,
    }  # fmt: skip
    if missing := [option for option, value in named.items() if not value]:
        raise BadConfiguration(f"a whole deployment needs {', '.join(missing)}")
    path = out or Path("deployments") / f"{network}.json"
    offices = _offices(
        registrar or "",
        treasurer or "",
        attester or [],
        guardian or "",
        reporter or [],
        arbiter or [],
        anchorer or [],
    )
    agreed = named_consensus(consensus or "", finality, validator or [])
    _whole(
        Client([rpc or ""]),
        *(key, network, offices, path, agreed),
        seal=not leave_unsealed,
        as_json=as_json,
    )


def _appointed(named: list[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Accounts, and of whom they act where `NAME=ACCOUNT` says so."""
    accounts, names = [], {}
    for each in named:
        name, equals, account = each.rpartition("=")
        accounts.append(account.lower())
        if equals:
            names[account.lower()] = name
    return tuple(accounts), names


def _offices(
    registrar: str,
    treasurer: str,
    attester: list[str],
    guardian: str,
    reporter: list[str],
    arbiter: list[str],
    anchorer: list[str],
) -> Offices:
    from .deploy import Offices

    attesters, bridges = _appointed(attester)
    reporters, platforms = _appointed(reporter)
    arbiters, benches = _appointed(arbiter)
    people = registrar.lower(), treasurer.lower(), attesters, guardian.lower(), reporters, arbiters
    anchorers = tuple(account.lower() for account in anchorer)
    return Offices(*people, anchorers, bridges | platforms | benches)


def _whole(
    client: Client,
    key: str,
    network: str,
    offices: Offices,
    path: Path,
    consensus: Named,
    *,
    seal: bool,
    as_json: bool,
) -> None:
    from .deploy import deploy_to_file, unfollowed_custodians

    if path.exists():
        raise BadConfiguration(
            f"{path} exists: a deployment is never overwritten. A new version of one room stands beside the old one with "
            "--room; another deployment has another --network or --out"
        )
    deployment = deploy_to_file(client, key, network, offices, path, seal=seal, consensus=consensus)
    unfollowed = unfollowed_custodians(deployment)
    if as_json:
        told = {"deployment": str(path), "sealed": seal, "unfollowed": unfollowed}
        told |= {"consensus": deployment.consensus, "finality": deployment.finality}
        told["validators"] = list(deployment.validators)
        told["posts"] = {name: post.id for name, post in deployment.posts.items()}
        told["contracts"] = {name: each[-1].address for name, each in deployment.contracts.items()}
        typer.echo(json.dumps(told))
        return
    console = printer()
    title = f"deployed to chain {deployment.chain_id}"
    table = a_table(console, "contract", "address", "block", title=title)
    for name, (placed,) in deployment.contracts.items():
        table.add_row(name, placed.address, str(placed.block))
    put(console, table)
    table = a_table(console, "post", "number", "first holder", title="posts")
    for name, _, holder in offices.posts():
        table.add_row(name, str(deployment.posts[name].id), holder)
    put(console, table)
    console.print(
        f"consensus {deployment.consensus}, final after {deployment.finality} more blocks"
    )
    if deployment.validators:
        console.print(f"pinned validators: {', '.join(deployment.validators)}")
    console.print(f"written to {path}")
    console.print(
        "the offices of contracts are sealed: a grant is announced and waits two days"
        if seal
        else "the offices of contracts are not sealed: the admin grants them at once"
    )
    console.print(
        f"to be registered as parties in the ERP, which does not book them yet: {', '.join(unfollowed)}"
    )


def _person(key: str, rpc: str | None, file: Path) -> tuple[Person, Deployment]:
    from bridge.chain.client import Client
    from bridge.chain.deployment import load

    from .accounts import Person

    deployment = load(file)
    return Person(Client([rpc or deployment.rpc_url]), key), deployment


def _release(
    key: str,
    rpc: str | None,
    room: str,
    file: Path,
    edition: int | None,
    *,
    grant: bool,
    as_json: bool,
) -> None:
    from .rooms import Releases

    admin, deployment = _person(key, rpc, file)
    steps = Releases(admin, deployment, file)
    release = steps.grant(room, edition) if grant else steps.deploy(room, edition)
    if as_json:
        typer.echo(json.dumps(release.as_json()))
    else:
        _print_release(release, file)


def _print_release(release: Release, file: Path) -> None:
    console = printer()
    title = f"edition {release.edition} of the {release.room} room"
    table = a_table(console, "contract", "address", "block", title=title)
    for name, placed in release.contracts.items():
        table.add_row(name, placed.address, str(placed.block))
    put(console, table)
    for office, name in release.granted:
        console.print(f"{office} is given to {name}")
    for (office, name), at in release.announced.items():
        console.print(f"{office} may be given to {name} from {instant(at)} on")
    command = f"interlock deploy --room {release.room} --beside {file}"
    if parties := release.unbooked():
        console.print(
            f"to be registered as parties in the ERP, which does not book them yet: {', '.join(parties)}"
        )
    if release.done:
        console.print(f"it stands in {file}: restart every bridge with this file")
        console.print(
            "whoever pays into it approves it first: `interlock bridge check` names what is missing"
        )
        if release.edition:
            console.print(
                f"then end the old one: interlock retire --room {release.room} --edition {release.edition - 1} "
                f"--beside {file} --keystore office/guardian.json --password-file password"
            )
    else:
        console.print(f"from {instant(release.grantable_at)} on: {command} --grant")


def retire(
    room: Annotated[str, typer.Option(help=ROOM_HELP)],
    edition: Annotated[int, typer.Option(help="The edition in which nothing new shall begin.")],
    beside: Annotated[Path, typer.Option(help="The deployment file, deployments/<network>.json.")],
    keystore: Annotated[Path, typer.Option(help="Keystore of the guardian.")],
    password_file: Annotated[Path, typer.Option(help="File that holds its password.")],
    rpc: Annotated[str | None, typer.Option(help="Node URL; default: the file's.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take a retirement back.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Retire an old edition of a room: nothing new begins there, and what runs there ends as it would have.

    Orders are delivered, paid and closed, bets are reported and settled, disputes are ruled in the old edition; tenders that
    are open there are still awarded there. Bridges follow it as long as it stands in the deployment file, which is for good.
    Needs a newer edition; may be repeated.

    Example: `interlock retire --room settlement --edition 0 --beside deployments/pilot.json --keystore office/guardian.json
    --password-file password`
    """
    from bridge.chain import keys

    from . import rooms

    account = keys.load(keystore, _password(password_file))
    guardian, deployment = _person(account.key.to_0x_hex(), rpc, beside)
    done = rooms.retire(guardian, deployment, room, edition, undo=undo)
    if as_json:
        typer.echo(
            json.dumps({"room": room, "edition": edition, "undone": undo, "contracts": done})
        )
        return
    word = "may begin new things again" if undo else "is retired"
    for name, address in done.items():
        typer.echo(f"{name} of edition {edition} at {address} {word}")
    if not done:
        typer.echo(f"nothing to do: edition {edition} of {room} {word} already")


def firm(
    owner: Annotated[str, typer.Option(help="Account of the key that owns the firm's account.")],
    capability: Annotated[
        str, typer.Option(help='buyer, supplier, node, financier, or several: "supplier+node".')
    ],
    beside: Annotated[Path, typer.Option(help="The deployment file, deployments/<network>.json.")],
    keystore: Annotated[Path, typer.Option(help="Keystore of the registrar.")],
    password_file: Annotated[Path, typer.Option(help="File that holds its password.")],
    rpc: Annotated[str | None, typer.Option(help="Node URL; default: the file's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Open a firm's account and register it: a contract whose address stays while the firm's keys change.

    Its key acts and signs for it; a lost key is replaced by a registrar after two weeks (docs/deployments.md). Register the
    printed account as a party of the ERP; a bridge that holds the owner's keystore acts for it.

    Example: `interlock firm --owner 0x5b38…ddc4 --capability supplier+node --beside deployments/pilot.json
    --keystore office/registrar.json --password-file password`
    """
    from bridge.chain import keys

    from . import firms

    bits = firms.capability_bits(capability)
    key = keys.load(keystore, _password(password_file))
    registrar, deployment = _person(key.key.to_0x_hex(), rpc, beside)
    account = firms.open_firm(registrar, deployment, owner, bits)
    told = {"account": account, "owner": owner.lower(), "capabilities": bits}
    typer.echo(json.dumps(told) if as_json else account)
