"""ReverseAuctions: open auctions with falling bids (反向拍卖). Not followed yet."""

from __future__ import annotations

from bridge.capabilities.model import Capability, Contract

AUCTIONS = Capability(
    "auctions",
    (
        Contract(
            "ReverseAuctions",
            unfollowed="open auctions have no documents in the ERP yet, it tenders by sealed bids",
            holds_money=True,
        ),
    ),
)
