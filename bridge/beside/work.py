"""What the process beside can do: read the next window of the chain, and commit to documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bridge.beside.windows import plain
from bridge.capabilities import FOLLOWED
from bridge.chain.client import Client
from bridge.chain.deployment import Deployment, deployment_from
from bridge.chain.scan import BOOKED_RECEIPTS, Scanner, Window
from bridge.chain.served import chain_of
from bridge.commitments.documents import document_root
from bridge.errors import NodeIncomplete
from bridge.ports.port import Document

WINDOW, ROOTS = "window", "roots"  # what can be asked


class Work:
    """Does what is asked. It holds a node's connection and the headers that it has read, and nothing else."""

    def __init__(self, deployment: str) -> None:
        """`deployment`: the text of the deployment file."""
        self._deployment: Deployment = deployment_from(deployment)
        self._url = ""
        self._scanner: Scanner | None = None
        self._open: Iterator[Window] = iter(())
        self._next: tuple[int, str] = (0, "")  # the place at which the open ones go on

    def do(self, name: str, told: Sequence[Any]) -> Any:
        """What came of it. Raises BridgeError as the daemon itself would."""
        if name == WINDOW:
            return self._window(*told)
        return [document_root(Document(*each)) for each in told[0]]

    def _window(self, url: str, first: int, last: int, parent_hash: str) -> tuple[Any, ...]:
        scanner = self._at(url)
        found = next(self._open, None) if self._next == (first, parent_hash) else None
        if found is None:
            self._next = (0, "")  # what was open is not gone on with when this fails
            self._open = scanner.windows(first, last, parent_hash)
            found = next(self._open, None)
        if found is None:
            raise NodeIncomplete(f"there is nothing from block {first} to {last}")
        self._next = (found.last.number + 1, found.last.hash)
        return plain(found)

    def _at(self, url: str) -> Scanner:
        """The scanner of the node that the daemon asks now."""
        if self._scanner is None or url != self._url:
            client = Client([url])
            client.settle_on(chain_of(self._deployment))
            self._scanner, self._url = (
                Scanner(client, self._deployment, FOLLOWED, BOOKED_RECEIPTS),
                url,
            )
            self._next = (0, "")
        return self._scanner
