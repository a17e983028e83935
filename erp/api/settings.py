"""What the API is composed of. Passed in by the caller; nothing is read from the environment."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from erp.api.witness import Witness

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

MAX_BODY_BYTES = 64 * 1024  # the largest command (64 candidates) is below 8 KiB
MAX_BATCH_BYTES = 4_000_000  # of 500 commands of 8 kB
MAX_BODY_BYTES_CEILING = 16 * 1024 * 1024
SECONDS_PER_DAY = 86_400
MAX_PRUNED = 10_000  # answers deleted in one transaction, so that pruning never blocks the clerks


def system_clock() -> int:
    """Seconds since 1970 by the clock of this machine."""
    return int(time.time())


@dataclass(frozen=True, slots=True)
class Settings:
    """One API over one database.

    `engine` is an open engine or a database URL. `clock` gives unix seconds; `randomness` gives as
    many unpredictable bytes as it is asked for (salts of documents). `witness` saw the chain, where
    one is connected. `tracer` makes the spans of requests; None while traces are off. Raises
    ValueError when a bound is out of range.
    """

    engine: Engine | str
    clock: Callable[[], int] = field(default=system_clock)
    randomness: Callable[[int], bytes] = field(default=secrets.token_bytes)
    platform: str = "P1"
    max_body_bytes: int = MAX_BODY_BYTES
    max_batch_bytes: int = MAX_BATCH_BYTES  # of the body of a list of commands
    witness: Witness | None = None
    tracer: Tracer | None = None

    def __post_init__(self) -> None:
        for name in ("max_body_bytes", "max_batch_bytes"):
            bound = getattr(self, name)
            if not 0 < bound <= MAX_BODY_BYTES_CEILING:
                raise ValueError(f"{name} is {bound}, must be 1 to {MAX_BODY_BYTES_CEILING}")
