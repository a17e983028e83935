// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { CreditHouse } from "../../support/CreditHouse.sol";

/// What a caller pays for an outcome and for a score, everything cold: the budgets of an order and of a bid.
contract CreditGasTest is CreditHouse {
    /// `cool` leaves the account itself warm: a first call costs this much more.
    uint256 private constant COLD_CALL = 2500;

    function _cold() private {
        vm.cool(address(credit));
        vm.cool(address(participants));
    }

    function _delivery() private returns (uint256 spent) {
        _cold();
        vm.prank(scorer);
        uint256 before = gasleft();
        credit.recordDelivery(supplier, 7, 3, 1_000_000, 1, 90, 86);
        return before - gasleft() + COLD_CALL;
    }

    function test_an_outcome_costs_at_most_25_000_gas_and_the_first_50_000() public {
        uint256 first = _delivery();
        assertLe(first, 50_000, "first");
        skip(30 days);
        assertLe(_delivery(), 25_000, "the next");
        assertLe(_delivery(), 25_000, "one more on the same day");
    }

    function test_a_score_costs_at_most_8_000_gas_for_who_only_delivers() public {
        delivered(1_000_000);
        skip(30 days);
        _cold();
        uint256 before = gasleft();
        credit.scoreOf(supplier);
        assertLe(before - gasleft() + COLD_CALL, 8000, "score");
    }

    function test_a_score_of_all_components_costs_at_most_22_500_gas() public {
        delivered(1_000_000);
        said(ICreditRegistry.Component.Bets, 1, 1);
        said(ICreditRegistry.Component.Peers, 1, 1);
        said(ICreditRegistry.Component.Users, 1, 1);
        skip(30 days);
        _cold();
        uint256 before = gasleft();
        credit.scoreOf(supplier);
        assertLe(before - gasleft() + COLD_CALL, 22_500, "score");
    }
}
