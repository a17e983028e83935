"""What is parked, as an operator looks at it and deals with it: alike things together, each with its reason and its acts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bridge.chain.artifact import artifact, names
from bridge.errors import BadConfiguration, Rejected
from bridge.intents import InboxStatus
from bridge.operator import reasons
from bridge.operator.reasons import Lang, Reason
from bridge.ports.port import DocumentQuery
from bridge.store import quarantine
from bridge.store.names import numbers_of, stuck_named
from bridge.store.quarantine import Operator, Parked
from bridge.store.tables import Inbox, OperatorAct, Outbox

if TYPE_CHECKING:
    from sqlmodel import Session

    from bridge.bootstrap import Bridge

BEHIND_SHOWN = 10  # of what waits behind one
ACTS_SHOWN = 10  # the newest
LIKES_MAX = 100_000  # that one command deals with


@dataclass(frozen=True, slots=True)
class Group:
    """What was parked alike: the same event or function, for the same kind of reason."""

    what: str
    is_call: bool
    rule: str
    count: int
    behind: int  # events or calls that wait behind them
    oldest: Parked
    since: int | None  # unix seconds: of the oldest's block, or of the document that asks for it
    number: str | None  # document by which the oldest's order or tender began
    reason: Reason  # the oldest's


@dataclass(frozen=True, slots=True)
class Shown:
    """One event or call with all that is known of it."""

    parked: Parked
    status: str
    since: int | None
    number: str | None
    fields: Mapping[str, Any]
    reason: Reason | None  # None where nothing is said of it any more
    waits: bool  # for a person
    likes: int  # parked like it, with it
    behind: int
    first_behind: Sequence[str]
    acts: Sequence[OperatorAct]
    advice: Mapping[Lang, str]


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one that was dealt with: its status now, or why it stays parked."""

    key: str
    status: str | None
    refused: str = ""


class Quarantine:
    """Looks at what is parked, and deals with one or with all that are alike."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._store = bridge.store

    # ---- looking ------------------------------------------------------------------------------

    def groups(self) -> list[Group]:
        """All that waits for a person, alike things together, events before calls, the largest group first."""
        first: dict[tuple[bool, str, str], tuple[Parked, Reason]] = {}
        members: dict[tuple[bool, str, str], list[str]] = {}
        with self._store.view() as session:
            behind = {
                False: quarantine.events_behind(session),
                True: quarantine.calls_behind(session),
            }
            for parked in self._parked(session):
                reason = self._reason(parked)
                kind = parked.is_call, parked.what, reason.rule
                first.setdefault(kind, (parked, reason))
                members.setdefault(kind, []).append(parked.aggregate)
            number = numbers_of(session, {parked.aggregate for parked, _ in first.values()})
        found = [
            Group(
                what, is_call, rule, len(members[is_call, what, rule]),
                sum(behind[is_call].get(each, 0) for each in set(members[is_call, what, rule])),
                oldest, self._since(oldest), number.get(oldest.aggregate), reason,
            )
            for (is_call, what, rule), (oldest, reason) in first.items()
        ]  # fmt: skip
        return sorted(found, key=lambda group: (group.is_call, -group.count, group.oldest.key))

    def newest_acts(self) -> list[OperatorAct]:
        """What operators did last, newest first."""
        with self._store.view() as session:
            return quarantine.newest_acts(session, ACTS_SHOWN)

    def shown(self, name: str) -> Shown:
        """An event by its position, a call by its key, or what is parked under the number of a document.

        Raises BadConfiguration when there is none, or more than one.
        """
        with self._store.view() as session:
            row = quarantine.found(session, name)
            if row is None:
                row = quarantine.found(session, self._one(session, name))
            if row is None:
                raise quarantine.nothing_parked(name)
            parked = _parked(row)
            behind, first = quarantine.behind(session, parked, BEHIND_SHOWN)
            acts = quarantine.acts_of(session, parked.key)
            number = numbers_of(session, {parked.aggregate}).get(parked.aggregate)
        reason = self._reason(parked) if parked.reason else None
        waits = quarantine.waits(row)
        return Shown(
            parked, row.status, self._since(parked), number, _fields(row), reason, waits,
            len(self.likes(parked)) if waits else 0, behind if waits else 0, first if waits else (), acts,
            reasons.advice(reason.rule if reason else "", parked.is_call, parked.own, parked.key) if waits else {},
        )  # fmt: skip

    def named(self, name: str) -> Parked:
        """The one parked event or call that a name means. Raises BadConfiguration when there is none, or more than one."""
        with self._store.view() as session:
            row = quarantine.found(session, self._one(session, name))
        if row is None:
            raise quarantine.nothing_parked(name)
        return _parked(row)

    def likes(self, like: Parked) -> list[Parked]:
        """All that was parked for the same kind of reason, in the order of the chain or of the asking; at most LIKES_MAX."""
        rule = self._reason(like).rule
        found: list[Parked] = []
        with self._store.view() as session:
            for parked in self._parked(session):
                alike = (parked.is_call, parked.what) == (like.is_call, like.what)
                if alike and self._reason(parked).rule == rule:
                    found.append(parked)
                if len(found) == LIKES_MAX:
                    break
        return found

    # ---- acting -------------------------------------------------------------------------------

    def retry(self, parked: Sequence[Parked], by: Operator) -> Iterator[Fate]:
        """Puts them back in line, in this order; events in batches, each call by itself, made anew from its document.

        A call that cannot be made is told, and the others go on.
        """
        for events in _batches(parked):
            with self._store.unit() as session:
                done = quarantine.retry_events(self._store, session, events, by)
            yield from _moved(events, done, InboxStatus.FINAL)
        for key in _calls(parked):
            yield _tried(key, lambda key: self._bridge.report.retry(key, by))

    def resolve(self, parked: Sequence[Parked], by: Operator) -> Iterator[Fate]:
        """Marks them as dealt with by a person. A call of the bridge itself stays: that is told."""
        for events in _batches(parked):
            with self._store.unit() as session:
                done = quarantine.resolve_events(self._store, session, events, by)
            yield from _moved(events, done, InboxStatus.RESOLVED)
        for key in _calls(parked):
            yield _tried(key, lambda key: self._given_up(key, by))

    def _given_up(self, key: str, by: Operator) -> str:
        with self._store.unit() as session:
            return quarantine.resolve(self._store, session, key, by)

    # ---- reading ------------------------------------------------------------------------------

    @staticmethod
    def _parked(session: Session) -> Iterator[Parked]:
        yield from quarantine.parked_events(session)
        yield from quarantine.parked_calls(session)

    @staticmethod
    def _one(session: Session, name: str) -> str:
        keys = stuck_named(session, name)
        if not keys:
            raise quarantine.nothing_parked(name)
        if len(keys) > 1:
            raise BadConfiguration(
                f"several rows of {name} are parked, name one of: {', '.join(keys)}"
            )
        return keys[0]

    def _reason(self, parked: Parked) -> Reason:
        return reasons.read(parked.reason, self._bridge.port.in_chinese)

    def _since(self, parked: Parked) -> int | None:
        """Since when there is something to wait for: the event's block, or the document that asks for the call."""
        if parked.since is not None or parked.document is None:
            return parked.since
        query = DocumentQuery(number=parked.document, limit=1)
        return next((document.at for document in self._bridge.port.documents(query)), None)


