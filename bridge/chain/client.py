"""JSON-RPC to a chain node, in batches, with every transport trouble turned into NodeUnavailable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from web3 import HTTPProvider
from web3.exceptions import Web3Exception

from bridge.errors import NodeUnavailable

RPC_TIMEOUT_SECONDS = 30
RPC_BATCH_MAX = 100  # requests in one HTTP body
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
REFUSALS = (
    "revert",
    "opcode",
    "gas",
)  # words by which nodes say that the contract, not they, said no


class RpcError(NodeUnavailable):
    """The node answered with an error object. `data` is the revert data when there is some."""

    def __init__(self, method: str, error: dict[str, Any]) -> None:
        super().__init__(f"{method}: {error.get('message', error)}")
        self.message = str(error.get("message", ""))
        self.data = revert_data(error.get("data"))

    @property
    def is_refusal(self) -> bool:
        """True when the contract said no; otherwise the node could not answer, and may later."""
        return bool(self.data) or any(word in self.message.lower() for word in REFUSALS)


def revert_data(data: Any) -> bytes:
    """Revert data from an error object: Hardhat, Anvil and geth send hex, Ganache an object or hex in `result`."""
    if isinstance(data, str) and data.startswith("0x"):
        return bytes.fromhex(data[2:])
    if isinstance(data, dict):
        for key in ("data", "result", "return"):
            if isinstance(data.get(key), str) and data[key].startswith("0x"):
                return bytes.fromhex(data[key][2:])
        for inner in data.values():  # Ganache keys its details by transaction hash
            if isinstance(inner, dict):
                return revert_data(inner)
    return b""


class Client:
    """A connection to one node at a time, out of several that serve the same chain."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = tuple(urls)
        self._index = 0
        self._connect()

    def _connect(self) -> None:
        self.url = self._urls[self._index]
        session = requests.Session()
        # A node on this machine is asked directly; looking for proxies takes as long as the question itself.
        session.trust_env = urlsplit(self.url).hostname not in LOOPBACK
        self._provider = HTTPProvider(
            self.url,
            request_kwargs={"timeout": RPC_TIMEOUT_SECONDS},
            session=session,
            exception_retry_configuration=None,
        )

    def dissenters(self, number: int, block_hash: str) -> list[str]:
        """Other nodes that give another block at this height. A node that does not answer is not counted."""
        found = []
        for index in range(len(self._urls)):
            if index == self._index:
                continue
            other = Client(self._urls[index : index + 1])
            try:
                header = other.call("eth_getBlockByNumber", hex(number), False)
            except NodeUnavailable:
                continue
            if header is not None and header["hash"] != block_hash:
                found.append(other.url)
        return found

    def rotate(self) -> None:
        """Asks the next node from now on."""
        self._index = (self._index + 1) % len(self._urls)
        self._connect()

    def call(self, method: str, *params: Any) -> Any:
        """One request. Raises RpcError when the node says no, NodeUnavailable when it says nothing."""
        answer = self._send(lambda: self._provider.make_request(cast(Any, method), list(params)))
        if answer.get("error"):
            raise RpcError(method, answer["error"])
        return answer.get("result")

    def batch(self, requests_: Sequence[tuple[str, list[Any]]]) -> list[Any]:
        """Answers in order; an RpcError object stands in place of a refused one. Raises NodeUnavailable."""
        answers: list[Any] = []
        for start in range(0, len(requests_), RPC_BATCH_MAX):
            part = list(requests_[start : start + RPC_BATCH_MAX])
            responses = self._send(lambda part=part: self._provider.make_batch_request(part))
            if not isinstance(responses, list) or len(responses) != len(part):
                raise NodeUnavailable(f"{self.url} did not answer a batch of {len(part)}")
            responses = sorted(responses, key=lambda response: int(response["id"]))
            for (method, _), response in zip(part, responses, strict=True):
                error = response.get("error")
                answers.append(RpcError(method, error) if error else response.get("result"))
        return answers

    def batch_all(self, requests_: Sequence[tuple[str, list[Any]]]) -> list[Any]:
        """Like `batch`, but a refused request raises its RpcError."""
        answers = self.batch(requests_)
        for answer in answers:
            if isinstance(answer, RpcError):
                raise answer
        return answers

    def with_head(
        self, requests_: Sequence[tuple[str, list[Any]]]
    ) -> tuple[list[Any], dict[str, Any]]:
        """Answers as of `batch`, and the latest header as it is once they were given. Raises NodeUnavailable."""
        *answers, head = self.batch([*requests_, ("eth_getBlockByNumber", ["latest", False])])
        if isinstance(head, RpcError):
            raise head
        return answers, dict(head)

    def chain_id(self) -> int:
        """Chain id that the node serves."""
        return int(self.call("eth_chainId"), 16)

    def genesis_hash(self) -> str:
        """Hash of block 0."""
        return str(self.header(0)["hash"])

    def head(self) -> dict[str, Any]:
        """The latest header."""
        return dict(self.call("eth_getBlockByNumber", "latest", False))

    def header(self, number: int) -> dict[str, Any]:
        """One header. Raises NodeUnavailable when the node does not have it."""
        block = self.call("eth_getBlockByNumber", hex(number), False)
        if block is None:
            raise NodeUnavailable(f"{self.url} has no block {number}")
        return dict(block)

    def nonce(self, account: str, block: str = "latest") -> int:
        """Transactions of an account so far."""
        return int(self.call("eth_getTransactionCount", account, block), 16)

    def _send(self, request: Any) -> Any:
        try:
            return request()
        except (requests.RequestException, Web3Exception, ValueError, OSError) as error:
            raise NodeUnavailable(f"{self.url} does not answer: {_root_cause(error)}") from error


def _root_cause(error: BaseException) -> str:
    """The innermost error: the outer ones only wrap it."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return str(error) or type(error).__name__
