"""All contracts through the compiler once, with everything a proof reads: AST, ABI, bytecode, storage layout.

Artifacts, snapshots, slither and the rules of tests/architecture all read this one answer. It is kept under
build/compiled/ by the hash of all that it depends on, in the form of a build-info file (`solcVersion`, `input`,
`output`), which slither reads as it is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from .compiler import COMPILER_VERSION, ROOT, SETTINGS, Json, compile_standard

FOLDER = ROOT / "build" / "compiled"
OF_CONTRACTS = ["abi", "metadata", "devdoc", "userdoc", "storageLayout", "evm.methodIdentifiers"]
# slither reads the source maps as well as the code.
OF_CONTRACTS += ["evm.bytecode", "evm.deployedBytecode"]
OUTPUTS = {"*": {"": ["ast"], "*": OF_CONTRACTS}}


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
    output = compile_standard(job, root)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for stale in sorted(FOLDER.glob("*.json"), key=lambda p: p.stat().st_mtime)[:-4]:
        stale.unlink(missing_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    info = {"solcVersion": COMPILER_VERSION, "input": job, "output": output}
    draft.write_text(json.dumps(info), encoding="utf-8")
    draft.replace(path)
    return path


@lru_cache(maxsize=1)
def _read(path: Path) -> Json:
    return dict(json.loads(path.read_text(encoding="utf-8"))["output"])


def output(root: Path = ROOT) -> Json:
    """The compiler's output for the contracts under ``root``; not to be changed, since it is read once."""
    return _read(build_info(root))


def contracts(compiled: Json) -> Iterator[Contract]:
    """Every contract, interface and library that contracts/ defines, in order of path."""
    for path in sorted(compiled["sources"]):
        if not path.startswith("contracts/"):
            continue
        for node in compiled["sources"][path]["ast"]["nodes"]:
            if node["nodeType"] == "ContractDefinition":
                yield Contract(path, node, compiled["contracts"][path][node["name"]])
