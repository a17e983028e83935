"""Whether everything advances that has something to do. Lag alone is no fault: standing still with work is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bridge.watch.sample import Sample
from bridge.watch.stages import StageSeen

STILL_SECONDS = 60.0  # without any advance although there is work
PASS_SECONDS = (
    300.0  # without a pass: longer than one in which every stage waits in vain for its node
)
AUDIT = "an audit"
FAILING_SECONDS = 60.0  # of one stage, or of the node


@dataclass(slots=True)
class _Mark:
    position: object
    since: float


class Advance:
    """Remembers since when each thing stands where it stands."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """`monotonic`: a clock in seconds that never goes back."""
        self._monotonic = monotonic
        self._marks: dict[str, _Mark] = {}

    def still(self, name: str, position: object, *, waiting: bool) -> float:
        """Seconds for which a thing with work to do has not moved; 0 when it has nothing to do."""
        now = self._monotonic()
        mark = self._marks.get(name)
        if not waiting or mark is None or mark.position != position:
            self._marks[name] = _Mark(position, now)
            return 0.0
        return now - mark.since

    def forget_others(self, names: set[str]) -> None:
        """Things that are gone are not remembered."""
        self._marks = {name: mark for name, mark in self._marks.items() if name in names}


def reasons(
    sample: Sample,
    stages: dict[str, StageSeen],
    pass_age: float,
    advance: Advance,
    now: float,
    depth: int,
    audit_age_max: float = 0.0,
) -> tuple[str, ...]:
    """Why the bridge is not ready, in words; nothing when it is.

    `now` is by the same clock as the stages'; `depth`: blocks that must follow before an event counts; `audit_age_max`:
    seconds after which the newest audit is too old, 0: it may be of any age.
    """
    found = [
        *_of_daemon(stages, pass_age, now),
        *_of_work(sample, advance, depth),
        *_of_audit(sample, advance, audit_age_max),
    ]
    away = advance.still("the node", "away", waiting=sample.head is None)
    if away >= FAILING_SECONDS:
        found.append(f"no node has answered for {away:.0f} s: {sample.problem}")
    return tuple(found)


def _of_daemon(stages: dict[str, StageSeen], pass_age: float, now: float) -> Iterator[str]:
    if pass_age >= PASS_SECONDS:
        yield f"the daemon began its last pass {pass_age:.0f} s ago"
    for name, seen in stages.items():
        failing = 0.0 if seen.failing_since is None else now - seen.failing_since
        if failing >= FAILING_SECONDS:
            yield f"{name} has failed for {failing:.0f} s: {seen.error}"


def _of_audit(sample: Sample, advance: Advance, age_max: float) -> Iterator[str]:
    """Where none was ever run, the watch counts from its own beginning."""
    never = advance.still(AUDIT, "never", waiting=sample.audited is None)
    age = sample.audited.age if sample.audited is not None else never
    if 0 < age_max <= abs(age):
        last = "was" if sample.audited is not None else "was never, and this bridge began"
        when = "ago" if age > 0 else "ahead of this clock, which was wrong then or is now"
        yield f"the last audit {last} {abs(age) / 3_600:.0f} h {when}: run `interlock audit`"


def _of_work(sample: Sample, advance: Advance, depth: int) -> Iterator[str]:
    final = sample.block if sample.head is None else sample.head - depth
    count, oldest = sample.due
    documents = f"document {sample.reported} of {sample.documents} was read last"
    work: list[tuple[str, object, bool, str]] = [
        ("blocks", sample.block, final > sample.block, f"block {sample.block} of {final} was read last"),
        ("events", sample.next_event, sample.to_book > 0, f"{sample.to_book} events wait to be booked"),
        ("documents", sample.reported, sample.documents > sample.reported, documents),
        ("calls", oldest, count > 0, f"{count} calls are due and were not sent"),
        *(
            (f"lane {signer}", nonce, True, f"nonce {nonce} of {signer} is not mined")
            for signer, nonce in sample.lanes.items()
        ),
    ]  # fmt: skip
    for name, position, waiting, said in work:
        still = advance.still(name, position, waiting=waiting)
        if still >= STILL_SECONDS:
            yield f"{said}, for {still:.0f} s"
    advance.forget_others({name for name, *_ in work} | {"the node", AUDIT})
