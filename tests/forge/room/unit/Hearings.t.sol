// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Hearing } from "../../../../contracts/libraries/Hearing.sol";
import { HearingHarness } from "../../support/RoomHarness.sol";
import { TestBase } from "../../support/TestBase.sol";

/// A report that is disputable from 100 on and before 200, with 50 seconds to rule.
contract HearingsTest is TestBase {
    HearingHarness private room;
    address private buyer;
    address private supplier;
    address private third;

    function setUp() public {
        room = new HearingHarness(100, 200, 50);
        buyer = actor("buyer");
        supplier = actor("supplier");
        third = actor("third");
        vm.warp(110);
    }

    function _dispute(address who) private {
        vm.prank(who);
        room.dispute();
    }

    function _withdraw(address who) private {
        vm.prank(who);
        room.withdraw();
    }

    function _refused(bytes memory reason) private {
        vm.expectRevert(reason);
    }

    function _refusedInStage(Hearing.Stage stage) private {
        _refused(abi.encodeWithSelector(Hearing.Hearing_NotDisputed.selector, stage));
    }

    function _refusedAsDisputedBy(address who) private {
        _refused(abi.encodeWithSelector(Hearing.Hearing_DisputedBefore.selector, who));
    }

    function _stage() private view returns (Hearing.Stage stage) {
        (,, stage,) = room.hearing();
    }

    function _assertStage(Hearing.Stage stage) private view {
        assertEq(uint256(_stage()), uint256(stage), "stage");
    }

    // ---- dispute ----

    function test_what_nobody_disputed_stands_at_the_end_of_the_window() public {
        assertEq(room.standsAt(), 200);
        assertFalse(room.isDisputed());
        _refusedInStage(Hearing.Stage.None);
        room.rule();
        _refusedInStage(Hearing.Stage.None);
        room.lapse();
        _refusedInStage(Hearing.Stage.None);
        _withdraw(buyer);
    }

    function test_the_window_for_disputes_is_half_open() public {
        vm.warp(99);
        _refused(abi.encodeWithSelector(Hearing.Hearing_NotYetDisputable.selector, 99, 100));
        _dispute(buyer);
        uint256 state = vm.snapshotState();
        vm.warp(100);
        _dispute(buyer);
        vm.revertToState(state);
        vm.warp(199);
        _dispute(buyer);
        vm.revertToState(state);
        vm.warp(200);
        _refused(abi.encodeWithSelector(Hearing.Hearing_NoLongerDisputable.selector, 200, 200));
        _dispute(buyer);
    }

    function test_the_time_for_a_ruling_runs_from_the_end_of_the_window_whoever_disputes_when() public {
        vm.prank(buyer);
        assertEq(room.dispute(), 250);
        (address disputant, uint40 ruleBy, Hearing.Stage stage, bool joined) = room.hearing();
        assertEq(disputant, buyer);
        assertEq(ruleBy, 250);
        assertEq(uint256(stage), uint256(Hearing.Stage.Disputed));
        assertFalse(joined);
        assertTrue(room.isDisputed());
        assertEq(room.standsAt(), 250);
    }

    function test_nobody_disputes_what_it_disputed() public {
        _dispute(buyer);
        _refusedAsDisputedBy(buyer);
        _dispute(buyer);
        _withdraw(buyer);
        _refusedAsDisputedBy(buyer);
        _dispute(buyer);
    }

    // ---- withdraw ----

    function test_a_withdrawn_dispute_leaves_the_report_as_it_was() public {
        _dispute(supplier);
        vm.warp(120);
        _withdraw(supplier);
        _assertStage(Hearing.Stage.Withdrawn);
        assertEq(room.standsAt(), 200);
        assertFalse(room.isDisputed());
        _refusedInStage(Hearing.Stage.Withdrawn);
        room.rule();
        _refusedInStage(Hearing.Stage.Withdrawn);
        room.lapse();
        _refusedInStage(Hearing.Stage.Withdrawn);
        _withdraw(supplier);
    }

    function test_only_the_disputant_withdraws() public {
        _dispute(supplier);
        _refused(abi.encodeWithSelector(Hearing.Hearing_NotTheDisputant.selector, buyer, supplier));
        _withdraw(buyer);
    }

    function test_a_dispute_is_withdrawn_after_its_window_and_even_when_no_ruling_came() public {
        _dispute(supplier);
        uint256 state = vm.snapshotState();
        vm.warp(200);
        _withdraw(supplier);
        assertEq(room.standsAt(), 200);
        vm.revertToState(state);
        vm.warp(250);
        _withdraw(supplier);
        assertEq(room.standsAt(), 200);
    }

    function test_after_a_withdrawal_another_may_dispute_within_the_window() public {
        _dispute(supplier);
        _withdraw(supplier);
        vm.warp(199);
        vm.prank(buyer);
        assertEq(room.dispute(), 250, "no time is gained");
        assertEq(room.standsAt(), 250);
        _withdraw(buyer);
        vm.warp(200);
        _refused(abi.encodeWithSelector(Hearing.Hearing_NoLongerDisputable.selector, 200, 200));
        _dispute(supplier);
    }

    // ---- join ----

    /// Found in review: the one for whom the report speaks disputed it first, kept the other out until the window was
    /// over, and withdrew. The other was never heard.
    function test_nobody_keeps_the_other_out_by_disputing_first_and_withdrawing_late() public {
        _dispute(buyer);
        vm.warp(199);
        vm.prank(supplier);
        assertEq(room.dispute(), 250);
        vm.warp(200);
        _refused(abi.encodeWithSelector(Hearing.Hearing_Joined.selector, buyer));
        _withdraw(buyer);
        _refused(abi.encodeWithSelector(Hearing.Hearing_NotTheDisputant.selector, supplier, buyer));
        _withdraw(supplier);
        assertEq(room.standsAt(), 250);
        room.rule();
        _assertStage(Hearing.Stage.Ruled);
    }

    function test_a_dispute_is_joined_once_for_all() public {
        _dispute(buyer);
        _dispute(supplier);
        _refusedAsDisputedBy(buyer);
        _dispute(third);
        _refusedAsDisputedBy(buyer);
        _dispute(supplier);
        _refusedAsDisputedBy(buyer);
        _dispute(buyer);
    }

    function test_nobody_joins_after_the_window() public {
        _dispute(buyer);
        vm.warp(200);
        _refused(abi.encodeWithSelector(Hearing.Hearing_NoLongerDisputable.selector, 200, 200));
        _dispute(supplier);
        _withdraw(buyer);
    }

    // ---- rule, lapse ----

    function test_a_ruling_is_in_time_until_the_second_before_its_end() public {
        _dispute(buyer);
        uint256 state = vm.snapshotState();
        room.rule();
        _assertStage(Hearing.Stage.Ruled);
        assertEq(room.standsAt(), 0);
        vm.revertToState(state);
        vm.warp(249);
        room.rule();
        vm.revertToState(state);
        vm.warp(250);
        _refused(abi.encodeWithSelector(Hearing.Hearing_RulingClosed.selector, 250, 250));
        room.rule();
    }

    function test_a_dispute_lapses_from_the_second_on_at_which_no_ruling_is_in_time() public {
        _dispute(buyer);
        vm.warp(249);
        _refused(abi.encodeWithSelector(Hearing.Hearing_RulingOpen.selector, 249, 250));
        room.lapse();
        vm.warp(250);
        assertTrue(room.isDisputed(), "until somebody lapses it");
        room.lapse();
        _assertStage(Hearing.Stage.Lapsed);
        assertEq(room.standsAt(), 0);
    }

    function test_what_is_ruled_or_lapsed_is_over() public {
        _dispute(buyer);
        uint256 state = vm.snapshotState();
        room.rule();
        _assertOver(Hearing.Stage.Ruled);
        vm.revertToState(state);
        vm.warp(250);
        room.lapse();
        vm.warp(150);
        _assertOver(Hearing.Stage.Lapsed);
    }

    function _assertOver(Hearing.Stage stage) private {
        assertFalse(room.isDisputed());
        _refusedInStage(stage);
        room.rule();
        _refusedInStage(stage);
        room.lapse();
        _refusedInStage(stage);
        _withdraw(buyer);
        _refusedAsDisputedBy(buyer);
        _dispute(buyer);
        _refusedAsDisputedBy(buyer);
        _dispute(supplier);
    }

    function test_a_new_report_is_a_new_case() public {
        _dispute(buyer);
        _dispute(supplier);
        room.rule();
        room.reportAnew();
        _assertStage(Hearing.Stage.None);
        _dispute(buyer);
        _withdraw(buyer);
        _assertStage(Hearing.Stage.Withdrawn);
    }

    /// Four accounts do what they like, at times that only grow: each step ends as the model says that it must.
    function testFuzz_every_history_of_a_case_is_the_models(uint8[24] memory steps) public {
        Hearing.Stage stage = Hearing.Stage.None;
        address disputant = address(0);
        bool joined;
        uint256 at = 95;
        for (uint256 i; i < steps.length; ++i) {
            at += (steps[i] >> 5) * 2;
            vm.warp(at);
            address who = vm.addr(1 + (steps[i] >> 3) % 4);
            bool expected;
            bytes4 selector;
            if (steps[i] & 7 < 4) {
                selector = HearingHarness.dispute.selector;
                bool open = at >= 100 && at < 200 && !joined;
                if (stage == Hearing.Stage.None) expected = open;
                if (stage == Hearing.Stage.Withdrawn || stage == Hearing.Stage.Disputed) {
                    expected = open && who != disputant;
                }
                if (expected && stage == Hearing.Stage.Disputed) joined = true;
                else if (expected) (stage, disputant) = (Hearing.Stage.Disputed, who);
            } else if (steps[i] & 7 < 6) {
                selector = HearingHarness.withdraw.selector;
                expected = stage == Hearing.Stage.Disputed && who == disputant && !joined;
                if (expected) stage = Hearing.Stage.Withdrawn;
            } else if (steps[i] & 7 == 6) {
                selector = HearingHarness.rule.selector;
                expected = stage == Hearing.Stage.Disputed && at < 250 && at > 180;
                if (stage == Hearing.Stage.Disputed && at <= 180) continue; // let histories grow
                if (expected) stage = Hearing.Stage.Ruled;
            } else {
                selector = HearingHarness.lapse.selector;
                expected = stage == Hearing.Stage.Disputed && at >= 250;
                if (expected) stage = Hearing.Stage.Lapsed;
            }
            vm.prank(who);
            (bool done,) = address(room).call(abi.encodeWithSelector(selector));
            assertEq(done, expected, "step");
            _assertStage(stage);
            bool settled = stage == Hearing.Stage.Ruled || stage == Hearing.Stage.Lapsed;
            assertEq(room.standsAt(), settled ? 0 : stage == Hearing.Stage.Disputed ? 250 : 200, "stands");
        }
    }
}
