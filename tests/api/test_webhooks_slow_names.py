"""Attacks K10 and L2 of reviews 18 and 19: receivers' names are looked up for long; the messages of others are sent."""

from __future__ import annotations

import asyncio
import time

import pytest

from erp.webhooks import sender
from erp.webhooks.sender import Sender

from .house import House
from .test_webhooks import Receiver, added, receiver, states, subscribed

__all__ = ["receiver"]

ANSWER_SECONDS = 0.5  # in place of fifteen; a resolver takes up to a minute


def sent_beside(
    house: House, receiver: Receiver, *, slow: int, seconds: float, messages: int, passes: int
) -> None:
    """So many messages go to a good receiver, and to `slow` others, whose names are looked up for these seconds each."""

    def resolve(host: str, _port: int) -> list[str]:
        if host.startswith("slow"):
            time.sleep(seconds)
        return ["127.0.0.1"]

    port = receiver.url.split(":")[2].split("/", maxsplit=1)[0]
    for place in range(slow):
        subscribed(house, f"http://slow{place}.test:{port}/a", name=f"slow{place}")
    subscribed(house, f"http://good.test:{port}/b", name="good")
    added(house, *(f"S{place}" for place in range(messages)))
    mine = Sender(house.engine, house.clock, "P1", True, resolve)

    async def walks() -> None:
        async with mine._client() as client:
            for _ in range(passes):
                await mine.once(client)
                house.clock.now += 5

    asyncio.run(walks())


@pytest.fixture(autouse=True)
def _short_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "ANSWER_SECONDS", ANSWER_SECONDS)


def test_a_name_that_is_looked_up_for_long_keeps_no_other_message(
    house: House, receiver: Receiver
) -> None:
    sent_beside(house, receiver, slow=1, seconds=2.0, messages=20, passes=8)
    assert states(house, "good") == [("delivered", 1, 204)] * 20


def test_many_names_that_are_looked_up_for_long_keep_no_other_message(
    house: House, receiver: Receiver
) -> None:
    sent_beside(house, receiver, slow=24, seconds=1.5, messages=12, passes=20)
    assert [state for state, *_ in states(house, "good")] == ["delivered"] * 12
