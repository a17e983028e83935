"""`interlock scenario` at work: finds the scenario, plays, tells, and turns what went wrong into an exit code."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.markup import escape

from bridge.operator.printing import a_table, printer, put

from ..acts.spans import HOUR, LEAST, TOLD, Spans, at_least, readable
from ..stage.by_clock import agreed
from ..stage.clocks import Time
from ..stage.errors import Unusable
from ..stage.exits import EXIT_FAILED, STDOUT, check_writable, complain, guarded, write_json
from .model import Played, Scenario
from .opening import Setting
from .playing import play
from .registry import SCENARIOS
from .stage import Teller
from .telling import Narrator, Quiet, announce, foretell, show

HOMES = Path("build/scenario")
LONGEST_SHOWN = 3  # of what a story waits for


def print_list() -> None:
    """Prints the table of scenarios."""
    console = printer()
    table = a_table(console, "name", "", "what happens", title="interlock scenario")
    for scenario in SCENARIOS.values():
        table.add_row(scenario.name, scenario.title_zh, escape(scenario.about))
    put(console, table)


@dataclass(frozen=True, slots=True)
class Clock:
    """By which clock; of the chain's own: hours at most, seconds of short windows; how a chain at a URL agrees."""

    time: Time | None
    at_most: float
    window: int
    consensus: tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person typed after `interlock scenario play`."""

    name: str
    json_out: Path | None
    kills: int
    seed: int
    scale: int
    chain: str
    clock: Clock
    db: str | None
    home: Path | None
    quiet: bool

    @property
    def silent(self) -> bool:
        """Nothing is told on standard output but the result itself."""
        return self.quiet or self.json_out == STDOUT


def run(asked: Asked) -> None:
    """Plays, tells, and exits as `interlock scenario play` says."""
    played = guarded(lambda: _play(asked))
    if asked.json_out is not None:
        write_json(played.as_json(), asked.json_out)
    if not asked.silent:
        show(played)
    elif not played.holds:
        for told in (*played.mismatches, *played.waiting):
            complain(told)
    if not played.holds:
        raise typer.Exit(EXIT_FAILED)


def _play(asked: Asked) -> Played:
    scenario = _sized(asked)
    by_the_clock, named = agreed(asked.chain, asked.clock.time, asked.clock.consensus)
    spans = at_least(asked.clock.window) if by_the_clock else TOLD
    if by_the_clock:
        check_length(scenario, asked.clock.at_most, spans)
    check_writable(asked.json_out)
    console = printer()
    if not asked.silent:
        announce(scenario, console)
        if by_the_clock:
            foretell(scenario, spans, console)
    teller: Teller = Quiet() if asked.silent else Narrator(console)
    drawn = random.Random(asked.seed)  # noqa: S311 - a play that can be played again guards nothing
    home = asked.home or HOMES / asked.name
    setting = Setting(
        *(asked.chain, asked.db, home, drawn.randbytes),
        by_the_clock=by_the_clock,
        consensus=named,
        spans=spans,
    )
    return play(scenario, setting, teller, asked.kills, asked.seed)


def check_length(scenario: Scenario, hours: float, spans: Spans = LEAST) -> None:
    """Raises Unusable when a scenario takes longer than that by the chain's own clock."""
    seconds = scenario.seconds(spans)
    if seconds <= hours * HOUR:
        return
    waits = sorted(scenario.waits(spans), key=lambda wait: -wait.seconds)[:LONGEST_SHOWN]
    longest = "; ".join(f"{wait.what}: {readable(wait.seconds)}" for wait in waits)
    needed = math.ceil(10 * seconds / HOUR) / 10
    raise Unusable(
        f"{scenario.name} takes {readable(seconds)} by the clock at least ({longest}): allow it with --at-most "
        f"{needed:g}, or play it on a chain whose time can be moved, as hardhat"
    )


def _sized(asked: Asked) -> Scenario:
    """The scenario of this name, in the size that was asked for and as the seed draws it."""
    if asked.name not in SCENARIOS:
        raise Unusable(f"there is no scenario {asked.name!r}: choose {', '.join(SCENARIOS)}")
    scenario = SCENARIOS[asked.name]
    if scenario.sized is not None:
        return scenario.sized(asked.scale, asked.seed)
    if asked.scale != 1:
        raise Unusable(f"{asked.name} has one size: leave --scale away")
    return scenario
