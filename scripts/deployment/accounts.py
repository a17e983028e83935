"""Sends transactions as a person would: one key, one nonce after the other, waiting for each receipt or not."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.address import to_checksum_address

from bridge.chain.client import Client
from bridge.chain.decode import ErrorDecoder
from bridge.chain.deployment import Deployment
from bridge.chain.gateway import CALL_GAS_LIMIT, encode_call
from bridge.chain.rpc import RpcError
from bridge.errors import CallRefused

RECEIPT_TIMEOUT_SECONDS = (
    180.0  # a network that lost its proposers needs rounds of ten seconds and more
)
RECEIPT_POLL_SECONDS = 0.02
SENT_AGAIN_SECONDS = 10.0  # without a receipt
CREATE_GAS_LIMIT = 10_000_000  # the largest contract that a chain takes costs 5.5 million


class Person:
    """A key holder on the chain: a supplier, a registrar, a treasurer. Pays no gas: the chain's gas is free."""

    def __init__(self, client: Client, key: str | bytes) -> None:
        self.client = client
        self.account: LocalAccount = Account.from_key(key)
        self.address = str(self.account.address).lower()
        self._nonce: int | None = None
        self._errors = ErrorDecoder()

    def ask_nonce(self) -> None:
        """Somebody else may have used the key meanwhile: the node is asked for the next nonce."""
        self._nonce = None

    def next_nonce(self) -> int:
        """The nonce of what is signed next."""
        if self._nonce is None:
            self._nonce = self.client.nonce(self.address, "pending")
        return self._nonce

    def transact(
        self, deployment: Deployment, contract: str, function: str, *args: Any
    ) -> dict[str, Any]:
        """Tries the call, sends it, and returns its receipt. Raises CallRefused with the contract's own error.

        It goes to the edition of the number in its first argument, otherwise to the newest.
        """
        data = encode_call(contract, function, args)
        to = edition_of(deployment, contract, args)
        self._try(to, data)
        return self.wait(self.send(deployment.chain_id, to, data))

    def enqueue(self, deployment: Deployment, contract: str, function: str, *args: Any) -> str:
        """Sends the call without trying it and without waiting; returns the transaction hash."""
        to = edition_of(deployment, contract, args)
        return self.send(deployment.chain_id, to, encode_call(contract, function, args))

    def create(self, chain_id: int, code: str) -> dict[str, Any]:
        """Sends the transaction that creates a contract and returns its receipt."""
        return self.wait(self.send(chain_id, None, code))

    def send(self, chain_id: int, to: str | None, data: str) -> str:
        """Signs and sends a transaction; returns its hash. Raises CallRefused when the node rejects it."""
        tx_hash, raw = self.sign(chain_id, to, data)
        try:
            self.client.call("eth_sendRawTransaction", raw)
        except RpcError as error:
            self._nonce = None
            raise CallRefused(*self._errors.decode(error.data, error.message)) from error
        return tx_hash

    def sign(self, chain_id: int, to: str | None, data: str) -> tuple[str, str]:
        """Signs a transaction with the next nonce; returns its hash and its raw bytes, 0x-hex."""
        nonce = self.next_nonce()
        transaction: dict[str, Any] = {
            "chainId": chain_id,
            "nonce": nonce,
            "data": data,
            "gas": CREATE_GAS_LIMIT if to is None else CALL_GAS_LIMIT,
            "gasPrice": 0,
            "value": 0,
        }
        if to is not None:
            transaction["to"] = to_checksum_address(to)
        signed = self.account.sign_transaction(transaction)
        self._nonce = nonce + 1
        return "0x" + bytes(signed.hash).hex(), "0x" + bytes(signed.raw_transaction).hex()

    def wait(self, tx_hash: str) -> dict[str, Any]:
        """Waits for the receipt and returns it. Raises CallRefused when it reverted, TimeoutError when it is not mined.

        The refusal names the rule that the contract answers with after that block, where it has one.
        """
        deadline = time.monotonic() + RECEIPT_TIMEOUT_SECONDS
        while (receipt := self.client.call("eth_getTransactionReceipt", tx_hash)) is None:
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"{tx_hash} was not mined within {RECEIPT_TIMEOUT_SECONDS:.0f} s"
                )
            time.sleep(RECEIPT_POLL_SECONDS)
        if int(receipt["status"], 16) != 1:
            raise refusal_of(self.client, receipt)
        return dict(receipt)

    def _try(self, to: str, data: str) -> None:
        call = {
            "from": self.address,
            "to": to,
            "data": data,
            "gas": hex(CALL_GAS_LIMIT),
            "gasPrice": "0x0",
        }
        try:
            self.client.call("eth_call", call, "latest")
        except RpcError as error:
            raise CallRefused(*self._errors.decode(error.data, error.message)) from error


def edition_of(deployment: Deployment, contract: str, args: Sequence[Any]) -> str:
    """Returns the address of a contract: of the edition of the number in the first argument, otherwise of the newest."""
    number = args[0] if args and type(args[0]) is int else None
    return deployment.address(contract, number)


def send_together(client: Client, signed: Sequence[tuple[str, str]]) -> list[str]:
    """Sends signed transactions (hash, bytes) in one batch and waits until all are mined. Raises CallRefused.

    A node that dies, is cut off or stands behind a liar may forget what it took: what is not mined is sent again, as a
    wallet does, and what the node says of that does not matter, for the same bytes are mined once.
    """
    for answer in client.batch([("eth_sendRawTransaction", [raw]) for _, raw in signed]):
        if isinstance(answer, RpcError):
            raise CallRefused(*ErrorDecoder().decode(answer.data, answer.message))
    hashes = [tx_hash for tx_hash, _ in signed]
    began = again = time.monotonic()
    for _ in itertools.count():
        receipts = client.batch_all([("eth_getTransactionReceipt", [h]) for h in hashes])
        if all(receipts):
            break
        if time.monotonic() > began + RECEIPT_TIMEOUT_SECONDS:
            raise TimeoutError(
                f"{receipts.count(None)} of {len(hashes)} transactions were not mined"
            )
        if time.monotonic() > again + SENT_AGAIN_SECONDS:
            missing = [raw for (_, raw), found in zip(signed, receipts, strict=True) if not found]
            client.batch([("eth_sendRawTransaction", [raw]) for raw in missing])
            again = time.monotonic()
        time.sleep(RECEIPT_POLL_SECONDS)
    for receipt in receipts:
        if int(receipt["status"], 16) != 1:
            raise refusal_of(client, receipt)
    return hashes


def refusal_of(client: Client, receipt: Mapping[str, Any]) -> CallRefused:
    """Returns why a mined transaction failed: what its call answers on the state after its block, otherwise `Reverted`.

    A call that was tried can fail when it is mined, because another transaction came first: the first of two awards, for
    example, leaves the second nothing to award.
    """
    tx_hash = receipt["transactionHash"]
    made = client.call("eth_getTransactionByHash", tx_hash) or {}
    again = {
        "from": receipt["from"],
        "to": receipt["to"],
        "data": made.get("input", "0x"),
        "gas": made.get("gas", hex(CALL_GAS_LIMIT)),
        "gasPrice": "0x0",
    }
    try:
        client.call("eth_call", again, receipt["blockNumber"])
    except RpcError as error:
        return CallRefused(*ErrorDecoder().decode(error.data, error.message))
    return CallRefused("Reverted", tx_hash)
