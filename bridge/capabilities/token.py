"""SettlementToken: bank money on chain (结算代币)."""

from __future__ import annotations

from typing import cast

from bridge.capabilities.model import ZERO_ACCOUNT, Capability, Contract, EventContext, Read, books
from bridge.events import generated as e
from bridge.events.base import Logged
from bridge.ports.vocabulary import token as v

UNLIMITED = 2**255  # an allowance from here on is never used up


def is_private(logged: Logged, context: EventContext) -> bool:
    """True when a participant paid another outside of any followed contract; else another event tells what for."""
    event = cast(e.Transfer, logged.event)
    ends = {event.from_, event.to}
    told_elsewhere = not ends.isdisjoint(context.custodians) or ZERO_ACCOUNT in ends
    moves = event.value != 0 and event.from_ != event.to
    return moves and not told_elsewhere and not _is_price_of_claim(event, context.before(logged))


def _is_price_of_claim(transfer: e.Transfer, before: Logged | None) -> bool:
    """True when the event before says that these tokens bought a claim: it is booked with its price."""
    sold = before.event if before is not None else None
    return isinstance(sold, e.ClaimSold) and (sold.financier, sold.seller, sold.price) == (
        transfer.from_,
        transfer.to,
        transfer.value,
    )


def balance_of(account: str) -> Read:
    """The view that tells an account's tokens, minor units."""
    return "SettlementToken", "balanceOf", (account,)


def total_supply() -> Read:
    """The view that tells how many tokens stand issued, minor units."""
    return "SettlementToken", "totalSupply", ()


def allowance_of(account: str, spender: str) -> Read:
    """The view that tells how many tokens of an account another may draw, minor units."""
    return "SettlementToken", "allowance", (account, spender)


TOKEN = Capability(
    "token",
    (
        Contract(
            "SettlementToken",
            events={
                "TokensIssued": books(v.RecordTokenIssue, amount_minor="amount"),
                "TokensRedeemed": books(v.RecordTokenRedemption, amount_minor="amount"),
                "Transfer": books(
                    v.RecordTokenTransfer,
                    when=is_private,
                    otherwise="the event of the contract at one end, or of the claim that was sold, tells what for",
                    sender="from_",
                    receiver="to",
                    amount_minor="value",
                ),
            },
            silent={"Approval": "an allowance is not a movement of money"},
        ),
    ),
)
