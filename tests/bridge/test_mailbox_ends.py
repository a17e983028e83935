"""An act that cannot be shown ends, and says why: that of the ERP where the ERP takes no offer of it."""

from __future__ import annotations

import pytest

from bridge.intents import OutboxStatus
from bridge.ring.mailbox import OFFERS_MAX
from tests.bridge.test_ends import Ring, call, ring
from tests.faults.test_a_lie_about_an_act import FIRST, REQUESTS, Books, mailbox_of

__all__ = ["ring"]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (None, f"it was offered {OFFERS_MAX} times without success"),
        (
            "act request ACT-2026-00001 is REFUSED",
            f"it was offered {OFFERS_MAX} times without success: act request ACT-2026-00001 is REFUSED",
        ),
    ],
)
def test_an_act_that_is_offered_in_vain_ends_with_what_the_erp_said_last(
    ring: Ring, reason: str | None, said: str
) -> None:
    books = Books(*REQUESTS)
    with ring.store.unit() as session:
        act = call(session, ring, FIRST, OutboxStatus.ASKED, document_number=REQUESTS[0])
        act.offers, act.reason = OFFERS_MAX, reason
    mailbox = mailbox_of(ring, books)
    mailbox._acts.act_row = lambda row: row  # type: ignore[method-assign]
    mailbox.run()
    assert ring.row(FIRST).status == OutboxStatus.REFUSED
    assert ring.row(FIRST).reason == said
    assert books.told == [(REQUESTS[0], "refused")]
