"""What the room of claims refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Conflict, NotFound, Rejected


class UnknownClaim(NotFound):
    code = "unknown-claim"
    template = "There is no claim {key}. Its issue or its split must be booked first."


class ClaimExists(Conflict):
    code = "claim-exists"
    template = "Claim {key} is recorded already."


class UnknownClaimTransfer(NotFound):
    code = "unknown-claim-transfer"
    template = "No claim waits in suspense under {key}. Give the number of the transfer's document."


class ClaimTransferExplained(Conflict):
    code = "claim-transfer-explained"
    template = "Transfer {key} was already explained. A transfer is explained once."


@dataclass(eq=False)
class ClaimExceedsPayment(Rejected):
    """A claim stands for a payment that is due later, and for no more than that."""

    delivery: str
    amount_minor: int
    unclaimed_minor: int
    code: ClassVar[str] = "claim-exceeds-payment"
    template: ClassVar[str] = (
        "A claim of {amount_minor} for delivery {delivery}, of which {unclaimed_minor} was paid by claims not yet recorded."
    )


@dataclass(eq=False)
class OneReason(Rejected):
    """A claim was paid for, or came back, or was handed on for something else."""

    transfer: str
    code: ClassVar[str] = "one-reason"
    template: ClassVar[str] = (
        "Say one reason for {transfer}: the transfer of tokens in paid_by, the transfer of the claim in returned_by, or "
        "the accounts of both sides."
    )


@dataclass(eq=False)
class AccountNotForClaim(Rejected):
    """Accounts that other documents keep are not posted to by explanation."""

    account: str
    side: str
    allowed: str
    code: ClassVar[str] = "account-not-for-claim"
    template: ClassVar[str] = "Account {account} cannot be the {side}; it may be {allowed}."
