// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { IGroupChanges } from "../../../../contracts/chaingroup/interfaces/IGroupChanges.sol";
import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { IPeerRatings } from "../../../../contracts/chaingroup/interfaces/IPeerRatings.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

/// The scenarios of the domain as far as chain groups go: smart-cooking, dissolve, bad-review; and rings of raters.
contract GroupStoriesTest is GroupHouse {
    uint256 private constant COOKS = 11;

    address[] private cooks;

    /// One leader, eleven roles, three candidates each.
    function _smartCooking() private returns (uint256 groupId) {
        IChainGroups.RoleTerms[] memory roles = new IChainGroups.RoleTerms[](COOKS);
        for (uint256 i; i < COOKS; ++i) {
            roles[i] = roleTerms(10_000);
            cooks.push(actor(string.concat("cook ", vm.toString(i))));
            enrolNode(cooks[i]);
        }
        IChainGroups.GroupTerms memory terms = groupTerms();
        terms.target = 11 * 500;
        groupId = openGroup(terms, roles);
        for (uint256 i; i < COOKS; ++i) {
            grab(groupId, i + 1, hefei, 450);
            grab(groupId, i + 1, cooks[i], 520);
            grab(groupId, i + 1, cooks[(i + 1) % COOKS], 510);
        }
    }

    function test_smart_cooking() public {
        uint256 groupId = _smartCooking();
        warpToSelect(groupId);
        select(groupId, 1, cooks[1]);
        warpToForm(groupId);
        groups.form(groupId);
        assertEq(groups.group(groupId).pledged, 10 * 520 + 510);
        assertEq(groups.holderOf(groupId, 1), cooks[1], "the leader's choice");
        assertEq(groups.holderOf(groupId, 11), cooks[10], "the rule's");
        bets.set(1, groupId, 0);
        vm.prank(leader);
        groups.bindBet(groupId, 1);
        for (uint256 roleId = 1; roleId <= COOKS; ++roleId) {
            progress(groupId, roleId, 10_000);
            review(groupId, roleId, 9000, 100);
            groupPay.payEarnings(groupId, roleId, 1);
        }
        bets.set(1, groupId, uint40(block.timestamp));
        skip(REVIEW_SECONDS);
        groups.close(groupId);
        for (uint256 i; i < COOKS; ++i) {
            groupPay.releaseStake(groupId, i + 1, 1, hefei);
            groupPay.releaseStake(groupId, i + 1, 1, cooks[i]);
            groupPay.releaseStake(groupId, i + 1, 1, cooks[(i + 1) % COOKS]);
        }
        assertEq(token.balanceOf(address(groupPay)), 0, "all of it earned, every stake back");
        assertEq(token.balanceOf(cooks[1]), FUNDS + 20_000, "two roles");
        assertEq(token.balanceOf(cooks[0]), FUNDS);
        _cooksRate(groupId);
    }

    /// The leader and every holder rate the ten cooks that held a role; the second cook was the best.
    function _cooksRate(uint256 groupId) private {
        IPeerRatings.Rating[][] memory lists = new IPeerRatings.Rating[][](COOKS);
        for (uint256 i = 1; i < COOKS; ++i) {
            lists[i] = new IPeerRatings.Rating[](COOKS - 2);
            uint256 length;
            for (uint256 j = 1; j < COOKS; ++j) {
                if (j != i) lists[i][length++] = IPeerRatings.Rating(cooks[j], j == 2 ? 9000 : 6000, bytes32(0));
            }
            sortList(lists[i]);
            commitList(groupId, cooks[i], lists[i]);
        }
        warpToOpening(groupId);
        for (uint256 i = 1; i < COOKS; ++i) {
            revealList(groupId, cooks[i], lists[i]);
        }
        warpToRecord(groupId);
        for (uint256 i = 1; i < COOKS; ++i) {
            ratings.recordRatings(groupId, cooks[i]);
        }
        for (uint256 roleId = 1; roleId <= COOKS; ++roleId) {
            userReviews.recordFeedback(groupId, roleId, 1);
        }
        assertGt(book.peerOutcome(cooks[2], groupId), 7000, "best");
        assertLt(book.peerOutcome(cooks[3], groupId), 7000, "the others, a little");
        assertEq(book.feedbackOutcome(cooks[3], groupId), 9000, "users were content with all");
    }

    function test_dissolve() public {
        uint256 groupId = _smartCooking();
        // A second order of the same kind, in which the last role stays empty.
        IChainGroups.RoleTerms[] memory roles = twoRoles();
        uint256 emptyId = openGroup(groupTerms(), roles);
        grab(emptyId, PLANT, hefei, 2000);
        warpToForm(emptyId);
        groups.dissolve(emptyId);
        groupPay.releaseStake(emptyId, PLANT, 1, hefei);
        groupPay.returnBudget(emptyId);
        assertEq(token.balanceOf(leader), FUNDS - 110_000, "the other order's budget is still there");
        assertEq(groups.group(groupId).filled, COOKS);
    }

    function test_bad_review() public {
        uint256 groupId = formedGroup();
        groupPay.releaseStake(groupId, PLANT, 1, qingdao);
        groupPay.releaseStake(groupId, MARKET, 1, chengdu);
        progress(groupId, MARKET, 4000);
        complain(groupId, MARKET);
        groups.reopenRole(groupId, MARKET);
        groupPay.payEarnings(groupId, MARKET, 1);
        groupPay.releaseStake(groupId, MARKET, 1, shanghai);
        assertEq(token.balanceOf(shanghai), FUNDS + 20_000, "it keeps what it earned");
        grab(groupId, MARKET, chengdu, 700);
        warpToSeat(groupId, MARKET);
        groups.seatRole(groupId, MARKET);
        progress(groupId, MARKET, 10_000);
        progress(groupId, PLANT, 10_000);
        for (uint256 i; i < MIN_REVIEWS; ++i) {
            review(groupId, MARKET, 9500, 100);
        }
        refused(abi.encodeWithSelector(IGroupChanges.ChainGroups_HolderKeepsItsRole.selector, groupId, MARKET, chengdu));
        groups.reopenRole(groupId, MARKET);
        warpToClose(groupId);
        groups.close(groupId);
        groupPay.payEarnings(groupId, MARKET, 2);
        groupPay.payEarnings(groupId, PLANT, 1);
        groupPay.releaseStake(groupId, MARKET, 2, chengdu);
        groupPay.releaseStake(groupId, PLANT, 1, hefei);
        assertEq(token.balanceOf(chengdu), FUNDS + 30_001, "the rest, to the last unit");
        assertEq(token.balanceOf(address(groupPay)), 0);
        userReviews.recordFeedback(groupId, MARKET, 1);
        userReviews.recordFeedback(groupId, MARKET, 2);
        assertEq(book.feedbackOutcome(shanghai, groupId), 2000);
        assertEq(book.feedbackOutcome(chengdu, groupId), 9500);
    }

    // ---- cost ----

    /// Gas of forming, seating and closing a group of so many roles.
    function _cost(uint256 size) private returns (uint256 forming, uint256 seating, uint256 closing) {
        IChainGroups.RoleTerms[] memory roles = new IChainGroups.RoleTerms[](size);
        for (uint256 i; i < size; ++i) {
            roles[i] = roleTerms(10);
        }
        uint256 groupId = openGroup(groupTerms(), roles);
        for (uint256 i; i < size; ++i) {
            grab(groupId, i + 1, hefei, TARGET);
        }
        warpToForm(groupId);
        uint256 before = gasleft();
        groups.form(groupId);
        forming = before - gasleft();
        complain(groupId, PLANT);
        groups.reopenRole(groupId, PLANT);
        grab(groupId, PLANT, chengdu, TARGET);
        warpToSeat(groupId, PLANT);
        before = gasleft();
        groups.seatRole(groupId, PLANT);
        seating = before - gasleft();
        warpToClose(groupId);
        before = gasleft();
        groups.close(groupId);
        closing = before - gasleft();
    }

    function test_forming_seating_and_closing_cost_the_same_at_one_and_at_thirty_two_roles() public {
        (uint256 forming, uint256 seating, uint256 closing) = _cost(1);
        (uint256 formingMany, uint256 seatingMany, uint256 closingMany) = _cost(32);
        assertLe(formingMany * 100, forming * 103, "forming");
        assertLe(seatingMany * 100, seating * 103, "seating");
        assertLe(closingMany * 100, closing * 103, "closing");
    }

    // ---- raters ----

    function _rate(uint256 groupId, uint16 ofShanghai, uint16 ofHefei) private {
        commitList(groupId, leader, pairOf(hefei, 5000, shanghai, 5000));
        commitList(groupId, hefei, pairOf(leader, 5000, shanghai, ofShanghai));
        commitList(groupId, shanghai, pairOf(leader, 5000, hefei, ofHefei));
        warpToOpening(groupId);
        revealList(groupId, leader, pairOf(hefei, 5000, shanghai, 5000));
        revealList(groupId, hefei, pairOf(leader, 5000, shanghai, ofShanghai));
        revealList(groupId, shanghai, pairOf(leader, 5000, hefei, ofHefei));
    }

    function testFuzz_what_a_member_says_never_touches_its_own_outcome(uint16 honest, uint16 otherwise, uint16 ofHefei)
        public
    {
        honest = uint16(bound(honest, 0, 10_000));
        otherwise = uint16(bound(otherwise, 0, 10_000));
        ofHefei = uint16(bound(ofHefei, 0, 10_000));
        book.set(shanghai, 9000);
        uint256 groupId = settledGroup();
        uint256 state = vm.snapshotState();
        _rate(groupId, honest, ofHefei);
        (uint256 weight, uint16 outcomeBps) = ratings.outcomeOf(groupId, hefei);
        vm.revertToState(state);
        _rate(groupId, otherwise, ofHefei);
        (uint256 weightThen, uint16 outcomeThen) = ratings.outcomeOf(groupId, hefei);
        assertEq(outcomeBps, outcomeThen, "outcome");
        assertEq(weight, weightThen, "weight");
    }

    function test_a_group_that_praises_itself_all_round_moves_nobody() public {
        book.set(leader, 10_000);
        book.set(hefei, 10_000);
        book.set(shanghai, 9000);
        uint256 groupId = settledGroup();
        address[3] memory ring = [leader, hefei, shanghai];
        for (uint256 i; i < 3; ++i) {
            commitList(groupId, ring[i], pairOf(ring[(i + 1) % 3], 10_000, ring[(i + 2) % 3], 10_000));
        }
        warpToOpening(groupId);
        for (uint256 i; i < 3; ++i) {
            revealList(groupId, ring[i], pairOf(ring[(i + 1) % 3], 10_000, ring[(i + 2) % 3], 10_000));
        }
        for (uint256 i; i < 3; ++i) {
            (, uint16 outcomeBps) = ratings.outcomeOf(groupId, ring[i]);
            assertEq(outcomeBps, book.scoreOf(ring[i]));
        }
    }

    function test_nobody_learns_a_rating_in_time_to_answer_it() public {
        uint256 groupId = settledGroup();
        commitList(groupId, hefei, pairOf(leader, 5000, shanghai, 0));
        warpToOpening(groupId);
        revealList(groupId, hefei, pairOf(leader, 5000, shanghai, 0));
        (uint256 commitEnd,) = ratings.windowsOf(groupId);
        refused(abi.encodeWithSelector(IRoom.Room_TooLate.selector, block.timestamp, commitEnd));
        vm.prank(shanghai);
        ratings.commitRatings(groupId, bytes32("answer"));
    }
}
