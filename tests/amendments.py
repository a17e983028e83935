"""An order amended by both signatures, as two wallets make them."""

from __future__ import annotations

from typing import Any

from eth_account.messages import encode_typed_data

from bridge.ports.port import Document
from scripts.deployment.accounts import edition_of
from tests.world import BUYER, DAY, World

TYPES = {
    "EIP712Domain": "string name,string version,uint256 chainId,address verifyingContract",
    "OrderAmendment": (
        "uint256 orderId,uint256 revision,uint128 quantity,uint128 amount,uint40 promisedAt,bytes32 scheduleRoot,"
        "uint40 deadline"
    ),
}


def amend(world: World, order: Document, **changed: Any) -> None:
    """Buyer and supplier sign the order with these terms changed; somebody else submits it."""
    order_id = order.fields["order_id"]
    (now,) = world.bridge.gateway.records([("PurchaseOrders", "order", (order_id,))])
    terms: dict[str, Any] = {
        "orderId": order_id,
        "revision": int(now["revision"]) + 1,
        "quantity": int(now["quantity"]),
        "amount": int(now["amount"]),
        "promisedAt": int(now["terms"]["promisedAt"]),
        "scheduleRoot": now["terms"]["scheduleRoot"],
        "deadline": world.now + DAY,
        **changed,
    }
    data = {
        "types": {name: members(text) for name, text in TYPES.items()},
        "primaryType": "OrderAmendment",
        "domain": {
            "name": "PurchaseOrders",
            "version": "1",
            "chainId": world.deployment.chain_id,
            "verifyingContract": edition_of(world.deployment, "PurchaseOrders", (order_id,)),
        },
        "message": terms,
    }
    signable = encode_typed_data(full_message=data)
    signed = [
        bytes(world.people[who].account.sign_message(signable).signature)
        for who in (BUYER, order.fields["supplier_code"])
    ]
    world.transact("RIVAL", "PurchaseOrders", "amend", terms, *signed)


def members(text: str) -> list[dict[str, str]]:
    """The members of a struct as EIP-712 wants them."""
    pairs = (member.split(" ") for member in text.split(","))
    return [{"name": name, "type": kind} for kind, name in pairs]
