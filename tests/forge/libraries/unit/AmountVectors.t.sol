// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Amounts } from "../../../../contracts/libraries/Amounts.sol";
import { TestBase } from "../../support/TestBase.sol";
import { VmJson } from "../../support/VmJson.sol";

/// The same table that `tests/erp` holds `erp/kernel/amounts.py` to: both sides of the interlock compute alike.
contract AmountVectorsTest is TestBase {
    uint256 private constant MAX_INVOICES = 64;
    VmJson private constant _JSON = VmJson(address(uint160(uint256(keccak256("hevm cheat code")))));

    string private _table;
    string private _case;
    uint256 private _read;

    function setUp() public {
        _table = vm.readFile("tests/vectors/amounts.json");
    }

    function test_every_kind_of_vector_is_read() public view {
        string[7] memory kinds =
            ["part", "days_late", "penalty", "net_allowed", "tax_allowed", "claim_tax", "required_deposit"];
        for (uint256 i; i < kinds.length; ++i) {
            assertTrue(_JSON.keyExistsJson(_table, string.concat(".", kinds[i], "[0]")), kinds[i]);
        }
    }

    function test_parts() public {
        while (_next("part")) {
            uint256[] memory accepted = _JSON.parseJsonUintArray(_table, string.concat(_case, ".accepted"));
            uint256[] memory amounts = _JSON.parseJsonUintArray(_table, string.concat(_case, ".amounts"));
            assertEq(accepted.length, amounts.length, _case);
            uint256 total;
            uint256 before;
            for (uint256 i; i < accepted.length; ++i) {
                total += accepted[i];
                uint256 worth = Amounts.cumulativeDown(_value("amount"), total, _value("quantity"));
                assertEq(worth - before, amounts[i], _case);
                before = worth;
            }
        }
    }

    function test_days_late() public {
        while (_next("days_late")) {
            _agree(Amounts.daysLateUp(_value("received_at"), _value("promised_at")));
        }
    }

    function test_penalty() public {
        while (_next("penalty")) {
            _agree(
                Amounts.penaltyDown(
                    _value("accepted_amount"), _value("days_late"), _value("bps_per_day"), _value("cap_bps")
                )
            );
        }
    }

    function test_net_allowed() public {
        while (_next("net_allowed")) {
            _agree(Amounts.netAllowedDown(_value("accepted_amount"), _value("tolerance_bps")));
        }
    }

    function test_tax_allowed() public {
        while (_next("tax_allowed")) {
            _agree(Amounts.taxAllowedUp(_value("net"), _value("tax_bps")));
        }
    }

    function test_claim_tax() public {
        while (_next("claim_tax")) {
            _agree(Amounts.taxDown(_value("net"), _value("tax_bps")));
        }
    }

    function test_required_deposit() public {
        while (_next("required_deposit")) {
            _agree(Amounts.requiredDeposit(_value("amount"), _value("tax_bps"), _value("tolerance_bps"), MAX_INVOICES));
        }
    }

    /// Moves to the next case of this kind; false when there is none left.
    function _next(string memory kind) private returns (bool) {
        _case = string.concat(".", kind, "[", vm.toString(_read++), "]");
        return _JSON.keyExistsJson(_table, _case);
    }

    function _value(string memory key) private view returns (uint256) {
        return _JSON.parseJsonUint(_table, string.concat(_case, ".", key));
    }

    function _agree(uint256 found) private view {
        assertEq(found, _value("expected"), _case);
    }
}
