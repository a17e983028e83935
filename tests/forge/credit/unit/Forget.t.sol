// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { CreditHouse } from "../../support/CreditHouse.sol";

contract ForgetTest is CreditHouse {
    ICreditRegistry.Component private constant BETS = ICreditRegistry.Component.Bets;

    function test_the_value_of_an_outcome_halves_in_a_half_life() public {
        assertEq(credit.halfLifeDays(), 365);
        delivered(1_000_000);
        said(BETS, 1_000_000, 5000);
        skip(365 days);
        assertEq(credit.recordOf(supplier).value, 500_000);
        assertEq(credit.recordOf(supplier).deliveryWeighted, 5_000_000_000);
        assertEq(sums(BETS).value, 500_000);
        assertEq(sums(BETS).weighted, 2_500_000_000);
        // 2/3 x 7,000 + 1/3 x 10,000 = 8,000 in delivery and quality; bets: (60 x 8,000 + 20/3 x 5,000) / (60 + 20/3)
        assertEq(credit.scoreOf(supplier), 7699);
        skip(365 days);
        assertEq(credit.recordOf(supplier).value, 250_000);
    }

    function test_nothing_fades_within_a_day_and_something_at_its_end() public {
        delivered(1_000_000);
        vm.warp(START + 1 days - 1);
        assertEq(credit.recordOf(supplier).value, 1_000_000);
        vm.warp(START + 1 days);
        uint256 kept = credit.recordOf(supplier).value;
        assertLt(kept, 1_000_000, "a day on");
        // 2006-05-01 is day 13,269 = 36 x 365 + 129 from 1970.
        assertEq(kept, 1_000_000 * uint256(365 + 129) / (365 + 130));
        vm.warp(START + 1 days + 1);
        assertEq(credit.recordOf(supplier).value, kept);
    }

    function test_good_and_bad_records_fade_alike_and_end_at_the_newcomers_score() public {
        delivered(1_000_000);
        vm.prank(scorer);
        credit.recordDefault(rival, 1, 1_000_000);
        uint16[5] memory good = [8500, 8000, 7600, 7333, 7176];
        uint16[5] memory bad = [3500, 4666, 5600, 6222, 6588];
        for (uint256 i; i < 5; ++i) {
            assertEq(credit.scoreOf(supplier), good[i]);
            assertEq(credit.scoreOf(rival), bad[i]);
            skip(365 days);
        }
        skip(20 * 365 days);
        assertEq(credit.scoreOf(supplier), NEWCOMER_BPS);
        assertEq(credit.scoreOf(rival), NEWCOMER_BPS);
        assertEq(credit.recordOf(supplier).outcomes, 1, "that there was one stays known");
    }

    function test_a_faded_component_takes_no_part_any_more() public {
        said(BETS, 1_000_000, 0);
        assertLt(credit.scoreOf(supplier), NEWCOMER_BPS, "at first");
        skip(40 * 365 days);
        assertEq(credit.scoreOf(supplier), NEWCOMER_BPS);
        assertEq(sums(BETS).value, 0);
        said(BETS, 1_000_000, 10_000);
        assertEq(credit.scoreOf(supplier), 7428, "as if it were the first");
    }

    function test_a_thousand_years_are_no_obstacle() public {
        delivered(1_000_000);
        skip(1000 * 365 days);
        assertEq(credit.scoreOf(supplier), NEWCOMER_BPS);
        delivered(1_000_000);
        assertEq(credit.scoreOf(supplier), 8500);
    }

    function test_a_new_outcome_is_added_to_what_is_left() public {
        delivered(1_000_000);
        skip(365 days);
        vm.expectEmit(address(credit));
        emit ICreditRegistry.CreditRecorded(supplier, scorer, 1, 0, 500_000, 0, 0, 6000);
        defaulted(500_000);
        assertEq(credit.recordOf(supplier).value, 1_000_000);
        assertEq(credit.recordOf(supplier).deliveryWeighted, 5_000_000_000);
        assertEq(credit.recordOf(supplier).outcomes, 2);
    }

    /// A day-old outcome of the least value: its value rounds to nothing, and its weight must too, or the average would
    /// exceed the whole.
    function test_a_weighted_sum_never_outlives_its_value() public {
        credit = registryWith(10_000, 1);
        delivered(1);
        skip(1 days);
        assertEq(credit.recordOf(supplier).value, 0);
        assertEq(credit.recordOf(supplier).deliveryWeighted, 0);
        assertEq(credit.scoreOf(supplier), 10_000);
    }

    function testFuzz_touching_a_record_changes_no_score(uint256 seed, uint64 value, uint16 late) public {
        uint256 state = vm.snapshotState();
        vm.prank(scorer);
        credit.recordDelivery(supplier, 1, 1, bound(value, 1e6, 2 ** 50), late, 1, 1);
        skip(730 days);
        uint256 untouched = credit.scoreOf(supplier);
        vm.revertToState(state);
        vm.prank(scorer);
        credit.recordDelivery(supplier, 1, 1, bound(value, 1e6, 2 ** 50), late, 1, 1);
        uint256 end = block.timestamp + 730 days;
        for (uint256 i; i < 20; ++i) {
            skip(uint256(keccak256(abi.encode(seed, i))) % 36 days);
            delivered(0);
        }
        vm.warp(end);
        uint256 touched = credit.scoreOf(supplier);
        assertLe(touched > untouched ? touched - untouched : untouched - touched, 1, "but for rounding");
    }

    function testFuzz_time_alone_moves_a_score_towards_the_newcomers(uint64 value, uint16 late, uint32 time) public {
        vm.prank(scorer);
        credit.recordDelivery(supplier, 1, 1, value, late % 60, 1, 1);
        uint256 before = _distance();
        skip(time);
        assertLe(_distance(), before + 1, "distance");
    }

    function _distance() private view returns (uint256) {
        uint256 score = credit.scoreOf(supplier);
        return score > NEWCOMER_BPS ? score - NEWCOMER_BPS : NEWCOMER_BPS - score;
    }
}
