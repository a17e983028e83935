"""Writes `bridge/events/generated.py`: one frozen class for each event of each shipped artifact.

    class name    the event's Solidity name
    docstring     the event's NatSpec @notice
    AGGREGATE     its tag `@custom:aggregate order:{orderId}`: the stream within which it applies in order; it may name
                  several fields, or none
    fields        its parameters in order, tuples flattened into their members

Needs no compiler: `artifacts.py` keeps notice and tag of each event beside the ABI (`eventDocs`). An event without them, or
two of one name whose parameters differ, stop the build with what to do.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.events.base import snake

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "bridge" / "chain" / "artifacts"
GENERATED = ROOT / "bridge" / "events" / "generated.py"
LINE_MAX = 100  # what the formatter keeps code at
DOC_MAX = 120  # what prose may take

# Events of OpenZeppelin's contracts. Their source is not ours to annotate, and its comments explain a call, not a fact.
FOREIGN: Mapping[str, tuple[str, str]] = {
    "Transfer": ("Tokens moved from one account to another.", "transfer:{from}:{to}"),
    "Approval": ("An account let another spend its tokens.", "allowance:{owner}:{spender}"),
    "TransferSingle": ("Machine-minutes of one slot moved.", "transfer:{from}:{to}"),
    "TransferBatch": ("Machine-minutes of several slots moved.", "transfer:{from}:{to}"),
    "ApprovalForAll": (
        "An account let another move its machine-minutes.",
        "allowance:{account}:{operator}",
    ),
    "URI": ("The description of a slot's tokens changed its place.", "capacity:{id}"),
    "EIP712DomainChanged": ("The domain of typed signatures changed.", "domain"),
    "RoleGranted": ("An office was given to an account.", "role:{role}"),
    "RoleRevoked": ("An office was taken from an account.", "role:{role}"),
    "RoleAdminChanged": ("Another role appoints to an office.", "role:{role}"),
    "DefaultAdminTransferScheduled": ("The administrator named its successor.", "admin"),
    "DefaultAdminTransferCanceled": ("The administrator took its successor's name back.", "admin"),
    "DefaultAdminDelayChangeScheduled": ("The wait before a succession will change.", "admin"),
    "DefaultAdminDelayChangeCanceled": ("The wait before a succession stays as it is.", "admin"),
}

HEAD = '''"""One class for each event of the shipped ABIs. Written by `make artifacts` from the contracts' interfaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from bridge.events.base import Event
'''


class EventError(Exception):
    """An event cannot become a class; the text says which, and what to do."""


@dataclass(frozen=True)
class Shape:
    """An event as a class."""

    name: str
    doc: str
    aggregate: str
    fields: tuple[tuple[str, str], ...]  # name, Python type


def docs_of(metadata: str) -> dict[str, dict[str, str]]:
    """Notice and aggregate of every event of one contract, by signature, from the compiler's metadata."""
    output = json.loads(metadata)["output"]
    notices = output["userdoc"].get("events", {})
    details = output["devdoc"].get("events", {})
    return {
        signature: {
            "aggregate": details.get(signature, {}).get("custom:aggregate", ""),
            "notice": notices.get(signature, {}).get("notice", ""),
        }
        for signature in sorted(notices.keys() | details.keys())
    }


def _canonical(parameter: Mapping[str, Any]) -> str:
    kind = str(parameter["type"])
    if kind.startswith("tuple"):
        inner = ",".join(_canonical(component) for component in parameter["components"])
        return f"({inner}){kind[len('tuple') :]}"
    return kind


def _type(parameter: Mapping[str, Any], kind: str) -> str:
    if kind.endswith("]"):
        return f"tuple[{_type(parameter, kind[: kind.rindex('[')])}, ...]"
    if kind == "tuple":
        return "tuple[Any, ...]"
    if kind.startswith(("uint", "int")):
        return "int"
    return "bool" if kind == "bool" else "str"


def _flat(parameter: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if parameter["type"] == "tuple":
        for component in parameter["components"]:
            yield from _flat(component)
    else:
        yield snake(str(parameter["name"])), _type(parameter, str(parameter["type"]))


def _fields(event: str, inputs: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Fields in order. An indexed parameter repeated inside a tuple is one fact; any other repetition is refused."""
    indexed = {snake(str(p["name"])) for p in inputs if p["indexed"]}
    found: dict[str, str] = {}
    for parameter in inputs:
        for name, kind in _flat(parameter):
            if name in found and (name not in indexed or found[name] != kind):
                raise EventError(f"{event}: two parameters become the field {name}: rename one")
            found.setdefault(name, kind)
    return tuple(found.items())


def _shape(entry: Mapping[str, Any], docs: Mapping[str, Mapping[str, str]]) -> Shape:
    name = str(entry["name"])
    signature = f"{name}({','.join(_canonical(p) for p in entry['inputs'])})"
    told = docs.get(signature, {})
    notice, tag = FOREIGN.get(name) or (told.get("notice", ""), told.get("aggregate", ""))
    if not notice or not tag:
        raise EventError(
            f"{signature}: put a `@notice` and a `@custom:aggregate order:{{orderId}}` above the event in its interface"
        )
    fields = _fields(name, entry["inputs"])
    aggregate = re.sub(r"{(\w+)}", lambda match: "{" + snake(match[1]) + "}", tag)
    unknown = set(re.findall(r"{(\w+)}", aggregate)) - {field for field, _ in fields}
    if unknown:
        raise EventError(f"{signature}: its aggregate names {', '.join(sorted(unknown))}")
    return Shape(name, notice, aggregate, fields)


def shapes(artifacts: Mapping[str, Mapping[str, Any]]) -> dict[str, Shape]:
    """Every event by name. Two contracts may share an event when it is the same to the last field; otherwise EventError."""
    found: dict[str, Shape] = {}
    for contract, artifact in artifacts.items():
        for entry in artifact["abi"]:
            if entry["type"] != "event":
                continue
            shape = _shape(entry, artifact.get("eventDocs", {}))
            if found.setdefault(shape.name, shape) != shape:
                raise EventError(
                    f"{contract}.{shape.name} is not the {shape.name} of another contract: rename one"
                )
    return found


def _class(shape: Shape) -> str:
    doc = textwrap.wrap(shape.doc, DOC_MAX - len('    """"""'))
    lines = ["@dataclass(frozen=True, slots=True)", f"class {shape.name}(Event):"]
    lines += ['    """' + "\n    ".join(doc) + ('"""' if len(doc) == 1 else '\n    """'), ""]
    lines.append(f'    AGGREGATE: ClassVar[str] = "{shape.aggregate}"')
    lines += [f"    {name}: {kind}" for name, kind in shape.fields]
    return "\n".join(lines)


def _emitted(artifacts: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield "EMITTED: Mapping[str, tuple[str, ...]] = {"
    for contract, artifact in sorted(artifacts.items()):
        names = sorted({str(e["name"]) for e in artifact["abi"] if e["type"] == "event"})
        line = f'    "{contract}": ({", ".join(json.dumps(n) for n in names)}{"," * (len(names) == 1)}),'
        if len(line) <= LINE_MAX:
            yield line
        else:
            yield f'    "{contract}": ('
            yield from (f'        "{name}",' for name in names)
            yield "    ),"
    yield "}  # contract -> its events"


def render(artifacts: Mapping[str, Mapping[str, Any]]) -> str:
    """The text of `generated.py` for these artifacts (contract name -> artifact), as the formatter wants it."""
    found = [shape for _, shape in sorted(shapes(artifacts).items())]
    classes = "\n\n\n".join(_class(shape) for shape in found)
    names = "\n".join(f"        {shape.name}," for shape in found)
    registry = f"EVENTS: Mapping[str, type[Event]] = {{\n    cls.__name__: cls\n    for cls in (\n{names}\n    )\n}}"
    return f"{HEAD}\n\n{classes}\n\n\n{registry}\n\n" + "\n".join(_emitted(artifacts)) + "\n"


def shipped(folder: Path = ARTIFACTS) -> dict[str, dict[str, Any]]:
    """The shipped artifacts by contract name."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.json"))
    }


def build(path: Path = GENERATED, folder: Path = ARTIFACTS) -> None:
    """`generated.py` fits the shipped artifacts. Raises EventError."""
    path.write_text(render(shipped(folder)), encoding="utf-8")


def is_stale(path: Path = GENERATED, folder: Path = ARTIFACTS) -> bool:
    """True when `generated.py` is not what `build` would write."""
    return not path.exists() or path.read_text(encoding="utf-8") != render(shipped(folder))
