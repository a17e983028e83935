// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { IGroupPay } from "../../../../contracts/chaingroup/interfaces/IGroupPay.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

contract RejectCandidateTest is GroupHouse {
    uint256 private groupId;

    function setUp() public override {
        super.setUp();
        groupId = grabbedGroup();
        warpToSelect(groupId);
    }

    function _refusedReject(address caller, uint256 roleId, address node, bytes memory reason) private {
        refused(reason);
        vm.prank(caller);
        groups.rejectCandidate(groupId, roleId, node);
    }

    function test_a_rejected_candidate_counts_for_nothing_and_gets_its_stake_at_once() public {
        vm.expectEmit(address(groups));
        emit IChainGroups.CandidateRejected(groupId, PLANT, hefei, 1, true);
        reject(groupId, PLANT, hefei);
        IChainGroups.Round memory found = groups.roundOf(groupId, PLANT, 1);
        assertEq(found.standing, address(0));
        assertEq(found.pledge, 0);
        IChainGroups.Group memory record = groups.group(groupId);
        assertEq(record.filled, 1);
        assertEq(record.pledged, 500);
        assertTrue(groups.candidate(groupId, PLANT, 1, hefei).rejected);
        groupPay.releaseStake(groupId, PLANT, 1, hefei);
        assertEq(token.balanceOf(hefei), FUNDS);
        vm.expectPartialRevert(IGroupPay.GroupPay_StakeStillBound.selector);
        groupPay.releaseStake(groupId, PLANT, 1, qingdao);
    }

    function test_the_leader_selects_another_in_place_of_the_rejected() public {
        reject(groupId, PLANT, hefei);
        select(groupId, PLANT, qingdao);
        warpToForm(groupId);
        groups.form(groupId);
        assertEq(groups.holderOf(groupId, PLANT), qingdao);
        assertFalse(groups.isMember(groupId, hefei));
        assertEq(groups.group(groupId).pledged, 1000);
    }

    function test_a_role_whose_best_was_rejected_is_empty_until_another_is_selected() public {
        reject(groupId, PLANT, hefei);
        warpToForm(groupId);
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_NotCovered.selector, groupId, 1, 2, 500, TARGET));
        groups.form(groupId);
        vm.prank(outsider);
        groups.dissolve(groupId);
        groupPay.releaseStake(groupId, PLANT, 1, qingdao);
    }

    function test_a_rejection_of_another_than_the_best_changes_nothing_but_its_stake() public {
        vm.expectEmit(address(groups));
        emit IChainGroups.CandidateRejected(groupId, PLANT, qingdao, 1, false);
        reject(groupId, PLANT, qingdao);
        assertEq(groups.roundOf(groupId, PLANT, 1).standing, hefei);
        assertEq(groups.group(groupId).pledged, 1100);
        groupPay.releaseStake(groupId, PLANT, 1, qingdao);
        _refusedSelect(qingdao);
        warpToForm(groupId);
        groups.form(groupId);
    }

    function _refusedSelect(address node) private {
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_Rejected.selector, groupId, PLANT, node));
        vm.prank(leader);
        groups.selectCandidate(groupId, PLANT, node);
    }

    /// N8: after a rejection, a selection of less than the target is the leader's way to fill what it can.
    function test_selections_after_rejections_are_free_of_the_target() public {
        reject(groupId, PLANT, hefei);
        reject(groupId, MARKET, shanghai);
        select(groupId, PLANT, qingdao);
        select(groupId, MARKET, chengdu);
        assertEq(groups.group(groupId).pledged, 950);
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_NotCovered.selector, groupId, 2, 2, 950, TARGET));
        groups.form(groupId);
        vm.prank(leader);
        groups.dissolve(groupId);
    }

    function test_a_rejection_is_for_an_undecided_role_a_candidate_and_once() public {
        reject(groupId, PLANT, qingdao);
        _refusedReject(
            leader,
            PLANT,
            qingdao,
            abi.encodeWithSelector(IChainGroups.ChainGroups_Rejected.selector, groupId, PLANT, qingdao)
        );
        _refusedReject(
            leader,
            PLANT,
            outsider,
            abi.encodeWithSelector(IChainGroups.ChainGroups_UnknownCandidate.selector, groupId, PLANT, 1, outsider)
        );
        _refusedReject(
            hefei, PLANT, hefei, abi.encodeWithSelector(IChainGroups.ChainGroups_NotTheLeader.selector, groupId, hefei)
        );
        _refusedReject(
            leader, 3, hefei, abi.encodeWithSelector(IChainGroups.ChainGroups_UnknownRole.selector, groupId, 3)
        );
        select(groupId, PLANT, hefei);
        _refusedReject(
            leader,
            PLANT,
            hefei,
            abi.encodeWithSelector(IChainGroups.ChainGroups_AlreadySelected.selector, groupId, PLANT, hefei)
        );
        warpToForm(groupId);
        groups.form(groupId);
        _refusedReject(
            leader,
            MARKET,
            shanghai,
            abi.encodeWithSelector(IChainGroups.ChainGroups_RoleHeld.selector, groupId, MARKET, shanghai)
        );
    }

    function test_rejection_is_from_grab_end_to_select_end() public {
        IChainGroups.Group memory record = groups.group(groupId);
        vm.warp(record.grabEnd - 1);
        _refusedReject(
            leader,
            PLANT,
            hefei,
            abi.encodeWithSelector(IRoom.Room_TooEarly.selector, record.grabEnd - 1, record.grabEnd)
        );
        for (uint40 late; late < 2; ++late) {
            vm.warp(record.selectEnd + late);
            _refusedReject(
                leader,
                PLANT,
                hefei,
                abi.encodeWithSelector(IRoom.Room_TooLate.selector, record.selectEnd + late, record.selectEnd)
            );
        }
        vm.warp(record.selectEnd - 1);
        reject(groupId, PLANT, hefei);
    }

    function test_the_leader_rejects_all_of_a_reopened_role_and_opens_it_again() public {
        warpToForm(groupId);
        groups.form(groupId);
        complain(groupId, PLANT);
        groups.reopenRole(groupId, PLANT);
        grab(groupId, PLANT, qingdao, 500);
        grab(groupId, PLANT, chengdu, 450);
        vm.warp(groups.roundOf(groupId, PLANT, 2).grabEnd);
        reject(groupId, PLANT, qingdao);
        vm.prank(leader);
        groups.reopenRole(groupId, PLANT);
        groupPay.releaseStake(groupId, PLANT, 2, qingdao);
        groupPay.releaseStake(groupId, PLANT, 2, chengdu);
        grab(groupId, PLANT, qingdao, 500);
        assertEq(groups.role(groupId, PLANT).round, 3);
    }
}
