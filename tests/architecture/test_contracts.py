"""What every contract keeps to: where files stand, prose, names, and what is never written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

from scripts.toolchain.compiled import Contract, contracts, output
from scripts.toolchain.compiler import ROOT

Node = dict[str, Any]
PAUSE = re.compile(r"@custom:pause (stops|open)\b")
ERP = re.compile(r"@custom:erp \S+")
CONTACT = "@custom:security-contact See SECURITY.md"
ASSUMPTIONS = ("Assumptions for safety:", "Assumptions for liveness:")
FORBIDDEN = {
    "delegatecall": r"\bdelegatecall\b",
    "selfdestruct": r"\bselfdestruct\b",
    "assembly": r"\bassembly\b",
    "tx.origin": r"\btx\s*\.\s*origin\b",
    "block.number": r"\bblock\s*\.\s*number\b",
    "create2": r"\bcreate2\b",
    "a proxy": r"\b(Clones|ERC1967\w*|UUPS\w*|Initializable|\w*Proxy|\w*Upgradeable)\b",
}
# Loops over one caller's own short list: contract.function, and the constant that bounds it.
LOOPS: dict[str, str] = {
    "BatchTree.depthOf": "DocumentRegistry.MAX_BATCH",
    "BatchTree.rootOf": "DocumentRegistry.MAX_BATCH",
    "BatchTree.rootOfSeveral": "DocumentRegistry.MAX_PROVED",
    "BetBook._pledgeHashIn": "BetAmendments.MAX_AMENDMENTS",
    "BetBook.party": "BetAmendments.MAX_AMENDMENTS",
    "BetRules._checkTargets": "BetRules.MAX_TARGETS",
    "BetRules.measure": "BetRules.MAX_TARGETS",
    "BetTypes.hashTargets": "BetRules.MAX_TARGETS",
    "CapacityTokens._update": "CapacityTokens.MAX_BATCH",
    "CreditRegistry._carryOver": "ICreditRegistry.Component",
    "CreditRegistry._inherited": "ICreditRegistry.Component",
    "CreditRegistry._score": "ICreditRegistry.Component",
    "CreditRegistry._scoreOf": "ICreditRegistry.Component",
    "CreditRegistry.componentsOf": "ICreditRegistry.Component",
    "CreditRegistry.gradeOf": "ICreditRegistry.Grade",
    "ForceMajeure.daysIn": "ForceMajeure.MAX_RANGE_DAYS",
    "DocumentRegistry.provesAll": "DocumentRegistry.MAX_PROVED",
    "DocumentRegistry.provesHead": "DocumentRegistry.MAX_PROVED",
    "GroupForming._writeRoles": "GroupRecords.MAX_ROLES",
    "GroupRules.checkGroup": "GroupRecords.MAX_ROLES",
    "FirmAccount.executeBatch": "FirmAccount.MAX_CALLS",
    "PeerRatings._checkList": "PeerRatings.MAX_RATED",
    "PeerRatings.revealRatings": "PeerRatings.MAX_RATED",
    "Tenders.openLots": "Tenders.MAX_LOTS",
}
# Functions that a standard describes: the interface is OpenZeppelin's, not ours.
STANDARD = {
    "IERC20": {"approve", "transfer", "transferFrom"},
    "IERC1155": {"safeBatchTransferFrom", "safeTransferFrom", "setApprovalForAll"},
    "IERC1155Receiver": {"onERC1155BatchReceived", "onERC1155Received"},
    "IAccessControl": {"grantRole", "renounceRole", "revokeRole"},
    "IAccessControlDefaultAdminRules": {
        "acceptDefaultAdminTransfer",
        "beginDefaultAdminTransfer",
        "cancelDefaultAdminTransfer",
        "changeDefaultAdminDelay",
        "rollbackDefaultAdminDelay",
    },
}
OF_STANDARDS = set().union(*STANDARD.values())


@pytest.fixture(scope="module")
def compiled() -> Node:
    return output()


@pytest.fixture(scope="module")
def suite(compiled: Node) -> list[Contract]:
    found = list(contracts(compiled))
    assert {"Tenders", "ITenders", "PurchaseOrders", "Amounts"} <= {c.name for c in found}
    return found


def walk(node: Any) -> Iterator[Node]:
    if isinstance(node, dict):
        if "nodeType" in node:
            yield node
        for value in node.values():
            yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)


def prose(node: Node) -> str:
    return str((node.get("documentation") or {}).get("text", ""))


def members(contract: Contract, kind: str) -> Iterator[Node]:
    return (node for node in contract.node["nodes"] if node["nodeType"] == kind)


def changes_state(function: Node) -> bool:
    outside = function["visibility"] in {"external", "public"} and function["kind"] == "function"
    return outside and function["stateMutability"] not in {"view", "pure"}


# ---- prose ----


def test_every_function_that_changes_state_says_its_document_and_what_a_pause_does(
    suite: list[Contract],
) -> None:
    silent = [
        f"{contract.name}.{function['name']}"
        for contract in suite
        if contract.kind == "interface"
        for function in members(contract, "FunctionDefinition")
        if changes_state(function)
        and not (PAUSE.search(prose(function)) and ERP.search(prose(function)))
    ]
    assert not silent, "\n".join(silent)


def test_every_function_that_changes_state_is_declared_in_an_interface(
    suite: list[Contract],
) -> None:
    """What is declared inherits its prose; the rest are the functions of a standard."""
    declared = {
        function["functionSelector"]
        for contract in suite
        if contract.kind == "interface"
        for function in members(contract, "FunctionDefinition")
    }
    beside = [
        f"{contract.name}.{signature}"
        for contract in suite
        if contract.deployable
        for entry in contract.output["abi"]
        if entry["type"] == "function" and entry["stateMutability"] in {"nonpayable", "payable"}
        for signature, selector in selectors(contract, entry["name"])
        if selector not in declared and entry["name"] not in OF_STANDARDS
    ]
    assert beside == []


def selectors(contract: Contract, name: str) -> Iterator[tuple[str, str]]:
    for signature, selector in contract.output["evm"].get("methodIdentifiers", {}).items():
        if signature.startswith(f"{name}("):
            yield signature, selector


def test_every_interface_of_a_contract_says_what_it_assumes_and_whom_to_tell(
    suite: list[Contract],
) -> None:
    """An interface is a contract's own when a contract of that name exists; the others are narrow views of it."""
    deployed = {contract.name for contract in suite if contract.deployable}
    told = {c.name.removeprefix("I"): prose(c.node) for c in suite if c.kind == "interface"}
    assert deployed <= told.keys()
    incomplete = [
        f"{name}: {wanted}"
        for name in sorted(deployed)
        for wanted in (*ASSUMPTIONS, CONTACT)
        if wanted not in told[name]
    ]
    assert incomplete == []


