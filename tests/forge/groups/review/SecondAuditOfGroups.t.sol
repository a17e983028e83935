// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ChainGroups } from "../../../../contracts/chaingroup/ChainGroups.sol";
import { GroupPay } from "../../../../contracts/chaingroup/GroupPay.sol";
import { IBoundToGroups } from "../../../../contracts/chaingroup/interfaces/IBoundToGroups.sol";
import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { UserReviews } from "../../../../contracts/chaingroup/UserReviews.sol";
import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

/// What the second audit found of chain groups (F5, F7), turned round.
contract SecondAuditOfGroupsTest is GroupHouse {
    /// F5. Honest pledges miss the target, a boast reaches it: the leader rejects the boast, and the group dissolves.
    function test_a_boast_forces_no_group_on_its_leader() public {
        uint256 groupId = openGroup();
        grab(groupId, PLANT, hefei, 450);
        grab(groupId, MARKET, shanghai, 500); // 950 of 1,000
        address boaster = actor("boaster");
        enrolNode(boaster);
        grab(groupId, PLANT, boaster, MOST);
        warpToSelect(groupId);
        vm.prank(leader);
        vm.expectPartialRevert(IChainGroups.ChainGroups_SelectionMissesTarget.selector);
        groups.selectCandidate(groupId, PLANT, hefei);
        reject(groupId, PLANT, boaster);
        vm.prank(leader);
        groups.dissolve(groupId);
        groupPay.returnBudget(groupId);
        groupPay.releaseStake(groupId, PLANT, 1, hefei);
        groupPay.releaseStake(groupId, PLANT, 1, boaster);
        assertEq(token.balanceOf(leader), FUNDS);
        assertEq(token.balanceOf(hefei), FUNDS);
    }

    /// F5. A pledge is at most what the leader thinks possible, and binds in proportion.
    function test_a_boast_is_bounded_and_binds_its_part() public {
        IChainGroups.RoleTerms[] memory roles = twoRoles();
        roles[0].stakeBpsOfPledge = 8000;
        uint256 groupId = openGroup(groupTerms(), roles);
        refused(
            abi.encodeWithSelector(IChainGroups.ChainGroups_PledgeOutOfBounds.selector, groupId, MOST + 1, FLOOR, MOST)
        );
        vm.prank(hefei);
        groups.grabRole(groupId, PLANT, MOST + 1, bytes32("plan"));
        grab(groupId, PLANT, hefei, MOST);
        assertEq(groupPay.stakeOf(groupId, PLANT, 1, hefei), 8000);
    }

    /// F5. After a rejection nobody but the leader gives the group up while it may still select another.
    function test_a_stranger_does_not_dissolve_between_a_rejection_and_the_selection_of_another() public {
        uint256 groupId = grabbedGroup();
        warpToSelect(groupId);
        reject(groupId, PLANT, hefei);
        vm.prank(outsider);
        vm.expectPartialRevert(IRoom.Room_TooEarly.selector);
        groups.dissolve(groupId);
        select(groupId, PLANT, qingdao);
        select(groupId, MARKET, shanghai);
        groups.form(groupId);
    }

    /// F5, M1. What a better node promises counts more.
    function test_credit_ranks_and_does_not_only_break_ties() public {
        IChainGroups.RoleTerms[] memory roles = twoRoles();
        roles[0].creditWeightBps = 10_000;
        uint256 groupId = openGroup(groupTerms(), roles);
        book.set(hefei, 9500);
        book.set(qingdao, 5000);
        grab(groupId, PLANT, hefei, 500);
        grab(groupId, PLANT, qingdao, 501);
        assertEq(groups.roundOf(groupId, PLANT, 1).standing, hefei);
    }

    /// F5. Whoever holds a role by a boast and does nothing is no longer bound to the leader until reportEnd.
    function test_a_group_with_an_idle_holder_ends_without_it() public {
        IChainGroups.GroupTerms memory terms = groupTerms();
        terms.betSeconds = 5 days;
        uint256 groupId = openGroup(terms, twoRoles());
        grab(groupId, PLANT, hefei, MOST);
        grab(groupId, MARKET, shanghai, 500);
        warpToForm(groupId);
        groups.form(groupId);
        skip(5 days); // hefei signs no bet
        groups.dissolve(groupId);
        groupPay.returnBudget(groupId);
        assertEq(token.balanceOf(leader), FUNDS);
    }

    /// F7. All work done and paid on the first day, no bet: after the last reviews the group closes, stakes return.
    function test_a_finished_group_without_a_bet_ends() public {
        uint256 groupId = formedGroup();
        progress(groupId, PLANT, 10_000);
        progress(groupId, MARKET, 10_000);
        skip(REVIEW_SECONDS);
        groups.close(groupId);
        groupPay.releaseStake(groupId, PLANT, 1, hefei);
        assertLt(block.timestamp, groups.group(groupId).workEnd, "long before its time");
    }

    /// F7. Nothing done, and all agree: the group ends in an hour.
    function test_all_together_end_a_group_at_once() public {
        uint256 groupId = formedGroup();
        consent(groupId, 0, leader);
        consent(groupId, PLANT, hefei);
        consent(groupId, MARKET, shanghai);
        groupPay.returnBudget(groupId);
        assertEq(token.balanceOf(leader), FUNDS);
    }

    /// F7. A holder that wants to go, goes.
    function test_a_holder_resigns() public {
        uint256 groupId = formedGroup();
        vm.prank(hefei);
        groups.resignRole(groupId, PLANT);
        groupPay.releaseStake(groupId, PLANT, 1, hefei);
        assertEq(token.balanceOf(hefei), FUNDS);
    }

    /// F2. A routine change of the reporter's key stops no report, and earns nobody less.
    function test_a_routine_key_change_of_the_reporter_stops_no_report() public {
        uint256 groupId = formedGroup();
        handOver(reporterPost, actor("next reporter"));
        reporter = actor("next reporter");
        progress(groupId, PLANT, 10_000);
        assertEq(groupPay.purseOf(groupId).earned, PLANT_PAY);
    }

    /// Money and reviews are asked by one pair of contracts, and nobody puts itself between them.
    function test_the_bond_of_groups_pay_and_reviews_is_made_once() public {
        assertEq(groupPay.groups(), address(groups));
        assertEq(userReviews.groups(), address(groups));
        vm.startPrank(outsider);
        refused(abi.encodeWithSelector(IBoundToGroups.BoundToGroups_AlreadyBound.selector, groups));
        groupPay.bindGroups();
        refused(abi.encodeWithSelector(IBoundToGroups.BoundToGroups_NotTheGroups.selector, outsider, groups));
        groupPay.takeBudget(1, leader, 1);
        refused(abi.encodeWithSelector(IBoundToGroups.BoundToGroups_NotTheGroups.selector, outsider, groups));
        groupPay.takeStake(1, PLANT, 1, hefei, 1);
        vm.stopPrank();
    }

    /// Whoever is quicker than the deployer spoils a deployment that nobody uses yet.
    function test_a_bond_that_a_stranger_made_deploys_no_groups() public {
        GroupPay pay = new GroupPay(participants, token, 1);
        vm.prank(outsider);
        pay.bindGroups();
        ICreditRegistry scores = ICreditRegistry(address(book));
        refused(abi.encodeWithSelector(IBoundToGroups.BoundToGroups_AlreadyBound.selector, outsider));
        new ChainGroups(participants, scores, bets, majeure, groupRules, pay, userReviews, 1);
    }

    /// Numbers of two editions never meet.
    function test_a_second_edition_counts_in_its_own_numbers() public {
        ICreditRegistry scores = ICreditRegistry(address(book));
        GroupPay pay = new GroupPay(participants, token, 1);
        UserReviews said = new UserReviews(participants, scores, FEEDBACK_VALUE, 1);
        ChainGroups second = new ChainGroups(participants, scores, bets, majeure, groupRules, pay, said, 1);
        registerCustodian(address(pay));
        approve(leader, address(pay));
        IChainGroups.GroupTerms memory terms = groupTerms();
        IChainGroups.RoleTerms[] memory roles = twoRoles();
        vm.prank(leader);
        assertEq(second.openGroup(terms, roles), 1_000_000_001);
    }
}
