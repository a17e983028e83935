// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICreditRegistry } from "../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { VmJson } from "../support/VmJson.sol";
import { CreditHouse } from "./CreditHouse.sol";

/// The same histories that `tests/reference/credit_model.py` was asked about: a reader in Python and the contract agree
/// after each step on the score, the grade and every sum.
contract CreditVectorsTest is CreditHouse {
    VmJson private constant _JSON = VmJson(address(uint160(uint256(keccak256("hevm cheat code")))));

    string private _table;
    string private _step;
    uint256[] private _arguments;

    function test_every_history_ends_alike_in_python_and_solidity() public {
        _table = vm.readFile("tests/vectors/credit.json");
        uint256 histories;
        uint256 steps;
        for (string memory one; _JSON.keyExistsJson(_table, one = _item(".history", histories)); ++histories) {
            credit = registryWith(
                uint16(_JSON.parseJsonUint(_table, string.concat(one, ".newcomer_bps"))),
                _JSON.parseJsonUint(_table, string.concat(one, ".newcomer_value"))
            );
            steps += _play(string.concat(one, ".steps"));
        }
        assertGe(histories, 31, "histories");
        assertGe(steps, 250, "steps");
    }

    function _play(string memory list) private returns (uint256 count) {
        for (; _JSON.keyExistsJson(_table, _step = _item(list, count)); ++count) {
            vm.warp(_value("time"));
            _arguments = _values("arguments");
            _take(_value("kind"));
            assertEq(credit.scoreOf(supplier), _value("score"), _step);
            assertEq(uint256(credit.gradeOf(supplier)), _value("grade"), _step);
            _agree();
        }
    }

    function _take(uint256 kind) private {
        if (kind == 1) {
            vm.prank(scorer);
            credit.recordDelivery(supplier, 1, 1, _arguments[0], _arguments[1], _arguments[3], _arguments[2]);
        } else if (kind == 2) {
            defaulted(_arguments[0]);
        } else if (kind != 0) {
            said(ICreditRegistry.Component(kind - 1), _arguments[0], _arguments[1]);
        }
    }

    function _agree() private view {
        ICreditRegistry.ComponentRecord[5] memory components = credit.componentsOf(supplier);
        uint256[] memory values = _values("values");
        uint256[] memory weighted = _values("weighted");
        uint256[] memory outcomes = _values("outcomes");
        for (uint256 i; i < 5; ++i) {
            assertEq(components[i].value, values[i], _step);
            assertEq(components[i].weighted, weighted[i], _step);
            assertEq(components[i].outcomes, outcomes[i], _step);
        }
    }

    function _item(string memory list, uint256 index) private pure returns (string memory) {
        return string.concat(list, "[", vm.toString(index), "]");
    }

    function _value(string memory key) private view returns (uint256) {
        return _JSON.parseJsonUint(_table, string.concat(_step, ".", key));
    }

    function _values(string memory key) private view returns (uint256[] memory) {
        return _JSON.parseJsonUintArray(_table, string.concat(_step, ".", key));
    }
}
