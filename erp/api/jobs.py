"""A write that waits at the desk: whose it is, under which key, what it does, and in the end its result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from erp.api.idempotency import Answer, Request
from erp.api.traced import TRACEPARENT
from erp.kernel.errors import Rejected
from erp.kernel.log.model import Document
from erp.kernel.schema import Command


@dataclass(frozen=True, slots=True)
class ToldCommand:
    """A command and who tells it. `guard` may refuse it for this sender, before it is tried.

    `traceparent`: the trace of the request that brings it, None while traces are off.
    """

    command: Command
    actor: str
    guard: Callable[[Session], None] | None = None
    traceparent: str | None = field(default_factory=TRACEPARENT.get)


@dataclass(frozen=True, slots=True)
class Done:
    """The document that a command made, and those that followed from it, in the order of the log."""

    document: Document
    follow_ups: list[Document]


Outcome = Done | Rejected


@dataclass(frozen=True, slots=True)
class Each:
    """Commands that stand each by itself: one that is refused leaves the others as they are.

    `conclude` makes the answer; it raises a Rejected to refuse the request, when nothing of it was done.
    """

    instructions: Sequence[ToldCommand]
    conclude: Callable[[Sequence[Outcome]], Answer]


@dataclass(frozen=True, slots=True)
class Whole:
    """What stands or falls as one: `effect(session, at)` writes and makes the answer, or raises and leaves nothing."""

    effect: Callable[[Session, int], Answer]
    size: int = 1  # commands, or as many as would weigh as much


@dataclass(eq=False, slots=True)
class Job:
    """A write between its admission and its answer."""

    request: Request
    work: Each | Whole
    dry_run: bool = False  # answered with what it would do; nothing of it is committed
    result: Answer | Exception | None = field(default=None, init=False)

    @property
    def size(self) -> int:
        """How many commands it holds."""
        return self.work.size if isinstance(self.work, Whole) else len(self.work.instructions)

    def answer(self) -> Answer:
        """The answer, once there is a result. Raises what refused the write."""
        if self.result is None:
            raise RuntimeError("the job has no result yet")
        if isinstance(self.result, Exception):
            raise self.result
        return self.result