# ---- names ----


def test_names_of_contracts_errors_and_events_are_unique(suite: list[Contract]) -> None:
    names = [contract.name for contract in suite]
    names += [n["name"] for c in suite for kind in ("ErrorDefinition", "EventDefinition")
              for n in members(c, kind)]  # fmt: skip
    assert [name for name, times in Counter(names).items() if times > 1] == []


def test_an_error_names_its_contract(suite: list[Contract]) -> None:
    foreign = [
        f"{contract.name}: {error['name']}"
        for contract in suite
        for error in members(contract, "ErrorDefinition")
        if not any(error["name"].startswith(f"{owner}_") for owner in owners(contract, suite))
    ]
    assert foreign == []


def owners(contract: Contract, suite: list[Contract]) -> set[str]:
    """Whose errors an interface may declare: its namesake's, or those of the one contract whose face it is a part of."""
    named = contract.name.removeprefix("I")
    faces = {
        heir.name
        for heir in suite
        if heir.deployable and contract.node["id"] in heir.node["linearizedBaseContracts"]
    }
    return {named} | (faces if len(faces) == 1 else set())


def test_every_event_is_declared_in_an_interface(suite: list[Contract]) -> None:
    elsewhere = [
        f"{contract.name}: {event['name']}"
        for contract in suite
        if contract.kind != "interface"
        for event in members(contract, "EventDefinition")
    ]
    assert elsewhere == []


# ---- what is never written ----


