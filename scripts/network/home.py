"""What the folder of a network keeps: which consensus, which validators, where each listens. One file, written whole."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bridge.errors import BadConfiguration

HOST = "127.0.0.1"  # and nowhere else
FILE = "network.json"
PORTS = ("p2p", "rpc", "control")  # control: gRPC of polygon-edge, the engine's port of geth
# Below those that systems give to outgoing connections, so that a validator finds its ports free when it comes back.
PORT_FIRST, PORT_LAST = 20_000, 32_000
VALIDATORS_MAX = 64


@dataclass(frozen=True, slots=True)
class Validator:
    """One node of the network: its number from 1 on, its account, its public id among peers, its ports on loopback."""

    number: int
    account: str  # lower-case hex, seals blocks
    node_id: str
    ports: Mapping[str, int]
    seals: bool = True  # False: it was voted out, or not yet in

    @property
    def name(self) -> str:
        """Of its folder, its log and its process file."""
        return f"node-{self.number}"

    @property
    def url(self) -> str:
        """Where it answers JSON-RPC."""
        return f"http://{HOST}:{self.ports['rpc']}"


@dataclass(frozen=True, slots=True)
class Spec:
    """A network as its folder keeps it."""

    consensus: str
    chain_id: int
    period_seconds: int  # between two blocks
    finality: int  # blocks that must follow before an event counts
    validators: tuple[Validator, ...]

    def validator(self, number: int) -> Validator:
        """The validator of this number. Raises BadConfiguration when there is none."""
        for each in self.validators:
            if each.number == number:
                return each
        known = ", ".join(str(each.number) for each in self.validators)
        raise BadConfiguration(f"there is no validator {number}: this network has {known}")

    def with_validator(self, changed: Validator) -> Spec:
        """The same network with this validator, new or in place of the one of its number."""
        others = [each for each in self.validators if each.number != changed.number]
        every = tuple(sorted([*others, changed], key=lambda each: each.number))
        return replace(self, validators=every)


def save(spec: Spec, folder: Path) -> None:
    """Writes the file, whole or not at all."""
    part = folder / f"{FILE}.part"
    part.write_text(json.dumps(asdict(spec), indent=1) + "\n", encoding="utf-8")
    part.replace(folder / FILE)


def load(folder: Path) -> Spec:
    """Reads the file. Raises BadConfiguration when there is no network in this folder."""
    try:
        found: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
        validators = tuple(Validator(**each) for each in found.pop("validators"))
        return Spec(**found, validators=validators)
    except FileNotFoundError:
        raise BadConfiguration(
            f"no network in {folder}: start one with `interlock network up`, or name its folder with --home"
        ) from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadConfiguration(
            f"{folder / FILE} is not the file of a network: {error!r}"
        ) from error


def free_ports(count: int, begin: int, taken: frozenset[int] = frozenset()) -> list[dict[str, int]]:
    """Free ports of loopback for so many nodes, looked for upwards from `begin`. Raises BadConfiguration.

    `taken`: of nodes that do not run just now and will come back.
    """
    span = PORT_LAST - PORT_FIRST
    order = (PORT_FIRST + (begin + step) % span for step in range(span))
    with ExitStack() as held:
        found = list(_free(held, order, taken, count * len(PORTS)))
    if len(found) < count * len(PORTS):
        raise BadConfiguration(f"no {count * len(PORTS)} free ports on {HOST} for {count} nodes")
    chunks = [found[at : at + len(PORTS)] for at in range(0, len(found), len(PORTS))]
    return [dict(zip(PORTS, chunk, strict=True)) for chunk in chunks]


def _free(
    held: ExitStack, order: Iterator[int], taken: frozenset[int], wanted: int
) -> Iterator[int]:
    for port in order:
        if not wanted:
            return
        probe = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            continue
        if port not in taken:
            wanted -= 1
            yield port
