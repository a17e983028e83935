"""`interlock bridge check`: proves before `run` that the world is as the settings say. Each line is one thing tried."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from eth_utils.crypto import keccak

from bridge.binding import is_bound
from bridge.bootstrap import Access, Bridge, build
from bridge.chain.artifact import artifact
from bridge.config import Config
from bridge.errors import BridgeError
from bridge.store import schema

CLOCK_SKEW_MAX_SECONDS = (
    600  # between this machine and the chain's head; a quiet or simulated chain lags
)
OFFICES = ("ATTESTER", "ANCHORER")
BUYER_CAPABILITY = 1
UNLIMITED = 2**255  # an allowance that no escrow ever uses up


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried: its name, whether it holds, and the detail for the operator."""

    name: str
    ok: bool
    detail: str
    warning: bool = False  # worth knowing, not worth stopping for


def run(config: Config, now: Callable[[], float] = time.time) -> list[Finding]:
    """Tries everything and returns the findings; ends at the first failure of what the rest needs."""
    try:
        bridge = build(config, access=Access.TRY)
    except BridgeError as error:
        return [Finding("foundation", False, f"{type(error).__name__}: {error}")]
    return [
        Finding("chain", True, f"{bridge.client.url} serves chain {bridge.deployment.chain_id}"),
        _database(bridge),
        *_contracts(bridge),
        *_offices(bridge),
        *_buyers(bridge),
        _clock(bridge, now()),
    ]


def _database(bridge: Bridge) -> Finding:
    if not schema.is_new(bridge.store.engine) and is_bound(
        bridge.store, bridge.deployment, bridge.stream_id
    ):
        return Finding("database", True, "bound to this deployment, migrations at head")
    return Finding("database", True, "new: its first `run` binds it to this deployment")


def _contracts(bridge: Bridge) -> Iterator[Finding]:
    for name, deployed in bridge.deployment.contracts.items():
        code = bridge.client.call("eth_getCode", deployed.address, "latest")
        found = "0x" + keccak(hexstr=code).hex()
        same_code = found == deployed.code_hash
        same_abi = deployed.abi_hash == artifact(name).abi_hash
        if not same_code:
            detail = f"the code at {deployed.address} is not what was deployed"
        elif not same_abi:
            detail = "was deployed from another version of the contract than this package ships"
        else:
            detail = deployed.address
        yield Finding(f"contract {name}", same_code and same_abi, detail)


def _offices(bridge: Bridge) -> Iterator[Finding]:
    for office in OFFICES:
        role = "0x" + keccak(text=office).hex()
        (held,) = bridge.gateway.view("Participants", "hasRole", role, bridge.attester)
        detail = f"{bridge.attester} {'holds' if held else 'does not hold'} it"
        yield Finding(f"office {office}", bool(held), detail)


def _buyers(bridge: Bridge) -> Iterator[Finding]:
    orders = bridge.deployment.address("PurchaseOrders")
    buyers = 0
    for account in bridge.gateway.signers:
        (active,) = bridge.gateway.view("Participants", "isActive", account, BUYER_CAPABILITY)
        if not active:
            continue
        buyers += 1
        (allowance,) = bridge.gateway.view("SettlementToken", "allowance", account, orders)
        (balance,) = bridge.gateway.view("SettlementToken", "balanceOf", account)
        ready = allowance > 0
        limit = "without limit" if allowance >= UNLIMITED else f"up to {allowance}"
        detail = f"balance {balance} minor units, may be drawn for escrow {limit}"
        yield Finding(
            f"buyer {account}", ready, detail if ready else f"{detail}: approve PurchaseOrders"
        )
    if not buyers:
        yield Finding(
            "buyers",
            False,
            "no keystore holds the key of an active buyer: tenders cannot be opened",
        )


def _clock(bridge: Bridge, now: float) -> Finding:
    skew = now - int(bridge.client.head()["timestamp"], 16)
    detail = f"the chain's head is {skew:.0f} s behind this machine's clock"
    return Finding("clock", True, detail, warning=abs(skew) > CLOCK_SKEW_MAX_SECONDS)
