"""The workbench as a browser meets it, from a real `interlock erp serve`: how soon, how much on the wire, how many at once.

    page_documents_s   the first 50 of 10^5 documents: the page and every file that it names, fetched one after the other
    page_order_s       the page of an order among as many as the demo plays, in the same way
    page_kib           bytes on the wire of the largest of PLAIN, with its files, compressed as browsers ask for it
    page_plot_kib      the same of the largest page with plots
    pages_eight        pages of an order a second, to eight browsers at once
    live_100_pct       what 100 listeners of `/events` take of a core while a document a second is written
    help_s             `interlock --help` in Chinese, the slower of the two languages

Floor of pages: a bare server of this process that answers with the very same bytes, asked in the same way. Of sizes: the
page without its files. Of listeners: the same documents, and nobody who listens. Of help: Python that loads Typer and Rich.
"""

from __future__ import annotations

import gzip
import http.client
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlencode

from ...devchain.processes import ROOT
from . import mix
from .books import BUYER, DELIVERIES, ITEM, Books
from .client import Refused
from .databases import SQLITE, Databases
from .figure import Figure, duration, rate, skipped
from .growth import command_of, tell
from .server import INTERLOCK, Server

LARGE = 100_000  # documents behind page_documents_s
ORDERS = 150  # as many as `make demo` plays
BROWSERS, PAGES = 8, 30  # of pages_eight: browsers, and pages of each
LISTENERS, LISTEN_SECONDS = 100, 20.0
EACH_TOKEN = 15  # listeners of one token: the house bounds them at 16
RUNS = 5  # the quickest counts: what else the machine does only adds
KIBIBYTE = 1024
TIMEOUT_SECONDS = 60.0
ROLE, WRITER = "finance", "warehouse"
FILE = re.compile(r'(?:src|href)="(/app/static/[^"]+)"')
NAMES_OF_PAGES = ("page_documents_s", "page_order_s", "page_kib", "page_plot_kib", "pages_eight")
LIVE, HELP = "live_100_pct", "help_s"
ITEM_PAGE = f"/app/stock/item?entity={BUYER}&item={ITEM}"
PLAIN = ("/app/", "/app/orders", "/app/documents", "/app/stock", "/app/books")
PLOTTED = (ITEM_PAGE, "/app/books/budgets")
BARE = "import typer, rich.console, rich.table, rich.panel, rich.markdown"

Fetched = Mapping[str, tuple[str, bytes]]  # by path: its encoding, and its bytes on the wire


class Browser:
    """One connection that stays open, and the cookie of who signed in."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
        self._cookie = cookie

    def sign_in(self, token: str) -> str:
        """Signs in by a token; the cookie. Raises Refused."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Sec-Fetch-Site": "same-origin",
        }
        self._connection.request("POST", "/app/sign-in", urlencode({"token": token}), headers)
        answer = self._connection.getresponse()
        answer.read()
        self._cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        if not self._cookie:
            raise Refused(f"POST /app/sign-in: {answer.status}")
        return self._cookie

    def get(self, path: str) -> tuple[str, bytes]:
        """Encoding and bytes of one answer. Raises Refused."""
        headers = {"Accept-Encoding": "gzip", "Accept": "text/html", "Cookie": self._cookie}
        self._connection.request("GET", path, headers=headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != http.client.OK:
            raise Refused(f"GET {path}: {answer.status} {body[:300]!r}")
        return answer.getheader("Content-Encoding") or "", body

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()


def whole(browser: Browser, path: str) -> Fetched:
    """A page and every file that it names, as they come over the wire."""
    encoding, body = browser.get(path)
    text = (gzip.decompress(body) if encoding == "gzip" else body).decode()
    files = dict.fromkeys(FILE.findall(text))
    return {path: (encoding, body), **{name: browser.get(name) for name in files}}


def size_of(fetched: Fetched) -> int:
    """Bytes of bodies, as they came."""
    return sum(len(body) for _, body in fetched.values())


@contextmanager
def bare(fetched: Fetched) -> Iterator[int]:
    """A server that has these answers and nothing else; its port."""

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            encoding, body = fetched.get(self.path, ("", b""))
            self.send_response(http.client.OK if body else http.client.NOT_FOUND)
            self.send_header("Content-Length", str(len(body)))
            if encoding:
                self.send_header("Content-Encoding", encoding)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def quickest(work: Callable[[], object], runs: int = RUNS) -> float:
    """Seconds of the quickest of some runs."""
    found = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)


