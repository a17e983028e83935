"""Many transactions of one person in a row: sent with consecutive nonces, and waited for once, at the end.

The address of a contract follows from its creator and the nonce, so the next transaction can name it before it is there.
"""

from __future__ import annotations

import time
from typing import Any

import rlp
from eth_utils.crypto import keccak

from bridge.chain.client import Client
from bridge.chain.gateway import encode_call

from .accounts import RECEIPT_POLL_SECONDS, RECEIPT_TIMEOUT_SECONDS, Person

UNDER_WAY_MAX = 100  # fewer than any node of ours keeps of one account
ACCOUNT_BYTES = 20

Receipt = dict[str, Any]


def address_of(creator: str, nonce: int) -> str:
    """Where the contract comes to be that an account creates with this nonce, lower-case hex."""
    made = keccak(rlp.encode([bytes.fromhex(creator.removeprefix("0x")), nonce]))
    return "0x" + made[-ACCOUNT_BYTES:].hex()


class Pipeline:
    """Transactions of one sender, in order. None is tried first: what it needs is not there yet."""

    def __init__(self, sender: Person, chain_id: int) -> None:
        self._sender = sender
        self._chain_id = chain_id
        self._sent: list[str] = []

    @property
    def count(self) -> int:
        """How many were sent."""
        return len(self._sent)

    def create(self, code: str) -> str:
        """Sends the creation of a contract; returns the address at which it will be. Raises CallRefused."""
        address = address_of(self._sender.address, self._sender.next_nonce())
        self._send(None, code)
        return address

    def call(self, to: str, contract: str, function: str, *args: Any) -> None:
        """Sends a call to a contract of this name at an address. Raises CallRefused."""
        self._send(to, encode_call(contract, function, args))

    def _send(self, to: str | None, data: str) -> None:
        if len(self._sent) >= UNDER_WAY_MAX:
            self._sender.wait(self._sent[-UNDER_WAY_MAX])
        self._sent.append(self._sender.send(self._chain_id, to, data))

    def finish(self, depth: int = 0) -> list[Receipt]:
        """The receipts of all in order, once the last is mined and `depth` more blocks have followed.

        Raises CallRefused for the first that failed, TimeoutError when the chain does not go on.
        """
        client = self._sender.client
        while True:
            receipts = [self._sender.wait(tx_hash) for tx_hash in self._sent]
            if not depth:
                break
            last = max(int(receipt["blockNumber"], 16) for receipt in receipts)
            _await_block(client, last + depth)
            again = client.batch_all([("eth_getTransactionReceipt", [h]) for h in self._sent])
            places = [(r["blockHash"], r["transactionHash"]) for r in receipts]
            if [r and (r["blockHash"], r["transactionHash"]) for r in again] == places:
                break
        return receipts


def _await_block(client: Client, number: int) -> None:
    """Waits for a block. Raises TimeoutError when none at all has come for a while."""
    head, since = client.height(), time.monotonic()
    while head < number:
        time.sleep(RECEIPT_POLL_SECONDS)
        newest = client.height()
        if newest != head:
            head, since = newest, time.monotonic()
        elif time.monotonic() - since > RECEIPT_TIMEOUT_SECONDS:
            raise TimeoutError(
                f"{client.url} stays at block {head}, and {number - head} more must follow before the deployment counts"
            )
