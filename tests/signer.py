"""A small HTTP signer that speaks Web3Signer's API, as a process of its own; it can be told to misbehave.

`POST /behave` with a name of BEHAVIOURS changes what it does from then on; `GET /asked` tells what was asked to be signed.
"""

from __future__ import annotations

import json
import os
import select
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests
from eth_account import Account
from eth_utils.crypto import keccak

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141  # of the curve
SLOW_SECONDS = 2.0
START_SECONDS = 20.0
ROOT = Path(__file__).resolve().parents[1]
BEHAVIOURS = (
    "well", "wrong key", "other bytes", "high s", "json", "short", "no hex", "empty", "endless", "unknown", "bad request",
    "forbidden", "error", "busy", "slow", "drip", "elsewhere", "garbled keys", "down",
)  # fmt: skip
STATUSES = {"unknown": 404, "bad request": 400, "forbidden": 403, "error": 500, "busy": 429}


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    server: _Server

    def do_GET(self) -> None:
        if self.path == "/asked":
            self._answer(200, json.dumps(self.server.asked))
        elif not self._is_let_in():
            self._answer(401, "who are you?")
        elif self.path == "/upcheck":
            self._answer(STATUSES.get(self.server.behaviour, 200), "OK")
        elif self.path == "/api/v1/eth1/publicKeys":
            listed = (
                ["0x1234"] if self.server.behaviour == "garbled keys" else list(self.server.keys)
            )
            self._answer(STATUSES.get(self.server.behaviour, 200), json.dumps(listed))
        else:
            self._answer(404, "Resource not found")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/behave":
            self.server.behaviour = body.decode()
            self._answer(200, "")
            return
        identifier = self.path.removeprefix("/api/v1/eth1/sign/")
        if not self._is_let_in():
            self._answer(401, "who are you?")
        elif identifier not in self.server.keys:
            self._answer(404, "Public Key not found")
        else:
            content = bytes.fromhex(json.loads(body)["data"].removeprefix("0x"))
            self.server.asked.append(content.hex())
            self._sign(self.server.keys[identifier], content)

    def _sign(self, key: str, content: bytes) -> None:
        behaviour = self.server.behaviour
        if behaviour == "slow":
            time.sleep(SLOW_SECONDS)
        if behaviour == "wrong key":
            key = "0x" + "42" * 32
        if behaviour == "other bytes":
            content += b"\x00"
        made = Account.from_key(key).unsafe_sign_hash(keccak(content))
        s, v = (ORDER - made.s, 55 - made.v) if behaviour == "high s" else (made.s, made.v)
        text = f"0x{made.r:064x}{s:064x}{v:02x}"
        if behaviour == "elsewhere":
            self.send_response(307)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()
        elif behaviour == "drip":
            self._drip(text)
        else:
            said = {
                "json": json.dumps(text), "short": text[:-2], "no hex": "0x" + "zz" * 65, "empty": "",
                "endless": "0" * 100_000,
            }  # fmt: skip
            self._answer(STATUSES.get(behaviour, 200), said.get(behaviour, text))

    def _drip(self, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        try:
            for letter in text:
                self.wfile.write(letter.encode())
                time.sleep(SLOW_SECONDS / 20)
        except OSError:  # whoever asked has had enough
            return

    def _is_let_in(self) -> bool:
        wanted = self.server.authorization
        return not wanted or self.headers.get("Authorization") == wanted

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        with suppress(OSError):  # whoever asked has had enough
            self.wfile.write(text.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        """Says nothing."""


class _Server(ThreadingHTTPServer):
    def __init__(self, told: dict[str, Any]) -> None:
        super().__init__(("127.0.0.1", told["port"]), _Handler)
        self.keys = {
            "0x" + Account.from_key(k)._key_obj.public_key.to_bytes().hex(): k for k in told["keys"]
        }
        self.authorization = told["authorization"]
        self.behaviour = "well"
        self.asked: list[str] = []
        if told["certificate"]:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(told["certificate"])
            if told["clients"]:
                context.verify_mode = ssl.CERT_REQUIRED
                context.load_verify_locations(told["clients"])
            self.socket = context.wrap_socket(self.socket, server_side=True)


class RunningSigner:
    """The process, and what tests tell it."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def behave(self, behaviour: str) -> None:
        """From now on it does this."""
        assert behaviour in BEHAVIOURS
        requests.post(f"{self.url}/behave", data=behaviour, timeout=5).raise_for_status()

    def asked(self) -> list[str]:
        """Everything that it was ever asked to sign, hex."""
        found: list[str] = requests.get(f"{self.url}/asked", timeout=5).json()
        return found

    def stop(self) -> None:
        """It is gone."""
        self.process.kill()
        self.process.wait()


@contextmanager
def running_signer(
    keys: Sequence[str],
    port: int = 0,
    authorization: str = "",
    certificate: str = "",
    clients: str = "",
) -> Iterator[RunningSigner]:
    """A signer with these private keys, ready to be asked."""
    told = {
        "keys": list(keys), "port": port, "authorization": authorization, "certificate": certificate,
        "clients": clients,
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.signer"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(told) + "\n")
        process.stdin.flush()
        assert select.select([process.stdout], [], [], START_SECONDS)[0], (
            "the signer does not start"
        )
        yield RunningSigner(process, int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


if __name__ == "__main__":
    with _Server(json.loads(sys.stdin.readline())) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()
