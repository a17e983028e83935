"""Reads the ABIs and bytecode that ship inside the package: the daemon needs no compiler."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from eth_utils.crypto import keccak


@dataclass(frozen=True, slots=True)
class Artifact:
    """One compiled contract: name, ABI, bytecode, and a hash of the ABI."""

    name: str
    abi: list[dict[str, Any]]
    bytecode: str  # 0x-hex, without constructor arguments
    abi_hash: str

    @property
    def events_hash(self) -> str:
        """A hash of the events alone: editions that emit the same ones are read alike."""
        events = [entry for entry in self.abi if entry["type"] == "event"]
        told = json.dumps(sorted(events, key=lambda e: str(e["name"])), sort_keys=True)
        return "0x" + keccak(text=told).hex()


@cache
def names() -> tuple[str, ...]:
    """Names of all contracts that are shipped, in order."""
    folder = files("bridge.chain.artifacts").iterdir()
    return tuple(sorted(f.name.removesuffix(".json") for f in folder if f.name.endswith(".json")))


@cache
def artifact(name: str) -> Artifact:
    """The shipped artifact of a contract. Raises FileNotFoundError when there is none."""
    text = files("bridge.chain.artifacts").joinpath(f"{name}.json").read_text(encoding="utf-8")
    data = json.loads(text)
    return Artifact(name, data["abi"], data["bytecode"], data["abiHash"])
