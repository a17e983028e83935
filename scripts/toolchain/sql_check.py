"""Finds SQL outside the files that may hold it: `python -m scripts.toolchain.sql_check`. Exits 1 and names each place.

In erp/ SQL stands in the `queries.py` of a room, in erp/kernel/rows.py, which reads and writes single rows for all rooms,
in erp/kernel/bulk.py, by which it writes many, and in the migrations; in bridge/ it stands in bridge/store/. SQL is a
builder imported from sqlalchemy or sqlmodel (`select`, `text`, ...) and a call that runs a statement (`.execute(...)`).
Rows may be read, made and changed anywhere through `Rows`, whose statements stand in its own file.
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bridge", "erp")
LIBRARIES = ("sqlalchemy", "sqlmodel")
BUILDERS = frozenset(
    {
        "and_", "bindparam", "case", "cast", "col", "delete", "desc", "distinct", "exists", "func", "insert", "join",
        "literal", "literal_column", "not_", "or_", "outerjoin", "select", "text", "tuple_", "union", "union_all",
        "update",
    }
)  # fmt: skip
RUNNERS = frozenset(
    {
        "exec", "exec_driver_sql", "execute", "executemany", "executescript", "query", "scalar", "scalar_one",
        "scalar_one_or_none", "scalars", "stream", "stream_scalars",
    }
)  # fmt: skip
RUN_BY = ("session", "connection", "cursor", "engine")  # in the name of what runs a statement
SESSIONS = frozenset(
    {"live", "own", "rebuilt", "unit"}
)  # words that name a session in bridge/ and in the replay
ROWS = ("erp/kernel/rows.py", "erp/kernel/bulk.py")
JUSTIFIED = {
    "erp/database.py": "pragmas, triggers, the lock of an upgrade; whole tables, for the replay to compare",
    "erp/kernel/memory.py": "how a database in memory begins a transaction",
    "erp/rebuilt.py": "triggers of a rebuilt database, by which it notes what a replay wrote",
}


@dataclass(frozen=True, order=True)
class Finding:
    """SQL in a file that may not hold it."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}: SQL belongs in {home_of(self.path)}"


def home_of(path: str) -> str:
    """Where the SQL of a file belongs."""
    return "bridge/store/" if path.startswith("bridge/") else "the room's queries.py"


def may_hold_sql(path: str) -> bool:
    """Whether a file, by its path from the root, is one of those that hold SQL."""
    if path.startswith("bridge/"):
        return path.startswith("bridge/store/")
    return path.endswith("/queries.py") or path.startswith("erp/migrations/") or path in ROWS


def sql_in(path: str, source: str) -> list[Finding]:
    """Every statement builder that a file imports or uses, and every call in it that runs a statement."""
    nodes = list(ast.walk(ast.parse(source)))
    whole = {name for node in nodes for name in imported_whole(node)}
    found = [(node, what) for node in nodes for what in builders(node, whole)]
    found += [(node, f"calls .{node.func.attr}(") for node in nodes if runs_statement(node)]
    return [Finding(path, node.lineno, what) for node, what in found]


def of_library(module: str | None) -> bool:
    """Whether a module is one of LIBRARIES or stands in one."""
    return (module or "").split(".")[0] in LIBRARIES


def imported_whole(node: ast.AST) -> list[str]:
    """The names under which an import brings in a whole library: `sa` of `import sqlalchemy as sa`."""
    if not isinstance(node, ast.Import):
        return []
    return [
        (alias.asname or alias.name).split(".")[0] for alias in node.names if of_library(alias.name)
    ]


def builders(node: ast.AST, whole: set[str]) -> list[str]:
    """The statement builders that a node imports, or takes from a library imported whole."""
    if isinstance(node, ast.ImportFrom) and of_library(node.module):
        return [f"imports {name.name}" for name in node.names if name.name in BUILDERS]
    if isinstance(node, ast.Attribute) and node.attr in BUILDERS:
        owner = node.value
        return [f"uses .{node.attr}"] if isinstance(owner, ast.Name) and owner.id in whole else []
    return []


def runs_statement(node: ast.AST) -> TypeGuard[Any]:
    """Whether a node calls a session, a connection or an engine with a statement."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    owner = ast.unparse(node.func.value).lower()
    named = any(word in owner for word in RUN_BY) or SESSIONS & set(re.findall(r"[a-z]+", owner))
    return node.func.attr in RUNNERS and bool(named)


def findings(root: Path = ROOT) -> list[Finding]:
    """All findings below bridge/ and erp/, those of JUSTIFIED too, in the order of path and line."""
    found: list[Finding] = []
    for package in PACKAGES:
        for file in (root / package).rglob("*.py"):
            path = file.relative_to(root).as_posix()
            if not may_hold_sql(path):
                found += sql_in(path, file.read_text(encoding="utf-8"))
    return sorted(set(found))


def complaints(root: Path = ROOT) -> list[str]:
    """What is wrong: each finding outside JUSTIFIED, and each of its rows that has no finding any more."""
    found = findings(root)
    stale = sorted(JUSTIFIED.keys() - {finding.path for finding in found})
    return [
        *(str(finding) for finding in found if finding.path not in JUSTIFIED),
        *(f"{path} holds no SQL any more: take it out of {__name__}" for path in stale),
    ]


def main() -> int:
    """Prints what is wrong; 0 when nothing is."""
    wrong = complaints()
    sys.stdout.write("".join(f"{line}\n" for line in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
