"""HANDLERS: what the bridge does about each event. One pure function per event: event -> commands to the ERP.

With CALLS (bridge/calls.py) this dict is the whole behaviour of the bridge.
"""

from __future__ import annotations

from bridge.handlers import changes, credit, evidence, orders, participants, tenders, token
from bridge.handlers.context import Context, Handler

HANDLERS: dict[str, Handler] = {
    "ParticipantRegistered": participants.registered,
    "ParticipantSuspended": participants.suspended,
    "ParticipantReinstated": participants.reinstated,
    "CreditRecorded": credit.recorded,
    "TokensIssued": token.issued,
    "TokensRedeemed": token.redeemed,
    "Transfer": token.transferred,
    "TenderOpened": tenders.opened,
    "BidCommitted": tenders.committed,
    "BidRevealed": tenders.revealed,
    "BondForfeited": tenders.forfeited,
    "TenderAwarded": tenders.awarded,
    "TenderVoided": tenders.voided,
    "PurchaseOrderOpened": orders.opened,
    "OrderFunded": orders.funded,
    "DeliveryShipped": orders.shipped,
    "DeliveryReceived": orders.received,
    "DeliveryInspected": orders.inspected,
    "DeliveryClaimed": orders.claimed,
    "PaymentReleased": orders.paid,
    "OrderClosed": orders.closed,
    "OrderCancelled": orders.cancelled,
    "OrderAmended": changes.amended,
    "OrderPartCancelled": changes.part_cancelled,
    "DeliveryRuled": changes.ruled,
    "ForceMajeureApplied": changes.excused,
    "ForceMajeureRuled": changes.excused_by_ruling,
    "DocumentsAnchored": evidence.anchored,
}

# What handlers tell the ERP. Nobody else may: the audit asks each document that these make for its event.
SETTLEMENT_OPERATIONS = frozenset(
    {
        "EnrolParty",
        "SuspendParty",
        "ReinstateParty",
        "RecordCreditOutcome",
        "RecordTokenIssue",
        "RecordTokenRedemption",
        "RecordTokenTransfer",
        "RecordTender",
        "RecordBid",
        "RecordQuotation",
        "RecordBondForfeit",
        "RecordTenderVoid",
        "RecordAward",
        "OpenPurchaseOrder",
        "RecordEscrowDeposit",
        "RecordDespatch",
        "AttestReceipt",
        "AttestInspection",
        "RecordSilentAcceptance",
        "RecordPayment",
        "CloseOrder",
        "CancelOrder",
    }
)

__all__ = ["HANDLERS", "SETTLEMENT_OPERATIONS", "Context", "Handler"]
