"""What escrow and payment refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Conflict, Rejected


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
