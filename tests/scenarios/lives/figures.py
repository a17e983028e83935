"""What a run of lives prints: how many, how each ended, what it took, and which rules refused."""

from __future__ import annotations

from collections import Counter

from tests.scenarios.lives.life import Life
from tests.scenarios.walk.hand import Hand
from tests.world import World


class Figures:
    """Counts over all worlds of a run."""

    def __init__(self) -> None:
        self.ends: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.made: Counter[str] = Counter()
        self.watched = 0  # lives that strangers tried to read while their members worked
        self.documents = self.blocks = self.reads = self.chains = 0

    @property
    def lives(self) -> int:
        """Lives that are over."""
        return sum(self.ends.values())

    @property
    def done(self) -> int:
        """What people did."""
        return sum(self.made.values())

    @property
    def refused(self) -> int:
        """What they tried and a rule refused."""
        return sum(self.refusals.values())

    def lived(self, life: Life) -> None:
        """A life is over."""
        self.ends[life.how] += 1

    def world(self, world: World, hand: Hand, reads: int) -> None:
        """All that lived together on one chain are over."""
        self.chains += 1
        self.made.update(hand.done)
        self.refusals.update(hand.refused)
        self.documents += world.bridge.port.last_sequence()
        self.blocks += world.bridge.client.head().number
        self.reads += reads

    def line(self) -> str:
        """Where the run stands."""
        counts = {
            "lives": self.lives, "chains": self.chains, "done": self.done, "refused": self.refused,
            "documents": self.documents, "blocks": self.blocks, "read at work too": self.watched,
            "reads by strangers": self.reads,
        }  # fmt: skip
        ends = ", ".join(f"{n:,} {how}" for how, n in self.ends.most_common())
        said = ", ".join(f"{number:,} {what}" for what, number in counts.items())
        return f"{said}; ended: {ends}"

    def told(self) -> str:
        """The figures of the run."""
        rules = "\n".join(f"  {n:6,} {rule}" for rule, n in self.refusals.most_common())
        return f"{self.line()}\n{len(self.refusals)} rules refused:\n{rules}"
