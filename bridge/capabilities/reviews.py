"""Reviews: what customers say of the holders of roles, as the ERP keeps it and the reporter tells it (用户评价).

What becomes of them on chain is told in `groups`, with the events of UserReviews.
"""

from __future__ import annotations

from typing import Any

from bridge.capabilities.model import Asks, CallContext, Capability, Reported, TakenBack
from bridge.commitments.documents import document_root
from bridge.events import generated as e
from bridge.intents import REPORTER
from bridge.ports.port import Document


def report_review(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of UserReviews.recordReview: round of the role, score, weight in minor units, the review's commitment."""
    f = document.fields
    place = f["group_id"], f["role_id"], f["round"]
    return *place, f["score_bps"], f["weight_minor"], "0x" + document_root(document).hex()


def is_of_a_role(document: Document) -> bool:
    """False for a review of a seller, which stays in the ERP."""
    return document.fields["group_id"] is not None


REVIEWS = Capability(
    "reviews",
    (),
    calls={
        "review": Asks(
            contract="UserReviews",
            function="recordReview",
            args=report_review,
            aggregate="review:{number}",
            signer=REPORTER,
            when=is_of_a_role,
            after_anchor=True,
            moot_on=frozenset({
                "UserReviews_RoundOver", "UserReviews_NotWorking", "UserReviews_ReferenceSeen",
            }),
            reported=Reported(e.ReviewRecorded, "review_ref"),
            taken_back=(TakenBack("review_lateness", "review"),),
        ),
    },
)  # fmt: skip
