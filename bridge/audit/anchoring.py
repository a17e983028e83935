"""Invariant 4: every row of the document log is a leaf under an anchored root, in sequence, without a gap.

A fold over the anchors: what it has to know of all that came before is `Anchored`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from bridge.audit.model import Findings, Kind
from bridge.commitments.stream import ZERO_HEAD, log_tree, next_head

NAME = "the document log is anchored whole, in sequence, unchanged"
NAMED_MAX = 5  # documents of a batch named in one line


@dataclass(frozen=True, slots=True)
class Anchored:
    """How far the log is anchored: index, last row and head of the newest anchor that was looked at."""

    index: int = 0
    last: int = 0
    head: bytes = ZERO_HEAD


NOT_ANCHORED = Anchored()


class Leaf(NamedTuple):
    """A document as the log has it: sequence, number, and its commitment, computed anew."""

    sequence: int
    number: str
    root: bytes


class AnchorLike(Protocol):
    """What the chain says of one anchor."""

    index: int
    first_sequence: int
    last_sequence: int
    root: str
    head: str


class Log(Protocol):
    """What is asked about the documents."""

    def leaves(self, first: int, last: int) -> Sequence[Leaf]:
        """The documents from one sequence to another that are there."""

    def remembered(self, first: int, last: int) -> dict[int, bytes]:
        """Their roots as the bridge remembers them: believed where they fit an anchor."""

    def held(self, sequence: int) -> str | None:
        """Aggregate whose payment waits while the document is disputed."""


def fold(state: Anchored, anchors: Iterable[AnchorLike], log: Log, findings: Findings) -> Anchored:
    """Checks the anchors that follow on `state`."""
    for anchor in anchors:
        state = _step(state, anchor, log, findings)
    return state


def check_rest(state: Anchored, log: Log, newest: int, findings: Findings) -> None:
    """Rows after the last anchor are not yet committed to and count as a difference: flush before an audit."""
    for leaf in log.leaves(state.last + 1, newest):
        findings.check(
            False,
            Kind.MISSING_ON_CHAIN,
            f"document {leaf.number} (sequence {leaf.sequence})",
            "is not anchored yet",
        )


def _step(state: Anchored, anchor: AnchorLike, log: Log, findings: Findings) -> Anchored:
    first, last = anchor.first_sequence, anchor.last_sequence
    row = f"document_log sequences {first} to {last}"
    findings.check(
        first == state.last + 1,
        Kind.MISSING_ON_CHAIN,
        row,
        f"the anchor before it ends at {state.last}",
    )
    present = log.leaves(first, last)
    root = log_tree([(leaf.sequence, leaf.root) for leaf in present]).root if present else b""
    anchored = bytes.fromhex(anchor.root[2:])
    there = {leaf.sequence for leaf in present}
    gone = [sequence for sequence in range(first, last + 1) if sequence not in there]
    if root != anchored and not gone:
        _name_changed(present, anchored, log, findings)
    else:
        findings.check(root == anchored, Kind.TAMPERED, row, f"rows {gone} are gone")
    head = next_head(state.head, anchored, first, last)
    said = "the chain of heads is broken"
    findings.check("0x" + head.hex() == anchor.head, Kind.MISMATCH, row, said)
    return Anchored(anchor.index, last, head)


def _name_changed(present: Sequence[Leaf], anchored: bytes, log: Log, findings: Findings) -> None:
    """Names the rows that changed since they were anchored; the whole batch where nobody can tell which."""
    first, last = present[0].sequence, present[-1].sequence
    then = log.remembered(first, last)
    remembered = [(leaf.sequence, then[leaf.sequence]) for leaf in present if leaf.sequence in then]
    if remembered and log_tree(remembered).root == anchored:
        for leaf in present:
            if then.get(leaf.sequence) != leaf.root:
                row = f"document {leaf.number} (sequence {leaf.sequence})"
                detail = "it no longer hashes to what was anchored on chain"
                findings.check(False, Kind.TAMPERED, row, detail, log.held(leaf.sequence))
        return
    row = f"document_log sequences {first} to {last}"
    named = ", ".join(leaf.number for leaf in present[:NAMED_MAX])
    detail = f"they no longer hash to the root anchored on chain ({named}, …)"
    findings.check(False, Kind.TAMPERED, row, detail)
