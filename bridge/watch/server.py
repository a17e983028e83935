"""`/live`, `/ready` and `/metrics` of a running bridge, on loopback. A thread of its own looks, so that asking is cheap."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bridge.errors import Retryable, Unforeseen
from bridge.watch import metrics
from bridge.watch.ready import PASS_SECONDS, Advance, reasons
from bridge.watch.sample import Sample
from bridge.watch.stages import Stages

HOST = "127.0.0.1"
SAMPLE_SECONDS = 5.0
LOOK_SECONDS = 120.0  # after which a look that has not ended says that something does not answer
REQUEST_SECONDS = 5.0  # for a client to say what it wants
CONNECTIONS_MAX = 16
JSON, TEXT = "application/json", "text/plain; version=0.0.4; charset=utf-8"

logger = logging.getLogger("interlock.bridge")

Answer = tuple[HTTPStatus, str, bytes]


class Watch:
    """Looks at the bridge again and again, and judges whether it is ready."""

    def __init__(
        self,
        take: Callable[[], Sample],
        stages: Stages,
        depth: int,
        monotonic: Callable[[], float],
        audit_age_max: float = 0.0,
    ) -> None:
        """`take` makes a sample; `depth`: blocks that must follow before an event counts.

        `audit_age_max`: seconds after which the newest audit is too old; 0: never.
        """
        self._take = take
        self._stages = stages
        self._depth = depth
        self._monotonic = monotonic
        self._audit_age_max = audit_age_max
        self._advance = Advance(monotonic)
        self._looking = threading.Lock()  # what a look found is never replaced by an older one's
        self._sample: Sample | None = None
        self._reasons: tuple[str, ...] = ("nothing was looked at yet",)
        self._looked = monotonic()  # when the newest look ended, or this began

    def look(self) -> None:
        """Takes one sample and judges it, one look after the other.

        A database that does not answer is a reason; so is a bug, which is raised.
        """
        with self._looking:
            try:
                self._judge()
            finally:
                self._looked = self._monotonic()

    def _judge(self) -> None:
        try:
            sample = self._take()
        except Retryable as error:
            self._reasons = (f"the database does not answer: {error}",)
            return
        except Exception as bug:
            self._reasons = (f"the watch could not look: {Unforeseen(bug)}",)
            raise
        self._sample = sample
        self._reasons = reasons(
            sample,
            self._stages.seen(),
            self._stages.pass_age,
            self._advance,
            self._monotonic(),
            self._depth,
            self._audit_age_max,
        )

    def live(self) -> Answer:
        """200 while the daemon walks, 503 when its last pass is too long ago."""
        age = self._stages.pass_age
        alive = age < PASS_SECONDS
        return _answer(alive, {"live": alive, "pass_age_seconds": round(age, 1)})

    def ready(self) -> Answer:
        """200 when everything advances that has something to do; 503 with the reasons otherwise."""
        told = self._told()
        return _answer(not told, {"ready": not told, "reasons": list(told)})

    def metrics(self) -> Answer:
        """The figures, for Prometheus."""
        body = metrics.exposition(
            self._sample, self._stages.seen(), self._stages.pass_age, ready=not self._told()
        )
        return HTTPStatus.OK, TEXT, body

    def _told(self) -> tuple[str, ...]:
        """The reasons of the newest look, and that it is long ago, where it is: what was seen then is nothing of now."""
        age = self._monotonic() - self._looked
        if age < LOOK_SECONDS:
            return self._reasons
        return (
            *self._reasons,
            f"nothing was seen for {age:.0f} s: node or database does not answer",
        )


def _answer(well: bool, body: dict[str, Any]) -> Answer:
    status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
    return status, JSON, json.dumps(body, ensure_ascii=False).encode()


class _Server(ThreadingHTTPServer):
    """Serves so many connections and no more: with one beyond, the oldest ends. Each takes a file that the ring needs."""

    daemon_threads = True

    def __init__(self, *given: Any) -> None:
        self._open: dict[Any, None] = {}  # oldest first
        self._lock = threading.Lock()
        super().__init__(*given)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begins with a connection."""
        with self._lock:
            self._open[request] = None
            while len(self._open) > CONNECTIONS_MAX:
                oldest = next(iter(self._open))
                del self._open[oldest]
                with suppress(OSError):
                    oldest.shutdown(socket.SHUT_RDWR)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Ends with it."""
        with self._lock:
            self._open.pop(request, None)
        super().shutdown_request(request)


@contextmanager
def serving(watch: Watch, port: int) -> Iterator[str]:
    """Serves until the block ends; the URL. Port 0 takes a free one. Raises OSError when the port is taken."""
    server = _Server((HOST, port), _handler(watch))
    ending = threading.Event()

    def looks() -> None:
        while not ending.is_set():
            try:
                watch.look()
            except Exception:  # it must go on looking
                logger.exception("the watch could not look")
            ending.wait(SAMPLE_SECONDS)

    threads = [
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True),
        threading.Thread(target=looks, daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        ending.set()
        server.shutdown()
        server.server_close()
        for thread in threads:
            thread.join(REQUEST_SECONDS)


def _handler(watch: Watch) -> type[BaseHTTPRequestHandler]:
    pages = {"/live": watch.live, "/ready": watch.ready, "/metrics": watch.metrics}

    class Handler(BaseHTTPRequestHandler):
        timeout = REQUEST_SECONDS

        def do_GET(self) -> None:
            page = pages.get(self.path)
            if page is None:
                known = ", ".join(pages)
                status, kind, body = HTTPStatus.NOT_FOUND, TEXT, f"there are {known}\n".encode()
            else:
                status, kind, body = page()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Says nothing: it is asked every few seconds."""

    return Handler
