"""Attack 10: the names of many receivers are looked up for long, as the owner of a zone can have it; others are served."""

from __future__ import annotations

import asyncio
import time

import pytest

from erp.webhooks import sender
from erp.webhooks.sender import Sender

from .house import House
from .test_webhooks import Receiver, added, receiver, states, subscribed

__all__ = ["receiver"]

ANSWER_SECONDS, LOOKED_UP_SECONDS = 0.5, 4.0
NAMES = 24
MESSAGES = 12
PASSES = 20


def test_many_names_that_are_looked_up_for_long_keep_no_other_message(
    house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "ANSWER_SECONDS", ANSWER_SECONDS)

    def resolve(host: str, _port: int) -> list[str]:
        if host.startswith("slow"):
            time.sleep(LOOKED_UP_SECONDS)
        return ["127.0.0.1"]

    port = receiver.url.split(":")[2].split("/", maxsplit=1)[0]
    for place in range(NAMES):
        subscribed(house, f"http://slow{place}.test:{port}/a", name=f"slow{place}")
    subscribed(house, f"http://good.test:{port}/b", name="good")
    added(house, *(f"S{place}" for place in range(MESSAGES)))
    mine = Sender(house.engine, house.clock, "P1", True, resolve)

    async def walks() -> None:
        async with mine._client() as client:
            for _ in range(PASSES):
                await mine.once(client)
                house.clock.now += 5

    asyncio.run(walks())
    assert [state for state, *_ in states(house, "good")] == ["delivered"] * MESSAGES
