// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { CreditHouse } from "../../support/CreditHouse.sol";

contract RecordPromiseTest is CreditHouse {
    // ---- recordDelivery ----

    function test_a_good_delivery_raises_the_score_by_its_weight() public {
        // (7,000 x 1,000,000 + 10,000 x 1,000,000) / 2,000,000 = 8,500 in both components
        vm.expectEmit(address(credit));
        emit ICreditRegistry.CreditRecorded(supplier, scorer, 7, 3, 1_000_000, 10_000, 10_000, 8500);
        vm.prank(scorer);
        credit.recordDelivery(supplier, 7, 3, 1_000_000, 0, 90, 90);
        assertEq(credit.scoreOf(supplier), 8500);
        ICreditRegistry.CreditRecord memory record = credit.recordOf(supplier);
        assertEq(record.value, 1_000_000);
        assertEq(record.deliveryWeighted, 10_000 * 1_000_000);
        assertEq(record.qualityWeighted, 10_000 * 1_000_000);
        assertEq(record.outcomes, 1);
    }

    function test_lateness_and_rejects_count_each_in_its_component() public {
        // 10 days late: 8,000; 86 of 90: 9,555 rounded down. Averages 7,500 and 8,277; mean 7,888.
        vm.expectEmit(address(credit));
        emit ICreditRegistry.CreditRecorded(supplier, scorer, 7, 3, 1_000_000, 8000, 9555, 7888);
        vm.prank(scorer);
        credit.recordDelivery(supplier, 7, 3, 1_000_000, 10, 90, 86);
        assertEq(sums(ICreditRegistry.Component.Delivery).averageBps, 7500);
        assertEq(sums(ICreditRegistry.Component.Quality).averageBps, 8277);
    }

    function test_an_outcome_without_value_is_counted_and_weighs_nothing() public {
        delivered(0);
        assertEq(credit.recordOf(supplier).outcomes, 1);
        assertEq(credit.scoreOf(supplier), NEWCOMER_BPS);
    }

    function test_record_delivery_refuses_whoever_is_no_scorer() public {
        refused(abi.encodeWithSelector(ICreditRegistry.CreditRegistry_NotAScorer.selector, admin));
        vm.prank(admin);
        credit.recordDelivery(supplier, 1, 1, 1, 0, 1, 1);
    }

    function test_record_delivery_refuses_nothing_received() public {
        refused(abi.encodeWithSelector(ICreditRegistry.CreditRegistry_NothingReceived.selector, 7, 3));
        vm.prank(scorer);
        credit.recordDelivery(supplier, 7, 3, 1, 0, 0, 0);
    }

    function test_record_delivery_refuses_more_accepted_than_received() public {
        refused(abi.encodeWithSelector(ICreditRegistry.CreditRegistry_AcceptedExceedsReceived.selector, 2, 1));
        vm.prank(scorer);
        credit.recordDelivery(supplier, 7, 3, 1, 0, 1, 2);
    }

    function test_record_delivery_refuses_the_unregistered() public {
        refused(abi.encodeWithSelector(ICreditRegistry.CreditRegistry_NotRegistered.selector, outsider));
        vm.prank(scorer);
        credit.recordDelivery(outsider, 7, 3, 1, 0, 1, 1);
    }

    // ---- recordDefault ----

    function test_a_default_counts_zero_in_both_components() public {
        vm.expectEmit(address(credit));
        emit ICreditRegistry.CreditRecorded(supplier, scorer, 7, 0, 1_000_000, 0, 0, 3500);
        vm.prank(scorer);
        credit.recordDefault(supplier, 7, 1_000_000);
        assertEq(credit.scoreOf(supplier), 3500);
    }

    function test_record_default_refuses_others_and_the_unregistered() public {
        refused(abi.encodeWithSelector(ICreditRegistry.CreditRegistry_NotAScorer.selector, supplier));
        vm.prank(supplier);
        credit.recordDefault(rival, 1, 1);
        refused(abi.encodeWithSelector(ICreditRegistry.CreditRegistry_NotRegistered.selector, outsider));
        vm.prank(scorer);
        credit.recordDefault(outsider, 1, 1);
    }

    // ---- sums that are full ----

    function test_sums_that_are_full_forget_their_oldest_part_and_refuse_nothing() public {
        uint256 full = type(uint56).max;
        delivered(full);
        assertEq(credit.recordOf(supplier).value, full);
        defaulted(1);
        assertEq(credit.recordOf(supplier).value, full, "still full");
        assertEq(credit.recordOf(supplier).deliveryWeighted, (full - 1) * 10_000, "one unit of the old is gone");
        defaulted(full / 2);
        assertEq(credit.recordOf(supplier).deliveryWeighted, (full - 1) * 10_000 * (full - full / 2) / full, "half");
    }

    function test_one_outcome_counts_at_most_a_full_sum() public {
        delivered(1000);
        vm.expectEmit(address(credit));
        emit ICreditRegistry.CreditRecorded(supplier, scorer, 1, 0, type(uint256).max, 0, 0, 0);
        defaulted(type(uint256).max);
        assertEq(credit.recordOf(supplier).value, type(uint56).max);
        assertEq(credit.recordOf(supplier).deliveryWeighted, 0, "nothing of the old fits beside it");
    }

    function test_the_count_of_outcomes_stays_at_its_end() public {
        delivered(1000);
        // Bits 200 to 223 of the account's slot.
        bytes32 slot = keccak256(abi.encode(supplier, uint256(0)));
        uint256 packed = uint256(vm.load(address(credit), slot));
        vm.store(address(credit), slot, bytes32(packed | uint256(type(uint24).max) << 200));
        assertEq(credit.recordOf(supplier).outcomes, type(uint24).max);
        delivered(1000);
        assertEq(credit.recordOf(supplier).outcomes, type(uint24).max);
        assertEq(credit.recordOf(supplier).value, 2000, "the value still counts");
    }

    // ---- averages ----

    function testFuzz_the_score_is_the_average_of_what_was_recorded(uint256 seed) public {
        uint256 value;
        uint256 delivery;
        uint256 quality;
        for (uint256 i = 1; i <= 6; ++i) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            uint256 weight = bound(draw >> 128, 0, 2 ** 53);
            uint256 late = bound((draw >> 64) & 0xffff, 0, 80);
            uint256 received = bound((draw >> 32) & 0xffffffff, 1, type(uint32).max);
            uint256 accepted = bound(draw & 0xffffffff, 0, received);
            vm.prank(scorer);
            credit.recordDelivery(supplier, 1, i, weight, late, received, accepted);
            value += weight;
            delivery += weight * (late >= 50 ? 0 : 10_000 - 200 * late);
            quality += weight * (accepted * 10_000 / received);
        }
        uint256 prior = uint256(NEWCOMER_BPS) * NEWCOMER_VALUE;
        uint256 total = value + NEWCOMER_VALUE;
        assertEq(credit.scoreOf(supplier), ((delivery + prior) / total + (quality + prior) / total) / 2);
        assertEq(credit.scoreOf(rival), NEWCOMER_BPS, "others keep theirs");
    }
}
