"""Invariants 5 and 6: books rebuilt from the documents equal the live ones, and the trial balance is zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bridge.audit.model import Findings, InvariantReport, Kind
from bridge.ports.port import BookDifference

REBUILD_KINDS = {"tampered": Kind.TAMPERED, "missing in ERP": Kind.MISSING_IN_ERP}


def check_rebuilt(differences: Sequence[BookDifference], documents: int) -> InvariantReport:
    """Invariant 5: takes each row that the ERP found different from the rebuilt books as a difference."""
    findings = Findings(5, "books rebuilt from events and documents = live books, row by row")
    for _ in range(documents):
        findings.check(True, Kind.TAMPERED, "", "")
    for difference in differences:
        kind = REBUILD_KINDS.get(difference.kind, Kind.TAMPERED)
        findings.check(False, kind, difference.row, difference.detail, difference.aggregate)
    return findings.report()


def check_trial(balances: Mapping[str, int]) -> InvariantReport:
    """Invariant 6: every trial balance of the ERP is zero, in total and by platform, chain group and node."""
    findings = Findings(6, "the trial balance is zero, in total and per platform, group and node")
    for name, net in sorted(balances.items()):
        findings.check(
            net == 0, Kind.TAMPERED, f"trial balance {name}", f"is off by {net} minor units"
        )
    return findings.report()
