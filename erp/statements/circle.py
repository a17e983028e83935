"""Who is inside of what a statement is about, and when: that decides what is business with outsiders. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from erp.rights.table import Spell


@dataclass(frozen=True, slots=True)
class Inside:
    """From when until when parties are inside: members of a group, the nodes of a platform, or one node alone."""

    spells: Mapping[str, tuple[Spell, ...]]
    leader: str | None = None

    @classmethod
    def of(cls, spells: Iterable[Spell], leader: str | None = None) -> Inside:
        """Those with these spells."""
        found: dict[str, list[Spell]] = {}
        for spell in spells:
            found.setdefault(spell.party, []).append(spell)
        return cls({party: tuple(own) for party, own in found.items()}, leader)

    def holds(self, party: str | None, at: int) -> bool:
        """True when the party is inside at an instant."""
        return party is not None and any(
            spell.since <= at and (spell.until is None or at < spell.until)
            for spell in self.spells.get(party, ())
        )

    def during(self, since: int, until: int) -> list[str]:
        """Those who are inside at any time from an instant to before another, the leader first, then by code."""
        found = {
            party
            for party, own in self.spells.items()
            if any(s.since < until and (s.until is None or since < s.until) for s in own)
        }
        return sorted(found, key=lambda party: (party != self.leader, party))


@dataclass(frozen=True, slots=True)
class Pots:
    """Of documents that settle a bet, by sequence: all who have an entry in them."""

    sharers: Mapping[int, frozenset[str]] = field(default_factory=dict)

    def inside(self, sequence: int, inside: Inside, at: int) -> bool | None:
        """Whether all who share the pot of a document are inside; None of a document that settles no bet."""
        found = self.sharers.get(sequence)
        return None if found is None else all(inside.holds(party, at) for party in found)


def to_the_end(spells: Iterable[Spell], ended_at: int | None) -> Iterable[Spell]:
    """The spells of a group's members, of whom those to its end stay for what is booked of it afterwards."""
    for spell in spells:
        stayed = ended_at is not None and spell.until == ended_at
        yield Spell(spell.party, spell.since, None if stayed else spell.until)
