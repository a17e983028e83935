"""What escrow and payment refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Conflict, NotFound, Rejected


class AlreadyPaid(Conflict):
    code = "already-paid"
    template = "Delivery {key} was already paid."


@dataclass(eq=False)
class DepositTooSmall(Rejected):
    """The escrow does not cover every invoice that the terms allow."""

    order: str
    amount_minor: int
    required_minor: int
    code: ClassVar[str] = "deposit-too-small"
    template: ClassVar[str] = (
        "Order {order} needs {required_minor} in escrow; {amount_minor} is too little."
    )


@dataclass(eq=False)
class NotMatched(Rejected):
    """Nothing is paid before order, acceptance and invoice agree."""

    order: str
    delivery_id: int
    status: str
    code: ClassVar[str] = "not-matched"
    template: ClassVar[str] = (
        "Delivery {delivery_id} of {order} is {status}; only a matched delivery can be paid."
    )


class UnknownTransfer(NotFound):
    code = "unknown-transfer"
    template = "No tokens wait in suspense under {key}. Give the number of the transfer's or token issue's document."


class AlreadyExplained(Conflict):
    code = "already-explained"
    template = "Transfer {key} was already explained. A transfer is explained once."


@dataclass(eq=False)
class WrongPurpose(Rejected):
    """A purchase of tokens has no sender, a transfer did not go through a bank."""

    transfer: str
    purpose: str
    allowed: str
    code: ClassVar[str] = "wrong-purpose"
    template: ClassVar[str] = (
        "Transfer {transfer} cannot be for {purpose}; it may be for {allowed}."
    )


@dataclass(eq=False)
class ReturnMissing(Rejected):
    """A transfer made by mistake is cleared against the one that brought the tokens back."""

    transfer: str
    code: ClassVar[str] = "return-missing"
    template: ClassVar[str] = (
        "Name in returned_by the transfer that brought back what {transfer} sent by mistake."
    )


@dataclass(eq=False)
class AccountMissing(Rejected):
    """Where the purpose does not say the account, finance names it."""

    side: str
    code: ClassVar[str] = "account-missing"
    template: ClassVar[str] = "This purpose does not say the account: name it in {side}."


@dataclass(eq=False)
class AccountNotOfPurpose(Rejected):
    """Accounts that other documents keep are not posted to by explanation."""

    account: str
    side: str
    allowed: str
    code: ClassVar[str] = "account-not-of-purpose"
    template: ClassVar[str] = "Account {account} cannot be the {side}; it may be {allowed}."


@dataclass(eq=False)
class NothingRuled(Rejected):
    """A supplement pays what a ruling added."""

    order: str
    delivery_id: int
    code: ClassVar[str] = "nothing-ruled"
    template: ClassVar[str] = (
        "Delivery {delivery_id} of {order} was not ruled: nothing is added to it."
    )
