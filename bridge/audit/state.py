"""How far audits have come, as their notebook keeps it: the state of every fold, and by what it is known again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import bridge
from bridge.audit.anchoring import NOT_ANCHORED, Anchored
from bridge.commitments.canonical import canonical

# whose code decides, and what they read
ROOMS = ("audit", "capabilities", "chain", "commitments", "events", "ports", "ring", "store")
READ = (".py", ".json")


@dataclass(frozen=True, slots=True)
class State:
    """What an audit that goes on has to know of those before it. All of it is small, but for the list of accounts."""

    deployment: str  # chain, contracts and stream that it is about
    edition: str  # of the code that folded it
    block: int  # newest block that was read; its hash
    block_hash: str
    sequence: int = 0  # newest document that was read
    anchored: Anchored = NOT_ANCHORED
    accounts: tuple[str, ...] = ()  # that may hold tokens
    digest: str = ""  # over every event and document that was noted, in turn
    events: int = 0
    turn_block: int = 0  # newest block that was read again in turn; its hash
    turn_hash: str = ""
    turn_sequence: int = 0  # newest document that was read again in turn
    began: int = 0  # unix seconds of the audit that read everything

    def noting(self, what: Sequence[str]) -> State:
        """The state after these were noted."""
        digest = self.digest
        for each in what:
            digest = hashlib.sha256(f"{digest}\n{each}".encode()).hexdigest()
        return replace(self, digest=digest)

    def mark(self, open_items: Sequence[str]) -> str:
        """By what the notebook is known again: a hash of this, and of what was left open."""
        told = canonical({**self.as_json(), "open": list(open_items)})
        return hashlib.sha256(told.encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """For the notebook."""
        told = asdict(self)
        told["anchored"]["head"] = self.anchored.head.hex()
        return told


def read(told: dict[str, Any]) -> State:
    """What `as_json` gave. Raises KeyError, TypeError, ValueError for anything else."""
    anchored = Anchored(
        told["anchored"]["index"], told["anchored"]["last"], bytes.fromhex(told["anchored"]["head"])
    )
    return State(**{**told, "anchored": anchored, "accounts": tuple(told["accounts"])})


@cache
def edition() -> str:
    """A hash of the code that decides what an audit finds: another code reads everything again."""
    home = Path(bridge.__file__).parent
    found = hashlib.sha256()
    for room in ROOMS:
        for file in sorted(f for f in (home / room).rglob("*") if f.suffix in READ):
            found.update(file.relative_to(home).as_posix().encode())
            found.update(file.read_bytes())
    return found.hexdigest()
