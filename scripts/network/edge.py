"""IBFT by polygon-edge: a block is sealed by two thirds of the validators and stays.

Its keys lie in plain files in its folder: without a vault of its own this node has no encryption to offer. Only their owner
may read the folder.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.chain import wire
from bridge.chain.headers.edge import IBFT
from bridge.errors import BadConfiguration

from .home import HOST, Spec, Validator
from .kind import GAS_LIMIT, PENDING_MAX, PENDING_OF_ONE_MAX, Key
from .rpc import ask

GENESIS = "genesis.json"
RUN_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Edge:
    """polygon-edge under IBFT, with keys of secp256k1 and a fixed set that changes by votes."""

    def finality(self, validators: int) -> int:  # noqa: ARG002 - the form of all kinds
        """A sealed block stays."""
        return 0

    def new_key(self, program: Path, folder: Path) -> Key:
        """Keys of the validator and of the peer, made by the node itself."""
        made = _run(program, "secrets", "init", "--insecure", "--json", "--data-dir", str(folder))
        found = json.loads(made)[0]
        return Key(found["address"].lower(), found["node_id"])

    def found(self, program: Path, home: Path, spec: Spec) -> None:
        """All validators are boot nodes: with one alone, its death would hinder the others' return."""
        boot = [f"--bootnode={_boot(each)}" for each in spec.validators]
        genesis = home / GENESIS
        _run(
            program,
            *("genesis", "--dir", str(genesis), "--name", "interlock"),
            *("--chain-id", str(spec.chain_id), "--consensus", "ibft"),
            *("--ibft-validator-type", "ecdsa", "--validators-path", str(home)),
            *("--validators-prefix", "node-", "--block-gas-limit", str(GAS_LIMIT)),
            *("--block-time", f"{spec.period_seconds}s", *boot),
        )
        told = json.loads(genesis.read_text(encoding="utf-8"))
        told["genesis"]["alloc"] = {}  # nobody has coins, and nobody needs any
        genesis.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")

    def join(self, program: Path, home: Path, spec: Spec, new: Validator) -> None:
        """It finds the others by the boot nodes of the first block's file."""

    def command(self, program: Path, home: Path, spec: Spec, validator: Validator) -> list[str]:  # noqa: ARG002
        """Limits that the bridge would meet are lifted: of a batch, of a range of blocks, of one account's transactions."""
        ports, own = validator.ports, home / validator.name / GENESIS
        genesis = own if own.exists() else home / GENESIS
        return [
            *(str(program), "server", "--seal"),
            *("--data-dir", str(home / validator.name), "--chain", str(genesis)),
            *("--libp2p", f"{HOST}:{ports['p2p']}", "--nat", HOST),
            *("--grpc-address", f"{HOST}:{ports['control']}"),
            *("--jsonrpc", f"{HOST}:{ports['rpc']}"),
            *("--price-limit", "0", "--json-rpc-batch-request-limit", "0"),
            *("--json-rpc-block-range-limit", "0"),
            *("--max-slots", str(PENDING_MAX), "--max-enqueued", str(PENDING_OF_ONE_MAX)),
        ]

    def started(self, started: Sequence[Validator], running: Sequence[Validator]) -> None:
        """Nothing: gas is free by its options."""

    def unlock(self, running: Sequence[Validator]) -> bool:  # noqa: ARG002
        """It has no branches."""
        return False

    @property
    def restarts_to_part(self) -> bool:
        """Peers are found from the boot nodes."""
        return True

    def part(self, home: Path, groups: Sequence[Sequence[Validator]]) -> None:
        """Each starts from a file that names the boot nodes of its own group alone; the first block stays the same."""
        told = json.loads((home / GENESIS).read_text(encoding="utf-8"))
        for group in groups:
            told["bootnodes"] = [_boot(each) for each in group]
            for each in group:
                (home / each.name / GENESIS).write_text(json.dumps(told), encoding="utf-8")

    def heal(self, home: Path, spec: Spec) -> None:
        """Each starts from the common file again."""
        for each in spec.validators:
            (home / each.name / GENESIS).unlink(missing_ok=True)

    def sealing(self, url: str) -> frozenset[str]:
        """As the newest header names them."""
        stated = IBFT.stated(wire.header(ask(url, "eth_getBlockByNumber", "latest", False)))
        return stated.validators if stated is not None else frozenset()

    def vote(self, program: Path, voter: Validator, account: str, *, join: bool) -> None:
        """By its control port; the vote stands in the next block that it proposes."""
        _run(
            program,
            *("ibft", "propose", "--grpc-address", f"{HOST}:{voter.ports['control']}"),
            *("--addr", account, "--vote", "auth" if join else "drop"),
        )


def _boot(validator: Validator) -> str:
    """Where its peers reach a node."""
    return f"/ip4/{HOST}/tcp/{validator.ports['p2p']}/p2p/{validator.node_id}"


def _run(program: Path, *arguments: str) -> str:
    """What it prints. Raises BadConfiguration with its complaint."""
    ran = subprocess.run(
        [str(program), *arguments],
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    if ran.returncode != 0:
        raise BadConfiguration(f"polygon-edge {arguments[0]}: {(ran.stderr or ran.stdout).strip()}")
    return ran.stdout


EDGE = Edge()
