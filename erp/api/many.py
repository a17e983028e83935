"""Until the engine has `execute_many`: the same, command by command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from erp.kernel.errors import ErpError, Rejected
from erp.kernel.log.model import Document
from erp.kernel.schema import Command
from erp.rooms import execute

MAX_BATCH = 500

Outcome = Document | Rejected


@dataclass(frozen=True, slots=True)
class Submission:
    """A command with what it is carried out with."""

    command: Command
    at: int
    salt: bytes
    actor: str
    origin: str | None = None


class BatchRefused(ErpError):
    """A command of a list that stands or falls as one was refused."""

    def __init__(self, index: int, cause: Rejected) -> None:
        super().__init__(f"command {index}: {cause}")
        self.index = index
        self.cause = cause


def execute_many(
    session: Session, submissions: Sequence[Submission], *, atomic: bool
) -> list[Outcome]:
    """Carries out the commands in their order."""
    outcomes: list[Outcome] = []
    savepoint = session.begin_nested()
    for index, told in enumerate(submissions):
        try:
            outcomes.append(
                execute(
                    session,
                    told.command,
                    at=told.at,
                    salt=told.salt,
                    origin=told.origin,
                    actor=told.actor,
                )
            )
        except Rejected as refusal:
            if atomic:
                savepoint.rollback()
                raise BatchRefused(index, refusal) from refusal
            outcomes.append(refusal)
    savepoint.commit()
    return outcomes
