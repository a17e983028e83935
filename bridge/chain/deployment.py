"""Where the contracts of one network are: one JSON file per network, the same form on every chain."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bridge.errors import BadConfiguration


@dataclass(frozen=True, slots=True)
class Deployed:
    """One deployed contract: its address, the transaction and block it came with, and hashes of ABI and code."""

    address: str  # lower-case hex
    tx_hash: str
    block: int
    abi_hash: str
    code_hash: str  # keccak of the runtime code, immutables included


@dataclass(frozen=True, slots=True)
class Deployment:
    """The deployment file of one network: chain id, genesis block, node URL, and all contracts."""

    network: str
    chain_id: int
    rpc_url: str
    genesis_hash: str
    start_block: int  # no event of ours is older
    contracts: dict[str, Deployed]

    def address(self, contract: str) -> str:
        """Address of a contract by its name."""
        return self.contracts[contract].address

    def addresses(self, names: Iterable[str]) -> dict[str, str]:
        """Addresses of these contracts by name. Raises BadConfiguration when the deployment lacks some."""
        wanted = tuple(names)
        if missing := [name for name in wanted if name not in self.contracts]:
            raise BadConfiguration(
                f"deployment {self.network} lacks the contracts {', '.join(missing)}"
            )
        return {name: self.contracts[name].address for name in wanted}

    def name_of(self, address: str) -> str | None:
        """Name of the contract at an address, or None when it is none of ours."""
        return next((n for n, d in self.contracts.items() if d.address == address.lower()), None)


def load(path: Path) -> Deployment:
    """Reads a deployment file. Raises BadConfiguration with what is wrong in it."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        contracts = {
            name: Deployed(
                c["address"].lower(), c["txHash"], int(c["block"]), c["abiHash"], c["codeHash"]
            )
            for name, c in data["contracts"].items()
        }
        return Deployment(
            data["network"],
            int(data["chainId"]),
            data["rpcUrl"],
            data["genesisHash"],
            int(data["startBlock"]),
            contracts,
        )
    except FileNotFoundError:
        raise BadConfiguration(
            f"no deployment file at {path}: run `interlock deploy`, or name the file with --deployment"
        ) from None
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadConfiguration(f"{path} is not a deployment file: {error!r}") from error


def save(deployment: Deployment, path: Path) -> None:
    """Writes a deployment file, whole or not at all."""
    data = {
        "network": deployment.network,
        "chainId": deployment.chain_id,
        "rpcUrl": deployment.rpc_url,
        "genesisHash": deployment.genesis_hash,
        "startBlock": deployment.start_block,
        "contracts": {
            name: {
                "address": c.address,
                "txHash": c.tx_hash,
                "block": c.block,
                "abiHash": c.abi_hash,
                "codeHash": c.code_hash,
            }
            for name, c in deployment.contracts.items()
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    temporary.replace(path)
