"""Acts of suppliers and of those who hold claims."""

from __future__ import annotations

from erp.kernel.schema import (
    Account,
    AmountMinor,
    Bps,
    Instant,
    PositiveMinor,
    Quantity,
    QuantityOrNone,
    RecordId,
    Reference,
    Seconds,
)
from erp.signing.acts.model import BUYER, FINANCIER, SUPPLIER, ActTerms, Count, Proof, Signed, part

DELIVERY = {"order_id": RecordId, "delivery_id": RecordId}
CLAIM = {"claim_id": RecordId}

CHANGE = {
    "order_id": RecordId,
    "revision": RecordId,
    "quantity": QuantityOrNone,
    "amount_minor": AmountMinor,
    "promised_at": Instant,
    "schedule_root": Reference,
    "deadline": Instant,
}
ORDER_TERMS = {
    "attester_post": Count,
    "arbiter_post": Count,
    "region": Reference,
    "schedule_root": Reference,
    "promised_at": Instant,
    "fund_seconds": Seconds,
    "grace_seconds": Seconds,
    "silence_seconds": Seconds,
    "lateness_bps_per_day": Bps,
    "lateness_cap_bps": Bps,
    "tax_bps": Bps,
    "tolerance_bps": Bps,
    "payment_seconds": Seconds,
}
PURCHASE = {
    "buyer": Account,
    "supplier": Account,
    "requisition_ref": Reference,
    "quantity": Quantity,
    "amount_minor": PositiveMinor,
    "deadline": Instant,
    "order": part(**ORDER_TERMS),
}
OFFER = {
    **CLAIM,
    "financier": Account,
    "amount_minor": PositiveMinor,
    "price_minor": PositiveMinor,
    "revision": QuantityOrNone,
    "deadline": Instant,
}

TRADE: dict[str, ActTerms] = {
    # ---- buyers and suppliers 采购商、供应商 ----
    "direct_order": ActTerms(
        "Sign a direct order: {supplier} delivers {quantity} units to {buyer} for {amount_minor} net",
        "签署直接订单：{supplier} 向 {buyer} 交付 {quantity}，不含税金额 {amount_minor}",
        PURCHASE,
        signs="typed_data",
        two_sided=True,
        speaks_as=("buyer", "supplier"),
    ),
    "withdraw_direct_signature": ActTerms(
        "Take back your signature of the direct order of {quantity} units from {supplier} to {buyer} for {amount_minor} net",
        "撤回对直接订单的签名：{supplier} 向 {buyer} 交付 {quantity}，不含税金额 {amount_minor}",
        {**PURCHASE, "digest": Reference},
        speaks_as=("buyer", "supplier"),
    ),
    "amend_order": ActTerms(
        "Sign revision {revision} of order {order_id}: {quantity} units for {amount_minor} net in all; what the deposit "
        "grows by leaves the buyer's wallet",
        "签署订单 {order_id} 的第 {revision} 次变更：总量 {quantity}，不含税总额 {amount_minor}；"
        "托管款的增加额从买方钱包支付",
        CHANGE,
        signs="typed_data",
        two_sided=True,
    ),
    "fund_order": ActTerms(
        "Fund order {order_id} with {deposit_minor}; it leaves your wallet",
        "为订单 {order_id} 存入托管款 {deposit_minor}，从钱包转出",
        {"order_id": RecordId, "deposit_minor": PositiveMinor},
        BUYER,
    ),
    # ---- suppliers 供应商 ----
    "commit_bid": ActTerms(
        "Hand in a sealed bid for tender {tender_id}; the bond leaves your wallet",
        "提交竞价采购 {tender_id} 的密封报价；保证金从钱包转入托管",
        {"tender_id": RecordId, "commitment": Reference, "invitation": Proof},
        SUPPLIER,
    ),
    "reveal_bid": ActTerms(
        "Reveal your bid of {amount_minor} for tender {tender_id}, {offered_days} days",
        "对竞价采购 {tender_id} 的报价 {amount_minor} 揭标，工期 {offered_days} 天",
        {
            "tender_id": RecordId,
            "amount_minor": PositiveMinor,
            "offered_days": Count,
            "salt": Reference,
        },
        SUPPLIER,
    ),
    "place_bid": ActTerms(
        "Bid {amount_minor} in auction {auction_id}; the bond of a first bid leaves your wallet",
        "在反向竞拍 {auction_id} 中报价 {amount_minor}；首次报价的保证金从钱包转入托管",
        {"auction_id": RecordId, "amount_minor": PositiveMinor, "invitation": Proof},
        SUPPLIER,
    ),
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
    "offer_claim_signed": ActTerms(
        "Offer claim {claim_id} of {amount_minor} to {financier} for {price_minor}, by your signature alone",
        "以签名方式按 {price_minor} 向 {financier} 出让面额 {amount_minor} 的应收凭证 {claim_id}",
        OFFER,
        signs="typed_data",
    ),
    "buy_signed_claim": ActTerms(
        "Buy claim {claim_id} of {amount_minor} from {seller} for {price_minor}, which it offered by its signature; the "
        "price leaves your wallet",
        "凭 {seller} 的签名要约，以 {price_minor} 买入面额 {amount_minor} 的应收凭证 {claim_id}，价款从钱包支付",
        {**OFFER, "seller": Account, "signature": Signed},
        FINANCIER,
    ),
}
