"""The console's helpers leave nothing out: every act of every contract, and every helper teaches itself."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

from bridge.chain.artifact import artifact, names
from scripts.console import ops

# What no operator does from the console, and why.
BY_CONTRACTS = {  # offices and bonds that contracts alone hold
    "CreditRegistry.*": "SCORER",
    "PurchaseOrders.takeAward": "AWARDER",
    "Receivables.issue": "CLAIM_ISSUER",
    "CapacityTokens.issue": "MARKET",
    "CapacityTokens.burn": "MARKET",
    "CapacityTokens.numberMarket": "MARKET",
    "BetContracts.adoptAmendment": "BetAmendments",
    "BetContracts.settleByConsent": "BetAmendments",
    "GroupPay.bindGroups": "ChainGroups, once",
    "GroupPay.takeBudget": "ChainGroups",
    "GroupPay.takeStake": "ChainGroups",
    "UserReviews.bindGroups": "ChainGroups, once",
}
BY_STANDARD = {  # OpenZeppelin's own, for wallets and admins
    "SettlementToken.transfer": "ERC-20",
    "SettlementToken.transferFrom": "ERC-20",
    "FirmAccount.onERC1155BatchReceived": "ERC-1155",
    "FirmAccount.onERC1155Received": "ERC-1155",
    "CapacityTokens.safeTransferFrom": "ERC-1155",
    "CapacityTokens.safeBatchTransferFrom": "ERC-1155",
    "CapacityTokens.setApprovalForAll": "ERC-1155",
    "Participants.renounceRole": "AccessControl",
    "Participants.acceptDefaultAdminTransfer": "the admin changes in two steps, with a delay",
    "Participants.beginDefaultAdminTransfer": "the admin changes in two steps, with a delay",
    "Participants.cancelDefaultAdminTransfer": "the admin changes in two steps, with a delay",
    "Participants.changeDefaultAdminDelay": "the admin changes in two steps, with a delay",
    "Participants.rollbackDefaultAdminDelay": "the admin changes in two steps, with a delay",
}
LEFT_OUT = BY_CONTRACTS | BY_STANDARD
FOLDER = Path(inspect.getfile(ops)).parent


def acts() -> set[str]:
    """Every function that changes something, `Contract.function`."""
    return {
        f"{name}.{entry['name']}"
        for name in names()
        for entry in artifact(name).abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    }


def left_out(act: str) -> bool:
    return act in LEFT_OUT or f"{act.split('.', maxsplit=1)[0]}.*" in LEFT_OUT


def sent(function: ast.FunctionDef) -> set[str]:
    """What a helper sends: the literal names in its own `calls.send("Contract", "function", ...)`."""
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "calls.send":
            contract, name = node.args[:2]
            assert isinstance(contract, ast.Constant), function.name
            assert isinstance(name, ast.Constant), function.name
            found.add(f"{contract.value}.{name.value}")
    return found


def helpers() -> dict[str, set[str]]:
    """Each public helper of the rooms, and what it sends."""
    found = {}
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and path.stem not in ("__init__", "calls"):
                found[node.name] = sent(node)
    return found


def test_every_act_of_every_contract_has_its_helper() -> None:
    reachable = set().union(*(what for name, what in helpers().items() if name in ops.__all__))
    wanted = {act for act in acts() if not left_out(act)}
    assert wanted - reachable == set()
    assert reachable - acts() == set()


def test_what_is_left_out_exists_and_has_no_helper() -> None:
    reachable = set().union(*helpers().values())
    for act in LEFT_OUT:
        assert act.endswith(".*") or act in acts(), act
    assert not {act for act in reachable if left_out(act)}


@pytest.mark.parametrize("name", ops.__all__)
def test_every_helper_teaches_itself_with_a_call(name: str) -> None:
    helper = getattr(ops, name)
    assert inspect.isfunction(helper)
    assert helper.__doc__
    assert f"ops.{name}(" in helper.__doc__.splitlines()[0]


def test_help_lists_every_helper_in_its_room() -> None:
    assert sorted(ops.__all__) == ops.__all__
    assert ops.__doc__ is not None
    for name in ops.__all__:
        assert f"ops.{name}(" in ops.__doc__
    public = {name for name in helpers() if not name.startswith("_")}
    rooms = {Path(inspect.getfile(room)).stem for room in ops.ROOMS}
    shared = {path.stem for path in FOLDER.glob("*.py")} - rooms
    assert shared == {"__init__", "calls", "signatures"}
    assert public - set(ops.__all__) == {"member", "plain", "sign"}
