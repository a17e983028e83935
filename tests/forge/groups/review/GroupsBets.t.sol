// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IGroupPay } from "../../../../contracts/chaingroup/interfaces/IGroupPay.sol";
import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

/// What a bet can do to a group, when somebody means it ill.
contract GroupsBetsReviewTest is GroupHouse {
    uint256 private constant BET = 7;

    uint256 private groupId;

    function setUp() public override {
        super.setUp();
        groupId = formedGroup();
        bets.set(BET, groupId, 0);
    }

    function _refusedBind(uint256 betId, bytes memory reason) private {
        refused(reason);
        vm.prank(leader);
        groups.bindBet(groupId, betId);
    }

    function test_a_bet_of_another_sponsor_is_not_bound() public {
        bets.setSponsor(BET, outsider);
        _refusedBind(
            BET,
            abi.encodeWithSelector(
                IChainGroups.ChainGroups_BetOfAnotherSponsor.selector, groupId, BET, outsider, leader
            )
        );
    }

    /// One party that does not sign voids a bet, and a void bet never settles: the group would wait 180 days for it.
    function test_a_bet_that_may_still_be_voided_is_not_bound_and_holds_nothing_up() public {
        bets.setUnsigned(BET);
        _refusedBind(BET, abi.encodeWithSelector(IChainGroups.ChainGroups_BetNotActive.selector, groupId, BET));
        warpToClose(groupId);
        groups.close(groupId);
        groupPay.releaseStake(groupId, PLANT, 1, hefei);
        groupPay.returnBudget(groupId);
    }

    /// In a group without pay all is earned from the start: a bet that is over would end it, and its reviews, at once.
    function test_a_bet_that_is_over_is_not_bound_and_ends_no_group_before_its_time() public {
        IChainGroups.RoleTerms[] memory roles = twoRoles();
        roles[0].pay = 0;
        roles[1].pay = 0;
        groupId = openGroup(groupTerms(), roles);
        grab(groupId, PLANT, hefei, 600);
        grab(groupId, MARKET, shanghai, 500);
        warpToForm(groupId);
        groups.form(groupId);
        bets.set(8, groupId, uint40(block.timestamp));
        _refusedBind(8, abi.encodeWithSelector(IChainGroups.ChainGroups_BetNotActive.selector, groupId, 8));
        vm.expectPartialRevert(IChainGroups.ChainGroups_ReportsStillOpen.selector);
        groups.close(groupId);
    }

    function test_a_strangers_bet_that_names_the_group_does_nothing_to_it() public {
        bets.setSponsor(BET, outsider);
        bets.setUnsigned(BET);
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_NotTheLeader.selector, groupId, outsider));
        vm.prank(outsider);
        groups.bindBet(groupId, BET);
        bets.set(8, groupId, 0);
        vm.prank(leader);
        groups.bindBet(groupId, 8);
        bets.set(8, groupId, uint40(block.timestamp));
        warpToClose(groupId);
        groups.close(groupId);
    }

    function test_a_bet_that_never_settles_holds_only_the_stakes_of_holders() public {
        vm.prank(leader);
        groups.bindBet(groupId, BET);
        groupPay.releaseStake(groupId, PLANT, 1, qingdao);
        groupPay.releaseStake(groupId, MARKET, 1, chengdu);
        progress(groupId, PLANT, 10_000);
        groupPay.payEarnings(groupId, PLANT, 1);
        vm.warp(uint256(groups.group(groupId).reportEnd) + groups.MAX_BET_SECONDS() - 1);
        vm.expectPartialRevert(IGroupPay.GroupPay_StakeStillBound.selector);
        groupPay.releaseStake(groupId, PLANT, 1, hefei);
        skip(1);
        groups.close(groupId);
        groupPay.releaseStake(groupId, PLANT, 1, hefei);
    }

    /// Where nobody is paid nothing says that the work is done: the end of a bet, however short, does not end the group.
    function test_a_group_without_pay_does_not_end_with_its_bet() public {
        IChainGroups.RoleTerms[] memory roles = twoRoles();
        roles[0].pay = 0;
        roles[1].pay = 0;
        groupId = openGroup(groupTerms(), roles);
        grab(groupId, PLANT, hefei, 600);
        grab(groupId, MARKET, shanghai, 500);
        warpToForm(groupId);
        groups.form(groupId);
        bets.set(8, groupId, 0);
        vm.prank(leader);
        groups.bindBet(groupId, 8);
        bets.set(8, groupId, uint40(block.timestamp));
        progress(groupId, PLANT, 10_000);
        progress(groupId, MARKET, 10_000);
        skip(REVIEW_SECONDS);
        vm.expectPartialRevert(IChainGroups.ChainGroups_ReportsStillOpen.selector);
        groups.close(groupId);
        warpToClose(groupId);
        groups.close(groupId);
        groupPay.releaseStake(groupId, PLANT, 1, hefei);
    }
}
