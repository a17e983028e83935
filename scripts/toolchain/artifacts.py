"""The ABIs and bytecode that ship inside the package: ``python -m scripts.toolchain.artifacts build|check``.

py-solc-x drives npm's compiler over every source under contracts/ and writes one JSON file per
deployable contract to bridge/chain/artifacts/. The daemon reads those files and needs no compiler.
Interfaces, libraries, abstract contracts and contracts/mocks are not shipped.

    contractName, abi, bytecode, deployedBytecode   as the compiler gives them, hex with 0x
    immutableReferences   [start, length] in bytes of deployedBytecode that the constructor fills in
    abiHash               keccak-256 of the ABI as canonical JSON
    sourceHash            keccak-256 of {path: keccak-256 of the file} of its sources
    eventDocs             notice and aggregate of each event, by signature: what `events.py` makes classes of
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import solcx
from eth_utils import keccak

from . import events

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ROOT / "contracts"
ARTIFACTS = ROOT / "bridge" / "chain" / "artifacts"
COMPILER = Path(__file__).with_name("solc")
COMPILER_SHIMS = ROOT / "build" / "solc"
COMPILER_VERSION = "0.8.37"
NOT_SHIPPED = "mocks"

SETTINGS: Mapping[str, object] = {
    "evmVersion": "paris",
    "optimizer": {"enabled": True, "runs": 200},
    # Without a hash of comments and paths in it, bytecode is the same wherever it is compiled.
    "metadata": {"bytecodeHash": "none"},
    "remappings": ["@openzeppelin/=node_modules/@openzeppelin/"],
    "outputSelection": {
        "*": {
            "": ["ast"],
            "*": ["abi", "metadata", "evm.bytecode.object", "evm.deployedBytecode"],
        }
    },
}

Artifact = dict[str, Any]


class ArtifactError(Exception):
    """The contracts do not compile, or two of them cannot be told apart; the text says which."""


def canonical_hash(value: object) -> str:
    """keccak-256 (0x hex) of ``value`` as JSON with sorted keys and without blanks."""
    return "0x" + keccak(text=json.dumps(value, sort_keys=True, separators=(",", ":"))).hex()


def compiler_folder() -> Path:
    """A folder in which py-solc-x and brownie find the compiler under the name they look for.

    To be given to them as SOLCX_BINARY_PATH.
    """
    COMPILER_SHIMS.mkdir(parents=True, exist_ok=True)
    shim = COMPILER_SHIMS / f"solc-v{COMPILER_VERSION}"
    text = f'#!/bin/sh\nexec "{COMPILER}" "$@"\n'
    if not shim.exists() or shim.read_text() != text:
        fresh = shim.with_suffix(f".{os.getpid()}")
        fresh.write_text(text)
        fresh.chmod(0o755)
        fresh.replace(shim)
    return COMPILER_SHIMS


def _sources() -> dict[str, dict[str, str]]:
    paths = sorted(CONTRACTS.rglob("*.sol"))
    if not paths:
        raise ArtifactError("there are no contracts under contracts/")
    relative = ((path, path.relative_to(ROOT)) for path in paths)
    return {
        name.as_posix(): {"content": path.read_text(encoding="utf-8")}
        for path, name in relative
        if NOT_SHIPPED not in name.parts
    }


def _compile() -> dict[str, Any]:
    os.environ["SOLCX_BINARY_PATH"] = str(compiler_folder())
    job = {"language": "Solidity", "sources": _sources(), "settings": SETTINGS}
    before = Path.cwd()
    os.chdir(ROOT)  # the compiler resolves the remapping from where it stands
    try:
        output: dict[str, Any] = solcx.compile_standard(job, solc_version=COMPILER_VERSION)
    except solcx.exceptions.SolcError as error:
        raise ArtifactError(error.message) from error
    finally:
        os.chdir(before)
    return output


def _deployable(ast: Mapping[str, Any]) -> Iterator[str]:
    """Names of the contracts of one file that are neither interface, library nor abstract."""
    for node in ast["nodes"]:
        contract = node["nodeType"] == "ContractDefinition" and node["contractKind"] == "contract"
        if contract and not node["abstract"]:
            yield node["name"]


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
    output = _compile()
    made: dict[str, Artifact] = {}
    for path, entry in output["sources"].items():
        if not path.startswith("contracts/"):
            continue
        for name in _deployable(entry["ast"]):
            if name in made:
                raise ArtifactError(f"two contracts are called {name}; one is in {path}")
            made[name] = _artifact(name, output["contracts"][path][name])
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
