"""Whole lives of chain groups, drawn by Hypothesis; after each, books, contracts, statement and rights are looked at.

`LIVES` says how many (8 by default), `TOGETHER` how many of them overlap on one chain, `SEED` which. Longer:
`LIVES=1000 .venv/bin/python -m pytest -n 0 -s tests/scenarios/test_lives.py`.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st

from scripts.devchain.devchain import DevChain
from tests.scenarios.lives.cast import LivedWorlds
from tests.scenarios.lives.checks import check
from tests.scenarios.lives.figures import Figures
from tests.scenarios.lives.life import Life
from tests.scenarios.lives.living import a_hand, live
from tests.scenarios.lives.plans import LifePlan, lives
from tests.scenarios.lives.strangers import Strangers
from tests.scenarios.walk.checks import check as check_everything

LIVES = int(os.environ.get("LIVES", "8"))
TOGETHER = int(os.environ.get("TOGETHER", "8"))
SEED = int(os.environ.get("SEED", "1"))
CHAINS = -(-LIVES // TOGETHER)


@pytest.fixture(scope="module")
def lived_worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivedWorlds]:
    """The chain that lives share, with everybody on it."""
    with DevChain("anvil") as node:
        yield LivedWorlds(node, tmp_path_factory.mktemp("lives"))


@pytest.mark.slow
@pytest.mark.chain
@pytest.mark.timeout(300 + 60 * LIVES)
def test_after_each_life_custody_shares_and_statement_are_as_contracts_and_ledger_say_and_no_stranger_read_it(
    lived_worlds: LivedWorlds, tmp_path: Path
) -> None:
    figures = Figures()
    homes = itertools.count(1)

    @seed(SEED)
    @settings(
        max_examples=CHAINS, phases=[Phase.generate], deadline=None, database=None, report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.lists(lives(), min_size=TOGETHER, max_size=TOGETHER))
    def lived(plans: list[LifePlan]) -> None:
        assume(len(set(plans)) == len(plans))  # Hypothesis begins with many of the simplest
        home = tmp_path / f"{next(homes)}"
        home.mkdir()
        world = lived_worlds.fresh(home)
        try:
            hand = a_hand(world, f"{SEED}")
            strangers = Strangers(world)

            def at_work(life: Life) -> None:
                if life.is_shut():
                    shown = list(strangers.find(life, lists=False))
                    assert not shown, "\n".join(shown[:8])
                    figures.watched += 1

            def ended(life: Life) -> None:
                if life.code:
                    check(world, life, strangers)
                figures.lived(life)

            live(world, hand, plans, at_work, ended)
            check_everything(world)
            figures.world(world, hand, strangers.reads)
        finally:
            world.close()
        print(figures.line(), flush=True)  # seen with -s

    lived()
    print(figures.told())
    assert figures.lives >= LIVES
    assert figures.done > figures.refused, "most of what is tried is done"
