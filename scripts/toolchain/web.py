"""What runs in the browser, built from `erp/web/js/` into `erp/web/static/js/`, where it is part of the repository.

    python -m scripts.toolchain.web build
    python -m scripts.toolchain.web check      exits 1 when what is in the repository is not what its sources give

`statements.json` and `calls.json` are written first: what people sign for an act, as typed data (EIP-712) or as a
transaction, read off the bridge's own tables.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast, get_args, get_origin

from pydantic import BaseModel

from bridge.capabilities.act import Act, InAbi, Statement
from bridge.capabilities.model import CallContext
from bridge.capabilities.statements import STATEMENTS
from bridge.chain.deployment import NUMBERS
from bridge.chain.typed_data import member, types_of
from bridge.ports.port import Document
from erp.signing.acts import ACTS

from .act_calls import Named, calls

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "erp" / "web" / "js"
BUILT = ROOT / "erp" / "web" / "static" / "js"
NODE = Path(sys.executable).with_name("node")


class Compared(dict[str, Any]):
    """Commitments of papers: which paper an act compares with what an event published."""

    paper: str | None = None

    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> Any:
        self.paper = name.rpartition(".")[2]
        return "$published.terms_ref"


def statements() -> str:
    """The typed data of each act, its facts named: `$fields.order_id`, `$account`, `$published.start`, `$papers.pledge`."""
    told = {"numbers": NUMBERS, "acts": {act.what: _form(act) for act in STATEMENTS}}
    return json.dumps(told, indent=1, sort_keys=True) + "\n"


def _form(act: Act) -> dict[str, Any]:
    """The form of one act. `paper`: the paper of the act whose commitment the event has to name."""
    named = _names(ACTS[act.what].fields, "$fields")
    papers, refs = Named("$papers"), Compared()
    fields = {"fields": named, "account": "$account", "good_until": "$good_until", "papers": papers}
    document = cast("Document", SimpleNamespace(fields=fields, number=act.what))
    context = SimpleNamespace(published=Named("$published"), papers=None, refs=refs)
    made = cast("Any", act.statement)(document, cast("CallContext", context))
    return {**_written(made), "paper": refs.paper}


def _names(fields: Any, path: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, kind in fields.items():
        parts = [] if get_origin(kind) is list else [kind, *get_args(kind)]
        inner = next(
            (each for each in parts if isinstance(each, type) and issubclass(each, BaseModel)), None
        )
        own = f"{path}.{name}"
        found[name] = (
            own
            if inner is None
            else _names({key: info.annotation for key, info in inner.model_fields.items()}, own)
        )
    return found


def _written(made: Statement) -> dict[str, Any]:
    if isinstance(made.members, InAbi):
        members = member(*made.members)["components"]
    else:
        members = [
            {"name": name, "type": kind}
            if isinstance(kind, str)
            else {**member(*kind), "name": name}
            for name, kind in made.members
        ]
    return {
        "contract": made.contract,
        "version": made.version,
        "number": made.number,
        "primary": made.primary,
        "types": types_of(made.primary, members),
        "message": made.message,
    }


TABLES: Mapping[Path, Callable[[], str]] = {
    SOURCES / "statements.json": statements,
    SOURCES / "calls.json": calls,
}


def build(into: Path) -> None:
    """Writes all bundles into a folder."""
    subprocess.run([str(NODE), str(SOURCES / "build.mjs"), str(into)], cwd=ROOT, check=True)


def differences() -> list[str]:
    """Files of the repository that are not what their sources give, or are there for nothing."""
    found = [
        str(path.relative_to(ROOT))
        for path, made in TABLES.items()
        if path.read_text(encoding="utf-8") != made()
    ]
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder)
        build(built)
        names = {path.name for place in (built, BUILT) for path in place.glob("*")}
        found += [
            str((BUILT / name).relative_to(ROOT))
            for name in sorted(names)
            if _bytes(built / name) != _bytes(BUILT / name)
        ]
    return found


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def main() -> None:
    """Builds, or checks."""
    if sys.argv[1:] == ["build"]:
        for path, made in TABLES.items():
            path.write_text(made(), encoding="utf-8")
        build(BUILT)
    elif sys.argv[1:] == ["check"]:
        if different := differences():
            sys.exit(
                f"not what their sources give: {', '.join(different)}; run `make web` and commit them"
            )
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
