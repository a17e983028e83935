"""The work of groups: what roles have earned by milestones and shares, as the ERP counts and the reporter tells it (进度).

What becomes of it on chain is told in `groups`, with the events of GroupPay: the keeper has the holder paid at once.
"""

from __future__ import annotations

from typing import Any

from bridge.capabilities.model import Asks, CallContext, Capability, Reported, TakenBack
from bridge.commitments.documents import document_root
from bridge.events import generated as e
from bridge.intents import REPORTER
from bridge.ports.port import Document


def report_progress(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of GroupPay.reportProgress: round of the role, what is earned in all, the report's commitment."""
    f = document.fields
    evidence = "0x" + document_root(document).hex()
    return f["group_id"], f["role_id"], f["round"], f["earned_bps"], evidence


WORK = Capability(
    "work",
    (),
    calls={
        "role_progress": Asks(
            contract="GroupPay",
            function="reportProgress",
            args=report_progress,
            aggregate="progress:{group_id}:{role_id}",  # one after the other: each says what is earned in all
            signer=REPORTER,
            after_anchor=True,
            moot_on=frozenset({
                "GroupPay_ProgressOutOfBounds", "GroupPay_NotWorking", "GroupPay_ReferenceSeen",
            }),
            reported=Reported(e.ProgressReported, "evidence_ref"),
            taken_back=(TakenBack("progress_lateness", "progress"),),
        ),
    },
)  # fmt: skip
