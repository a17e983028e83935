"""Limits of time and load: who stalls, floods or waits holds up nobody else. A real server, real sockets, real locks."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from typer.testing import CliRunner
from uvicorn.server import ServerState

from erp.api.errors import TooMany
from erp.api.rates import Buckets
from erp.api.relay import BURST, Rate
from erp.api.settings import Limits, Settings
from erp.app import create_app
from erp.cli import app as cli
from erp.connections import BoundedConnection, bounded
from erp.exits import Exit
from erp.kernel.roles import Role
from tests.databases import writer_at_work

from .house import House
from .test_desk import item

ROOT = Path(__file__).parents[2]
HALF_OPEN = 1_500
WRITERS = 45
PATIENCE = 20.0  # seconds after which a test gives up; no figure of speed
HEAD = b"GET /live HTTP/1.1\r\nHost: here\r\n"
CHILD = """
import sys
from erp.administration import serve
serve(sys.argv[1], "127.0.0.1", int(sys.argv[2]), None, sys.argv[3:])
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def served(database_url: str, *limits: str) -> Iterator[int]:
    """The port of a process that serves the API with these limits, and holds few files (1,024) as most systems allow."""
    port = free_port()
    process = subprocess.Popen(
        ["/bin/sh", "-c", 'ulimit -n 1024; exec "$@"', "sh", sys.executable, "-c", CHILD, database_url, str(port), *limits],
        cwd=ROOT,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/live", timeout=5)
                break
            except httpx.TransportError:
                assert process.poll() is None, "the service ended"
                assert time.monotonic() < deadline, "the service did not start"
                time.sleep(0.1)
        yield port
    finally:
        process.kill()
        process.wait()


def opened(port: int, sent: bytes = b"") -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    if sent:
        made.sendall(sent)
    return made


def all_of(connection: socket.socket) -> bytes:
    """What the service says until it closes."""
    told = b""
    try:
        while part := connection.recv(65_536):
            told += part
    except ConnectionResetError:
        pass
    return told


def alive(port: int) -> int:
    return httpx.get(f"http://127.0.0.1:{port}/live", timeout=PATIENCE).status_code


# ---- connections


@pytest.mark.slow
def test_1500_half_open_connections_do_not_stop_live_nor_a_read_nor_a_write(
    house: House, database_url: str
) -> None:
    with served(database_url, "head_seconds=600") as port, ExitStack() as stack:
        for number in range(HALF_OPEN):
            stack.enter_context(opened(port, HEAD if number % 2 else b""))
            if number % 100 == 0:
                assert alive(port) == 200, number
        base = f"http://127.0.0.1:{port}"
        assert alive(port) == 200
        answer = httpx.get(f"{base}/items", headers=house.headers(Role.PLANNER), timeout=PATIENCE)
        assert answer.status_code == 200
        headers = house.headers(Role.PLANNER) | {"Idempotency-Key": "k"}
        made = httpx.post(f"{base}/items", json=item("A"), headers=headers, timeout=PATIENCE)
        assert made.status_code == 201


@pytest.mark.slow
def test_45_waiting_writers_stop_neither_live_nor_the_reads(
    house: House, database_url: str
) -> None:
    with served(database_url) as port, ThreadPoolExecutor(WRITERS) as writers:
        base = f"http://127.0.0.1:{port}"

        def write(number: int) -> int:
            headers = house.headers(Role.PLANNER) | {"Idempotency-Key": f"k-{number}"}
            code = httpx.post(
                f"{base}/items", json=item(f"I-{number}"), headers=headers, timeout=60
            )
            return code.status_code

        with writer_at_work(house.engine):
            sent = [writers.submit(write, number) for number in range(WRITERS)]
            time.sleep(0.5)
            with httpx.Client(base_url=base, timeout=PATIENCE) as wire:
                for _ in range(10):
                    assert wire.get("/live").status_code == 200
                    read = wire.get("/items", headers=house.headers(Role.PLANNER))
                    assert read.status_code == 200
            assert not any(each.done() for each in sent)
        assert {each.result() for each in sent} <= {201, 503}
        assert 201 in {each.result() for each in sent}


@pytest.mark.slow
def test_people_who_sign_in_while_a_writer_works_hold_up_no_reader(
    house: House, database_url: str
) -> None:
    with (
        served(database_url, "judgements_waiting=1000") as port,
        ThreadPoolExecutor(WRITERS) as people,
    ):
        base = f"http://127.0.0.1:{port}"

        def sign_in(_number: int) -> int:
            form = {"token": house.tokens[Role.BUYER]}
            site = {"Sec-Fetch-Site": "same-origin"}
            return httpx.post(
                f"{base}/app/sign-in", data=form, headers=site, timeout=60
            ).status_code

        with writer_at_work(house.engine):
            sent = [people.submit(sign_in, number) for number in range(WRITERS)]
            time.sleep(0.5)
            with httpx.Client(base_url=base, timeout=PATIENCE) as wire:
                read = wire.get("/items", headers=house.headers(Role.PLANNER))
                assert read.status_code == 200
                assert wire.get("/live").status_code == 200
        for each in sent:
            each.result()


@pytest.mark.sqlite("no row is read")
def test_who_is_too_slow_with_a_head_or_a_body_is_told_and_closed(
    house: House, database_url: str
) -> None:
    with served(database_url, "head_seconds=1", "body_seconds=1") as port:
        silent, half = opened(port), opened(port, HEAD)
        slow = opened(port, b"POST /oauth/token HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n"
                      b"Content-Type: application/x-www-form-urlencoded\r\n\r\na=")  # fmt: skip
        unread = opened(port, b"POST /items HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n{")
        for connection in (silent, half, slow):
            with connection:
                assert all_of(connection).startswith(b"HTTP/1.1 408 ")
        with unread:  # refused before its body is read, and then closed all the same
            assert all_of(unread).startswith(b"HTTP/1.1 401 ")
        trickles = opened(port, HEAD + b"\r\n")
        with trickles:
            assert trickles.recv(65_536).startswith(b"HTTP/1.1 200 ")
            trickles.sendall(b"G")
            assert b"HTTP/1.1 408 " in all_of(trickles)
        assert alive(port) == 200


@pytest.mark.sqlite("no row is read")
def test_a_head_without_end_is_refused_at_its_bound(house: House, database_url: str) -> None:
    with served(database_url, "head_bytes=2048") as port, opened(port, HEAD) as endless:
        told = b""
        for _ in range(1_000):
            try:
                endless.sendall(b"x: " + b"y" * 500 + b"\r\n")
            except (BrokenPipeError, ConnectionResetError):
                break
            time.sleep(0.001)
        else:
            pytest.fail("half a megabyte of head was taken")
        told += all_of(endless)
        assert told == b"" or told.startswith(b"HTTP/1.1 431 ")
        assert alive(port) == 200


HEADS = {
    "second": HEAD + b"\r\n" + HEAD,  # of a request behind one that is being answered
    "trailers": b"POST /app/sign-in HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
}


@dataclass
class Wire(asyncio.Transport):
    """What a connection writes to and reads from, without a socket."""

    said: bytes = b""
    closed: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def is_closing(self) -> bool:
        return self.closed

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.said += bytes(data)

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


def fed(first: bytes, piece: bytes) -> tuple[BoundedConnection, Wire, int]:
    """A connection that was sent `first`, then `piece` until it was closed or 2 MB are sent; and bytes of the pieces."""

    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await asyncio.sleep(3_600)

    async def feed() -> tuple[BoundedConnection, Wire, int]:
        kind = bounded(Limits())
        config = uvicorn.Config(app, http=kind, ws="none")
        config.load()
        connection, wire, sent = (
            kind(config=config, server_state=ServerState(), app_state={}),
            Wire(),
            0,
        )
        connection.connection_made(wire)
        for part in (first[: len(first) // 2], first[len(first) // 2 :]):
            connection.data_received(part)
            await asyncio.sleep(0)
        while not wire.closed and sent < 2_000_000:
            connection.data_received(piece)
            sent += len(piece)
            await asyncio.sleep(0)
        told = replace(wire)  # before the end of its task, which says more
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        connection.connection_lost(None)
        return connection, told, sent

    return asyncio.run(feed())


@pytest.mark.parametrize("piece", [b"a:b\r\n" * 200, b"y" * 1_000], ids=["fields", "one field"])
@pytest.mark.parametrize("which", sorted(HEADS))
def test_the_bound_of_a_head_holds_for_a_second_request_and_for_trailers(
    which: str, piece: bytes
) -> None:
    first = HEADS[which] + (b"" if piece.startswith(b"a:") else b"x: ")
    connection, wire, sent = fed(first, piece)
    bound = Limits().head_bytes
    assert wire.closed
    assert sent <= bound + 2 * len(piece)
    assert sum(len(name) + len(value) for name, value in connection.headers) <= bound
    assert wire.said.startswith(b"HTTP/1.1 431 ") == (which == "trailers")


def test_a_head_that_comes_whole_and_too_long_in_one_read_begins_no_request() -> None:
    connection, wire, _ = fed(b"", HEAD + b"a:b\r\n" * 20_000 + b"\r\n")
    assert wire.said.startswith(b"HTTP/1.1 431 ")
    assert connection.cycle is None


def test_a_body_larger_than_any_head_is_taken() -> None:
    size = 2_100_000
    first = b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % size
    _, wire, sent = fed(first, b"z" * 50_000)
    assert not wire.closed
    assert sent == 2_000_000


@pytest.mark.sqlite("no row is read")
def test_who_is_silent_after_an_answer_is_kept_for_the_idle_time_not_for_that_of_a_head(
    house: House, database_url: str
) -> None:
    with (
        served(database_url, "head_seconds=1", "idle_seconds=30") as port,
        opened(port, HEAD + b"\r\n") as kept,
    ):
        told = b""
        while not told.endswith(b"}"):  # head and body may come apart
            told += kept.recv(65_536)
        assert told.startswith(b"HTTP/1.1 200 ")
        time.sleep(2)
        kept.sendall(HEAD + b"Connection: close\r\n\r\n")
        assert all_of(kept).startswith(b"HTTP/1.1 200 ")


@pytest.mark.sqlite("no row is read")
def test_pipelined_and_kept_open_requests_are_all_answered(house: House, database_url: str) -> None:
    with served(database_url, "head_seconds=2") as port, opened(port) as connection:
        connection.sendall((HEAD + b"\r\n") * 20)
        told = b""
        while told.count(b'"alive"') < 20:
            part = connection.recv(65_536)
            assert part, told
            told += part
        connection.sendall(HEAD + b"Connection: close\r\n\r\n")
        assert all_of(connection).startswith(b"HTTP/1.1 200 ")


# ---- rates


def limited(house: House, **limits: int) -> None:
    """The house's API again, under these limits, in a time that stands still."""
    context = house.app.state.request_context
    house.app = create_app(
        Settings(house.engine, house.clock, context.randomness, limits=Limits(**limits), ticks=lambda: 0.0)
    )  # fmt: skip
    house.client = type(house.client)(house.app, raise_server_exceptions=False)


def test_a_token_that_sends_too_much_is_slowed_and_no_other(house: House) -> None:
    limited(house, token_rate=1)
    codes = [house.get(Role.PLANNER, "/me").status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]
    slowed = house.post(Role.PLANNER, "/items", item("A"))
    assert slowed.status_code == 429
    assert slowed.headers["retry-after"] == "1"
    assert slowed.json()["type"] == "urn:interlock:problem:too-many-requests"
    assert house.get(Role.BUYER, "/me").status_code == 200


def test_strangers_are_slowed_before_anybody_who_is_known(house: House) -> None:
    limited(house, stranger_rate=1)
    wrong = {"Authorization": "Bearer erp_wrong"}
    codes = [house.client.get("/me", headers=wrong).status_code for _ in range(3)]
    codes += [house.client.get("/me").status_code for _ in range(3)]
    assert codes == [401] * 5 + [429]
    assert house.get(Role.PLANNER, "/me").status_code == 200


def test_an_address_that_floods_is_refused_whatever_it_sends_and_live_is_told(house: House) -> None:
    limited(house, address_rate=1)
    paths = ["/healthz", "/docs", "/app/sign-in", "/nothing", "/openapi.json"]
    assert 429 not in [house.client.get(path).status_code for path in paths]
    for path in paths:
        assert house.client.get(path).status_code == 429
    assert house.get(Role.PLANNER, "/me").status_code == 429
    assert house.client.get("/live").json() == {"status": "alive"}


def test_pages_count_for_the_token_of_the_session(house: House) -> None:
    limited(house, token_rate=1)
    site = {"Sec-Fetch-Site": "same-origin"}
    house.client.post("/app/sign-in", data={"token": house.tokens[Role.BUYER]}, headers=site)
    codes = [house.client.get("/app/").status_code for _ in range(6)]
    assert codes[0] == 200
    slowed = house.client.get("/app/")
    assert slowed.status_code == 429
    assert "Too many requests" in slowed.text
    assert "retry-after" in slowed.headers


def test_a_bucket_fills_with_time_and_a_million_keys_take_the_memory_of_the_bound() -> None:
    now = [0.0]
    buckets = Buckets(2, 5, lambda: now[0])
    assert [buckets.take("a") for _ in range(11)] == [0] * 10 + [1]
    now[0] += 0.5
    assert [buckets.take("a") for _ in range(2)] == [0, 1]
    now[0] += 1_000
    assert [buckets.take("a") for _ in range(11)] == [0] * 10 + [1]
    for number in range(1_000):
        buckets.take(str(number))
    assert len(buckets) == 5


@pytest.mark.parametrize("kind", ["bucket", "relay"])
def test_threads_together_take_no_more_than_one_alone(kind: str) -> None:
    def ticks() -> float:
        time.sleep(0)  # lets another thread in between
        return 0.0

    if kind == "bucket":
        take, most = Buckets(1, 100, ticks).take, 5
    else:
        rate, most = Rate(ticks), BURST

        def take(_key: str) -> int:
            try:
                rate.take(1)
            except TooMany:
                return 1
            return 0

    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(16) as threads:
            taken = threads.map(lambda _: sum(take("k") == 0 for _ in range(500)), range(16))
        assert sum(taken) == most
    finally:
        sys.setswitchinterval(switch)


# ---- limits by name


@pytest.mark.parametrize(
    ("told", "why"),
    [("connection=5", "no limit is named 'connection'"), ("connections=1", "must be 2 to"),
     ("connections=many", "whole number"), ("connections", "whole number"), ("connections=-5", "whole number")],
)  # fmt: skip
def test_a_limit_that_makes_no_sense_is_refused_by_its_name(told: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Limits.read([told])
    refused = CliRunner().invoke(cli, ["serve", "--db", "sqlite://", "--limit", told])
    assert refused.exit_code == Exit.USAGE
    assert why in refused.output


def test_limits_are_read_by_name() -> None:
    assert Limits.read(["connections=7", "head_seconds=3"]) == Limits(connections=7, head_seconds=3)


def test_every_limit_stands_in_the_page_of_operations_with_its_default_and_what_it_bounds() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for each in fields(Limits):
        row = f"| `{each.name}` | {each.default:,} | {each.metadata['about']} |"
        assert row in page, row


def test_a_service_that_may_not_hold_its_connections_says_so_and_does_not_start(
    house: House, database_url: str
) -> None:
    refused = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -n 256; exec "$@"', "sh", sys.executable, "-c", CHILD, database_url, "0"],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert refused.returncode != 0
    assert "--limit connections=156" in refused.stderr
