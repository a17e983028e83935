"""The functions of a deployment's contracts, by the addresses and selectors with which calls name them."""

from __future__ import annotations

from functools import cache

from eth_utils.crypto import keccak

from bridge.chain.artifact import artifact
from bridge.chain.decode import signature
from bridge.chain.deployment import Deployment
from bridge.chain.permits import Directory


def directory_of(deployment: Deployment) -> Directory:
    """Every function of every edition of every contract."""
    return Directory(
        deployment.chain_id,
        {
            each.address: _functions(name)
            for name, every in deployment.contracts.items()
            for each in every
        },
    )


@cache
def _functions(contract: str) -> dict[str, str]:
    """`Contract.function` by selector. Of functions with one name the first bears it, as for whoever encodes a call."""
    found: dict[str, str] = {}
    names: set[str] = set()
    for entry in artifact(contract).abi:
        if entry["type"] != "function":
            continue
        whole = signature(entry)
        name = whole if entry["name"] in names else str(entry["name"])
        names.add(str(entry["name"]))
        found["0x" + keccak(text=whole)[:4].hex()] = f"{contract}.{name}"
    return found
