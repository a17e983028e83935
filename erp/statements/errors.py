"""What the win-win statement refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import NotFound, Rejected


@dataclass(eq=False)
class NoSuchPeriod(Rejected):
    since: str
    until: str
    code: ClassVar[str] = "no-such-period"
    template: ClassVar[str] = (
        "From {since} to {until} is no period. Name two months (2026-09), two days (2026-09-01) or two instants in unix "
        "seconds, the second not before the first."
    )


@dataclass(eq=False)
class CannotPrint(Rejected):
    missing: str
    remedy: str
    code: ClassVar[str] = "cannot-print"
    template: ClassVar[str] = "No PDF can be made here: {missing} is missing. Install it: {remedy}"


class UnknownPlatform(NotFound):
    code = "unknown-platform"
    template = "No micro-enterprise works on a platform {key!r}."


class UnknownStatementCell(NotFound):
    code = "unknown-statement-cell"
    template = "The statement has no cell {key}. Name a row as it prints it, and total, eliminations or the code of a node."
