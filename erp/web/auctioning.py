"""The bidding desk of an open auction: what an invited supplier may ask next, and the act that brings its bid to the chain.

Bids of an open auction are for all to see, so that the price goes with the form. What the key signs appears under Signing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from erp.api.routes.invitations import AuctionInvitationPage
from erp.api.routes.signing import ActRequestView
from erp.auctions.rules import AuctionStatus
from erp.web.bidding import ASK
from erp.web.formats import money
from erp.web.forms import minor
from erp.web.reading import Reading
from erp.web.texts import Texts
from erp.web.to_sign import to_sign
from erp.web.writing import may_tell, new_key

PLACE = "place_bid"
NO_PRICE = "A price is a number with two decimals or none, above 0: 12,500.00."
TOO_HIGH = "A bid asks {most} CNY at most now; yours asks {asked}."


@dataclass(frozen=True, slots=True)
class AuctionDesk:
    """The desk of one supplier at one auction, at one moment."""

    acts: list[ActRequestView]  # that it asked for and that are not over
    key: (
        str | None
    )  # of the form that places a bid; None: the role tells none, or its invitation cannot be proved here
    line: str | None  # that places the highest bid that counts, from a terminal; None as above
    first: bool  # it has not bid yet: a bond leaves its wallet


def desk_of(reading: Reading, told: AuctionInvitationPage, now: int) -> AuctionDesk | None:
    """The desk while bids are taken; None otherwise."""
    auction = told.auction
    if auction.status != AuctionStatus.OPEN or now >= auction.ends_at:
        return None
    may = may_tell(reading.caller, ASK) and told.invitation is not None
    line = None
    if may and auction.most_minor is not None:
        fields = json.dumps(fields_of(told, auction.most_minor)["fields"], separators=(",", ":"))
        line = (
            f"interlock api POST act-requests party={auction.party} act={PLACE} fields:='{fields}'"
        )
    return AuctionDesk(
        acts=to_sign(reading, auction_id=auction.auction_id),
        key=new_key(reading.context) if may else None, line=line, first=told.bid is None,
    )  # fmt: skip


def asked(form: Mapping[str, str]) -> int | str:
    """The price that a form asks, minor units; the text itself when it is none, to be refused as it is."""
    return minor(form.get("price", ""))


def wrong_with(told: AuctionInvitationPage, price: int | str, say: Texts) -> str | None:
    """What is wrong with a price, and what would be right; None: it may be asked now. The contract judges it again."""
    most = told.auction.most_minor
    if not isinstance(price, int) or price <= 0:
        return say(NO_PRICE)
    if most is not None and price > most:
        return say(TOO_HIGH, most=money(most), asked=money(price))
    return None


def fields_of(told: AuctionInvitationPage, amount: int | str) -> dict[str, Any]:
    """The act that places a bid, of the supplier's own party."""
    fields = {
        "auction_id": told.auction.auction_id,
        "amount_minor": amount,
        "invitation": told.invitation or [],
    }
    return {"party": told.auction.party, "act": PLACE, "fields": fields}
