// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IGroupPay } from "../../../../contracts/chaingroup/interfaces/IGroupPay.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

/// From every state of a chain group, with every person gone, a stranger and the clock return all money.
contract EverybodyWalksAwayFromGroupsTest is GroupHouse {
    address private stranger;

    function setUp() public override {
        super.setUp();
        stranger = actor("stranger");
    }

    /// Every person leaves, is suspended, loses its office; the house is paused, bets answer nobody.
    function _everybodyWalksAway() private {
        pause();
        suspend(leader);
        suspend(hefei);
        suspend(shanghai);
        suspend(qingdao);
        suspend(chengdu);
        bets.breakDown();
        vacate(reporterPost);
        revoke(Offices.GUARDIAN, guardian);
        revoke(Offices.TREASURER, treasurer);
        revoke(Offices.REGISTRAR, registrar);
        vm.startPrank(stranger);
    }

    function _release(uint256 groupId, uint256 roleId, uint256 round, address node) private {
        if (groupPay.stakeOf(groupId, roleId, round, node) == 0) return;
        groupPay.releaseStake(groupId, roleId, round, node);
    }

    /// The stranger sends everybody what is its own.
    function _noMoneyIsLeftBehind(uint256 groupId) private {
        address[4] memory nodes = [hefei, qingdao, shanghai, chengdu];
        for (uint256 roleId = 1; roleId <= groups.group(groupId).roles; ++roleId) {
            for (uint256 round = 1; round <= groups.role(groupId, roleId).round; ++round) {
                for (uint256 i; i < 4; ++i) {
                    _release(groupId, roleId, round, nodes[i]);
                }
                if (groupLens.owedTo(groupId, roleId, round) != 0) groupPay.payEarnings(groupId, roleId, round);
            }
        }
        IGroupPay.Purse memory purse = groupPay.purseOf(groupId);
        if (purse.earned < purse.budget) groupPay.returnBudget(groupId);
        vm.stopPrank();
        assertEq(token.balanceOf(address(groupPay)), 0, "groups");
        assertEq(token.balanceOf(stranger), 0, "stranger");
        uint256 held = token.balanceOf(leader);
        for (uint256 i; i < 4; ++i) {
            held += token.balanceOf(nodes[i]);
        }
        assertEq(held, 5 * uint256(FUNDS), "parties");
    }

    function test_from_an_order_without_candidates() public {
        uint256 groupId = openGroup();
        _everybodyWalksAway();
        warpToForm(groupId);
        groups.dissolve(groupId);
        _noMoneyIsLeftBehind(groupId);
    }

    function test_from_an_order_under_target() public {
        uint256 groupId = openGroup();
        grab(groupId, PLANT, hefei, 400);
        grab(groupId, MARKET, shanghai, 400);
        _everybodyWalksAway();
        warpToForm(groupId);
        groups.dissolve(groupId);
        _noMoneyIsLeftBehind(groupId);
    }

    function test_from_an_order_that_could_form_and_does() public {
        uint256 groupId = grabbedGroup();
        _everybodyWalksAway();
        warpToForm(groupId);
        groups.form(groupId);
        warpToClose(groupId);
        groups.close(groupId);
        _noMoneyIsLeftBehind(groupId);
    }

    function test_from_an_order_that_could_form_and_is_forgotten() public {
        uint256 groupId = grabbedGroup();
        warpToSelect(groupId);
        select(groupId, PLANT, qingdao);
        _everybodyWalksAway();
        warpToWorkEnd(groupId);
        groups.dissolve(groupId);
        _noMoneyIsLeftBehind(groupId);
    }

    function test_from_work_that_is_partly_earned() public {
        uint256 groupId = formedGroup();
        progress(groupId, PLANT, 3333);
        _everybodyWalksAway();
        warpToClose(groupId);
        groups.close(groupId);
        _noMoneyIsLeftBehind(groupId);
        assertEq(token.balanceOf(hefei), FUNDS + 33_330);
    }

    function test_from_a_role_that_was_reopened_and_nobody_grabbed() public {
        uint256 groupId = reopenedGroup();
        _everybodyWalksAway();
        warpToClose(groupId);
        groups.close(groupId);
        _noMoneyIsLeftBehind(groupId);
    }

    function test_from_a_role_that_was_reopened_and_grabbed() public {
        uint256 groupId = reopenedGroup();
        grab(groupId, PLANT, qingdao, 500);
        grab(groupId, PLANT, shanghai, 400);
        _everybodyWalksAway();
        warpToClose(groupId);
        groups.close(groupId);
        _noMoneyIsLeftBehind(groupId);
    }

    function test_from_a_role_that_was_reopened_and_seated() public {
        uint256 groupId = reopenedGroup();
        grab(groupId, PLANT, qingdao, 500);
        warpToSeat(groupId, PLANT);
        groups.seatRole(groupId, PLANT);
        progress(groupId, PLANT, 7777);
        _everybodyWalksAway();
        warpToClose(groupId);
        groups.close(groupId);
        _noMoneyIsLeftBehind(groupId);
    }

    function test_from_a_group_whose_bet_never_settles() public {
        uint256 groupId = formedGroup();
        bets.set(7, groupId, 0);
        vm.prank(leader);
        groups.bindBet(groupId, 7);
        _everybodyWalksAway();
        vm.warp(uint256(groups.group(groupId).reportEnd) + groups.MAX_BET_SECONDS());
        groups.close(groupId);
        _noMoneyIsLeftBehind(groupId);
    }

    function test_from_an_order_whose_best_was_rejected() public {
        uint256 groupId = grabbedGroup();
        warpToSelect(groupId);
        reject(groupId, PLANT, hefei);
        _everybodyWalksAway();
        warpToForm(groupId);
        groups.dissolve(groupId);
        _noMoneyIsLeftBehind(groupId);
    }

    function test_from_a_group_without_the_bet_that_its_terms_ask_for() public {
        IChainGroups.GroupTerms memory terms = groupTerms();
        terms.betSeconds = 5 days;
        uint256 groupId = openGroup(terms, twoRoles());
        grab(groupId, PLANT, hefei, 600);
        grab(groupId, MARKET, shanghai, 500);
        warpToForm(groupId);
        groups.form(groupId);
        _everybodyWalksAway();
        skip(5 days);
        groups.dissolve(groupId);
        _noMoneyIsLeftBehind(groupId);
    }

    function test_from_a_role_that_was_resigned_and_opened_again_past_its_candidates() public {
        uint256 groupId = formedGroup();
        progress(groupId, PLANT, 1234);
        vm.prank(hefei);
        groups.resignRole(groupId, PLANT);
        grab(groupId, PLANT, qingdao, 500);
        grab(groupId, PLANT, chengdu, 450);
        vm.warp(groups.roundOf(groupId, PLANT, 2).grabEnd);
        reject(groupId, PLANT, qingdao);
        vm.prank(leader);
        groups.reopenRole(groupId, PLANT);
        grab(groupId, PLANT, chengdu, 450);
        _everybodyWalksAway();
        warpToClose(groupId);
        groups.close(groupId);
        _noMoneyIsLeftBehind(groupId);
    }

    function test_from_a_role_that_was_added() public {
        uint256 groupId = formedGroup();
        IChainGroups.RoleTerms memory terms = roleTerms(777);
        vm.prank(leader);
        groups.addRole(groupId, terms);
        grab(groupId, 3, qingdao, 500);
        _everybodyWalksAway();
        warpToClose(groupId);
        groups.close(groupId);
        _noMoneyIsLeftBehind(groupId);
    }

    function test_from_an_end_by_consent_that_waits_for_reports() public {
        uint256 groupId = reopenedGroup();
        grab(groupId, PLANT, qingdao, 500);
        consent(groupId, 0, leader);
        consent(groupId, MARKET, shanghai);
        _everybodyWalksAway();
        warpToClose(groupId);
        groups.close(groupId);
        _noMoneyIsLeftBehind(groupId);
    }

    function test_from_consents_of_all_but_one() public {
        uint256 groupId = formedGroup();
        consent(groupId, 0, leader);
        consent(groupId, MARKET, shanghai);
        _everybodyWalksAway();
        warpToClose(groupId);
        groups.close(groupId);
        _noMoneyIsLeftBehind(groupId);
    }

    function test_from_work_that_force_majeure_extended() public {
        IChainGroups.GroupTerms memory terms = groupTerms();
        terms.region = REGION;
        uint256 groupId = openGroup(terms, twoRoles());
        grab(groupId, PLANT, hefei, 600);
        grab(groupId, MARKET, shanghai, 500);
        warpToForm(groupId);
        groups.form(groupId);
        skip(3 days);
        storm(today() - 1, 2);
        groups.extendWork(groupId);
        _everybodyWalksAway();
        warpToClose(groupId);
        groups.close(groupId);
        _noMoneyIsLeftBehind(groupId);
    }

    function test_from_a_group_that_is_all_earned() public {
        uint256 groupId = formedGroup();
        progress(groupId, PLANT, 10_000);
        progress(groupId, MARKET, 10_000);
        _everybodyWalksAway();
        skip(REVIEW_SECONDS);
        groups.close(groupId);
        _noMoneyIsLeftBehind(groupId);
    }

    function test_from_a_settled_group() public {
        uint256 groupId = settledGroup();
        _everybodyWalksAway();
        _noMoneyIsLeftBehind(groupId);
    }
}
