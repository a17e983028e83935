"""Connections of the served API, each bounded in time and all of them in number, so that who stalls holds up nobody else.

A connection is in one of these phases. Whoever is too slow in one is told so, where HTTP allows it, and closed:

    HEAD    -> the head of a request is awaited         head_seconds                  408
    BODY    -> the head is here, the body is awaited    body_seconds                  408
    ANSWER  -> all is here, the answer is under way     stalled_seconds while the peer takes nothing of it
    and back to HEAD when the answer was sent: kept open for idle_seconds of silence (by uvicorn), and head_seconds from
    the first byte of the next head.

In every phase the head that comes, and the trailers behind a body in chunks, are held to head_bytes: 431, or an end without
a word where an answer is under way.

Above `connections` the one that has been longest in HEAD or BODY gives way: nothing of it was begun. When all are in ANSWER
the new one is told 503.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from enum import Enum
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from erp.api.settings import Limits

RETRY_AFTER_SECONDS = 2
LINE_BYTES = (
    4  # of a field of a head beside its name and value: the colon, the space, the end of the line
)


class Phase(Enum):
    """What a connection waits for."""

    HEAD = "head"  # -> BODY
    BODY = "body"  # -> ANSWER, or HEAD when it was answered before it was read
    ANSWER = "answer"  # -> HEAD


class Bounds:
    """The connections of one server that wait for their peer, the longest waiting first."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.waiting: OrderedDict[BoundedConnection, None] = OrderedDict()


class BoundedConnection(HttpToolsProtocol):
    """A connection that ends when its peer is too slow or sends too long a head."""

    bounds: Bounds  # of the subclass that serves

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._phase = Phase.HEAD
        self._head_bytes = 0  # of the head that comes, with the trailers of its body
        self._unnamed_bytes = (
            0  # since the parser told of anything: it keeps a field until it is whole
        )
        self._head_begun = False  # a head came in part
        self._too_long = False  # nothing more is read of this peer
        self._body_is_here = True
        self._timer: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Takes the connection, in place of one that waits when there are too many."""
        super().connection_made(transport)
        limits = self.bounds.limits
        if len(self.connections) > limits.connections and not self._make_room():
            self._close_with(HTTPStatus.SERVICE_UNAVAILABLE)
            return
        self._enter(Phase.HEAD)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets the connection."""
        self._forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Reads what came; closes when the head of a request, or what stands behind its body, is too long."""
        if self.transport.is_closing():
            return
        self._unnamed_bytes += len(data)
        if self._phase is Phase.HEAD and self._timer is None:
            self._await(self.bounds.limits.head_seconds)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._too_long or self._unnamed_bytes > self.bounds.limits.head_bytes:
            if self._phase is Phase.ANSWER:
                self._abort()
            else:
                self._close_with(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """A head begins."""
        if self._too_long:
            return
        self._head_bytes, self._unnamed_bytes, self._head_begun = 0, 0, True
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A part of the target of a request."""
        if self._has_room_for(len(url)):
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field of a head, or of the trailers of a body."""
        if self._has_room_for(len(name) + len(value) + LINE_BYTES):
            super().on_header(name, value)

    def _has_room_for(self, size: int) -> bool:
        """Counts bytes of a head; beyond the bound nothing more is kept, and the connection ends with this read."""
        self._head_bytes += size
        self._unnamed_bytes = 0
        self._too_long = self._too_long or self._head_bytes > self.bounds.limits.head_bytes
        return not self._too_long

    def on_headers_complete(self) -> None:
        """The head is here: from now on the body is awaited."""
        self._unnamed_bytes, self._head_begun = 0, False
        if self._too_long:
            return
        self._body_is_here = False
        if self._phase is Phase.HEAD:
            self._enter(Phase.BODY)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of a body."""
        self._unnamed_bytes = 0
        if not self._too_long:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """All of the request is here."""
        self._unnamed_bytes = 0
        if self._too_long:
            return
        self._body_is_here = True
        super().on_message_complete()
        if self._phase is Phase.BODY:
            self._enter(Phase.HEAD if self.cycle.response_complete else Phase.ANSWER)

    def on_response_complete(self) -> None:
        """The answer was sent; the next request is awaited, or the rest of a body that nobody will read."""
        more = bool(self.pipeline)
        super().on_response_complete()
        if self.transport.is_closing() or self._phase is Phase.BODY:
            return
        if not self._body_is_here:
            self._enter(Phase.BODY)  # of a request that came behind the one answered
        elif not more:
            self._enter(Phase.HEAD, silent=not self._head_begun)

    def pause_writing(self) -> None:
        """The peer takes no more of the answer for now."""
        super().pause_writing()
        self._stalled = self.loop.call_later(self.bounds.limits.stalled_seconds, self._abort)

    def resume_writing(self) -> None:
        """The peer takes the answer again."""
        if self._stalled is not None:
            self._stalled.cancel()
        super().resume_writing()

    def _enter(self, phase: Phase, *, silent: bool = False) -> None:
        """Enters a phase. `silent`: nothing of the next head came yet, and uvicorn counts the seconds until it does."""
        limits, waiting = self.bounds.limits, self.bounds.waiting
        self._phase = phase
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting.pop(self, None)
        if phase is Phase.ANSWER:
            return
        waiting[self] = None
        if not silent:
            self._await(limits.head_seconds if phase is Phase.HEAD else limits.body_seconds)

    def _await(self, seconds: float) -> None:
        self._timer = self.loop.call_later(seconds, self._close_with, HTTPStatus.REQUEST_TIMEOUT)

    def _make_room(self) -> bool:
        """Closes the connection that has waited for its peer the longest. False when none waits."""
        waiting = self.bounds.waiting
        if not waiting:
            return False
        longest, _ = waiting.popitem(last=False)
        longest._abort()  # noqa: SLF001 - another of this class
        return True

    def _close_with(self, status: HTTPStatus) -> None:
        """Says why, when no answer has begun, and closes."""
        if self._phase is not Phase.HEAD and self.cycle.response_started:
            self._abort()
            return
        said = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\nconnection: close\r\ncontent-length: 0\r\n"
        )
        if status is HTTPStatus.SERVICE_UNAVAILABLE:
            said += f"retry-after: {RETRY_AFTER_SECONDS}\r\n"
        self.transport.write(f"{said}\r\n".encode("ascii"))
        self._forget()
        self.transport.close()

    def _abort(self) -> None:
        self._forget()
        self.transport.abort()

    def _forget(self) -> None:
        for timer in (self._timer, self._stalled):
            if timer is not None:
                timer.cancel()
        self.bounds.waiting.pop(self, None)
        self.connections.discard(self)


def bounded(limits: Limits) -> type[BoundedConnection]:
    """The class of the connections of one server with these limits."""
    return type("BoundedConnectionOfServer", (BoundedConnection,), {"bounds": Bounds(limits)})
