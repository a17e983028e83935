"""One question to one validator on loopback, past any proxy of the environment."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from bridge.errors import BadConfiguration, NodeUnavailable

SECONDS = 10.0
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(url: str, method: str, *params: object, seconds: float = SECONDS) -> Any:
    """The result. Raises NodeUnavailable when nobody answers, BadConfiguration when the node refuses."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)})
    request = urllib.request.Request(  # noqa: S310 - always http on loopback
        url, body.encode(), {"content-type": "application/json"}
    )
    try:
        with OPENER.open(request, timeout=seconds) as answer:
            told = json.load(answer)
    except (OSError, ValueError) as error:
        raise NodeUnavailable(f"{url} does not answer {method}: {error}") from error
    if told.get("error"):
        raise BadConfiguration(f"{url} refuses {method}: {told['error'].get('message')}")
    return told["result"]


def height(url: str, seconds: float = 3.0) -> int | None:
    """Number of its newest block; None when it does not answer."""
    try:
        return int(ask(url, "eth_blockNumber", seconds=seconds), 16)
    except (NodeUnavailable, BadConfiguration):
        return None
