"""Invariants 1, 2 and 7, and the remarks, part by part: each part holds whatever belongs to what is in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from sqlmodel import Session

from bridge.audit import correspondence, money, remarks
from bridge.audit.intents import Intent, given_up, is_settled, keys_asked, needed_again
from bridge.audit.intents import check as check_intents
from bridge.audit.material import Material
from bridge.audit.model import InvariantReport, Remark, Suspicion, joined
from bridge.audit.snapshot import Snapshot
from bridge.capabilities import TOLD_TYPES
from bridge.events.base import Logged
from bridge.ports.port import Document, DocumentQuery, Port
from bridge.ports.vocabulary import AccountRole
from bridge.store import committed, inbox, notebook
from bridge.store.inbox import logged_of

PART = 200  # items that a part begins with; it has more by what belongs to them
EVERYTHING = 2**62  # items: one part holds all

Intents = Callable[[Sequence[str]], Mapping[str, Intent]]  # what became of calls, by their keys


@dataclass(frozen=True)
class Excerpt(Material):
    """The material of a part. References and neighbours outside of it are looked up in the notebook."""

    find: Callable[[str], str | None] = lambda _ref: None
    neighbour: Callable[[Logged], Logged | None] = lambda _logged: None

    def find_number(self, ref: str) -> str | None:
        """Number of the document that has a commitment."""
        return self.find(ref)

    def before(self, logged: Logged) -> Logged | None:
        """The event just before another in the same transaction; None when that log is not read."""
        return self.neighbour(logged)


class Parts:
    """Looks at whatever is due in a notebook, part by part, so that memory does not grow with it.

    Where blocks have left the chain, one part holds everything: which document stands in the place of a voided one is
    known from all of them alone.
    """

    def __init__(
        self, session: Session, port: Port, snapshot: Snapshot, names: Mapping[str, str],
        roles: Mapping[str, AccountRole], chain_id: int, intents: Intents,
    ) -> None:  # fmt: skip
        """`session`: of the notebook, within a transaction of it."""
        self._session = session
        self._port = port
        self._snapshot = snapshot
        self._names = names
        self._roles = roles
        self._chain_id = chain_id
        self._intents = intents

    def look(self) -> tuple[InvariantReport, ...]:
        """Invariants 1, 2 and 7 of all that is due. What differs, or is not done yet, is left open in the notebook.

        Raises Suspicion where a document is not the one that was noted.
        """
        found = [self._empty()]
        limit = EVERYTHING if self._snapshot.reorganised else PART
        while items := notebook.next_part(self._session, limit):
            found.append(self._look_at(items))
        return tuple(joined(reports) for reports in zip(*found, strict=True))

    def _empty(self) -> tuple[InvariantReport, ...]:
        return _check(self._material([]), {})

    def _look_at(self, items: Sequence[str]) -> tuple[InvariantReport, ...]:
        """One part; where something differs, each thing in it by itself, to know which."""
        material = self._material(items)
        intents = self._intents([key for d in material.documents for key in keys_asked(d)])
        reports = _check(material, intents)
        if all(report.holds for report in reports):
            self._settle(material, items, intents, differs=False)
            return reports
        if self._snapshot.reorganised:
            self._settle(material, items, intents, differs=True)
            return reports
        alone = []
        for group in self._groups(items):
            each = self._material(group)
            found = _check(each, intents)
            differs = not all(report.holds for report in found)
            self._settle(each, group, intents, differs=differs)
            alone.append(found)
        return tuple(joined(same) for same in zip(*alone, strict=True))

    def _settle(
        self,
        material: Material,
        items: Sequence[str],
        intents: Mapping[str, Intent],
        *,
        differs: bool,
    ) -> None:
        """Notes what is remarked, and what the next audit has to look at again."""
        by_number = {d.number: notebook.document_item(d.sequence) for d in material.documents}
        again = tuple(needed_again(material, intents))
        said: Iterable[Remark] = (*remarks.check(material), *given_up(material, intents), *again)
        notebook.add_remarks(self._session, [(by_number[r.row], r.detail) for r in said])
        if differs:
            notebook.leave_open(self._session, items)
            return
        open_ = material.in_flight | {remark.row for remark in again}
        waiting = [
            by_number[d.number]
            for d in material.documents
            if d.number in open_
            or d.sequence > self._snapshot.reported
            or not all(is_settled(intents.get(key)) for key in keys_asked(d))
        ]
        notebook.leave_open(self._session, waiting)

    def _groups(self, items: Sequence[str]) -> Iterator[list[str]]:
        """The items of a part by what belongs together."""
        of_key: dict[str, list[str]] = defaultdict(list)
        of_item: dict[str, list[str]] = {item: [] for item in items}
        for item, key in notebook.keys_of(self._session, items):
            of_key[key].append(item)
            of_item[item].append(key)
        left = dict.fromkeys(items)
        while left:
            group, new = [], [next(iter(left))]
            while new:
                item = new.pop()
                if item in left:
                    del left[item]
                    group.append(item)
                    new += [other for key in of_item[item] for other in of_key[key]]
            yield sorted(group)

    def _material(self, items: Sequence[str]) -> Material:
        sequences = [int(item[2:]) for item in items if item.startswith("d:")]
        positions = [item[2:] for item in items if item.startswith("e:")]
        query = DocumentQuery(sequences=tuple(sequences), limit=max(1, len(sequences)), voided=True)
        documents = list(self._port.documents(query)) if sequences else []
        rows = notebook.events_at(self._session, positions)
        part = Material(
            self._snapshot.block,
            self._snapshot.sequence,
            [logged_of(row, self._chain_id) for row in rows],
            documents,
            frozenset(d.number for d in documents if self._is_in_flight(d)),
            {},
            TOLD_TYPES,
            "",
            self._names,
            self._roles,
            self._snapshot.reported,
            self._snapshot.by_hand,
        )
        if not self._snapshot.reorganised:
            known = {each.name: getattr(part, each.name) for each in fields(part)}
            part = Excerpt(
                **known,
                find=lambda ref: committed.number_of(self._session, ref),
                neighbour=self._before,
            )
        self._check_noted(part, sequences)
        return part

    def _is_in_flight(self, document: Document) -> bool:
        """What came from the chain is there, whatever it asks."""
        return document.type not in TOLD_TYPES and (
            document.number in self._snapshot.in_flight
            or document.sequence > self._snapshot.reported
        )

    def _check_noted(self, part: Material, sequences: Sequence[int]) -> None:
        found = {d.sequence: root for d, root in zip(part.documents, part.roots, strict=True)}
        for sequence, number, root in notebook.commitments_at(self._session, sequences):
            if found.get(sequence) != root:
                raise Suspicion(f"document {number} is not the one that was noted")

    def _before(self, logged: Logged) -> Logged | None:
        row = inbox.event_at(self._session, logged.tx_hash, logged.log_index - 1)
        return None if row is None else logged_of(row, self._chain_id)


def _check(material: Material, intents: Mapping[str, Intent]) -> tuple[InvariantReport, ...]:
    return (
        correspondence.check(material),
        money.check_money(material),
        check_intents(material, intents),
    )
