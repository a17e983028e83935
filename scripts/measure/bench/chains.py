"""The same two figures on several chains, in one run: one development node, and networks of four validators.

out_<chain>          as `out`; floor: as many transactions of one key, signed before and sent at once, until all are mined
                     and, where a chain forks, so many blocks follow as ours waits for
latency_<chain>_ms   as `latency_ms`, from a mined block to the posted document: where a chain forks, the blocks that must
                     follow lie in it
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bridge.chain.client import Client
from bridge.errors import BadConfiguration

from ...deployment.consensus import Named
from ...deployment.deploy import ONE_NODE
from ...devchain.devchain import DevAccount, DevChain, dev_accounts
from ...network.network import Network, running_network
from . import latency
from .figure import Figure, skipped
from .ring import Chain, Ring

CHAINS = ("hardhat", "ibft", "clique")
TRANSACTIONS = (
    2_000  # of a round: more than a block takes, so that it is no matter of one block's time
)
ROUNDS = 3
EVENTS = 20
REST_SECONDS = 0.1  # of the ring, where a block comes each second


def names(chain: str) -> tuple[str, str]:
    """The figures of a chain."""
    return f"out_{chain}", f"latency_{chain}_ms"


class _First:
    """The first validator of a network, as the bench asks a node."""

    def __init__(self, network: Network) -> None:
        self.url = network.urls[0]
        self._client = Client([self.url])

    @property
    def accounts(self) -> tuple[DevAccount, ...]:
        """Those of the test phrase: they hold nothing, and gas is free."""
        return dev_accounts()

    def head_time(self) -> int:
        """Time of the newest block, unix seconds."""
        return self._client.head().timestamp

    def rpc(self, method: str, params: Sequence[object] = ()) -> Any:
        """The answer of the validator."""
        return self._client.call(method, *params)


@contextmanager
def _opened(chain: str, home: Path) -> Iterator[tuple[Chain, Named]]:
    if chain == "hardhat":
        with DevChain("hardhat") as node:
            yield node, ONE_NODE
        return
    with running_network(home / "network", chain) as network:
        accounts = tuple(each.account for each in network.spec.validators)
        yield _First(network), Named(chain, network.spec.finality, accounts)


def measure(
    wanted: Sequence[str],
    chain: str,
    home: Path,
    count: int = TRANSACTIONS,
    rounds: int = ROUNDS,
    events: int = EVENTS,
) -> list[Figure]:
    """Measures those of the two figures that are asked for, on one fresh chain."""
    out, late = names(chain)
    units = {out: "1/s", late: "ms"}
    made = []
    try:
        with _opened(chain, home) as (node, consensus):
            ring = Ring.prepare(node, home, consensus=consensus)
            if out in wanted:
                made.append(replace(ring.out(count, rounds, count, REST_SECONDS), name=out))
            if late in wanted:
                made.append(replace(latency.measured(ring, events), name=late))
    except BadConfiguration as error:  # the nodes are not built
        return [skipped(name, units[name], str(error)) for name in wanted]
    return made
