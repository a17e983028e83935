"""The operations of capital, tokens, escrow and payment."""

from __future__ import annotations

from erp.kernel.field_class import classed
from erp.kernel.operation import Operation, Operations, Told
from erp.kernel.roles import Role
from erp.payments import capital, escrow, schemas, supplements, suspense, token

ORDER = "order order_id item buyer_code supplier_code "  # fields of every document of an order

OPERATIONS: Operations = {
    schemas.ContributeCapital: Operation(
        "capital",
        "CAP",
        capital.contribute_capital,
        Told.BY_PEOPLE,
        frozenset({Role.FINANCE}),
        fields=classed("entity", money="amount_minor"),
        second=True,
    ),
    schemas.ExplainTransfer: Operation(
        "transfer_explanation",
        "EXP",
        suspense.explain_transfer,
        Told.BY_PEOPLE,
        frozenset({Role.FINANCE}),
        fields=classed(
            "transfer purpose returned_by sender_code receiver_code",
            money="amount_minor sender_account receiver_account reason",
        ),
    ),
    schemas.RecordTokenIssue: Operation(
        "token_issue",
        "TKI",
        token.record_token_issue,
        Told.EXTERNALLY,
        fields=classed("account bank_ref party treasury", money="amount_minor unexplained_minor"),
    ),
    schemas.RecordTokenRedemption: Operation(
        "token_redemption",
        "TKR",
        token.record_token_redemption,
        Told.EXTERNALLY,
        fields=classed("account bank_ref party treasury", money="amount_minor"),
    ),
    schemas.RecordTokenTransfer: Operation(
        "token_transfer",
        "TKT",
        token.record_token_transfer,
        Told.EXTERNALLY,
        fields=classed("sender receiver sender_code receiver_code", money="amount_minor"),
    ),
    schemas.RecordEscrowDeposit: Operation(
        "escrow_deposit",
        "ESC",
        escrow.record_escrow_deposit,
        Told.EXTERNALLY,
        fields=classed(ORDER + "buyer", money="amount_minor"),
    ),
    schemas.RecordPayment: Operation(
        "payment",
        "PAY",
        escrow.record_payment,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(
            ORDER
            + "delivery_id match supplier invoice days_late delivery_match contestable_until deferred",
            money="accepted_amount_minor net_minor tax_minor penalty_minor penalty_tax_minor paid_minor",
        ),
    ),
    schemas.RecordSupplement: Operation(
        "supplement",
        "SUP",
        supplements.record_supplement,
        Told.EXTERNALLY,
        fields=classed(
            ORDER + "delivery_id ruling_ref supplier delivery_ruling deferred",
            money="accepted_amount_minor net_minor tax_minor penalty_returned_minor penalty_minor "
            "penalty_tax_minor paid_minor",
        ),
    ),
}
