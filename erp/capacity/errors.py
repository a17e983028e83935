"""What the rules of machine-minutes refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Conflict, NotFound, Rejected


class UnknownDevice(NotFound):
    code = "unknown-device"
    template = "No device {key} is recorded."


class UnknownSlot(NotFound):
    code = "unknown-slot"
    template = "No slot {key} is recorded. What is free in it must be attested before anything else happens to it."


class UnknownSale(NotFound):
    code = "unknown-sale"
    template = "No sale {key} of machine-minutes is recorded."


class UnknownToken(NotFound):
    code = "unknown-capacity-token"
    template = "No minutes of token {key} were sold."


class UnknownRedemption(NotFound):
    code = "unknown-redemption"
    template = "No redemption {key} is recorded."


class UnknownCapacityTransfer(NotFound):
    code = "unknown-capacity-transfer"
    template = (
        "No machine-minutes moved under {key}. Give the number of the transfer's document, CTR-…."
    )


class DeviceExists(Conflict):
    code = "device-exists"
    template = "Device {key} is already recorded."


class SaleExists(Conflict):
    code = "sale-exists"
    template = "Sale {key} is already recorded."


class RedemptionExists(Conflict):
    code = "redemption-exists"
    template = "Redemption {key} is already recorded."


class TransferExplained(Conflict):
    code = "capacity-transfer-explained"
    template = "The transfer {key} of machine-minutes was already explained. It is explained once."


@dataclass(eq=False)
class NotHeld(Rejected):
    """Nobody gives away minutes that it does not hold."""

    token_id: str
    party: str
    minutes: int
    held: int
    code: ClassVar[str] = "minutes-not-held"
    template: ClassVar[str] = "{party} holds {held} minutes of token {token_id}, not {minutes}."


@dataclass(eq=False)
class TwoReasons(Rejected):
    """Minutes were paid for, or came back, or neither."""

    transfer: str
    code: ClassVar[str] = "two-reasons"
    template: ClassVar[str] = (
        "Transfer {transfer} was either paid for or made by mistake and returned: name one document, not both."
    )
