"""A development chain whose blocks look like those of a BFT chain: a proxy seals each with keys of the tests.

And a node that invents blocks: whole ones, which hash, name their parents and hold the receipts that they say.
"""

from __future__ import annotations

import copy
import json
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from eth_keys import keys

from bridge.chain import wire
from bridge.chain.proofs import receipts_root
from scripts.devchain.devchain import DevChain
from tests.bridge.headers.sealing import ACCOUNTS, KEYS, MAKERS, Vote
from tests.proxy import Answer, NodeProxy

FOUR = tuple(ACCOUNTS[:4])
NUMBERS = ("difficulty", "number", "gasLimit", "gasUsed", "timestamp")
OCTETS = (
    *("sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom"),
    *("mixHash", "nonce"),
)
INVENTED = 999_999  # what every transfer is worth at the node that lies


class Sealing(NodeProxy):
    """What a node of the BFT chain serves: each block of the development chain with an extra data that seals it."""

    def __init__(self, node: DevChain, kind: str) -> None:
        super().__init__(node.url)
        self.change = self._sealed
        self.keeps_blooms = True
        self._node = node
        self.kind = kind
        self._made: dict[str, dict[str, Any]] = {}  # hash of the development chain -> block
        self._votes: dict[int, Vote] = {}

    def forget(self) -> None:
        """No block votes any more, as at the beginning."""
        self._votes.clear()
        self._made.clear()

    def vote(self, number: int, vote: Vote) -> None:
        """This block votes; the set changes with the one after it."""
        self._votes[number] = vote

    def signers(self, number: int) -> tuple[Sequence[str], list[keys.PrivateKey]]:
        """Validators of a block, and the keys that seal it: three of four, four of five."""
        joined = any(vote.joins for at, vote in self._votes.items() if at < number)
        return (ACCOUNTS[:5], KEYS[:4]) if joined else (FOUR, KEYS[1:4])

    def block(self, given: dict[str, Any]) -> dict[str, Any]:
        """The sealed block in place of one of the development chain."""
        waiting = [given]
        while waiting[-1]["hash"] not in self._made:
            newest = waiting[-1]
            number = int(newest["number"], 16)
            if number and newest["parentHash"] not in self._made:
                waiting.append(self._node.rpc("eth_getBlockByHash", [newest["parentHash"], False]))
                continue
            parent = self._made[newest["parentHash"]]["hash"] if number else "0x" + "00" * 32
            self._made[newest["hash"]] = self.seal(newest, parent, *self.signers(number))
            waiting.pop()
            if not waiting:
                break
        return self._made[given["hash"]]

    def seal(
        self,
        given: dict[str, Any],
        parent: str,
        validators: Sequence[str],
        signers: Sequence[keys.PrivateKey],
    ) -> dict[str, Any]:
        """A block of this kind with the content of another one."""
        block: dict[str, Any] = {n: int(given[n], 16) for n in NUMBERS}
        block |= {n: bytes.fromhex(given[n][2:]) for n in OCTETS}
        block["parentHash"] = bytes.fromhex(parent[2:])
        block["transactions"] = given["transactions"]
        if not self.keeps_blooms:
            block["logsBloom"] = bytes(256)
        return MAKERS[self.kind](block, validators, signers, self._votes.get(block["number"]))

    def _sealed(self, method: str, params: list[Any], answer: Answer) -> Answer:
        if method == "eth_getBlockByNumber" and params[0] != "pending" and answer.get("result"):
            asked = answer["result"]  # its transactions are whole or hashes, as was asked
            sealed = {**self.block(asked), "transactions": asked["transactions"]}
            return {**answer, "result": sealed}
        return answer


class Inventing(NodeProxy):
    """A node that lies about everything: blocks above a height hold receipts of its own, and it seals them as it can."""

    def __init__(self, honest: Sealing, above: int, signers: Sequence[keys.PrivateKey]) -> None:
        super().__init__(honest.url)
        self.change = self._invented
        self._honest = honest
        self._above = above
        self._signers = signers
        self.refuses_calls = False  # a bridge does not start at a node that does
        self._hashes: dict[int, str] = {}

    def _invented(self, method: str, params: list[Any], answer: Answer) -> Answer:
        given = answer.get("result")
        if method == "eth_getBlockByNumber" and params[0] != "pending" and given:
            return {**answer, "result": self._block(given)}
        if method == "eth_getBlockReceipts" and given:
            return {**answer, "result": [self._receipt(one) for one in given]}
        if method == "eth_getTransactionReceipt" and given:
            return {**answer, "result": self._receipt(given)}
        if method == "eth_call" and self.refuses_calls:
            return {"jsonrpc": "2.0", "id": answer["id"], "error": {"code": 3, "message": "revert"}}
        lies = {"eth_getTransactionCount": "0xff", "eth_getLogs": []}
        return {**answer, "result": lies[method]} if method in lies else answer

    def _block(self, given: dict[str, Any]) -> dict[str, Any]:
        number = int(given["number"], 16)
        if number <= self._above:
            return given
        parent = self._hashes.get(number - 1) or given["parentHash"]
        if number - 1 > self._above and number - 1 not in self._hashes:
            before = _ask(self._honest.url, "eth_getBlockByNumber", [hex(number - 1), False])
            parent = self._block(before)["hash"]
        receipts = _ask(self._honest.url, "eth_getBlockReceipts", [given["number"]]) or []
        root = receipts_root([wire.receipt(self._receipt(one)) for one in receipts])
        validators, _ = self._honest.signers(number)
        false = self._honest.seal(
            {**given, "receiptsRoot": "0x" + root.hex()}, parent, validators, self._signers
        )
        self._hashes[number] = false["hash"]
        return false

    def _receipt(self, given: dict[str, Any]) -> dict[str, Any]:
        if int(given["blockNumber"], 16) <= self._above:
            return given
        false = copy.deepcopy(given)
        for log in false["logs"]:
            if len(log["data"]) == 2 + 64:
                log["data"] = "0x" + INVENTED.to_bytes(32, "big").hex()
        return false


def _ask(url: str, method: str, params: list[Any]) -> Any:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=30) as response:
        return json.load(response).get("result")


@contextmanager
def inventing(
    honest: Sealing, above: int, signers: Sequence[keys.PrivateKey]
) -> Iterator[Inventing]:
    """A liar that ends with the block."""
    proxy = Inventing(honest, above, signers)
    try:
        yield proxy
    finally:
        proxy.close()
