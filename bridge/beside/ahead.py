"""What is done beside: the next window is read while one is booked, the next commitments while the last are stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bridge.beside.process import Beside, Ticket
from bridge.beside.windows import window_of
from bridge.beside.work import ROOTS, WINDOW
from bridge.chain.client import Client
from bridge.chain.scan import Scanner, Window
from bridge.commitments.documents import document_root
from bridge.ports.port import Document

MUCH = 2_000  # events without a pause, after which the process is started


class WindowsAhead:
    """The windows of a scanner, of which the next one is proved beside while the one before it is booked."""

    def __init__(self, scanner: Scanner, beside: Beside) -> None:
        self._scanner = scanner
        self._beside = beside
        self._read = 0  # events since there was nothing more to read
        # first block, parent, node, and the last block that could be asked for then
        self._asked: tuple[int, str, str, int, Ticket] | None = None

    @property
    def client(self) -> Client:
        """The nodes that are asked."""
        return self._scanner.client

    def windows(self, first: int, last: int, parent_hash: str) -> Iterator[Window]:
        """As the scanner's. What could not be read beside is read here, and raises what it raises here."""
        self._beside.rest()
        here: Iterator[Window] | None = None
        while first <= last:
            window = self._from_beside(first, parent_hash, last)
            if window is not None:
                here = None
            else:
                if here is None:
                    here = self._scanner.windows(first, last, parent_hash)
                window = next(here)
            first, parent_hash = window.last.number + 1, window.last.hash
            self._read = self._read + len(window.events) if first <= last else 0
            if first <= last and self._is_worth_it():
                self._ask(first, last, parent_hash)
            yield window

    def _is_worth_it(self) -> bool:
        """True when the process runs, which is started when there was much to read without a pause."""
        return (self._read >= MUCH or self._beside.pid is not None) and self._beside.is_ready()

    def _ask(self, first: int, last: int, parent_hash: str) -> None:
        url = self.client.url
        ticket = self._beside.ask(WINDOW, url, first, last, parent_hash)
        self._asked = None if ticket is None else (first, parent_hash, url, last, ticket)

    def _from_beside(self, first: int, parent_hash: str, last: int) -> Window | None:
        """The window that was asked for, if it is this one; what its last header says of validators counts from now on.

        None when it may reach further than what is final now: the chain turned back since.
        """
        if self._asked is None:
            return None
        *asked, up_to, ticket = self._asked
        self._asked = None
        if asked != [first, parent_hash, self.client.url] or up_to > last:
            return None
        told = self._beside.answer(ticket)
        if told is None:
            return None
        window = window_of(told)
        self.client.consensus.begin(window.last, window.last.hash)
        return window


class RootsAhead:
    """Commitments to documents, of which the next are made beside while the last are stored."""

    def __init__(self, beside: Beside) -> None:
        self._beside = beside
        self._asked: tuple[list[Document], Ticket] | None = None

    def roots(self, documents: Sequence[Document]) -> list[bytes]:
        """The commitment to each of these documents."""
        asked, self._asked = self._asked, None
        if asked is not None and asked[0] == list(documents):
            made = self._beside.answer(asked[1])
            if made is not None:
                return list(made)
        return [document_root(each) for each in documents]

    def would_help(self) -> bool:
        """True when the process runs: it is started by those who read the chain."""
        return self._beside.pid is not None and self._beside.is_ready()

    def ask(self, documents: Sequence[Document]) -> None:
        """Has the commitments to these made, to be fetched by `roots`."""
        ticket = self._beside.ask(ROOTS, [_plain(each) for each in documents])
        self._asked = None if ticket is None else (list(documents), ticket)


def _plain(document: Document) -> tuple[object, ...]:
    return (
        *(document.sequence, document.type, document.number, document.origin, document.at),
        *(document.actor, document.fields, document.entries, document.salt),
        document.rules_version,
    )
