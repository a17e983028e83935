"""What a person's own machine does with a signing request: builds it again from its own sources, and signs what is the same.

Nothing of the request is believed but its number, and the commitments of documents of the house that the act names. The act
is read by the person, the payload is made anew from the act, the deployment file and the chain, and a difference ends it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from eth_account.signers.local import LocalAccount
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from bridge.capabilities import ACT_REQUEST, NUMBERED, asked_by
from bridge.capabilities.act import Act
from bridge.capabilities.model import CallContext, Posts
from bridge.chain.accounts import firm_message
from bridge.chain.client import Client
from bridge.chain.decode import EventDecoder
from bridge.chain.deployment import Deployment
from bridge.chain.gateway import Gateway
from bridge.errors import BadConfiguration, BridgeError
from bridge.events.base import Event
from bridge.mailbox import (
    APPROVAL,
    TYPED_DATA,
    Offer,
    approval_of,
    draw_of,
    offer_of,
    signed_digest,
)
from bridge.ports.port import Document
from erp.signing.acts import ACTS
from erp.signing.acts.model import approval_says

AHEAD_MAX = 64  # nonces that a transaction may wait behind others of its key
NOBODY = Posts(0, 0)  # acts of people name posts themselves, where they name any


class Differs(BridgeError):
    """What the mailbox asks to be signed is not what the act needs: somebody changed it. Nothing was signed."""


@dataclass(frozen=True, slots=True)
class AskedAct:
    """An act that was asked for, as its person reads it."""

    number: str
    act: str
    fields: Mapping[str, Any]
    good_until: int
    papers: Mapping[str, Any] | None = None  # documents that it rests on, and what they say
    refs: Mapping[str, str] = field(default_factory=dict)  # commitments of these, as the house says


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """An act's offer as this machine makes it, and the sentences that say what it does."""

    offer: Offer
    english: str
    chinese: str


def rebuild(
    asked: AskedAct,
    account: str,
    deployment: Deployment,
    client: Client,
    *,
    step: str,
    nonce: int | None = None,
) -> Rebuilt:
    """Makes the offer of a step of an act for an account, with this nonce, or else the next of its key.

    Raises BadConfiguration for an act that is not known here or fields that are not its own, Differs for a nonce that is
    used up or too far ahead, CallRefused when the chain does not know what the act is about.
    """
    known = ACTS.get(asked.act)
    act = asked_by(f"{ACT_REQUEST}:{asked.number}:{asked.act}")
    if known is None or not isinstance(act, Act):
        raise BadConfiguration(f"this version of interlock knows no act {asked.act!r}")
    why = known.objection(asked.fields)
    if why is not None:
        raise BadConfiguration(f"these are not the fields of {asked.act}: {why}")
    gateway = Gateway(client, deployment, {}, NUMBERED)
    gateway.accounts.find_one(account)
    document = _document(asked, account)
    published = _published(act, document, gateway)
    context = CallContext(NOBODY, published=published, refs=asked.refs, place=deployment)
    english, chinese = says = known.says(asked.fields, asked.papers)
    if step == APPROVAL:
        draw = draw_of(act, document, context, gateway)
        if draw is None:
            raise Differs(f"{asked.act} draws nothing, and an approval is asked for")
        english, chinese = approval_says(says, draw.contract, draw.spender, draw.amount)
        offer = approval_of(draw, document, gateway, _nonce(nonce, account, gateway))
        return Rebuilt(offer, english, chinese)
    (call,) = act.calls(document, context)
    number = _nonce(nonce, account, gateway) if act.statement is None else 0
    return Rebuilt(offer_of(act, document, call, context, gateway, number), english, chinese)


def nonce_in(kind: str, payload: str) -> int | None:
    """The nonce of an offered transaction: which of several acts comes first is the one thing that the mailbox says."""
    if kind == TYPED_DATA:
        return None
    try:
        nonce = json.loads(payload).get("nonce")
    except (ValueError, AttributeError):
        return None
    return nonce if type(nonce) is int else None


def _nonce(offered: int | None, account: str, gateway: Gateway) -> int:
    following = gateway.nonces(gateway.accounts.key_of(account))
    if offered is None:
        return following
    if not following <= offered <= following + AHEAD_MAX:
        raise Differs(
            f"nonce {offered} is offered, the next of this key is {following}: the account was used meanwhile, "
            "wait for the act to be shown anew"
        )
    return offered


def check_same(rebuilt: Rebuilt, kind: str, payload: str) -> None:
    """Raises Differs, which says where, unless the mailbox offers exactly what this machine made."""
    if (kind, payload) == (rebuilt.offer.kind, rebuilt.offer.payload):
        return
    if kind != rebuilt.offer.kind:
        raise Differs(f"the mailbox asks for {kind}, the act needs {rebuilt.offer.kind}")
    try:
        said = json.loads(payload)
    except ValueError:
        raise Differs("the mailbox asks to sign something that is no JSON") from None
    made = json.loads(rebuilt.offer.payload)
    names = sorted(n for n in said.keys() | made.keys() if said.get(n) != made.get(n))
    told = "; ".join(f"{n}: offered {said.get(n)!r}, needed {made.get(n)!r}" for n in names)
    raise Differs(f"what is offered is not what the act needs: {told}")


def sign(rebuilt: Rebuilt, key: LocalAccount, account: str, chain_id: int) -> str:
    """The answer: a signature under typed data, or the signed transaction. A firm's account is spoken for by its owner."""
    content = json.loads(rebuilt.offer.payload)
    if rebuilt.offer.kind == TYPED_DATA:
        digest = signed_digest(content)
        if account != key.address.lower():
            digest = firm_message(chain_id, account, digest)
        return "0x" + bytes(key.unsafe_sign_hash(digest).signature).hex()
    content.pop("from")
    content["to"] = to_checksum_address(content["to"])
    return "0x" + bytes(key.sign_transaction(content).raw_transaction).hex()


def _document(asked: AskedAct, account: str) -> Document:
    """The act as the bridge reads it in the log, as far as what is signed depends on it."""
    fields = {
        "act": asked.act,
        "fields": dict(asked.fields),
        "papers": asked.papers,
        "account": account,
        "good_until": asked.good_until,
    }
    return Document(1, ACT_REQUEST, asked.number, None, 1, "", fields, [], keccak(b""), 1)


def _published(act: Act, document: Document, gateway: Gateway) -> Event | None:
    """The event whose values the person signs under, read from the chain. Raises BadConfiguration when there is none."""
    wanted = act.published_in(document)
    if wanted is None:
        return None
    kind, aggregate = wanted
    contract, is_meant = act.published_by or act.contract, act.is_meant(document)
    decoder = EventDecoder({contract: [kind.__name__]})
    indexed = [*[None] * act.published_at, int(aggregate.partition(":")[2])]
    for log in gateway.logs(contract, kind.__name__, indexed):
        event = decoder.decode(contract, log)
        if event is not None and (is_meant is None or is_meant(event)):
            return event
    raise BadConfiguration(f"the chain knows no {kind.__name__} of {aggregate}")
