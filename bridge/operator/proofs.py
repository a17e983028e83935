"""`interlock prove` and `interlock verify`: a proof of a document goes from its owner to a stranger as one file."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.errors import BadConfiguration, BadProof
from bridge.operator import printing
from bridge.operator.options import Settings, with_settings

if TYPE_CHECKING:
    from bridge.commitments.proof_file import ProofFile

EXIT_FAILED = 1  # it was looked at and does not hold
STANDARD = Path("-")  # input or output
FILE_BYTES_MAX = 10_000_000
ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


@with_settings
def prove(
    settings: Settings,
    document: Annotated[
        str, typer.Argument(metavar="DOCUMENT", help="Number of an anchored document.")
    ],
    fields: Annotated[
        list[str] | None,
        typer.Option(
            "--field", metavar="PATH", help="Open this leaf as well: fields.net_minor. Repeatable."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Where to write; '-': standard output. Default: DOCUMENT.proof.json.",
        ),
    ] = None,
) -> None:
    """Write a file that proves a document, or single leaves of it, to whoever has no log. Needs no keys.

    It tells type and number of the document and the leaves that you open; nothing else of it can be read from the file.
    Whoever receives it checks it with `interlock verify`, or puts its arguments to DocumentRegistry.proves and
    provesField on a node of its own.
    """
    config = settings.config()
    from bridge.chain.deployment import load

    load(config.deployment)
    from bridge.bootstrap import Access, build
    from bridge.operator.prove import prove as proof_of

    text = proof_of(build(config, access=Access.READ), document, fields or ()).as_text()
    if out == STANDARD:
        typer.echo(text, nl=False)
        return
    path = out or Path(f"{document}.proof.json")
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadConfiguration(f"cannot write {path}: {error.strerror}") from error
    typer.echo(
        f"{path}: whoever has it types `interlock verify {path} --rpc URL --registry ADDRESS`"
    )


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A proof; '-': standard input.")],
    rpc: Annotated[
        list[str] | None,
        typer.Option(
            "--rpc", metavar="URL", help="Your own node. Without one only the file is checked."
        ),
    ] = None,
    registry: Annotated[
        str | None,
        typer.Option(
            "--registry",
            metavar="ADDRESS",
            help="The registry's address as you know it; needed with --rpc.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="For machines: JSON on standard output.")
    ] = False,
) -> None:
    """Check a proof that somebody gave you. Exit 1 when it does not hold.

    Every hash is computed anew, and a node of yours is asked what the chain says. It needs no database, no key and no trust
    in who wrote the file. Ask the firm once which account owns its log, and compare it with the owner that is printed.
    """
    found = _read(file)
    from bridge.operator import verify as verifying

    if rpc:
        from bridge.chain.client import Client

        verdict = verifying.on_chain(found, Client(rpc), _address(registry))
    else:
        verdict = verifying.alone(found)
    if as_json:
        told = asdict(verdict) | {"holds": verdict.holds}
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        printing.print_verdict(verdict)
    if not verdict.holds:
        raise typer.Exit(EXIT_FAILED)


def _address(registry: str | None) -> str:
    if registry is None or not ADDRESS.fullmatch(registry):
        given = "is missing" if registry is None else f"{registry!r} is no address"
        raise BadConfiguration(
            f"--registry {given}: name the registry of documents as you know it, not as the file does"
        )
    return registry.lower()


def _read(file: Path) -> ProofFile:
    """The proof in a file. Raises BadProof, BadConfiguration."""
    from bridge.commitments import proof_file

    try:
        with sys.stdin.buffer if file == STANDARD else file.open("rb") as stream:
            octets = stream.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise BadConfiguration(f"cannot read {file}: {error.strerror}") from error
    if len(octets) > FILE_BYTES_MAX:
        raise BadProof(f"{file} has more than {FILE_BYTES_MAX:,} bytes")
    try:
        return proof_file.read(octets.decode())
    except UnicodeDecodeError as error:
        raise BadProof(f"{file} is no text in UTF-8") from error
