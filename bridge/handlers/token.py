"""Events of SettlementToken."""

from __future__ import annotations

from typing import cast

from bridge import events as e
from bridge.handlers.context import ZERO_ACCOUNT, Context, Instruction


def issued(logged: e.Logged, context: Context) -> Instruction:
    """Bank money became tokens."""
    event = cast(e.TokensIssued, logged.event)
    return "RecordTokenIssue", _against_bank(event)


def redeemed(logged: e.Logged, context: Context) -> Instruction:
    """Tokens became bank money."""
    event = cast(e.TokensRedeemed, logged.event)
    return "RecordTokenRedemption", _against_bank(event)


def _against_bank(event: e.TokensIssued | e.TokensRedeemed) -> dict[str, object]:
    return {"account": event.account, "amount_minor": event.amount, "bank_ref": event.bank_ref}


def transferred(logged: e.Logged, context: Context) -> Instruction:
    """A participant paid another outside of any contract; all other movements are booked by the event that tells why."""
    event = cast(e.Transfer, logged.event)
    ends = {event.from_, event.to}
    told_elsewhere = ends & context.custodians or ZERO_ACCOUNT in ends
    if told_elsewhere or event.value == 0 or event.from_ == event.to:
        return None
    return "RecordTokenTransfer", {
        "sender": event.from_,
        "receiver": event.to,
        "amount_minor": event.value,
    }
