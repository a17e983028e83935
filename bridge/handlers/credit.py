"""Events of CreditRegistry."""

from __future__ import annotations

from typing import cast

from bridge import events as e
from bridge.handlers.context import Context, Instruction


def recorded(logged: e.Logged, context: Context) -> Instruction:
    """The party's credit moved."""
    event = cast(e.CreditRecorded, logged.event)
    return "RecordCreditOutcome", {
        "account": event.account,
        "order_id": event.order_id,
        "delivery_id": event.delivery_id,
        "value_minor": event.value,
        "delivery_bps": event.delivery_bps,
        "quality_bps": event.quality_bps,
        "score_bps": event.score_bps,
    }
