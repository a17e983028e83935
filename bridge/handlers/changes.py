"""Events by which an order changes after it was opened. The ERP has no documents for them yet.

Booking on as if nothing had happened would put wrong amounts and dates into the books. So each of these parks its order
and tells why; the order's later events wait behind it for a person.
"""

from __future__ import annotations

from typing import NoReturn

from bridge import events as e
from bridge.errors import NotBookedYet
from bridge.handlers.context import Context, Instruction


def _park(what: str) -> NoReturn:
    raise NotBookedYet(f"{what}: the ERP has no document for it yet")


def amended(logged: e.Logged, context: Context) -> Instruction:
    """Buyer and supplier signed another quantity, amount or date."""
    _park("the order was amended by both signatures")


def part_cancelled(logged: e.Logged, context: Context) -> Instruction:
    """The supplier gave up a part."""
    _park("the supplier gave up a part of the order")


def ruled(logged: e.Logged, context: Context) -> Instruction:
    """An arbiter decided what was received and accepted."""
    _park("an arbiter ruled a delivery")


def excused(logged: e.Logged, context: Context) -> Instruction:
    """A force majeure moved the promise."""
    _park("a force majeure moved the promise")


def excused_by_ruling(logged: e.Logged, context: Context) -> Instruction:
    """An arbiter decided by how much a force majeure moves the promise."""
    _park("an arbiter ruled a force majeure")
