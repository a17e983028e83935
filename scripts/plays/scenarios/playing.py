"""Plays a scenario from the first block to the audit."""

from __future__ import annotations

import time

from ..stage.flushing import flush
from . import ends
from .killing import Killer
from .model import Played, Scenario
from .opening import Setting, opened
from .stage import Teller
from .statements import statements


def play(scenario: Scenario, setting: Setting, teller: Teller, kills: int, seed: int) -> Played:
    """Plays a scenario to its end and returns what came of it. `kills`: how often its bridge is killed meanwhile, at most.

    Everything that it started is stopped, however it ends. Raises Unusable before anything is started, Broken and
    BridgeError with what went wrong afterwards.
    """
    began = time.monotonic()
    with opened(scenario, setting, teller) as (stage, home):
        stage.killer = killer = Killer(stage.ring, kills, seed)
        opened_at = stage.now
        try:
            scenario.play(stage)
            stage.settle()
            passed = stage.now - opened_at
        finally:
            killer.stop()
        stage.ring.stop()
        flushed = flush(home)
        audit = flushed.audit.run()
        flushed.close()
        return Played(
            scenario=scenario,
            seed=seed,
            figures=tuple(stage.figures),
            steps=tuple(stage.steps),
            documents=stage.counts(),
            waiting=stage.waiting(),
            audit=audit,
            kills=killer.count,
            seconds=time.monotonic() - began,
            chain_seconds=passed,
            bets=ends.bets(stage),
            groups=ends.groups(stage),
            statements=statements(stage),
        )
