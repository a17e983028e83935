"""Documents a second through the HTTP API: one client, eight clients, and lists of commands.

    api_single   one client: receipt, inspection, invoice; each a request and a transaction
    api_eight    eight clients at once, each with deliveries of its own
    api_*_postgresql  the same two on PostgreSQL
    api_lists_*  one client: lists of 500 commands, each list a request and a transaction

Floor: the same rows by the raw driver, one commit a request.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import mix
from .books import Books, Delivery
from .client import Client, Refused
from .databases import SQLITE, Databases
from .figure import Figure, rate
from .floor import insert_seconds, rows_each, standing, written
from .server import Server

SINGLE_DELIVERIES = 150
EIGHT_DELIVERIES = 160
LIST_DELIVERIES = 500
LIST_ISSUES = 1_000  # beside one with every receipt
LIST_COMMANDS = 500
WARM_DELIVERIES = 8
CLIENTS = 8


@dataclass(slots=True)
class Api:
    """Books, a server of them, and where the floor of a run is made."""

    books: Books
    server: Server
    databases: Databases
    dialect: str

    @property
    def suffix(self) -> str:
        """What the names of figures end with that are told of SQLite without saying so."""
        return "" if self.dialect == SQLITE else f"_{self.dialect}"

    def measured(
        self, name: str, requests: int, work: Callable[[], int], note: Callable[[int], str]
    ) -> Figure:
        """The figure of `work`, which sends so many requests and returns how often the database was busy."""
        before, first = standing(self.books.engine), self.books.documents()
        used, began = self.server.cpu_seconds(), time.perf_counter()
        busy = work()
        seconds, now_used = time.perf_counter() - began, self.server.cpu_seconds()
        count = self.books.documents() - first
        made = written(self.books.engine, before)
        floor = insert_seconds(self.databases.new(self.dialect), made, requests)
        told = f"{note(count)}; floor: {rows_each(made, count)}, one commit a request"
        if busy:
            told += f"; {busy} times busy"
        spent = None if used is None or now_used is None else now_used - used
        return rate(name, count, seconds, floor, told, spent)

    # ---- one request a command ----------------------------------------------------------------

    def single(self, deliveries: Sequence[Delivery]) -> Figure:
        """One client, one delivery after the other."""
        return self.measured(
            f"api_single{self.suffix}",
            3 * len(deliveries),
            lambda: self.deliver(deliveries),
            lambda count: f"1 client, {count} documents one by one",
        )

    def eight(self, deliveries: Sequence[Delivery]) -> Figure:
        """CLIENTS clients at once, each with its share of the deliveries."""
        shares = [deliveries[start::CLIENTS] for start in range(CLIENTS)]

        def work() -> int:
            with ThreadPoolExecutor(CLIENTS) as threads:
                return sum(threads.map(self.deliver, shares))

        return self.measured(
            f"api_eight{self.suffix}",
            3 * len(deliveries),
            work,
            lambda count: f"{CLIENTS} clients, {count} documents one by one",
        )

    def deliver(self, deliveries: Iterable[Delivery]) -> int:
        """Receives, inspects and invoices each; returns how often the database was busy."""
        clients = {role: self.server.client(role) for role in set(mix.ROLES.values())}
        for delivery in deliveries:
            received = _post(clients, mix.receipt(delivery, self.books.now))
            _post(clients, mix.inspection(received))
            _post(clients, mix.invoice(delivery))
        for client in clients.values():
            client.close()
        return sum(client.busy for client in clients.values())

    # ---- lists --------------------------------------------------------------------------------

    def lists(self, deliveries: Sequence[Delivery]) -> Figure:
        """Lists of the warehouse, then of quality, then of finance: each role sends what is its own."""
        sent = _list_count(len(deliveries))

        def work() -> int:
            clients = {role: self.server.client(role) for role in set(mix.ROLES.values())}
            arrivals: list[mix.Told] = []
            for delivery in deliveries:
                arrivals += [mix.receipt(delivery, self.books.now), mix.issue()]
            arrivals += [mix.issue() for _ in range(LIST_ISSUES)]
            numbers: list[str] = []
            for each in mix.lists_of(arrivals, LIST_COMMANDS):
                numbers += _post_list(clients, each, "goods_receipt")
            inspections = [mix.inspection(number) for number in numbers]
            invoices = [mix.invoice(delivery) for delivery in deliveries]
            for told in (inspections, invoices):
                for each in mix.lists_of(told, LIST_COMMANDS):
                    _post_list(clients, each)
            return sum(client.busy for client in clients.values())

        return self.measured(
            f"api_lists_{self.dialect}",
            sent,
            work,
            lambda count: f"1 client, {count} documents in {sent} lists",
        )


def _list_count(deliveries: int) -> int:
    """How many lists `lists` sends for so many deliveries."""
    sizes = (2 * deliveries + LIST_ISSUES, deliveries, deliveries)
    return sum(-(-size // LIST_COMMANDS) for size in sizes)


def _post(clients: dict[str, Client], told: mix.Told) -> str:
    """Sends one command; the number of its document."""
    answer = clients[told.role].post(told.route, told.fields)
    return str(answer["document"]["number"])


def _post_list(
    clients: dict[str, Client], told: Sequence[mix.Told], wanted: str | None = None
) -> list[str]:
    """Sends one list; the numbers of its documents of the type `wanted`, in order. Raises Refused."""
    body = {"mode": "each", "commands": [each.as_json() for each in told]}
    answer = clients[told[0].role].post("/batches", body)
    if answer["refused"]:
        why = next(each["problem"] for each in answer["outcomes"] if each["problem"] is not None)
        raise Refused(f"POST /batches: {answer['refused']} of {len(told)} refused: {why}")
    made = [outcome["document"] for outcome in answer["outcomes"]]
    return [str(document["number"]) for document in made if document["type"] == wanted]


def one_by_one(
    names: Sequence[str], dialect: str, databases: Databases, home: Path
) -> list[Figure]:
    """Measures the figures of one and of eight clients that are among `names`. Raises Absent."""
    url = databases.new(dialect)
    books = Books(url, int(time.time()))
    single = books.despatched(SINGLE_DELIVERIES) if _named(names, "api_single") else []
    eight = books.despatched(EIGHT_DELIVERIES) if _named(names, "api_eight") else []
    warm = books.despatched(WARM_DELIVERIES)
    figures = []
    with Server(url, home) as server:
        api = Api(books, server, databases, dialect)
        api.deliver(warm)
        if single:
            figures.append(api.single(single))
        if eight:
            figures.append(api.eight(eight))
    books.close()
    return figures


def _named(names: Sequence[str], figure: str) -> bool:
    return any(name.startswith(figure) for name in names)


def in_lists(dialect: str, databases: Databases, home: Path) -> Figure:
    """Measures `api_lists_sqlite` or `api_lists_postgresql`. Raises Absent."""
    url = databases.new(dialect)
    books = Books(url, int(time.time()))
    deliveries, warm = books.despatched(LIST_DELIVERIES), books.despatched(WARM_DELIVERIES)
    with Server(url, home) as server:
        api = Api(books, server, databases, dialect)
        api.deliver(warm)
        figure = api.lists(deliveries)
    books.close()
    return figure
