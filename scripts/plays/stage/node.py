"""The chain of a play: a node of our own, or one that is already there; and its clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bridge.chain.client import Client
from bridge.chain.rpc import RpcError
from bridge.errors import NodeUnavailable

from ...deployment.consensus import Named
from ...deployment.deploy import ONE_NODE
from ...devchain.devchain import KINDS, DevChain
from ...network.network import KINDS as NETWORKS
from ...network.network import VALIDATORS, Network, running_network
from .errors import Broken, Unusable
from .patient import PatientClient

URL_SCHEMES = ("http://", "https://")
TIME_TRIES_MAX = 5  # another sender's block may take the place of ours
NETWORK = "network"  # folder of a network of ours, in the play's
WAIT_POLL_SECONDS = 0.3
STANDS_SECONDS = (
    900.0  # for a chain that stands to go on, before whoever waits for its time gives up
)


@dataclass(frozen=True, slots=True)
class Node:
    """A running chain: its kind, a client, whether this program started it, how it agrees, and all nodes that are known."""

    kind: str  # hardhat, ganache, anvil, ibft, clique; of a foreign node what it calls itself
    client: Client
    ours: bool  # started by us, and ends with us
    consensus: Named = ONE_NODE
    urls: tuple[str, ...] = ()
    network: Network | None = None  # where it is one of several validators


def is_network(chain: str) -> bool:
    """True for a network of several validators that this program starts; its time cannot be moved."""
    return chain in NETWORKS


def check_chain(chain: str, *, networks: bool = False) -> None:
    """Raises Unusable when this is no chain that can be opened. `networks`: those of several validators can be, too."""
    known = (*KINDS, *NETWORKS) if networks else KINDS
    if chain not in known and not chain.startswith(URL_SCHEMES):
        raise Unusable(
            f"unknown chain {chain!r}: choose {', '.join(known)}, or name a node's http:// URL"
        )


@contextmanager
def open_network(consensus: str, home: Path, validators: int) -> Iterator[Node]:
    """A network of validators: made in a folder of the play, and gone at the end. People ask the first of them."""
    with running_network(home / NETWORK, consensus, validators) as network:
        accounts = tuple(each.account for each in network.spec.validators)
        named = Named(consensus, network.spec.finality, accounts)
        client = PatientClient([network.urls[0]])
        yield Node(
            consensus, client, ours=True, consensus=named, urls=network.urls, network=network
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


@contextmanager
def open_by_the_clock(
    chain: str, home: Path, consensus: Named, validators: int = VALIDATORS
) -> Iterator[Node]:
    """A chain whose time nobody moves: a network made in a folder of the play, or one found at a URL, that agrees so."""
    if is_network(chain):
        with open_network(chain, home, validators) as node:
            yield node
        return
    with open_node(chain, 0) as found:
        yield replace(found, consensus=consensus, urls=found.client.urls)


class Clock:
    """Reads the chain's time and moves it forward."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._sets_time = True

    def now(self) -> int:
        """Returns the time of the newest block, unix seconds."""
        return self._client.head().timestamp

    def wait(self, moment: int) -> None:
        """Waits until the chain's own clock is past this moment. Raises Broken when it is not long after the world's."""
        give_up = time.time() + STANDS_SECONDS + max(0, moment - self.now())
        while self.now() <= moment:
            if time.time() > give_up:
                raise Broken(f"the chain's time stays at {self.now()}, and {moment} was waited for")
            time.sleep(WAIT_POLL_SECONDS)

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
