"""The operations of claims."""

from __future__ import annotations

from erp.kernel.field_class import classed
from erp.kernel.operation import Operation, Operations, Told
from erp.kernel.roles import Role
from erp.receivables import schemas, service, transfers

# fields of every document of a claim
CLAIM = "order order_id item buyer_code supplier_code claim claim_id delivery_id origin_id holder_code due_at "
HANDED = CLAIM + "sender_code receiver_code "

OPERATIONS: Operations = {
    schemas.RecordClaim: Operation(
        "receivable",
        "RCV",
        service.record_claim,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(CLAIM + "supplier buyer", money="amount_minor"),
    ),
    schemas.RecordClaimSplit: Operation(
        "receivable_split",
        "RCS",
        service.record_claim_split,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(
            CLAIM + "part_id holder revision", money="remaining_minor part_minor carrying_minor"
        ),
    ),
    schemas.RecordClaimTransfer: Operation(
        "receivable_transfer",
        "RCT",
        transfers.record_claim_transfer,
        Told.EXTERNALLY,
        fields=classed(HANDED + "sender receiver revision", money="amount_minor carrying_minor"),
    ),
    schemas.ExplainClaimTransfer: Operation(
        "claim_explanation",
        "RCX",
        transfers.explain_claim_transfer,
        Told.BY_PEOPLE | Told.BY_FOLLOW_UP,
        frozenset({Role.FINANCE}),
        fields=classed(
            HANDED + "transfer paid_by returned_by",
            money="sender_account receiver_account reason amount_minor carrying_minor paid_minor",
        ),
    ),
    schemas.RecordClaimOffer: Operation(
        "discount_offer",
        "RCO",
        service.record_claim_offer,
        Told.EXTERNALLY,
        fields=classed(
            CLAIM + "holder financier financier_code expires_at revision",
            money="amount_minor price_minor",
        ),
    ),
    schemas.RecordOfferWithdrawal: Operation(
        "offer_withdrawal",
        "RCW",
        service.record_offer_withdrawal,
        Told.EXTERNALLY,
        fields=classed(CLAIM + "holder revision"),
    ),
    schemas.RecordDiscounting: Operation(
        "discounting",
        "RCD",
        service.record_discounting,
        Told.EXTERNALLY,
        fields=classed(
            CLAIM + "seller financier seller_code financier_code revision",
            money="amount_minor price_minor carrying_minor discount_minor",
        ),
    ),
    schemas.RecordClaimPayment: Operation(
        "receivable_payment",
        "RCP",
        service.record_claim_payment,
        Told.EXTERNALLY,
        fields=classed(CLAIM + "holder buyer", money="amount_minor carrying_minor"),
    ),
}
