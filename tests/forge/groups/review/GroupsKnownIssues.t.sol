// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

/// What stays of chain groups and ratings, shown in its true size.
contract GroupsKnownIssuesTest is GroupHouse {
    function test_a_node_suspended_after_its_grab_still_holds_the_role_by_rule() public {
        uint256 groupId = grabbedGroup();
        suspend(hefei);
        warpToForm(groupId);
        groups.form(groupId);
        assertEq(groups.holderOf(groupId, PLANT), hefei);
    }

    function test_a_leader_holds_stakes_up_with_a_bet_that_never_settles_for_its_time_and_no_longer() public {
        uint256 groupId = formedGroup();
        bets.set(7, groupId, 0);
        vm.prank(leader);
        groups.bindBet(groupId, 7);
        vm.warp(uint256(groups.group(groupId).reportEnd) + groups.MAX_BET_SECONDS() - 1);
        vm.expectPartialRevert(IChainGroups.ChainGroups_BetStillOpen.selector);
        groups.close(groupId);
        skip(1);
        groups.close(groupId);
    }

    function test_a_silent_reporter_leaves_the_work_unpaid() public {
        uint256 groupId = settledGroup();
        groupPay.returnBudget(groupId);
        assertEq(token.balanceOf(leader), FUNDS);
    }

    function test_two_friends_in_a_group_gain_at_a_third_ones_expense_within_the_bound() public {
        book.set(hefei, 10_000);
        book.set(shanghai, 9000);
        uint256 groupId = settledGroup();
        commitList(groupId, hefei, pairOf(leader, 0, shanghai, 10_000));
        warpToOpening(groupId);
        revealList(groupId, hefei, pairOf(leader, 0, shanghai, 10_000));
        (, uint16 up) = ratings.outcomeOf(groupId, shanghai);
        (, uint16 down) = ratings.outcomeOf(groupId, leader);
        assertEq(up, 9200, "one rater of full credit, alone");
        assertEq(down, 6800);
    }
}
