"""What the general ledger refuses to post or to close."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Conflict, NotFound, Rejected


class UnknownLedgerAccount(NotFound):
    code = "unknown-ledger-account"
    template = "The chart has no account {key!r}. Add it below another first, or correct the code."


class AccountExists(Conflict):
    code = "account-exists"
    template = "The chart has an account {key!r} already. Use another code."


@dataclass(eq=False)
class AccountNotBelow(Rejected):
    """The code does not extend that of the account above by one part."""

    account: str
    parent: str
    code: ClassVar[str] = "account-not-below"
    template: ClassVar[str] = (
        "{account} is no code below {parent}: it must be {parent}, a point and two digits."
    )


@dataclass(eq=False)
class AccountInUse(Rejected):
    """An account cannot get accounts below it while it takes postings itself."""

    account: str
    use: str
    code: ClassVar[str] = "account-in-use"
    template: ClassVar[str] = (
        "No account can be added below {account}: {use}. Add it beside, below the same parent."
    )


@dataclass(eq=False)
class AccountTakesNoPostings(Rejected):
    """Accounts stand below this one: they are posted to, it is not."""

    account: str
    code: ClassVar[str] = "account-takes-no-postings"
    template: ClassVar[str] = (
        "Account {account} has accounts below it and takes no postings: name one of them."
    )


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
class PeriodNotReady(Rejected):
    """Points of the check list are open that block the close."""

    entity: str
    period: str
    checks: str
    code: ClassVar[str] = "period-not-ready"
    template: ClassVar[str] = (
        "Period {period} of {entity} cannot be closed yet; open are: {checks}. Settle them, or waive them with a reason."
    )


@dataclass(eq=False)
class NothingToWaive(Rejected):
    """A point is waived that does not block the close."""

    check: str
    entity: str
    period: str
    code: ClassVar[str] = "nothing-to-waive"
    template: ClassVar[str] = (
        "Nothing blocks {check} for {entity} in {period}: leave it out of `waived`."
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
    """The posting date lies in a closed month of the entity."""

    entity: str
    period: str
    code: ClassVar[str] = "period-closed"
    template: ClassVar[str] = (
        "Period {period} of {entity} is closed: nothing posts into it any more. Use a date in an open period."
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
