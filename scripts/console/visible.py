"""What a node has just mined, read patiently.

A node may raise the sender's nonce a moment before the transaction can be found by its hash; Anvil does under load.
Brownie takes that moment for a dropped transaction and gives up. So a look at a transaction that was sent from here is
repeated for a short time before "not found" is believed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

SENDS = frozenset({"eth_sendTransaction", "eth_sendRawTransaction"})
LOOKS = frozenset({"eth_getTransactionByHash", "eth_getTransactionReceipt"})
LOOKS_MAX = 40  # before "not found" is believed
PAUSE_SECONDS = 0.05

MakeRequest = Callable[[Any, Any], Any]  # method, parameters -> JSON-RPC answer


def patient(
    make_request: MakeRequest, sent: set[str], sleep: Callable[[float], None] = time.sleep
) -> MakeRequest:
    """`make_request`, except that a transaction sent through it is looked for up to LOOKS_MAX times, PAUSE_SECONDS apart.

    `sent` keeps the hashes of what was sent. Returns the node's last answer; another hash is looked for once.
    """

    def request(method: Any, parameters: Any) -> Any:
        answer = make_request(method, parameters)
        if method in SENDS and answer.get("result"):
            sent.add(_text(answer["result"]))
        if method not in LOOKS or _text(parameters[0]) not in sent:
            return answer
        for _ in range(LOOKS_MAX - 1):
            if answer.get("result") is not None or "error" in answer:
                break
            sleep(PAUSE_SECONDS)
            answer = make_request(method, parameters)
        return answer

    return request


def _text(value: Any) -> str:
    """A hash as lower-case hex with its prefix, whether it was bytes or text."""
    text = value.hex() if isinstance(value, bytes) else str(value)
    return "0x" + text.lower().removeprefix("0x")


def install(web3: Any) -> None:
    """Makes every later request of Brownie's `web3` patient. Once for each connection."""
    from web3.middleware import Web3Middleware  # noqa: PLC0415 - of Brownie's environment

    sent: set[str] = set()

    class Patient(Web3Middleware):  # type: ignore[misc]
        def wrap_make_request(self, make_request: MakeRequest) -> MakeRequest:
            return patient(make_request, sent)

    web3.middleware_onion.add(Patient, "patient")
