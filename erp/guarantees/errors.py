"""What the room of guarantees refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Conflict, NotFound, Rejected


class UnknownGuarantee(NotFound):
    code = "unknown-guarantee"
    template = "There is no guarantee of order {key}."


class UnknownDefect(NotFound):
    code = "unknown-defect"
    template = "No defect was reported under {key}."


class DefectPending(Conflict):
    code = "defect-pending"
    template = "A defect of delivery {key} is not settled yet. Each delivery has one at a time."


class ShareClaimedBefore(Conflict):
    code = "share-claimed-before"
    template = "The share of what was not delivered was paid already: order {key}."


@dataclass(eq=False)
class DefectOutOfBounds(Rejected):
    """No more can be defective than was accepted and is not yet found defective."""

    delivery: str
    quantity: int
    sound: int
    code: ClassVar[str] = "defect-out-of-bounds"
    template: ClassVar[str] = (
        "{quantity} of delivery {delivery} cannot be defective: {sound} were accepted and are sound."
    )


@dataclass(eq=False)
class WarrantyOver(Rejected):
    """A defect is reported while the guarantee answers for it."""

    order: str
    at: int
    until: int
    code: ClassVar[str] = "warranty-over"
    template: ClassVar[str] = "The warranty of order {order} ended at {until}; it is {at}."


@dataclass(eq=False)
class WarrantyRunning(Rejected):
    """A defect report is taken back only when nobody takes it any more."""

    defect: str
    at: int
    until: int
    code: ClassVar[str] = "warranty-running"
    template: ClassVar[str] = (
        "The report of defect {defect} stands: the warranty ends at {until} (0: once the order has ended); it is {at}."
    )


@dataclass(eq=False)
class PledgeBelowRequest(Rejected):
    """A supplier pledges at least what was asked for."""

    order: str
    amount_minor: int
    requested_minor: int
    code: ClassVar[str] = "pledge-below-request"
    template: ClassVar[str] = (
        "{requested_minor} was asked for order {order}; {amount_minor} is less."
    )
