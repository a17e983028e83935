"""A private copy of contracts and tests. A mutant is no edited file in it: only one artifact is exchanged.

Tests deploy contracts by their artifact (dynamic_test_linking), so forge compiles nothing for a mutant. What it asks of
the compiler at every start is always the same and is answered from a file.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..compiler import COMPILER

FAILED = re.compile(r"^(?:\[FAIL.*\]|\t?\]) (\w+)\(", re.MULTILINE)
PASSED = re.compile(r"(\d+) tests passed")
SHIM = """#!/bin/sh
# The compiler of this copy: one answer for one question.
folder={cache}
case "$1" in
--version) question=/dev/null key=version ;;
*) question=$folder/question.$$; cat > "$question"; key=$(sha256sum < "$question" | cut -c 1-40) ;;
esac
answer=$folder/$key.answer
if [ ! -f "$answer" ]; then
  {compiler} "$@" < "$question" > "$answer.$$" || exit 1
  mv "$answer.$$" "$answer"
fi
[ "$question" = /dev/null ] || rm -f "$question"
cat "$answer"
"""


class SceneError(Exception):
    """The copy cannot be built, or its tests fail without any mutant; the text says which."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the tests said."""

    failed: tuple[str, ...]
    timed_out: bool
    passed: int

    @property
    def killed(self) -> bool:
        return bool(self.failed) or self.timed_out


class Scene:
    """One copy; one mutant at a time is in it. Safe to be killed: what was exchanged is put back at the next start."""

    def __init__(self, root: Path, folder: Path, settings: Mapping[str, str]) -> None:
        self._root, self.folder = root, folder
        self._pristine = folder / "pristine"
        self._env = {
            **os.environ,
            "FOUNDRY_CONFIG": str(folder / "tests" / "forge" / "foundry.toml"),
            "FOUNDRY_DISABLE_NIGHTLY_WARNING": "1",
            "FOUNDRY_PROFILE": "quick",
            "FOUNDRY_OPTIMIZER": "false",
            **settings,
        }

    def lay_out(self, files: Mapping[str, bytes]) -> None:
        """Writes these files where they changed; puts back what a killed run left exchanged."""
        _mirror(self.folder, files)
        link = self.folder / "node_modules"
        if not link.is_symlink():
            link.symlink_to(self._root / "node_modules")
        cache = self.folder / "answers"
        cache.mkdir(parents=True, exist_ok=True)
        shim = self.folder / "scripts" / "toolchain" / "solc"
        shim.parent.mkdir(parents=True, exist_ok=True)
        shim.write_text(SHIM.format(cache=cache, compiler=COMPILER), encoding="utf-8")
        shim.chmod(0o755)
        self._put_back()

    def artifact(self, file: str, contract: str) -> Path:
        """Where forge keeps what it compiled of a contract."""
        return self.folder / "build" / "forge" / "out" / Path(file).name / f"{contract}.json"

    def bytecode(self, file: str, contract: str) -> str | None:
        """Creation code as the tests deploy it; None when they never asked for it."""
        path = self.artifact(file, contract)
        if not path.exists():
            return None
        return str(json.loads(path.read_text(encoding="utf-8"))["bytecode"]["object"])

    @contextmanager
    def exchanged(self, codes: Mapping[tuple[str, str], str]) -> Iterator[None]:
        """The artifacts of these contracts hold other creation code as long as this lasts."""
        try:
            for (file, contract), code in codes.items():
                self._exchange(self.artifact(file, contract), code)
            yield
        finally:
            self._put_back()

    def _exchange(self, path: Path, code: str) -> None:
        kept = self._pristine / path.relative_to(self.folder)
        kept.parent.mkdir(parents=True, exist_ok=True)
        draft = kept.with_suffix(".draft")
        shutil.copy2(path, draft)
        draft.replace(kept)
        artifact = json.loads(path.read_text(encoding="utf-8"))
        artifact["bytecode"]["object"] = f"0x{code}"
        path.write_text(json.dumps(artifact), encoding="utf-8")

    def _put_back(self) -> None:
        for kept in sorted(self._pristine.rglob("*.json")):
            shutil.copy2(kept, self.folder / kept.relative_to(self._pristine))
            kept.unlink()

    def test(
        self,
        paths: Sequence[str],
        without: Sequence[str] = (),
        seconds: float = 600,
        all_of_them: bool = False,
    ) -> Judgement:
        """Runs the tests of these folders, to the first that fails unless all are asked for. Raises SceneError."""
        command = [
            str(_forge(self._root)),
            "test",
            "--root",
            str(self.folder),
            "--match-path",
            _pattern(paths),
        ]
        command += [] if all_of_them else ["--fail-fast"]
        if without:
            command += ["--no-match-test", f"^({'|'.join(sorted(without))})(\\(|$)"]
        told, code = _run(command, self.folder, self._env, seconds)
        failed = dict.fromkeys(FAILED.findall(told))
        passed = PASSED.findall(told)
        if code is not None and (bool(code) != bool(failed) or not passed):
            raise SceneError(f"forge ended with {code} and judged nothing: {told[-2000:]}")
        return Judgement(tuple(failed), code is None, int(passed[-1]) if passed else 0)


def _pattern(paths: Sequence[str]) -> str:
    return paths[0] if len(paths) == 1 else f"{{{','.join(paths)}}}"


def _run(
    command: Sequence[str], cwd: Path, env: Mapping[str, str], seconds: float
) -> tuple[str, int | None]:
    """What it printed and its exit code; None when it was ended, with all that it started, for it took too long."""
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            told, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return process.communicate()[0], None
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return told, process.returncode


def _forge(root: Path) -> Path:
    return next((root / "node_modules" / "@foundry-rs").glob("forge-*/bin/forge")).resolve()


def _mirror(copy: Path, files: Mapping[str, bytes]) -> None:
    """Writes files; what is the same keeps its time, so that forge compiles nothing anew, and what is left over goes."""
    for folder in ("contracts", "tests"):
        for path in (copy / folder).rglob("*"):
            if path.is_file() and path.relative_to(copy).as_posix() not in files:
                path.unlink()
    for name, content in files.items():
        there = copy / name
        if not there.exists() or there.read_bytes() != content:
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(content)
