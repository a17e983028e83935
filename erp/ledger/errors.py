"""What the general ledger refuses to post or to close."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Conflict, Rejected


class PeriodAlreadyClosed(Conflict):
    code = "period-already-closed"
    template = "Period {key} is already closed."


@dataclass(eq=False)
class PeriodOutOfOrder(Rejected):
    """Months are closed one after the other."""

    period: str
    next: str
    code: ClassVar[str] = "period-out-of-order"
    template: ClassVar[str] = (
        "Period {period} cannot be closed now: months are closed in order, and the next one is {next}."
    )


@dataclass(eq=False)
class PeriodNotNewest(Rejected):
    """Only the newest closed month can be reopened."""

    period: str
    newest: str  # or "none"
    code: ClassVar[str] = "period-not-newest"
    template: ClassVar[str] = (
        "Period {period} cannot be reopened: only the newest closed one can, which is {newest}."
    )


@dataclass(eq=False)
class NotPostable(Rejected):
    """Only a leaf of the chart is posted to."""

    account: str
    code: ClassVar[str] = "account-not-postable"
    template: ClassVar[str] = (
        "Account {account} is not in the chart, or has accounts below it. Name an account without any below it."
    )


@dataclass(eq=False)
class Overdrawn(Rejected):
    """An account that may never be negative would be."""

    entity: str
    account: str
    available_minor: int
    asked_minor: int
    code: ClassVar[str] = "overdrawn"
    template: ClassVar[str] = (
        "Account {account} of {entity} holds {available_minor}; {asked_minor} cannot be taken from it."
    )


@dataclass(eq=False)
class PeriodClosed(Rejected):
    """The posting date lies in a closed month."""

    period: str
    code: ClassVar[str] = "period-closed"
    template: ClassVar[str] = (
        "Period {period} is closed: nothing posts into it any more. Use a date in an open period."
    )


@dataclass(eq=False)
class PeriodNotOver(Rejected):
    """Only a month that is over can be closed."""

    period: str
    current: str
    code: ClassVar[str] = "period-not-over"
    template: ClassVar[str] = (
        "Period {period} is not over yet (now is {current}). Close it when the month has ended."
    )
