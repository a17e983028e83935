"""Where the contracts of one network are, and its posts: one JSON file per network, the same form on every chain."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bridge.chain.headers import KINDS
from bridge.chain.headers.consensus import Consensus
from bridge.chain.headers.plain import DEVELOPMENT
from bridge.errors import BadConfiguration

OF_CONSENSUS = ("consensus", "finality", "validators")  # keys of the file
WRITE_IT = (
    'write "consensus": "development" (one node without forks), "ethereum", "clique", "ibft" (polygon-edge), "qbft" or '
    '"ibft2"; "finality": blocks that must follow before an event counts; "validators": [accounts of those who sealed the '
    "block before startBlock] (docs/deployments.md)"
)
NUMBERS = 10**9  # of one edition, as in Room.sol: number // NUMBERS says whose it is


@dataclass(frozen=True, slots=True)
class Deployed:
    """One deployment of a contract: its address, the transaction and block it came with, hashes of ABI, events and code."""

    address: str  # lower-case hex
    tx_hash: str
    block: int
    abi_hash: str
    code_hash: str  # keccak of the runtime code, immutables included
    edition: int = 0  # of a room; lasting contracts have the one edition 0
    events_hash: str = ""  # of the events in its ABI


@dataclass(frozen=True, slots=True)
class NamedPost:
    """A post in Participants: its number, which lasts while keys come and go, and its office."""

    id: int
    office: str  # ATTESTER, REPORTER or ARBITER


@dataclass(frozen=True, slots=True)
class Deployment:
    """The deployment file of one network: chain id, genesis block, node URL, all contracts in all editions, all posts."""

    network: str
    chain_id: int
    rpc_url: str
    genesis_hash: str
    start_block: int  # no event of ours is older
    contracts: Mapping[str, tuple[Deployed, ...]]  # each contract's deployments, newest last
    posts: Mapping[str, NamedPost] = field(default_factory=dict)  # "attester of ERP north" -> post
    consensus: str = DEVELOPMENT.name  # a kind of chain.headers
    finality: int = 0  # blocks that must follow before an event counts
    # Accounts that may seal the block before the first one of ours, lower-case hex; empty where nothing seals.
    validators: tuple[str, ...] = ()

    def proving(self) -> Consensus:
        """What proves headers of this network; it begins anew with the pinned validators."""
        return Consensus(KINDS[self.consensus], self.validators, self.genesis_hash)

    def newest(self, contract: str) -> Deployed:
        """The newest deployment of a contract. Raises BadConfiguration when there is none."""
        self._require((contract,))
        return self.contracts[contract][-1]

    def address(self, contract: str, number: int | None = None) -> str:
        """Address of the newest edition of a contract, or of the one whose numbers hold this number.

        A lasting contract has one address, whatever the number. Raises BadConfiguration when there is no such edition.
        """
        placed = self.newest(contract)
        every = self.contracts[contract]
        if number is None or len(every) == 1:
            return placed.address
        found = [each.address for each in every if each.edition == number // NUMBERS]
        if not found:
            raise BadConfiguration(
                f"deployment {self.network} has no edition {number // NUMBERS} of {contract}, to which number "
                f"{number} belongs: take the newest deployment file"
            )
        return found[0]

    def addresses(self, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Addresses of these contracts by name, newest last. Raises BadConfiguration when the deployment lacks some."""
        wanted = tuple(names)
        self._require(wanted)
        return {name: tuple(each.address for each in self.contracts[name]) for name in wanted}

    def names(self, contracts: Iterable[str]) -> dict[str, str]:
        """Names of these contracts by address, in all editions. Raises BadConfiguration when the deployment lacks some."""
        return {a: name for name, every in self.addresses(contracts).items() for a in every}

    def name_of(self, address: str) -> str | None:
        """Name of the contract at an address, in any edition, or None when it is none of ours."""
        return next(
            (
                name
                for name, every in self.contracts.items()
                if any(each.address == address.lower() for each in every)
            ),
            None,
        )

    def post(self, name: str) -> NamedPost:
        """The post of this name. Raises BadConfiguration when there is none."""
        if name not in self.posts:
            raise BadConfiguration(
                f"deployment {self.network} has no post {name!r}; it has {', '.join(self.posts) or 'none'}"
            )
        return self.posts[name]

    def posts_of(self, office: str) -> dict[str, NamedPost]:
        """The posts of an office by name, in the order of the file."""
        return {name: post for name, post in self.posts.items() if post.office == office}

    def _require(self, names: tuple[str, ...]) -> None:
        if missing := [name for name in names if not self.contracts.get(name)]:
            raise BadConfiguration(
                f"deployment {self.network} lacks the contracts {', '.join(missing)}"
            )


