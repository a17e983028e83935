"""The table, the listed survivors, and the verdict."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from .runner import KILLED, SAME, STILLBORN, SURVIVED, Result
from .sites import CORE_PERCENT, Mutant, is_core

WORDS_AT_LEAST = 4  # of a reason


class ListError(Exception):
    """The list of survivors says something that is not so; the text says what."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A mutant that is known to survive, and why no test can or need kill it; with `*`, a kind of them."""

    file: str
    function: str
    reason: str
    operator: str = "*"
    before: str = "*"
    after: str = "*"

    @property
    def is_kind(self) -> bool:
        return "*" in (self.function, self.before, self.after)

    def is_of(self, mutant: Mutant) -> bool:
        named = (
            (self.function, mutant.function),
            (self.operator, mutant.operator),
            (self.before, mutant.before),
            (self.after, mutant.after),
        )
        return fnmatchcase(mutant.file, self.file) and all(
            ours in ("*", its) for ours, its in named
        )


@dataclass(slots=True)
class Row:
    """What became of the mutants of one file."""

    file: str
    mutants: int = 0
    killed: int = 0
    equivalent: int = 0
    survivors: list[Mutant] = field(default_factory=list)

    @property
    def score(self) -> float:
        """Per cent of those that are no equivalents; 100 of none."""
        judged = self.mutants - self.equivalent
        return 100 * self.killed / judged if judged else 100.0

    @property
    def enough(self) -> bool:
        return not is_core(self.file) or self.score >= CORE_PERCENT


def read_list(path: Path) -> list[Listed]:
    """The listed survivors of a file, or of all files of a folder. Raises ListError."""
    paths = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not paths:
        raise ListError(f"{path.name}: there is no list in this folder")
    return [entry for each in paths for entry in _read(each)]


def _read(path: Path) -> list[Listed]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        found = [Listed(**entry) for entry in data.get("equivalent", [])]
    except (OSError, ValueError, TypeError) as error:
        raise ListError(f"{path.name}: {error}") from error
    for entry in found:
        if len(entry.reason.split()) < WORDS_AT_LEAST:
            raise ListError(f"{path.name}: {entry.file} {entry.function}: a reason has to say why")
    return found


def check_list(
    listed: Sequence[Listed], found: Mapping[str, Sequence[Mutant]], complete: bool = True
) -> None:
    """Every listed survivor of a file that was looked at still is a mutant of it. Raises ListError.

    A kind of several files is only looked for when all files are there.
    """
    for entry in listed:
        if "*" in entry.file and not complete:
            continue
        looked_at = [
            m
            for file, all_of_it in found.items()
            if fnmatchcase(file, entry.file)
            for m in all_of_it
        ]
        if looked_at and not any(entry.is_of(mutant) for mutant in looked_at):
            raise ListError(
                f"{entry.file} {entry.function}: there is no mutant {entry.after!r} of {entry.before!r} any more"
            )


def rows(
    judged: Iterable[Mutant], results: Mapping[str, Result], listed: Sequence[Listed]
) -> list[Row]:
    """A row a file. Raises ListError when a listed survivor was killed."""
    found: dict[str, Row] = {}
    for mutant in judged:
        result = results[mutant.name]
        if result.state == STILLBORN:
            continue
        row = found.setdefault(mutant.file, Row(mutant.file))
        row.mutants += 1
        entries = [entry for entry in listed if entry.is_of(mutant)]
        if result.state == KILLED:
            if any(not entry.is_kind for entry in entries):
                raise ListError(
                    f"{mutant.file}:{mutant.line} {mutant.after!r} is listed and was killed by {result.by}"
                )
            row.killed += 1
        elif result.state == SAME or entries:
            row.equivalent += 1
        elif result.state == SURVIVED:
            row.survivors.append(mutant)
    return [found[file] for file in sorted(found)]


def as_json(found: Sequence[Row]) -> list[dict[str, object]]:
    return [
        {
            "file": row.file,
            "mutants": row.mutants,
            "killed": row.killed,
            "equivalent": row.equivalent,
            "survived": len(row.survivors),
            "score": round(row.score, 1),
            "enough": row.enough,
            "survivors": [
                {
                    "line": mutant.line,
                    "function": mutant.function,
                    "operator": mutant.operator,
                    "before": mutant.before,
                    "after": mutant.after,
                }
                for mutant in row.survivors
            ],
        }
        for row in found
    ]
