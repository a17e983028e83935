"""The ABIs and bytecode that ship inside the package: ``python -m scripts.toolchain.artifacts build|check``.

Takes the answer of the one compile (compiled.py) and writes one JSON file per deployable contract to
bridge/chain/artifacts/. The daemon reads those files and needs no compiler.
Interfaces, libraries and abstract contracts are not shipped.

    contractName, abi, bytecode, deployedBytecode   as the compiler gives them, hex with 0x
    immutableReferences   [start, length] in bytes of deployedBytecode that the constructor fills in
    abiHash               keccak-256 of the ABI as canonical JSON
    sourceHash            keccak-256 of {path: keccak-256 of the file} of its sources
    eventDocs             notice and aggregate of each event, by signature: what `events.py` makes classes of
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eth_utils import keccak

from . import events
from .compiled import contracts, output
from .compiler import ROOT, CompileError

ARTIFACTS = ROOT / "bridge" / "chain" / "artifacts"

Artifact = dict[str, Any]


class ArtifactError(Exception):
    """The contracts do not compile, or two of them cannot be told apart; the text says which."""


def canonical_hash(value: object) -> str:
    """keccak-256 (0x hex) of ``value`` as JSON with sorted keys and without blanks."""
    return "0x" + keccak(text=json.dumps(value, sort_keys=True, separators=(",", ":"))).hex()


def _artifact(name: str, compiled: Mapping[str, Any]) -> Artifact:
    deployed = compiled["evm"]["deployedBytecode"]
    references = deployed.get("immutableReferences", {}).values()
    holes = sorted([place["start"], place["length"]] for places in references for place in places)
    sources = json.loads(compiled["metadata"])["sources"]
    return {
        "contractName": name,
        "abi": compiled["abi"],
        "bytecode": "0x" + compiled["evm"]["bytecode"]["object"],
        "deployedBytecode": "0x" + deployed["object"],
        "immutableReferences": holes,
        "abiHash": canonical_hash(compiled["abi"]),
        "sourceHash": canonical_hash({path: entry["keccak256"] for path, entry in sources.items()}),
        "eventDocs": events.docs_of(compiled["metadata"]),
    }


def compile_all() -> dict[str, Artifact]:
    """Artifacts of all deployable contracts, in order of name; ArtifactError when none can be."""
    try:
        compiled = output()
    except CompileError as error:
        raise ArtifactError(str(error)) from error
    made: dict[str, Artifact] = {}
    for contract in contracts(compiled):
        if not contract.deployable:
            continue
        if contract.name in made:
            raise ArtifactError(
                f"two contracts are called {contract.name}; one is in {contract.path}"
            )
        made[contract.name] = _artifact(contract.name, contract.output)
    if not made:
        raise ArtifactError("there are no contracts under contracts/")
    return dict(sorted(made.items()))


def _text(artifact: Artifact) -> str:
    return json.dumps(artifact, indent=2, sort_keys=True) + "\n"


def build(folder: Path = ARTIFACTS) -> list[str]:
    """``folder`` holds exactly the artifacts of the present contracts; returns their names."""
    fresh = compile_all()
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("*.json"):
        if stale.stem not in fresh:
            stale.unlink()
    for name, artifact in fresh.items():
        path = folder / f"{name}.json"
        draft = path.with_suffix(".draft")
        draft.write_text(_text(artifact), encoding="utf-8")
        draft.replace(path)
    return list(fresh)


def differences(folder: Path = ARTIFACTS) -> list[str]:
    """One line per contract whose shipped artifact is missing, superfluous or out of step."""
    fresh = compile_all()
    shipped = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    lines = [
        f"{name}: shipped, but there is no such contract" for name in shipped.keys() - fresh.keys()
    ]
    lines += [f"{name}: not shipped" for name in fresh.keys() - shipped.keys()]
    for name in fresh.keys() & shipped.keys():
        if _text(fresh[name]) != shipped[name]:
            lines.append(
                f"{name}: {_what_differs(fresh[name], shipped[name])} differs from the source"
            )
    return sorted(lines)


def _what_differs(fresh: Artifact, shipped: str) -> str:
    try:
        old = json.loads(shipped)
    except ValueError:
        return "the whole file"
    keys = [key for key in fresh if not isinstance(old, dict) or old.get(key) != fresh[key]]
    return ", ".join(keys) or "the layout of the file"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 when built or in step, 1 with the names of the contracts otherwise."""
    parser = argparse.ArgumentParser(prog="artifacts", description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=("build", "check"))
    action = parser.parse_args(arguments).action
    try:
        if action == "build":
            print("built " + ", ".join(build()))
            events.build()
            return 0
        found = differences()
        if not found and events.is_stale():
            found = [f"{events.GENERATED.name}: differs from the artifacts"]
    except (ArtifactError, events.EventError) as error:
        print(f"artifacts: {error}", file=sys.stderr)
        return 1
    for line in found:
        print(f"artifacts: {line}", file=sys.stderr)
    if found:
        print("artifacts: run `make artifacts` and commit the result", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
