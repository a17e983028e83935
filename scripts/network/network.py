"""A network that runs: made, started, killed, frozen, brought back and taken down, validator by validator."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bridge.errors import BadConfiguration, NodeUnavailable

from .clique import CLIQUE
from .edge import EDGE
from .home import VALIDATORS_MAX, Spec, Validator, free_ports, load, save
from .kind import Kind
from .processes import end, freeze, launch, running
from .programs import built, program_of
from .rpc import height

KINDS: Mapping[str, Kind] = {"ibft": EDGE, "clique": CLIQUE}
CHAIN_ID = 2026
PERIOD_SECONDS = 1
VALIDATORS = 4
START_SECONDS = 60.0
FIRST_BLOCKS = 3  # everywhere, before a network counts as up
FIRST_BLOCKS_SECONDS = 120.0
VOTE_SECONDS = 180.0
LOCKED_SECONDS = 30.0  # without a block, before somebody looks whether the chain locked itself
POLL_SECONDS = 0.1
TAIL_LINES = 12
HOME_MODE = 0o700


class Network:
    """Validators on loopback with all that they keep under one folder."""

    def __init__(self, home: Path, *, tied: bool = False) -> None:
        """`tied`: its nodes end when this process ends; otherwise they go on until somebody takes them down."""
        self.home = home.resolve()
        self.spec: Spec = load(self.home)
        self.unlocked = 0  # how often the chain had locked itself
        self._tied = tied
        self._kind = KINDS[self.spec.consensus]
        self._program = built(self.spec.consensus)

    @classmethod
    def make(
        cls,
        home: Path,
        consensus: str,
        *,
        validators: int = VALIDATORS,
        period_seconds: int = PERIOD_SECONDS,
        chain_id: int = CHAIN_ID,
        tied: bool = False,
    ) -> Network:
        """Makes keys and the first block; nothing runs yet. Raises BadConfiguration when the folder is not free."""
        program_of(consensus)
        kind, program = KINDS[consensus], built(consensus)
        if not 1 <= validators <= VALIDATORS_MAX:
            raise BadConfiguration(
                f"a network has 1 to {VALIDATORS_MAX} validators, not {validators}"
            )
        if period_seconds < 1:
            raise BadConfiguration("blocks are whole seconds apart, one at least")
        home = home.resolve()
        if home.exists() and any(home.iterdir()):
            raise BadConfiguration(f"{home} is not empty: name another folder with --home")
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(HOME_MODE)
        try:
            made = []
            for number, its in enumerate(free_ports(validators, os.getpid() * 16), start=1):
                key = kind.new_key(program, home / f"node-{number}")
                made.append(Validator(number, key.account, key.node_id, its))
            depth = kind.finality(validators)
            spec = Spec(consensus, chain_id, period_seconds, depth, tuple(made))
            kind.found(program, home, spec)
            save(spec, home)
        except BaseException:
            shutil.rmtree(home)
            raise
        return cls(home, tied=tied)

    # ---- what runs --------------------------------------------------------------------------------

    @property
    def numbers(self) -> list[int]:
        """Numbers of all validators."""
        return [each.number for each in self.spec.validators]

    @property
    def urls(self) -> tuple[str, ...]:
        """Where the validators answer, in their order."""
        return tuple(each.url for each in self.spec.validators)

    def url(self, number: int) -> str:
        """Where one validator answers."""
        return self.spec.validator(number).url

    def pid(self, number: int) -> int | None:
        """Process of a validator, None when it does not run."""
        return running(self._file(number))

    def head(self, number: int) -> int | None:
        """Newest block of a validator, None when it does not answer."""
        return height(self.url(number))

    def log(self, number: int) -> Path:
        """What a validator has said so far."""
        return self.home / f"{self.spec.validator(number).name}.log"

    def _file(self, number: int) -> Path:
        return self.home / f"{self.spec.validator(number).name}.pid"

    def status(self) -> dict[str, Any]:
        """All that is known of it, as plain data."""
        return {
            "home": str(self.home),
            "consensus": self.spec.consensus,
            "program": program_of(self.spec.consensus).about,
            "chain_id": self.spec.chain_id,
            "period_seconds": self.spec.period_seconds,
            "finality": self.spec.finality,
            "validators": [
                {
                    "number": each.number,
                    "account": each.account,
                    "seals": each.seals,
                    "url": each.url,
                    "pid": self.pid(each.number),
                    "head": self.head(each.number) if self.pid(each.number) else None,
                }
                for each in self.spec.validators
            ],
        }

    # ---- starting and ending ----------------------------------------------------------------------

    def start(self, numbers: Sequence[int]) -> None:
        """Starts those that do not run; returns when they answer. Raises NodeUnavailable with what a node said last."""
        found = [self.spec.validator(number) for number in numbers]
        for each in found:
            if self.pid(each.number) is None:
                command = self._kind.command(self._program, self.home, self.spec, each)
                launch(command, self.log(each.number), self._file(each.number), tied=self._tied)
        deadline = time.monotonic() + START_SECONDS
        for each in found:
            while self.head(each.number) is None:
                if self.pid(each.number) is None:
                    raise NodeUnavailable(
                        f"validator {each.number} has ended:\n{self.tail(each.number)}"
                    )
                if time.monotonic() > deadline:
                    raise NodeUnavailable(
                        f"validator {each.number} does not answer:\n{self.tail(each.number)}"
                    )
                time.sleep(POLL_SECONDS)
        self._kind.started(found, self._running())

    def _running(self) -> list[Validator]:
        return [each for each in self.spec.validators if self.head(each.number) is not None]

    def unlock(self) -> bool:
        """Helps a chain on that stands although enough validators run; whether anything had to be done.

        Only Clique can lock itself: signers on branches of the same weight, each waiting for one of the other branch.
        """
        done = self._kind.unlock(self._running())
        self.unlocked += done
        return done

    def up(self) -> None:
        """Starts all, and returns when the chain grows on every one of them. Raises NodeUnavailable."""
        self.start(self.numbers)
        heads = [head for number in self.numbers if (head := self.head(number)) is not None]
        self.reach(max(heads, default=0) + FIRST_BLOCKS, seconds=FIRST_BLOCKS_SECONDS)

    def stop(self, numbers: Sequence[int]) -> None:
        """Asks them to end, and waits for it."""
        end([self._file(number) for number in numbers], signal.SIGTERM)

    def kill(self, numbers: Sequence[int]) -> None:
        """Ends them where they stand, as a power cut does."""
        end([self._file(number) for number in numbers], signal.SIGKILL)

    def freeze(self, number: int, *, frozen: bool = True) -> None:
        """A validator stands still without being dead, or goes on."""
        freeze(self._file(number), frozen=frozen)

    def part(self, *groups: Sequence[int]) -> None:
        """From now on nobody hears anybody of another group."""
        found = [[self.spec.validator(number) for number in group] for group in groups]
        if self._kind.restarts_to_part:
            self.kill(self.numbers)
        self._kind.part(self.home, found)
        if self._kind.restarts_to_part:
            self.start(self.numbers)

    def heal(self) -> None:
        """Everybody hears everybody again."""
        if self._kind.restarts_to_part:
            self.kill(self.numbers)
        self._kind.heal(self.home, self.spec)
        self.start(self.numbers)

    def down(self, *, keep: bool = False) -> None:
        """Ends all; the folder goes with them, unless it is kept."""
        self.stop(self.numbers)
        if not keep:
            shutil.rmtree(self.home)

    def reach(
        self, number: int, validators: Sequence[int] | None = None, seconds: float = 120.0
    ) -> float:
        """Waits until these validators have this block; seconds that it took. Raises NodeUnavailable.

        A chain that stands meanwhile, although it should not, is unlocked.
        """
        began = moved = time.monotonic()
        newest = 0
        for each in self.numbers if validators is None else validators:
            while (head := self.head(each)) is None or head < number:
                highest = max((self.head(n) or 0 for n in self.numbers), default=0)
                if highest > newest:
                    newest, moved = highest, time.monotonic()
                elif time.monotonic() - moved > LOCKED_SECONDS:
                    self.unlock()
                    moved = time.monotonic()
                if time.monotonic() - began > seconds:
                    raise NodeUnavailable(
                        f"validator {each} stays at block {head}, {number} did not come in {seconds:.0f} s:\n"
                        f"{self.tail(each)}"
                    )
                time.sleep(POLL_SECONDS)
        return time.monotonic() - began

    def tail(self, number: int) -> str:
        """The last lines that a validator said."""
        log = self.log(number)
        if not log.exists():
            return ""
        return "\n".join(
            log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
        )

    # ---- who seals --------------------------------------------------------------------------------

    def sealing(self) -> frozenset[str]:
        """Accounts that may seal, as the first validator that answers knows them. Raises NodeUnavailable."""
        for number in self.numbers:
            if self.head(number) is not None:
                return self._kind.sealing(self.url(number))
        raise NodeUnavailable(f"no validator of {self.home} answers")

    def add(self) -> Validator:
        """A new node follows the chain, all others vote it in, and it seals. Raises NodeUnavailable when they do not."""
        number = max(self.numbers) + 1
        taken = frozenset(port for each in self.spec.validators for port in each.ports.values())
        (ports,) = free_ports(1, min(taken), taken)
        key = self._kind.new_key(self._program, self.home / f"node-{number}")
        new = Validator(number, key.account, key.node_id, ports, seals=False)
        self.spec = self.spec.with_validator(new)
        save(self.spec, self.home)
        self._kind.join(self._program, self.home, self.spec, new)
        self.start([number])
        heads = [head for each in self.numbers if (head := self.head(each)) is not None]
        self.reach(max(heads), [number])  # who seals without knowing the chain would split it
        return self._decide(new, join=True)

    def remove(self, number: int) -> Validator:
        """All others vote a validator out; then it is stopped. Its folder stays.

        Raises BadConfiguration, NodeUnavailable.
        """
        leaving = self.spec.validator(number)
        if not leaving.seals:
            raise BadConfiguration(f"validator {number} does not seal: there is nothing to vote")
        if sum(each.seals for each in self.spec.validators) == 1:
            raise BadConfiguration("the last validator cannot leave: nobody would seal")
        left = self._decide(leaving, join=False)
        self.stop([number])
        return left

    def _decide(self, about: Validator, *, join: bool) -> Validator:
        for voter in self.spec.validators:
            if voter.seals and voter.number != about.number and self.pid(voter.number):
                self._kind.vote(self._program, voter, about.account, join=join)
        self._until(lambda: (about.account in self.sealing()) is join, about, join=join)
        decided = replace(about, seals=join)
        self.spec = self.spec.with_validator(decided)
        save(self.spec, self.home)
        return decided

    def _until(self, done: Callable[[], bool], about: Validator, *, join: bool) -> None:
        deadline = time.monotonic() + VOTE_SECONDS
        while not done():
            if time.monotonic() > deadline:
                raise NodeUnavailable(
                    f"validator {about.number} was not voted {'in' if join else 'out'} within {VOTE_SECONDS:.0f} s: more "
                    "than half of those who seal have to run and vote"
                )
            time.sleep(POLL_SECONDS)


@contextmanager
def running_network(
    home: Path, consensus: str, validators: int = VALIDATORS, period_seconds: int = PERIOD_SECONDS
) -> Iterator[Network]:
    """A network that is made, runs while the block does, and leaves nothing behind, however it ends."""
    network = Network.make(
        home, consensus, validators=validators, period_seconds=period_seconds, tied=True
    )
    try:
        network.up()
        yield network
    finally:
        network.down()
