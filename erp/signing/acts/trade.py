"""Acts of suppliers and of those who hold claims."""

from __future__ import annotations

from erp.kernel.schema import (
    Account,
    AmountMinor,
    Instant,
    PositiveMinor,
    Quantity,
    RecordId,
    Reference,
    Seconds,
)
from erp.signing.acts.model import SUPPLIER, ActTerms

DELIVERY = {"order_id": RecordId, "delivery_id": RecordId}
CLAIM = {"claim_id": RecordId}

TRADE: dict[str, ActTerms] = {
    # ---- suppliers 供应商 ----
    "ship": ActTerms(
        "Ship {quantity} units as delivery {delivery_id} of order {order_id}",
        "按订单 {order_id} 第 {delivery_id} 批发货 {quantity}",
        {**DELIVERY, "quantity": Quantity, "despatch_ref": Reference},
        SUPPLIER,
    ),
    "claim_delivery": ActTerms(
        "Claim delivery {delivery_id} of order {order_id} after the buyer's silence",
        "因买方逾期沉默，主张订单 {order_id} 第 {delivery_id} 批视同验收",
        DELIVERY,
        SUPPLIER,
    ),
    "cancel_part": ActTerms(
        "Give up {quantity} units of order {order_id}",
        "放弃订单 {order_id} 中的 {quantity}",
        {"order_id": RecordId, "quantity": Quantity},
        SUPPLIER,
    ),
    "grant_discount": ActTerms(
        "Grant a net price of {net_minor} for delivery {delivery_id} of order {order_id}",
        "同意订单 {order_id} 第 {delivery_id} 批净价为 {net_minor}",
        {**DELIVERY, "net_minor": AmountMinor, "grant_ref": Reference},
        SUPPLIER,
    ),
    "dispute_delivery": ActTerms(
        "Dispute delivery {delivery_id} of order {order_id}",
        "对订单 {order_id} 第 {delivery_id} 批提出异议",
        {**DELIVERY, "reason_ref": Reference},
    ),
    "withdraw_delivery_dispute": ActTerms(
        "Withdraw your dispute of delivery {delivery_id} of order {order_id}",
        "撤回对订单 {order_id} 第 {delivery_id} 批的异议",
        DELIVERY,
    ),
    "pledge_guarantee": ActTerms(
        "Pledge {amount_minor} for order {order_id}; it leaves your wallet",
        "为订单 {order_id} 缴纳履约保证金 {amount_minor}，从钱包转入托管",
        {"order_id": RecordId, "amount_minor": PositiveMinor, "warranty_seconds": Seconds},
        SUPPLIER,
    ),
    "dispute_defect": ActTerms(
        "Dispute the defect of delivery {delivery_id} of order {order_id}",
        "对订单 {order_id} 第 {delivery_id} 批的缺陷认定提出异议",
        {**DELIVERY, "reason_ref": Reference},
        SUPPLIER,
    ),
    "withdraw_defect_dispute": ActTerms(
        "Withdraw your dispute of the defect of delivery {delivery_id} of order {order_id}",
        "撤回对订单 {order_id} 第 {delivery_id} 批缺陷的异议",
        DELIVERY,
        SUPPLIER,
    ),
    # ---- holders of claims 应收账款 ----
    "split_claim": ActTerms(
        "Split {part_minor} off claim {claim_id}",
        "从应收凭证 {claim_id} 拆出 {part_minor}",
        {**CLAIM, "part_minor": PositiveMinor},
    ),
    "transfer_claim": ActTerms(
        "Give claim {claim_id} to {to}",
        "将应收凭证 {claim_id} 转让给 {to}",
        {**CLAIM, "to": Account},
    ),
    "offer_claim": ActTerms(
        "Offer claim {claim_id} to {financier} for {price_minor}",
        "以 {price_minor} 向 {financier} 出让应收凭证 {claim_id}",
        {**CLAIM, "financier": Account, "price_minor": PositiveMinor, "expires_at": Instant},
    ),
    "withdraw_claim_offer": ActTerms(
        "Withdraw the offer of claim {claim_id}", "撤回应收凭证 {claim_id} 的出让要约", CLAIM
    ),
    "buy_claim": ActTerms(
        "Buy claim {claim_id} of {expected_amount_minor} for {expected_price_minor}; the price leaves your wallet",
        "以 {expected_price_minor} 买入面额 {expected_amount_minor} 的应收凭证 {claim_id}，价款从钱包支付",
        {**CLAIM, "expected_amount_minor": PositiveMinor, "expected_price_minor": PositiveMinor},
    ),
}
