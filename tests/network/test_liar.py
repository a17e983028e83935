"""The liar of a drill: honest until it is told to lie, and then it is caught by what it says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bridge.errors import NodeUnavailable
from scripts.network.rpc import ask
from scripts.plays.drill.liar import INVENTED, Liar

WORD = "11" * 32
ANSWERS = {
    "eth_blockNumber": "0x7",
    "eth_getBlockByNumber": {"number": "0x7", "receiptsRoot": "0x" + WORD},
    "eth_getLogs": [{"data": "0x" + WORD + WORD}, {"data": "0x"}],
}


class Honest(BaseHTTPRequestHandler):
    """A node that says the same each time."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        each = [{"id": one["id"], "result": ANSWERS[one["method"]]} for one in _listed(asked)]
        body = json.dumps(each if isinstance(asked, list) else each[0]).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's word
        pass


def _listed(asked: object) -> list[dict[str, str]]:
    return asked if isinstance(asked, list) else [asked]  # type: ignore[list-item]


@pytest.fixture
def node() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Honest)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_it_passes_everything_on_until_it_lies(node: ThreadingHTTPServer) -> None:
    with Liar(f"http://127.0.0.1:{node.server_port}") as liar:
        for method, told in ANSWERS.items():
            assert ask(liar.url, method) == told
        assert liar.lies == 0
        liar.lying = True
        assert ask(liar.url, "eth_blockNumber") == "0x7"
        assert ask(liar.url, "eth_getBlockByNumber")["receiptsRoot"] == INVENTED
        logs = ask(liar.url, "eth_getLogs")
        assert [log["data"] for log in logs] == ["0x" + WORD + INVENTED[2:], "0x"]
        assert liar.lies == 2


def test_it_is_away_when_its_validator_is(node: ThreadingHTTPServer) -> None:
    with Liar("http://127.0.0.1:1") as liar, pytest.raises(NodeUnavailable):
        ask(liar.url, "eth_blockNumber")