@dataclass(slots=True)
class Pages:
    """A server whose pages are measured, and the cookie of one who reads them."""

    port: int
    cookie: str

    def browser(self) -> Browser:
        """One that is signed in."""
        return Browser(self.port, self.cookie)

    def seconds(self, name: str, path: str, note: str) -> Figure:
        """How long a page with its files takes, beside a bare server of the same bytes."""
        browser = self.browser()
        fetched = whole(browser, path)
        ours = quickest(lambda: whole(browser, path))
        first = quickest(lambda: browser.get(path))
        browser.close()
        with bare(fetched) as port:
            other = Browser(port)
            floor = quickest(lambda: [other.get(each) for each in fetched])
            other.close()
        told = f"{note}; page alone {first * 1_000:.0f} ms, {len(fetched)} requests, {size_of(fetched) / KIBIBYTE:.0f} KiB"
        return duration(name, "s", ours, floor, f"{told}; floor: a bare server of the same bytes")

    def largest(self, name: str, paths: Sequence[str]) -> Figure:
        """Bytes on the wire of the largest of these pages."""
        browser = self.browser()
        found = {path: whole(browser, path) for path in paths}
        browser.close()
        path = max(found, key=lambda each: size_of(found[each]))
        ours, page = size_of(found[path]) / KIBIBYTE, len(found[path][path][1]) / KIBIBYTE
        note = f"{path} with {len(found[path]) - 1} files; floor: the page without them"
        return Figure(name, "KiB", ours, page, ours / page, None, note)

    def at_once(self, path: str, browsers: int = BROWSERS, pages: int = PAGES) -> Figure:
        """Pages a second to so many browsers at once, without their files, which browsers keep."""
        page = {path: self.browser().get(path)}
        ours = _together(self.browser, path, browsers, pages)
        with bare(page) as port:
            floor = _together(lambda: Browser(port), path, browsers, pages)
        note = f"{browsers} browsers, {pages} pages each; floor: a bare server of the same bytes"
        return rate("pages_eight", browsers * pages, ours, floor, note)


def _together(opened: Callable[[], Browser], path: str, browsers: int, pages: int) -> float:
    def reads() -> None:
        browser = opened()
        for _ in range(pages):
            browser.get(path)
        browser.close()

    began = time.perf_counter()
    with ThreadPoolExecutor(browsers) as pool:
        for done in [pool.submit(reads) for _ in range(browsers)]:
            done.result()
    return time.perf_counter() - began


def measure_pages(names: Sequence[str], databases: Databases, home: Path) -> list[Figure]:
    """Measures those of NAMES_OF_PAGES that are asked for."""
    url = databases.new(SQLITE)
    books = Books(url, int(time.time()))
    order = delivered(books, ORDERS)
    with Server(url, home, (ROLE,)) as server:
        figures = pages_of(names, books, server, order, LARGE)
    books.close()
    return figures


def pages_of(
    names: Sequence[str],
    books: Books,
    server: Server,
    order: str,
    large: int,
    each: int = PAGES,
) -> list[Figure]:
    """The figures of a server that runs over these books, which are filled up to `large` documents for the last.

    `each`: pages of each browser of pages_eight.
    """
    pages = Pages(server.port, Browser(server.port).sign_in(server.token(ROLE)))
    path, figures = f"/app/orders/{quote(order, safe='')}", []
    if "page_order_s" in names:
        note = f"among {books.documents():,} documents"
        figures.append(pages.seconds("page_order_s", path, note))
    if "pages_eight" in names:
        figures.append(pages.at_once(path, pages=each))
    if "page_kib" in names:
        figures.append(pages.largest("page_kib", (*PLAIN, path)))
    if "page_plot_kib" in names:
        figures.append(pages.largest("page_plot_kib", PLOTTED))
    if "page_documents_s" in names:
        missing = max(0, large - books.documents())
        books.all_of([command_of(mix.issue())] * missing, "warehouse:bench")
        note = f"the first rows of {books.documents():,} documents"
        figures.append(pages.seconds("page_documents_s", "/app/documents", note))
    return figures


