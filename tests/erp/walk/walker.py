"""Walkers tell commands by the dice: one by one, in lists, all or each, and some of them twice."""

# ruff: noqa: S608 - states and numbers of our own

from __future__ import annotations

import hashlib
import random
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.orm import Session

from erp.database import snapshot, transaction
from erp.execute import Outcome, Submission
from erp.kernel.errors import BatchRefused, Rejected, Retryable
from erp.kernel.log.model import Document
from erp.kernel.operation import Told
from erp.kernel.schema import Command
from erp.proposals.schemas import proposal_of
from erp.rooms import OPERATIONS, execute, execute_many
from erp.stock.schemas import IssueStock
from tests.clerks import clerk_of
from tests.erp.walk.dice import Stroke
from tests.erp.walk.steps import Steps, policies
from tests.erp.world import DAY, START, World

STROKES = (1, 1, 1, 2, 3, 5, 8, 20)  # told together
LAST = 12  # lists that a failure shows
MAX_TRIES = 30  # of a list that meets a busy database
HASTE_SECONDS = 12_000  # between two lists, on average half of it


LATE_SECONDS = 45 * DAY  # by which a few commands are told as of before


@dataclass
class Clock:
    """Time that all walkers share."""

    now: int
    lock: threading.Lock = field(default_factory=threading.Lock)

    def pass_by(self, seconds: int) -> int:
        with self.lock:
            self.now += seconds
            return self.now


@dataclass
class Walker:
    """One thread with sessions of its own."""

    world: World
    seed: int
    index: int
    walkers: int
    clock: Clock
    accepted: int = 0
    refused: int = 0
    last: deque[str] = field(default_factory=lambda: deque(maxlen=LAST))

    def __post_init__(self) -> None:
        self.dice = random.Random(f"{self.seed} {self.index}")
        self.steps = Steps(self.world, self.dice, self.index, self.walkers)
        self.told = 0
        self.origins: deque[Submission] = deque(maxlen=50)

    def walk(self, commands: int) -> None:
        """Tells at least so many commands that are accepted."""
        goal = self.accepted + commands
        while self.accepted < goal:
            submissions = self._submissions()
            if submissions:
                self._tell(submissions)

    def _submissions(self) -> list[Submission]:
        self.world.now = self.clock.pass_by(self.dice.randint(0, HASTE_SECONDS))
        strokes: list[Stroke] = []
        with snapshot(self.world.engine) as session:
            for _ in range(self.dice.choice(STROKES)):
                stroke = self.steps.next_stroke(session)
                if stroke is not None:
                    strokes.append(stroke)
        made = [
            self._submission(stroke, at) for stroke in strokes for at in range(len(stroke.commands))
        ]
        if self.origins and self.dice.random() < 0.05:
            made.append(self.dice.choice(self.origins))  # told before
        return made

    def _submission(self, stroke: Stroke, place: int) -> Submission:
        command = stroke.commands[place]
        self.told += 1
        name = f"{self.seed} {self.index} {self.told}"
        event = Told.EXTERNALLY in OPERATIONS[type(command)].told
        salt = hashlib.sha256(name.encode()).digest()
        late = self.dice.randint(0, LATE_SECONDS) if self.dice.random() < 0.03 else 0
        at = max(START, self.world.now - late)
        actor = stroke.actor or clerk_of(command)
        if OPERATIONS[type(command)].second:
            command = proposal_of(command)
        return Submission(command, at, salt, actor, f"event {name}" if event else None)

    def _tell(self, submissions: Sequence[Submission]) -> None:
        mode = self.dice.choice(
            [self._one_by_one, self._in_one_transaction, self._all, self._each, self._each]
        )
        self.last.append(
            f"walker {self.index}, {self.accepted} accepted, {mode.__name__}:\n"
            + "\n".join(f"    {one.command!r}" for one in submissions)
        )
        for _ in range(MAX_TRIES):
            try:
                outcomes = mode(submissions)
            except Retryable:
                continue
            break
        else:
            raise AssertionError(f"the database was busy {MAX_TRIES} times")
        self.last[-1] += "\n  → " + ", ".join(_spoken(one) for one in outcomes)
        for submission, outcome in zip(submissions, outcomes, strict=True):
            if isinstance(outcome, Document):
                self.accepted += 1
                assert outcome.origin == submission.origin, "I12"
                if submission.origin is not None:
                    self.origins.append(submission)
            else:
                self.refused += 1

    def _one_by_one(self, submissions: Sequence[Submission]) -> list[Outcome]:
        return [outcome for one in submissions for outcome in self._in_one_transaction([one])]

    def _in_one_transaction(self, submissions: Sequence[Submission]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        with transaction(self.world.engine) as session:
            for one in submissions:
                cost = self._cost(session, one.command)
                try:
                    outcomes.append(
                        execute(
                            session,
                            one.command,
                            at=one.at,
                            salt=one.salt,
                            origin=one.origin,
                            actor=one.actor,
                        )
                    )
                except Rejected as refusal:
                    outcomes.append(refusal)
                else:
                    assert cost is None or cost == outcomes[-1].fields["cost_minor"], (
                        "I10: an issue costs the moving average, rounded down"
                    )
        return outcomes

    def _cost(self, session: Session, command: Command) -> int | None:
        """What an issue of stock must cost, if it is one."""
        if not isinstance(command, IssueStock):
            return None
        lock = " FOR UPDATE" if session.get_bind().dialect.name == "postgresql" else ""
        session.execute(text(f"SELECT 1 FROM document_head{lock}"))
        of = {"entity": command.entity, "item": command.item}
        stock = session.execute(
            text("SELECT * FROM stock_level WHERE entity = :entity AND item = :item"), of
        ).first()
        if stock is None or not stock.on_hand:
            return None
        return int(stock.value_minor * command.quantity // stock.on_hand)

    def _each(self, submissions: Sequence[Submission]) -> list[Outcome]:
        with transaction(self.world.engine) as session:
            return execute_many(session, submissions, atomic=False)

    def _all(self, submissions: Sequence[Submission]) -> list[Outcome]:
        try:
            with transaction(self.world.engine) as session:
                return execute_many(session, submissions, atomic=True)
        except BatchRefused as refused:
            return [refused.cause] * len(submissions)


def _spoken(outcome: Outcome) -> str:
    return outcome.number if isinstance(outcome, Document) else type(outcome).__name__


class Walk:
    """Books that several walkers work on at once; with one, a seed says all that happens."""

    def __init__(self, world: World, seed: int, walkers: int) -> None:
        self.world, self.seed = world, seed
        for command in policies(world):
            world.do(command)
        clock = Clock(world.now)
        self.walkers = [
            Walker(World(world.engine), seed, index, walkers, clock) for index in range(walkers)
        ]

    @property
    def accepted(self) -> int:
        return sum(one.accepted for one in self.walkers)

    @property
    def refused(self) -> int:
        return sum(one.refused for one in self.walkers)

    def walk(self, commands: int) -> None:
        """All walkers at once, until so many more commands are accepted."""
        each = -(-commands // len(self.walkers))
        if len(self.walkers) == 1:
            self.walkers[0].walk(each)
            return
        with ThreadPoolExecutor(len(self.walkers)) as pool:
            list(pool.map(lambda one: one.walk(each), self.walkers))

    def story(self) -> str:
        """How to get there again, and what was told last."""
        lines = [
            f"seed {self.seed}, {len(self.walkers)} walkers, {self.accepted} accepted, {self.refused} refused"
        ]
        for one in self.walkers:
            lines += one.last
        return "\n".join(lines)
