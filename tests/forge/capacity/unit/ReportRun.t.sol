// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { Hearing } from "../../../../contracts/libraries/Hearing.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { ICapacityMarket } from "../../../../contracts/capacity/interfaces/ICapacityMarket.sol";
import { CapacityHouse } from "../../support/CapacityHouse.sol";

contract ReportRunTest is CapacityHouse {
    uint256 private run;

    function setUp() public override {
        super.setUp();
        run = redeemed();
    }

    function _refusedReport(address who, uint24 ran, bytes memory reason) private {
        refused(reason);
        vm.prank(who);
        market.reportRun(run, ran, "machine time");
    }

    function _refusedDispute(address who, bytes memory reason) private {
        refused(reason);
        vm.prank(who);
        market.disputeRun(run, "no");
    }

    function _refusedRuling(address who, uint24 ran, bytes memory reason) private {
        refused(reason);
        vm.prank(who);
        market.rule(run, ran, "ruling");
    }

    function _wrongStatus(ICapacityMarket.RedemptionStatus status) private view returns (bytes memory) {
        return abi.encodeWithSelector(ICapacityMarket.CapacityMarket_WrongStatus.selector, run, status);
    }

    // ---- report ----

    function test_a_report_stands_until_it_is_disputed() public {
        vm.warp(start());
        uint40 decides = uint40(start()) + SHIFT + DISPUTE;
        vm.expectEmit(address(market));
        emit ICapacityMarket.RunReported(run, attester, "machine time", 110, decides);
        vm.prank(attester);
        market.reportRun(run, 110, "machine time");
        ICapacityMarket.Redemption memory record = market.redemption(run);
        assertEq(record.ran, 110);
        assertEq(record.disputeBy, decides);
        assertEq(uint256(record.status), uint256(ICapacityMarket.RedemptionStatus.Reported));
        assertEq(market.owed(plant), 0);
        _refusedReport(attester, 120, _wrongStatus(ICapacityMarket.RedemptionStatus.Reported));
    }

    function test_only_the_holder_of_the_slots_post_reports() public {
        vm.warp(start());
        refused(abi.encodeWithSelector(ICapacityMarket.CapacityMarket_RedemptionUnknown.selector, 9));
        vm.prank(attester);
        market.reportRun(9, 1, "machine time");
        _refusedReport(
            plant, 120, abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, attesterPost, plant, attester)
        );
        vacate(attesterPost);
        _refusedReport(
            attester, 120, abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, attesterPost, attester, address(0))
        );
    }

    function test_no_more_ran_than_was_redeemed_and_evidence_is_named() public {
        vm.warp(start());
        _refusedReport(
            attester,
            121,
            abi.encodeWithSelector(ICapacityMarket.CapacityMarket_RanExceedsRedeemed.selector, run, 121, 120)
        );
        refused(abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        vm.prank(attester);
        market.reportRun(run, 120, 0);
    }

    function test_reporting_opens_with_the_slot_and_closes_after_it() public {
        vm.warp(start() - 1);
        _refusedReport(attester, 120, abi.encodeWithSelector(IRoom.Room_TooEarly.selector, start() - 1, start()));
        for (uint256 late; late < 2; ++late) {
            vm.warp(reportEnd() + late);
            _refusedReport(
                attester, 120, abi.encodeWithSelector(IRoom.Room_TooLate.selector, reportEnd() + late, reportEnd())
            );
        }
        vm.warp(reportEnd() - 1);
        report(run, 120);
    }

    function test_no_run_of_a_failed_slot_is_reported_or_disputed() public {
        failSlot();
        bytes memory reason = abi.encodeWithSelector(ICapacityMarket.CapacityMarket_SlotFailed.selector, deviceId, SLOT);
        vm.warp(start());
        _refusedReport(attester, 120, reason);
        vm.warp(reportEnd());
        _refusedDispute(holder, reason);
    }

    // ---- dispute ----

    function test_either_party_disputes_a_report_and_none_twice() public {
        vm.warp(start());
        report(run, 110);
        uint256 state = vm.snapshotState();
        address[2] memory who = [plant, holder];
        for (uint256 i; i < 2; ++i) {
            uint40 ruleBy = uint40(start()) + SHIFT + DISPUTE + RULING;
            vm.expectEmit(address(market));
            emit ICapacityMarket.RunDisputed(run, who[i], "no", ruleBy);
            vm.prank(who[i]);
            market.disputeRun(run, "no");
            assertEq(decidesAt(run), ruleBy);
            assertEq(uint256(market.runHearing(run).stage), uint256(Hearing.Stage.Disputed));
            assertEq(market.redemption(run).ran, 110);
            _refusedDispute(
                who[i], abi.encodeWithSelector(ICapacityMarket.CapacityMarket_DisputedBefore.selector, run, who[i])
            );
            dispute(who[1 - i], run); // the other may, and changes no time
            assertEq(decidesAt(run), ruleBy);
            vm.revertToState(state);
        }
    }

    function test_silence_is_disputed_only_once_it_is_one() public {
        vm.warp(reportEnd() - 1);
        _refusedDispute(plant, abi.encodeWithSelector(IRoom.Room_TooEarly.selector, reportEnd() - 1, reportEnd()));
        vm.warp(reportEnd());
        dispute(plant, run);
        assertEq(decidesAt(run), reportEnd() + DISPUTE + RULING);
    }

    function test_disputing_closes_when_the_matter_is_decided() public {
        uint40 decides = decidesAt(run);
        for (uint40 late; late < 2; ++late) {
            vm.warp(decides + late);
            _refusedDispute(plant, abi.encodeWithSelector(IRoom.Room_TooLate.selector, decides + late, decides));
        }
        vm.warp(decides - 1);
        dispute(plant, run);
    }

    // ---- withdrawal ----

    function test_who_withdraws_its_dispute_leaves_what_was_reported() public {
        vm.warp(start());
        report(run, 110);
        uint40 disputeBy = market.redemption(run).disputeBy;
        dispute(holder, run);
        vm.warp(disputeBy + 1 days);
        vm.expectEmit(address(market));
        emit ICapacityMarket.RunDisputeWithdrawn(run, holder, disputeBy);
        withdrawDispute(holder, run);
        market.settle(run);
        assertEq(market.owed(plant), 110 * PRICE);
    }

    function test_who_withdrew_disputes_no_more_and_the_other_still_may() public {
        vm.warp(start());
        report(run, 110);
        dispute(holder, run);
        withdrawDispute(holder, run);
        _refusedDispute(
            holder, abi.encodeWithSelector(ICapacityMarket.CapacityMarket_DisputedBefore.selector, run, holder)
        );
        dispute(plant, run);
        ruleRun(run, 120);
        assertEq(market.owed(plant), 30_000);
    }

    /// A party that disputes first and withdraws when the window is over does not silence the other.
    function test_who_withdraws_silences_only_itself() public {
        vm.warp(start());
        report(run, 60);
        dispute(plant, run);
        dispute(holder, run);
        vm.warp(market.redemption(run).disputeBy);
        withdrawDispute(plant, run);
        refused(
            abi.encodeWithSelector(
                ICapacityMarket.CapacityMarket_NotYetDecided.selector, run, block.timestamp, block.timestamp + RULING
            )
        );
        market.settle(run);
        ruleRun(run, 0);
        assertEq(market.owed(holder), 30_000);
    }

    function test_nobody_withdraws_what_it_does_not_dispute() public {
        vm.warp(start());
        report(run, 110);
        dispute(holder, run);
        refused(abi.encodeWithSelector(ICapacityMarket.CapacityMarket_NotDisputing.selector, run, plant));
        withdrawDispute(plant, run);
        refused(abi.encodeWithSelector(ICapacityMarket.CapacityMarket_NotAParty.selector, run, reseller));
        withdrawDispute(reseller, run);
        withdrawDispute(holder, run);
        refused(abi.encodeWithSelector(ICapacityMarket.CapacityMarket_NotDisputing.selector, run, holder));
        withdrawDispute(holder, run);
    }

    function test_nobody_else_disputes_and_a_dispute_has_a_reason() public {
        vm.warp(start());
        report(run, 110);
        refused(abi.encodeWithSelector(ICapacityMarket.CapacityMarket_RedemptionUnknown.selector, 9));
        vm.prank(holder);
        market.disputeRun(9, "no");
        _refusedDispute(
            attester, abi.encodeWithSelector(ICapacityMarket.CapacityMarket_NotAParty.selector, run, attester)
        );
        refused(abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        vm.prank(holder);
        market.disputeRun(run, 0);
    }

    // ---- ruling ----

    function test_a_ruling_settles() public {
        vm.warp(start());
        report(run, 110);
        dispute(holder, run);
        vm.expectEmit(address(market));
        emit ICapacityMarket.RunRuled(run, arbiter, "ruling", 60);
        vm.expectEmit(address(market));
        emit ICapacityMarket.RedemptionSettled(run, plant, holder, 60, 120, 15_000, 15_000);
        vm.prank(arbiter);
        market.rule(run, 60, "ruling");
        assertEq(market.owed(plant), 15_000);
        assertEq(market.owed(holder), 15_000);
        _refusedRuling(arbiter, 60, _wrongStatus(ICapacityMarket.RedemptionStatus.Settled));
    }

    function test_only_the_holder_of_the_devices_arbiters_post_rules() public {
        vm.warp(start());
        report(run, 110);
        dispute(holder, run);
        refused(abi.encodeWithSelector(ICapacityMarket.CapacityMarket_RedemptionUnknown.selector, 9));
        vm.prank(arbiter);
        market.rule(9, 1, "ruling");
        address[4] memory others = [holder, plant, attester, weatherDesk];
        for (uint256 i; i < others.length; ++i) {
            _refusedRuling(
                others[i], 0, abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, arbiterPost, others[i], arbiter)
            );
        }
        address another = actor("another arbiter");
        createPost(Offices.ARBITER, another);
        _refusedRuling(
            another, 0, abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, arbiterPost, another, arbiter)
        );
        address heir = actor("arbiter's heir");
        handOver(arbiterPost, heir);
        vm.prank(heir);
        market.rule(run, 0, "ruling");
    }

    function test_a_ruling_needs_a_dispute_a_bound_and_a_reference() public {
        vm.warp(start());
        bytes memory undisputed = abi.encodeWithSelector(Hearing.Hearing_NotDisputed.selector, Hearing.Stage.None);
        _refusedRuling(arbiter, 1, undisputed);
        report(run, 110);
        _refusedRuling(arbiter, 1, undisputed);
        dispute(plant, run);
        _refusedRuling(
            arbiter,
            121,
            abi.encodeWithSelector(ICapacityMarket.CapacityMarket_RanExceedsRedeemed.selector, run, 121, 120)
        );
        refused(abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        vm.prank(arbiter);
        market.rule(run, 120, 0);
    }

    function test_ruling_closes_after_its_time() public {
        vm.warp(start());
        report(run, 110);
        dispute(holder, run);
        uint40 decides = decidesAt(run);
        for (uint40 late; late < 2; ++late) {
            vm.warp(decides + late);
            _refusedRuling(
                arbiter, 0, abi.encodeWithSelector(Hearing.Hearing_RulingClosed.selector, decides + late, decides)
            );
        }
        vm.warp(decides - 1);
        vm.prank(arbiter);
        market.rule(run, 0, "ruling");
        assertEq(market.owed(holder), 30_000);
    }
}
