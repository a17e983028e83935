"""A real `interlock erp serve` in a process of its own, and tokens made by the command line."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from ...devchain.processes import ROOT, STOP_TIMEOUT_SECONDS
from .client import Client
from .cpu import cpu_seconds

START_TIMEOUT_SECONDS = 60.0
POLL_SECONDS = 0.05
TAIL_CHARACTERS = 2_000
ROLES = ("warehouse", "quality", "finance")
INTERLOCK = (sys.executable, "-m", "scripts.interlock")


class NoServer(Exception):
    """The server did not start; the text holds the end of its log."""


class Server:
    """Serves the books at a URL on a free port of the loopback, from `with` to its end."""

    def __init__(self, url: str, home: Path, roles: tuple[str, ...] = ROLES) -> None:
        self._url = url
        self._roles = roles
        self._log = home / "server.log"
        self._tokens: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    def __enter__(self) -> Self:
        try:
            return self._start()
        except BaseException:
            self._stop()
            raise

    def _start(self) -> Self:
        self._tokens = {role: self._token(role) for role in self._roles}
        self._port = _free_port()
        command = [*INTERLOCK, "erp", "serve", "--port", str(self._port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment(), stdout=log, stderr=log
            )
        self._await_ready()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def client(self, role: str) -> Client:
        """A client with the token of a role."""
        return Client(self._port, self._tokens[role])

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._port

    def token(self, role: str) -> str:
        """The token of a role."""
        return self._tokens[role]

    def new_token(self, role: str, name: str) -> str:
        """Another token of a role."""
        return self._token(role, name)

    def cpu_seconds(self) -> float | None:
        """CPU seconds of the server so far; None where the system does not tell."""
        return cpu_seconds(self._process.pid) if self._process is not None else None

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "INTERLOCK_DB": self._url}

    def _token(self, role: str, name: str = "bench") -> str:
        command = [*INTERLOCK, "erp", "token", "create", "--role", role]
        made = subprocess.run(
            [*command, "--name", f"{name}-{role}", "--json"],
            cwd=ROOT,
            env=self._environment(),
            check=False,
            capture_output=True,
            text=True,
        )
        if made.returncode:
            raise NoServer(made.stderr[-TAIL_CHARACTERS:])
        return str(json.loads(made.stdout)["token"])

    def _await_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not _is_well(self._port):
            ended = self._process is not None and self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                raise NoServer(self._log.read_text(errors="replace")[-TAIL_CHARACTERS:])
            time.sleep(POLL_SECONDS)


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_well(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=POLL_SECONDS * 20)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()
