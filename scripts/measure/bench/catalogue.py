"""Which measurement gives which figures. A measurement runs when one of its figures is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import (
    api,
    auditing,
    chains,
    curve,
    demo,
    growth,
    inbound,
    latency,
    parties,
    peer,
    poison,
    ring,
    trial,
    workbench,
)
from .databases import POSTGRESQL, SQLITE, Absent, Databases
from .figure import Figure, skipped

Measure = Callable[[Sequence[str], Databases, Path], list[Figure]]


@dataclass(frozen=True, slots=True)
class Measurement:
    """Figures that come of one run, in words what it is, and the function that measures those asked for."""

    names: tuple[str, ...]
    what: str
    measure: Measure
    only_if_named: bool = False  # too long for a run of all


def _postgresql(names: Sequence[str], databases: Databases, home: Path) -> list[Figure]:
    try:
        return [api.in_lists(POSTGRESQL, databases, home)]
    except Absent as reason:
        return [skipped(name, "1/s", str(reason)) for name in names]


def _one_by_one_postgresql(names: Sequence[str], databases: Databases, home: Path) -> list[Figure]:
    try:
        return api.one_by_one(names, POSTGRESQL, databases, home)
    except Absent as reason:
        return [skipped(name, "1/s", str(reason)) for name in names]


MEASUREMENTS = (
    Measurement(
        ("orders", "demo_seconds"),
        f"the demo, {demo.LINES} lines",
        lambda names, _, home: demo.measure(names, home),
    ),
    Measurement(
        ("out",),
        f"{ring.ROUNDS} × {ring.TRANSACTIONS} intents until they are proved",
        lambda _, __, home: [ring.measure_out(home)],
    ),
    Measurement(
        ("events",),
        f"{ring.EVENTS:,} events, one a block",
        lambda _, __, home: [ring.measure_events(home)],
    ),
    *(
        Measurement(
            (name,),
            f"events of the chain into the books, {dialect}",
            lambda _, databases, home, dialect=dialect: [inbound.measure(dialect, databases, home)],  # type: ignore[misc]
        )
        for dialect, name in inbound.NAMES.items()
    ),
    Measurement(
        (curve.NAME,),
        "a document behind more and more of them",
        lambda _, __, home: [curve.measure(home)],
    ),
    Measurement(
        (curve.LONG_NAME,),
        "the same up to 10^6, for hours",
        lambda _, __, home: [curve.measure(home, curve.LONG_NAME)],
        only_if_named=True,
    ),
    Measurement(
        (peer.NAME,),
        "the same chain read by Ponder, installed now unless it is there",
        lambda _, databases, home: [peer.measure(databases, home)],
    ),
    Measurement(
        (latency.NAME,),
        f"{latency.EVENTS} lonely events, from block to document",
        lambda _, __, home: [latency.measure(home)],
    ),
    *(
        Measurement(
            chains.names(kind),
            f"{kind}: transactions and lonely events",
            lambda names, _, home, kind=kind: chains.measure(names, kind, home),  # type: ignore[misc]
        )
        for kind in chains.CHAINS
    ),
    Measurement(
        ("api_single", "api_eight"),
        "the API, documents one by one, SQLite",
        lambda names, databases, home: api.one_by_one(names, SQLITE, databases, home),
    ),
    Measurement(
        ("api_single_postgresql", "api_eight_postgresql"),
        "the API, documents one by one, PostgreSQL",
        _one_by_one_postgresql,
    ),
    Measurement(
        ("api_lists_sqlite",),
        "the API in lists, SQLite",
        lambda _, databases, home: [api.in_lists(SQLITE, databases, home)],
    ),
    Measurement(("api_lists_postgresql",), "the API in lists, PostgreSQL", _postgresql),
    Measurement(
        ("document_cost_growth",),
        f"a document after {growth.SMALL:,} and after {growth.LARGE:,}",
        lambda _, databases, __: [growth.measure(databases)],
    ),
    Measurement(
        ("trial_balance_s",),
        f"trial balance of {trial.LINES:,} lines",
        lambda _, databases, __: [trial.measure(databases)],
    ),
    Measurement(
        (parties.NAME,),
        f"a bet of {parties.MANY} parties over {parties.PERIODS} periods, and bets of {parties.FEW}",
        lambda _, __, home: [parties.measure(home)],
    ),
    Measurement(
        (poison.NAME,),
        f"{poison.MANY:,} poisoned events, and {poison.FEW:,}",
        lambda _, databases, __: [poison.measure(databases)],
    ),
    Measurement(
        (auditing.NAME,),
        f"audits behind {auditing.FEW:,} and behind {auditing.MANY:,} documents",
        lambda _, __, home: [auditing.measure(home)],
    ),
    Measurement(
        workbench.NAMES_OF_PAGES,
        f"pages of the workbench, at last over {workbench.LARGE:,} documents",
        workbench.measure_pages,
    ),
    Measurement(
        (workbench.LIVE,),
        f"{workbench.LISTENERS} who listen to what changes",
        lambda _, databases, home: [workbench.measure_live(databases, home)],
    ),
    Measurement(
        (workbench.HELP,),
        "interlock --help",
        lambda _, __, ___: [workbench.measure_help()],
    ),
)
BY_DEFAULT = tuple(
    name
    for measurement in MEASUREMENTS
    if not measurement.only_if_named
    for name in measurement.names
)
NAMES = tuple(name for measurement in MEASUREMENTS for name in measurement.names)
