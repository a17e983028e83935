"""Histories of outcomes, with what CreditRegistry must say after each: `tests/vectors/credit.json`.

python -m tests.reference.credit_vectors > tests/vectors/credit.json
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence

from tests.reference.credit_model import (
    COMPONENTS,
    DAY,
    GRADES,
    Account,
    delivery_outcome,
    quality_outcome,
)

START = 1_146_441_600  # 2006-05-01
LOOK, DELIVERY, DEFAULT, BET, PEERS, USERS, NEWCOMER, SUCCESSION = range(8)
YEAR = 365 * DAY

# Kind, seconds since the step before, and what the kind asks for.
Step = tuple[int, ...]
History = tuple[int, int, Sequence[Step]]

TOLD: tuple[History, ...] = (
    # The first order of the demo: 551.00 on time and whole, 6,000 to 6,021.
    (
        6_000,
        10_000_000,
        ((LOOK, 0), (DELIVERY, 0, 55_100, 0, 400, 400), (LOOK, YEAR), (LOOK, 40 * YEAR)),
    ),
    # Late and with rejects, then in default, then forgotten.
    (
        7_000,
        1_000_000,
        (
            (DELIVERY, 0, 1_035_000, 10, 86, 90),
            (DEFAULT, 30 * DAY, 161_000),
            (LOOK, YEAR),
            (LOOK, 10 * YEAR),
            (LOOK, 200 * YEAR),
        ),
    ),
    # Bets, peers and users alone, good, then bad.
    (
        6_000,
        10_000_000,
        (
            (BET, 0, 5_000_000, 10_000),
            (PEERS, DAY, 2_000_000, 9_000),
            (USERS, DAY, 1_000_000, 8_000),
            (BET, 90 * DAY, 50_000_000, 0),
            (LOOK, 5 * YEAR),
        ),
    ),
    # To the best grade, and how it fades.
    (
        6_000,
        10_000_000,
        (
            *((DELIVERY, 20 * DAY, 30_000_000, 0, 10, 10) for _ in range(8)),
            (BET, 0, 30_000_000, 10_000),
            *((LOOK, YEAR) for _ in range(6)),
        ),
    ),
    # Sums that are full forget their oldest part.
    (
        6_000,
        10_000_000,
        (
            (DELIVERY, 0, 2**60, 0, 1, 1),
            (DEFAULT, 0, 2**54),
            (DEFAULT, 0, 2**54 + 1),
            (BET, 1, 2**56 - 1, 10_000),
            (BET, 1, 1, 0),
            (BET, 1, 2**200, 5_000),
        ),
    ),
    # The bounds of the prior, and outcomes without value.
    (
        10_000,
        1,
        (
            (DELIVERY, 0, 1, 50, 1, 1),
            (LOOK, 1),
            (LOOK, DAY),
            (DELIVERY, 0, 0, 0, 1, 1),
            (BET, 0, 0, 0),
        ),
    ),
    (0, 2**128 - 1, ((DELIVERY, 0, 2**56, 0, 1, 1), (USERS, 0, 2**56, 10_000))),
)

# Registries that follow one another, also two at once and before anything was counted.
SUCCEEDED: tuple[History, ...] = (
    (
        6_000,
        10_000_000,
        (
            (DELIVERY, 0, 30_000_000, 0, 10, 10),
            (BET, 100 * DAY, 20_000_000, 4_000),
            (SUCCESSION, 100 * DAY, 6_000, 10_000_000),
            (LOOK, 100 * DAY),
            (PEERS, 100 * DAY, 2_000_000, 9_000),
            (DEFAULT, 100 * DAY, 1_000_000),
            (LOOK, YEAR),
        ),
    ),
    (
        7_000,
        1_000_000,
        (
            (SUCCESSION, 0, 6_000, 10_000_000),
            (LOOK, DAY),
            (USERS, DAY, 3_333_333, 3_333),
            (SUCCESSION, 31 * DAY, 5_000, 77),
            (SUCCESSION, 31 * DAY, 10_000, 2**100),
            (LOOK, 31 * DAY),
            (DELIVERY, 31 * DAY, 2**57, 7, 6, 7),
            (LOOK, 31 * DAY),
        ),
    ),
)


def _random_history(draw: random.Random) -> History:
    def amount() -> int:
        return draw.randrange(2 ** draw.randrange(1, 62))

    steps: list[Step] = []
    for _ in range(draw.randrange(8, 16)):
        kind = draw.randrange(6)
        wait = draw.choice((0, 0, 1, DAY, draw.randrange(60 * DAY), draw.randrange(3 * YEAR)))
        if kind == LOOK:
            steps.append((kind, wait))
        elif kind == DELIVERY:
            received = draw.randrange(1, 10**6)
            accepted = draw.choice((received, draw.randrange(received + 1)))
            steps.append(
                (kind, wait, amount(), draw.choice((0, draw.randrange(60))), accepted, received)
            )
        elif kind == DEFAULT:
            steps.append((kind, wait, amount()))
        else:
            steps.append((kind, wait, amount(), draw.choice((0, 10_000, draw.randrange(10_001)))))
    return draw.randrange(10_001), draw.choice((10_000_000, amount() + 1)), steps


def histories() -> Iterator[History]:
    """The told ones and two dozen at random, always the same; then those with a succession of registries."""
    yield from TOLD
    draw = random.Random("credit")
    for _ in range(24):
        yield _random_history(draw)
    yield from SUCCEEDED
    for _ in range(8):
        newcomer_bps, newcomer_value, steps = _random_history(draw)
        prior = (draw.randrange(10_001), draw.choice((10_000_000, draw.randrange(1, 2**40))))
        steps = list(steps)
        steps.insert(draw.randrange(1, len(steps)), (SUCCESSION, draw.randrange(YEAR), *prior))
        yield newcomer_bps, newcomer_value, steps


def _played(account: Account, time: int, step: Step) -> None:
    kind, arguments = step[0], step[2:]
    if kind == DELIVERY:
        value, late, accepted, received = arguments
        quality = quality_outcome(accepted, received)
        account.credit_recorded(time, value, delivery_outcome(late), quality)
    elif kind == DEFAULT:
        account.credit_recorded(time, arguments[0], 0, 0)
    elif kind == SUCCESSION:
        account.succeeded(*arguments)
    elif kind != LOOK:
        account.component_recorded(time, COMPONENTS[kind - 1], *arguments)


COLUMNS = (
    *("kind", "time", "first", "second", "third", "fourth", "score", "grade"),
    *(f"{name} {what}" for what in ("value", "weighted", "outcomes") for name in COMPONENTS),
)


def rows() -> Iterator[list[str]]:
    """Each step with the score, the grade and all sums after it; a history begins with its prior."""
    for newcomer_bps, newcomer_value, steps in histories():
        account, time = Account(newcomer_bps, newcomer_value), START
        yield _row((NEWCOMER, 0, newcomer_bps, newcomer_value), time, account)
        for step in steps:
            time += step[1]
            _played(account, time, step)
            yield _row(step, time, account)


def _row(step: Step, time: int, account: Account) -> list[str]:
    today = account.today(time).values()
    arguments = (*step[2:], 0, 0, 0, 0)[:4]
    numbers = (
        *(step[0], time, *arguments, account.score(time), GRADES.index(account.grade(time))),
        *(sums.value for sums in today),
        *(sums.weighted for sums in today),
        *(sums.outcomes for sums in today),
    )
    return [str(number) for number in numbers]


def text() -> str:
    """The file: one step a line."""
    lines = ",\n".join("  " + json.dumps(row) for row in rows())
    return f'{{\n "columns": {json.dumps(COLUMNS)},\n "rows": [\n{lines}\n ]\n}}\n'


if __name__ == "__main__":
    print(text(), end="")
