"""The topics of a document: the names under which pages and programs wait for it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from erp.api.document_view import CLASSES, SUPPLIER_TYPES
from erp.kernel.log.model import Document

WORK = "work"  # what waits for people is made from the states of things: any document may change it
RING = "ring"
CHAIN_TIME = "chain.time"
# Fields that name a thing, and what the thing is called in a topic: `order:PO-2026-00001`, `tender:3`, `group:KITCHEN`.
NAMES = {
    "order": "order",
    "order_id": "order",
    "tender": "tender",
    "tender_id": "tender",
    "auction_id": "auction",
    "chain_group": "group",
    "group": "group",
    "group_id": "group",
    "bet": "bet",
    "bet_id": "bet",
    "claim_id": "claim",
    "token_id": "capacity",
    "party": "party",
}
OWN_NUMBER = {"purchase_order": "order", "tender": "tender"}  # types whose number names the thing
NAMED = re.compile(rf"(?:{'|'.join(sorted(set(NAMES.values())))}):[^\s\x00]{{1,64}}")
TOPICS_MAX = 20  # of one document


@dataclass(frozen=True, slots=True)
class Change:
    """A document that was posted, as far as a stream tells of it."""

    sequence: int
    type: str
    number: str
    at: int  # unix seconds
    topics: tuple[str, ...]
    mentions: frozenset[str]  # texts of its fields and entities of its entries, lower case
    order: str | None  # number of the order that it belongs to


def told_of_documents(topic: str) -> bool:
    """Whether there may be a document of the topic: its type, `work`, or a thing, `order:PO-2026-00001`."""
    return topic in CLASSES or topic == WORK or NAMED.fullmatch(topic) is not None


def change_of(document: Document) -> Change:
    """What a stream tells of a document."""
    fields = document.fields
    found = [document.type, WORK]
    if document.type in OWN_NUMBER:
        found.append(f"{OWN_NUMBER[document.type]}:{document.number}")
    found += [
        f"{noun}:{fields[name]}"
        for name, noun in NAMES.items()
        if isinstance(fields.get(name), (int, str)) and fields[name] != ""
    ]
    mentions = {text.lower() for text in _texts(fields)}
    mentions |= {str(entry["entity"]).lower() for entry in document.entries}
    order = fields.get("order")
    if document.type == "purchase_order":
        order = document.number
    return Change(
        document.sequence, document.type, document.number, document.at,
        tuple(dict.fromkeys(found))[:TOPICS_MAX], frozenset(mentions), order if isinstance(order, str) else None,
    )  # fmt: skip


def told_to_partner(
    change: Change, names: frozenset[str], own_orders: frozenset[str]
) -> Change | None:
    """The change as a partner hears of it; None when it is none of its business.

    `names`: code and account of its party, lower case. `own_orders`: of the change's order, the number if it is the
    partner's to read. Of an order it hears what it may read there; of other things that name it, that they changed.
    """
    if change.order is not None:
        if change.type not in SUPPLIER_TYPES or change.order not in own_orders:
            return None
        return change
    if not change.mentions & names:
        return None
    topics = tuple(topic for topic in change.topics if topic != change.type)
    return Change(change.sequence, "", "", change.at, topics, frozenset(), None)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
