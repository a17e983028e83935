"""What the API is composed of. Passed in by the caller; nothing is read from the environment."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from erp.api.witness import Witness

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

MAX_BODY_BYTES = 64 * 1024  # the largest command (64 candidates) is below 8 KiB
MAX_BATCH_BYTES = 4_000_000  # of 500 commands of 8 kB
MAX_BODY_BYTES_CEILING = 16 * 1024 * 1024
SECONDS_PER_DAY = 86_400
PLATFORM = "P1"
MAX_PRUNED = 10_000  # answers deleted in one transaction, so that pruning never blocks the clerks


def bound(default: int, least: int, most: int, about: str) -> int:
    """A field of `Limits`: its default, between which values it lies, and what it bounds."""
    made: int = field(default=default, metadata={"least": least, "most": most, "about": about})
    return made


def system_clock() -> int:
    """Seconds since 1970 by the clock of this machine."""
    return int(time.time())


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of who comes and how much: each by its name, its least and its greatest value. Set by `--limit NAME=VALUE`.

    Raises ValueError when one is out of range.
    """

    connections: int = bound(500, 2, 50_000, "connections at a time")
    head_seconds: int = bound(10, 1, 600, "until the head of a request is here")
    head_bytes: int = bound(32_768, 1_024, 1_048_576, "of the head of a request")
    body_seconds: int = bound(30, 1, 3_600, "until the body of a request is here, once its head is")
    stalled_seconds: int = bound(30, 1, 3_600, "while its receiver takes nothing of an answer")
    idle_seconds: int = bound(5, 1, 600, "a connection stays open between two requests")
    address_rate: int = bound(
        400, 1, 100_000, "requests of an address a second; five seconds' worth at once"
    )
    token_rate: int = bound(
        200, 1, 100_000, "requests of a token a second; five seconds' worth at once"
    )
    stranger_rate: int = bound(
        10, 1, 100_000, "requests of an address a second with tokens that do not stand"
    )
    rates_kept: int = bound(
        10_000, 10, 1_000_000, "addresses, and tokens, whose requests are counted"
    )
    reading_threads: int = bound(
        12, 1, 12, "reads answered at once; each has a connection of the pool of 15"
    )
    name_attempts: int = bound(5, 1, 1_000, "attempts of a name to sign in, before pauses")
    name_pause_seconds: int = bound(60, 1, 3_600, "longest pause of a name")
    address_attempts: int = bound(
        30, 1, 100_000, "attempts of an address to sign in, before pauses"
    )
    address_pause_seconds: int = bound(300, 1, 86_400, "longest pause of an address")
    attempts_kept: int = bound(
        10_000, 10, 1_000_000, "names, and addresses, whose attempts are counted"
    )
    judging_threads: int = bound(2, 1, 32, "passwords judged at once, 64 MiB each")
    judgements_waiting: int = bound(20, 1, 1_000, "sign-ins that wait to be judged")
    access_seconds: int = bound(900, 10, 86_400, "life of an access token of OAuth2")
    access_tokens: int = bound(100, 1, 10_000, "access tokens of one client at a time")

    def __post_init__(self) -> None:
        for each in fields(self):
            value, least, most = (
                getattr(self, each.name),
                each.metadata["least"],
                each.metadata["most"],
            )
            if not least <= value <= most:
                raise ValueError(f"limit {each.name} is {value}, must be {least} to {most}")

    @classmethod
    def read(cls, told: Sequence[str]) -> Limits:
        """The limits, with some told as `name=value`. Raises ValueError that names what is wrong."""
        known, given = {each.name for each in fields(cls)}, dict[str, int]()
        for one in told:
            name, _, value = one.partition("=")
            if name not in known:
                raise ValueError(
                    f"no limit is named {name!r}; there are: {', '.join(sorted(known))}"
                )
            if not (value.isascii() and value.isdigit()):
                raise ValueError(f"limit {name} is a whole number, not {value!r}")
            given[name] = int(value)
        return cls(**given)


@dataclass(frozen=True, slots=True)
class Settings:
    """One API over one database.

    `engine` is an open engine or a database URL. `clock` gives unix seconds; `randomness` gives as
    many unpredictable bytes as it is asked for (salts of documents). `witness` saw the chain, where
    one is connected. `tracer` makes the spans of requests; None while traces are off. `limits` bound
    who comes, in the time of `ticks`. Raises ValueError when a bound is out of range.
    """

    engine: Engine | str
    clock: Callable[[], int] = field(default=system_clock)
    randomness: Callable[[int], bytes] = field(default=secrets.token_bytes)
    platform: str = PLATFORM
    max_body_bytes: int = MAX_BODY_BYTES
    max_batch_bytes: int = MAX_BATCH_BYTES  # of the body of a list of commands
    witness: Witness | None = None
    tracer: Tracer | None = None
    limits: Limits = field(default_factory=Limits)
    ticks: Callable[[], float] = field(default=time.monotonic)  # seconds that never go back

    def __post_init__(self) -> None:
        for name in ("max_body_bytes", "max_batch_bytes"):
            bound = getattr(self, name)
            if not 0 < bound <= MAX_BODY_BYTES_CEILING:
                raise ValueError(f"{name} is {bound}, must be 1 to {MAX_BODY_BYTES_CEILING}")
