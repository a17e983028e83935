// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CreditRegistry } from "../../../contracts/identity/CreditRegistry.sol";
import { ICreditRegistry } from "../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { Offices } from "../../../contracts/identity/Offices.sol";
import { House } from "../support/House.sol";

contract CreditRegistryTest is House {
    address private scorer;

    function setUp() public override {
        super.setUp();
        scorer = actor("scorer");
        vm.prank(admin);
        participants.grantRole(Offices.SCORER, scorer);
    }

    // ---- the prior ----

    function test_a_newcomer_has_the_prior() public view {
        assertEq(credit.scoreOf(supplier), NEWCOMER_BPS);
        assertEq(credit.newcomerBps(), NEWCOMER_BPS);
        assertEq(credit.newcomerValue(), NEWCOMER_VALUE);
        assertEq(credit.recordOf(supplier).outcomes, 0);
    }

    function test_the_prior_stays_within_its_bounds() public {
        _refusedPrior(10_001, 1);
        new CreditRegistry(participants, 10_001, 1);
        _refusedPrior(10_000, 0);
        new CreditRegistry(participants, 10_000, 0);
        _refusedPrior(0, uint256(type(uint128).max) + 1);
        new CreditRegistry(participants, 0, uint256(type(uint128).max) + 1);
        assertEq(new CreditRegistry(participants, 10_000, type(uint128).max).scoreOf(supplier), 10_000);
        assertEq(new CreditRegistry(participants, 0, 1).scoreOf(supplier), 0);
    }

    function _refusedPrior(uint16 bps, uint256 value) private {
        refused(abi.encodeWithSelector(ICreditRegistry.CreditRegistry_PriorOutOfBounds.selector, bps, value));
    }

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

    // ---- averages ----

    function testFuzz_the_score_is_the_average_of_what_was_recorded(uint256 seed) public {
        uint256 value;
        uint256 delivery;
        uint256 quality;
        for (uint256 i = 1; i <= 6; ++i) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            uint256 weight = bound(draw >> 128, 0, 2 ** 60);
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