def _parked(row: Inbox | Outbox) -> Parked:
    return quarantine.event_of(row) if isinstance(row, Inbox) else quarantine.call_of(row)


def _batches(parked: Sequence[Parked]) -> Iterator[Sequence[str]]:
    """Positions of the events among them, as many at a time as one transaction takes."""
    events = [each.key for each in parked if not each.is_call]
    for start in range(0, len(events), quarantine.ACTS_BATCH):
        yield events[start : start + quarantine.ACTS_BATCH]


def _calls(parked: Sequence[Parked]) -> Iterator[str]:
    return (each.key for each in parked if each.is_call)


def _moved(keys: Sequence[str], done: Sequence[str], status: InboxStatus) -> Iterator[Fate]:
    """What became of each of these events, of which those that were `done` have the status now."""
    there = set(done)
    for key in keys:
        yield Fate(key, status) if key in there else Fate(key, None, "it is not parked any more")


def _tried(key: str, act: Callable[[str], str]) -> Fate:
    try:
        return Fate(key, act(key))
    except (BadConfiguration, Rejected) as error:
        return Fate(key, None, f"{type(error).__name__}: {error}")


def _fields(row: Inbox | Outbox) -> Mapping[str, Any]:
    """Values of an event, or arguments of a call, by their names; as they are stored where these are not known."""
    try:
        if isinstance(row, Inbox):
            return dict(json.loads(row.body))
        values = json.loads(row.args)
        if not values:  # as of a call that could not be made
            return {}
        return dict(zip(_argument_names(row.contract, row.function), values, strict=True))
    except (ValueError, TypeError, KeyError):
        return {"unreadable": row.body if isinstance(row, Inbox) else row.args}


def _argument_names(contract: str, function: str) -> list[str]:
    """Names of a function's arguments. Raises KeyError when there is no such contract or function."""
    for entry in artifact(contract).abi if contract in names() else ():
        if entry["type"] == "function" and entry["name"] == function:
            return [each["name"] or str(place) for place, each in enumerate(entry["inputs"])]
    raise KeyError(function)


def group_as_json(group: Group) -> dict[str, Any]:
    """A group for machines."""
    return {
        "kind": "call" if group.is_call else "event",
        "what": group.what,
        "cause": group.rule,
        "count": group.count,
        "waiting_behind": group.behind,
        "oldest": {
            "key": group.oldest.key,
            "aggregate": group.oldest.aggregate,
            "number": group.number,
            "since": group.since,
        },
        "reason": reason_as_json(group.reason),
    }


def shown_as_json(shown: Shown) -> dict[str, Any]:
    """One event or call for machines."""
    return {
        "key": shown.parked.key,
        "kind": "call" if shown.parked.is_call else "event",
        "what": shown.parked.what,
        "status": shown.status,
        "waits_for_a_person": shown.waits,
        "aggregate": shown.parked.aggregate,
        "number": shown.number,
        "document": shown.parked.document,
        "since": shown.since,
        "fields": dict(shown.fields),
        "cause": shown.reason.rule if shown.reason else None,
        "reason": reason_as_json(shown.reason) if shown.reason else None,
        "trace": shown.reason.trace if shown.reason else "",
        "alike": shown.likes,
        "waiting_behind": shown.behind,
        "first_behind": list(shown.first_behind),
        "acts": [act_as_json(act) for act in shown.acts],
        "advice": {str(lang): text for lang, text in shown.advice.items()},
    }


def reason_as_json(reason: Reason) -> dict[str, str]:
    """A reason in both languages."""
    return {"en": reason.en, "zh": reason.zh}


def act_as_json(act: OperatorAct) -> dict[str, Any]:
    """An act of an operator for machines."""
    return {
        "at": act.at, "who": act.who, "act": act.act, "key": act.key, "what": act.what,
        "aggregate": act.aggregate, "why": act.why, "reason_before": act.reason,
    }  # fmt: skip
