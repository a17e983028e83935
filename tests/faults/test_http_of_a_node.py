"""Attack E7, one bad node: what the HTTP library does by itself (redirections, cookies) has no bound and no end."""

from __future__ import annotations

import gc
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.cookiejar import Cookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bridge.chain.rpc import Node
from bridge.errors import NodeUnavailable


@contextmanager
def going_round(pause: float) -> Iterator[str]:
    """A node that sends whoever asks to itself, again and again, after a while."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(pause)
            self.send_response(307)
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/again")  # type: ignore[attr-defined]
            self.send_header("Content-Length", "0")
            with suppress(OSError):
                self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_node_that_sends_one_round_in_circles_holds_nobody_longer_than_one_answer() -> None:
    """The time of an answer begins anew with each redirection, of which the library follows thirty."""
    with going_round(0.4) as url:
        node = Node(url)
        node._options["timeout"] = 0.5
        began = time.monotonic()
        with pytest.raises(NodeUnavailable):
            node.call("eth_blockNumber")
        took = time.monotonic() - began
    assert took < 1.0, f"{took:.1f} s: of half a second"


def test_a_node_does_not_have_signed_transactions_sent_to_a_place_that_nobody_named() -> None:
    """A redirection with status 307 takes the body along: to whatever address the node names."""
    got: list[bytes] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            body = b'{"jsonrpc":"2.0","id":0,"result":"0x1"}'
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    elsewhere = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=elsewhere.serve_forever, args=(0.05,), daemon=True).start()

    class Sends(Elsewhere):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(307)
            self.send_header("Location", f"http://127.0.0.1:{elsewhere.server_port}/")
            self.send_header("Content-Length", "0")
            self.end_headers()

    node = ThreadingHTTPServer(("127.0.0.1", 0), Sends)
    threading.Thread(target=node.serve_forever, args=(0.05,), daemon=True).start()
    try:
        with suppress(NodeUnavailable):
            Node(f"http://127.0.0.1:{node.server_port}").call("eth_sendRawTransaction", "0xabcd")
    finally:
        for server in (node, elsewhere):
            server.shutdown()
            server.server_close()
    assert got == []


def test_what_a_node_sets_as_cookies_is_not_kept() -> None:
    """Each answer may bring a hundred of 64 KB; the session keeps them all, for as long as the daemon lives."""
    count = iter(range(10**9))

    class Sets(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": "0x1"}).encode()
            self.send_response(200)
            for _ in range(50):
                self.send_header("Set-Cookie", f"c{next(count)}={'x' * 60_000}; Path=/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Sets)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        node = Node(f"http://127.0.0.1:{server.server_port}")
        for _ in range(10):
            assert node.call("eth_blockNumber") == "0x1"
        gc.collect()
        kept = sum(len(o.value or "") for o in gc.get_objects() if isinstance(o, Cookie))
    finally:
        server.shutdown()
        server.server_close()
    assert kept == 0, f"{kept // 1_000_000} MB after ten answers"
