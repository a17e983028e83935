"""Invariant 4: every row of the document log is a leaf under an anchored root, in sequence, without a gap."""

from __future__ import annotations

from bridge.audit.material import Material
from bridge.audit.model import Findings, InvariantReport, Kind
from bridge.capabilities.documents import anchors
from bridge.commitments.stream import ZERO_HEAD, log_tree, next_head

NAMED_MAX = 5  # documents of a batch named in one line


def check(material: Material) -> InvariantReport:
    """Holds when all documents, hashed anew, give the roots and heads that stand on chain.

    Rows after the last anchor are not yet committed to and count as a difference: flush before an audit.
    """
    findings = Findings(4, "the document log is anchored whole, in sequence, unchanged")
    numbers = {document.sequence: document.number for document in material.documents}
    leaves = {d.sequence: root for d, root in zip(material.documents, material.roots, strict=True)}
    for sequence in range(1, material.sequence + 1):
        findings.check(
            sequence in leaves,
            Kind.TAMPERED,
            f"document_log sequence {sequence}",
            "the row is missing from the document log",
        )
    covered = _check_anchors(material, leaves, numbers, findings)
    for sequence in sorted(s for s in leaves if s > covered):
        findings.check(
            False,
            Kind.MISSING_ON_CHAIN,
            f"document {numbers[sequence]} (sequence {sequence})",
            "is not anchored yet",
        )
    return findings.report()


def _name_changed(
    material: Material,
    present: list[tuple[int, bytes]],
    anchored: bytes,
    numbers: dict[int, str],
    findings: Findings,
) -> None:
    """Names the rows that changed since they were anchored; the whole batch where nobody can tell which."""
    remembered = [(s, material.committed[s]) for s, _ in present if s in material.committed]
    if remembered and log_tree(remembered).root == anchored:
        then = dict(remembered)
        for sequence, root in present:
            if then.get(sequence) != root:
                row = f"document {numbers[sequence]} (sequence {sequence})"
                detail = "it no longer hashes to what was anchored on chain"
                findings.check(False, Kind.TAMPERED, row, detail, material.held.get(sequence))
        return
    row = f"document_log sequences {present[0][0]} to {present[-1][0]}"
    named = ", ".join(numbers[s] for s, _ in present[:NAMED_MAX])
    detail = f"they no longer hash to the root anchored on chain ({named}, …)"
    findings.check(False, Kind.TAMPERED, row, detail)


def _check_anchors(
    material: Material, leaves: dict[int, bytes], numbers: dict[int, str], findings: Findings
) -> int:
    covered, head = 0, ZERO_HEAD
    for anchor in anchors(material.events, material.stream_id):
        first, last = anchor.first_sequence, anchor.last_sequence
        row = f"document_log sequences {first} to {last}"
        findings.check(
            first == covered + 1,
            Kind.MISSING_ON_CHAIN,
            row,
            f"the anchor before it ends at {covered}",
        )
        present = [(s, leaves[s]) for s in range(first, last + 1) if s in leaves]
        root = log_tree(present).root if present else b""
        anchored = bytes.fromhex(anchor.root[2:])
        gone = [s for s in range(first, last + 1) if s not in leaves]
        if root != anchored and not gone:
            _name_changed(material, present, anchored, numbers, findings)
        else:
            findings.check(root == anchored, Kind.TAMPERED, row, f"rows {gone} are gone")
        head = next_head(head, anchored, first, last)
        findings.check(
            "0x" + head.hex() == anchor.head, Kind.MISMATCH, row, "the chain of heads is broken"
        )
        covered = last
    return covered
