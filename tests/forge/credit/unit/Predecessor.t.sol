// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CreditRegistry } from "../../../../contracts/identity/CreditRegistry.sol";
import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { CreditHouse } from "../../support/CreditHouse.sol";

/// A registry that forgets in another time, and one that boasts beyond what a sum holds.
contract StrangeRegistry {
    uint256 public immutable halfLifeDays;
    ICreditRegistry.ComponentRecord private _all;

    constructor(uint256 halfLifeDays_) {
        halfLifeDays = halfLifeDays_;
        _all.value = type(uint256).max;
        _all.weighted = type(uint256).max;
        _all.outcomes = type(uint64).max;
    }

    function componentsOf(address) external view returns (ICreditRegistry.ComponentRecord[5] memory all) {
        for (uint256 i; i < 5; ++i) {
            all[i] = _all;
        }
    }
}

contract PredecessorTest is CreditHouse {
    CreditRegistry private old;
    CreditRegistry private next;

    function setUp() public override {
        super.setUp();
        old = credit;
        delivered(3_000_000);
        said(ICreditRegistry.Component.Bets, 2_000_000, 4000);
        skip(100 days);
        said(ICreditRegistry.Component.Peers, 500_000, 9000);
        next = new CreditRegistry(participants, NEWCOMER_BPS, NEWCOMER_VALUE, old);
        skip(100 days);
    }

    function _assertSame() private view {
        ICreditRegistry.ComponentRecord[5] memory before = old.componentsOf(supplier);
        ICreditRegistry.ComponentRecord[5] memory after_ = next.componentsOf(supplier);
        for (uint256 i; i < 5; ++i) {
            assertEq(uint256(after_[i].component), i, "component");
            assertEq(after_[i].value, before[i].value, "value");
            assertEq(after_[i].weighted, before[i].weighted, "weighted");
            assertEq(after_[i].outcomes, before[i].outcomes, "outcomes");
            assertEq(after_[i].averageBps, before[i].averageBps, "average");
        }
        ICreditRegistry.CreditRecord memory was = old.recordOf(supplier);
        ICreditRegistry.CreditRecord memory is_ = next.recordOf(supplier);
        assertEq(is_.value, was.value);
        assertEq(is_.deliveryWeighted, was.deliveryWeighted);
        assertEq(is_.qualityWeighted, was.qualityWeighted);
        assertEq(is_.outcomes, was.outcomes);
        assertEq(next.scoreOf(supplier), old.scoreOf(supplier), "score");
        assertEq(uint256(next.gradeOf(supplier)), uint256(old.gradeOf(supplier)), "grade");
    }

    function test_a_registry_says_whom_it_follows() public view {
        assertEq(next.predecessor(), address(old));
        assertEq(old.predecessor(), address(0));
        assertTrue(next.awaitsCarryOver(supplier));
        assertTrue(next.awaitsCarryOver(outsider), "whoever has no outcome yet");
        assertFalse(old.awaitsCarryOver(supplier));
    }

    /// Anchored (F1): with a new registry every firm was a newcomer, who had defaulted as well as who was AAA.
    function test_scores_grades_and_sums_carry_over_from_the_first_second_on() public {
        _assertSame();
        skip(1000 days);
        _assertSame();
    }

    function test_the_first_outcome_carries_all_components_over_once_and_says_so() public {
        ICreditRegistry.ComponentRecord[5] memory before = old.componentsOf(supplier);
        for (uint256 i; i < 4; ++i) {
            vm.expectEmit(address(next));
            emit ICreditRegistry.CreditCarriedOver(
                supplier,
                address(old),
                ICreditRegistry.Component(i),
                before[i].value,
                before[i].weighted,
                before[i].outcomes
            );
        }
        vm.recordLogs();
        _defaulted(next, 100_000);
        assertEq(vm.getRecordedLogs().length, 5, "four components, one outcome");
        assertFalse(next.awaitsCarryOver(supplier));
        ICreditRegistry.CreditRecord memory record = next.recordOf(supplier);
        assertEq(record.value, before[0].value + 100_000);
        assertEq(record.deliveryWeighted, before[0].weighted);
        assertEq(record.outcomes, before[0].outcomes + 1);
        vm.recordLogs();
        _defaulted(next, 100_000);
        assertEq(vm.getRecordedLogs().length, 1, "once");
    }

    function test_any_component_carries_all_over() public {
        vm.prank(scorer);
        next.recordFeedback(supplier, 1, 0, 0);
        assertFalse(next.awaitsCarryOver(supplier));
        skip(30 days);
        ICreditRegistry.ComponentRecord[5] memory before = old.componentsOf(supplier);
        ICreditRegistry.ComponentRecord[5] memory after_ = next.componentsOf(supplier);
        for (uint256 i; i < 4; ++i) {
            assertEq(after_[i].outcomes, before[i].outcomes);
            assertGe(after_[i].value + 1, before[i].value, "the last unit of rounding");
            assertLe(after_[i].value, before[i].value, "value");
        }
        assertEq(after_[4].outcomes, 1);
    }

    /// The limit, said honestly: no scorer should write to both.
    function test_known_what_the_predecessor_counts_after_the_first_outcome_is_not_seen() public {
        _defaulted(old, 100_000);
        _assertSame();
        _defaulted(next, 100_000);
        uint256 score = next.scoreOf(supplier);
        _defaulted(old, 50_000_000);
        assertEq(next.scoreOf(supplier), score);
        assertLt(old.scoreOf(supplier), score, "there it fell");
    }

    function test_nobody_forges_what_is_carried_over() public {
        vm.startPrank(outsider);
        refused(abi.encodeWithSelector(ICreditRegistry.CreditRegistry_NotAScorer.selector, outsider));
        next.recordDefault(supplier, 1, 0);
        vm.stopPrank();
        assertTrue(next.awaitsCarryOver(supplier));
        // An account without history carries nothing over, and a scorer counts for the registered only.
        vm.recordLogs();
        vm.startPrank(scorer);
        next.recordBet(rival, 1, 1, 10_000);
        refused(abi.encodeWithSelector(ICreditRegistry.CreditRegistry_NotRegistered.selector, outsider));
        next.recordDefault(outsider, 1, 1);
        vm.stopPrank();
        assertEq(vm.getRecordedLogs().length, 1);
        assertEq(next.componentsOf(rival)[2].value, 1);
    }

    function test_whatever_a_predecessor_answers_sums_stay_within_their_bounds() public {
        StrangeRegistry boasting = new StrangeRegistry(365);
        next = new CreditRegistry(participants, NEWCOMER_BPS, NEWCOMER_VALUE, ICreditRegistry(address(boasting)));
        for (uint256 touched; touched < 2; ++touched) {
            ICreditRegistry.ComponentRecord[5] memory all = next.componentsOf(supplier);
            for (uint256 i; i < 5; ++i) {
                assertEq(all[i].value, type(uint56).max, "value");
                assertEq(all[i].weighted, uint256(type(uint56).max) * 10_000, "weighted");
                assertEq(all[i].outcomes, type(uint24).max, "outcomes");
            }
            assertLe(next.scoreOf(supplier), 10_000, "score");
            vm.prank(scorer);
            next.recordBet(supplier, 1, 0, 0);
        }
    }

    function test_a_predecessor_forgets_as_we_do_and_is_a_contract() public {
        address strange = address(new StrangeRegistry(364));
        refused(abi.encodeWithSelector(ICreditRegistry.CreditRegistry_OtherHalfLife.selector, 364, 365));
        new CreditRegistry(participants, NEWCOMER_BPS, NEWCOMER_VALUE, ICreditRegistry(strange));
        refused(abi.encodeWithSelector(ICreditRegistry.CreditRegistry_NotARegistry.selector, outsider));
        new CreditRegistry(participants, NEWCOMER_BPS, NEWCOMER_VALUE, ICreditRegistry(outsider));
        vm.expectRevert();
        new CreditRegistry(participants, NEWCOMER_BPS, NEWCOMER_VALUE, ICreditRegistry(address(token)));
    }

    function test_a_successor_has_a_prior_of_its_own() public {
        next = new CreditRegistry(participants, 5000, 2 * NEWCOMER_VALUE, old);
        assertEq(next.scoreOf(outsider), 5000);
        assertEq(next.componentsOf(supplier)[0].value, old.componentsOf(supplier)[0].value);
        assertLt(next.scoreOf(supplier), old.scoreOf(supplier), "the same outcomes beside a lower and heavier prior");
        uint256 before = next.scoreOf(supplier);
        vm.prank(scorer);
        next.recordFeedback(supplier, 1, 0, 0);
        assertEq(next.scoreOf(supplier), before, "before and after the carry-over");
    }

    function test_registries_follow_one_another() public {
        CreditRegistry third = new CreditRegistry(participants, NEWCOMER_BPS, NEWCOMER_VALUE, next);
        assertEq(third.scoreOf(supplier), old.scoreOf(supplier));
        _defaulted(third, 1);
        assertTrue(next.awaitsCarryOver(supplier), "it was only read");
        assertEq(third.recordOf(supplier).outcomes, 2);
    }

    // ---- capacity ----

    function test_slots_of_capacity_count_beside_bets() public {
        uint16 score = _betScore(2500);
        vm.expectEmit(address(credit));
        emit ICreditRegistry.ComponentRecorded(
            rival, scorer, 42, ICreditRegistry.Component.Bets, 1_000_000, 2500, score
        );
        vm.prank(scorer);
        credit.recordCapacity(rival, 42, 1_000_000, 2500);
        assertEq(credit.componentsOf(rival)[2].value, 1_000_000);
        assertLt(credit.scoreOf(rival), NEWCOMER_BPS, "a plant that fails feels it");
    }

    function test_capacity_refuses_who_is_no_scorer_an_outcome_out_of_bounds_and_the_unregistered() public {
        refused(abi.encodeWithSelector(ICreditRegistry.CreditRegistry_NotAScorer.selector, outsider));
        vm.prank(outsider);
        credit.recordCapacity(rival, 42, 1, 1);
        vm.startPrank(scorer);
        refused(abi.encodeWithSelector(ICreditRegistry.CreditRegistry_OutcomeOutOfBounds.selector, 42, 10_001, 10_000));
        credit.recordCapacity(rival, 42, 1, 10_001);
        refused(abi.encodeWithSelector(ICreditRegistry.CreditRegistry_NotRegistered.selector, outsider));
        credit.recordCapacity(outsider, 42, 1, 1);
        vm.stopPrank();
    }

    function _betScore(uint256 outcomeBps) private returns (uint16 score) {
        uint256 state = vm.snapshotState();
        vm.prank(scorer);
        credit.recordBet(rival, 42, 1_000_000, outcomeBps);
        score = credit.scoreOf(rival);
        vm.revertToState(state);
    }

    function _defaulted(CreditRegistry registry, uint256 value) private {
        vm.prank(scorer);
        registry.recordDefault(supplier, 1, value);
    }

    function testFuzz_no_history_changes_by_a_succession(uint64 value, uint16 outcome, uint32 wait) public {
        said(ICreditRegistry.Component.Bets, value, outcome % 10_001);
        skip(wait);
        _assertSame();
        vm.prank(scorer);
        next.recordPeerRating(supplier, 1, 0, 0);
        assertEq(next.scoreOf(supplier), old.scoreOf(supplier), "an outcome without weight");
    }
}
