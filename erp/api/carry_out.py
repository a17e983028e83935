"""Carries out the commands of requests within an open transaction, and pairs each with what followed from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from erp.api.jobs import Done, Outcome, ToldCommand
from erp.execute import Submission
from erp.kernel.errors import BatchRefused, Rejected
from erp.kernel.log import queries
from erp.kernel.log.model import SALT_BYTES, Document
from erp.rooms import execute_many

MAX_FOLLOW_UPS = 100  # an operation causes a handful of documents; more is cut, the log has them

Randomness = Callable[[int], bytes]


def carry_out_each(
    session: Session, instructions: Sequence[ToldCommand], at: int, randomness: Randomness
) -> list[Outcome]:
    """Carries out each command by itself, in order, at unix seconds `at`; what is refused leaves nothing."""
    refusals = {
        index: refusal
        for index, told in enumerate(instructions)
        if (refusal := refused(session, told)) is not None
    }
    tried = [told for index, told in enumerate(instructions) if index not in refusals]
    submissions = [submission(told, at, randomness) for told in tried]
    made: list[Document] = []
    outcomes = paired(execute_many(session, submissions, atomic=False, made=made), made)
    keep_traces(session, tried, outcomes)
    done = iter(outcomes)
    return [refusals[i] if i in refusals else next(done) for i in range(len(instructions))]


def carry_out_all(
    session: Session, instructions: Sequence[ToldCommand], at: int, randomness: Randomness
) -> list[Done]:
    """Carries out all commands, in order, at unix seconds `at`. Raises BatchRefused at the first that is refused."""
    for index, told in enumerate(instructions):
        refusal = refused(session, told)
        if refusal is not None:
            raise BatchRefused(index, refusal)
    submissions = [submission(told, at, randomness) for told in instructions]
    made: list[Document] = []
    outcomes = paired(execute_many(session, submissions, atomic=True, made=made), made)
    keep_traces(session, instructions, outcomes)
    return [outcome for outcome in outcomes if isinstance(outcome, Done)]


def keep_traces(
    session: Session, instructions: Sequence[ToldCommand], outcomes: Sequence[Outcome]
) -> None:
    """Keeps the trace of each document, and of those that followed from it, where its request has one."""
    traceparents = {
        document.number: told.traceparent
        for told, outcome in zip(instructions, outcomes, strict=True)
        if told.traceparent is not None and isinstance(outcome, Done)
        for document in (outcome.document, *outcome.follow_ups)
    }
    if traceparents:
        queries.keep_traces(session, traceparents)


def refused(session: Session, told: ToldCommand) -> Rejected | None:
    """What the guard of the command says against its sender; None when it lets the command pass."""
    if told.guard is None:
        return None
    try:
        told.guard(session)
    except Rejected as refusal:
        return refusal
    return None


def submission(told: ToldCommand, at: int, randomness: Randomness) -> Submission:
    """The command as the engine takes it, with a new salt."""
    return Submission(told.command, at, randomness(SALT_BYTES), told.actor)


def paired(outcomes: Sequence[Document | Rejected], made: Sequence[Document]) -> list[Outcome]:
    """Each document with those that followed from it, MAX_FOLLOW_UPS at most. `made`: all of them, as in the log."""
    followed: dict[int, list[Document]] = {}
    told = {outcome.sequence for outcome in outcomes if isinstance(outcome, Document)}
    cause = 0
    for document in made:
        if document.sequence in told:
            cause = document.sequence
            followed[cause] = []
        elif len(followed[cause]) < MAX_FOLLOW_UPS:
            followed[cause].append(document)
    return [
        Done(outcome, followed[outcome.sequence]) if isinstance(outcome, Document) else outcome
        for outcome in outcomes
    ]
