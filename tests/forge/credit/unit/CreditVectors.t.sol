// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CreditRegistry } from "../../../../contracts/identity/CreditRegistry.sol";
import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { VmJson } from "../../support/VmJson.sol";
import { CreditHouse } from "../../support/CreditHouse.sol";

/// The same histories that `tests/reference/credit_model.py` was asked about: a reader in Python and the contract agree
/// after each step on the score, the grade and every sum.
contract CreditVectorsTest is CreditHouse {
    VmJson private constant _JSON = VmJson(address(uint160(uint256(keccak256("hevm cheat code")))));
    string private constant TABLE = "tests/vectors/credit.json";

    uint256 private constant KIND = 0;
    uint256 private constant TIME = 1;
    uint256 private constant FIRST = 2; // of four arguments
    uint256 private constant SCORE = 6;
    uint256 private constant GRADE = 7;
    uint256 private constant VALUE = 8; // of five components, and so on
    uint256 private constant WEIGHTED = 13;
    uint256 private constant OUTCOMES = 18;
    uint256 private constant COLUMNS = 23;

    uint256 private constant NEWCOMER = 6; // kind of the row that begins a history
    uint256 private constant SUCCESSION = 7; // and of the row at which another registry follows

    function test_every_history_ends_alike_in_python_and_solidity() public {
        vm.pauseGasMetering(); // the table is read anew for each row
        uint256 histories;
        uint256 count = this.length();
        assertGe(count, 300, "steps");
        for (uint256 i; i < count; ++i) {
            uint256[] memory step = this.row(i);
            assertEq(step.length, COLUMNS);
            vm.warp(step[TIME]);
            if (step[KIND] == NEWCOMER) ++histories;
            _take(step);
            _agree(step, string.concat("row ", vm.toString(i)));
        }
        assertEq(histories, 41, "histories");
    }

    /// The table is read in a frame of its own, so that its memory is free again afterwards.
    function row(uint256 index) external view returns (uint256[] memory) {
        return _JSON.parseJsonUintArray(vm.readFile(TABLE), _key(index));
    }

    function length() external view returns (uint256 count) {
        string memory table = vm.readFile(TABLE);
        // In strides: each question copies the table.
        for (uint256 stride = 256; stride != 0; stride /= 2) {
            while (_JSON.keyExistsJson(table, _key(count + stride - 1))) count += stride;
        }
    }

    function _take(uint256[] memory step) private {
        uint256 kind = step[KIND];
        if (kind == NEWCOMER) {
            credit = registryWith(uint16(step[FIRST]), step[FIRST + 1]);
        } else if (kind == SUCCESSION) {
            credit = new CreditRegistry(participants, uint16(step[FIRST]), step[FIRST + 1], credit);
        } else if (kind == 1) {
            vm.prank(scorer);
            credit.recordDelivery(supplier, 1, 1, step[FIRST], step[FIRST + 1], step[FIRST + 3], step[FIRST + 2]);
        } else if (kind == 2) {
            defaulted(step[FIRST]);
        } else if (kind != 0) {
            said(ICreditRegistry.Component(kind - 1), step[FIRST], step[FIRST + 1]);
        }
    }

    function _agree(uint256[] memory step, string memory what) private view {
        assertEq(credit.scoreOf(supplier), step[SCORE], what);
        assertEq(uint256(credit.gradeOf(supplier)), step[GRADE], what);
        ICreditRegistry.ComponentRecord[5] memory components = credit.componentsOf(supplier);
        for (uint256 i; i < 5; ++i) {
            assertEq(components[i].value, step[VALUE + i], what);
            assertEq(components[i].weighted, step[WEIGHTED + i], what);
            assertEq(components[i].outcomes, step[OUTCOMES + i], what);
        }
    }

    function _key(uint256 index) private pure returns (string memory) {
        return string.concat(".rows[", vm.toString(index), "]");
    }
}
