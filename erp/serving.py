"""How the ERP's application is served: by uvicorn, on uvloop and httptools where they are installed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI

READING_THREADS = 12  # each reads with a connection of its own; the pool of an engine holds 15, and the desk needs one


@asynccontextmanager
async def reading_threads(_app: FastAPI) -> AsyncIterator[None]:
    """Bounds the threads in which reads are answered, while the application runs."""
    current_default_thread_limiter().total_tokens = READING_THREADS
    yield


def run(app: FastAPI, host: str, port: int) -> None:
    """Serves the application until interrupted. No line a request is logged: the document log tells who did what."""
    uvicorn.run(app, host=host, port=port, server_header=False, access_log=False)
