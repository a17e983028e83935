"""What the commands of `interlock erp webhook` and `webhooks` do, once `erp.cli` has read their arguments."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress

import typer

from erp.administration import columns, errors_told, opened, reading, show_secret, transaction, when
from erp.api.settings import PLATFORM, system_clock
from erp.webhooks import queries, service
from erp.webhooks.sender import Sender
from erp.webhooks.tables import DeliveryStatus, SubscriptionStatus

SECONDS_PER_HOUR = 3_600


def send(url: str, *, once: bool, private: bool) -> None:
    """Sends the webhooks of the database at `url` until interrupted, or what is due `once`."""
    with errors_told():
        engine = opened(url)
        sender = Sender(engine, system_clock, PLATFORM, private)
        try:
            with suppress(KeyboardInterrupt):
                asyncio.run(sender.until_quiet() if once else sender.run())
        finally:
            engine.dispose()


def create(
    url: str,
    name: str,
    target: str,
    token: str,
    topics: Sequence[str],
    *,
    private: bool,
    as_json: bool,
) -> None:
    """Makes a subscription, and prints its secret."""
    with transaction(url) as session:
        made = service.subscribe(
            session,
            name,
            token=token,
            url=target,
            topics=topics,
            private=private,
            at=int(time.time()),
            randomness=secrets.token_bytes,
        )
        told = {"name": name, "url": made.url, "token": token, "topics": made.topics.split()}
        secret = made.secret
    show_secret(told | {"secret": secret}, "secret", as_json=as_json)


def show(url: str, *, as_json: bool) -> None:
    """Prints all subscriptions, with how many messages wait and are parked."""
    with reading(url) as session:
        rows = [
            {
                "name": each.name,
                "status": each.status,
                "token": queries.token_name(session, each.token_id),
                "url": each.url,
                "topics": each.topics or "all",
                "cursor": each.cursor,
                "pending": queries.counted(session, each.id or 0, DeliveryStatus.PENDING),
                "parked": queries.counted(session, each.id or 0, DeliveryStatus.PARKED),
                "reason": each.reason,
            }
            for each in queries.subscriptions(session)
        ]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    names = ("name", "status", "token", "cursor", "pending", "parked", "url", "topics")
    lines = [list(names), *([str(row[name]) for name in names] for row in rows)]
    for line in columns(lines):
        typer.echo(line)


def deliveries(url: str, name: str, *, dead: bool, limit: int, as_json: bool) -> None:
    """Prints messages of a subscription."""
    statuses = [DeliveryStatus.PARKED] if dead else list(DeliveryStatus)
    with reading(url) as session:
        found = service.named(session, name)
        rows = [
            {
                "sequence": each.sequence,
                "status": each.status,
                "attempts": each.attempts,
                "answer": each.answer,
                "due_at": each.due_at if each.status == DeliveryStatus.PENDING else None,
                "settled_at": each.settled_at,
                "reason": each.reason,
            }
            for each in queries.deliveries(session, found.id or 0, statuses, limit)
        ]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    lines = [["sequence", "status", "attempts", "answer", "due", "settled", "reason"]]
    for row in rows:
        told = [str(row[column] or "-") for column in ("sequence", "status", "attempts", "answer")]
        times = [when(row["due_at"]), when(row["settled_at"])]
        lines.append([*told, *times, str(row["reason"] or "-")])
    for line in columns(lines):
        typer.echo(line)


def resend(url: str, name: str) -> None:
    """Lets the parked messages of a subscription be sent again."""
    with transaction(url) as session:
        found = service.named(session, name)
        count = queries.send_again(session, found.id or 0, int(time.time()))
    typer.echo(f"{count} messages of {name} are sent again")


def replay(url: str, name: str, since: int) -> None:
    """Sends everything from a sequence on again."""
    with transaction(url) as session:
        service.replay(session, name, since)
    typer.echo(f"{name} is told everything from {since} on again")


def rotate(url: str, name: str, hours: int, *, as_json: bool) -> None:
    """Gives a subscription a new secret, and prints it."""
    with transaction(url) as session:
        found = service.rotate(
            session,
            name,
            at=int(time.time()),
            overlap=hours * SECONDS_PER_HOUR,
            randomness=secrets.token_bytes,
        )
        secret = found.secret
    show_secret({"name": name, "secret": secret}, "secret", as_json=as_json)


def pause(url: str, name: str, *, resume: bool) -> None:
    """Pauses a subscription, or lets it go on."""
    status = SubscriptionStatus.ACTIVE if resume else SubscriptionStatus.PAUSED
    with transaction(url) as session:
        service.set_status(session, name, status, None if resume else "paused by a person")
    typer.echo(f"{name} is {status}")


def end(url: str, name: str) -> None:
    """Ends a subscription."""
    with transaction(url) as session:
        service.set_status(session, name, SubscriptionStatus.ENDED)
    typer.echo(f"{name} is ended")
