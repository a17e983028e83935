"""What a kind of network has to know of its node: how it is made, started, asked and voted in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .home import Spec, Validator

GAS_LIMIT = 60_000_000  # of a block
PENDING_MAX = 65_536  # transactions that a node keeps
PENDING_OF_ONE_MAX = 20_000  # of one account whose turn has not come


@dataclass(frozen=True, slots=True)
class Key:
    """What a validator is known by: its account and its id among peers."""

    account: str
    node_id: str


class Kind(Protocol):
    """One consensus with its node. `program` is the built node, `home` the folder of the network."""

    def finality(self, validators: int) -> int:
        """Blocks that must follow before an event counts."""

    def new_key(self, program: Path, folder: Path) -> Key:
        """Makes a validator's folder with its keys."""

    def found(self, program: Path, home: Path, spec: Spec) -> None:
        """Writes the first block, named by its validators, and whatever each node needs before it starts."""

    def join(self, program: Path, home: Path, spec: Spec, new: Validator) -> None:
        """Writes what a node needs that comes later; the others learn of it."""

    def command(self, program: Path, home: Path, spec: Spec, validator: Validator) -> list[str]:
        """The command that starts a node; it listens on loopback alone."""

    def started(self, started: Sequence[Validator], running: Sequence[Validator]) -> None:
        """What has to be told to nodes each time they have started; `running`: these and all others."""

    def unlock(self, running: Sequence[Validator]) -> bool:
        """Helps a chain on that stands although enough validators run; whether anything had to be done."""

    @property
    def restarts_to_part(self) -> bool:
        """True where a node learns of its peers at its start alone."""

    def part(self, home: Path, groups: Sequence[Sequence[Validator]]) -> None:
        """Nodes of different groups do not hear each other."""

    def heal(self, home: Path, spec: Spec) -> None:
        """All hear each other again."""

    def sealing(self, url: str) -> frozenset[str]:
        """Accounts that may seal, as this node knows them."""

    def vote(self, program: Path, voter: Validator, account: str, *, join: bool) -> None:
        """One validator votes an account in or out."""
