"""`interlock scenario` at work: finds the scenario, plays, tells, and turns what went wrong into an exit code."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.markup import escape

from bridge.operator.printing import a_table, printer, put

from ..stage.errors import Unusable
from ..stage.exits import EXIT_FAILED, STDOUT, check_writable, complain, guarded, write_json
from ..stage.node import check_chain
from .model import Played, Scenario
from .opening import Setting
from .playing import play
from .registry import SCENARIOS
from .stage import Teller
from .telling import Narrator, Quiet, announce, show

HOMES = Path("build/scenario")


def print_list() -> None:
    """Prints the table of scenarios."""
    console = printer()
    table = a_table(console, "name", "", "what happens", title="interlock scenario")
    for scenario in SCENARIOS.values():
        table.add_row(scenario.name, scenario.title_zh, escape(scenario.about))
    put(console, table)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person typed after `interlock scenario play`."""

    name: str
    json_out: Path | None
    kills: int
    seed: int
    scale: int
    chain: str
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
    check_chain(asked.chain)
    check_writable(asked.json_out)
    console = printer()
    if not asked.silent:
        announce(scenario, console)
    teller: Teller = Quiet() if asked.silent else Narrator(console)
    drawn = random.Random(asked.seed)  # noqa: S311 - a play that can be played again guards nothing
    home = asked.home or HOMES / asked.name
    setting = Setting(asked.chain, asked.db, home, drawn.randbytes)
    return play(scenario, setting, teller, asked.kills, asked.seed)


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
