"""One node over JSON-RPC, in batches: every trouble on the way, and every answer that is none, is a NodeUnavailable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy
from operator import itemgetter
from typing import Any, cast
from urllib.parse import urlsplit

import orjson
import requests
from web3 import HTTPProvider
from web3.exceptions import Web3Exception
from web3.types import RPCEndpoint, RPCResponse

from bridge.chain.deadline import WithinItsTime
from bridge.errors import NodeUnavailable

RPC_TIMEOUT_SECONDS = 30
BESIDE_TIMEOUT_SECONDS = 5  # for a node that is only asked what it has beside the one that is asked
ANSWER_BYTES_MAX = 512_000_000  # of one HTTP body
READ_BYTES = 262_144
MESSAGE_MAX = 2_000  # characters of an error that are kept
RPC_BATCH_MAX = 100  # requests in one HTTP body
PATIENCE_MIN, PATIENCE_MAX = 8, 512  # questions in smaller parts, after which larger ones are tried
TOO_LARGE = "response too large"  # geth, of what a batch asks beyond 25 MB
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
        self.message = _kept(str(given.get("message", "")))
        super().__init__(f"{method}: {self.message or _kept(str(error))}")
        self.code = given.get("code")
        self.data = revert_data(given.get("data"))

    @property
    def is_unknown_method(self) -> bool:
        """True when the node has no such method and never will have one."""
        return self.code in UNKNOWN_METHOD

    @property
    def is_too_large(self) -> bool:
        """True when the node would have answered, had it been asked less at once."""
        return TOO_LARGE in self.message.lower()

    @property
    def is_refusal(self) -> bool:
        """True when the contract said no; otherwise the node could not answer, and may later."""
        said = self.message.lower()
        return bool(self.data) or self.code == REVERTED or any(word in said for word in REFUSALS)


class TooMuch(NodeUnavailable):
    """An answer that is too long, or takes too long: asked for less, the node might give it."""


class TooLong(requests.RequestException):
    """A body with more bytes than one may have."""


def _kept(text: str) -> str:
    """Text of a node that every database keeps, and no table swells by: PostgreSQL takes no NUL."""
    return text[:MESSAGE_MAX].replace("\0", "\ufffd")


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


class _Body:
    """The body of an answer as it comes, of no more bytes than one may have."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def stream(self, _amount: int, decode_content: bool) -> Iterator[bytes]:
        """Its parts. Raises requests.RequestException when they have no end."""
        count = 0
        while part := self._raw.read1(READ_BYTES, decode_content=decode_content):
            count += len(part)
            if count > ANSWER_BYTES_MAX:
                raise TooLong(f"it has more than {ANSWER_BYTES_MAX} bytes")
            yield part


def _bounded(response: requests.Response, **_: Any) -> None:
    """A hook of the library: the body of this response is still to be read."""
    response.raw = _Body(response.raw)


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


class _Session(requests.Session):
    """A node's: it is asked where it was named, and nowhere that it sends one to; what it wants kept is not."""

    def __init__(self) -> None:
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - of the library
        """None: whoever answers for a node could have signed transactions sent anywhere."""
        return None


class Parts:
    """How many requests a node is asked together.

    An honest node, or the way to it, may be too slow for a hundred of the largest blocks at once: asked the same again it
    would fail for ever. So it is asked half as many after each answer that is too much; and twice as many after a while,
    which is longer after each time that this was too early.
    """

    def __init__(self) -> None:
        self.size = RPC_BATCH_MAX
        self._patience = (
            PATIENCE_MIN  # questions in smaller parts, after which larger ones are tried
        )
        self._answered = 0  # of these
        self._tried = False  # larger ones, just now

    def note_too_many(self, count: int) -> None:
        """An answer to so many requests was too much."""
        self.size, self._answered = max(1, count // 2), 0
        if self._tried:
            self._patience, self._tried = min(2 * self._patience, PATIENCE_MAX), False

    def note_answered(self, count: int) -> None:
        """A question of so many requests was answered, in parts of this size."""
        if count >= self.size:
            self._tried = False
        if count <= self.size or self.size == RPC_BATCH_MAX:
            return
        self._answered += 1
        if self._answered >= self._patience:
            self.size, self._answered, self._tried = min(2 * self.size, RPC_BATCH_MAX), 0, True


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
        self._parts = Parts()
        session = _Session()
        # A node on this machine is asked directly; looking for proxies takes as long as the question itself.
        session.mount("http://", WithinItsTime())
        session.mount("https://", WithinItsTime())
        session.hooks["response"].append(_bounded)
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
        while len(answers) < len(asked):
            answers += self._fitting(list(asked[len(answers) : len(answers) + self._parts.size]))
        self._parts.note_answered(len(asked))
        return answers

    def _fitting(self, asked: list[Asked]) -> list[Any]:
        """Answers to as many requests as the node is asked together."""
        try:
            answers = self._part(asked)
        except TooMuch:
            self._parts.note_too_many(len(asked))
            raise
        if not any(isinstance(each, RpcError) and each.is_too_large for each in answers):
            return answers
        self._parts.note_too_many(len(asked))
        return self.batch(asked) if len(asked) > 1 else [self._single(*asked[0])]

    def _single(self, method: str, params: list[Any]) -> Any:
        """The answer to a request outside of a batch, or its RpcError."""
        try:
            return self.call(method, *params)
        except RpcError as error:
            return error

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
            kind = TooMuch if _is_too_much(error) else NodeUnavailable
            raise kind(f"{self.url} does not answer: {_root_cause(error)}") from error
        # of the library, on a wrong shape; and of orjson, for which an answer took all memory
        except (TypeError, KeyError, AttributeError, SystemError, MemoryError) as error:
            self.recognised = False
            raise NodeUnavailable(f"{self.url} answered with what is no JSON-RPC") from error


def _is_too_much(error: BaseException | None) -> bool:
    """True when a node that was reached did not give all of its answer in its time, or gave too much."""
    while error is not None:
        if isinstance(error, requests.ConnectTimeout):
            return False
        if isinstance(error, (TooLong, TimeoutError, requests.Timeout)):
            return True
        error = error.__cause__ or error.__context__
    return False


def _root_cause(error: BaseException) -> str:
    """The innermost error: the outer ones only wrap it."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return str(error) or type(error).__name__
