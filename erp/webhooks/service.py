"""Subscriptions: made, rotated, paused, replayed; and which messages each is to be sent. Never commits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from erp.api.document_view import DocumentView
from erp.api.live.partners import heard
from erp.api.live.topics import Change, change_of, told_of_documents
from erp.api.queries import token_named
from erp.api.shown import may_see
from erp.api.tokens import TOKEN_NAME, Principal, TokenUnknown, principal_of
from erp.kernel.log.model import Document
from erp.kernel.log.queries import changes, last_sequence
from erp.webhooks import queries, rules
from erp.webhooks.errors import SubscriptionExists, SubscriptionRefused, UnknownSubscription
from erp.webhooks.tables import Delivery, DeliveryStatus, Subscription, SubscriptionStatus

MARK_BYTES = 16
MAX_PENDING = 500  # messages of one subscription; while there are as many, no more of the log is looked at for it
PAGE = 200  # documents looked at for one subscription in one transaction
MAX_OVERLAP_SECONDS = 30 * 86_400
Randomness = Callable[[int], bytes]


def subscribe(
    session: Session,
    name: str,
    *,
    token: str,
    url: str,
    topics: Sequence[str],
    private: bool,
    at: int,
    randomness: Randomness,
) -> Subscription:
    """Makes a subscription with the rights of the token of a name; it is told of what changes from now on.

    Raises TokenUnknown, SubscriptionExists, SubscriptionRefused, TargetRefused.
    """
    owner = token_named(session, token)
    if owner is None:
        raise TokenUnknown(token)
    if not TOKEN_NAME.fullmatch(name):
        raise SubscriptionRefused(
            f"name {name!r}: 1 to 48 letters, digits or . _ / -, first a letter or digit"
        )
    if queries.subscription(session, name) is not None:
        raise SubscriptionExists(name)
    made = Subscription(
        name=name,
        token_id=owner.id or 0,
        url=rules.checked_url(url, private=private),
        topics=" ".join(_checked(topics)),
        mark=randomness(MARK_BYTES).hex(),
        secret=rules.spelt(randomness(rules.SECRET_BYTES)),
        cursor=last_sequence(session),
        created_at=at,
    )
    session.add(made)
    session.flush()
    return made


def _checked(topics: Sequence[str]) -> list[str]:
    """The topics, each once. Raises SubscriptionRefused for one that nothing is ever told of."""
    if len(topics) > rules.MAX_TOPICS:
        raise SubscriptionRefused(f"a webhook has at most {rules.MAX_TOPICS} topics")
    for topic in topics:
        if not told_of_documents(topic):
            raise SubscriptionRefused(
                f"no topic is named {topic!r}: a topic is a type of document (goods_receipt; `interlock erp map` has "
                "them) or a thing (order:PO-2026-00001, tender:3, group:KITCHEN)"
            )
    return sorted(set(topics))


def named(session: Session, name: str) -> Subscription:
    """The subscription with a name. Raises UnknownSubscription."""
    found = queries.subscription(session, name)
    if found is None:
        raise UnknownSubscription(name)
    return found


def rotate(
    session: Session, name: str, *, at: int, overlap: int, randomness: Randomness
) -> Subscription:
    """Gives a subscription a new secret; for `overlap` seconds messages are signed by the old one too."""
    if not 0 <= overlap <= MAX_OVERLAP_SECONDS:
        raise SubscriptionRefused(f"an overlap is 0 to {MAX_OVERLAP_SECONDS} seconds")
    found = named(session, name)
    found.previous_secret, found.previous_until = found.secret, at + overlap
    found.secret = rules.spelt(randomness(rules.SECRET_BYTES))
    session.add(found)
    session.flush()
    return found


def secrets_of(found: Subscription, now: int) -> list[str]:
    """The secrets that sign a message now, the newest first."""
    before = found.previous_secret
    if before is None or found.previous_until is None or found.previous_until <= now:
        return [found.secret]
    return [found.secret, before]


def set_status(
    session: Session, name: str, status: SubscriptionStatus, reason: str | None = None
) -> None:
    """Pauses a subscription, lets it go on from where it was, or ends it. Raises SubscriptionRefused for an ended one."""
    found = named(session, name)
    if found.status == SubscriptionStatus.ENDED:
        raise SubscriptionRefused(f"{name} was ended; make a new one")
    found.status, found.reason = status.value, reason
    session.add(found)
    session.flush()


def replay(session: Session, name: str, since: int) -> None:
    """Sends everything from a sequence of the log on again, each message under the id it had."""
    found = named(session, name)
    if since < 1:
        raise SubscriptionRefused("the log begins with sequence 1")
    queries.forget(session, found.id or 0, since)
    found.cursor = min(since - 1, last_sequence(session))
    session.add(found)
    session.flush()


# ---- which messages there are --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Looked:
    """How far a subscription may be moved on, and the documents that its owner is told of."""

    cursor: int
    told: list[int]


def look(session: Session, found: Subscription, now: int) -> Looked | None:
    """Looks at the log behind the cursor of a subscription. None: there is nothing, or no room for more messages.

    Without rights nothing is told and nothing is passed over: when the owner has rights again, it goes on.
    """
    room = MAX_PENDING - queries.counted(session, found.id or 0, DeliveryStatus.PENDING)
    caller = owner_of(session, found, now)
    if room <= 0 or caller is None:
        return None
    documents = changes(session, found.cursor, min(PAGE, room))
    if not documents:
        return None
    wanted = frozenset(found.topics.split())
    told = []
    for each in documents:
        change = told_of(session, caller, each)
        if change is not None and (not wanted or wanted.intersection(change.topics)):
            told.append(each.sequence)
    return Looked(documents[-1].sequence, told)


def keep(session: Session, found: Subscription, seen: Looked, now: int) -> bool:
    """Keeps the messages that `look` found, and moves the cursor. False when another process did, or it was replayed."""
    if not queries.move_cursor(session, found, seen.cursor):
        return False
    session.add_all(
        Delivery(subscription_id=found.id or 0, sequence=sequence, due_at=now)
        for sequence in seen.told
    )
    session.flush()
    return True


def owner_of(session: Session, found: Subscription, now: int) -> Principal | None:
    """Whose rights a subscription has; None when the token does not stand, or its person has no employment."""
    token = queries.owner(session, found.token_id, now)
    return None if token is None else principal_of(session, token, b"")


def told_of(session: Session, caller: Principal, document: Document) -> Change | None:
    """What an owner is told of a document, with the topics of `GET /events`; None when it may not read the document.

    A partner that listens there hears as well that something that names it changed, and not which document: no message is
    sent of that, since a message says which.
    """
    change = heard(session, caller, change_of(document))
    return change if change is not None and change.number else None


def data_of(change: Change, caller: Principal) -> dict[str, Any]:
    """What a message says: which document, and what it names. Its place in the log only to who is shown that at the API."""
    told: dict[str, Any] = {
        "type": change.type,
        "number": change.number,
        "topics": list(change.topics),
    }
    if may_see(DocumentView.classes, "sequence", caller.role):
        told["sequence"] = change.sequence
    return told


def settle(
    delivery: Delivery, now: int, answer: int | None, reason: str | None, wish: int | None
) -> None:
    """Notes how an attempt ended: taken, to be tried again after a pause, or parked after the last."""
    delivery.answer, delivery.reason = answer, reason and reason[: rules.MAX_REASON]
    if reason is None:
        delivery.status, delivery.settled_at = DeliveryStatus.DELIVERED.value, now
        return
    wait = rules.pause(delivery.attempts, wish)
    if wait is None:
        delivery.status, delivery.settled_at = DeliveryStatus.PARKED.value, now
    else:
        delivery.due_at = now + wait
