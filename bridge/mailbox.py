"""What a person has to sign for an act, built from the act's document, the deployment and the chain alone.

The bridge builds it to offer it; `interlock sign` builds it again before it signs, and refuses what differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bridge.capabilities.act import Act, InAbi, Statement, flat
from bridge.capabilities.drawings import approval, approved
from bridge.capabilities.model import CallContext
from bridge.chain.gateway import CALL_GAS_LIMIT, Gateway, encode_call
from bridge.chain.typed_data import digest_of, member, typed_data
from bridge.commitments.canonical import canonical
from bridge.commitments.keccak import keccak
from bridge.intents import Call
from bridge.ports.port import Document

TRANSACTION, TYPED_DATA = "transaction", "typed_data"
ACT, APPROVAL = (
    "act",
    "approval",
)  # steps of an act: an approval rides in front where it draws more than is approved


@dataclass(frozen=True, slots=True)
class Offer:
    """What is to be signed: its kind, the canonical JSON that the person is shown, and that text's hash."""

    kind: str
    payload: str
    digest: str


@dataclass(frozen=True, slots=True)
class Draw:
    """Tokens that an act takes: the contract that draws them, its address, and how many minor units."""

    contract: str
    spender: str
    amount: int


def draw_of(act: Act, document: Document, context: CallContext, gateway: Gateway) -> Draw | None:
    """What an act draws from its party's wallet; None when nothing. Raises CallRefused, BadConfiguration."""
    drawing = act.drawing
    if drawing is None:
        return None
    number = None if drawing.number is None else flat(document).fields[drawing.number]
    amount = drawing.amount(document, context, gateway)
    if not amount:
        return None
    return Draw(drawing.contract, gateway.deployment.address(drawing.contract, number), amount)


def is_approved(draw: Draw, account: str, gateway: Gateway) -> bool:
    """True when the account lets the contract draw that much already."""
    return approved(gateway, account, draw.spender) >= draw.amount


def approval_of(draw: Draw, document: Document, gateway: Gateway, nonce: int) -> Offer:
    """What the party signs before an act that draws tokens."""
    call = approval(document.number, document, draw.spender, draw.amount)
    return _offer(TRANSACTION, transaction_of(call, document, gateway, nonce))


def offer_of(
    act: Act, document: Document, call: Call, context: CallContext, gateway: Gateway, nonce: int
) -> Offer:
    """What the person signs: its statement, or a transaction of its account with this nonce."""
    if act.statement is not None:
        data = statement_data(act.statement(document, context), gateway)
        return _offer(TYPED_DATA, data)
    return _offer(TRANSACTION, transaction_of(call, document, gateway, nonce))


def transaction_of(call: Call, document: Document, gateway: Gateway, nonce: int) -> dict[str, Any]:
    """The transaction of a person's key: straight to the contract, or through its firm's account."""
    account = document.fields["account"]
    to = gateway.address(call.contract, call.function, call.args, call.edition_of)
    data = encode_call(call.contract, call.function, call.args)
    sent = gateway.accounts.call(account, to, data)
    return {
        "chainId": gateway.deployment.chain_id,
        "from": sent["from"],
        "nonce": nonce,
        "to": sent["to"].lower(),
        "data": sent["data"],
        "value": 0,
        "gas": CALL_GAS_LIMIT,
        "gasPrice": 0,
    }


def statement_data(statement: Statement, gateway: Gateway) -> dict[str, Any]:
    """A statement as wallets sign it (EIP-712)."""
    if isinstance(statement.members, InAbi):
        members = member(*statement.members)["components"]
    else:
        members = [
            {"name": name, "type": kind}
            if isinstance(kind, str)
            else {**member(*kind), "name": name}
            for name, kind in statement.members
        ]
    domain = {
        "name": statement.contract,
        "version": statement.version,
        "chainId": gateway.deployment.chain_id,
        "verifyingContract": gateway.deployment.address(statement.contract, statement.number),
    }
    return typed_data(domain, statement.primary, members, statement.message)


def signed_digest(data: dict[str, Any]) -> bytes:
    """The 32 bytes that a wallet signs for typed data."""
    return digest_of(data)


def _offer(kind: str, content: Any) -> Offer:
    payload = canonical(content)
    return Offer(kind, payload, "0x" + keccak(payload.encode()).hex())
