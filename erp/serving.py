"""How the ERP's application is served: by uvicorn, on uvloop and httptools, with bounds of time and number (`Limits`)."""

from __future__ import annotations

import resource
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import FrameType

import uvicorn
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI

from erp.api.settings import Limits
from erp.connections import bounded

OTHER_DESCRIPTORS = 100  # files and connections of the process beside those of its peers
PROXIES = "127.0.0.1,::1"  # whose word on the peer's address is taken


def reading_threads(limits: Limits) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Bounds the threads in which reads are answered, while the application runs.

    Each reads with a connection of its own: the pool of an engine holds 15, of which the desk needs one and the door two.
    """

    @asynccontextmanager
    async def bounding(_app: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = limits.reading_threads
        yield

    return bounding


class _Server(uvicorn.Server):
    """Ends all streams when it is to stop: they would be waited for until their readers leave."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stops serving once what is under way is answered."""
        self.config.app.state.request_context.live.end()  # type: ignore[union-attr]
        super().handle_exit(sig, frame)


def run(
    app: FastAPI, host: str, port: int, limits: Limits | None = None, proxies: str = PROXIES
) -> None:
    """Serves the application until interrupted. No line a request is logged: the document log tells who did what.

    `proxies`: addresses, parted by commas, whose `X-Forwarded-For` is believed. Raises ValueError when the process may not
    hold as many connections as the limits allow.
    """
    bounds = limits or Limits()
    allow_descriptors(bounds.connections + OTHER_DESCRIPTORS)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        server_header=False,
        access_log=False,
        http=bounded(bounds),
        ws="none",
        timeout_keep_alive=bounds.idle_seconds,
        forwarded_allow_ips=proxies,
    )
    _Server(config).run()


def allow_descriptors(needed: int) -> None:
    """Lets the process hold so many files and connections. Raises ValueError when the system does not allow it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise ValueError(
            f"the system allows this process {hard} open files, and {needed} are needed: raise the limit (ulimit -Hn), "
            f"or set --limit connections={max(2, hard - OTHER_DESCRIPTORS)}"
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
