"""What an event is to the bridge: a frozen value with the stream it belongs to, and its place on the chain.

The classes stand in `bridge/events/generated.py`, written by `make artifacts` from the ABIs: Solidity name = class name,
Solidity parameter `commitEnd` = field `commit_end`, a tuple parameter is flattened into its members. Addresses are
lower-case hex, bytes are 0x-hex, numbers are int.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import Formatter
from typing import Any, ClassVar

_AGGREGATES: dict[type[Event], tuple[str, tuple[str, ...]]] = {}
_RESERVED = {"from": "from_"}  # names that Python keeps for itself


@dataclass(frozen=True, slots=True)
class Event:
    """A decoded log. `AGGREGATE` names the stream within which events apply in order, by the event's own fields."""

    AGGREGATE: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Logged:
    """An event with its place on the chain."""

    event: Event
    contract: str  # contract name in the deployment
    block_number: int
    block_hash: str
    block_time: int  # unix seconds
    tx_hash: str
    tx_index: int
    log_index: int  # within the block
    chain_id: int
    # how often an event of this place was taken back before: its block left the chain, or what it made fell with another's
    retold: int = 0

    @property
    def name(self) -> str:
        """The event's Solidity name."""
        return type(self.event).__name__

    @property
    def origin(self) -> str:
        """Identity of the event: chain, block hash, log index, and which time it is told where it is not the first."""
        return origin_of(self.chain_id, self.block_hash, self.log_index, self.retold)

    @property
    def position(self) -> str:
        """A string that sorts as the chain does."""
        return f"{self.block_number:012d}:{self.tx_index:06d}:{self.log_index:06d}"

    @property
    def aggregate(self) -> str:
        """The stream within which this event applies in order: `order:7`."""
        template, names = _aggregate_of(type(self.event))
        return template % tuple([getattr(self.event, name) for name in names])


def origin_of(chain_id: int, block_hash: str, log_index: int, retold: int) -> str:
    """Identity of an event: the document that it makes bears it."""
    place = f"{chain_id}:{block_hash}:{log_index}"
    return f"{place}:{retold}" if retold else place


def _aggregate_of(cls: type[Event]) -> tuple[str, tuple[str, ...]]:
    """AGGREGATE as a template of `%`, which takes a fifth of the time of `format`, and the fields that it names."""
    known = _AGGREGATES.get(cls)
    if known is not None:
        return known
    parts = [(text, name) for text, name, _, _ in Formatter().parse(cls.AGGREGATE)]
    template = "".join(
        text.replace("%", "%%") + ("" if name is None else "%s") for text, name in parts
    )
    _AGGREGATES[cls] = template, tuple(name for _, name in parts if name is not None)
    return _AGGREGATES[cls]


def values_of(event: Event) -> dict[str, Any]:
    """An event's fields by name."""
    names: tuple[str, ...] = type(event).__slots__
    return {name: getattr(event, name) for name in names}


def snake(name: str) -> str:
    """Field name of a Solidity name: `commitEnd` becomes `commit_end`."""
    lowered = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    return _RESERVED.get(lowered, lowered)
