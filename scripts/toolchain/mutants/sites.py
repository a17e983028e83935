"""All mutants of a file; which files are asked how much, and whose tests judge them."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from .compiler import Compiler
from .operators import Source, edits

CORE_PERCENT = 90  # least score of code that moves money, keeps state or asks who may
# Tests of a file: the folders of tests/forge whose unit and review tests judge it, the longest path first.
TESTS: dict[str, tuple[str, ...]] = {
    "contracts/bets/": ("bets",),
    "contracts/capacity/": ("capacity",),
    "contracts/chaingroup/PeerRatings.sol": ("ratings",),
    "contracts/chaingroup/UserReviews.sol": ("groups", "ratings"),
    "contracts/chaingroup/": ("groups",),
    "contracts/evidence/": ("documents",),
    "contracts/forcemajeure/": ("forcemajeure",),
    "contracts/identity/CreditRegistry.sol": ("credit",),
    "contracts/identity/FirmAccount.sol": ("firms",),
    "contracts/identity/": ("posts", "participants"),
    "contracts/libraries/Amounts.sol": ("libraries", "orders"),
    "contracts/libraries/BatchTree.sol": ("libraries", "documents"),
    "contracts/libraries/BetMath.sol": ("libraries", "bets"),
    "contracts/libraries/BidScoring.sol": ("libraries", "tenders"),
    "contracts/libraries/DayBits.sol": ("libraries", "forcemajeure"),
    "contracts/libraries/Descent.sol": ("libraries", "auctions"),
    "contracts/libraries/Forgetting.sol": ("libraries", "credit"),
    "contracts/libraries/Hearing.sol": ("libraries", "room", "guarantees"),
    "contracts/libraries/RatingMath.sol": ("libraries", "ratings"),
    "contracts/libraries/RunOutcome.sol": ("libraries", "capacity"),
    "contracts/libraries/Scoring.sol": ("libraries", "credit"),
    "contracts/procurement/DirectOrders.sol": ("direct",),
    "contracts/procurement/ReverseAuctions.sol": ("auctions",),
    "contracts/procurement/": ("tenders",),
    "contracts/receivables/": ("receivables",),
    "contracts/room/": ("room",),
    "contracts/settlement/Guarantees.sol": ("guarantees",),
    "contracts/settlement/SettlementToken.sol": ("token",),
    "contracts/settlement/": ("orders",),
}
VIEWS = ("Lens.sol", "Offices.sol")  # compute for readers, or only name: no score is asked


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault in one place. What it is called holds as long as its place says the same."""

    file: str
    function: str
    operator: str
    line: int
    start: int
    end: int
    before: str  # the line or lines of the place, as they are
    after: str  # as the mutant has them
    text: str  # what is written from start to end

    @property
    def name(self) -> str:
        """The same however the file grows around it."""
        told = f"{self.file}\n{self.function}\n{self.operator}\n{self.before}\n{self.after}"
        return sha256(told.encode()).hexdigest()[:12]

    def of(self, content: str) -> str:
        """The whole file with the fault in it."""
        data = content.encode()
        return (data[: self.start] + self.text.encode() + data[self.end :]).decode()


def mutants(compiler: Compiler, file: str) -> list[Mutant]:
    """All mutants of a file, in the order of their places; none twice."""
    source = Source(compiler.text(file))
    found: dict[tuple[int, int, str], Mutant] = {}
    for function, edit in edits(source, compiler.tree(file)):
        mutant = _mutant(
            source.content, file, function, edit.operator, edit.start, edit.end, edit.text
        )
        if mutant.before != mutant.after:
            found.setdefault((edit.start, edit.end, edit.text), mutant)
    return sorted(found.values(), key=lambda each: (each.start, each.end, each.text))


def _mutant(
    data: bytes, file: str, function: str, operator: str, start: int, end: int, text: str
) -> Mutant:
    first = data.rfind(b"\n", 0, start) + 1
    last = data.find(b"\n", end)
    last = len(data) if last < 0 else last
    before = " ".join(data[first:last].decode().split())
    after = " ".join((data[first:start] + text.encode() + data[end:last]).decode().split())
    line = data.count(b"\n", 0, start) + 1
    return Mutant(file, function, operator, line, start, end, before, after, text)


def folders(file: str) -> tuple[str, ...]:
    """Folders of tests/forge whose tests judge a file."""
    found = [path for path in TESTS if file.startswith(path)]
    return TESTS[max(found, key=len)] if found else ()


def is_core(file: str) -> bool:
    """True for code that moves money, keeps state or asks who may: at least CORE_PERCENT of its mutants have to die."""
    return not file.endswith(VIEWS)


def files(root: Path, names: Sequence[str] = ()) -> list[str]:
    """Files of contracts/ with code in them: those that bear one of these names, or lie in such a folder; else all."""
    found = sorted(
        path.relative_to(root).as_posix() for path in (root / "contracts").rglob("*.sol")
    )
    found = [path for path in found if not _is_interface(path)]
    if not names:
        return found
    return [path for path in found if set(names) & {Path(path).stem, *Path(path).parts}]


def _is_interface(path: str) -> bool:
    name = Path(path).stem
    return "/interfaces/" in path or (name[0] == "I" and name[1].isupper())


def sampled(found: Sequence[Mutant], count: int | None, seed: int) -> list[Mutant]:
    """At most `count` of them, as the seed draws, in their order; every operator that is there has its part."""
    if count is None or len(found) <= count:
        return list(found)
    draw = random.Random(f"{seed} {found[0].file}")  # noqa: S311 - a sample, no secret
    left: dict[str, list[Mutant]] = {}
    for mutant in draw.sample(list(found), len(found)):
        left.setdefault(mutant.operator, []).append(mutant)
    chosen = [group.pop() for _ in range(count) for group in left.values() if group][:count]
    return sorted(chosen, key=lambda each: (each.start, each.end, each.text))


def changed_lines(root: Path, since: str) -> dict[str, set[int]]:
    """Lines of contracts/ that were added or changed since a commit, by file."""
    command = ["git", "diff", "-U0", "--no-color", since, "--", "contracts"]
    told = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    lines: dict[str, set[int]] = {}
    file = ""
    for line in told.splitlines():
        if line.startswith("+++ b/"):
            file = line.removeprefix("+++ b/")
        elif line.startswith("@@"):
            start, _, count = line.split()[2].removeprefix("+").partition(",")
            lines.setdefault(file, set()).update(range(int(start), int(start) + int(count or 1)))
    return lines
