"""Development chains on loopback: Hardhat, Ganache and Anvil behind one class.

All three are started with the same promises: free gas (base fee 0 or none, gas price 0 accepted
from accounts that hold nothing), transactions mined as they come, a start date of your choice, the
usual limit on contract size, and no life after the process that started them.

    with DevChain("hardhat", start=parse_time("2006-05-01T00:00:00Z")) as chain:
        chain.set_time(chain.head_time() + 86_400)
        print(chain.url, chain.accounts[0].address)

Use legacy transactions with gas price 0: all three accept them. Ganache cannot start with a base
fee of 0, so it runs the last hardfork without a base fee (berlin) and refuses type-2 transactions.
"""

from __future__ import annotations

import argparse
import ctypes
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bridge.operator.stopping import forget_the_interrupt, interrupt_once

from .devnodes import (
    COMMANDS,
    DEFAULT_CHAIN_ID,
    DEFAULT_START,
    HOST,
    KINDS,
    ROOT,
    DevAccount,
    DevChainError,
    Kind,
    Launch,
    dev_accounts,
    environment,
    iso_time,
    parse_time,
)

__all__ = ["KINDS", "DevAccount", "DevChain", "DevChainError", "Kind", "dev_accounts", "parse_time"]

START_TIMEOUT_SECONDS = 60.0
STOP_TIMEOUT_SECONDS = 5.0
RPC_TIMEOUT_SECONDS = 30.0
POLL_SECONDS = 0.05
PORT_ATTEMPTS = 20
OUTPUT_TAIL_LINES = 40
PR_SET_PDEATHSIG = 1


def _die_with(parent: int) -> Callable[[], None] | None:
    """A hook for the child: Linux kills it when ``parent`` is gone, even by SIGKILL."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def arm() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return arm


def _reserve_port() -> tuple[int, socket.socket]:
    """A free TCP port of the loopback, and the socket that keeps other DevChains away from it.

    The reservation is a UDP socket on the same number: the node can bind TCP meanwhile, and the
    kernel frees it with this process.
    """
    for _ in range(PORT_ATTEMPTS):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.bind((HOST, 0))
            port: int = probe.getsockname()[1]
        guard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            guard.bind((HOST, port))
        except OSError:
            guard.close()
            continue
        return port, guard
    raise DevChainError(f"no free port on {HOST} after {PORT_ATTEMPTS} attempts")


def _require_free(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if probe.connect_ex((HOST, port)) == 0:
            raise DevChainError(f"port {port} of {HOST} is already in use by another program")


def _scratch_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder under build/ for one node's output and caches; `make clean` finds leftovers."""
    parent = ROOT / "build" / "chain"
    parent.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(prefix="node-", dir=parent, ignore_cleanup_errors=True)


