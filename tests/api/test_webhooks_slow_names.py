"""Attack 9: one receiver's name is looked up for long, since nobody answers for it; the messages of others are sent."""

from __future__ import annotations

import asyncio
import time

import pytest

from erp.webhooks import sender
from erp.webhooks.sender import Sender

from .house import House
from .test_webhooks import Receiver, added, receiver, states, subscribed

__all__ = ["receiver"]

SLOW = "slow.test"
ANSWER_SECONDS, LOOKED_UP_SECONDS = (
    0.5,
    2.0,
)  # a bound of fifteen seconds, and a resolver of a minute
MESSAGES = 20
PASSES = 8


def test_a_name_that_is_looked_up_for_long_keeps_no_other_message(
    house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "ANSWER_SECONDS", ANSWER_SECONDS)

    def resolve(host: str, _port: int) -> list[str]:
        if host == SLOW:
            time.sleep(LOOKED_UP_SECONDS)
        return ["127.0.0.1"]

    port = receiver.url.split(":")[2].split("/", maxsplit=1)[0]
    subscribed(house, f"http://{SLOW}:{port}/a", name="slow")
    subscribed(house, f"http://good.test:{port}/b", name="good")
    added(house, *(f"S{place}" for place in range(MESSAGES)))
    mine = Sender(house.engine, house.clock, "P1", True, resolve)

    async def walks() -> None:
        async with mine._client() as client:
            for _ in range(PASSES):
                await mine.once(client)
                house.clock.now += 5

    asyncio.run(walks())
    assert states(house, "good") == [("delivered", 1, 204)] * MESSAGES
