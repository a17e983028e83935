"""ReverseAuctions: suppliers underbid each other in the open until nobody does (公开反向拍卖)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, cast

from bridge.capabilities.model import (
    Amounts,
    Asks,
    CallContext,
    Capability,
    Contract,
    Entries,
    Equation,
    Money,
    block_time,
    books,
    find_number,
)
from bridge.capabilities.terms import ORDER_TERMS
from bridge.events import generated as e
from bridge.events.base import snake
from bridge.intents import KEEPER
from bridge.ports.port import Document
from bridge.ports.vocabulary import AccountRole
from bridge.ports.vocabulary import auctions as v

# Members of IReverseAuctions.AuctionTerms; the event carries them and the order's terms flattened.
AUCTION_TERMS = (
    "buyer", "requisitionRef", "invitedRoot", "quantity", "ceiling", "bond", "minDecrementBps", "minCreditBps",
    "durationSeconds", "extensionSeconds", "maxExtensions",
)  # fmt: skip


def terms_of(opened: e.ReverseAuctionOpened) -> dict[str, Any]:
    """The terms published with an auction, as every later call must bring them along: the contract holds only their hash."""
    terms: dict[str, Any] = {name: getattr(opened, snake(name)) for name in AUCTION_TERMS}
    return terms | {"order": {name: getattr(opened, snake(name)) for name in ORDER_TERMS}}


def award_auction(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of ReverseAuctions.award: the auction and its published terms. Due when it has ended."""
    return document.fields["auction_id"], _published(context)


def withdraw_bond(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of ReverseAuctions.withdrawBond: sends a bidder its bond back."""
    return document.fields["auction_id"], _published(context), document.fields["supplier"]


def has_bond(document: Document) -> bool:
    """False for a bid that paid nothing in: the bidder's bond is asked back once."""
    return bool(document.fields["bond_minor"] != 0)


def _published(context: CallContext) -> dict[str, Any]:
    return terms_of(cast(e.ReverseAuctionOpened, context.published))


class Measure(StrEnum):
    """Bonds of one auction, minor units, as one side says them."""

    LENT = "lent"
    RETURNED = "returned"
    LEDGER_LENT = "ledger_lent"
    LEDGER_RETURNED = "ledger_returned"


def lent(entries: Entries) -> Amounts:
    """What a bid brought into the account of bonds."""
    return {Measure.LEDGER_LENT: entries.debit(AccountRole.AUCTION_BOND)}


def returned(entries: Entries) -> Amounts:
    """What came back out of it."""
    return {Measure.LEDGER_RETURNED: entries.credit(AccountRole.AUCTION_BOND)}


def _moved(chain: Measure, ledger: Measure) -> Equation:
    """Both sides say the same of one movement."""
    told = f"bonds {chain} on chain {{left}}, in the ledger {{right}} minor units"
    return Equation((chain,), (ledger,), told)


MONEY = Money(
    rule="per auction: bonds lent and returned on chain = in the ledger",
    aggregate="auction:{auction_id}",
    told={
        e.ReverseBidPlaced: {Measure.LENT: "bond"},
        e.ReverseBondReturned: {Measure.RETURNED: "bond"},
    },
    kept={"auction_bid": lent, "auction_bond_return": returned},
    equations=(
        _moved(Measure.LENT, Measure.LEDGER_LENT),
        _moved(Measure.RETURNED, Measure.LEDGER_RETURNED),
    ),
)
STILL_OPEN = {"ReverseAuctions_StillOpen": 2}  # late bids move the end

AUCTIONS = Capability(
    "auctions",
    (
        Contract(
            "ReverseAuctions",
            events={
                "ReverseAuctionOpened": books(
                    v.RecordAuction,
                    requisition=find_number("requisition_ref"),
                    ceiling_minor="ceiling",
                    bond_minor="bond",
                ),
                "ReverseBidPlaced": books(
                    v.RecordAuctionBid,
                    amount_minor="amount",
                    bond_minor="bond",
                    placed_at=block_time,
                ),
                "ReverseBondReturned": books(v.RecordAuctionBondReturn, bond_minor="bond"),
                "ReverseAuctionAwarded": books(v.RecordAuctionAward, amount_minor="amount"),
                "ReverseAuctionVoided": books(
                    v.RecordAuctionVoid, requisition=find_number("requisition_ref")
                ),
            },
            holds_money=True,
            custody=AccountRole.AUCTION_BOND,
        ),
    ),
    calls={
        "auction": Asks(
            contract="ReverseAuctions",
            function="award",
            lasts=True,
            args=award_auction,
            aggregate="award:auction:{auction_id}",
            signer=KEEPER,
            due="ends_at",
            later_by=STILL_OPEN,
            moot_on=frozenset({"ReverseAuctions_AlreadySettled"}),
            published=e.ReverseAuctionOpened,
        ),
        "auction_bid": Asks(
            contract="ReverseAuctions",
            function="withdrawBond",
            lasts=True,
            args=withdraw_bond,
            aggregate="bond:auction:{auction_id}:{supplier}",
            signer=KEEPER,
            due="ends_at",
            later_by=STILL_OPEN,
            when=has_bond,
            moot_on=frozenset({"ReverseAuctions_BondNotHeld"}),
            published=e.ReverseAuctionOpened,
        ),
    },
    money=MONEY,
)
