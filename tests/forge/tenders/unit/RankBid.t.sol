// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { TenderHouse } from "../../support/TenderHouse.sol";

contract RankBidTest is TenderHouse {
    uint256 private tenderId;
    uint40 private reviewEnd;
    uint40 private rankEnd;

    /// Supplier bids least, rival is next, third is last; then supplier is struck.
    function setUp() public override {
        super.setUp();
        _begin(ITenders.Pricing.FirstPrice);
    }

    function _begin(ITenders.Pricing pricing) private {
        tenderId = threeBids(reviewedTerms(pricing), [AMOUNT, AMOUNT + 1000, AMOUNT + 2000]);
        reviewEnd = tenders.tender(tenderId).revealEnd + REVIEW_SECONDS;
        rankEnd = reviewEnd + REVIEW_SECONDS;
        disqualify(tenderId, supplier);
        vm.warp(reviewEnd);
    }

    function _isRanked(address leader, address runnerUp) private view {
        assertEq(tenders.tender(tenderId).leader, leader, "leader");
        assertEq(tenders.tender(tenderId).runnerUp, runnerUp, "runner-up");
    }

    function _award() private returns (IPurchaseOrders.Order memory) {
        vm.warp(rankEnd);
        return orders.order(award(tenderId));
    }

    function test_a_stranger_ranks_what_stands() public {
        vm.expectEmit(address(tenders));
        emit ITenders.BidRanked(tenderId, rival, rival, address(0));
        vm.prank(outsider);
        rank(tenderId, rival);
        assertEq(_award().supplier, rival);
    }

    function testFuzz_neither_order_nor_repetition_of_ranking_decides_anything(uint256 seed, bool second) public {
        _begin(second ? ITenders.Pricing.SecondPrice : ITenders.Pricing.FirstPrice);
        address[2] memory standing = [rival, third];
        for (uint256 i; i < 6; ++i) {
            rank(tenderId, standing[(seed >> i) % 2]);
        }
        rank(tenderId, third);
        rank(tenderId, rival);
        rank(tenderId, standing[seed % 2]);
        _isRanked(rival, second ? third : address(0));
        assertEq(_award().amount, second ? AMOUNT + 2000 : AMOUNT + 1000);
    }

    function test_the_leader_never_becomes_its_own_runner_up() public {
        _begin(ITenders.Pricing.SecondPrice);
        rank(tenderId, rival);
        rank(tenderId, rival);
        _isRanked(rival, address(0));
        assertEq(_award().amount, CEILING, "a bid that stands alone is paid the ceiling");
    }

    function test_nobody_ranks_and_the_tender_is_void() public {
        vm.warp(rankEnd);
        assertEq(award(tenderId), 0);
    }

    function test_a_winner_that_hides_its_runner_up_is_ranked_against_it_by_the_buyer() public {
        _begin(ITenders.Pricing.SecondPrice);
        vm.prank(rival);
        rank(tenderId, rival);
        vm.prank(buyer);
        rank(tenderId, third);
        assertEq(_award().amount, AMOUNT + 2000);
    }

    function test_a_strike_at_the_last_second_leaves_the_whole_ranking_window() public {
        tenderId = threeBids(reviewedTerms(ITenders.Pricing.FirstPrice), [AMOUNT, AMOUNT + 1000, AMOUNT + 2000]);
        reviewEnd = tenders.tender(tenderId).revealEnd + REVIEW_SECONDS;
        rankEnd = reviewEnd + REVIEW_SECONDS;
        vm.warp(reviewEnd - 1);
        disqualify(tenderId, supplier);
        vm.warp(reviewEnd);
        refused(abi.encodeWithSelector(ITenders.Tenders_AwardNotOpen.selector, tenderId, reviewEnd, rankEnd));
        award(tenderId);
        vm.warp(rankEnd - 1);
        rank(tenderId, rival);
        assertEq(_award().supplier, rival);
    }

    function test_a_favourite_ranked_by_the_buyer_alone_falls_to_the_better_bid() public {
        vm.prank(buyer);
        rank(tenderId, third);
        _isRanked(third, address(0));
        vm.prank(rival);
        rank(tenderId, rival);
        _isRanked(rival, address(0));
    }

    function test_ranking_refuses_what_is_struck_sealed_absent_or_above_the_ceiling() public {
        refused(abi.encodeWithSelector(ITenders.Tenders_AlreadyDisqualified.selector, tenderId, supplier));
        rank(tenderId, supplier);
        refused(abi.encodeWithSelector(ITenders.Tenders_NotRevealed.selector, tenderId, outsider));
        rank(tenderId, outsider);

        tenderId = openTender(reviewedTerms(ITenders.Pricing.FirstPrice));
        commit(tenderId, supplier, AMOUNT);
        commit(tenderId, rival, CEILING + 1);
        commit(tenderId, third, AMOUNT);
        warpToReveal(tenderId);
        reveal(tenderId, supplier, AMOUNT);
        reveal(tenderId, rival, CEILING + 1);
        warpToAward(tenderId);
        disqualify(tenderId, supplier);
        warpToReviewEnd(tenderId);
        refused(abi.encodeWithSelector(ITenders.Tenders_AboveCeiling.selector, tenderId, rival, CEILING + 1, CEILING));
        rank(tenderId, rival);
        refused(abi.encodeWithSelector(ITenders.Tenders_NotRevealed.selector, tenderId, third));
        rank(tenderId, third);
    }

    function test_ranking_refuses_where_no_bid_of_rank_was_struck() public {
        tenderId = threeBids(reviewedTerms(ITenders.Pricing.FirstPrice), [AMOUNT, AMOUNT + 1000, AMOUNT + 2000]);
        warpToReviewEnd(tenderId);
        refused(abi.encodeWithSelector(ITenders.Tenders_NotRanking.selector, tenderId, ITenders.TenderStatus.Open));
        rank(tenderId, rival);
        award(tenderId);
        refused(abi.encodeWithSelector(ITenders.Tenders_NotRanking.selector, tenderId, ITenders.TenderStatus.Awarded));
        rank(tenderId, rival);
    }

    function test_ranking_opens_at_review_end_and_closes_at_rank_end() public {
        vm.warp(reviewEnd - 1);
        refused(abi.encodeWithSelector(ITenders.Tenders_RankingNotOpen.selector, tenderId, reviewEnd - 1, reviewEnd));
        rank(tenderId, rival);
        uint40[3] memory open = [reviewEnd, reviewEnd + 1, rankEnd - 1];
        for (uint256 i; i < 3; ++i) {
            vm.warp(open[i]);
            rank(tenderId, rival);
        }
        for (uint40 late; late < 2; ++late) {
            vm.warp(rankEnd + late);
            refused(abi.encodeWithSelector(ITenders.Tenders_RankingClosed.selector, tenderId, rankEnd + late, rankEnd));
            rank(tenderId, rival);
        }
    }

    function test_rank_refuses_an_unknown_tender_and_other_terms() public {
        ITenders.TenderTerms memory terms = termsOf(tenderId);
        refused(abi.encodeWithSelector(ITenders.Tenders_Unknown.selector, 99));
        tenders.rankBid(99, terms, rival);
        terms.ceiling -= 1;
        refused(abi.encodeWithSelector(ITenders.Tenders_TermsMismatch.selector, tenderId));
        tenders.rankBid(tenderId, terms, rival);
    }
}
