"""HTTP answers that have to be whole within the time of a request: their status line and headers too.

The library's time is that of the pause between two reads from the socket, and begins anew with each byte. Here it counts
from when the answer is waited for until its last byte is read.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
from contextlib import suppress
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class _Reading(io.RawIOBase):
    """What is read from a socket, for so many seconds and no longer."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, seconds: float) -> None:
        self._raw = raw
        self._sock = sock
        self._seconds = seconds
        self._until = time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left > 0:
            self._sock.settimeout(left)
            with suppress(TimeoutError):
                return self._raw.readinto(buffer)
        raise TimeoutError(f"it was not whole within {self._seconds:g} s")

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """An answer whose time begins now, and is what its socket may pause."""

    def __init__(self, sock: socket.socket, *given: Any, **named: Any) -> None:
        super().__init__(sock, *given, **named)
        seconds = sock.gettimeout()
        if seconds is not None:
            self.fp = io.BufferedReader(_Reading(self.fp.detach(), sock, seconds))


class _WithinItsTime:
    """A connection whose answers have to be whole in time, with TLS or without."""

    sock: socket.socket | None
    timeout: Any

    def request(self, *given: Any, **named: Any) -> None:
        """The answer before may have left little of its time on the socket."""
        if self.sock is not None:
            self.sock.settimeout(self.timeout)
        super().request(*given, **named)  # type: ignore[misc]


class _Connection(_WithinItsTime, HTTPConnection):
    response_class = _Response


class _SecureConnection(_WithinItsTime, HTTPSConnection):
    response_class = _Response


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


POOLS = {"http": _Pool, "https": _SecurePool}


class WithinItsTime(HTTPAdapter):
    """To be mounted in a session: a request's `timeout` bounds the whole answer, and its connecting."""

    def init_poolmanager(self, *given: Any, **named: Any) -> None:
        """The library's own, with connections of this module."""
        super().init_poolmanager(*given, **named)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **named: Any) -> Any:
        """The same through a proxy."""
        manager = super().proxy_manager_for(proxy, **named)
        manager.pool_classes_by_scheme = POOLS
        return manager
