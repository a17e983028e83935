"""All contracts through the compiler once, with everything a proof reads: AST, ABI, bytecode, storage layout.

The answer is kept under build/compiled/ by the hash of all that it depends on, in the form of a
build-info file (`solcVersion`, `input`, `output`), which slither reads as it is. Settings are those of the
shipped artifacts, so that sizes and layouts are those of the deployed contracts.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from .artifacts import COMPILER, COMPILER_VERSION, ROOT, SETTINGS

FOLDER = ROOT / "build" / "compiled"
OF_CONTRACTS = ["abi", "devdoc", "userdoc", "storageLayout", "evm.methodIdentifiers"]
# slither reads the source maps as well as the code.
OF_CONTRACTS += ["evm.bytecode", "evm.deployedBytecode"]
OUTPUTS = {"*": {"": ["ast"], "*": OF_CONTRACTS}}
Json = dict[str, Any]


class CompileError(Exception):
    """The contracts do not compile; the text is the compiler's."""


@dataclass(frozen=True)
class Contract:
    """One contract, interface or library under contracts/: its place, its definition, what came of it."""

    path: str
    node: Json
    output: Json

    @property
    def name(self) -> str:
        return str(self.node["name"])

    @property
    def kind(self) -> str:
        return str(self.node["contractKind"])

    @property
    def deployable(self) -> bool:
        return self.kind == "contract" and not self.node["abstract"]


def standard_input(root: Path = ROOT) -> Json:
    paths = sorted((root / "contracts").rglob("*.sol"))
    sources = {
        path.relative_to(root).as_posix(): {"content": path.read_text(encoding="utf-8")}
        for path in paths
    }
    return {
        "language": "Solidity",
        "sources": sources,
        "settings": {**SETTINGS, "outputSelection": OUTPUTS},
    }


def _key(job: Mapping[str, Any]) -> str:
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    text = json.dumps([job, lock, COMPILER_VERSION], sort_keys=True)
    return sha256(text.encode()).hexdigest()[:16]


def build_info(root: Path = ROOT) -> Path:
    """The file with the compiler's input and output for the contracts under ``root``."""
    job = standard_input(root)
    path = FOLDER / f"{_key(job)}.json"
    if path.exists():
        return path
    done = subprocess.run(
        [str(COMPILER), "--standard-json"],
        cwd=root,  # the compiler resolves the remapping from where it stands
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CompileError(done.stderr)
    output = json.loads(done.stdout)
    errors = [e for e in output.get("errors", []) if e["severity"] == "error"]
    if errors:
        raise CompileError("\n".join(e["formattedMessage"] for e in errors))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for stale in sorted(FOLDER.glob("*.json"), key=lambda p: p.stat().st_mtime)[:-4]:
        stale.unlink(missing_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    info = {"solcVersion": COMPILER_VERSION, "input": job, "output": output}
    draft.write_text(json.dumps(info), encoding="utf-8")
    draft.replace(path)
    return path


def output(root: Path = ROOT) -> Json:
    return dict(json.loads(build_info(root).read_text(encoding="utf-8"))["output"])


def contracts(compiled: Json) -> Iterator[Contract]:
    """Every contract, interface and library that contracts/ defines, in order of path."""
    for path in sorted(compiled["sources"]):
        if not path.startswith("contracts/"):
            continue
        for node in compiled["sources"][path]["ast"]["nodes"]:
            if node["nodeType"] == "ContractDefinition":
                yield Contract(path, node, compiled["contracts"][path][node["name"]])
