"""Mutants one after the other. Results are stored as they come: whoever stops it goes on where it stood."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from ..compiler import CompileError
from .compiler import Compiler
from .scene import Judgement, Scene, SceneError
from .sites import Mutant, files, folders, mutants

KILLED, SURVIVED, SAME, STILLBORN = "killed", "survived", "same bytecode", "does not compile"
FUZZ_RUNS, WALKS, WALK_STEPS = 24, 16, 64
SECONDS_AT_LEAST, SLOWER = (
    60,
    10,
)  # a mutant's tests may take this much, or this often as long as without it
SETTINGS = {
    "FOUNDRY_FUZZ_RUNS": str(FUZZ_RUNS),
    "FOUNDRY_INVARIANT_RUNS": str(WALKS),
    "FOUNDRY_INVARIANT_DEPTH": str(WALK_STEPS),
}
INLINED = {
    "libraries",
    "room",
}  # whose tests hold the code that they judge, instead of deploying it
INSTALLED = "node_modules/"  # a scene links to it
Contract = tuple[str, str]  # file, name


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a mutant, and of what that holds: all that its tests could read."""

    mutant: str
    state: str
    by: str  # the test that failed first
    stage: str  # unit or walk: the last that was asked
    holds_for: str


class Store:
    """Results in a file, a line each, appended as they come."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._found: dict[str, Result] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
            try:
                result = Result(**json.loads(line))
            except (ValueError, TypeError):
                continue  # the last line of a run that was killed
            self._found[result.mutant] = result

    def get(self, mutant: Mutant, holds_for: str, walks: bool) -> Result | None:
        """What became of a mutant; None when that is not known of these texts, or not yet asked of the walks."""
        found = self._found.get(mutant.name)
        if found is None or found.holds_for != holds_for:
            return None
        return None if walks and (found.state, found.stage) == (SURVIVED, "unit") else found

    def add(self, result: Result) -> None:
        with self._lock:
            self._found[result.mutant] = result
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(result)) + "\n")


class Bench:
    """A compiler and a scene for each set of tests: what one job works with."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root = root
        self.compiler = Compiler(root)
        self._folder = folder
        self._scenes: dict[tuple[str, ...], Scene] = {}
        self._read: dict[tuple[str, ...], dict[str, bytes]] = {}
        self._baselines: dict[tuple[str, ...], tuple[tuple[str, ...], float]] = {}
        self._known: dict[Contract, str] = {}

    def scene(self, file: str) -> Scene:
        """The copy whose tests judge a file: these tests alone, with all that they import."""
        judges = folders(file)
        if judges not in self._scenes:
            made = Scene(self.root, self._folder / "-".join(judges), SETTINGS)
            made.lay_out(
                {
                    path: content
                    for path, content in self._told(judges).items()
                    if not path.startswith(INSTALLED)
                }
            )
            self._scenes[judges] = made
        return self._scenes[judges]

    def fingerprint(self, file: str) -> str:
        """Of all that the tests of a file can read: another text of any of it asks all its mutants again."""
        told = sha256(json.dumps(SETTINGS).encode())
        for path, content in sorted(self._told(folders(file)).items()):
            told.update(f"\n{path} {len(content)}\n".encode())
            told.update(content)
        return told.hexdigest()[:16]

    def _told(self, judges: tuple[str, ...]) -> dict[str, bytes]:
        """All that tests of these folders can read, as it was when this was asked first.

        The tests and the contracts that they judge with all that they import, the vectors, and forge's settings.
        """
        if judges not in self._read:
            tests = self.root / "tests"
            first = {file for file in files(self.root) if folders(file) == judges}
            for name in judges:
                found = (tests / "forge" / name).rglob("*.sol")
                relative = (path.relative_to(self.root) for path in found)
                first |= {path.as_posix() for path in relative if "proof" not in path.parts}
            told = {
                path: self.compiler.text(path).encode()
                for each in first
                for path in self.compiler.closure(each)
            }
            for path in (tests / "forge" / "foundry.toml", *(tests / "vectors").glob("*.json")):
                told[path.relative_to(self.root).as_posix()] = path.read_bytes()
            self._read[judges] = told
        return self._read[judges]

    def judge(self, mutant: Mutant, walks: bool) -> Result:
        """Compiles a mutant, lets its tests judge it, and the walks when they found nothing."""
        key = self.fingerprint(mutant.file)
        text = mutant.of(self.compiler.text(mutant.file))
        victims = self._victims(mutant.file)
        if not victims:
            raise SceneError(f"{mutant.file}: no test deploys it")
        try:
            codes = self.compiler.bytecode(victims, {mutant.file: text})
        except CompileError:
            return Result(mutant.name, STILLBORN, "", "", key)
        plain = self._plain(victims)
        changed = {victim: code for victim, code in codes.items() if code != plain[victim]}
        if not changed:
            return Result(mutant.name, SAME, "", "", key)
        with self.scene(mutant.file).exchanged(changed):
            for stage in ("unit", "walk") if walks else ("unit",):
                found = self._test(mutant.file, stage)
                if found is not None and found.killed:
                    by = found.failed[0] if found.failed else "time"
                    return Result(mutant.name, KILLED, by, stage, key)
        return Result(mutant.name, SURVIVED, "", stage, key)

    def prepare(self, file: str, walks: bool) -> None:
        """Compiles the tests of a file and learns which fail without any mutant. Raises SceneError."""
        for stage in ("unit", "walk") if walks else ("unit",):
            self._baseline(self.scene(file), _paths(self.root, file, stage))

    def _test(self, file: str, stage: str) -> Judgement | None:
        paths = _paths(self.root, file, stage)
        if not paths:
            return None
        scene = self.scene(file)
        without, seconds = self._baseline(scene, paths)
        return scene.test(paths, without, max(SECONDS_AT_LEAST, SLOWER * seconds))

    def _baseline(self, scene: Scene, paths: tuple[str, ...]) -> tuple[tuple[str, ...], float]:
        """Tests that fail without any mutant (gas, of what is not optimised), and how long the others take."""
        if not paths:
            return (), 0.0
        if paths not in self._baselines:
            before = scene.test(paths, seconds=1_800, all_of_them=True)
            if before.failed and not before.passed:
                raise SceneError(f"{', '.join(paths)}: all fail without any mutant")
            since = time.monotonic()
            again = scene.test(paths, before.failed)
            if again.killed:
                raise SceneError(f"{', '.join(again.failed)} fails now and then")
            self._baselines[paths] = (before.failed, time.monotonic() - since)
        return self._baselines[paths]

    def _plain(self, victims: Sequence[Contract]) -> dict[Contract, str]:
        """Creation code without any mutant."""
        missing = [victim for victim in victims if victim not in self._known]
        if missing:
            self._known.update(self.compiler.bytecode(missing, {}))
        return {victim: self._known[victim] for victim in victims}

    def _victims(self, file: str) -> list[Contract]:
        """Contracts that hold the code of a file in the tests that judge it: whose artifacts a mutant changes."""
        scene = self.scene(file)
        out = scene.folder / "build" / "forge" / "out"
        return [
            (path, artifact.stem)
            for path in _holders(self.root, file)
            if file in self.compiler.closure(path)
            for artifact in sorted((out / Path(path).name).glob("*.json"))
            if scene.bytecode(path, artifact.stem) not in (None, "0x")
        ]


