"""Commands of guarantees and defects."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from erp.guarantees.rules import MAX_WARRANTY_SECONDS
from erp.kernel.schema import (
    Account,
    AmountMinor,
    Command,
    Instant,
    Number,
    PositiveMinor,
    Quantity,
    QuantityOrNone,
    RecordId,
    Reference,
    Text,
)

Warranty = Annotated[int, Field(ge=0, le=MAX_WARRANTY_SECONDS, strict=True)]

# ---- told by people ---------------------------------------------------------------------------


class RequestGuarantee(Command):
    """The buyer asks for a performance deposit before it funds the order (要求保证金). Binds nobody.

    The order is funded when the deposit is there.
    """

    order: Number
    amount_minor: PositiveMinor
    warranty_seconds: Warranty


class ReportDefect(Command):
    """Goods that were accepted and paid for are defective (验收后缺陷). Paid out of the guarantee once it stands."""

    order: Number
    delivery_id: RecordId
    quantity: Quantity
    reason: Text


# ---- told by external events ------------------------------------------------------------------


class RecordGuaranteeRequest(Command):
    """A buyer said which guarantee it wants to see."""

    order_id: RecordId
    buyer: Account
    supplier: Account
    amount_minor: PositiveMinor
    warranty_seconds: Warranty


class RecordGuaranteePledge(Command):
    """A supplier paid a guarantee in (缴纳保证金): Dr 1012.05, Cr 1012.01."""

    order_id: RecordId
    buyer: Account
    supplier: Account
    amount_minor: PositiveMinor
    warranty_seconds: Warranty


class RecordGuaranteeShare(Command):
    """The buyer got the share for what was never delivered (违约扣罚).

    Supplier Dr 6711.02, Cr 1012.05; buyer Dr 1012.01, Cr 6301.02.
    """

    order_id: RecordId
    buyer: Account
    undelivered_minor: AmountMinor
    ordered_minor: PositiveMinor
    paid_minor: AmountMinor


class AttestDefect(Command):
    """The defect was recorded outside. Delivery and quantity must equal the report's."""

    order_id: RecordId
    delivery_id: RecordId
    defect: Number
    quantity: Quantity
    dispute_by: Instant


class RecordDefectVoid(Command):
    """The outside took a defect report no more (缺陷报告作废): the warranty ended before it got there. Entries: none."""

    order_id: RecordId
    delivery_id: RecordId
    defect: Number


class RecordDefectDispute(Command):
    """The supplier disputed a defect (质疑缺陷)."""

    order_id: RecordId
    delivery_id: RecordId
    reason_ref: Reference
    supplier: Account
    rule_by: Instant


class RecordDefectDisputeWithdrawal(Command):
    """The supplier took its dispute of a defect back (撤回质疑)."""

    order_id: RecordId
    delivery_id: RecordId
    supplier: Account


class RecordDefectSettlement(Command):
    """A defect was decided and paid out of the guarantee (缺陷赔付), by time or by a ruling.

    Supplier Dr 6711.02, Cr 1012.05. Buyer Dr 1012.01 what was paid, Cr 1403 or 1405 the defective units still on hand, at
    what they stood at, Cr 5001 or 6401 what was paid for those that are gone, the rest to 6711.04; BUD Dr 9004, Cr 9003.
    """

    order_id: RecordId
    delivery_id: RecordId
    ruling: Number | None  # None: by time, or by a ruling whose document is not ours
    ruling_ref: Reference
    quantity: QuantityOrNone
    amount_minor: AmountMinor
    paid_minor: AmountMinor


class RecordGuaranteeRelease(Command):
    """What was left of a guarantee went back to the supplier (退还保证金): Dr 1012.01, Cr 1012.05."""

    order_id: RecordId
    supplier: Account
    amount_minor: AmountMinor


# ---- follows by itself ------------------------------------------------------------------------


class EndGuaranteedOrder(Command):
    """An order with a guarantee ended: the undelivered share is due, and the rest when the warranty is over."""

    order_id: RecordId
