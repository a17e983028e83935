// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IGroupPay } from "../../../../contracts/chaingroup/interfaces/IGroupPay.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

contract GrabRoleTest is GroupHouse {
    uint256 private groupId;

    function setUp() public override {
        super.setUp();
        groupId = openGroup();
    }

    function _refusedGrab(address node, uint128 pledge, bytes memory reason) private {
        bytes32 plan = sealPlan(groupId, PLANT, node);
        refused(reason);
        vm.prank(node);
        groups.grabRole(groupId, PLANT, pledge, plan);
    }

    function _standing() private view returns (address) {
        return groups.roundOf(groupId, PLANT, 1).standing;
    }

    function test_a_grab_stands_and_stakes() public {
        vm.expectEmit(address(groups));
        emit IChainGroups.RoleGrabbed(
            groupId, PLANT, hefei, 1, 1, 600, STAKE, 7000, sealPlan(groupId, PLANT, hefei), true
        );
        grab(groupId, PLANT, hefei, 600);
        IChainGroups.Candidate memory entry = groups.candidate(groupId, PLANT, 1, hefei);
        assertEq(entry.pledge, 600);
        assertEq(groupPay.stakeOf(groupId, PLANT, 1, hefei), STAKE);
        assertEq(entry.index, 1);
        assertEq(entry.creditBps, 7000);
        assertEq(entry.planRef, sealPlan(groupId, PLANT, hefei));
        assertEq(token.balanceOf(hefei), FUNDS - STAKE);
        IChainGroups.Group memory record = groups.group(groupId);
        assertEq(record.filled, 1);
        assertEq(record.pledged, 600);
        IChainGroups.Round memory filling = groups.roundOf(groupId, PLANT, 1);
        assertEq(filling.standing, hefei);
        assertEq(filling.pledge, 600);
        assertEq(filling.candidates, 1);
        assertEq(filling.grabEnd, record.grabEnd);
        assertEq(filling.selectEnd, record.selectEnd);
        assertEq(filling.seatedAt, 0);
        assertFalse(groups.isMember(groupId, hefei), "nobody is a member of a group that did not form");
        assertFalse(groups.isMember(groupId, leader));
    }

    function test_the_higher_pledge_stands() public {
        grab(groupId, PLANT, hefei, 500);
        grab(groupId, PLANT, qingdao, 501);
        assertEq(_standing(), qingdao);
        grab(groupId, PLANT, chengdu, 400);
        assertEq(_standing(), qingdao);
        assertEq(groups.group(groupId).pledged, 501);
        assertEq(groups.group(groupId).filled, 1);
    }

    function test_at_equal_pledges_the_better_credit_stands() public {
        grab(groupId, PLANT, hefei, 500);
        book.set(qingdao, 7001);
        grab(groupId, PLANT, qingdao, 500);
        assertEq(_standing(), qingdao);
    }

    function test_at_equal_pledge_and_credit_the_earlier_grab_stands() public {
        grab(groupId, PLANT, hefei, 500);
        grab(groupId, PLANT, qingdao, 500);
        assertEq(_standing(), hefei);
    }

    function test_what_happens_to_credit_after_the_grab_decides_nothing() public {
        grab(groupId, PLANT, hefei, 500);
        book.set(hefei, 9000);
        book.set(qingdao, 8000);
        grab(groupId, PLANT, qingdao, 500);
        assertEq(_standing(), qingdao, "hefei had 7000 when it grabbed");
    }

    function test_a_node_may_stand_for_several_roles_and_hold_them() public {
        grab(groupId, PLANT, hefei, 600);
        grab(groupId, MARKET, hefei, 600);
        warpToForm(groupId);
        groups.form(groupId);
        assertEq(groups.holderOf(groupId, PLANT), hefei);
        assertEq(groups.holderOf(groupId, MARKET), hefei);
        assertEq(token.balanceOf(hefei), FUNDS - 2 * STAKE);
    }

    function test_a_grab_without_stake_moves_nothing() public {
        IChainGroups.RoleTerms[] memory roles = twoRoles();
        roles[0].stake = 0;
        groupId = openGroup(groupTerms(), roles);
        grab(groupId, PLANT, hefei, 600);
        assertEq(token.balanceOf(hefei), FUNDS);
        warpToClose(groupId);
        groups.dissolve(groupId);
        refused(abi.encodeWithSelector(IGroupPay.GroupPay_NoStakeHeld.selector, groupId, PLANT, 1, hefei));
        groupPay.releaseStake(groupId, PLANT, 1, hefei);
    }

    function test_grab_refuses_unknown_groups_and_roles() public {
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_Unknown.selector, 99));
        vm.prank(hefei);
        groups.grabRole(99, PLANT, 600, bytes32("plan"));
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_UnknownRole.selector, groupId, 3));
        vm.prank(hefei);
        groups.grabRole(groupId, 3, 600, bytes32("plan"));
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_UnknownRole.selector, groupId, 0));
        vm.prank(hefei);
        groups.grabRole(groupId, 0, 600, bytes32("plan"));
    }

    function test_only_an_active_node_that_is_not_the_leader_grabs() public {
        _refusedGrab(buyer, 600, abi.encodeWithSelector(IRoom.Room_NotActive.selector, buyer, Offices.NODE));
        _refusedGrab(
            leader, 600, abi.encodeWithSelector(IChainGroups.ChainGroups_LeaderCannotGrab.selector, groupId, leader)
        );
        suspend(hefei);
        _refusedGrab(hefei, 600, abi.encodeWithSelector(IRoom.Room_NotActive.selector, hefei, Offices.NODE));
    }

    function test_a_pause_stops_grabs() public {
        pause();
        _refusedGrab(hefei, 600, abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
    }

    function test_a_node_grabs_a_role_once() public {
        grab(groupId, PLANT, hefei, 600);
        _refusedGrab(
            hefei, 700, abi.encodeWithSelector(IChainGroups.ChainGroups_AlreadyGrabbed.selector, groupId, PLANT, hefei)
        );
    }

    function test_a_grab_has_a_plan() public {
        refused(abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        vm.prank(hefei);
        groups.grabRole(groupId, PLANT, 600, bytes32(0));
    }

    function test_the_pledge_is_from_the_floor_to_the_most() public {
        uint128 most = MOST;
        _refusedGrab(
            hefei,
            FLOOR - 1,
            abi.encodeWithSelector(IChainGroups.ChainGroups_PledgeOutOfBounds.selector, groupId, FLOOR - 1, FLOOR, most)
        );
        _refusedGrab(
            hefei,
            most + 1,
            abi.encodeWithSelector(IChainGroups.ChainGroups_PledgeOutOfBounds.selector, groupId, most + 1, FLOOR, most)
        );
        grab(groupId, PLANT, hefei, FLOOR);
        grab(groupId, PLANT, qingdao, most);
    }

    function test_credit_below_the_minimum_is_refused() public {
        book.set(hefei, 4999);
        _refusedGrab(
            hefei,
            600,
            abi.encodeWithSelector(IChainGroups.ChainGroups_CreditTooLow.selector, groupId, hefei, 4999, 5000)
        );
        book.set(hefei, 5000);
        grab(groupId, PLANT, hefei, 600);
    }

    function test_grabs_end_at_grab_end() public {
        uint40 grabEnd = groups.group(groupId).grabEnd;
        vm.warp(grabEnd - 1);
        grab(groupId, PLANT, hefei, 600);
        for (uint40 late; late < 2; ++late) {
            vm.warp(grabEnd + late);
            _refusedGrab(qingdao, 600, abi.encodeWithSelector(IRoom.Room_TooLate.selector, grabEnd + late, grabEnd));
        }
    }

    function test_grab_refuses_a_group_that_is_over_and_a_role_that_is_held() public {
        groupId = formedGroup();
        address late = actor("late node");
        enrolNode(late);
        _refusedGrab(
            late, 600, abi.encodeWithSelector(IChainGroups.ChainGroups_RoleHeld.selector, groupId, PLANT, hefei)
        );
        warpToClose(groupId);
        groups.close(groupId);
        _refusedGrab(
            late,
            600,
            abi.encodeWithSelector(
                IChainGroups.ChainGroups_WrongStatus.selector,
                groupId,
                IChainGroups.GroupStatus.Settled,
                IChainGroups.GroupStatus.Formed
            )
        );
    }

    // ---- plans ----

    function test_a_plan_is_opened_by_its_node() public {
        grab(groupId, PLANT, hefei, 600);
        warpToSelect(groupId);
        vm.expectEmit(address(groups));
        emit IChainGroups.PlanOpened(groupId, PLANT, hefei, 1, planOf(hefei));
        vm.prank(hefei);
        groups.openPlan(groupId, PLANT, 1, planOf(hefei), saltOf(hefei));
    }

    function test_a_copied_plan_commitment_is_useless() public {
        bytes32 copied = sealPlan(groupId, PLANT, hefei);
        vm.prank(qingdao);
        groups.grabRole(groupId, PLANT, 600, copied);
        grab(groupId, PLANT, hefei, 600);
        warpToSelect(groupId);
        bytes32 mine = groupLens.sealPlan(groupId, PLANT, qingdao, planOf(hefei), saltOf(hefei));
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_PlanMismatch.selector, groupId, PLANT, mine, copied));
        vm.prank(qingdao);
        groups.openPlan(groupId, PLANT, 1, planOf(hefei), saltOf(hefei));
    }

    function test_a_plan_names_chain_contract_group_role_and_node() public {
        bytes32 here = groupLens.sealPlan(groupId, PLANT, hefei, planOf(hefei), saltOf(hefei));
        assertEq(here, sealPlan(groupId, PLANT, hefei));
        assertNotEq(here, groupLens.sealPlan(groupId + 1, PLANT, hefei, planOf(hefei), saltOf(hefei)), "group");
        assertNotEq(here, groupLens.sealPlan(groupId, MARKET, hefei, planOf(hefei), saltOf(hefei)), "role");
        assertNotEq(here, groupLens.sealPlan(groupId, PLANT, qingdao, planOf(hefei), saltOf(hefei)), "node");
        vm.chainId(block.chainid + 1);
        assertNotEq(here, groupLens.sealPlan(groupId, PLANT, hefei, planOf(hefei), saltOf(hefei)), "chain");
    }

    function test_a_plan_opens_from_grab_end_on() public {
        grab(groupId, PLANT, hefei, 600);
        uint40 grabEnd = groups.group(groupId).grabEnd;
        vm.warp(grabEnd - 1);
        refused(abi.encodeWithSelector(IRoom.Room_TooEarly.selector, grabEnd - 1, grabEnd));
        vm.prank(hefei);
        groups.openPlan(groupId, PLANT, 1, planOf(hefei), saltOf(hefei));
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_UnknownCandidate.selector, groupId, PLANT, 1, qingdao));
        vm.prank(qingdao);
        groups.openPlan(groupId, PLANT, 1, planOf(hefei), saltOf(hefei));
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_Unknown.selector, 99));
        groups.openPlan(99, PLANT, 1, planOf(hefei), saltOf(hefei));
    }
}
