"""A figure of the bench: ours beside its floor. Pure."""

from __future__ import annotations

from dataclasses import dataclass

MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the result. A figure that could not be measured has no numbers, and a note that says why."""

    name: str
    unit: str
    ours: float | None
    floor: float | None
    ratio: float | None  # our time over the floor's time
    cpu_us: (
        float | None
    )  # CPU microseconds of the server for one document; None where no server is measured
    note: str


def rate(
    name: str,
    count: int,
    seconds: float,
    floor_seconds: float,
    note: str,
    cpu_seconds: float | None = None,
) -> Figure:
    """A figure of things in a second: `count` of them took us `seconds`, and the floor `floor_seconds`."""
    return Figure(
        name,
        "1/s",
        count / seconds,
        count / floor_seconds,
        seconds / floor_seconds,
        None if cpu_seconds is None else cpu_seconds * MICRO / count,
        note,
    )


def duration(name: str, unit: str, seconds: float, floor_seconds: float, note: str) -> Figure:
    """A figure of how long something takes."""
    return Figure(name, unit, seconds, floor_seconds, seconds / floor_seconds, None, note)


def skipped(name: str, unit: str, why: str) -> Figure:
    """A figure that this machine cannot measure."""
    return Figure(name, unit, None, None, None, None, f"skipped: {why}")
