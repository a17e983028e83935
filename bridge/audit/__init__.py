"""The proofs that ERP and chain tell one story: seven invariants, each with what it checked and what differs."""

from bridge.audit.audit import Audit
from bridge.audit.model import AuditReport, Difference, InvariantReport, Kind
from bridge.audit.rebuild import Rebuild, RebuildReport

__all__ = [
    "Audit",
    "AuditReport",
    "Difference",
    "InvariantReport",
    "Kind",
    "Rebuild",
    "RebuildReport",
]
