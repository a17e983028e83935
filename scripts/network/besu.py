"""What an operator needs for a production network on Hyperledger Besu: QBFT, free gas, known nodes, closed RPC.

Nothing of it was run here. It is written after Besu's documentation: "Configure QBFT consensus", "Genesis file items",
"Configure free gas networks", "Use local permissioning", "Client and server TLS", "Command line options".
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rlp
from eth_keys.datatypes import PublicKey

from bridge.errors import BadConfiguration

IMAGE = "hyperledger/besu:25.8.0"
VALIDATORS_MIN = 4  # fewer bear no failure
GAS_LIMIT = 60_000_000  # of a block
EPOCH_BLOCKS = 30_000
MIX_HASH = "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365"  # marks QBFT
VANITY = bytes(32)
ZERO_HASH = "0x" + "00" * 32
ZERO_ACCOUNT = "0x" + "00" * 20
ENODE = re.compile(r"enode://([0-9a-fA-F]{128})@([^\s/?@]+):(\d{1,5})")
NOT_RUN = "Made by `interlock network export --for besu`. Not run by us: try it on machines that hold nothing first."

Files = dict[str, str]


@dataclass(frozen=True, slots=True)
class Peer:
    """A validator as its operator tells it to the others: its public key and where it listens."""

    enode: str
    account: str  # that seals, lower-case hex: it follows from the public key


def peer(enode: str) -> Peer:
    """Reads an enode URL. Raises BadConfiguration when it is none."""
    found = ENODE.fullmatch(enode)
    if found is None or not 0 < int(found[3]) < 2**16:
        raise BadConfiguration(
            f"{enode!r} is no enode URL: enode://<128 hex digits of the public key>@<host>:<port>"
        )
    try:
        account = PublicKey(bytes.fromhex(found[1])).to_address()
    except Exception as error:
        raise BadConfiguration(f"{enode!r} names no public key: {error}") from error
    return Peer(enode, account.lower())


def files(
    enodes: Sequence[str], chain_id: int, block_seconds: int, senders: Sequence[str] = ()
) -> Files:
    """All files by name. `senders`: accounts that may send; none: everybody may. Raises BadConfiguration."""
    peers = [peer(enode) for enode in enodes]
    accounts = [each.account for each in peers]
    if len(set(accounts)) != len(accounts):
        raise BadConfiguration("a validator is named twice")
    if len(peers) < VALIDATORS_MIN:
        raise BadConfiguration(
            f"{len(peers)} validators bear no failure: name {VALIDATORS_MIN} or more with --validator"
        )
    if chain_id < 1 or block_seconds < 1:
        raise BadConfiguration("the chain id and the seconds between blocks are 1 or more")
    named = {"nodes-allowlist": list(enodes)}
    if senders:
        named["accounts-allowlist"] = list(senders)
    return {
        "genesis.json": json.dumps(genesis(accounts, chain_id, block_seconds), indent=2) + "\n",
        "static-nodes.json": json.dumps(list(enodes), indent=2) + "\n",
        "permissions_config.toml": _toml(named),
        "node.toml": _toml(node(limited=bool(senders))) + _closed(),
        "compose.yaml": COMPOSE.format(image=IMAGE, not_run=NOT_RUN),
        "READ-ME-FIRST.txt": ABOUT.format(
            not_run=NOT_RUN, count=len(peers), accounts="\n".join(f"  {a}" for a in accounts)
        ),
    }


def write(made: Files, folder: Path) -> None:
    """Writes them into a folder that is empty or not there. Raises BadConfiguration when it is neither."""
    if folder.exists() and any(folder.iterdir()):
        raise BadConfiguration(f"{folder} is not empty: name another folder with --out")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")


def extra_data(accounts: Sequence[str]) -> str:
    """RLP of vanity, validators, no vote, round 0, no seals; validators in ascending order."""
    validators = [bytes.fromhex(account.removeprefix("0x")) for account in accounts]
    return "0x" + rlp.encode([VANITY, validators, [], b"", []]).hex()


def genesis(accounts: Sequence[str], chain_id: int, block_seconds: int) -> dict[str, Any]:
    """The first block: London without a base fee, nobody with coins, contracts of the usual size."""
    return {
        "config": {
            "chainId": chain_id,
            "londonBlock": 0,
            "zeroBaseFee": True,
            "qbft": {
                "epochlength": EPOCH_BLOCKS,
                "blockperiodseconds": block_seconds,
                "requesttimeoutseconds": 2 * block_seconds,
            },
        },
        "nonce": "0x0",
        "timestamp": "0x0",
        "extraData": extra_data(sorted(accounts)),
        "gasLimit": hex(GAS_LIMIT),
        "difficulty": "0x1",
        "mixHash": MIX_HASH,
        "coinbase": ZERO_ACCOUNT,
        "alloc": {},
        "number": "0x0",
        "gasUsed": "0x0",
        "parentHash": ZERO_HASH,
    }


def node(*, limited: bool) -> dict[str, Any]:
    """Settings of one node, the same for all; what differs is the key in its data folder. `limited`: senders are."""
    return {
        "data-path": "/network/data",
        "genesis-file": "/network/genesis.json",
        "static-nodes-file": "/network/static-nodes.json",
        "discovery-enabled": False,
        "permissions-nodes-config-file-enabled": True,
        "permissions-nodes-config-file": "/network/permissions_config.toml",
        "permissions-accounts-config-file-enabled": limited,
        "permissions-accounts-config-file": "/network/permissions_config.toml",
        "p2p-port": 30303,
        "sync-mode": "FULL",
        "data-storage-format": "FOREST",
        "min-gas-price": 0,
        "min-priority-fee": 0,
        "tx-pool-max-future-by-sender": 200,
        "rpc-http-enabled": True,
        "rpc-http-host": "127.0.0.1",
        "rpc-http-port": 8545,
        "rpc-http-api": ["ETH", "NET", "WEB3", "QBFT"],
        "rpc-http-max-batch-size": 1024,
        "host-allowlist": ["localhost", "127.0.0.1"],
        "revert-reason-enabled": True,
        "metrics-enabled": True,
        "metrics-host": "127.0.0.1",
        "metrics-port": 9545,
    }


def tls() -> dict[str, Any]:
    """What closes RPC towards another machine: TLS, and certificates of the clients that may ask."""
    return {
        "rpc-http-host": "0.0.0.0",  # noqa: S104 - behind TLS, with certificates of both sides
        "host-allowlist": ["node1.example"],
        "rpc-http-tls-enabled": True,
        "rpc-http-tls-keystore-file": "/network/tls/node.pfx",
        "rpc-http-tls-keystore-password-file": "/network/tls/node.password",
        "rpc-http-tls-client-auth-enabled": True,
        "rpc-http-tls-known-clients-file": "/network/tls/known-clients",
    }


def _toml(values: dict[str, Any]) -> str:
    """Keys and values as TOML; JSON writes texts, numbers, booleans and lists of texts the same way."""
    lines = [f"{name}={json.dumps(value)}" for name, value in values.items()]
    return "\n".join([f"# {NOT_RUN}", *lines]) + "\n"


def _closed() -> str:
    told = "\n# To let a bridge on another machine ask this node, these in place of those above:\n"
    return told + "".join(f"# {name}={json.dumps(value)}\n" for name, value in tls().items())


COMPOSE = """\
# {not_run}
# One node; each operator runs one on a machine of its own, with these files in /network and its key in /network/data/key.
services:
  besu:
    image: {image}
    command: ["--config-file=/network/node.toml"]
    network_mode: host
    restart: unless-stopped
    stop_grace_period: 1m
    read_only: true
    tmpfs: ["/tmp"]
    security_opt: ["no-new-privileges:true"]
    volumes:
      - ./:/network
"""
ABOUT = """\
{not_run}

{count} validators, as their public keys say:
{accounts}

1. Every operator compares these accounts and the files with those of the others: the genesis file is the network.
2. Put your node's key (64 hex digits) into data/key, readable by its owner alone, and keep a copy elsewhere, encrypted.
   The copy of a key must never run beside the key itself.
3. `docker compose up -d`. Blocks come when more than two thirds of the validators run.
4. `interlock deploy --rpc http://127.0.0.1:8545 --consensus qbft ...` names the validators above with --validator.
5. RPC answers on loopback alone. node.toml ends with what closes it towards another machine.

A version of Besu that no longer offers the storage FOREST takes BONSAI; then audits reach back as far as
bonsai-historical-block-limit says.
"""
