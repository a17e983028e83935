"""What is done to a network in a drill, and what must be true of its chain afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ...network.network import Network
from ...network.rpc import ask
from ..stage.errors import Broken
from .liar import Liar

GOES_ON_BLOCKS = 5
GOES_ON_SECONDS = 240.0  # each dead proposer costs a round of ten seconds and more
SETTLE_SECONDS = 3.0  # a block that was under way when somebody was killed still comes
STAND_SECONDS = 12.0
LIES_SECONDS = 15.0
AFTER_POWER_CUT_BLOCKS = 3


@dataclass(frozen=True, slots=True)
class Scene:
    """The network, the node of the bridge's own, and who stands between both."""

    network: Network
    liar: Liar

    @property
    def own(self) -> int:
        """The validator that the bridge asks first."""
        return self.network.numbers[-1]

    @property
    def others(self) -> list[int]:
        """Those whom it asks only when that one fails."""
        return self.network.numbers[:-1]

    @property
    def enough(self) -> int:
        """So few validators make blocks: more than half of Clique's, two thirds of IBFT's."""
        every = len(self.network.numbers)
        return every // 2 + 1 if self.network.spec.consensus == "clique" else -(-2 * every // 3)

    def head(self, validators: Sequence[int] | None = None) -> int:
        """The newest block of any of these, or of all, that runs. Raises Broken when none answers."""
        asked = self.network.numbers if validators is None else validators
        heads = [head for n in asked if (head := self.network.head(n)) is not None]
        if not heads:
            raise Broken("no validator answers")
        return max(heads)

    def goes_on(self, validators: list[int], blocks: int = GOES_ON_BLOCKS) -> None:
        """So many more blocks come on these. Raises NodeUnavailable when they do not."""
        self.network.reach(self.head() + blocks, validators, GOES_ON_SECONDS)

    def stands(self, validators: Sequence[int] | None = None) -> None:
        """No block comes on these, or on any, for a while. Raises Broken when one does."""
        time.sleep(SETTLE_SECONDS)
        before = self.head(validators)
        time.sleep(STAND_SECONDS)
        after = self.head(validators)
        # A signer of Clique that is left with its turn may still make one block; two would be a chain that goes on.
        bearable = 1 if self.network.spec.consensus == "clique" else 0
        if after - before > bearable:
            raise Broken(f"the chain went on from block {before} to {after}, and had to stand")


def run_all(scene: Scene) -> None:
    """Nothing is done: all validators run."""
    scene.goes_on(scene.network.numbers)


def kill_own(scene: Scene) -> None:
    """The bridge's own validator dies; the others go on."""
    scene.network.kill([scene.own])
    scene.goes_on(scene.others)


def restart_own(scene: Scene) -> None:
    """It comes back and catches up."""
    scene.network.start([scene.own])
    scene.network.reach(scene.head(), [scene.own], GOES_ON_SECONDS)


def kill_too_many(scene: Scene) -> None:
    """So many die that one too few is left: the chain stands, and goes on when they are back."""
    every = scene.network.numbers
    dead = every[scene.enough - 1 :]
    scene.network.kill(dead)
    scene.stands()
    scene.network.start(dead)
    scene.goes_on(every, blocks=2)


def kill_all(scene: Scene) -> None:
    """A power cut: all die at once, and the chain goes on from where it was."""
    network = scene.network
    final = scene.head() - max(network.spec.finality, 1)
    before = _hash(network, network.numbers[0], final)
    network.kill(network.numbers)
    network.start(network.numbers)
    scene.goes_on(network.numbers, AFTER_POWER_CUT_BLOCKS)
    if any(_hash(network, number, final) != before for number in network.numbers):
        raise Broken(f"block {final} is another one after the power cut")


def freeze_one(scene: Scene) -> None:
    """One stands still without being dead; the others go on, and it comes back into step."""
    slow = scene.network.numbers[1]
    scene.network.freeze(slow)
    try:
        scene.goes_on([n for n in scene.network.numbers if n != slow])
    finally:
        scene.network.freeze(slow, frozen=False)
    scene.network.reach(scene.head(), [slow], GOES_ON_SECONDS)


def part(scene: Scene) -> None:
    """The network falls into two halves that do not hear each other: who is enough goes on, the other stands; they heal."""
    every = scene.network.numbers
    half = len(every) // 2
    less, more = every[:half], every[half:]
    scene.network.part(less, more)
    try:
        scene.stands(less)
        if len(more) < scene.enough:
            scene.stands(more)
        else:
            scene.goes_on(more)
    finally:
        scene.network.heal()
    scene.goes_on(every, blocks=2)


def lie(scene: Scene) -> None:
    """The bridge's own node invents money and roots. What came of that shows the audit that follows, and what is paid."""
    scene.liar.lies, scene.liar.lying = 0, True
    try:
        scene.goes_on(scene.network.numbers)
        time.sleep(LIES_SECONDS)
    finally:
        scene.liar.lying = False
    if not scene.liar.lies:
        raise Broken("nobody heard the liar: the bridge did not ask its own node")


STEPS: Mapping[str, Callable[[Scene], None]] = {
    "all run": run_all,
    "the bridge's own validator is killed": kill_own,
    "it is started again": restart_own,
    "too many are killed, and come back": kill_too_many,
    "all are killed, and come back": kill_all,
    "one is frozen, and thaws": freeze_one,
    "two halves are parted, and heal": part,
    "the bridge's own node lies": lie,
}
SHORT = (
    "the bridge's own validator is killed",
    "too many are killed, and come back",
)


def agree(network: Network) -> None:
    """All validators that run have the same final block. Raises Broken when they do not."""
    heads = {n: head for n in network.numbers if (head := network.head(n)) is not None}
    final = max(0, min(heads.values()) - network.spec.finality)
    if len({_hash(network, number, final) for number in heads}) != 1:
        raise Broken(f"the validators disagree about block {final}")


def _hash(network: Network, number: int, block: int) -> str:
    found = ask(network.url(number), "eth_getBlockByNumber", hex(block), False)
    return str(found["hash"]) if found else ""