def code_of(text: str) -> str:
    """The source without comments and strings."""
    return re.sub(r"/\*.*?\*/|//[^\n]*|\"[^\"\n]*\"", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("what", FORBIDDEN)
def test_never_written(what: str, suite: list[Contract]) -> None:
    paths = sorted({contract.path for contract in suite})
    found = [p for p in paths if re.search(FORBIDDEN[what], code_of((ROOT / p).read_text()))]
    assert found == []


def test_a_comment_is_not_code() -> None:
    text = 'a; // no delegatecall\n/* assembly */ b = "tx.origin";'
    assert not any(re.search(pattern, code_of(text)) for pattern in FORBIDDEN.values())
    assert re.search(FORBIDDEN["tx.origin"], code_of("require(tx.origin == a);"))


def functions_with_loops(suite: list[Contract]) -> set[str]:
    return {
        f"{contract.name}.{function['name']}"
        for contract in suite
        for function in members(contract, "FunctionDefinition")
        if any(n["nodeType"] in {"ForStatement", "WhileStatement", "DoWhileStatement"}
               for n in walk(function.get("body")))
    }  # fmt: skip


def test_every_loop_is_listed_with_the_constant_that_bounds_it(suite: list[Contract]) -> None:
    assert functions_with_loops(suite) == LOOPS.keys()
    constants = {
        f"{contract.name}.{variable['name']}"
        for contract in suite
        for variable in members(contract, "VariableDeclaration")
        if variable["constant"]
    }
    enums = {
        f"{contract.name}.{enum['name']}"
        for contract in suite
        for enum in members(contract, "EnumDefinition")
    }
    assert set(LOOPS.values()) <= constants | enums


def test_time_is_never_compared_for_equality(suite: list[Contract]) -> None:
    """Windows are half open: a block that falls beside one second must change nothing."""
    exact = [
        f"{contract.name}.{function['name']}"
        for contract in suite
        for function in members(contract, "FunctionDefinition")
        for node in walk(function.get("body"))
        if node["nodeType"] == "BinaryOperation" and node["operator"] in {"==", "!="}
        for side in (node["leftExpression"], node["rightExpression"])
        if side.get("memberName") == "timestamp"
    ]
    assert exact == []


# ---- places ----

CONTRACTS = ROOT / "contracts"
FORGE = ROOT / "tests" / "forge"
CAPABILITIES = {
    "auctions", "bets", "capacity", "credit", "direct", "documents", "firms", "forcemajeure",
    "groups", "guarantees", "joint", "orders", "participants", "posts", "ratings", "receivables", "room",
    "tenders", "token",
}  # fmt: skip
KINDS = {"unit", "walk", "review", "proof"}
IMPORT = re.compile(r"^import .*?[\"'](\.[^\"']+)[\"'];", re.MULTILINE | re.DOTALL)
DEFINED = re.compile(r"^(?:abstract )?(?:contract|interface|library) (\w+)", re.MULTILINE)


def sources(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.sol"))


def folder_imports(root: Path) -> dict[str, set[str]]:
    """Which folders of the first level import which others, by the relative imports of their files."""
    found: dict[str, set[str]] = {}
    for path in sources(root):
        own = path.relative_to(root).parts[0]
        targets = {
            (path.parent / name).resolve().relative_to(root.resolve()).parts[0]
            for name in IMPORT.findall(path.read_text(encoding="utf-8"))
        }
        found.setdefault(own, set()).update(targets - {own})
    return found


def circle(imports: dict[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_circle_of_folders() -> None:
    imports = folder_imports(CONTRACTS)
    assert {"bets", "capacity", "receivables", "settlement"} <= imports.keys()
    assert "procurement" in imports["settlement"]
    assert circle(imports) == []


def test_a_circle_of_folders_is_found() -> None:
    assert circle({"settlement": {"libraries"}, "libraries": {"settlement"}}) != []


def test_a_library_imports_nothing_of_the_other_folders() -> None:
    assert folder_imports(CONTRACTS)["libraries"] == set()


def test_no_file_name_stands_twice() -> None:
    names = Counter(path.name for path in sources(CONTRACTS, FORGE))
    assert [name for name, times in names.items() if times > 1] == []


def test_no_contract_name_stands_twice_with_the_tests_counted_in() -> None:
    names = Counter(
        name
        for path in sources(CONTRACTS, FORGE)
        for name in DEFINED.findall(path.read_text(encoding="utf-8"))
    )
    assert [name for name, times in names.items() if times > 1] == []


def test_every_forge_test_stands_with_its_capability_and_its_kind() -> None:
    places = {path.relative_to(FORGE).parts[:-1] for path in sources(FORGE)} - {("support",)}
    named = {(first, kind) for first in CAPABILITIES | {"libraries"} for kind in KINDS}
    assert places <= named
    assert {first for first, _ in places} == CAPABILITIES | {"libraries"}
    walks = [p for p in sources(FORGE) if "function invariant_" in p.read_text(encoding="utf-8")]
    assert {p.parent.name for p in walks} == {"walk", "support"}
