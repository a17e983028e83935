"""Words about Guarantees: performance deposits, and defects found after acceptance (履约保证金)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from bridge.ports.vocabulary.accounts import Account, Number, Ref


class RecordGuaranteeRequest(TypedDict):
    """A buyer said which guarantee it wants to see before it funds (要求保证金)."""

    order_id: int
    buyer: Account
    supplier: Account
    amount_minor: int
    warranty_seconds: int  # from the order's end


class RecordGuaranteePledge(TypedDict):
    """A supplier paid a guarantee in (缴纳保证金): its wallet falls, its guarantees rise by `amount_minor`."""

    order_id: int
    buyer: Account
    supplier: Account
    amount_minor: int
    warranty_seconds: int


class RecordGuaranteeShare(TypedDict):
    """The buyer got the share for what was never delivered: the supplier's guarantees fall, the buyer's wallet rises.

    By `paid_minor`, which may be 0. Refuse it unless it is the undelivered part of the guarantee, rounded down, at most
    what is left of it.
    """

    order_id: int
    buyer: Account
    undelivered_minor: int
    ordered_minor: int
    paid_minor: int


class AttestDefect(TypedDict):
    """Guarantees holds the defect report. Refuse it unless all values equal the report's."""

    order_id: int
    delivery_id: int
    defect: Number
    quantity: int
    dispute_by: int


class RecordDefectVoid(TypedDict):
    """The contract takes this defect report no more (缺陷报告作废): the warranty ended before it got there.

    Told by the bridge itself, not for an event: nothing happened on chain.
    """

    order_id: int
    delivery_id: int
    defect: Number


class RecordDefectDispute(TypedDict):
    """The supplier disputed a defect (质疑缺陷)."""

    order_id: int
    delivery_id: int
    reason_ref: Ref
    supplier: Account
    rule_by: int


class RecordDefectDisputeWithdrawal(TypedDict):
    """The supplier took its dispute of a defect back (撤回质疑)."""

    order_id: int
    delivery_id: int
    supplier: Account


class RecordDefectSettlement(TypedDict):
    """A defect was decided, by time or by a ruling: the supplier's guarantees fall, the buyer's wallet rises.

    By `paid_minor`: what it is worth at the order's price, at most what is left of the guarantee.
    """

    order_id: int
    delivery_id: int
    ruling: Number | None  # None: by time, or by a ruling whose document is not ours
    ruling_ref: Ref  # zero: by time
    quantity: int
    amount_minor: int
    paid_minor: int


class RecordGuaranteeRelease(TypedDict):
    """What was left of a guarantee went back: the supplier's guarantees fall, its wallet rises by `amount_minor`."""

    order_id: int
    supplier: Account
    amount_minor: int


# ---- documents that the bridge reads ----------------------------------------------------------------


class GuaranteeAsk(TypedDict):
    """A buyer asks for a guarantee. Becomes Guarantees.requestGuarantee, and funding the order waits for the pledge."""

    order: Number
    order_id: int
    buyer: Account
    amount_minor: int
    warranty_seconds: int


class GuaranteePledge(RecordGuaranteePledge):
    """Made by RecordGuaranteePledge. The audit reads its entries: debits of guarantees.

    Becomes PurchaseOrders.fund where the buyer waited for it.
    """

    fund_minor: int  # 0: nobody waited


class GuaranteeShare(RecordGuaranteeShare):
    """Made by RecordGuaranteeShare. The audit reads its entries: credits of guarantees."""


class GuaranteeRelease(RecordGuaranteeRelease):
    """Made by RecordGuaranteeRelease. The audit reads its entries: credits of guarantees."""


class GuaranteeEnd(TypedDict):
    """An order with a guarantee ended. Becomes Guarantees.claimUndelivered and, at `release_at`, Guarantees.release."""

    order_id: int
    share_due: bool
    release_at: int


class DefectReport(TypedDict):
    """Goods that were paid for are defective (验收后缺陷). Becomes Guarantees.reportDefect."""

    order_id: int
    delivery_id: int
    quantity: int


class DefectAttestation(AttestDefect):
    """Made by AttestDefect. Becomes Guarantees.settleDefect at `dispute_by`, or when the ruling is due."""


class DefectVoid(RecordDefectVoid):
    """Made by RecordDefectVoid. Takes back what a defect report asks."""


class DefectDisputeWithdrawal(RecordDefectDisputeWithdrawal):
    """Made by RecordDefectDisputeWithdrawal. Becomes Guarantees.settleDefect at `dispute_by`."""

    dispute_by: int


class DefectSettlement(RecordDefectSettlement):
    """Made by RecordDefectSettlement. The audit reads its entries: credits of guarantees.

    Becomes Guarantees.release at `release_at`, where that is not 0: it may have waited for this defect.
    """

    release_at: int


DOCUMENT_TYPES: Mapping[type, str] = {
    RecordGuaranteeRequest: "guarantee_request",
    RecordGuaranteePledge: "guarantee_pledge",
    RecordGuaranteeShare: "guarantee_share",
    AttestDefect: "defect_attestation",
    RecordDefectVoid: "defect_void",
    RecordDefectDispute: "defect_dispute",
    RecordDefectDisputeWithdrawal: "defect_dispute_withdrawal",
    RecordDefectSettlement: "defect_settlement",
    RecordGuaranteeRelease: "guarantee_release",
}
DOCUMENTS: Mapping[str, type] = {
    "guarantee_ask": GuaranteeAsk,
    "guarantee_pledge": GuaranteePledge,
    "guarantee_share": GuaranteeShare,
    "guarantee_release": GuaranteeRelease,
    "guarantee_end": GuaranteeEnd,
    "defect_report": DefectReport,
    "defect_attestation": DefectAttestation,
    "defect_void": DefectVoid,
    "defect_dispute_withdrawal": DefectDisputeWithdrawal,
    "defect_settlement": DefectSettlement,
}
