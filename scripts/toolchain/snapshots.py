"""Storage layouts and sizes of the deployable contracts, as committed files: ``make snapshots``.

One file for each contract under tests/architecture/snapshots/storage/, one line for each variable or member of a
struct, inherited ones first; immutables have no slot and are listed by name. sizes.json holds the bytes of code
and of constructor. Names and types alone: nothing of the compiler's numbering, so that a diff says what changed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from .compiled import Contract, contracts, output
from .compiler import ROOT, Json

FOLDER = ROOT / "tests" / "architecture" / "snapshots"
RUNTIME_BYTES_MAX = 24_576  # EIP-170
INITCODE_BYTES_MAX = 49_152  # EIP-3860


def _entry(variable: Json, types: Json) -> str:
    kind = types[variable["type"]]["label"]
    return f"{int(variable['slot'])}+{variable['offset']} {variable['label']}: {kind}"


def storage(contract: Contract, compiled: Json) -> Json:
    """Slots of the contract, members of each struct it keeps, and its immutables."""
    layout = contract.output["storageLayout"]
    types = layout["types"] or {}
    structs = {
        kind["label"].removeprefix("struct "): [_entry(member, types) for member in kind["members"]]
        for kind in types.values()
        if "members" in kind
    }
    return {
        "slots": [_entry(variable, types) for variable in layout["storage"]],
        "structs": dict(sorted(structs.items())),
        "immutables": _immutables(contract, compiled),
    }


def _immutables(contract: Contract, compiled: Json) -> list[str]:
    nodes = {
        node["id"]: node
        for source in compiled["sources"].values()
        for node in source["ast"]["nodes"]
        if node["nodeType"] == "ContractDefinition"
    }
    return [
        f"{parent['name']}.{variable['name']}: {variable['typeDescriptions']['typeString']}"
        for parent in (nodes[i] for i in reversed(contract.node["linearizedBaseContracts"]))
        for variable in parent["nodes"]
        if variable["nodeType"] == "VariableDeclaration" and variable["mutability"] == "immutable"
    ]


def size(contract: Contract) -> dict[str, int]:
    code = contract.output["evm"]
    runtime = len(code["deployedBytecode"]["object"]) // 2
    initcode = len(code["bytecode"]["object"]) // 2
    room = min(RUNTIME_BYTES_MAX - runtime, INITCODE_BYTES_MAX - initcode)
    return {"runtime": runtime, "initcode": initcode, "room": room}


def fresh() -> dict[str, str]:
    """Text of every snapshot, by its path under the folder."""
    compiled = output()
    deployable = [contract for contract in contracts(compiled) if contract.deployable]
    made: dict[str, Any] = {f"storage/{c.name}.json": storage(c, compiled) for c in deployable}
    made["sizes.json"] = {c.name: size(c) for c in sorted(deployable, key=lambda c: c.name)}
    return {name: json.dumps(value, indent=2) + "\n" for name, value in sorted(made.items())}


def kept(folder: Path = FOLDER) -> dict[str, str]:
    paths = [*folder.glob("storage/*.json"), *folder.glob("sizes.json")]
    return {p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8") for p in paths}


def write(folder: Path = FOLDER) -> None:
    made = fresh()
    for name in kept(folder).keys() - made.keys():
        (folder / name).unlink()
    for name, text in made.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["write"]:
        raise SystemExit("usage: python -m scripts.toolchain.snapshots write")
    write()
