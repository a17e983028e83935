"""Sends what is due, in a process of its own: looks at the log, sends, notes how it ended, and looks again.

It may be killed at any point. A message is counted as tried before it is sent and as taken after it was; killed between, it
is sent again a minute later under the same id. Several senders share the work: each message is claimed by one.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit, urlunsplit

import httpx
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from erp.database import snapshot, transaction
from erp.kernel.errors import Retryable
from erp.kernel.log.queries import by_sequences
from erp.webhooks import queries, rules, service
from erp.webhooks.errors import TargetRefused
from erp.webhooks.tables import Delivery, Subscription, SubscriptionStatus

log = logging.getLogger("erp.webhooks")

BATCH = 24  # messages claimed in one pass, so few that the last is tried before its claim ends
OF_ONE = 8  # of these of one subscription: one that hangs leaves room for others
AT_ONCE = 8  # requests under way
ANSWER_SECONDS = 15.0  # for the whole of a request, from its address to the head of its answer
LOOKS_AT_ONCE = 32  # names that are looked up together
SLOW_LOOKS_AT_ONCE = 4  # of those whose last look took longer than an answer may
CLAIM_SECONDS = 60  # for which a message that is under way is left alone
IDLE_SECONDS = 1.0
BUSY_SECONDS = 2.0
OK = range(200, 300)
Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Attempted:
    """How an attempt ended. `reason` None: it was taken."""

    answer: int | None
    reason: str | None
    wish: int | None = None  # seconds that the receiver asks us to wait


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it is sent."""

    delivery: Delivery
    subscription: Subscription
    id: str
    body: bytes


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host, by the system's resolver. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends the webhooks of one database. `private`: plain HTTP and private addresses are sent to.

    `looks`: names that are being looked up; `slow`: those whose last look took too long. They have few threads of their
    own, so that whoever has many such names keeps no other name waiting.
    """

    engine: Engine
    clock: Callable[[], int]
    platform: str
    private: bool = False
    resolve: Resolve = resolved
    looks: dict[tuple[str, int], asyncio.Future[Sequence[str]]] = field(default_factory=dict)
    slow: set[tuple[str, int]] = field(default_factory=set)
    threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(LOOKS_AT_ONCE, "names")
    )
    slow_threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(SLOW_LOOKS_AT_ONCE, "slow-names")
    )

    async def run(self) -> None:
        """Goes on until it is cancelled."""
        async with self._client() as client:
            while True:
                try:
                    did = await self.once(client)
                except Retryable as busy:
                    log.warning("%s", busy)
                    await asyncio.sleep(BUSY_SECONDS)
                    continue
                if not did:
                    await asyncio.sleep(IDLE_SECONDS)

    async def until_quiet(self) -> None:
        """Goes on until nothing is due."""
        async with self._client() as client:
            while await self.once(client):
                pass

    async def once(self, client: httpx.AsyncClient) -> bool:
        """One pass: looks at the log for each subscription, sends what is due. False when there was nothing to do."""
        looked = self._look()
        messages = self._claimed()
        bound = asyncio.Semaphore(AT_ONCE)

        async def sent(message: Message) -> Attempted:
            async with bound:
                return await self._sent(client, message)

        outcomes = await asyncio.gather(*(sent(message) for message in messages))
        for message, outcome in zip(messages, outcomes, strict=True):
            self._settle(message, outcome)
        return looked or bool(messages)

    def _look(self) -> bool:
        did = False
        with snapshot(self.engine) as session:
            now = self.clock()
            seen = [(each, service.look(session, each, now)) for each in queries.active(session)]
        for each, found in seen:
            if found is not None:
                with transaction(self.engine) as session:
                    did = service.keep(session, each, found, now) or did
        return did

    def _claimed(self) -> list[Message]:
        """The messages that this process sends now; those whose owner has no rights wait for a time."""
        now = self.clock()
        with snapshot(self.engine) as session:
            found = queries.due(session, now, BATCH, OF_ONE)
        if not found:
            return []
        mine: list[Message] = []
        with transaction(self.engine) as session:
            documents = {
                each.sequence: each
                for each in by_sequences(session, [delivery.sequence for delivery, _ in found])
            }
            for delivery, subscription in found:
                document = documents[delivery.sequence]
                caller = service.owner_of(session, subscription, now)
                change = None if caller is None else service.told_of(session, caller, document)
                if caller is None or change is None:
                    queries.postpone(session, delivery, now + CLAIM_SECONDS)
                elif queries.claim(session, delivery, now + CLAIM_SECONDS):
                    delivery.attempts += 1
                    name = rules.message_id(subscription.mark, document.sequence)
                    body = rules.event(
                        *(name, self.platform, change.number, document.at),
                        service.data_of(change, caller),
                    )
                    mine.append(Message(delivery, subscription, name, body))
        return mine

    async def _sent(self, client: httpx.AsyncClient, message: Message) -> Attempted:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                request = await self._request(client, message)
                answer = await client.send(
                    request, stream=True
                )  # of its answer the head alone is read
                await answer.aclose()
        except TargetRefused as refused:
            return Attempted(None, str(refused))
        except TimeoutError:
            return Attempted(None, f"no answer within {ANSWER_SECONDS:.0f} seconds")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return Attempted(None, f"{type(error).__name__}: {error}")
        except Exception as error:  # of one message: it is noted as failed, and ends no other's
            log.exception("the message %s to %s", message.id, message.subscription.name)
            return Attempted(None, f"{type(error).__name__}: {error}")
        if answer.status_code in OK:
            return Attempted(answer.status_code, None)
        wish = answer.headers.get("retry-after", "")
        seconds = int(wish) if wish.isascii() and wish.isdigit() and len(wish) < 6 else None  # noqa: PLR2004
        return Attempted(answer.status_code, f"answered {answer.status_code}", seconds)

    async def _request(self, client: httpx.AsyncClient, message: Message) -> httpx.Request:
        """The request, to the very address that was looked at: a name that changes meanwhile leads nowhere else."""
        url = rules.checked_url(message.subscription.url, private=self.private)
        parts, now = urlsplit(url), self.clock()
        host, port = str(parts.hostname), parts.port or {"https": 443, "http": 80}[parts.scheme]
        addresses = await self._looked_up(host, port)
        address = rules.chosen_address(url, addresses, private=self.private)
        place = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
        signed = rules.headers(
            service.secrets_of(message.subscription, now), message.id, now, message.body
        )
        return client.build_request(
            "POST",
            urlunsplit((parts.scheme, place, parts.path or "/", parts.query, "")),
            content=message.body,
            headers={**signed, "host": parts.netloc},
            extensions={"sni_hostname": host},
        )

    async def _looked_up(self, host: str, port: int) -> Sequence[str]:
        """The addresses of a host. All who ask meanwhile wait for one look: a name without an answer holds one thread."""
        place = host, port
        look = self.looks.get(place)
        if look is None or look.cancelled():
            threads = self.slow_threads if place in self.slow else self.threads
            look = asyncio.get_running_loop().run_in_executor(threads, self._look_at, host, port)
            self.looks[place] = look

            def ended(done: asyncio.Future[Sequence[str]]) -> None:
                self.looks.pop(place, None)
                if not done.cancelled():
                    done.exception()  # nobody may wait for it any more

            look.add_done_callback(ended)
        return await asyncio.shield(look)

    def _look_at(self, host: str, port: int) -> Sequence[str]:
        """The addresses of a host, in a thread; notes whether it took too long."""
        began = time.monotonic()
        try:
            return self.resolve(host, port)
        finally:
            late = time.monotonic() - began > ANSWER_SECONDS
            (self.slow.add if late else self.slow.discard)((host, port))

    def _settle(self, message: Message, outcome: Attempted) -> None:
        now = self.clock()
        with transaction(self.engine) as session:
            row = session.get(Delivery, message.delivery.id)
            if row is None or row.attempts != message.delivery.attempts:
                return  # replayed, or sent again by a person meanwhile
            service.settle(row, now, outcome.answer, outcome.reason, outcome.wish)
            name = message.subscription.name
            if outcome.answer == HTTPStatus.GONE and _is_active(session, name):
                service.set_status(session, name, SubscriptionStatus.PAUSED, "410 Gone")

    @staticmethod
    def _client() -> httpx.AsyncClient:
        return httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=ANSWER_SECONDS)


def _is_active(session: Session, name: str) -> bool:
    """Whether the subscription is told still: it may have been paused or ended while a message was under way."""
    found = queries.subscription(session, name)
    return found is not None and found.status == SubscriptionStatus.ACTIVE
