"""What a poisoned event costs among 10^4 of them, as a multiple of what it costs among 10^3: CPU time, one process, SQLite.

Each is refused by the ERP and parked with one event behind it, then its cause is removed, all are put back in line in
batches, and both are booked. Making the cure is not counted: it is the ERP's work alone.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator

from bridge.events import generated as e
from bridge.events.base import Event, Logged
from bridge.ports.embedded import open_embedded
from bridge.ring.dispatch import Dispatch
from bridge.store import inbox, quarantine, schema
from bridge.store.quarantine import ACTS_BATCH, Operator
from bridge.store.store import Store
from erp.database import transaction
from erp.parties.schemas import PartyKind, RegisterParty
from erp.second_person import tell

from .databases import SQLITE, Databases
from .figure import MICRO, Figure

NAME = "poison_10000"
FEW, MANY = 1_000, 10_000  # poisoned events
WINDOW = 500  # events that are stored together
CHAIN_ID = 31337
SUPPLIER = 2  # what the strangers are enrolled as
WHY = "0x" + "33" * 32
CURE = Operator("bench", "they are registered now")


def measure(databases: Databases, few: int = FEW, many: int = MANY) -> Figure:
    """Measures `poison_10000`. Raises ValueError when an event was lost."""
    before, after = (_cpu_of(databases.new(SQLITE), count) / count for count in (few, many))
    note = (
        f"{before * MICRO:,.0f} µs CPU a poisoned event among {few:,}, {after * MICRO:,.0f} µs among {many:,}: parked, "
        "put back, booked with the one behind it; floor: a cost that does not grow"
    )
    return Figure(NAME, "×", after / before, 1.0, after / before, None, note)


def _cpu_of(url: str, count: int) -> float:
    """CPU seconds of so many poisoned events, from their arrival to their booking."""
    port = open_embedded(url, os.urandom)
    schema.upgrade(port.engine)
    store = Store(port.engine, time.time)
    dispatch = Dispatch(store, port, CHAIN_ID, {}, joined=True)
    spent = _timed(lambda: _arrive(store, dispatch, count))
    with transaction(port.engine) as session:
        for number in range(count):
            party = RegisterParty(
                code=f"S{number}", name=f"Stranger {number}", kind=PartyKind.EXTERNAL, account=_account(number)
            )  # fmt: skip
            tell(session, party, at=0, salt=bytes(32), actor="bench", second="bench-2")
    spent += _timed(lambda: _cure(store, dispatch))
    if port.last_sequence() != 3 * count or list(_parked(store)):
        raise ValueError(f"{port.last_sequence():,} documents were made of {count:,} strangers")
    port.engine.dispose()
    return spent


def _arrive(store: Store, dispatch: Dispatch, count: int) -> None:
    events = list(_logged(count))
    for start in range(0, len(events), WINDOW):
        with store.unit() as session:
            inbox.add_events(session, events[start : start + WINDOW])
        _until_quiet(dispatch)


def _cure(store: Store, dispatch: Dispatch) -> None:
    parked = list(_parked(store))
    for start in range(0, len(parked), ACTS_BATCH):
        with store.unit() as session:
            quarantine.retry_events(store, session, parked[start : start + ACTS_BATCH], CURE)
    _until_quiet(dispatch)


def _parked(store: Store) -> Iterator[str]:
    with store.view() as session:
        yield from [each.key for each in quarantine.parked_events(session)]


def _logged(count: int) -> Iterator[Logged]:
    """Every stranger is enrolled, then every one is suspended, each in a block of its own."""
    events: Iterable[Event] = (
        *(e.ParticipantRegistered(_account(number), SUPPLIER) for number in range(count)),
        *(e.ParticipantSuspended(_account(number), WHY) for number in range(count)),
    )
    for at, event in enumerate(events, start=1):
        yield Logged(event, "Participants", at, f"0x{at:064x}", at, f"0x{at:064x}", 0, 0, CHAIN_ID)


def _account(number: int) -> str:
    return f"0x{number + 1:040x}"


def _until_quiet(dispatch: Dispatch) -> None:
    while dispatch.run():
        pass


def _timed(work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
