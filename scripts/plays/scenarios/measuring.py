"""A performance run within a scenario: whatever is due is measured from documents, and reported."""

from __future__ import annotations

from erp.database import transaction
from erp.performance.due import due

from .stage import Stage


def measured(stage: Stage, what: str) -> None:
    """Plays the run as a step; it ends when what it told is anchored and stands on chain."""
    with stage.step("planner", what):
        with transaction(stage.engine) as session:
            found = due(session, stage.now)
        for command in found.reports:
            stage.erp(command)
        stage.settle_anchored()  # a report goes out once its evidence is anchored
