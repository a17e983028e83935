"""Everything the stages ask of the chain: views, logs, trials of calls, signatures, receipts. Knows no business."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError, EncodingError
from eth_utils.crypto import keccak

from bridge.chain import wire
from bridge.chain.accounts import Accounts
from bridge.chain.artifact import artifact
from bridge.chain.client import Client
from bridge.chain.decode import (
    ErrorDecoder,
    abi_type,
    event_topic,
    event_values,
    signature,
    struct_value,
)
from bridge.chain.deployment import Deployment
from bridge.chain.rpc import RpcError
from bridge.chain.signatures import is_signed_by
from bridge.chain.signer import Guarded
from bridge.chain.unsigned import Signed, payload, signed
from bridge.chain.wire import Log, Receipt
from bridge.errors import BadConfiguration, CallRefused, DoesNotFit, NodeIncomplete, WrongKey
from bridge.intents import Call

CALL_GAS_LIMIT = 5_000_000  # no call of ours comes near it; gas is free on a permissioned chain
GAS_FALLS = 2  # times less than the block that was read takes the newest one at least
ALREADY_KNOWN = (
    "already known",
    "known transaction",
    "already imported",
    "nonce too low",
    "already exists",
)


# Account, contract, function, arguments, and a number of the edition that it goes to where no argument is one.
Tried = tuple[str, str, str, Sequence[Any], int | None]


# What became of a trial: None where the contract takes the call, its refusal, or why the node could not ask it.
Verdict = CallRefused | RpcError | None


def _said(answer: Any) -> Any:
    """The node's answer. Raises RpcError when it is one."""
    if isinstance(answer, RpcError):
        raise answer
    return answer


def _word(value: int | str) -> str:
    """An indexed value as a topic: a number, or 0x-hex of an address or of 32 bytes."""
    return f"0x{int(value, 16) if isinstance(value, str) else value:064x}"


@cache
def _function(contract: str, name: str) -> dict[str, Any]:
    return next(
        entry
        for entry in artifact(contract).abi
        if entry["type"] == "function" and entry["name"] == name
    )


def _coerce(parameter: dict[str, Any], value: Any) -> Any:
    """JSON-friendly arguments as eth-abi wants them: hex text to bytes, objects by member name."""
    kind = parameter["type"]
    if kind.endswith("[]"):
        inner = {**parameter, "type": kind[:-2]}
        return [_coerce(inner, item) for item in value]
    if kind == "tuple":
        members = (
            value
            if not isinstance(value, dict)
            else [value[c["name"]] for c in parameter["components"]]
        )
        return tuple(_coerce(c, m) for c, m in zip(parameter["components"], members, strict=True))
    if kind.startswith("bytes") and isinstance(value, str):
        return bytes.fromhex(value[2:])
    return value


@cache
def _form(contract: str, function: str) -> tuple[bytes, list[str]]:
    """Selector of a function, and the types of its arguments."""
    entry = _function(contract, function)
    return keccak(signature(entry).encode())[:4], [abi_type(p) for p in entry["inputs"]]


def encode_call(contract: str, function: str, args: Sequence[Any]) -> str:
    """Call data of a contract function; tuples may be given as objects by member name."""
    entry = _function(contract, function)
    selector, types = _form(contract, function)
    values = [_coerce(p, a) for p, a in zip(entry["inputs"], args, strict=True)]
    return "0x" + (selector + encode(types, values)).hex()


def decode_result(contract: str, function: str, data: Any) -> tuple[Any, ...]:
    """Return values of a contract function. Raises NodeIncomplete when they are no values of it."""
    entry = _function(contract, function)
    called = f"{contract}.{function}"
    try:
        given = wire.octets(data, f"answer of {called}")
        return tuple(decode([abi_type(p) for p in entry["outputs"]], given))
    except (DecodingError, OverflowError) as error:
        raise NodeIncomplete(f"what the node answered is nothing that {called} returns") from error


