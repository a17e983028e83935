"""Which intents the telling of traces looks at: what cannot be told further takes no place from what can."""

from __future__ import annotations

from sqlmodel import Session

from bridge.intents import InboxStatus, OutboxStatus
from bridge.store import traces
from bridge.store.tables import Attempt, Inbox
from bridge.store.traces import Step
from tests.bridge.test_ends import MATCH, Ring, call, ring

__all__ = ["ring"]


def event(session: Session, index: int, status: InboxStatus) -> Inbox:
    """An event of the one transaction."""
    row = Inbox(
        position=f"{index}", contract="C", event="E", aggregate="a", block_number=49, block_hash="0x",
        block_time=1, tx_hash="mined", tx_index=0, log_index=index, body="{}", status=status,
    )  # fmt: skip
    session.add(row)
    return row


def test_a_call_of_which_one_event_is_parked_keeps_no_other_trace_waiting(ring: Ring) -> None:
    """It was looked at on each pass; 256 of them would have ended all traces."""
    with ring.store.unit() as session:
        row = call(session, ring, MATCH, OutboxStatus.CONFIRMED, traced=Step.PROVED)
        session.add(
            Attempt(outbox_id=row.id or 0, signer="s", nonce=1, tx_hash="mined", raw="r", sent_at=1.0, witnessed=True)
        )  # fmt: skip
        event(session, 1, InboxStatus.POSTED)
        parked = event(session, 2, InboxStatus.QUARANTINED)
        session.flush()
        assert traces.advanced(session, 9) == []
        parked.status = InboxStatus.RESOLVED
        session.flush()
        assert [seen.step for seen in traces.advanced(session, 9)] == [Step.ENDED]
