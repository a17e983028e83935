// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

contract FormGroupTest is GroupHouse {
    function _wrongStatus(uint256 groupId, IChainGroups.GroupStatus actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IChainGroups.ChainGroups_WrongStatus.selector, groupId, actual, IChainGroups.GroupStatus.Open
        );
    }

    function _canStillForm(uint256 groupId) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            IChainGroups.ChainGroups_CanStillForm.selector, groupId, block.timestamp, groups.group(groupId).workEnd
        );
    }

    function test_when_the_leader_is_silent_the_best_form_the_group() public {
        uint256 groupId = grabbedGroup();
        warpToForm(groupId);
        vm.expectEmit(address(groups));
        emit IChainGroups.GroupFormed(groupId, leader, 1100, 0);
        vm.prank(outsider);
        groups.form(groupId);
        assertEq(groupStatus(groupId), uint256(IChainGroups.GroupStatus.Formed));
        assertEq(groups.holderOf(groupId, PLANT), hefei);
        assertEq(groups.holderOf(groupId, MARKET), shanghai);
        assertEq(groups.group(groupId).formedAt, block.timestamp);
        assertEq(groups.roundOf(groupId, PLANT, 1).seatedAt, block.timestamp);
        assertTrue(groups.isMember(groupId, leader));
        assertTrue(groups.isMember(groupId, hefei));
        assertFalse(groups.isMember(groupId, qingdao));
        assertEq(groups.settledAt(groupId), 0);
    }

    function test_forming_opens_at_select_end_and_closes_at_work_end() public {
        uint256 groupId = grabbedGroup();
        IChainGroups.Group memory record = groups.group(groupId);
        vm.warp(record.selectEnd - 1);
        refused(
            abi.encodeWithSelector(
                IChainGroups.ChainGroups_SelectionStillOpen.selector, groupId, record.selectEnd - 1, record.selectEnd
            )
        );
        groups.form(groupId);
        uint256 state = vm.snapshotState();
        vm.warp(record.workEnd - 1);
        groups.form(groupId);
        vm.revertToState(state);
        for (uint40 late; late < 2; ++late) {
            vm.warp(record.workEnd + late);
            refused(abi.encodeWithSelector(IRoom.Room_TooLate.selector, record.workEnd + late, record.workEnd));
            groups.form(groupId);
        }
    }

    function test_an_unfilled_role_dissolves_the_group() public {
        uint256 groupId = openGroup();
        grab(groupId, PLANT, hefei, 2000);
        warpToForm(groupId);
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_NotCovered.selector, groupId, 1, 2, 2000, TARGET));
        groups.form(groupId);
        vm.expectEmit(address(groups));
        emit IChainGroups.GroupDissolved(groupId, leader, 1, 2000);
        vm.prank(outsider);
        groups.dissolve(groupId);
        assertEq(groupStatus(groupId), uint256(IChainGroups.GroupStatus.Dissolved));
        assertFalse(groups.isMember(groupId, hefei));
        assertFalse(groups.isMember(groupId, leader));
        assertEq(groups.holderOf(groupId, PLANT), address(0));
    }

    function test_pledges_one_unit_under_target_dissolve_the_group() public {
        uint256 groupId = openGroup();
        grab(groupId, PLANT, hefei, 500);
        grab(groupId, MARKET, shanghai, 499);
        warpToForm(groupId);
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_NotCovered.selector, groupId, 2, 2, 999, TARGET));
        groups.form(groupId);
        groups.dissolve(groupId);
    }

    function test_pledges_at_the_target_form_the_group() public {
        uint256 groupId = openGroup();
        grab(groupId, PLANT, hefei, 500);
        grab(groupId, MARKET, shanghai, 500);
        warpToForm(groupId);
        refused(_canStillForm(groupId));
        groups.dissolve(groupId);
        groups.form(groupId);
    }

    /// Until selectEnd the leader may still fill a role: it gives up before, others after.
    function test_a_group_that_cannot_form_dissolves_from_grab_end_on_by_its_leader_from_select_end_on_by_anybody()
        public
    {
        uint256 groupId = openGroup();
        IChainGroups.Group memory record = groups.group(groupId);
        vm.warp(record.grabEnd - 1);
        refused(abi.encodeWithSelector(IRoom.Room_TooEarly.selector, record.grabEnd - 1, record.grabEnd));
        vm.prank(leader);
        groups.dissolve(groupId);
        uint256 state = vm.snapshotState();
        for (uint40 late; late < 2; ++late) {
            vm.warp(record.grabEnd + late);
            vm.prank(leader);
            groups.dissolve(groupId);
            vm.revertToState(state);
            state = vm.snapshotState();
            vm.warp(record.selectEnd + late);
            vm.prank(outsider);
            groups.dissolve(groupId);
            vm.revertToState(state);
            state = vm.snapshotState();
        }
        vm.warp(record.selectEnd - 1);
        refused(abi.encodeWithSelector(IRoom.Room_TooEarly.selector, record.selectEnd - 1, record.selectEnd));
        vm.prank(outsider);
        groups.dissolve(groupId);
    }

    function test_a_group_that_nobody_formed_dissolves_from_work_end_on() public {
        uint256 groupId = grabbedGroup();
        uint40 workEnd = groups.group(groupId).workEnd;
        vm.warp(workEnd - 1);
        refused(_canStillForm(groupId));
        groups.dissolve(groupId);
        vm.warp(workEnd);
        groups.dissolve(groupId);
        assertEq(groupStatus(groupId), uint256(IChainGroups.GroupStatus.Dissolved));
    }

    function test_nothing_comes_back_from_an_end() public {
        uint256 groupId = formedGroup();
        refused(_wrongStatus(groupId, IChainGroups.GroupStatus.Formed));
        groups.form(groupId);
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_GroupGoesOn.selector, groupId, 0, 0, 0));
        groups.dissolve(groupId);
        uint256 other = openGroup();
        warpToForm(other);
        groups.dissolve(other);
        refused(_wrongStatus(other, IChainGroups.GroupStatus.Dissolved));
        groups.form(other);
        refused(_wrongStatus(other, IChainGroups.GroupStatus.Dissolved));
        groups.dissolve(other);
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_Unknown.selector, 99));
        groups.form(99);
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_Unknown.selector, 99));
        groups.dissolve(99);
    }
}
