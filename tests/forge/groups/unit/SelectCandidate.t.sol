// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

contract SelectCandidateTest is GroupHouse {
    uint256 private groupId;

    function setUp() public override {
        super.setUp();
        groupId = grabbedGroup();
        warpToSelect(groupId);
    }

    function _refusedSelect(address caller, uint256 roleId, address node, bytes memory reason) private {
        refused(reason);
        vm.prank(caller);
        groups.selectCandidate(groupId, roleId, node);
    }

    function test_the_leader_selects_another_than_the_best() public {
        vm.expectEmit(address(groups));
        emit IChainGroups.CandidateSelected(groupId, PLANT, qingdao, 1, 500);
        select(groupId, PLANT, qingdao);
        IChainGroups.Round memory filling = groups.roundOf(groupId, PLANT, 1);
        assertEq(filling.standing, qingdao);
        assertEq(filling.pledge, 500);
        assertTrue(filling.selected);
        IChainGroups.Group memory record = groups.group(groupId);
        assertEq(record.pledged, 1000);
        assertEq(record.filled, 2);
        assertEq(record.selected, 1);
        warpToForm(groupId);
        groups.form(groupId);
        assertEq(groups.holderOf(groupId, PLANT), qingdao);
        assertTrue(groups.isMember(groupId, qingdao));
        assertFalse(groups.isMember(groupId, hefei), "the one that was passed over");
    }

    function test_the_leader_confirms_the_best() public {
        select(groupId, PLANT, hefei);
        assertEq(groups.roundOf(groupId, PLANT, 1).standing, hefei);
        assertEq(groups.group(groupId).pledged, 1100);
    }

    function test_when_all_are_selected_the_group_forms_at_once() public {
        select(groupId, PLANT, hefei);
        refused(
            abi.encodeWithSelector(
                IChainGroups.ChainGroups_SelectionStillOpen.selector,
                groupId,
                block.timestamp,
                groups.group(groupId).selectEnd
            )
        );
        groups.form(groupId);
        select(groupId, MARKET, chengdu);
        groups.form(groupId);
        assertEq(groups.holderOf(groupId, MARKET), chengdu);
    }

    function test_only_the_leader_selects() public {
        _refusedSelect(
            hefei, PLANT, hefei, abi.encodeWithSelector(IChainGroups.ChainGroups_NotTheLeader.selector, groupId, hefei)
        );
        _refusedSelect(
            leader, 3, hefei, abi.encodeWithSelector(IChainGroups.ChainGroups_UnknownRole.selector, groupId, 3)
        );
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_Unknown.selector, 99));
        groups.selectCandidate(99, PLANT, hefei);
    }

    function test_a_selection_is_final() public {
        select(groupId, PLANT, hefei);
        _refusedSelect(
            leader,
            PLANT,
            qingdao,
            abi.encodeWithSelector(IChainGroups.ChainGroups_AlreadySelected.selector, groupId, PLANT, hefei)
        );
    }

    function test_only_a_candidate_of_the_role_is_selected() public {
        _refusedSelect(
            leader,
            PLANT,
            shanghai,
            abi.encodeWithSelector(IChainGroups.ChainGroups_UnknownCandidate.selector, groupId, PLANT, 1, shanghai)
        );
    }

    function test_a_leader_cannot_dissolve_by_selection() public {
        select(groupId, PLANT, qingdao);
        _refusedSelect(
            leader,
            MARKET,
            chengdu,
            abi.encodeWithSelector(IChainGroups.ChainGroups_SelectionMissesTarget.selector, groupId, 950, TARGET)
        );
        select(groupId, MARKET, shanghai);
        groups.form(groupId);
    }

    function test_selection_is_from_grab_end_to_select_end() public {
        IChainGroups.Group memory record = groups.group(groupId);
        vm.warp(record.grabEnd - 1);
        _refusedSelect(
            leader,
            PLANT,
            hefei,
            abi.encodeWithSelector(IRoom.Room_TooEarly.selector, record.grabEnd - 1, record.grabEnd)
        );
        for (uint40 late; late < 2; ++late) {
            vm.warp(record.selectEnd + late);
            _refusedSelect(
                leader,
                PLANT,
                hefei,
                abi.encodeWithSelector(IRoom.Room_TooLate.selector, record.selectEnd + late, record.selectEnd)
            );
        }
        uint256 state = vm.snapshotState();
        vm.warp(record.grabEnd);
        select(groupId, PLANT, hefei);
        vm.revertToState(state);
        vm.warp(record.selectEnd - 1);
        select(groupId, PLANT, hefei);
    }

    function test_selection_refuses_a_held_role_and_a_group_that_is_over() public {
        warpToForm(groupId);
        groups.form(groupId);
        _refusedSelect(
            leader,
            PLANT,
            qingdao,
            abi.encodeWithSelector(IChainGroups.ChainGroups_RoleHeld.selector, groupId, PLANT, hefei)
        );
        warpToClose(groupId);
        groups.close(groupId);
        _refusedSelect(
            leader,
            PLANT,
            qingdao,
            abi.encodeWithSelector(
                IChainGroups.ChainGroups_WrongStatus.selector,
                groupId,
                IChainGroups.GroupStatus.Settled,
                IChainGroups.GroupStatus.Formed
            )
        );
    }

    function test_pause_and_suspension_stop_no_selection_and_no_forming() public {
        pause();
        suspend(leader);
        suspend(hefei);
        select(groupId, PLANT, hefei);
        select(groupId, MARKET, shanghai);
        groups.form(groupId);
    }
}
