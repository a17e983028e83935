"""Events of Tenders."""

from __future__ import annotations

from typing import cast

from bridge import events as e
from bridge.handlers.context import Context, Instruction


def opened(logged: e.Logged, context: Context) -> Instruction:
    """A tender stands for a requisition."""
    event = cast(e.TenderOpened, logged.event)
    return "RecordTender", {
        "tender_id": event.tender_id,
        "requisition": context.number_of(event.requisition_ref),
        "buyer": event.buyer,
        "quantity": event.quantity,
        "ceiling_minor": event.ceiling,
        "bond_minor": event.bond,
        "min_credit_bps": event.min_credit_bps,
        "commit_end": event.commit_end,
        "reveal_end": event.reveal_end,
        "invited_root": event.invited_root,
        "invited": event.invited,
    }


def committed(logged: e.Logged, context: Context) -> Instruction:
    """A bid and its bond."""
    event = cast(e.BidCommitted, logged.event)
    return "RecordBid", {
        "tender_id": event.tender_id,
        "supplier": event.supplier,
        "index": event.index,
        "commitment": event.commitment,
        "bond_minor": event.bond,
        "credit_bps": event.credit_bps,
    }


def revealed(logged: e.Logged, context: Context) -> Instruction:
    """A bid with its price is a quotation."""
    event = cast(e.BidRevealed, logged.event)
    return "RecordQuotation", {
        "tender_id": event.tender_id,
        "supplier": event.supplier,
        "amount_minor": event.amount,
        "bond_returned_minor": event.bond_returned,
        "within_ceiling": event.within_ceiling,
    }


def forfeited(logged: e.Logged, context: Context) -> Instruction:
    """A bond fell to the buyer."""
    event = cast(e.BondForfeited, logged.event)
    return "RecordBondForfeit", {
        "tender_id": event.tender_id,
        "supplier": event.supplier,
        "buyer": event.buyer,
        "bond_minor": event.bond,
    }


def awarded(logged: e.Logged, context: Context) -> Instruction:
    """The best bid won."""
    event = cast(e.TenderAwarded, logged.event)
    return "RecordAward", {
        "tender_id": event.tender_id,
        "supplier": event.supplier,
        "order_id": event.order_id,
        "amount_minor": event.amount,
        "bids": event.bids,
    }


def voided(logged: e.Logged, context: Context) -> Instruction:
    """Nobody won."""
    event = cast(e.TenderVoided, logged.event)
    return "RecordTenderVoid", {
        "tender_id": event.tender_id,
        "requisition": context.number_of(event.requisition_ref),
        "bids": event.bids,
    }
