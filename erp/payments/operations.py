"""The operations of capital, tokens, escrow and payment."""

from __future__ import annotations

from erp.kernel.operation import Operation, Operations, Told
from erp.kernel.roles import Role
from erp.payments import capital, escrow, schemas, token

OPERATIONS: Operations = {
    schemas.ContributeCapital: Operation(
        "capital", "CAP", capital.contribute_capital, Told.BY_PEOPLE, frozenset({Role.FINANCE})
    ),
    schemas.RecordTokenIssue: Operation(
        "token_issue", "TKI", token.record_token_issue, Told.EXTERNALLY
    ),
    schemas.RecordTokenRedemption: Operation(
        "token_redemption", "TKR", token.record_token_redemption, Told.EXTERNALLY
    ),
    schemas.RecordTokenTransfer: Operation(
        "token_transfer", "TKT", token.record_token_transfer, Told.EXTERNALLY
    ),
    schemas.RecordEscrowDeposit: Operation(
        "escrow_deposit", "ESC", escrow.record_escrow_deposit, Told.EXTERNALLY
    ),
    schemas.RecordPayment: Operation("payment", "PAY", escrow.record_payment, Told.EXTERNALLY),
}
