// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

/// bindBet and close.
contract CloseGroupTest is GroupHouse {
    uint256 private constant BET = 7;

    uint256 private groupId;

    function setUp() public override {
        super.setUp();
        groupId = formedGroup();
        bets.set(BET, groupId, 0);
    }

    function _bind() private {
        vm.prank(leader);
        groups.bindBet(groupId, BET);
    }

    function _refusedBind(address caller, uint256 betId, bytes memory reason) private {
        refused(reason);
        vm.prank(caller);
        groups.bindBet(groupId, betId);
    }

    function _refusedClose(bytes memory reason) private {
        refused(reason);
        groups.close(groupId);
    }

    function _reportsStillOpen() private view returns (bytes memory) {
        return abi.encodeWithSelector(
            IChainGroups.ChainGroups_ReportsStillOpen.selector,
            groupId,
            block.timestamp,
            groups.group(groupId).reportEnd
        );
    }

    function _lastEnd() private view returns (uint256) {
        return uint256(groups.group(groupId).reportEnd) + groups.MAX_BET_SECONDS();
    }

    function _betStillOpen() private view returns (bytes memory) {
        return abi.encodeWithSelector(
            IChainGroups.ChainGroups_BetStillOpen.selector, groupId, BET, block.timestamp, _lastEnd()
        );
    }

    function _closes() private {
        uint256 state = vm.snapshotState();
        groups.close(groupId);
        assertEq(groups.settledAt(groupId), block.timestamp);
        vm.revertToState(state);
    }

    // ---- bet ----

    function test_the_leader_binds_the_bet_of_its_group_once() public {
        vm.expectEmit(address(groups));
        emit IChainGroups.GroupBetBound(groupId, leader, BET);
        _bind();
        assertEq(groups.group(groupId).betId, BET);
        _refusedBind(
            leader, BET, abi.encodeWithSelector(IChainGroups.ChainGroups_BetAlreadyBound.selector, groupId, BET)
        );
    }

    function test_nobody_else_binds_a_bet_and_none_of_another_group_is_bound() public {
        _refusedBind(hefei, BET, abi.encodeWithSelector(IChainGroups.ChainGroups_NotTheLeader.selector, groupId, hefei));
        bets.set(8, groupId + 1, 0);
        _refusedBind(
            leader,
            8,
            abi.encodeWithSelector(IChainGroups.ChainGroups_BetOfAnotherGroup.selector, groupId, 8, groupId + 1)
        );
        _refusedBind(
            leader, 0, abi.encodeWithSelector(IChainGroups.ChainGroups_BetOfAnotherGroup.selector, groupId, 0, 0)
        );
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_Unknown.selector, 99));
        groups.bindBet(99, BET);
    }

    function test_a_bet_is_bound_while_the_group_works() public {
        uint40 workEnd = groups.group(groupId).workEnd;
        vm.warp(workEnd);
        _refusedBind(leader, BET, abi.encodeWithSelector(IRoom.Room_TooLate.selector, workEnd, workEnd));
        vm.warp(workEnd - 1);
        _bind();
        groupId = openGroup();
        _refusedBind(
            leader,
            BET,
            abi.encodeWithSelector(
                IChainGroups.ChainGroups_WrongStatus.selector,
                groupId,
                IChainGroups.GroupStatus.Open,
                IChainGroups.GroupStatus.Formed
            )
        );
    }

    // ---- close ----

    function test_a_group_without_a_bet_closes_at_report_end() public {
        progress(groupId, PLANT, 10_000);
        progress(groupId, MARKET, 5000);
        uint40 reportEnd = groups.group(groupId).reportEnd;
        vm.warp(reportEnd - 1);
        _refusedClose(_reportsStillOpen());
        vm.warp(reportEnd + 1);
        _closes();
        vm.warp(reportEnd);
        vm.expectEmit(address(groups));
        emit IChainGroups.GroupSettled(groupId, leader, 0, 125_000, 25_001);
        vm.prank(outsider);
        groups.close(groupId);
        assertEq(groupStatus(groupId), uint256(IChainGroups.GroupStatus.Settled));
        assertEq(groups.settledAt(groupId), reportEnd);
        assertEq(groups.holderOf(groupId, PLANT), hefei, "who held it last");
        assertTrue(groups.isMember(groupId, hefei));
    }

    function test_a_group_waits_for_its_bet() public {
        _bind();
        warpToClose(groupId);
        _refusedClose(_betStillOpen());
        bets.set(BET, groupId, uint40(block.timestamp));
        _closes();
    }

    function test_a_group_with_nothing_left_to_earn_closes_when_the_last_reviews_are_in() public {
        progress(groupId, PLANT, 10_000);
        progress(groupId, MARKET, 9999);
        skip(2 * REVIEW_SECONDS);
        _refusedClose(_reportsStillOpen());
        progress(groupId, MARKET, 10_000);
        uint256 allEarnedAt = block.timestamp;
        assertEq(groupPay.purseOf(groupId).allEarnedAt, allEarnedAt);
        assertEq(groupLens.closableAt(groupId), allEarnedAt + REVIEW_SECONDS);
        vm.warp(allEarnedAt + REVIEW_SECONDS - 1);
        review(groupId, PLANT, 9000, 1);
        _refusedClose(_reportsStillOpen());
        vm.warp(allEarnedAt + REVIEW_SECONDS);
        _closes();
        vm.warp(allEarnedAt + REVIEW_SECONDS + 1);
        vm.prank(outsider);
        groups.close(groupId);
        groupPay.releaseStake(groupId, PLANT, 1, hefei);
    }

    function test_a_settled_bet_closes_early_only_a_group_with_nothing_left_to_earn() public {
        _bind();
        progress(groupId, PLANT, 10_000);
        progress(groupId, MARKET, 9999);
        bets.set(BET, groupId, uint40(block.timestamp));
        skip(REVIEW_SECONDS);
        _refusedClose(_reportsStillOpen());
        progress(groupId, MARKET, 10_000);
        skip(REVIEW_SECONDS);
        _closes();
        bets.set(BET, groupId, 0);
        _refusedClose(_betStillOpen());
    }

    function test_a_group_does_not_wait_for_its_bet_for_ever() public {
        _bind();
        uint256 lastEnd = _lastEnd();
        vm.warp(lastEnd - 1);
        _refusedClose(_betStillOpen());
        vm.warp(lastEnd);
        _closes();
        bets.breakDown();
        groups.close(groupId);
    }

    function test_a_group_closes_once() public {
        warpToClose(groupId);
        groups.close(groupId);
        _refusedClose(
            abi.encodeWithSelector(
                IChainGroups.ChainGroups_WrongStatus.selector,
                groupId,
                IChainGroups.GroupStatus.Settled,
                IChainGroups.GroupStatus.Formed
            )
        );
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_Unknown.selector, 99));
        groups.close(99);
    }

    function test_a_pause_stops_no_bet_and_no_close() public {
        pause();
        suspend(leader);
        _bind();
        bets.set(BET, groupId, uint40(block.timestamp));
        warpToClose(groupId);
        groups.close(groupId);
    }
}
