"""`interlock verify`: what a stranger learns of a proof file, alone or by asking the chain. No database, no key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bridge.capabilities.documents import REGISTRY
from bridge.chain.client import Client
from bridge.chain.gateway import decode_result, encode_call
from bridge.chain.rpc import RpcError
from bridge.commitments.proof_file import ProofFile, check


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked: in words, whether it holds, and by what."""

    what: str
    holds: bool
    by: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of a proof, in the order in which one thing rests on the other."""

    findings: tuple[Finding, ...]
    asked_the_chain: bool
    owner: str | None = None  # of the stream: whose log it is

    @property
    def holds(self) -> bool:
        """True when nothing that was checked is false."""
        return all(each.holds for each in self.findings)


def alone(found: ProofFile) -> Verdict:
    """What follows from the file itself."""
    return Verdict(tuple(_own(found)), asked_the_chain=False)


def _own(found: ProofFile) -> list[Finding]:
    checked = check(found)
    link = found.link
    fields = [
        Finding(f"{field.path} = {field.value}", holds, "a leaf of the document")
        for field, holds in zip(found.fields, checked.fields, strict=True)
    ]
    run = f"{link.first_sequence} to {link.last_sequence}"
    place = Finding(f"document {found.sequence} of {run}", checked.document, "a leaf of the anchor")
    return [*fields, place]


def on_chain(found: ProofFile, client: Client, registry: str) -> Verdict:
    """What the registry at this address says. Raises NodeUnavailable."""
    served = client.chain_id()
    findings = [
        *_own(found),
        Finding(f"chain {found.chain_id}", served == found.chain_id, f"the node serves {served}"),
        Finding(f"registry {found.registry}", registry == found.registry, f"yours is {registry}"),
        _answer(found, client, registry),
    ]
    for field in found.fields:
        asked = (*found.place(), field.argument(), field.field_proof, found.proof)
        said = _asked(client, registry, "provesField", asked)
        findings.append(Finding(f"provesField({field.path})", said, "the registry"))
    owner = _owner(client, registry, found.stream_id)
    return Verdict(tuple(findings), asked_the_chain=True, owner=owner)


def _answer(found: ProofFile, client: Client, registry: str) -> Finding:
    said = _asked(client, registry, "proves", (*found.place(), found.document_root, found.proof))
    return Finding(f"proves(anchor {found.anchor_index}, {found.sequence})", said, "the registry")


def _owner(client: Client, registry: str, stream_id: str) -> str | None:
    found = _read(client, registry, "stream", (stream_id,))
    return None if found is None else str(found[0][0]).lower()


def _asked(client: Client, registry: str, function: str, arguments: tuple[Any, ...]) -> bool:
    found = _read(client, registry, function, arguments)
    return found is not None and bool(found[0])


def _read(
    client: Client, registry: str, function: str, arguments: tuple[Any, ...]
) -> tuple[Any, ...] | None:
    """What the registry answers; None where it refuses, or there is none at this address."""
    call = {"to": registry, "data": encode_call(REGISTRY, function, arguments)}
    try:
        data = client.call("eth_call", call, "latest")
    except RpcError as error:
        if error.is_refusal:
            return None
        raise
    return None if data == "0x" else decode_result(REGISTRY, function, data)
