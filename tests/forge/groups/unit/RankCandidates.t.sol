// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

/// Who stands: pledge times credit, and what a pledge binds.
contract RankCandidatesTest is GroupHouse {
    function _open(uint16 creditWeightBps, uint16 stakeBpsOfPledge) private returns (uint256 groupId) {
        IChainGroups.RoleTerms[] memory roles = twoRoles();
        roles[0].minCreditBps = 0;
        roles[0].creditWeightBps = creditWeightBps;
        roles[0].stakeBpsOfPledge = stakeBpsOfPledge;
        return openGroup(groupTerms(), roles);
    }

    function _standing(uint256 groupId) private view returns (address) {
        return groups.roundOf(groupId, PLANT, 1).standing;
    }

    /// 600 at credit 7,000 counts 600 x 0.85 = 510; 520 at full credit counts 520.
    function test_credit_counts_beside_the_pledge() public {
        uint256 groupId = _open(5000, 0);
        book.set(qingdao, 10_000);
        grab(groupId, PLANT, hefei, 600);
        grab(groupId, PLANT, qingdao, 510);
        assertEq(groupLens.worthOf(groupId, PLANT, 600, 7000), 510 * 10 ** 8);
        assertEq(groupLens.worthOf(groupId, PLANT, 510, 10_000), 510 * 10 ** 8);
        assertEq(_standing(groupId), qingdao, "the same worth: better credit");
        book.set(chengdu, 10_000);
        grab(groupId, PLANT, chengdu, 511);
        assertEq(_standing(groupId), chengdu);
        assertEq(groups.group(groupId).pledged, 511, "what is pledged is what counts for the target");
    }

    function test_a_pledge_one_unit_higher_no_longer_beats_all_credit() public {
        uint256 groupId = _open(10_000, 0);
        book.set(hefei, 10_000);
        book.set(qingdao, 2000);
        grab(groupId, PLANT, hefei, 500);
        grab(groupId, PLANT, qingdao, 501);
        assertEq(_standing(groupId), hefei);
        grab(groupId, PLANT, chengdu, 714);
        assertEq(_standing(groupId), hefei, "714 x 0.7 = 499.8");
        address late = actor("late node");
        enrolNode(late);
        grab(groupId, PLANT, late, 715);
        assertEq(_standing(groupId), late, "715 x 0.7 = 500.5");
    }

    function test_without_a_weight_credit_breaks_ties_only() public {
        uint256 groupId = _open(0, 0);
        book.set(hefei, 10_000);
        book.set(qingdao, 0);
        grab(groupId, PLANT, hefei, 500);
        grab(groupId, PLANT, qingdao, 501);
        assertEq(_standing(groupId), qingdao);
    }

    function test_at_full_weight_without_credit_the_earlier_stands() public {
        uint256 groupId = _open(10_000, 0);
        book.set(hefei, 0);
        book.set(qingdao, 0);
        grab(groupId, PLANT, hefei, 500);
        grab(groupId, PLANT, qingdao, 900);
        assertEq(_standing(groupId), hefei);
    }

    function test_a_stake_grows_with_the_pledge_and_is_rounded_up() public {
        uint256 groupId = _open(0, 6000);
        assertEq(groupLens.stakeFor(groupId, PLANT, 8333), STAKE);
        assertEq(groupLens.stakeFor(groupId, PLANT, 8334), 5001);
        vm.expectEmit(address(groups));
        emit IChainGroups.RoleGrabbed(
            groupId, PLANT, hefei, 1, 1, 8334, 5001, 7000, sealPlan(groupId, PLANT, hefei), true
        );
        grab(groupId, PLANT, hefei, 8334);
        grab(groupId, PLANT, qingdao, 400);
        assertEq(groupPay.stakeOf(groupId, PLANT, 1, hefei), 5001);
        assertEq(groupPay.stakeOf(groupId, PLANT, 1, qingdao), STAKE);
        warpToForm(groupId);
        groups.dissolve(groupId);
        groupPay.releaseStake(groupId, PLANT, 1, hefei);
        assertEq(token.balanceOf(hefei), FUNDS);
    }

    function test_a_role_without_a_least_stake_takes_a_part_of_the_pledge() public {
        IChainGroups.RoleTerms[] memory roles = twoRoles();
        roles[0].stake = 0;
        roles[0].stakeBpsOfPledge = 1;
        uint256 groupId = openGroup(groupTerms(), roles);
        grab(groupId, PLANT, hefei, 401);
        assertEq(groupPay.stakeOf(groupId, PLANT, 1, hefei), 1);
    }

    /// A higher pledge of the same credit, and better credit of the same pledge, never count for less.
    function testFuzz_more_pledged_and_better_credit_never_count_for_less(
        uint64 pledge,
        uint64 more,
        uint16 creditBps,
        uint16 better,
        uint16 weightBps
    ) public {
        weightBps = uint16(bound(weightBps, 0, 10_000));
        better = uint16(bound(better, 0, 10_000));
        creditBps = uint16(bound(creditBps, 0, better));
        uint128 low = uint128(bound(pledge, 0, 2 ** 60 - 1));
        uint128 high = uint128(bound(more, low + 1, 2 ** 60));
        uint256 groupId = _open(weightBps, 0);
        uint256 worth = groupLens.worthOf(groupId, PLANT, low, creditBps);
        assertLe(worth, groupLens.worthOf(groupId, PLANT, low, better), "credit");
        bool counts = weightBps < 10_000 || creditBps != 0;
        if (counts) assertLt(worth, groupLens.worthOf(groupId, PLANT, high, creditBps), "pledge");
        assertEq(worth, uint256(low) * (10 ** 8 - uint256(weightBps) * (10_000 - creditBps)), "the formula");
    }
}
