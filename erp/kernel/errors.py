"""Base of all refusals, and those that belong to no single room. The others stand in `erp/<room>/errors.py`.

    ErpError
    ├── Rejected                 a business rule said no; retrying the same command changes nothing
    │   ├── NotFound             the command names something that is not there
    │   ├── Conflict             the command contradicts what is already recorded
    │   ├── WrongStatus          the thing is there, but in another state
    │   └── one class per rule   over-receipt, budget-exceeded, ...
    ├── BatchRefused             a rule said no to one command of a batch that is carried out whole or not at all
    └── Retryable                the database is busy; the same command may be tried again

Anything else that escapes an operation is a bug. Every `Rejected` carries its facts as attributes (`facts()` gives them
all), a stable `code`, and a message that says what was wrong and what would be right.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar


class ErpError(Exception):
    """Root of all errors the ERP raises on purpose."""


class Retryable(ErpError):
    """The database was busy or broke the transaction off. Nothing was posted; try again after a pause."""


@dataclass(eq=False)
class Rejected(ErpError):
    """A business rule said no (业务规则拒绝). Nothing was posted."""

    code: ClassVar[str] = "rejected"
    template: ClassVar[str] = "The command breaks a business rule."

    def __str__(self) -> str:
        return self.template.format(**self.facts())

    def facts(self) -> dict[str, int | str]:
        """The attributes of this refusal, by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(eq=False)
class NotFound(Rejected):
    """The command names something that is not there."""

    key: int | str
    code: ClassVar[str] = "not-found"
    template: ClassVar[str] = "Nothing is recorded under {key!r}."


@dataclass(eq=False)
class Conflict(Rejected):
    """The command contradicts what is already recorded under this key."""

    key: int | str
    code: ClassVar[str] = "conflict"
    template: ClassVar[str] = "{key!r} is already recorded."


@dataclass(eq=False)
class DuplicateOrigin(Conflict):
    """The same origin came with two different commands."""

    number: str
    code: ClassVar[str] = "duplicate-origin"
    template: ClassVar[str] = (
        "Origin {key!r} already made document {number} from another command. One origin makes one document."
    )


@dataclass(eq=False)
class WrongStatus(Rejected):
    """The thing is there, but its state does not allow this step."""

    what: str
    key: int | str
    status: str
    expected: str
    code: ClassVar[str] = "wrong-status"
    template: ClassVar[str] = "{what} {key} is {status}; this step needs it to be {expected}."


@dataclass(eq=False)
class Disagrees(Rejected):
    """An event and the books say different things of one fact: a contradiction that a person must resolve."""

    what: str
    key: int | str
    field: str
    said: int | str
    recorded: int | str
    code: ClassVar[str] = "disagrees"
    template: ClassVar[str] = (
        "{what} {key}: {field} is said to be {said}, but the books say {recorded}."
    )


@dataclass(eq=False)
class AmountTooLarge(Rejected):
    """A sum would no longer fit its column."""

    what: str
    amount: int
    maximum: int
    code: ClassVar[str] = "amount-too-large"
    template: ClassVar[str] = "{what} would become {amount}; at most {maximum} can be kept."


@dataclass(eq=False)
class NeedsSecondPerson(Rejected):
    """The command takes effect only when somebody else confirms it (双人复核)."""

    command: str
    code: ClassVar[str] = "needs-second-person"
    template: ClassVar[str] = (
        "{command} is not told alone: one person proposes it, another confirms the proposal."
    )


@dataclass(eq=False)
class BatchTooLarge(Rejected):
    """More commands in one batch than the bound allows."""

    count: int
    maximum: int
    code: ClassVar[str] = "batch-too-large"
    template: ClassVar[str] = "The batch has {count} commands; at most {maximum} are taken at once."


class BatchRefused(ErpError):
    """A rule said no to one command of a batch that is carried out whole or not at all. Nothing was posted."""

    def __init__(self, index: int, cause: Rejected) -> None:
        super().__init__(f"command {index} of the batch (from 0): {cause}")
        self.index = index
        self.cause = cause
