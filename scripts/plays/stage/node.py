"""The chain of a play: a node of our own, or one that is already there; and its clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bridge.chain.client import Client
from bridge.chain.rpc import RpcError
from bridge.errors import NodeUnavailable

from ...devchain.devchain import KINDS, DevChain
from .errors import Broken, Unusable

URL_SCHEMES = ("http://", "https://")
TIME_TRIES_MAX = 5  # another sender's block may take the place of ours


@dataclass(frozen=True, slots=True)
class Node:
    """A running chain: its kind, a client, and whether this program started it."""

    kind: str  # hardhat, ganache, anvil; of a foreign node what it calls itself
    client: Client
    ours: bool  # started by us, and ends with us


def check_chain(chain: str) -> None:
    """Raises Unusable when this is no chain that can be opened."""
    if chain not in KINDS and not chain.startswith(URL_SCHEMES):
        raise Unusable(
            f"unknown chain {chain!r}: choose {', '.join(KINDS)}, or name a node's http:// URL"
        )


@contextmanager
def open_node(chain: str, start: int) -> Iterator[Node]:
    """The node: started at this time and stopped at the end, or found at a URL and left as it is."""
    if chain.startswith(URL_SCHEMES):
        client = Client([chain])
        try:
            version = str(client.call("web3_clientVersion"))
        except (NodeUnavailable, RpcError) as error:
            raise Unusable(f"no chain at {chain}: {error}") from error
        yield Node(version.split("/", maxsplit=1)[0], client, ours=False)
        return
    with DevChain(chain, start=start) as node:  # type: ignore[arg-type]  # check_chain has looked
        yield Node(chain, Client([node.url]), ours=True)


class Clock:
    """Reads the chain's time and moves it forward."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._sets_time = True

    def now(self) -> int:
        """Returns the time of the newest block, unix seconds."""
        return self._client.head().timestamp

    def reach(self, moment: int) -> None:
        """Mines a block at this moment unless the newest is as late. Raises Unusable when the node cannot move its time."""
        for _ in range(TIME_TRIES_MAX):
            head = self.now()
            if head >= moment:
                return
            self._forward(head, moment)
            self._client.call("evm_mine")
        raise Broken(f"the node's time stays at {head}, although it was moved to {moment}")

    def _forward(self, head: int, moment: int) -> None:
        if self._sets_time:
            try:
                self._client.call("evm_setNextBlockTimestamp", moment)
            except RpcError:
                self._sets_time = False  # Ganache moves its clock instead; or a block came between
            else:
                return
        try:
            self._client.call("evm_increaseTime", moment - head)
        except RpcError as error:
            raise Unusable(
                f"the node at {self._client.url} cannot follow the history: it moves its time neither by "
                f"evm_setNextBlockTimestamp nor by evm_increaseTime ({error})"
            ) from error
