"""A node that lies when it is told to: it stands between the bridge and one validator, and changes what that one answers."""

from __future__ import annotations

import json
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

HOST = "127.0.0.1"
SECONDS = 30.0
INVENTED = "0x" + "5a" * 32
MONEY_HEX = 64  # the last word of an event's data


class Liar:
    """Passes everything on; while `lying` is set it invents money in events and roots in headers."""

    def __init__(self, target: str) -> None:
        self.lying = False
        self.lies = 0  # answers that were changed
        self._target = target
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self._server = ThreadingHTTPServer((HOST, 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, body: bytes) -> bytes:
        asked = json.loads(body)
        request = urllib.request.Request(  # noqa: S310 - always http on loopback
            self._target, body, {"content-type": "application/json"}
        )
        with self._opener.open(request, timeout=SECONDS) as honest:
            told = json.load(honest)
        if self.lying:
            one = isinstance(asked, dict)
            methods = {each["id"]: each["method"] for each in ([asked] if one else asked)}
            for answer in [told] if one else told:
                self._change(methods.get(answer.get("id"), ""), answer.get("result"))
        return json.dumps(told).encode()

    def _change(self, method: str, result: Any) -> None:
        if method == "eth_getBlockByNumber" and isinstance(result, dict):
            result["receiptsRoot"] = INVENTED
            self.lies += 1
        if method == "eth_getLogs" and result:
            for log in result:
                log["data"] = (
                    log["data"][:-MONEY_HEX] + INVENTED[2:] if log["data"] != "0x" else "0x"
                )
            self.lies += 1

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        liar = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                try:
                    self._tell(liar._answer(body))
                except (OSError, ValueError):
                    # its validator is away, and so is it; or who asked has gone
                    self.close_connection = True
                    self.connection.close()

            def _tell(self, told: bytes) -> None:
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)
                self.wfile.flush()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's word
                """Says nothing."""

        return Handler
