"""Bodies reach a node on this machine directly, on one connection, and another through `requests`."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from bridge.chain import transport
from bridge.chain.client import Client
from bridge.errors import NodeUnavailable


class Node(BaseHTTPRequestHandler):
    """Answers what it is told to, and counts its connections."""

    protocol_version = "HTTP/1.1"
    timeout = 10
    status: ClassVar[int] = 200
    answer: ClassVar[bytes] = b"{}"
    connections: ClassVar[int] = 0
    closes: ClassVar[bool] = False
    paths: ClassVar[list[str]] = []

    def setup(self) -> None:
        super().setup()
        type(self).connections += 1

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.paths.append(self.path)
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.answer)))
        self.end_headers()
        self.wfile.write(self.answer)
        self.close_connection = self.closes

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def node() -> Iterator[tuple[type[Node], str]]:
    class Own(Node):
        paths: ClassVar[list[str]] = []

    server = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield Own, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def result(value: object) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 0, "result": value}).encode()


def test_questions_share_a_connection_and_a_closed_one_is_opened_again(
    node: tuple[type[Node], str],
) -> None:
    handler, url = node
    handler.answer = result("0x1")
    client = Client([url])
    assert [client.call("eth_blockNumber") for _ in range(3)] == ["0x1"] * 3
    assert handler.connections == 1
    handler.closes = True
    assert [client.call("eth_blockNumber") for _ in range(3)] == ["0x1"] * 3
    assert handler.connections == 3


def test_path_and_query_of_the_url_are_asked(node: tuple[type[Node], str]) -> None:
    handler, url = node
    handler.answer = result(None)
    Client([f"{url}/rpc/v1?key=7"]).call("eth_blockNumber")
    assert handler.paths == ["/rpc/v1?key=7"]


@pytest.mark.parametrize("user", ["", "me:secret@"])  # with a name in it, requests is asked
def test_an_http_error_is_an_absent_node(node: tuple[type[Node], str], user: str) -> None:
    handler, url = node
    handler.status, handler.answer = 502, result("0x1")
    client = Client([url.replace("//", f"//{user}")])
    with pytest.raises(NodeUnavailable, match="502"):
        client.call("eth_blockNumber")


@pytest.mark.parametrize("answer", [b"", b"<html>", b"7", b"[]", b"null"])
def test_an_answer_that_is_none_is_an_absent_node(
    node: tuple[type[Node], str], answer: bytes
) -> None:
    handler, url = node
    handler.answer = answer
    with pytest.raises(NodeUnavailable):
        Client([url]).call("eth_blockNumber")


@pytest.mark.parametrize(
    "answer", [b"{}", b"7", b"[]", b"[1]", b'[{"id": "x"}]', b'[{"result": 1}]']
)
def test_a_batch_that_is_not_answered_whole_is_an_absent_node(
    node: tuple[type[Node], str], answer: bytes
) -> None:
    handler, url = node
    handler.answer = answer
    with pytest.raises(NodeUnavailable):
        Client([url]).batch([("eth_blockNumber", [])])


def test_only_a_node_on_this_machine_is_asked_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_directly", lambda _: "directly")
    monkeypatch.setattr(transport, "_by_requests", lambda _: "by requests")
    told = {
        url: transport.post_to(url)
        for url in (
            "http://127.0.0.1:8545",
            "http://localhost:8545/x",
            "http://me:secret@127.0.0.1:8545",
            "https://127.0.0.1:8545",
            "http://node.example:8545",
        )
    }
    assert list(told.values()) == ["directly"] * 2 + ["by requests"] * 3
