"""What a count is about: whose figures, in which span of time, of which group, members and things."""

from __future__ import annotations

from dataclasses import dataclass

from erp.kernel.entry import NO_GROUP

DAY_SECONDS = 86_400
HOUR_SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time: from `start` to just before `end`, unix seconds."""

    start: int
    end: int

    def holds(self, moment: int) -> bool:
        """Whether a moment lies in it."""
        return self.start <= moment < self.end

    @property
    def seconds(self) -> int:
        """How long it is."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be counted, as a report tells it beside its documents."""

    window: Span
    parties: frozenset[str]  # whose figures; none: of the whole market
    chain_group: str = NO_GROUP  # of which; none: of any
    members: frozenset[str] = frozenset()  # of the group: what passes between them adds nothing
    items: frozenset[str] = frozenset()  # things that the group makes and sells
    most: int = 0  # of the value added: what the pool holds, minor units
    after: int = 0  # nothing before this sequence of the log is about the bet's own work

    def is_of(self, party: str | None, chain_group: str | None) -> bool:
        """Whether a document of this party and group is counted."""
        return party in self.parties and self.chain_group in (NO_GROUP, chain_group)
