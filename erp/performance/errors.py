"""What the room of performance refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Conflict, NotFound, Rejected


class UnknownReport(NotFound):
    code = "unknown-report"
    template = "No performance report has the number {key}."


@dataclass(eq=False)
class NotAPeriod(Rejected):
    """A party is not measured in this period."""

    bet: str
    party: str
    period: int
    first: int
    last: int
    code: ClassVar[str] = "not-a-period"
    template: ClassVar[str] = (
        "{party} is measured in periods {first} to {last} of {bet}, not in {period}."
    )


@dataclass(eq=False)
class PeriodNotOver(Rejected):
    """What is not over cannot be measured."""

    bet: str
    period: int
    end: int
    now: int
    code: ClassVar[str] = "bet-period-not-over"
    template: ClassVar[str] = (
        "Period {period} of {bet} ends at {end}; it is {now}. Report it from then on."
    )


@dataclass(eq=False)
class ReportTooLate(Rejected):
    """The contract takes no report any more."""

    bet: str
    period: int
    until: int
    now: int
    code: ClassVar[str] = "report-too-late"
    template: ClassVar[str] = (
        "Period {period} of {bet} could be reported until {until}; it is {now}. What is not reported counts as kept."
    )


@dataclass(eq=False)
class AlreadyReported(Rejected):
    """A period of a party is reported once."""

    bet: str
    party: str
    period: int
    number: str
    code: ClassVar[str] = "already-reported"
    template: ClassVar[str] = "Period {period} of {party} in {bet} is reported by {number}."


@dataclass(eq=False)
class NotMeasured(Rejected):
    """The books do not measure a metric that is pledged."""

    bet: str
    party: str
    metric: int
    known: str
    code: ClassVar[str] = "not-measured"
    template: ClassVar[str] = (
        "{party} pledged metric {metric} in {bet}, and the books measure {known}: its reporter tells it from the console."
    )


@dataclass(eq=False)
class NoItemsKnown(Rejected):
    """The metric counts the things of the group's need, and the bet's group serves none that names a thing."""

    bet: str
    code: ClassVar[str] = "no-items-known"
    template: ClassVar[str] = (
        "{bet} is of no group whose need names an item: stock and demand of its things are told from the console."
    )


@dataclass(eq=False)
class NothingToCount(Rejected):
    """A mean of nothing, or a value added above no approved base, is not reported: the contract takes it as kept."""

    bet: str
    whose: str
    metric: str
    code: ClassVar[str] = "nothing-to-count"
    template: ClassVar[str] = (
        "No document shows the {metric} of {whose} in {bet}: nothing is reported, and what is not reported counts as kept."
    )


@dataclass(eq=False)
class NoIndex(Rejected):
    """The targets of the bet follow no index."""

    bet: str
    code: ClassVar[str] = "no-index"
    template: ClassVar[str] = "{bet} was proposed without an index."


@dataclass(eq=False)
class NotAnIndexPeriod(Rejected):
    """The bet has no such period."""

    bet: str
    period: int
    last: int
    code: ClassVar[str] = "not-an-index-period"
    template: ClassVar[str] = "{bet} has periods 1 to {last}, and no {period}."


@dataclass(eq=False)
class NotYetMeasured(Rejected):
    """Index or value added is measured once all that it counts has happened."""

    what: str
    bet: str
    begins: int
    now: int
    code: ClassVar[str] = "not-yet-measured"
    template: ClassVar[str] = (
        "The {what} of {bet} is measured from {begins} on; it is {now}. Report it from then on."
    )


@dataclass(eq=False)
class FigureTooLate(Rejected):
    """The contract takes no index, or no value added, any more."""

    what: str
    bet: str
    until: int
    now: int
    code: ClassVar[str] = "figure-too-late"
    template: ClassVar[str] = (
        "The {what} of {bet} could be reported until {until}; it is {now}. Without it no target moves, and "
        "nothing was added."
    )


class FigureReported(Conflict):
    code = "figure-reported"
    template = "The {key} is reported already."


@dataclass(eq=False)
class TooMuchEvidence(Rejected):
    """A report lists its evidence, and a list has a bound."""

    bet: str
    party: str
    count: int
    most: int
    code: ClassVar[str] = "too-much-evidence"
    template: ClassVar[str] = (
        "More than {most} documents show what {party} reached in {bet} ({count} were looked at), and a report lists no "
        "more: report it from the console, and agree on shorter periods."
    )
