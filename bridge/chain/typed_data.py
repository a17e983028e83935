"""Typed data as wallets sign it (EIP-712, `eth_signTypedData_v4`), with the types read off the shipped ABIs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from bridge.chain.artifact import artifact

DOMAIN = [
    {"name": "name", "type": "string"},
    {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"},
    {"name": "verifyingContract", "type": "address"},
]
Member = Mapping[str, Any]  # as in an ABI: name, type, and for structs internalType and components


def member(contract: str, function: str, path: str) -> Member:
    """An argument of a function as the ABI describes it, or a member within it: `signed.terms`. Raises KeyError."""
    (entry,) = (
        e for e in artifact(contract).abi if e["type"] == "function" and e["name"] == function
    )
    found: Member = {"components": entry["inputs"]}
    for name in path.split("."):
        found = {part["name"]: part for part in found["components"]}[name]
    return found


def types_of(primary: str, members: Sequence[Member]) -> dict[str, Any]:
    """The types of a struct and of all structs within it, as typed data lists them."""
    types: dict[str, Any] = {"EIP712Domain": DOMAIN}
    _collect(primary, members, types)
    return types


def typed_data(
    domain: Mapping[str, Any], primary: str, members: Sequence[Member], message: Any
) -> dict[str, Any]:
    """A struct as a wallet is asked to sign it, JSON-ready, for a domain: name, version, chain id, contract."""
    return {
        "types": types_of(primary, members),
        "primaryType": primary,
        "domain": dict(domain),
        "message": message,
    }


def digest_of(data: Mapping[str, Any]) -> bytes:
    """The 32 bytes that are signed for typed data."""
    signable = encode_typed_data(full_message=dict(data))
    return bytes(keccak(b"\x19" + signable.version + signable.header + signable.body))


def _collect(primary: str, members: Sequence[Member], types: dict[str, Any]) -> None:
    types[primary] = [{"name": m["name"], "type": _type(m)} for m in members]
    for found in members:
        if found["type"].startswith("tuple"):
            _collect(_struct(found), found["components"], types)


def _type(found: Member) -> str:
    kind = str(found["type"])
    return _struct(found) + kind[len("tuple") :] if kind.startswith("tuple") else kind


def _struct(found: Member) -> str:
    """`Target` of `struct IBetContracts.Target[]`."""
    return str(found["internalType"]).split(".")[-1].split("[")[0].removeprefix("struct ")
