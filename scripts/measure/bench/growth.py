"""What a document costs after 10^5 documents, as a multiple of what it cost after 10^3: CPU time, in this process, SQLite.

The same mix as the API's: receipt, inspection, invoice and match. Between the two, goods issues fill the books.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from erp.kernel.schema import Command
from erp.rooms import OPERATIONS

from . import mix
from .books import Books, Delivery
from .databases import SQLITE, Databases
from .figure import Figure

SMALL, LARGE = 1_000, 100_000  # documents in the books
SAMPLE = 24  # deliveries measured together
SAMPLES = 5  # the cheapest counts: what else the machine does only adds
MICRO = 1_000_000
COMMANDS: dict[str, type[Command]] = {cls.__name__: cls for cls in OPERATIONS}


def measure(databases: Databases, small: int = SMALL, large: int = LARGE) -> Figure:
    """Measures `document_cost_growth`."""
    sizes = {size: _filled(databases, size) for size in (small, large)}
    costs: dict[int, list[float]] = {size: [] for size in sizes}
    for index in range(SAMPLES):  # in turn, so that a busy moment meets both
        for size, (books, deliveries) in sizes.items():
            part = deliveries[index::SAMPLES]
            costs[size].append(_cpu_of(books, part) / (mix.DOCUMENTS * len(part)))
    for books, _ in sizes.values():
        books.close()
    before, after = min(costs[small]), min(costs[large])
    note = (
        f"{before * MICRO:,.0f} µs CPU a document after {small:,}, {after * MICRO:,.0f} µs after {large:,}; "
        "floor: a cost that does not grow"
    )
    return Figure("document_cost_growth", "×", after / before, 1.0, after / before, None, note)


def _filled(databases: Databases, documents: int) -> tuple[Books, list[Delivery]]:
    """Books with so many documents, most of them goods issues, and deliveries to measure with."""
    books = Books(databases.new(SQLITE), int(time.time()))
    deliveries = books.despatched(SAMPLES * SAMPLE)
    missing = max(0, documents - books.documents())
    books.all_of([command_of(mix.issue())] * missing, "warehouse:bench")
    return books, deliveries


def _cpu_of(books: Books, deliveries: Sequence[Delivery]) -> float:
    began = time.process_time()
    for delivery in deliveries:
        received = tell(books, mix.receipt(delivery, books.now))
        tell(books, mix.inspection(received))
        tell(books, mix.invoice(delivery))
    return time.process_time() - began


def tell(books: Books, told: mix.Told) -> str:
    """Carries out one command in a transaction of its own; the number of its document."""
    return books.tell(command_of(told), f"{told.role}:bench").number


def command_of(told: mix.Told) -> Command:
    """The command that a client sends, as this process carries it out."""
    return COMMANDS[told.command](**told.fields)
