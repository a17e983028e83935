"""The checkpoint of a soak: quiet, everything anchored, the audit, and counts that must be those of what people did."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from bridge.audit.audit import RingMoves

from ..scenarios.stage import Stage
from ..stage.workdir import Workdir
from .lives import Expected

SENT_TWICE = (
    "SELECT outbox_id FROM bridge_attempt WHERE NOT lost GROUP BY outbox_id HAVING count(*) > 1"
)
TWICE_BOOKED = (
    "SELECT origin FROM document_log WHERE origin IS NOT NULL GROUP BY origin HAVING count(*) > 1"
)
TRIES_MAX = 10
CUSTODIANS = ("Tenders", "PurchaseOrders")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint saw. Sizes in bytes, times in seconds."""

    after_seconds: float
    catch_up_seconds: (
        float  # from the last disaster until the bridge was quiet and all was anchored
    )
    audit_seconds: float
    documents: int
    transactions: int  # that were sent and mined for documents or by people
    disk_bytes: int
    failures: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def checkpoint(stage: Stage, home: Workdir, expected: Expected, after_seconds: float) -> Checkpoint:
    """Waits until the bridge is quiet, then audits and counts. Raises Broken when it does not become quiet."""
    began = time.monotonic()
    for left in reversed(range(TRIES_MAX)):
        stage.settle_anchored()
        quiet = time.monotonic()
        try:
            audit = stage.bridge.audit.run()
            break
        except RingMoves:  # an anchor was on its way
            if not left:
                raise
    audited = time.monotonic()
    differences = [f"audit {i.id}: {d.detail}" for i in audit.invariants for d in i.differences]
    return Checkpoint(
        after_seconds=round(after_seconds, 1),
        catch_up_seconds=round(quiet - began, 2),
        audit_seconds=round(audited - quiet, 2),
        documents=stage.bridge.port.last_sequence(),
        transactions=_transactions(stage),
        disk_bytes=_disk(stage, home),
        failures=(*differences, *stage.waiting(), *miscounted(stage, expected), *_doubled(stage)),
    )


def miscounted(stage: Stage, expected: Expected) -> list[str]:
    """Where documents or money are not what people did."""
    documents = stage.counts()
    wrong = [
        f"{documents.get(kind, 0)} documents {kind!r}, had to be {count}"
        for kind, count in expected.documents.items()
        if documents.get(kind, 0) != count
    ]
    for who, tokens in expected.tokens.items():
        if (found := stage.balance(who)) != tokens:
            wrong.append(f"{who} has {found} tokens, had to have {tokens}")
    held = {contract: stage.custody(contract) for contract in CUSTODIANS}
    return wrong + [f"{contract} still holds {n} tokens" for contract, n in held.items() if n]


def _doubled(stage: Stage) -> list[str]:
    """Intents that stand in two transactions, and events that were booked twice."""
    sent = [f"intent {row[0]} stands in two transactions" for row in stage.sql(SENT_TWICE)]
    return sent + [f"{row[0]} was booked twice" for row in stage.sql(TWICE_BOOKED)]


def _transactions(stage: Stage) -> int:
    """All that were ever mined of everybody on the stage."""
    client = stage.bridge.client
    return sum(client.nonce(who, "latest") for who in {p.address for p in stage.people.values()})


def _disk(stage: Stage, home: Workdir) -> int:
    if stage.engine.dialect.name != "sqlite":
        return int(stage.sql("SELECT pg_database_size(current_database())")[0][0])
    file = Path(str(make_url(home.db).database))
    return sum(part.stat().st_size for part in file.parent.glob(f"{file.name}*") if part.is_file())
