"""What a person has to sign for an act, built from the act's document, the deployment and the chain alone.

The bridge builds it to offer it; `interlock sign` builds it again before it signs, and refuses what differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bridge.capabilities.acts import Act, Statement
from bridge.capabilities.model import CallContext
from bridge.chain.gateway import CALL_GAS_LIMIT, Gateway, encode_call
from bridge.chain.typed_data import digest_of, member, typed_data
from bridge.commitments.canonical import canonical
from bridge.commitments.keccak import keccak
from bridge.intents import Call
from bridge.ports.port import Document

TRANSACTION, TYPED_DATA = "transaction", "typed_data"


@dataclass(frozen=True, slots=True)
class Offer:
    """What is to be signed: its kind, the canonical JSON that the person is shown, and that text's hash."""

    kind: str
    payload: str
    digest: str


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
    to = gateway.address(call.contract, call.function, call.args)
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
    members = [
        {"name": name, "type": kind}
        if isinstance(kind, str)
        else {**member(statement.contract, *kind), "name": name}
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
