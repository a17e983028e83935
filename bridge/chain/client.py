"""The chain out of several nodes that serve it: one is asked at a time, the others say whether it lies.

Who falls silent, answers wrongly or serves another chain sits on the bench for a while, and another one is asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bridge.chain import wire
from bridge.chain.headers.consensus import UNPROVED, Consensus
from bridge.chain.rpc import Asked, Node, RpcError
from bridge.chain.wire import Header
from bridge.errors import NodeIncomplete, NodeUnavailable, WrongChain

BENCH_SECONDS = 60.0  # how long a node that failed is left alone, while there is another
SILENT_SECONDS = (
    10.0  # how long one that did not say which block it has is not asked for that again
)
# or so many times as long as it took: one that swallows its questions would hold up every stage
SILENT_TIMES = 10
LOOK_SECONDS = (
    10.0  # between two questions whether another node has a block that the asked one lacks
)
BEHIND_SECONDS = 30.0  # how long the asked one may lack it

T = TypeVar("T")
_REFUSED = object()  # in place of an answer


@dataclass(frozen=True, slots=True)
class Chain:
    """What every node has to serve: chain id, hash of block 0, how messages call it, and its consensus."""

    chain_id: int
    genesis_hash: str
    name: str
    consensus: Consensus = field(default=UNPROVED, compare=False)


@dataclass(frozen=True, slots=True)
class Votes:
    """What nodes say of a block: who has the same one, with the asking one, who has another, and who lacks what was read."""

    same: tuple[str, ...]
    other: tuple[str, ...]
    astray: tuple[
        str, ...
    ]  # another one, and another one where everybody agreed before: these have no vote


class Client:
    """The nodes of one chain, of which one is asked at a time."""

    def __init__(
        self, urls: Sequence[str], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """`monotonic`: a clock in seconds that never goes back."""
        # one that is named twice votes once
        self._nodes = [Node(url) for url in dict.fromkeys(urls)]
        self._at = 0
        self._monotonic = monotonic
        self._chain: Chain | None = None
        self._looked: float | None = None  # when it was last asked whether a node is further
        self._behind: tuple[Node, Node, int, float] | None = (
            None  # the asked one, one that is further by this block, since
        )

    @property
    def url(self) -> str:
        """The node that is asked now."""
        return self._nodes[self._at].url

    @property
    def urls(self) -> tuple[str, ...]:
        """All nodes, in the order in which they are named."""
        return tuple(node.url for node in self._nodes)

    @property
    def consensus(self) -> Consensus:
        """That of the chain it has to serve."""
        return UNPROVED if self._chain is None else self._chain.consensus

    # ---- which node is asked ------------------------------------------------------------------

    def settle_on(self, chain: Chain) -> None:
        """Asks the first node that serves this chain, and from now on never one that serves another.

        Raises WrongChain when one that answers serves another and none serves this one, NodeUnavailable when none answers.
        """
        self._chain = chain
        wrong: WrongChain | None = None
        silent: NodeUnavailable | NodeIncomplete | None = None
        for at, node in enumerate(self._nodes):
            try:
                recognise(node, chain)
            except WrongChain as error:
                wrong = wrong or error
                self._bench(node)
            except (NodeUnavailable, NodeIncomplete) as error:
                silent = silent or error
                self._bench(node)
            else:
                self._at = at
                return
        raise wrong or silent or NodeUnavailable("no node is named")

    def rotate(self) -> None:
        """Asks another node from now on: the next that is not on the bench, or else whose time there ends first."""
        self._bench(self._nodes[self._at])
        count = len(self._nodes)
        following = [(self._at + step) % count for step in range(1, count + 1)]
        now = self._monotonic()
        free = [at for at in following if self._nodes[at].benched_until <= now]
        self._at = free[0] if free else min(following, key=lambda at: self._nodes[at].benched_until)

    def bench(self, urls: Sequence[str]) -> None:
        """Leaves these nodes alone for a while."""
        for node in self._nodes:
            if node.url in urls:
                self._bench(node)

    def _bench(self, node: Node) -> None:
        node.benched_until = self._monotonic() + BENCH_SECONDS

    def _asked(self) -> Node:
        """The node that is asked now. Raises NodeIncomplete when it serves another chain, NodeUnavailable."""
        node = self._nodes[self._at]
        if self._chain is not None and not node.recognised:
            try:
                recognise(node, self._chain)
            except WrongChain as error:
                raise NodeIncomplete(str(error)) from error
        return node

    def elsewhere(self, number: int) -> set[str]:
        """Hashes of the block at a height that the other nodes have, those too that did not answer lately."""
        for node in self._nodes:
            node.silent_until = 0.0
        return {header.hash for _, header in self._elsewhere(number)}

    def check_not_behind(self, head: int) -> None:
        """Raises NodeIncomplete when another node has long had a block that the asked one, which stands at `head`, lacks.

        To be called while there is nothing to read: a node that stands still looks like a chain on which nothing happens.
        """
        now, asked = self._monotonic(), self._nodes[self._at]
        if self._behind is not None:
            behind, further, number, since = self._behind
            if behind is not asked or head >= number:
                self._behind = None
            elif now - since >= BEHIND_SECONDS:
                self._behind = None
                raise NodeIncomplete(
                    f"{asked.url} stands at block {head}, and {further.url} had block {number} {now - since:.0f} s ago"
                )
            return
        if len(self._nodes) == 1 or (
            self._looked is not None and now - self._looked < LOOK_SECONDS
        ):
            return
        self._looked = now
        for node, header in self._elsewhere(head + 1):
            self._behind = asked, node, header.number, now
            return

    def votes(self, header: Header, read: tuple[int, str]) -> Votes:
        """What the nodes have at this height. One that has nothing there, or that does not answer, has no vote.

        `read`: number and hash of the newest block that was read, and agreed on, before.
        """
        same = [self.url]
        other: list[Node] = []
        for node, theirs in self._elsewhere(header.number):
            if theirs.hash == header.hash:
                same.append(node.url)
            else:
                other.append(node)
        number, known = read
        holding = {n.url for n, theirs in self._elsewhere(number, other) if theirs.hash == known}
        return Votes(
            same=tuple(same),
            other=tuple(node.url for node in other if node.url in holding),
            astray=tuple(node.url for node in other if node.url not in holding),
        )

    def _elsewhere(
        self, number: int, among: Sequence[Node] | None = None
    ) -> Iterator[tuple[Node, Header]]:
        """The header at a height of each other node, or of these, that has one which hashes."""

        def header(node: Node) -> Header | None:
            answer = node.call("eth_getBlockByNumber", hex(number), False)
            found = wire.optional(wire.header, answer)
            if found is not None:
                _check_height(found, number, node.url)
                self.consensus.check_alone(found)
            return found

        for node, found in self._others(header, among):
            if found is not None:
                yield node, found

    def _others(
        self, ask: Callable[[Node], T], among: Sequence[Node] | None = None
    ) -> Iterator[tuple[Node, T]]:
        """What each other node, or each of these, says that serves this chain; who says nothing is not asked for a while."""
        asked = self._nodes[self._at]
        for node in self._nodes if among is None else among:
            if node is asked or node.silent_until > self._monotonic():
                continue
            asked_at = self._monotonic()
            try:
                with node.beside():
                    if self._chain is not None and not node.recognised:
                        recognise(node, self._chain)
                    said = ask(node)
            except (NodeUnavailable, NodeIncomplete, WrongChain):
                now = self._monotonic()
                node.silent_until = now + max(SILENT_SECONDS, SILENT_TIMES * (now - asked_at))
                continue
            yield node, said

    def call_elsewhere(self, method: str, *params: Any) -> Iterator[tuple[str, Any]]:
        """What each other node answers, by its address; who refuses or says nothing has no vote."""

        def answer(node: Node) -> Any:
            try:
                return node.call(method, *params)
            except RpcError:
                return _REFUSED

        for node, said in self._others(answer):
            if said is not _REFUSED:
                yield node.url, said

    # ---- what is asked ------------------------------------------------------------------------

    def call(self, method: str, *params: Any) -> Any:
        """One request. Raises RpcError when the node says no, NodeUnavailable when it says nothing."""
        return self._asked().call(method, *params)

    def batch(self, asked: Sequence[Asked]) -> list[Any]:
        """Answers in order; an RpcError object stands in place of a refused one. Raises NodeUnavailable."""
        return self._asked().batch(asked)

    def batch_all(self, asked: Sequence[Asked]) -> list[Any]:
        """Like `batch`, but a refused request raises its RpcError."""
        answers = self.batch(asked)
        for answer in answers:
            if isinstance(answer, RpcError):
                raise answer
        return answers

    def with_head(self, asked: Sequence[Asked]) -> tuple[list[Any], Header]:
        """Answers as of `batch`, and the latest header as it is once they were given. Raises NodeUnavailable."""
        *answers, head = self.batch([*asked, ("eth_getBlockByNumber", ["latest", False])])
        if isinstance(head, RpcError):
            raise head
        return answers, wire.header(head)

    def chain_id(self) -> int:
        """Chain id that the node serves."""
        return wire.number(self.call("eth_chainId"), "chain id")

    def height(self) -> int:
        """Number of the latest block."""
        return wire.number(self.call("eth_blockNumber"), "number of the latest block")

    def head(self) -> Header:
        """The latest header."""
        return wire.header(self.call("eth_getBlockByNumber", "latest", False))

    def pending_time(self) -> int | None:
        """Time of the block that would come next, unix seconds; None when the node does not say."""
        try:
            answer = self.call("eth_getBlockByNumber", "pending", False)
        except RpcError:
            return None
        if not isinstance(answer, dict):
            return None
        return wire.number(answer.get("timestamp"), "time of the pending block")

    def header(self, number: int) -> Header:
        """One header. Raises NodeUnavailable when the node does not have it, NodeIncomplete when it gives another."""
        block = wire.optional(wire.header, self.call("eth_getBlockByNumber", hex(number), False))
        if block is None:
            raise NodeUnavailable(f"{self.url} has no block {number}")
        _check_height(block, number, self.url)
        return block

    def nonce(self, account: str, block: str = "latest") -> int:
        """Transactions of an account so far."""
        answer = self.call("eth_getTransactionCount", account, block)
        return wire.number(answer, "number of transactions", wire.COUNTED)


def _check_height(header: Header, number: int, url: str) -> None:
    """Raises NodeIncomplete for the header of another block: its seals prove itself, and nothing of this height."""
    if header.number != number:
        raise NodeIncomplete(f"{url} gave block {header.number} for block {number}")


def recognise(node: Node, chain: Chain) -> None:
    """Raises WrongChain unless the node serves this chain; NodeUnavailable, NodeIncomplete when it does not say."""
    served = wire.number(node.call("eth_chainId"), "chain id")
    if served != chain.chain_id:
        raise WrongChain(
            f"the node at {node.url} serves chain {served}, deployment {chain.name} is on chain "
            f"{chain.chain_id}: name the right node with --rpc, or the right file with --deployment"
        )
    genesis = wire.optional(wire.header, node.call("eth_getBlockByNumber", "0x0", False))
    if genesis is None:
        raise NodeUnavailable(f"{node.url} has no block 0")
    if genesis.hash != chain.genesis_hash:
        raise WrongChain(
            f"the node at {node.url} has the genesis block {genesis.hash}, deployment {chain.name} "
            f"was made on {chain.genesis_hash}: the chain was started anew, so deploy anew"
        )
    node.recognised = True
