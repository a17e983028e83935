"""A node that stands between the bridge and the real one, and does not always tell the truth."""

from __future__ import annotations

import copy
import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = dict[str, Any]
Change = Callable[[str, list[Any], Answer], Answer]  # method, parameters, the honest answer


def honest(method: str, params: list[Any], answer: Answer) -> Answer:
    """The answer as it is."""
    return answer


def in_receipts(change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> Change:
    """Changes every receipt that is given, by itself or with its block; None leaves it out."""

    def changed(method: str, _params: list[Any], answer: Answer) -> Answer:
        given = answer.get("result")
        if method == "eth_getTransactionReceipt" and given:
            return {**answer, "result": change(copy.deepcopy(given))}
        if method == "eth_getBlockReceipts" and given:
            kept = [change(copy.deepcopy(one)) for one in given]
            return {**answer, "result": [one for one in kept if one is not None]}
        return answer

    return changed


class NodeProxy:
    """Forwards JSON-RPC; `change` may alter each answer; `down` makes it say nothing."""

    def __init__(self, target: str) -> None:
        self.change: Change = honest
        self.down = False
        self.asked = 0
        self._target = target
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """It is gone."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, body: bytes) -> bytes:
        request = urllib.request.Request(  # noqa: S310 - always http on loopback
            self._target, body, {"Content-Type": "application/json"}
        )
        with self._opener.open(request, timeout=30) as response:
            answers = json.load(response)
        asked = json.loads(body)
        if isinstance(asked, dict):
            return json.dumps(self.change(asked["method"], asked["params"], answers)).encode()
        by_id = {answer["id"]: answer for answer in answers}
        changed = [self.change(a["method"], a["params"], by_id[a["id"]]) for a in asked]
        return json.dumps(changed).encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # head and body leave apart: the second would wait 40 ms

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                proxy.asked += 1
                if proxy.down:
                    self.close_connection = True
                    return
                answer = proxy._answer(body)
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        return Handler


@contextmanager
def node_proxy(target: str) -> Iterator[NodeProxy]:
    """A proxy that ends with the block."""
    proxy = NodeProxy(target)
    try:
        yield proxy
    finally:
        proxy.close()
