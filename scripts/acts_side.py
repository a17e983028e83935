"""What `scripts.witness` tells the ERP's API of acts that people sign: what they rest on, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields as members_of
from typing import Any, cast

from eth_abi.abi import decode

from bridge.capabilities import ACT_REQUEST, asked_by
from bridge.capabilities.act import Act
from bridge.chain.accounts import OWNER, WORD_HEX
from bridge.chain.permits import EXECUTE, INNER, SELECTOR_BYTES
from bridge.chain.signed import NotATransaction, read_signed
from bridge.commitments.keccak import keccak
from bridge.errors import BadConfiguration
from bridge.intents import InboxStatus
from bridge.ports.port import Document
from bridge.store import inbox
from bridge.store.store import Store
from erp.api.witness import AccountSeen, FateSeen, SignedSeen

from .chain_side import ask

ADDRESS_HEX = 40
BOOKED = frozenset({InboxStatus.POSTED, InboxStatus.IGNORED, InboxStatus.RESOLVED})
EXACT = (
    2**53
)  # numbers from here on are told as text: not every reader of JSON keeps all their digits


def published(
    store: Store, act: str, fields: Mapping[str, Any], papers: Mapping[str, Any] | None
) -> Mapping[str, Any]:
    """The single values of the event that an act rests on, by name; none where it rests on no event.

    Raises BadConfiguration when the bridge has not read it.
    """
    known = asked_by(f"{ACT_REQUEST}:{act}:{act}")
    if not isinstance(known, Act):
        raise BadConfiguration(f"this version knows no act {act!r}")
    told = {"act": act, "fields": dict(fields), "papers": papers}
    document = Document(1, ACT_REQUEST, act, None, 1, "", told, [], keccak(b""), 1)
    wanted = known.published_in(document)
    if wanted is None:
        return {}
    kind, aggregate = wanted
    with store.view() as session:
        event = inbox.first_event(session, kind, aggregate, known.is_meant(document))
    if event is None:
        raise BadConfiguration(f"no {kind.__name__} of {aggregate} was read yet")
    values = {each.name: getattr(event, each.name) for each in members_of(cast("Any", event))}
    return {name: _exact(value) for name, value in values.items() if not isinstance(value, tuple)}


def _exact(value: Any) -> Any:
    return str(value) if type(value) is int and value >= EXACT else value


def signed(raw: str) -> SignedSeen | str:
    """What a signed transaction does; why it is none that is known here."""
    try:
        found = read_signed(raw)
    except NotATransaction as error:
        return str(error)
    return SignedSeen(
        transaction=found.tx_hash,
        sender=found.sender,
        chain_id=found.chain_id,
        to=found.to,
        called=_called_by_firm(found.data),
        value=found.value,
    )


def _called_by_firm(data: str) -> str | None:
    """The contract that a firm's account is told to call; None: the data is no such call."""
    content = bytes.fromhex(data[2:])
    if content[:SELECTOR_BYTES] != EXECUTE:
        return None
    try:
        to, _ = decode(INNER, content[SELECTOR_BYTES:])
    except Exception:  # the library raises what it likes on bytes from outside
        return None
    return str(to).lower()


def account(urls: Sequence[str], own: str) -> AccountSeen:
    """Which key acts for an account, and its next nonce. Raises NodeUnavailable, BadConfiguration."""
    told = ask(urls, "eth_call", [{"to": own, "data": OWNER}, "latest"]).get("result")
    key = "0x" + told[-ADDRESS_HEX:].lower() if _is_word(told) else own
    nonce = ask(urls, "eth_getTransactionCount", [key, "latest"])["result"]
    return AccountSeen(account=own, key=key, nonce=int(nonce, 16))


def _is_word(told: Any) -> bool:
    return isinstance(told, str) and len(told) == WORD_HEX


def fate(store: Store, urls: Sequence[str], transaction: str) -> FateSeen:
    """What became of a transaction: mined in which block, done or reverted, and whether its events are booked.

    Raises NodeUnavailable, BadConfiguration.
    """
    receipt = ask(urls, "eth_getTransactionReceipt", [transaction]).get("result")
    if receipt is None:
        return FateSeen(block=None, succeeded=None, booked=False, parked=False)
    with store.view() as session:
        statuses = [row.status for row in inbox.events_in(session, transaction)]
    return FateSeen(
        block=int(receipt["blockNumber"], 16),
        succeeded=int(receipt["status"], 16) == 1,
        booked=bool(statuses) and all(status in BOOKED for status in statuses),
        parked=any(status == InboxStatus.QUARANTINED for status in statuses),
    )