def load(path: Path) -> Deployment:
    """Reads a deployment file. Raises BadConfiguration with what is wrong in it."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BadConfiguration(
            f"no deployment file at {path}: run `interlock deploy`, or name the file with --deployment"
        ) from None
    except (OSError, ValueError) as error:
        raise _no_deployment(path, error) from error
    return deployment_from(text, path)


def deployment_from(text: str, path: Path = Path("deployment")) -> Deployment:
    """The deployment of a file's text. Raises BadConfiguration with what is wrong in it, by the file's name."""
    try:
        data = json.loads(text)
        found = Deployment(
            data["network"],
            int(data["chainId"]),
            data["rpcUrl"],
            data["genesisHash"],
            int(data["startBlock"]),
            {
                name: tuple(deployed_from(each) for each in every)
                for name, every in data["contracts"].items()
            },
            {name: NamedPost(int(p["id"]), p["office"]) for name, p in data["posts"].items()},
        )
        if missing := [key for key in OF_CONSENSUS if key not in data]:
            raise BadConfiguration(f"{path} does not say {', '.join(missing)}: {WRITE_IT}")
        consensus, finality = str(data["consensus"]), int(data["finality"])
        validators = tuple(str(account).lower() for account in data["validators"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _no_deployment(path, error) from error
    return checked(replace(found, consensus=consensus, finality=finality, validators=validators))


def _no_deployment(path: Path, error: Exception) -> BadConfiguration:
    return BadConfiguration(f"{path} is not a deployment file: {error!r}")


def checked(deployment: Deployment) -> Deployment:
    """The deployment. Raises BadConfiguration when what it says of its consensus does not go together."""
    rules = KINDS.get(deployment.consensus)
    named = f"deployment {deployment.network} names the consensus {deployment.consensus!r}"
    if rules is None:
        raise BadConfiguration(f"{named}, which is none of {', '.join(KINDS)}: {WRITE_IT}")
    if deployment.finality < 0:
        raise BadConfiguration(f"{named} and the finality {deployment.finality}: {WRITE_IT}")
    if not rules.is_final:
        return deployment
    if not deployment.validators:
        raise BadConfiguration(
            f"{named} and no validators: whoever seals its blocks cannot be told from anybody else. {WRITE_IT}"
        )
    if deployment.finality:
        raise BadConfiguration(
            f"{named} and the finality {deployment.finality}: a block that is sealed stays, write 0"
        )
    return deployment


def save(deployment: Deployment, path: Path) -> None:
    """Writes a deployment file, whole or not at all."""
    write_json(as_data(deployment), path)


def as_data(deployment: Deployment) -> dict[str, Any]:
    """The deployment as its file holds it."""
    return {
        "network": deployment.network,
        "chainId": deployment.chain_id,
        "rpcUrl": deployment.rpc_url,
        "genesisHash": deployment.genesis_hash,
        "startBlock": deployment.start_block,
        "consensus": deployment.consensus,
        "finality": deployment.finality,
        "validators": list(deployment.validators),
        "posts": {
            name: {"id": post.id, "office": post.office} for name, post in deployment.posts.items()
        },
        "contracts": {
            name: [deployed_as_json(each) for each in every]
            for name, every in deployment.contracts.items()
        },
    }


def deployed_from(found: Mapping[str, Any]) -> Deployed:
    """One deployment of a contract as the file holds it. Raises KeyError, TypeError, ValueError."""
    return Deployed(
        found["address"].lower(),
        found["txHash"],
        int(found["block"]),
        found["abiHash"],
        found["codeHash"],
        int(found["edition"]),
        found["eventsHash"],
    )


def deployed_as_json(each: Deployed) -> dict[str, Any]:
    """One deployment of a contract as the file holds it."""
    return {
        "edition": each.edition,
        "address": each.address,
        "txHash": each.tx_hash,
        "block": each.block,
        "abiHash": each.abi_hash,
        "eventsHash": each.events_hash,
        "codeHash": each.code_hash,
    }


def write_json(data: Mapping[str, Any], path: Path) -> None:
    """Writes a JSON file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    temporary.replace(path)
