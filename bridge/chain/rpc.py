"""One node over JSON-RPC, in batches: every trouble on the way, and every answer that is none, is a NodeUnavailable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Any, cast
from urllib.parse import urlsplit

import orjson
import requests
from web3 import HTTPProvider
from web3.exceptions import Web3Exception
from web3.types import RPCEndpoint, RPCResponse

from bridge.errors import NodeUnavailable

RPC_TIMEOUT_SECONDS = 30
BESIDE_TIMEOUT_SECONDS = 5  # for a node that is only asked what it has beside the one that is asked
RPC_BATCH_MAX = 100  # requests in one HTTP body
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
REVERTED = 3  # the error code of a call that the contract refused
UNKNOWN_METHOD = (-32601, -32004)  # of JSON-RPC and of EIP-1474
# Words by which nodes say that the contract, not they, said no. Of gas it is only what ran out inside of the contract: a
# node that speaks of fees, allowances or limits never asked the contract.
REFUSALS = ("revert", "opcode", "out of gas")

Asked = tuple[str, list[Any]]  # method, parameters


class RpcError(NodeUnavailable):
    """The node answered with an error object. `data` is the revert data when there is some."""

    def __init__(self, method: str, error: Any) -> None:
        given = error if isinstance(error, dict) else {"message": error}
        self.message = str(given.get("message", ""))
        super().__init__(f"{method}: {self.message or error}")
        self.code = given.get("code")
        self.data = revert_data(given.get("data"))

    @property
    def is_unknown_method(self) -> bool:
        """True when the node has no such method and never will have one."""
        return self.code in UNKNOWN_METHOD

    @property
    def is_refusal(self) -> bool:
        """True when the contract said no; otherwise the node could not answer, and may later."""
        said = self.message.lower()
        return bool(self.data) or self.code == REVERTED or any(word in said for word in REFUSALS)


def revert_data(data: Any) -> bytes:
    """Revert data from an error object: Hardhat, Anvil and geth send hex, Ganache an object or hex in `result`.

    Empty where there is none, and where what stands there is no hex text.
    """
    if isinstance(data, str):
        return _hex(data)
    if isinstance(data, dict):
        for key in ("data", "result", "return"):
            if found := _hex(data.get(key)):
                return found
        for inner in data.values():  # Ganache keys its details by transaction hash
            if isinstance(inner, dict):
                return revert_data(inner)
    return b""


def _hex(value: Any) -> bytes:
    try:
        return bytes.fromhex(value[2:]) if isinstance(value, str) and value[:2] == "0x" else b""
    except ValueError:
        return b""


class _Provider(HTTPProvider):
    """web3's, with a JSON library that is ten times as fast."""

    def encode_rpc_request(self, method: RPCEndpoint, params: Any) -> bytes:
        """The body of one request. Raises TypeError for what is no JSON."""
        asked = {
            "jsonrpc": "2.0",
            "method": method,
            "params": params or [],
            "id": next(self.request_counter),
        }
        return orjson.dumps(asked)

    @staticmethod
    def decode_rpc_response(raw_response: bytes) -> RPCResponse:
        return cast(RPCResponse, orjson.loads(raw_response))


class Node:
    """A connection to one node."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.recognised = (
            False  # True once it was seen to serve the chain that is wanted, until it falls silent
        )
        self.benched_until = (
            0.0  # seconds of the pool's clock: until then another is asked, where there is one
        )
        self.silent_until = (
            0.0  # until then it is not asked what it has beside the node that is asked
        )
        session = requests.Session()
        # A node on this machine is asked directly; looking for proxies takes as long as the question itself.
        session.trust_env = urlsplit(url).hostname not in LOOPBACK
        self._options: dict[str, Any] = {"timeout": RPC_TIMEOUT_SECONDS}
        self._provider = _Provider(
            url,
            request_kwargs=self._options,
            session=session,
            exception_retry_configuration=None,
        )

    @contextmanager
    def beside(self) -> Iterator[None]:
        """While it is only asked what it has beside the node that is asked: all stages wait for its answer."""
        self._options["timeout"] = BESIDE_TIMEOUT_SECONDS
        try:
            yield
        finally:
            self._options["timeout"] = RPC_TIMEOUT_SECONDS

    def call(self, method: str, *params: Any) -> Any:
        """One request. Raises RpcError when the node says no, NodeUnavailable when it says nothing."""
        answer = self._send(lambda: self._provider.make_request(cast(Any, method), list(params)))
        if not isinstance(answer, dict):
            raise NodeUnavailable(f"{self.url} answered {method} with what is no JSON-RPC")
        if answer.get("error"):
            raise RpcError(method, answer["error"])
        return answer.get("result")

    def batch(self, asked: Sequence[Asked]) -> list[Any]:
        """Answers in order; an RpcError object stands in place of a refused one. Raises NodeUnavailable."""
        answers: list[Any] = []
        for start in range(0, len(asked), RPC_BATCH_MAX):
            answers += self._part(list(asked[start : start + RPC_BATCH_MAX]))
        return answers

    def _part(self, asked: list[Asked]) -> list[Any]:
        responses = self._send(lambda: self._provider.make_batch_request(cast(Any, asked)))
        if not isinstance(responses, list) or len(responses) != len(asked):
            raise NodeUnavailable(f"{self.url} did not answer a batch of {len(asked)}")
        ids = [response.get("id") if isinstance(response, dict) else None for response in responses]
        if not all(type(one) is int for one in ids) or len(set(ids)) != len(ids):
            raise NodeUnavailable(f"{self.url} answered a batch without saying what is whose")
        in_order = (
            response for _, response in sorted(zip(ids, responses, strict=True), key=itemgetter(0))
        )
        return [
            RpcError(method, response["error"]) if response.get("error") else response.get("result")
            for (method, _), response in zip(asked, in_order, strict=True)
        ]

    def _send(self, request: Callable[[], Any]) -> Any:
        try:
            return request()
        except (requests.RequestException, Web3Exception, ValueError, OSError) as error:
            self.recognised = False
            raise NodeUnavailable(f"{self.url} does not answer: {_root_cause(error)}") from error
        except (TypeError, KeyError, AttributeError) as error:  # of the library, on a wrong shape
            self.recognised = False
            raise NodeUnavailable(f"{self.url} answered with what is no JSON-RPC") from error


def _root_cause(error: BaseException) -> str:
    """The innermost error: the outer ones only wrap it."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return str(error) or type(error).__name__
