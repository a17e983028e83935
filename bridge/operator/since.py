"""What `interlock audit --since` names: a block, or the first block of a day."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bridge.errors import BadConfiguration

if TYPE_CHECKING:
    from bridge.chain.client import Client


def block_of(since: str, client: Client, first: int) -> int:
    """The block that a number names, or the first one, from `first` on, that is not before a day or moment (UTC).

    Raises BadConfiguration when it is neither, NodeUnavailable.
    """
    if since.isdecimal():
        return int(since)
    try:
        moment = datetime.fromisoformat(since)
    except ValueError as error:
        raise BadConfiguration(
            f"--since {since!r} is neither a block nor a day like 2026-11-30"
        ) from error
    at = (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
    low, high = first, client.head().number
    while low < high:
        middle = (low + high) // 2
        if client.header(middle).timestamp < at:
            low = middle + 1
        else:
            high = middle
    return low
