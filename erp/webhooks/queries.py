"""Reading and writing the tables of webhooks: all their SQL. Never commits."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from erp.api.queries import STANDS
from erp.api.tables import ApiToken
from erp.webhooks.rules import MAX_PAUSE
from erp.webhooks.tables import Delivery, DeliveryStatus, Subscription, SubscriptionStatus


def subscription(session: Session, name: str) -> Subscription | None:
    """The subscription with a name."""
    return session.scalars(select(Subscription).where(col(Subscription.name) == name)).first()


def subscriptions(session: Session) -> list[Subscription]:
    """All subscriptions, oldest first, ended ones too."""
    return list(session.scalars(select(Subscription).order_by(col(Subscription.id))))


def active(session: Session) -> list[Subscription]:
    """Those that are told of what changes, oldest first."""
    statement = select(Subscription).where(col(Subscription.status) == SubscriptionStatus.ACTIVE)
    return list(session.scalars(statement.order_by(col(Subscription.id))))


def owner(session: Session, token_id: int, now: int) -> ApiToken | None:
    """The token with an id, while it stands."""
    statement = select(ApiToken).where(col(ApiToken.id) == token_id, STANDS)
    return session.scalars(statement, {"now": now}).first()


def token_name(session: Session, token_id: int) -> str:
    """What the token with an id is called."""
    return session.scalars(select(col(ApiToken.name)).where(col(ApiToken.id) == token_id)).one()


def counted(session: Session, subscription_id: int, status: DeliveryStatus) -> int:
    """How many messages of a subscription are in a state."""
    statement = select(func.count()).where(
        col(Delivery.subscription_id) == subscription_id, col(Delivery.status) == status
    )
    return session.scalar(statement) or 0


def move_cursor(session: Session, found: Subscription, cursor: int) -> bool:
    """Moves the cursor of a subscription on from where it was read. False when it was moved meanwhile, or is not active."""
    statement = (
        update(Subscription)
        .where(
            col(Subscription.id) == found.id,
            col(Subscription.cursor) == found.cursor,
            col(Subscription.status) == SubscriptionStatus.ACTIVE,
        )
        .values(cursor=cursor)
    )
    return session.connection().execute(statement).rowcount == 1


def due(session: Session, now: int, limit: int, of_one: int) -> list[tuple[Delivery, Subscription]]:
    """Messages whose time has come, of active subscriptions, the longest due first, at most `of_one` of each."""
    order = col(Delivery.due_at), col(Delivery.sequence)
    place = func.row_number().over(partition_by=col(Delivery.subscription_id), order_by=order)
    ranked = (
        select(col(Delivery.id).label("id"), place.label("place"))
        .join(Subscription, col(Subscription.id) == col(Delivery.subscription_id))
        .where(
            col(Delivery.status) == DeliveryStatus.PENDING,
            # A time that is further away than any pause was written while the clock was wrong.
            or_(col(Delivery.due_at) <= now, col(Delivery.due_at) > now + MAX_PAUSE),
            col(Subscription.status) == SubscriptionStatus.ACTIVE,
        )
        .subquery()
    )
    statement = (
        select(Delivery, Subscription)
        .join(ranked, ranked.c.id == col(Delivery.id))
        .join(Subscription, col(Subscription.id) == col(Delivery.subscription_id))
        .where(ranked.c.place <= of_one)
        .order_by(*order)
        .limit(limit)
    )
    return [(delivery, found) for delivery, found in session.execute(statement)]


def claim(session: Session, delivery: Delivery, until: int) -> bool:
    """Counts an attempt, and keeps others from it until a time. False when another process was first."""
    statement = (
        update(Delivery)
        .where(
            col(Delivery.id) == delivery.id,
            col(Delivery.attempts) == delivery.attempts,
            col(Delivery.status) == DeliveryStatus.PENDING,
        )
        .values(attempts=delivery.attempts + 1, due_at=until)
    )
    return session.connection().execute(statement).rowcount == 1


def postpone(session: Session, delivery: Delivery, until: int) -> None:
    """Leaves a message alone until a time, without counting an attempt."""
    session.execute(update(Delivery).where(col(Delivery.id) == delivery.id).values(due_at=until))


def deliveries(
    session: Session, subscription_id: int, statuses: Iterable[DeliveryStatus], limit: int
) -> list[Delivery]:
    """The newest messages of a subscription in some states, the newest last."""
    statement = (
        select(Delivery)
        .where(
            col(Delivery.subscription_id) == subscription_id,
            col(Delivery.status).in_([each.value for each in statuses]),
        )
        .order_by(col(Delivery.sequence).desc())
        .limit(limit)
    )
    return list(session.scalars(statement))[::-1]


def forget(session: Session, subscription_id: int, since: int) -> None:
    """Deletes the messages of a subscription about documents from a sequence on."""
    session.execute(
        delete(Delivery).where(
            col(Delivery.subscription_id) == subscription_id, col(Delivery.sequence) >= since
        )
    )


def send_again(session: Session, subscription_id: int, now: int) -> int:
    """Lets the parked messages of a subscription be sent again, from the first attempt; returns how many."""
    statement = (
        update(Delivery)
        .where(
            col(Delivery.subscription_id) == subscription_id,
            col(Delivery.status) == DeliveryStatus.PARKED,
        )
        .values(status=DeliveryStatus.PENDING.value, attempts=0, due_at=now, settled_at=None)
    )
    return session.connection().execute(statement).rowcount


def prune(session: Session, before: int) -> None:
    """Deletes messages that were taken before unix seconds `before`."""
    session.execute(
        delete(Delivery).where(
            col(Delivery.status) == DeliveryStatus.DELIVERED, col(Delivery.settled_at) < before
        )
    )
