"""EIP-712 signatures with the keys that are loaded here. The types are read off the ABI: what is signed is what is sent."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

from eth_utils.crypto import keccak

from bridge.chain.accounts import firm_message

from ...devchain.devnodes import dev_accounts
from ..errors import OpsError
from . import calls

Members = Sequence[
    Mapping[str, Any]
]  # as in an ABI: name, type, and for structs internalType and components
VERSIONS = {"BetContracts": "2"}  # of what is signed, where it is not the first
DOMAIN = [
    {"name": "name", "type": "string"},
    {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"},
    {"name": "verifyingContract", "type": "address"},
]


def member(contract: str, function: str, name: str) -> Mapping[str, Any]:
    """Returns the description of a function's argument from the ABI."""
    inputs = getattr(calls.contract(contract), function).abi["inputs"]
    return next(dict(i) for i in inputs if i["name"] == name)


def plain(name: str, kind: str) -> Mapping[str, Any]:
    """Returns the description of a struct member that is no struct."""
    return {"name": name, "type": kind}


def sign(
    contract: str, primary: str, members: Members, message: Mapping[str, Any], signer: Any
) -> bytes:
    """Signs a struct of a contract (EIP-712) with a loaded key; returns the signature. Raises NotThere, OpsError."""
    owner = None if calls.is_loaded(signer) else calls.owner_of(signer)
    key = _key(signer if owner is None else owner)
    types = {"EIP712Domain": DOMAIN}
    _collect(primary, members, types)
    data = {
        "types": types,
        "primaryType": primary,
        "domain": {
            "name": contract,
            "version": VERSIONS.get(contract, "1"),
            "chainId": calls.chain_id(),
            "verifyingContract": calls.contract(contract).address,
        },
        "message": message,
    }
    messages = importlib.import_module("eth_account.messages")
    account = importlib.import_module("eth_account").Account
    signable = messages.encode_typed_data(full_message=data)
    if owner is not None:  # its owner says it in the firm's name, for this firm only
        digest = keccak(b"\x19" + signable.version + signable.header + signable.body)
        said = firm_message(calls.chain_id(), calls.address_of(signer), digest)
        return bytes(account.unsafe_sign_hash(said, key).signature)
    return bytes(account.sign_message(signable, key).signature)


def _key(signer: Any) -> Any:
    """Returns a loaded key; on a development chain, whose node holds some of the keys, that of the public test phrase."""
    account = calls.signer(signer)
    if hasattr(account, "private_key"):
        return account.private_key
    if calls.in_sandbox():
        for known in dev_accounts():
            if known.address.lower() == account.address.lower():
                return known.private_key
    raise OpsError(f"{account.address} signs in its node or wallet: no key of it is loaded")


def _collect(primary: str, members: Members, types: dict[str, Any]) -> None:
    types[primary] = [{"name": m["name"], "type": _type(m)} for m in members]
    for found in members:
        if found["type"].startswith("tuple"):
            _collect(_struct(found), found["components"], types)


def _type(found: Mapping[str, Any]) -> str:
    kind = str(found["type"])
    return _struct(found) + kind[len("tuple") :] if kind.startswith("tuple") else kind


def _struct(found: Mapping[str, Any]) -> str:
    """Returns `Target` for `struct IBetContracts.Target[]`."""
    return str(found["internalType"]).split(".")[-1].split("[")[0].removeprefix("struct ")
