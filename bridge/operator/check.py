"""`interlock bridge check`: proves before `run` that the world is as the settings say. Each line is one thing tried."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from eth_utils.crypto import keccak

from bridge.binding import is_bound
from bridge.bootstrap import Access, Bridge, build
from bridge.capabilities import ALLOWED, DRAWN_BY
from bridge.capabilities.documents import stream_of
from bridge.capabilities.model import ZERO_ACCOUNT, Read
from bridge.capabilities.participants import (
    BRIDGES_OFFICES,
    GRANT,
    REGISTER,
    SEALED,
    grantable_at,
    holds_office,
    may_buy,
    post_of,
)
from bridge.capabilities.token import UNLIMITED, allowance_of, balance_of
from bridge.chain.accounts import owners
from bridge.chain.artifact import artifact
from bridge.chain.decode import event_topic
from bridge.chain.finality import finality_depth
from bridge.chain.headers.plain import DEVELOPMENT
from bridge.config import Config
from bridge.errors import BridgeError, NodeIncomplete, SignerRefused, SignerUnavailable
from bridge.intents import ANCHORER, KEEPER, REPORTER
from bridge.posts import holders_of
from bridge.store import schema

NODES_MIN = 3  # of which two outvote one that lies
CLOCK_SKEW_MAX_SECONDS = (
    600  # between this machine and the chain's head; a quiet or simulated chain lags
)


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
    with closing(bridge):
        return _findings(bridge, now())


def _findings(bridge: Bridge, now: float) -> list[Finding]:
    return [
        Finding("chain", True, f"{bridge.client.url} serves chain {bridge.deployment.chain_id}"),
        _consensus(bridge),
        _database(bridge),
        *_contracts(bridge),
        *_offices(bridge),
        *_house(bridge),
        *_remote(bridge),
        *_changes(bridge),
        *_buyers(bridge),
        _clock(bridge, now),
    ]


def _consensus(bridge: Bridge) -> Finding:
    """How the chain agrees, and that the block before the deployment proves itself so."""
    deployment = bridge.deployment
    proving = deployment.proving()
    depth = finality_depth(deployment, bridge.config.finality)
    detail = f"{deployment.consensus}, an event counts with {depth} more blocks"
    if deployment.validators:
        detail += f", pinned validators {', '.join(deployment.validators)}"
    try:
        proving.begin(bridge.client.header(max(deployment.start_block - 1, 0)), None)
    except NodeIncomplete as error:
        return Finding("consensus", False, f"{detail}: {error}")
    alone = not proving.rules.is_final and deployment.consensus != DEVELOPMENT.name
    if alone and len(bridge.client.urls) < NODES_MIN:
        detail += ": no header proves that others agreed, so name three nodes with --rpc"
        return Finding("consensus", True, detail, warning=True)
    return Finding("consensus", True, detail)


def _database(bridge: Bridge) -> Finding:
    if not schema.is_new(bridge.store.engine) and is_bound(
        bridge.store, bridge.deployment, bridge.stream_id
    ):
        return Finding("database", True, "bound to this deployment, migrations at head")
    return Finding("database", True, "new: its first `run` binds it to this deployment")


def _contracts(bridge: Bridge) -> Iterator[Finding]:
    every = bridge.deployment.contracts
    for name, deployed in ((name, each) for name, editions in every.items() for each in editions):
        code = bridge.client.call("eth_getCode", deployed.address, "latest")
        found = "0x" + keccak(hexstr=code).hex()
        same_code = found == deployed.code_hash
        older = deployed is not every[name][-1]  # its events are the same, or `build` had refused
        same_abi = older or deployed.abi_hash == artifact(name).abi_hash
        if not same_code:
            detail = f"the code at {deployed.address} is not what was deployed"
        elif not same_abi:
            detail = "was deployed from another version of the contract than this package ships"
        else:
            detail = deployed.address
        what = f"contract {name}"
        if len(every[name]) > 1:
            what += f", edition {deployed.edition}"
        yield Finding(what, same_code and same_abi, detail)


def _offices(bridge: Bridge) -> Iterator[Finding]:
    post = next(n for n, p in bridge.deployment.posts.items() if p.id == bridge.posts.attester)
    yield Finding(
        f"post {post}", True, f"{bridge.attester} holds it, number {bridge.posts.attester}"
    )
    anchorer = bridge.house[ANCHORER]
    for office in BRIDGES_OFFICES:
        held = bool(_read(bridge, holds_office(anchorer, office)))
        detail = f"{anchorer} {'holds' if held else 'does not hold'} it"
        yield Finding(f"office {office}", held, detail)
    owner = str(bridge.gateway.record(*stream_of(bridge.stream_id))["owner"]).lower()
    if owner == ZERO_ACCOUNT:
        detail = f"not opened yet: {anchorer} opens it before its first anchor"
    elif owner == anchorer:
        detail = f"{anchorer} owns it"
    else:
        detail = f"{owner} owns it, so {anchorer} cannot anchor: the owner offers it, the anchorer takes it"
    yield Finding(f"stream {bridge.config.stream}", owner in {ZERO_ACCOUNT, anchorer}, detail)


def _house(bridge: Bridge) -> Iterator[Finding]:
    """The keys of the offices: where each is, what it signs, and whether it holds no more than its office needs."""
    for office, account in bridge.house.items():
        calls = ", ".join(
            sorted(f"{contract}.{function}" for contract, function in ALLOWED[office])
        )
        others = [o for o, held in bridge.house.items() if held == account and o != office]
        detail = f"{account}, {_place(bridge, account)}, signs {calls}"
        if others:
            detail += f"; the settings say that it is {' and '.join(others)} too: whoever takes it is all of them"
        yield Finding(f"key {office}", True, detail, warning=bool(others))
    if REPORTER not in bridge.house:
        detail = "no key: calls of a reporter wait"
        yield Finding(f"key {REPORTER}", True, detail, warning=True)
    yield from _powers(bridge)


def _powers(bridge: Bridge) -> Iterator[Finding]:
    """The reporter holds a post; the keeper holds nothing that is worth stealing."""
    holders = holders_of(bridge.gateway, bridge.deployment.posts)
    keeper = bridge.house[KEEPER]
    held = [name for name, holder in holders.items() if holder == keeper]
    held += [o for o in BRIDGES_OFFICES if _read(bridge, holds_office(keeper, o))]
    shared = list(bridge.house.values()).count(keeper) > 1
    detail = f"{keeper} holds {', '.join(held) or 'nothing'}"
    yield Finding(KEEPER, not held or shared, detail, warning=bool(held))
    if REPORTER in bridge.house:
        reporter = bridge.house[REPORTER]
        held = [name for name, holder in holders.items() if holder == reporter]
        yield Finding(REPORTER, bool(held), f"{reporter} holds {', '.join(held) or 'no post'}")


def _place(bridge: Bridge, account: str) -> str:
    """Where a key is."""
    if bridge.keys.remote is not None and account in bridge.keys.listed:
        return f"in the remote signer {bridge.keys.remote.name}"
    if bridge.keys.holder is None:
        return "opened in this process"
    return "opened in a process of its own"


def _remote(bridge: Bridge) -> Iterator[Finding]:
    """The remote signer: whether it is up, which keys it has, and whether anybody on the way reads along."""
    remote = bridge.keys.remote
    if remote is None:
        return
    try:
        remote.check_up()
        detail = f"{remote.name} is up and has {len(bridge.keys.listed)} keys"
        yield Finding("signer", True, f"{detail}: {', '.join(sorted(bridge.keys.listed))}")
    except (SignerUnavailable, SignerRefused) as error:
        yield Finding("signer", False, str(error))
    if not remote.is_private:
        detail = f"{remote.name} is asked without TLS: use https, and show a certificate with signer_client_file"
        yield Finding("signer's line", True, detail, warning=True)


def _changes(bridge: Bridge) -> Iterator[Finding]:
    """What was announced and has not happened yet, and the posts that nobody holds: whoever trusts them should know."""
    announced = {
        (str(log["topics"][1]), "0x" + str(log["topics"][2])[-40:]) for log in _logs(bridge, *GRANT)
    }
    for office, account in sorted(announced):
        at = int(_read(bridge, grantable_at(office, account)))
        if at:
            detail = f"{account} may be granted it from {_time(at)} on"
            yield Finding(f"announced {SEALED.get(office, office)}", True, detail, warning=True)
    for name, named in bridge.deployment.posts.items():
        record = bridge.gateway.record(*post_of(named.id))
        if int(record["holder"], 16) == 0:
            yield Finding(f"empty {name}", True, "nobody holds this post", warning=True)
        if int(record["replacement"], 16):
            detail = f"{record['replacement']} may take it from {_time(record['takeableAt'])} on"
            yield Finding(f"announced {name}", True, detail, warning=True)


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _logs(bridge: Bridge, contract: str, event: str) -> list[dict[str, Any]]:
    """All logs of an event, without proof: what they say is asked of the contract again."""
    found: list[dict[str, Any]] = bridge.client.call(
        "eth_getLogs",
        {
            "address": bridge.deployment.address(contract),
            "fromBlock": hex(bridge.deployment.start_block),
            "toBlock": "latest",
            "topics": [event_topic(contract, event)],
        },
    )
    return found


def _buyers(bridge: Bridge) -> Iterator[Finding]:
    buyers = [account for account in _acted_for(bridge) if _read(bridge, may_buy(account))]
    for account in buyers:
        allowed = {name: _allowance(bridge, account, name) for name in DRAWN_BY}
        missing = [name for name, allowance in allowed.items() if not allowance]
        drawn = ", ".join(f"{name} may draw {_limit(most)}" for name, most in allowed.items())
        detail = f"balance {_read(bridge, balance_of(account)):,} minor units, {drawn}"
        advice = f": approve {', '.join(missing)}" if missing else ""
        yield Finding(f"buyer {account}", not missing, detail + advice)
    if not buyers:
        yield Finding(
            "buyers",
            False,
            "no keystore holds the key of an active buyer: tenders cannot be opened",
        )


def _acted_for(bridge: Bridge) -> list[str]:
    """The accounts of the loaded keys, and the registered firms' accounts that one of them owns."""
    registered = _logs(bridge, *REGISTER)
    keys = bridge.gateway.signers
    accounts = ["0x" + str(log["topics"][1])[-40:] for log in registered]
    firms = owners(bridge.client, [account for account in accounts if account not in keys])
    return [*keys, *(account for account, owner in firms.items() if owner in keys)]


def _allowance(bridge: Bridge, account: str, contract: str) -> int:
    return int(_read(bridge, allowance_of(account, bridge.deployment.address(contract))))


def _limit(allowance: int) -> str:
    return "unlimited" if allowance >= UNLIMITED else f"up to {allowance:,}"


def _read(bridge: Bridge, read: Read) -> Any:
    """The one value that a view returns."""
    ((value,),) = bridge.gateway.views([read])
    return value


def _clock(bridge: Bridge, now: float) -> Finding:
    skew = now - bridge.client.head().timestamp
    place = f"{abs(skew):.0f} s {'behind' if skew >= 0 else 'ahead of'}"
    detail = f"the chain's head is {place} this machine's clock"
    return Finding("clock", True, detail, warning=abs(skew) > CLOCK_SKEW_MAX_SECONDS)
