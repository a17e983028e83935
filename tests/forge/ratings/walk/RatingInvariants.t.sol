// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { IPeerRatings } from "../../../../contracts/chaingroup/interfaces/IPeerRatings.sol";
import { RatingMath } from "../../../../contracts/libraries/RatingMath.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";
import { WalkTest } from "../../support/WalkTest.sol";
import { RatingHandler } from "./RatingHandler.sol";

/// Numbered in contracts/README.md: R2 to R4 of the ratings.
contract RatingInvariants is GroupHouse, WalkTest {
    uint256 private constant GROUPS = 2;

    RatingHandler private handler;
    address[] private members;

    function setUp() public override {
        super.setUp();
        members = [leader, hefei, shanghai, qingdao];
        for (uint256 i = 1; i < members.length; ++i) {
            for (uint256 j = i; j > 0 && members[j] < members[j - 1]; --j) {
                (members[j], members[j - 1]) = (members[j - 1], members[j]);
            }
        }
        for (uint256 id = 1; id <= GROUPS; ++id) {
            IChainGroups.RoleTerms[] memory roles = new IChainGroups.RoleTerms[](3);
            for (uint256 i; i < 3; ++i) {
                roles[i] = roleTerms(0);
            }
            openGroup(groupTerms(), roles);
            grab(id, 1, hefei, 400);
            grab(id, 2, shanghai, 400);
            grab(id, 3, qingdao, 400);
        }
        warpToForm(1);
        for (uint256 id = 1; id <= GROUPS; ++id) {
            groups.form(id);
        }
        warpToClose(1);
        for (uint256 id = 1; id <= GROUPS; ++id) {
            groups.close(id);
        }
        handler = new RatingHandler(ratings, book, GROUPS, members);
        bytes4[] memory steps = new bytes4[](7);
        steps[0] = RatingHandler.commit.selector;
        steps[1] = RatingHandler.commit.selector;
        steps[2] = RatingHandler.reveal.selector;
        steps[3] = RatingHandler.reveal.selector;
        steps[4] = RatingHandler.record.selector;
        steps[5] = RatingHandler.score.selector;
        steps[6] = RatingHandler.wait.selector;
        walkWith(address(handler), steps);
    }

    function test_the_walk_of_ratings_takes_every_step() public {
        takesEveryStep("commit, reveal, record, score, wait", 1, 300, 3);
    }

    function _step(uint256 seed) internal override {
        uint256 which = (seed >> 240) % 7;
        if (which < 2) handler.commit(seed);
        else if (which < 4) handler.reveal(seed);
        else if (which == 4) handler.record(seed);
        else if (which == 5) handler.score(seed, uint16(seed >> 100));
        else handler.wait(uint32(seed >> 100));
    }

    function invariant_every_promise_of_ratings_holds() public view {
        if (!handler.moved()) return;
        holds_R2_a_word_counts_once_a_pair_weighs_no_more_than_it_may_and_takes_what_it_gives();
        holds_R3_sums_are_what_the_events_add_up_to_and_are_recorded_once();
        holds_R4_an_outcome_lies_within_the_bound_around_the_members_own_score();
    }

    function holds_R2_a_word_counts_once_a_pair_weighs_no_more_than_it_may_and_takes_what_it_gives() public view {
        assertEq(handler.countedTwice(), 0, "once a pair");
        assertEq(handler.heavy(), 0, "weight");
        assertEq(handler.lopsided(), 0, "given and taken");
    }

    function holds_R3_sums_are_what_the_events_add_up_to_and_are_recorded_once() public view {
        for (uint256 id = 1; id <= GROUPS; ++id) {
            for (uint256 i; i < members.length; ++i) {
                IPeerRatings.Tally memory tally = ratings.tallyOf(id, members[i]);
                RatingHandler.Sums memory known = handler.sums(id, members[i]);
                assertEq(tally.weighted, known.weighted, "weighted");
                assertEq(tally.weight, known.weight, "weight");
                assertEq(tally.ratings, known.ratings, "ratings");
                assertEq(tally.centreBps, known.centre, "centre");
                assertEq(known.records, tally.recorded ? 1 : 0, "records");
                if (tally.recorded) assertGt(book.peerWeight(members[i], id), 0, "written");
            }
        }
    }

    function holds_R4_an_outcome_lies_within_the_bound_around_the_members_own_score() public view {
        for (uint256 id = 1; id <= GROUPS; ++id) {
            for (uint256 i; i < members.length; ++i) {
                IPeerRatings.Tally memory tally = ratings.tallyOf(id, members[i]);
                (uint256 weight, uint16 outcomeBps) = ratings.outcomeOf(id, members[i]);
                uint256 moved =
                    outcomeBps > tally.centreBps ? outcomeBps - tally.centreBps : tally.centreBps - outcomeBps;
                uint256 most = RatingMath.BAND_BPS * tally.weight / (RatingMath.PRIOR_WEIGHT + tally.weight);
                assertLe(moved, most, "moved");
                assertLe(weight, PEER_VALUE, "weight");
            }
        }
    }
}
