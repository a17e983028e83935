"""Acts around machine-minutes, settlement tokens, force majeure, and rulings."""

from __future__ import annotations

from erp.kernel.schema import (
    Account,
    AmountMinor,
    Instant,
    PositiveMinor,
    Quantity,
    QuantityOrNone,
    RecordId,
    Reference,
    Seconds,
)
from erp.signing.acts.model import NODE, ActTerms, Count, Flag, LongId, part, several

DEVICE = {
    "device_ref": Reference,
    "region": Reference,
    "attester_post": Count,
    "arbiter_post": Count,
    "grid_start": Instant,
    "slot_seconds": Seconds,
    "notice_seconds": Seconds,
    "report_seconds": Seconds,
    "dispute_seconds": Seconds,
    "ruling_seconds": Seconds,
}
SALE = {
    "device_id": RecordId,
    "slot_index": QuantityOrNone,
    "opens_at": Instant,
    "closes_at": Instant,
    "quantity": Quantity,
    "start_price_minor": PositiveMinor,
    "floor_price_minor": PositiveMinor,
}
DELIVERY = {"order_id": RecordId, "delivery_id": RecordId}
RUN = {"redemption_id": RecordId}

REST: dict[str, ActTerms] = {
    # ---- machine-minutes 产能 ----
    "register_device": ActTerms(
        "Register a device for sale of its minutes",
        "登记可出售产能的设备",
        {"terms": part(**DEVICE)},
        NODE,
    ),
    "name_attester": ActTerms(
        "Name post {attester_post} as attester of device {device_id}",
        "指定岗位 {attester_post} 为设备 {device_id} 的证明人",
        {"device_id": RecordId, "attester_post": Count},
        NODE,
    ),
    "open_sale": ActTerms(
        "Offer minutes of a device for sale", "出售设备产能", {"terms": part(**SALE)}, NODE
    ),
    "close_sale": ActTerms(
        "Close sale {sale_id}", "结束产能出售 {sale_id}", {"sale_id": RecordId}, NODE
    ),
    "buy_capacity": ActTerms(
        "Buy {quantity} minutes of sale {sale_id} at {max_price_minor} a minute at most",
        "买入产能出售 {sale_id} 的 {quantity} 分钟，单价不超过 {max_price_minor}",
        {"sale_id": RecordId, "quantity": Quantity, "max_price_minor": PositiveMinor},
    ),
    "redeem_capacity": ActTerms(
        "Redeem {quantity} minutes of token {token_id}",
        "兑付产能通证 {token_id} 的 {quantity} 分钟",
        {"token_id": LongId, "quantity": Quantity, "production_order_ref": Reference},
    ),
    "dispute_run": ActTerms(
        "Dispute the run of redemption {redemption_id}",
        "对兑付 {redemption_id} 的运行记录提出异议",
        {**RUN, "reason_ref": Reference},
    ),
    "withdraw_run_dispute": ActTerms(
        "Withdraw your dispute of redemption {redemption_id}",
        "撤回对兑付 {redemption_id} 的异议",
        RUN,
    ),
    "acknowledge_run": ActTerms(
        "Accept the run of redemption {redemption_id}", "确认兑付 {redemption_id} 的运行记录", RUN
    ),
    "concede_run": ActTerms(
        "Concede that redemption {redemption_id} was not run",
        "承认兑付 {redemption_id} 未运行",
        RUN,
        NODE,
    ),
    "transfer_capacity": ActTerms(
        "Give {value} minutes of token {id} to {to}",
        "将产能通证 {id} 的 {value} 分钟转给 {to}",
        {"from": Account, "to": Account, "id": LongId, "value": Quantity},
    ),
    "transfer_capacities": ActTerms(
        "Give minutes of {ids} tokens to {to}, all or none",
        "将 {ids} 种产能通证的分钟一并转给 {to}",
        {"from": Account, "to": Account, "ids": several(LongId), "values": several(Quantity)},
    ),
    "let_transfer_capacity": ActTerms(
        "Say whether {operator} may give away all machine-minutes that you hold: {may}",
        "表态 {operator} 可否转让本方持有的全部产能通证：{may}",
        {"operator": Account, "may": Flag},
    ),
    # ---- holders of settlement tokens 结算币 ----
    "approve": ActTerms(
        "Let {spender} draw up to {value_minor} from your wallet",
        "授权 {spender} 从钱包支取至多 {value_minor}",
        {"spender": Account, "value_minor": AmountMinor},
    ),
    "transfer_tokens": ActTerms(
        "Send {value_minor} to {to}",
        "向 {to} 转账 {value_minor}",
        {"to": Account, "value_minor": PositiveMinor},
    ),
    "redeem_tokens": ActTerms(
        "Redeem {amount_minor} for bank money",
        "将 {amount_minor} 结算币赎回为银行存款",
        {"amount_minor": PositiveMinor, "bank_ref": Reference},
    ),
    # ---- force majeure 不可抗力 and arbiters 仲裁人 ----
    "dispute_force_majeure": ActTerms(
        "Dispute declaration {declaration_id}",
        "对不可抗力声明 {declaration_id} 提出异议",
        {"declaration_id": RecordId, "reason_ref": Reference},
    ),
    "withdraw_force_majeure_dispute": ActTerms(
        "Withdraw your dispute of declaration {declaration_id}",
        "撤回对不可抗力声明 {declaration_id} 的异议",
        {"declaration_id": RecordId},
    ),
    "rule_delivery": ActTerms(
        "Rule delivery {delivery_id} of order {order_id}: {received} received, {accepted} accepted",
        "裁定订单 {order_id} 第 {delivery_id} 批：收到 {received}，合格 {accepted}",
        {
            **DELIVERY,
            "received": QuantityOrNone,
            "accepted": QuantityOrNone,
            "received_at": Instant,
            "ruling_ref": Reference,
        },
        by_post=True,
    ),
    "rule_defect": ActTerms(
        "Rule the defect of delivery {delivery_id} of order {order_id}: {quantity} units",
        "裁定订单 {order_id} 第 {delivery_id} 批缺陷：{quantity}",
        {**DELIVERY, "quantity": QuantityOrNone, "ruling_ref": Reference},
        by_post=True,
    ),
    "rule_run": ActTerms(
        "Rule redemption {redemption_id}: {ran} minutes were run",
        "裁定兑付 {redemption_id}：运行 {ran} 分钟",
        {**RUN, "ran": QuantityOrNone, "ruling_ref": Reference},
        by_post=True,
    ),
    "rule_force_majeure": ActTerms(
        "Rule declaration {declaration_id}: {count} days",
        "裁定不可抗力声明 {declaration_id}：{count} 天",
        {"declaration_id": RecordId, "from_day": Count, "count": Count, "ruling_ref": Reference},
        by_post=True,
    ),
}
