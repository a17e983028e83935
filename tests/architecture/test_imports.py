"""Who may import whom: checked, not promised."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = sorted([*(ROOT / "bridge").rglob("*.py"), *(ROOT / "erp").rglob("*.py")])
DEVELOPMENT_ONLY = {"brownie", "solcx", "pytest", "hypothesis", "pgserver", "vyper"}


def imported(path: Path) -> set[str]:
    """Top-level names of all modules that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_the_import_contracts_are_kept() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ
    )
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-1_000:]
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("path", RUNTIME, ids=lambda p: str(p.relative_to(ROOT)))
def test_what_runs_needs_no_compiler_and_no_test_tool(path: Path) -> None:
    assert not imported(path) & DEVELOPMENT_ONLY


def test_the_erp_names_no_chain() -> None:
    for path in (ROOT / "erp").rglob("*.py"):
        assert not imported(path) & {"bridge", "scripts", "web3", "eth_account", "eth_abi"}, path


def test_only_the_embedded_port_imports_the_erp() -> None:
    importers = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "bridge").rglob("*.py")
        if "erp" in imported(path)
    }
    assert importers == {"bridge/ports/embedded.py"}


def test_only_the_chain_room_imports_web3() -> None:
    for path in (ROOT / "bridge").rglob("*.py"):
        if path.parent.name != "chain":
            assert not imported(path) & {"web3", "eth_account", "requests"}, path


# Of both, and each means the same on its side; the port's vocabulary speaks of the ERP's documents on purpose.
SHARED = {"Difference", "Document", "Rejected", "Retryable", "Settings"}


def classes(folder: str, leaving_out: str = "") -> set[str]:
    """Names of the public classes of a package, but for one folder of it."""
    return {
        node.name
        for path in (ROOT / folder).rglob("*.py")
        if path.parent.name != leaving_out
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }


def test_a_class_of_the_bridge_has_no_name_of_the_erps() -> None:
    assert classes("bridge", leaving_out="vocabulary") & classes("erp") == SHARED
