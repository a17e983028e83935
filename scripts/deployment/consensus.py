"""What a deployment file says of its chain's consensus: named by the operator, and held against the chain first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bridge.chain.client import Client
from bridge.chain.deployment import Deployment, checked
from bridge.chain.headers import KINDS
from bridge.chain.headers.consensus import Consensus
from bridge.chain.headers.plain import DEVELOPMENT
from bridge.errors import BadConfiguration, NodeIncomplete


@dataclass(frozen=True, slots=True)
class Named:
    """The consensus as the operator names it. `finality` None: as the consensus itself says; no validators: the chain's."""

    consensus: str = DEVELOPMENT.name
    finality: int | None = None
    validators: tuple[str, ...] = ()

    @property
    def depth(self) -> int:
        """Blocks that must follow before an event counts. Raises BadConfiguration when nobody says it."""
        rules = KINDS.get(self.consensus)
        if rules is None:
            raise BadConfiguration(
                f"--consensus is one of {', '.join(KINDS)}, not {self.consensus}"
            )
        depth = rules.finality if self.finality is None else self.finality
        if depth is None:
            raise BadConfiguration(
                f"{self.consensus} can fork: name with --finality how many blocks must follow before an event counts"
            )
        return depth


def named(consensus: str, finality: int | None, validators: Sequence[str]) -> Named:
    """What the options say. Raises BadConfiguration when it does not go together."""
    found = Named(consensus, finality, tuple(account.lower() for account in validators))
    if found.depth < 0:
        raise BadConfiguration("--finality is a number of blocks, 0 or more")
    if found.depth and KINDS[consensus].is_final:
        raise BadConfiguration(f"a block of {consensus} that is sealed stays: --finality is 0")
    return found


def check_chain(client: Client, wanted: Named) -> None:
    """Raises BadConfiguration unless the newest block hashes as this consensus says: before anything is deployed."""
    newest = client.head()
    try:
        Consensus(KINDS[wanted.consensus]).check(newest, None)
    except NodeIncomplete as error:
        raise BadConfiguration(
            f"the chain's blocks are not those of {wanted.consensus}: {error}. Name the right one with --consensus"
        ) from error


def pinned(client: Client, deployment: Deployment, wanted: Named) -> Deployment:
    """The deployment with its consensus, and the validators who sealed the block before its first one.

    They are those that the operator names, or else those that the block states, which he compares with what he knows.
    Raises BadConfiguration when both differ, or when a block needs seals and nobody says whose.
    """
    rules = KINDS[wanted.consensus]
    validators = wanted.validators
    if rules.is_final:
        stated = rules.stated(client.header(max(deployment.start_block - 1, 0)))
        sealing = tuple(sorted(stated.validators)) if stated is not None else ()
        if validators and sealing and set(validators) != set(sealing):
            raise BadConfiguration(
                f"block {deployment.start_block - 1} names the validators {', '.join(sealing)}, --validator names "
                f"{', '.join(validators)}"
            )
        validators = validators or sealing
    return checked(
        replace(
            deployment,
            consensus=wanted.consensus,
            finality=wanted.depth,
            validators=validators,
        )
    )
