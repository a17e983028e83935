"""The desk at which all writes of a process are carried out, one group after another (组提交, group commit).

Writes that arrive while a group is under way wait, and then make the next group: one transaction, one commit. Each keeps
its own answer under its own key, and is answered after the commit. A group that fails as a whole is taken apart, so that
no sender pays for another's bug.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from erp.api import queries
from erp.api.busy import is_busy
from erp.api.carry_out import carry_out_each
from erp.api.errors import ApiError
from erp.api.idempotency import Answer, Request, answered
from erp.api.jobs import Each, Job, Whole
from erp.database import rehearsal, transaction
from erp.kernel.errors import ErpError, Retryable

MAX_WAITING = (
    5_000  # commands, some seconds of work; who brings more is told that the database is busy
)
MAX_GROUP = 64  # commands committed together; a longer list is a group by itself
MAX_ATTEMPTS = 3  # of a group, when other processes keep answers under its keys at the same time

Result = Answer | Exception
A = TypeVar("A")


class KeyTaken(Exception):
    """Another process kept an answer under one of the group's keys; rolled back and tried again, it is found."""


class Desk:
    """Carries out writes in a thread of its own. `clock` gives unix seconds, `randomness` so many unpredictable bytes."""

    def __init__(
        self, engine: Engine, clock: Callable[[], int], randomness: Callable[[int], bytes]
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._randomness = randomness
        self._waiting: deque[Job] = deque()
        self._arrived = 0  # commands that ever came to wait; counted by the event loop alone
        self._taken = 0  # and that were taken from there; counted by the desk's thread alone
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="erp-desk")

    async def answer(self, job: Job) -> Answer:
        """The committed answer to a write: that of its work done now, or the one it had the first time.

        Raises what refuses the write; then nothing of it was written. Raises Retryable when too many wait, or when the
        database is busy.
        """
        if self._waiting and self._arrived - self._taken + job.size > MAX_WAITING:
            raise Retryable(f"{MAX_WAITING} commands wait already; try again after a pause")
        self._arrived += job.size
        self._waiting.append(job)
        await asyncio.get_running_loop().run_in_executor(self._writer, self._serve, job)
        return job.answer()

    def _serve(self, job: Job) -> None:
        """Carries out groups until this job has a result; often another's turn has brought it already."""
        while job.result is None:
            self._settle(self._take())

    def _take(self) -> list[Job]:
        """The next group, in the order of arrival: never two with one key, as the second needs the first's answer.

        A dry run is a group by itself, since its transaction is rolled back.
        """
        group: list[Job] = []
        size = 0
        while self._waiting:
            job = self._waiting[0]
            size += job.size
            doubled = any(job.request.id == other.request.id for other in group)
            if group and (size > MAX_GROUP or doubled or job.dry_run):
                break
            group.append(self._waiting.popleft())
            self._taken += job.size
            if job.dry_run:
                break
        return group

    def _settle(self, group: Sequence[Job]) -> None:
        """Gives each job of the group its result."""
        try:
            results: Sequence[Result] = self._committed(group)
        except Exception as error:
            if len(group) > 1 and not isinstance(error, Retryable) and not is_busy(error):
                for job in group:
                    self._settle([job])
                return
            results = [error] * len(group)
        for job, result in zip(group, results, strict=True):
            job.result = result

    def _committed(self, group: Sequence[Job]) -> list[Result]:
        for _ in range(MAX_ATTEMPTS):
            try:
                return self._transact(group)
            except KeyTaken:
                continue
        raise Retryable("other processes answer the same requests; try again after a pause")

    def now(self) -> int:
        """The time that a write would have now, unix seconds."""
        return self._clock()

    def _transact(self, group: Sequence[Job]) -> list[Result]:
        """The results of the group's jobs, in one transaction: committed, or rolled back after a dry run."""
        at = self._clock()
        dry_run = group[0].dry_run
        with rehearsal(self._engine) if dry_run else transaction(self._engine) as session:
            results = settled_before(session, group, at)
            new = [job for job in group if job not in results]
            results.update(self._carried_out(session, new, at))
            if not dry_run:
                keep_answers(session, {job.request: results[job] for job in new}, at)
        return [results[job] for job in group]

    def _carried_out(self, session: Session, jobs: Sequence[Job], at: int) -> dict[Job, Result]:
        each = [(job, job.work) for job in jobs if isinstance(job.work, Each)]
        results: dict[Job, Result] = {}
        outcomes = iter(
            carry_out_each(
                session,
                [one for _, work in each for one in work.instructions],
                at,
                self._randomness,
            )
        )
        for job, work in each:
            own = [next(outcomes) for _ in work.instructions]
            results[job] = expected(partial(work.conclude, own))
        for job in jobs:
            if isinstance(job.work, Whole):
                results[job] = expected(partial(apart, session, job.work, at))
        return results


def settled_before(session: Session, group: Sequence[Job], at: int) -> dict[Job, Result]:
    """The results of those jobs that are not to be tried: their token does not stand, or their key has an answer."""
    results: dict[Job, Result] = {}
    for job in group:
        settled = expected(partial(answered, session, job.request, at))
        if settled is not None:
            results[job] = settled
    return results


def keep_answers(session: Session, results: Mapping[Request, Result], at: int) -> None:
    """Keeps the answers under their keys. Raises KeyTaken when another process has answered one of the requests.

    A refusal may be the work of that other process, which did the same a moment before.
    """
    rows = [each.row(told, at) for each, told in results.items() if isinstance(told, Answer)]
    if rows and not queries.insert_answers(session, rows):
        raise KeyTaken
    for request, told in results.items():
        if not isinstance(told, Answer) and answered(session, request, at) is not None:
            raise KeyTaken


def expected(make: Callable[[], A]) -> A | Exception:
    """What it makes, or the refusal in its place. Anything else that it raises is raised."""
    try:
        return make()
    except Retryable:
        raise
    except (ApiError, ErpError) as refusal:
        return refusal


def apart(session: Session, work: Whole, at: int) -> Answer:
    """The answer of a whole; when it raises, nothing of it is left in the transaction."""
    with session.begin_nested():
        return work.effect(session, at)
