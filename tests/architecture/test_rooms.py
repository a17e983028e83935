"""Rooms that serve every capability know none: no contract, event, function, operation or document type by name."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.capabilities import CALLS, MONEY, RULES
from bridge.events.generated import EMITTED, EVENTS
from bridge.ports.vocabulary import DOCUMENTS, OPERATIONS

ROOT = Path(__file__).resolve().parents[2]
BRIDGE = ROOT / "bridge"
KNOWING = {"capabilities", "events", "ports"}  # these speak of the business; nothing else may
FILES = sorted(p for p in BRIDGE.rglob("*.py") if p.relative_to(BRIDGE).parts[0] not in KNOWING)
FIELDS = {name for money in MONEY for name in re.findall(r"{(\w+)}", money.aggregate)}
NAMES = {*EMITTED, *EVENTS, *OPERATIONS, *FIELDS}  # written like nothing else
WORDS = {
    *CALLS,
    *(kind for money in MONEY for kind in money.kept),
    *(money.aggregate.partition(":")[0] for money in MONEY),
    *DOCUMENTS,
    *(function for _, function in RULES),
}  # may be words of prose
STAGES = {"report"}  # a stage of the ring bears the name of a call
COLUMNS = {"anchor"}  # a column of the bridge's own tables bears the name of a call
ACCOUNT_CODE = re.compile(r"\d{4}(\.\d\d)+")


def facts(path: Path) -> Iterator[str]:
    """Names and texts of a file that stand for something of the business; docstrings may speak of anything."""
    words = WORDS - STAGES - (COLUMNS if "store" in path.parts else set())
    for node, parent in nodes(path):
        if isinstance(node, ast.Name | ast.Attribute | ast.alias):
            name = next(str(getattr(node, a)) for a in ("id", "attr", "name") if hasattr(node, a))
            if name in NAMES:
                yield name
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if isinstance(parent, ast.Expr):
                continue
            if node.value.partition(":")[0] in words or ACCOUNT_CODE.fullmatch(node.value):
                yield node.value
            yield from NAMES & set(re.findall(r"\w+", node.value))


def nodes(path: Path) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Every node of a file with the one above it."""
    for above in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for node in ast.iter_child_nodes(above):
            yield node, above


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_room_that_serves_all_capabilities_names_none(path: Path) -> None:
    assert list(facts(path)) == []


def test_the_check_sees_what_it_looks_for(tmp_path: Path) -> None:
    planted = tmp_path / "room.py"
    planted.write_text(
        '"""Of PurchaseOrders, match and TenderOpened it may speak."""\n'
        "from bridge.events.generated import OrderClosed\n"
        'KEY, TYPE, CODE = "requisition:", "match", "1012.02"\n'
        'CALL = ("PurchaseOrders", "acceptDelivery")\n'
        'AGGREGATE = f"order:{event.order_id}"\n',
        encoding="utf-8",
    )
    assert set(facts(planted)) == {
        "OrderClosed", "requisition:", "match", "1012.02", "PurchaseOrders", "acceptDelivery", "order:",
        "order_id",
    }  # fmt: skip


def test_capabilities_need_no_database_no_node_and_no_web_server() -> None:
    heavy = ("sqlalchemy", "sqlmodel", "fastapi", "httpx", "requests", "web3", "eth_account", "erp")
    asked = f"import sys, bridge.capabilities; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
