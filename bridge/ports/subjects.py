"""The kinds of things whose goods, cash and information are shown on one time line (三流合一)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.ports.vocabulary import AccountRole

# Fields of documents that tell quantities.
QUANTITIES = ("quantity", "accepted", "rejected", "received", "minutes", "ran", "earned_bps")


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of thing that can be shown."""

    noun: str
    field: str  # of its documents, with its id
    aggregate: str  # of its events
    held: AccountRole | None  # accounts with its money in custody
    words: str  # for the help


SUBJECTS: Mapping[str, Subject] = {
    each.noun: each
    for each in (
        Subject("order", "order_id", "order:{}", AccountRole.ESCROW, "a purchase order"),
        Subject("claim", "claim_id", "claim:{}", AccountRole.CLAIM_COVER, "a claim"),
        Subject("bet", "bet_id", "bet:{}", AccountRole.BET_STAKE, "a bet"),
        Subject("group", "group_id", "group:{}", AccountRole.GROUP_FUND, "a chain group"),
        Subject(
            "capacity",
            "token_id",
            "capacity:{}",
            AccountRole.CAPACITY_FUND,
            "a token of machine-minutes",
        ),
    )
}
# Documents of these fields came before an order: the requisition, and what was tendered, auctioned or agreed for it.
FIRST, FOUND_BY = "requisition", ("tender_id", "auction_id", "direct_order_id")
