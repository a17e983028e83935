// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { BidScoring } from "../../../../contracts/libraries/BidScoring.sol";
import { TestBase } from "../../support/TestBase.sol";

/// The cheat codes that read JSON.
interface VmBids {
    function keyExistsJson(string calldata json, string calldata key) external view returns (bool);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
}

/// The table that `tests/reference/bid_scoring.py` writes: the model and the contracts compute alike.
contract BidScoringVectorsTest is TestBase {
    VmBids private constant _JSON = VmBids(address(uint160(uint256(keccak256("hevm cheat code")))));

    string private _table;
    string private _case;
    uint256 private _read;

    function setUp() public {
        _table = vm.readFile("tests/vectors/bid_scoring.json");
    }

    function test_every_kind_of_vector_is_read() public view {
        string[4] memory kinds = ["score", "matching", "order", "next"];
        for (uint256 i; i < kinds.length; ++i) {
            assertTrue(_JSON.keyExistsJson(_table, string.concat(".", kinds[i], "[0]")), kinds[i]);
        }
    }

    function test_scores() public {
        while (_next("score")) {
            assertEq(
                BidScoring.scoreUp(
                    _value("amount"),
                    _value("offered_days"),
                    _value("day_value"),
                    _value("credit_bps"),
                    _value("weight_bps")
                ),
                _value("expected"),
                _case
            );
        }
    }

    function test_second_prices() public {
        while (_next("matching")) {
            assertEq(
                BidScoring.matchingDown(
                    _value("score"),
                    _value("offered_days"),
                    _value("day_value"),
                    _value("credit_bps"),
                    _value("weight_bps")
                ),
                _value("expected"),
                _case
            );
        }
    }

    function test_the_order_of_bids() public {
        while (_next("order")) {
            uint256 one = BidScoring.rank(_value("score"), _value("credit_bps"), _value("index"));
            uint256 other = BidScoring.rank(_value("other_score"), _value("other_credit_bps"), _value("other_index"));
            assertEq(one < other ? 1 : 0, _value("expected"), _case);
        }
    }

    function test_next_bids() public {
        while (_next("next")) {
            assertEq(BidScoring.nextDown(_value("leading"), _value("decrement_bps")), _value("expected"), _case);
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
}