def delivered(books: Books, orders: int) -> str:
    """Orders whose goods were received, inspected and invoiced; the number of the newest."""
    deliveries = books.despatched(orders * DELIVERIES)
    for delivery in deliveries:
        received = tell(books, mix.receipt(delivery, books.now))
        tell(books, mix.inspection(received))
        tell(books, mix.invoice(delivery))
    return deliveries[-1].order


# ---- who listens -----------------------------------------------------------------------------------


def measure_live(databases: Databases, home: Path) -> Figure:
    """Measures LIVE."""
    url = databases.new(SQLITE)
    books = Books(url, int(time.time()))
    with Server(url, home, (WRITER,)) as server:
        figure = live_of(server, LISTENERS, LISTEN_SECONDS)
    books.close()
    return figure


def live_of(server: Server, listeners: int, seconds: float) -> Figure:
    """The figure of a server that runs."""
    if server.cpu_seconds() is None:
        return skipped(LIVE, "% of a core", "the system does not tell what a process used")
    alone = _used(server, seconds)
    tokens = [server.new_token(WRITER, f"listener-{n}") for n in range(-(-listeners // EACH_TOKEN))]
    heard = Heard()
    streams = [heard.listen(server.port, tokens[n // EACH_TOKEN]) for n in range(listeners)]
    try:
        used = _used(server, seconds)
    finally:
        heard.end()
    for stream in streams:
        stream.join(TIMEOUT_SECONDS)
    told = (
        f"{listeners} listeners heard {heard.bytes:,} bytes in {seconds:.0f} s, a document a second"
    )
    note = f"{told}; floor: the same documents, and nobody listens"
    return Figure(LIVE, "% of a core", used, alone, used / max(alone, 0.01), None, note)


def _used(server: Server, seconds: float) -> float:
    """How much of a core the server takes while a document a second is written, in per cent."""
    client, before, began = (
        server.client(WRITER),
        server.cpu_seconds() or 0.0,
        time.monotonic(),
    )
    while (passed := time.monotonic() - began) < seconds:
        told = mix.issue()
        client.post(told.route, told.fields)
        time.sleep(max(0.0, 1.0 - (time.monotonic() - began - passed)))
    client.close()
    passed = time.monotonic() - began
    return ((server.cpu_seconds() or 0.0) - before) / passed * 100


class Heard:
    """Streams that are read, each in a thread, and how much came."""

    def __init__(self) -> None:
        self.bytes = 0
        self._open: list[http.client.HTTPConnection] = []

    def listen(self, port: int, token: str) -> threading.Thread:
        """Opens a stream and reads it until the end. Raises Refused."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
        connection.request("GET", "/events", headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        if answer.status != http.client.OK:
            raise Refused(f"GET /events: {answer.status} {answer.read()[:300]!r}")
        self._open.append(connection)
        thread = threading.Thread(target=self._read, args=(answer,), daemon=True)
        thread.start()
        return thread

    def _read(self, answer: http.client.HTTPResponse) -> None:
        try:
            while piece := answer.read1(4_096):
                self.bytes += len(piece)
        except (OSError, ValueError, http.client.HTTPException):
            return  # it was closed here

    def end(self) -> None:
        """Ends all streams."""
        for connection in self._open:
            if connection.sock is not None:
                connection.sock.close()


# ---- help ------------------------------------------------------------------------------------------


def measure_help(runs: int = RUNS) -> Figure:
    """Measures HELP."""
    spoken = {
        lang: quickest(partial(_run, [*INTERLOCK, "--lang", lang, "--help"]), runs)
        for lang in ("en", "zh")
    }
    floor = quickest(lambda: _run([sys.executable, "-c", BARE]), runs)
    told = (
        f"in English {spoken['en']:.2f} s, in Chinese {spoken['zh']:.2f} s, the quickest of {runs}"
    )
    note = f"{told}; floor: Typer and Rich loaded"
    return duration(HELP, "s", max(spoken.values()), floor, note)


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, cwd=ROOT, env=os.environ, check=True, capture_output=True)
