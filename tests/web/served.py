"""A house that is served over the wire, for browsers and for streams: uvicorn in a thread, on a free loopback port."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from erp.api.settings import Settings
from erp.app import create_app
from tests.api.house import House

from .chain import Chain

START_SECONDS = 20


@dataclass
class Served:
    """A house with a chain, its address, and the server behind it."""

    house: House
    chain: Chain
    url: str
    server: uvicorn.Server

    def stop(self) -> None:
        """Ends all streams and the server."""
        self.house.app.state.request_context.live.end()
        self.server.should_exit = True


@contextmanager
def serving(house: House) -> Iterator[Served]:
    """The house over the wire until the end."""
    chain, salts = Chain(house.engine), itertools.count(10_000)
    house.app = create_app(
        Settings(
            house.engine, house.clock, lambda size: next(salts).to_bytes(size, "big"), witness=chain
        )
    )
    server = uvicorn.Server(uvicorn.Config(house.app, port=0, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    ends = time.monotonic() + START_SECONDS
    while not server.started:
        assert time.monotonic() < ends, "the server did not start"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    served = Served(house, chain, f"http://127.0.0.1:{port}", server)
    try:
        yield served
    finally:
        served.stop()
        thread.join(timeout=10)
