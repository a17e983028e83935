"""slither finds nothing in contracts/, and finds what is planted."""

from __future__ import annotations

import shutil
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from scripts.toolchain import slither
from tests.plugins.background import Job

PLANTED = """// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {{ IERC20 }} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

contract Planted {{
    mapping(address holder => uint256) private _owed;

    function withdraw() external {{
        uint256 owed = _owed[msg.sender];
        (bool ok,) = msg.sender.call{{ value: owed }}("");
        require(ok, "refused");
        _owed[msg.sender] = 0;
    }}

    function deposit() external payable {{
        _owed[msg.sender] += msg.value;
    }}

    function send(IERC20 token, address to) external {{
        {note}
        token.transfer(to, 1);
    }}
}}
"""
TIMEOUT_SECONDS = 600
REASON = "// slither-disable-next-line unchecked-transfer"


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A tree whose one contract is badly written."""
    libraries = Path("contracts") / "libraries"
    (tmp_path / libraries).mkdir(parents=True)
    shutil.copy(slither.ROOT / libraries / "Amounts.sol", tmp_path / libraries)
    (tmp_path / "node_modules").symlink_to(slither.ROOT / "node_modules")
    return tmp_path


def told(planted: Path, note: str) -> str:
    (planted / "contracts" / "Planted.sol").write_text(PLANTED.format(note=note))
    done = slither.judge(planted, planted / "scene")
    assert done.returncode != 0
    return done.stdout + done.stderr


SLITHER = Job("slither", lambda run: slither.judge(run=run), TIMEOUT_SECONDS, rank=4)


@pytest.mark.background(SLITHER)
def test_nothing_is_found_in_the_contracts(background: CompletedProcess[str]) -> None:
    done = background
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 result(s) found" in done.stdout + done.stderr


def test_a_planted_reentrancy_and_an_unchecked_transfer_are_found(planted: Path) -> None:
    found = told(planted, "// nothing said")
    assert "Detector: reentrancy-eth" in found
    assert "Detector: unchecked-transfer" in found


def test_what_is_marked_in_its_line_is_not_reported(planted: Path) -> None:
    found = told(planted, REASON)
    assert "Detector: reentrancy-eth" in found
    assert "Detector: unchecked-transfer" not in found
