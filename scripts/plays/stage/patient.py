"""A client of people whose node may be away for a while: they wait, and send again what they are not sure of."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from bridge.chain.client import Client
from bridge.chain.rpc import Asked, RpcError
from bridge.errors import NodeUnavailable

PATIENCE_SECONDS = 300.0
PAUSE_SECONDS = 0.5
SEND = "eth_sendRawTransaction"
THERE_ALREADY = ("already known", "nonce too low", "already imported")

R = TypeVar("R")


class PatientClient(Client):
    """Asks again while no node answers, up to PATIENCE_SECONDS. What the node refuses is refused at once."""

    def call(self, method: str, *params: Any) -> Any:
        """One request. A transaction that had arrived before the node went away counts as sent."""
        answer, again = self._ask(lambda: self._called(method, *params))
        if isinstance(answer, RpcError):
            if not (again and method == SEND and _is_there(answer)):
                raise answer
            return None
        return answer

    def _called(self, method: str, *params: Any) -> Any:
        try:
            return super().call(method, *params)
        except RpcError as refused:
            return refused

    def batch(self, asked: Sequence[Asked]) -> list[Any]:
        """Answers in order, as `Client.batch` gives them."""
        answers, again = self._ask(lambda: super(PatientClient, self).batch(asked))
        if not again:
            return answers
        return [
            None
            if method == SEND and isinstance(answer, RpcError) and _is_there(answer)
            else answer
            for (method, _), answer in zip(asked, answers, strict=True)
        ]

    def _ask(self, ask: Callable[[], R]) -> tuple[R, bool]:
        """The answer, and whether it was asked for more than once. Raises NodeUnavailable."""
        give_up, again = time.monotonic() + PATIENCE_SECONDS, False
        while True:
            try:
                return ask(), again
            except NodeUnavailable:
                if time.monotonic() > give_up:
                    raise
            again = True
            time.sleep(PAUSE_SECONDS)


def _is_there(refused: RpcError) -> bool:
    return any(words in refused.message.lower() for words in THERE_ALREADY)
