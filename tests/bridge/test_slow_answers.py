"""A node whose answers have no end is as one that does not answer: the ring never waits for it for ever."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bridge.chain import rpc
from bridge.chain.rpc import Node
from bridge.errors import NodeUnavailable

PARTS = 1_000
PAUSE_SECONDS = 0.02  # between two parts: far less than a node may take to answer


class _Quiet(ThreadingHTTPServer):
    """Says nothing of those who hung up."""

    def handle_error(self, *_: Any) -> None: ...


@contextmanager
def answering(
    write: Callable[[BaseHTTPRequestHandler, bytes], None],
) -> Iterator[tuple[str, list[Any]]]:
    """A node whose bodies are written so; its URL, and who has connected to it."""
    connected: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            connected.append(self.client_address)
            super().setup()

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if write is head_in_drops:
                with suppress(OSError):
                    write(self, b"")
                return
            self.send_response(200)
            answer = {"jsonrpc": "2.0", "id": asked["id"], "result": "0x" + "ab" * 100_000}
            with suppress(OSError):  # nobody listens any more
                write(self, json.dumps(answer).encode())

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = _Quiet(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", connected
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def whole(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def in_chunks(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for start in range(0, len(body), 50_000):
        part = body[start : start + 50_000]
        handler.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
    handler.wfile.write(b"0\r\n\r\n")


def in_drops(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
    handler.send_header("Content-Length", str(PARTS))
    handler.end_headers()
    for _ in range(PARTS):
        handler.wfile.write(b" ")
        time.sleep(PAUSE_SECONDS)


def in_small_chunks(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for _ in range(PARTS):
        handler.wfile.write(b"1\r\n \r\n")
        time.sleep(PAUSE_SECONDS)


def head_in_drops(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drops: ")
    for _ in range(PARTS):
        handler.wfile.write(b"a")
        time.sleep(PAUSE_SECONDS)


@pytest.mark.parametrize("slowly", [in_drops, in_small_chunks, head_in_drops])
def test_an_answer_that_comes_drop_by_drop_is_none(
    monkeypatch: pytest.MonkeyPatch, slowly: Callable[[BaseHTTPRequestHandler, bytes], None]
) -> None:
    """Each drop began the library's time anew: every stage waited, and whoever watches them too."""
    monkeypatch.setattr(rpc, "RPC_TIMEOUT_SECONDS", 0.2)
    with (
        answering(slowly) as (url, _),
        pytest.raises(NodeUnavailable, match="not whole within"),
    ):
        Node(url).call("eth_blockNumber")


def test_an_answer_that_never_ends_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rpc, "ANSWER_BYTES_MAX", 1_000)
    with answering(whole) as (url, _), pytest.raises(NodeUnavailable, match="more than 1000 bytes"):
        Node(url).call("eth_blockNumber")


@pytest.mark.parametrize("written", [whole, in_chunks])
def test_a_long_answer_is_read_whole_and_its_connection_kept(
    written: Callable[[BaseHTTPRequestHandler, bytes], None],
) -> None:
    with answering(written) as (url, connected):
        node = Node(url)
        for _ in range(3):
            assert node.call("eth_blockNumber") == "0x" + "ab" * 100_000
        assert len(connected) == 1