class Gateway:
    """The chain as the stages see it: one node at a time, the contracts of one deployment, the keys of the bridge.

    Of a contract with several editions, each call goes to the one whose number it names: at the place that `numbered`
    gives for contract and function (a place and a name: that member of the struct there; None: to the newest edition),
    otherwise in its first argument. A call that names no number there brings one along where it goes to an older edition.
    """

    def __init__(
        self,
        client: Client,
        deployment: Deployment,
        signers: Mapping[str, Guarded],
        numbered: Mapping[tuple[str, str], int | tuple[int, str] | None] | None = None,
    ) -> None:
        self.client = client
        self.deployment = deployment
        self.signers = signers  # by the lower-case addresses of their keys
        self.accounts = Accounts(client, signers)
        self._numbered = numbered or {}
        self._errors = ErrorDecoder()
        self._gas = CALL_GAS_LIMIT  # that a transaction of ours may use: no more than a block takes

    def address(
        self, contract: str, function: str, args: Sequence[Any], edition_of: int | None = None
    ) -> str:
        """Address of the edition that a call goes to. Raises BadConfiguration when the deployment has no such edition."""
        place = self._numbered.get((contract, function), 0)
        if isinstance(place, tuple):
            number = args[place[0]][place[1]]
        else:
            number = args[place] if place is not None and place < len(args) else edition_of
        return self.deployment.address(contract, number if type(number) is int else None)

    def check_fit(self, calls: Sequence[Call]) -> None:
        """Raises DoesNotFit when a value is too long for its argument, or its number belongs to no edition here."""
        for call in calls:
            try:
                self.address(call.contract, call.function, call.args, call.edition_of)
                encode_call(call.contract, call.function, call.args)
            except (BadConfiguration, EncodingError) as error:
                raise DoesNotFit(f"{call.contract}.{call.function}: {error}") from error

    def view(
        self,
        contract: str,
        function: str,
        *args: Any,
        block: str = "latest",
        number: int | None = None,
    ) -> tuple[Any, ...]:
        """Reads a contract, of the edition to which `number` belongs where one is given. Raises CallRefused."""
        return self.views([(contract, function, args)], block, number)[0]

    def views(
        self,
        calls: Sequence[tuple[str, str, Sequence[Any]]],
        block: str = "latest",
        number: int | None = None,
    ) -> list[tuple[Any, ...]]:
        """Reads contracts in one batch; all of the edition to which `number` belongs, where one is given."""

        def to(contract: str, function: str, args: Sequence[Any]) -> str:
            if number is None:
                return self.address(contract, function, args)
            return self.deployment.address(contract, number)

        requests = [
            ("eth_call", [{"to": to(*call), "data": encode_call(*call)}, block]) for call in calls
        ]
        results = []
        for (contract, function, _), answer in zip(calls, self.client.batch(requests), strict=True):
            if isinstance(answer, RpcError):
                raise self._refusal(answer)
            results.append(decode_result(contract, function, answer))
        return results

    def view_elsewhere(
        self, contract: str, function: str, args: Sequence[Any]
    ) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """What each other node reads in a contract, by its address. Who answers with nothing that is one has no vote."""
        told = {
            "to": self.address(contract, function, args),
            "data": encode_call(contract, function, args),
        }
        for url, answer in self.client.call_elsewhere("eth_call", told, "latest"):
            with suppress(NodeIncomplete):
                yield url, decode_result(contract, function, answer)

    def record(self, contract: str, function: str, args: Sequence[Any]) -> dict[str, Any]:
        """Reads a view that returns one struct; an object by the names of its members."""
        (found,) = self.records([(contract, function, args)])
        return found

    def records(self, calls: Sequence[tuple[str, str, Sequence[Any]]]) -> list[dict[str, Any]]:
        """Reads views that return one struct; each as an object by the names of its members."""
        return [
            dict(struct_value(_function(contract, function)["outputs"][0], value))
            for (contract, function, _), (value,) in zip(calls, self.views(calls), strict=True)
        ]

    def static_call(self, call: Tried) -> CallRefused | None:
        """Tries a call without sending: its refusal, or None. Raises RpcError when the node cannot ask the contract."""
        (verdict,), _ = self.static_calls([call])
        if isinstance(verdict, RpcError):
            raise verdict
        return verdict

    def static_calls(
        self, calls: Sequence[Tried], block: str = "latest"
    ) -> tuple[list[Verdict], dict[str, int]]:
        """Tries calls without sending, on the state of a block: what became of each.

        Beside them how many transactions of each account's key are mined, asked in the same batch.
        """
        self._gas = min(CALL_GAS_LIMIT, self.client.head().gas_limit)
        requests: list[tuple[str, list[Any]]] = []
        for signer, contract, function, args, edition_of in calls:
            to = self.address(contract, function, args, edition_of)
            data = encode_call(contract, function, args)
            call = self.accounts.call(signer, to, data)
            call |= {"gas": hex(self._gas), "gasPrice": "0x0"}
            requests.append(("eth_call", [call, block]))
        signers = list(dict.fromkeys(self.accounts.key_of(signer) for signer, *_ in calls))
        requests += [("eth_getTransactionCount", [signer, "latest"]) for signer in signers]
        answers = self.client.batch(requests)
        verdicts = [self._verdict(answer) for answer in answers[: len(calls)]]
        counts = [
            wire.number(_said(answer), "number of transactions") for answer in answers[len(calls) :]
        ]
        return verdicts, dict(zip(signers, counts, strict=True))

    def check_gas(self, number: int, block_hash: str) -> None:
        """Raises NodeIncomplete when what a transaction may use fits no block near the one that was read and proved.

        The newest block is a node's word. What is signed for one that takes no gas no node ever takes, and its lane waits.
        """
        if self._gas >= CALL_GAS_LIMIT:
            return
        read = self.client.header(number)
        self.client.consensus.check(read, None)
        if read.hash != block_hash:
            raise NodeIncomplete(
                f"block {number} is {read.hash} at {self.client.url}, {block_hash} was read"
            )
        if self._gas * GAS_FALLS < read.gas_limit:
            raise NodeIncomplete(
                f"the newest block takes {self._gas} gas, says {self.client.url}, and block {number} takes {read.gas_limit}"
            )

    def emitted(self, contract: str, event: str, indexed: Sequence[int | str]) -> bool:
        """True when the contract emitted this event with these first indexed values. The node's word alone."""
        return bool(self.logs(contract, event, indexed))

    def logged(self, contract: str, event: str, *indexed: int | str) -> list[dict[str, Any]]:
        """Values that are not indexed of such events, by the names of the ABI. The node's word alone: for drivers."""
        return [event_values(contract, event, log) for log in self.logs(contract, event, indexed)]

    def logs(self, contract: str, event: str, indexed: Sequence[int | str | None]) -> list[Log]:
        """Logs of one event of one contract, in all its editions, since the deployment, by its first indexed values.

        None among them stands for any value.
        """
        (addresses,) = self.deployment.addresses((contract,)).values()
        wanted = {
            "address": list(addresses),
            "fromBlock": hex(self.deployment.start_block),
            "toBlock": "latest",
            "topics": [
                event_topic(contract, event),
                *(None if value is None else _word(value) for value in indexed),
            ],
        }
        return wire.logs(self.client.call("eth_getLogs", wanted))

    def unsigned(self, nonce: int, tried: Tried) -> bytes:
        """The bytes that have to be signed for a call in the name of an account."""
        signer, contract, function, args, edition_of = tried
        to = self.address(contract, function, args, edition_of)
        call = self.accounts.call(signer, to, encode_call(contract, function, args))
        return payload(self.deployment.chain_id, nonce, self._gas, call["to"], call["data"])

    def at_once(self, key: str) -> int:
        """How many contents whoever holds this key is given together. Raises WrongKey."""
        return self._held(key).at_once

    def sign_all(self, key: str, contents: Sequence[bytes]) -> list[Signed]:
        """Signs contents by one key: all or none.

        Raises WrongKey, ForbiddenCall, SignerUnavailable and SignerRefused, the last two when whoever holds it does not.
        """
        made = self._held(key).sign_all(contents)
        return [
            signed(self.deployment.chain_id, content, each)
            for content, each in zip(contents, made, strict=True)
        ]

    def _held(self, key: str) -> Guarded:
        found = self.signers.get(key)
        if found is None:
            raise WrongKey(f"nobody holds the key of {key}, which has to sign")
        return found

    def send(self, raw: Sequence[str]) -> list[str | None]:
        """Sends signed bytes; the node's objection to each, or None. Bytes it already has are no objection."""
        objections: list[str | None] = []
        for answer in self.client.batch([("eth_sendRawTransaction", [r]) for r in raw]):
            known = isinstance(answer, RpcError) and any(
                k in answer.message.lower() for k in ALREADY_KNOWN
            )
            objections.append(str(answer) if isinstance(answer, RpcError) and not known else None)
        return objections

    def receipts(self, hashes: Sequence[str]) -> tuple[list[Receipt | None], int]:
        """Receipts by transaction hash, None where the node has none; and the newest block once they were given."""
        answers, head = self.client.with_head([("eth_getTransactionReceipt", [h]) for h in hashes])
        return [wire.optional(wire.receipt, _said(one)) for one in answers], head.number

    def revert_reason(self, tried: Tried, block: int) -> str:
        """Why a mined transaction failed, by trying it again on the state before its block."""
        signer, contract, function, args, edition_of = tried
        self.accounts.find_one(signer)
        to = self.address(contract, function, args, edition_of)
        data = encode_call(contract, function, args)
        call = self.accounts.call(signer, to, data) | {"gas": hex(self._gas)}
        (answer,) = self.client.batch([("eth_call", [call, hex(block - 1)])])
        return (
            str(self._named(answer))
            if isinstance(answer, RpcError)
            else "reverted within its block"
        )

    def agrees(self, account: str, digest: bytes, signature: str) -> bool:
        """True when an account signed these 32 bytes: by its key, or, of a contract, as it says itself (ERC-1271)."""
        return is_signed_by(self.client, account, digest, signature)

    def counts(self, signers: Sequence[str], block: str) -> dict[str, int]:
        """How many transactions of each signer are mined up to a block; none of whom the node does not say it any more."""
        answers = self.client.batch([("eth_getTransactionCount", [s, block]) for s in signers])
        return {
            signer: wire.number(answer, "number of transactions", wire.COUNTED)
            for signer, answer in zip(signers, answers, strict=True)
            if not isinstance(answer, RpcError)
        }

    def nonces(self, signer: str, block: str = "latest") -> int:
        """Transactions of a signer that are mined, up to a block. Raises RpcError where the node no longer knows that."""
        return self.client.nonce(signer, block)

    def agreed_nonces(self, signer: str, block: str = "latest") -> int:
        """As `nonces`, what at least half of the nodes say or exceed: that a slot is spent is no one node's word.

        Of two that differ the lower count.
        """
        counts = [self.nonces(signer, block)]
        for _, answer in self.client.call_elsewhere("eth_getTransactionCount", signer, block):
            with suppress(NodeIncomplete):
                counts.append(wire.number(answer, "number of transactions", wire.COUNTED))
        return sorted(counts)[(len(counts) - 1) // 2]

    def is_mined(self, tx_hash: str) -> bool:
        """True when any node has a receipt of this transaction."""
        receipts, _ = self.receipts([tx_hash])
        if receipts[0] is not None:
            return True
        others = self.client.call_elsewhere("eth_getTransactionReceipt", tx_hash)
        return any(answer is not None for _, answer in others)

    def is_known(self, tx_hash: str) -> bool:
        """True when any node has this transaction, mined or in its pool: somebody has sent it."""
        (answer,) = self.client.batch([("eth_getTransactionByHash", [tx_hash])])
        if isinstance(answer, dict):
            return True
        others = self.client.call_elsewhere("eth_getTransactionByHash", tx_hash)
        return any(isinstance(answer, dict) for _, answer in others)

    def is_affirmed(self, tx_hash: str) -> bool:
        """True when more nodes have a receipt of success of this transaction than have none; the asked one has."""
        done, otherwise = 1, 0
        for _, answer in self.client.call_elsewhere("eth_getTransactionReceipt", tx_hash):
            with suppress(NodeIncomplete):
                found = wire.optional(wire.receipt, answer)
                if found is not None and found.status == 1:
                    done += 1
                else:
                    otherwise += 1
        return done > otherwise

    def is_denied(self, tx_hash: str) -> bool:
        """True when as many other nodes have no failed receipt of this transaction as have one, with the asked one."""
        failed, otherwise = 1, 0
        for _, answer in self.client.call_elsewhere("eth_getTransactionReceipt", tx_hash):
            with suppress(NodeIncomplete):
                found = wire.optional(wire.receipt, answer)
                if found is not None and found.status == 0:
                    failed += 1
                else:
                    otherwise += 1
        return otherwise >= failed

    def _verdict(self, answer: Any) -> Verdict:
        if not isinstance(answer, RpcError):
            return None
        return self._named(answer) if answer.is_refusal else answer

    def _refusal(self, error: RpcError) -> CallRefused:
        """The contract's refusal. Raises the error itself when the node could not even ask the contract."""
        if not error.is_refusal:
            raise error
        return self._named(error)

    def _named(self, error: RpcError) -> CallRefused:
        return CallRefused(*self._errors.decode(error.data, error.message))