class DevChain:
    """One node process; alive between ``start()`` and ``stop()``, or inside a ``with``.

    Start it from a thread that outlives it: the kernel ties the node to the starting thread.
    """

    def __init__(
        self,
        kind: Kind = "hardhat",
        *,
        port: int = 0,
        start: int | datetime = DEFAULT_START,
        chain_id: int = DEFAULT_CHAIN_ID,
        interval_seconds: float | None = None,
    ) -> None:
        """Prepare a node; nothing runs yet.

        ``port`` 0 takes a free one; ``start`` is the genesis time (Unix seconds or datetime);
        ``interval_seconds`` adds an empty block every so often, besides those of transactions.
        """
        if kind not in KINDS:
            raise DevChainError(f"unknown chain {kind!r}: choose one of {', '.join(KINDS)}")
        if interval_seconds is not None and interval_seconds <= 0:
            raise DevChainError(f"interval_seconds must be positive, not {interval_seconds}")
        self.kind: Kind = kind
        self.chain_id = chain_id
        self.start_time = start if isinstance(start, int) else int(start.timestamp())
        self._wanted_port = port
        self._interval = interval_seconds
        self._port = port
        self._guard: socket.socket | None = None
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._heartbeat: threading.Thread | None = None
        self._stopping = threading.Event()
        self._ids = itertools.count(1)
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> Self:
        """Start the node; return when it answers, or DevChainError with its output."""
        if self._process is not None:
            raise DevChainError("this chain has been started already")
        try:
            self._launch()
            self._await_ready()
        except BaseException:
            self.stop()
            raise
        if self._interval is not None:
            self._heartbeat = threading.Thread(
                target=self._beat, name="devchain-heartbeat", daemon=True
            )
            self._heartbeat.start()
        return self

    def stop(self) -> None:
        """End the node and everything it started, and remove its scratch folder. Safe to repeat."""
        self._stopping.set()
        if self._heartbeat is not None:
            self._heartbeat.join(STOP_TIMEOUT_SECONDS)
            self._heartbeat = None
        if self._process is not None:
            _end_group(self._process)
            self._process = None
        if self._guard is not None:
            self._guard.close()
            self._guard = None
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    def _launch(self) -> None:
        self._stopping.clear()
        if self._wanted_port == 0:
            self._port, self._guard = _reserve_port()
        else:
            _require_free(self._wanted_port)
        self._scratch = _scratch_folder()
        self._spawn(self.start_time)

    def relaunch(self, start: int, options: Sequence[str] = ()) -> None:
        """Kills the node and starts it again on its port, with its clock at ``start`` and options of its own kind."""
        node = self.require_alive()
        os.killpg(node.pid, signal.SIGKILL)
        node.wait()
        self._spawn(start, options)
        self._await_ready()

    def _spawn(self, start: int, options: Sequence[str] = ()) -> None:
        if self._scratch is None:
            raise DevChainError("this chain is not running")
        launch = Launch(self._port, self.chain_id, start, Path(self._scratch.name))
        with self._output_path().open("wb") as output:
            self._process = subprocess.Popen(
                [*COMMANDS[self.kind](launch), *options],
                cwd=ROOT,
                env=environment(self.kind, launch),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509 - calls prctl and nothing else
            )

    def _await_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while True:
            self.require_alive()
            try:
                answered = int(self.rpc("eth_chainId"), 16)
                break
            except OSError as error:
                if time.monotonic() > deadline:
                    raise self._failure(
                        f"did not answer within {START_TIMEOUT_SECONDS:.0f} s"
                    ) from error
            time.sleep(POLL_SECONDS)
        self.require_alive()
        if answered != self.chain_id:
            raise self._failure(f"has chain id {answered}, not {self.chain_id}")
        if self.kind == "hardhat":
            self.rpc("hardhat_setLoggingEnabled", [False])

    def require_alive(self) -> subprocess.Popen[bytes]:
        """The node's process; DevChainError with the node's last output when it has ended."""
        if self._process is None:
            raise DevChainError("this chain is not running")
        code = self._process.poll()
        if code is not None:
            raise self._failure(f"ended with code {code}")
        return self._process

    def _output_path(self) -> Path:
        if self._scratch is None:
            raise DevChainError("this chain is not running")
        return Path(self._scratch.name) / "output.txt"

    def _failure(self, what: str) -> DevChainError:
        lines = self._output_path().read_text(errors="replace").splitlines()[-OUTPUT_TAIL_LINES:]
        return DevChainError(
            "\n".join([f"the {self.kind} node on port {self._port} {what}:", *lines])
        )

    def _beat(self) -> None:
        while self._interval is not None and not self._stopping.wait(self._interval):
            try:
                self.mine()
            except (OSError, DevChainError) as error:
                if self._stopping.is_set():
                    return
                print(f"devchain: the {self.kind} node no longer mines: {error}", file=sys.stderr)
                return

    @property
    def url(self) -> str:
        """Where the node answers JSON-RPC over HTTP."""
        return f"http://{HOST}:{self._port}"

    @property
    def port(self) -> int:
        """The TCP port of the loopback."""
        return self._port

    @property
    def pid(self) -> int:
        """Process id (and process group) of the node."""
        return self.require_alive().pid

    @property
    def accounts(self) -> tuple[DevAccount, ...]:
        """The accounts of the test phrase, which hold ether at genesis; the first deploys."""
        return dev_accounts()

    def rpc(self, method: str, params: Sequence[object] = ()) -> Any:
        """Result of a JSON-RPC call; DevChainError when refused, OSError when nobody answers."""
        call = {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": list(params)}
        request = urllib.request.Request(  # noqa: S310 - always http on loopback
            self.url, json.dumps(call).encode(), {"Content-Type": "application/json"}
        )
        try:
            with self._opener.open(request, timeout=RPC_TIMEOUT_SECONDS) as response:
                answer = json.load(response)
        except urllib.error.HTTPError as error:
            answer = _error_body(error)
        if "error" in answer:
            raise DevChainError(f"{method}: {answer['error'].get('message', answer['error'])}")
        return answer["result"]

    def head_time(self) -> int:
        """Timestamp of the newest block, Unix seconds."""
        return int(self.rpc("eth_getBlockByNumber", ["latest", False])["timestamp"], 16)

    def set_time(self, timestamp: int) -> None:
        """The next block carries ``timestamp`` (Unix seconds) and time runs on from there.

        On Ganache, whose clock never stops, the next block carries it if it comes in that second.
        DevChainError when that is not after the newest block: time only goes forward.
        """
        head = self.head_time()
        if timestamp <= head:
            raise DevChainError(
                f"cannot set time {iso_time(timestamp)}: the chain is at {iso_time(head)} already"
            )
        if self.kind == "ganache":
            self.rpc("evm_setTime", [timestamp * 1000])
        else:
            self.rpc("evm_setNextBlockTimestamp", [timestamp])

    def reach_time(self, timestamp: int) -> int:
        """The newest block is at ``timestamp`` or later, mined if needed; returns its time."""
        if self.head_time() < timestamp:
            self.set_time(timestamp)
            self.mine()
        return self.head_time()

    def mine(self, blocks: int = 1) -> None:
        """Mines ``blocks`` blocks."""
        for _ in range(blocks):
            self.rpc("evm_mine")


def _error_body(error: urllib.error.HTTPError) -> dict[str, Any]:
    """The JSON-RPC answer inside an HTTP error; the HTTP status itself when there is none."""
    try:
        body = json.loads(error.read())
    except ValueError:
        body = None
    if isinstance(body, dict) and "error" in body:
        return body
    return {"error": {"message": f"HTTP {error.code} {error.reason}"}}


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Ask the process group to end, then insist; afterwards none of it runs."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            break
        try:
            process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.devchain",
        description="Run a development chain on loopback until Ctrl-C.",
    )
    parser.add_argument("kind", choices=KINDS, nargs="?", default="hardhat")
    parser.add_argument("--port", type=int, default=8545, help="0 takes a free port (default 8545)")
    parser.add_argument(
        "--start", type=parse_time, default=int(DEFAULT_START.timestamp()), metavar="ISO"
    )
    parser.add_argument("--chain-id", type=int, default=DEFAULT_CHAIN_ID)
    parser.add_argument("--interval", type=float, metavar="SECONDS", help="also mine every SECONDS")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a node until interrupted; prints its URL as one JSON line once it answers."""
    options = _parser().parse_args(arguments)
    interrupt_once()
    chain = DevChain(
        options.kind,
        port=options.port,
        start=options.start,
        chain_id=options.chain_id,
        interval_seconds=options.interval,
    )
    try:
        with chain:
            ready = {
                "kind": chain.kind,
                "url": chain.url,
                "chainId": chain.chain_id,
                "pid": chain.pid,
            }
            print(json.dumps(ready), flush=True)
            while True:
                chain.require_alive()
                time.sleep(1)
    except KeyboardInterrupt:
        forget_the_interrupt()
        return 0
    except DevChainError as error:
        print(f"devchain: {error}", file=sys.stderr)
        return 1