def _holders(root: Path, file: str) -> Iterator[str]:
    """Files whose contracts may hold the code of a file: contracts, and tests that hold it themselves."""
    judges = set(folders(file))
    for path in sorted((root / "contracts").rglob("*.sol")):
        name = path.relative_to(root).as_posix()
        if judges & set(folders(name)):
            yield name
    for folder in sorted(judges & INLINED):
        for path in sorted((root / "tests" / "forge" / folder / "unit").glob("*.t.sol")):
            yield path.relative_to(root).as_posix()


def _paths(root: Path, file: str, stage: str) -> tuple[str, ...]:
    kinds = ("unit", "review") if stage == "unit" else ("walk",)
    found = [f"tests/forge/{folder}/{kind}" for folder in folders(file) for kind in kinds]
    return tuple(f"{path}/*" for path in found if any((root / path).glob("*.t.sol")))


def run(
    root: Path,
    folder: Path,
    wanted: Sequence[Mutant],
    jobs: int,
    walks: bool,
    seen: Callable[[Mutant, Result], None],
) -> dict[str, Result]:
    """What became of each mutant; what is known already is not asked again. `seen` is called for each as it comes."""
    store = Store(folder / "results.jsonl")
    benches: queue.SimpleQueue[Bench] = queue.SimpleQueue()
    made = [Bench(root, folder / f"scene-{number}") for number in range(1, jobs + 1)]
    results: dict[str, Result] = {}
    todo = []
    for mutant in wanted:
        known = store.get(mutant, made[0].fingerprint(mutant.file), walks)
        if known is None:
            todo.append(mutant)
        else:
            results[mutant.name] = known
            seen(mutant, known)
    for bench in made:
        benches.put(bench)

    def one(mutant: Mutant) -> tuple[Mutant, Result]:
        bench = benches.get()
        try:
            bench.prepare(mutant.file, walks)
            return mutant, bench.judge(mutant, walks)
        finally:
            benches.put(bench)

    try:
        with ThreadPoolExecutor(jobs) as pool:
            futures = [pool.submit(one, mutant) for mutant in todo]
            try:
                for future in as_completed(futures):
                    mutant, result = future.result()
                    store.add(result)
                    results[mutant.name] = result
                    seen(mutant, result)
            except BaseException:
                for future in futures:
                    future.cancel()
                raise
    finally:
        for bench in made:
            bench.compiler.close()
    return results


def all_mutants(root: Path, found: Sequence[str]) -> dict[str, list[Mutant]]:
    """All mutants of these files, by file."""
    compiler = Compiler(root)
    try:
        return {file: mutants(compiler, file) for file in found}
    finally:
        compiler.close()
