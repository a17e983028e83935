"""What each key may sign, read off the very bytes that it would sign. Pure: no key and no node.

The call of a buyer's key through a firm's account (企业账户) is judged by the call inside, which is all that a contract of
this deployment sees. The keys of offices call directly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import decode, encode
from eth_utils.crypto import keccak

from bridge.chain.unsigned import NotACall, read
from bridge.errors import ForbiddenCall

SELECTOR_BYTES = 4
EXECUTE = keccak(text="execute(address,bytes)")[:SELECTOR_BYTES]  # IFirmAccount.execute
INNER = ("address", "bytes")  # arguments of a firm account's execute


@dataclass(frozen=True, slots=True)
class Directory:
    """The chain, and every function of the deployment's contracts: address -> selector (hex) -> `Contract.function`."""

    chain_id: int
    functions: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Permits:
    """Which functions (`Contract.function`) the keys of the offices may call, and which any other key may."""

    offices: Mapping[str, frozenset[str]]  # by lower-case address
    others: frozenset[str]
    directory: Directory

    def check(self, key: str, content: bytes) -> None:
        """Raises ForbiddenCall unless this key may sign these bytes; it names the key, the call and what is allowed."""
        try:
            call = read(content)
        except NotACall as error:
            raise ForbiddenCall(f"{key} signs calls alone: {error}") from error
        chain = self.directory.chain_id
        if call.chain_id != chain:
            raise ForbiddenCall(f"{key} signs for chain {chain}, not for chain {call.chain_id}")
        if call.value or call.gas_price:
            raise ForbiddenCall(
                f"{key} signs no call that sends value ({call.value}) or pays for gas ({call.gas_price})"
            )
        called = self._called(call.to, call.data, through_accounts=key not in self.offices)
        allowed = self.offices.get(key, self.others)
        if called not in allowed:
            may = ", ".join(sorted(allowed)) or "nothing"
            raise ForbiddenCall(f"the key {key} never signs {called}; it may sign {may}")

    def _called(self, to: str, data: bytes, *, through_accounts: bool) -> str:
        """`Contract.function` that a call reaches, or what else it is."""
        ours = to in self.directory.functions
        if through_accounts and not ours and data[:SELECTOR_BYTES] == EXECUTE:
            inner = _inner(data[SELECTOR_BYTES:])
            if inner is not None:
                return self._named(*inner)
        return self._named(to, data)

    def _named(self, to: str, data: bytes) -> str:
        functions = self.directory.functions.get(to)
        selector = "0x" + data[:SELECTOR_BYTES].hex()
        if functions is None:
            return f"{selector} at {to}, which is no contract of this deployment"
        return functions.get(selector, f"{selector} at {to}, which has no such function")


def _inner(arguments: bytes) -> tuple[str, bytes] | None:
    """Target and data of the call that a firm's account is asked to make; None when the bytes do not say exactly one."""
    try:
        to, data = decode(INNER, arguments)
        same = encode(INNER, (to, data)) == arguments
    except MemoryError:  # says nothing of the bytes
        raise
    except Exception:  # the library raises what it likes on bytes from outside
        return None
    return (str(to).lower(), bytes(data)) if same else None


def as_json(permits: Permits) -> dict[str, Any]:
    """Permits as another process reads them."""
    return {
        "offices": {key: sorted(allowed) for key, allowed in permits.offices.items()},
        "others": sorted(permits.others),
        "chain_id": permits.directory.chain_id,
        "functions": {a: dict(each) for a, each in permits.directory.functions.items()},
    }


def from_json(told: Mapping[str, Any]) -> Permits:
    """Permits that another process told."""
    return Permits(
        {key: frozenset(allowed) for key, allowed in told["offices"].items()},
        frozenset(told["others"]),
        Directory(int(told["chain_id"]), told["functions"]),
    )
