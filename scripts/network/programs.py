"""The two nodes that can be built here: which version of which program, under which licence, and who still mends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bridge.errors import BadConfiguration

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "build" / "network"
MODULES = (
    Path(__file__).parent / "go"
)  # a Go module of ours for each program, with every version and hash pinned


@dataclass(frozen=True, slots=True)
class Program:
    """A node as it is built: its Go package at one version."""

    consensus: str  # a kind of bridge.chain.headers
    name: str
    version: str
    package: str  # of Go: what is built
    module: str  # folder under MODULES
    licence: str
    maintenance: str

    @property
    def file(self) -> str:
        """Name of the built program, with its version: another version is another file."""
        return f"{self.name}-{self.version}"

    @property
    def path(self) -> Path:
        """Where the built program is, or would be."""
        return CACHE / "bin" / self.file

    @property
    def about(self) -> str:
        """Licence and maintenance in one sentence, as whoever starts it is told."""
        return f"{self.name} {self.version}, {self.licence}: {self.maintenance}"


PROGRAMS: Mapping[str, Program] = {
    each.consensus: each
    for each in (
        Program(
            consensus="ibft",
            name="polygon-edge",
            version="v1.3.3",
            package="github.com/0xPolygon/polygon-edge",
            module="edge",
            licence="Apache-2.0",
            maintenance="its maintainers ended their work in December 2023; for tests and sandboxes, not for production",
        ),
        Program(
            consensus="clique",
            name="geth",
            version="v1.13.15",
            package="github.com/ethereum/go-ethereum/cmd/geth",
            module="geth",
            licence="GPL-3.0 (its library LGPL-3.0)",
            maintenance="the last version that seals Clique, of April 2024, and no longer mended; for tests and sandboxes, "
            "not for production",
        ),
    )
}


def program_of(consensus: str) -> Program:
    """The program that runs this consensus. Raises BadConfiguration when none does."""
    if consensus not in PROGRAMS:
        raise BadConfiguration(
            f"no network of {consensus!r} can be started here: choose {' or '.join(PROGRAMS)}"
        )
    return PROGRAMS[consensus]


def built(consensus: str) -> Path:
    """The built program of this consensus. Raises BadConfiguration when it was not built."""
    program = program_of(consensus)
    if not program.path.exists():
        raise BadConfiguration(
            f"{program.name} {program.version} is not built: run `make network` once (about ten minutes)"
        )
    return program.path
