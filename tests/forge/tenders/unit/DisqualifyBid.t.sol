// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IProcurement } from "../../../../contracts/procurement/interfaces/IProcurement.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { TenderHouse } from "../../support/TenderHouse.sol";

contract DisqualifyBidTest is TenderHouse {
    uint256 private tenderId;
    uint40 private revealEnd;

    /// Supplier leads with the least, rival is next, third is last.
    function setUp() public override {
        super.setUp();
        _begin(ITenders.Pricing.FirstPrice);
    }

    function _begin(ITenders.Pricing pricing) private {
        tenderId = threeBids(reviewedTerms(pricing), [AMOUNT, AMOUNT + 1000, AMOUNT + 2000]);
        revealEnd = tenders.tender(tenderId).revealEnd;
    }

    function _refusedStrike(address caller, address bidder, bytes32 reasonRef, bytes memory reason) private {
        refused(reason);
        vm.prank(caller);
        tenders.disqualifyBid(tenderId, termsOf(tenderId), bidder, reasonRef);
    }

    function _isRanked(address leader, address runnerUp, ITenders.TenderStatus status) private view {
        ITenders.Tender memory record = tenders.tender(tenderId);
        assertEq(record.leader, leader, "leader");
        assertEq(record.runnerUp, runnerUp, "runner-up");
        assertEq(uint256(record.status), uint256(status), "status");
    }

    function test_the_leader_is_struck_for_a_committed_reason() public {
        bytes32 reason = keccak256("no licence");
        vm.expectEmit(address(tenders));
        emit ITenders.BidDisqualified(tenderId, supplier, reason);
        vm.prank(buyer);
        tenders.disqualifyBid(tenderId, termsOf(tenderId), supplier, reason);
        _isRanked(address(0), address(0), ITenders.TenderStatus.Ranking);
        ITenders.Bid memory struck = tenders.bid(tenderId, supplier);
        assertEq(uint256(struck.status), uint256(ITenders.BidStatus.Disqualified));
        assertEq(struck.amount, AMOUNT, "what was bid stays on record");
        assertEq(token.balanceOf(supplier), FUNDS, "the bond came back with the reveal");
    }

    function test_striking_a_bid_without_rank_changes_no_ranking() public {
        disqualify(tenderId, third);
        _isRanked(supplier, address(0), ITenders.TenderStatus.Open);
        warpToReviewEnd(tenderId);
        assertEq(orders.order(award(tenderId)).supplier, supplier);
    }

    function test_when_the_leader_is_struck_the_runner_up_leads() public {
        _begin(ITenders.Pricing.SecondPrice);
        disqualify(tenderId, supplier);
        _isRanked(rival, address(0), ITenders.TenderStatus.Ranking);
    }

    function test_when_the_runner_up_is_struck_the_leader_stays() public {
        _begin(ITenders.Pricing.SecondPrice);
        disqualify(tenderId, rival);
        _isRanked(supplier, address(0), ITenders.TenderStatus.Ranking);
    }

    function test_when_all_are_struck_the_tender_is_void() public {
        _begin(ITenders.Pricing.SecondPrice);
        disqualify(tenderId, supplier);
        disqualify(tenderId, rival);
        disqualify(tenderId, third);
        _isRanked(address(0), address(0), ITenders.TenderStatus.Ranking);
        warpToRankEnd(tenderId);
        assertEq(award(tenderId), 0);
        assertEq(uint256(tenders.tender(tenderId).status), uint256(ITenders.TenderStatus.Void));
    }

    function test_a_struck_bid_above_the_ceiling_changes_no_ranking() public {
        tenderId = threeBids(reviewedTerms(ITenders.Pricing.SecondPrice), [CEILING + 1, AMOUNT, AMOUNT + 1]);
        disqualify(tenderId, supplier);
        _isRanked(rival, third, ITenders.TenderStatus.Open);
    }

    function test_only_the_buyer_strikes() public {
        address[3] memory callers = [rival, attester, outsider];
        for (uint256 i; i < 3; ++i) {
            bytes memory reason =
                abi.encodeWithSelector(IProcurement.Procurement_NotTheBuyer.selector, buyer, callers[i]);
            _refusedStrike(callers[i], supplier, "reason", reason);
        }
    }

    function test_no_bid_is_struck_unseen_twice_or_without_a_reason() public {
        _refusedStrike(buyer, supplier, bytes32(0), abi.encodeWithSelector(ITenders.Tenders_ZeroReason.selector));
        _refusedStrike(
            buyer, outsider, "reason", abi.encodeWithSelector(ITenders.Tenders_NotRevealed.selector, tenderId, outsider)
        );
        disqualify(tenderId, supplier);
        _refusedStrike(
            buyer,
            supplier,
            "reason",
            abi.encodeWithSelector(ITenders.Tenders_AlreadyDisqualified.selector, tenderId, supplier)
        );
    }

    function test_a_sealed_bid_is_not_struck_and_its_bond_is_forfeited_as_ever() public {
        tenderId = openTender(reviewedTerms(ITenders.Pricing.FirstPrice));
        commit(tenderId, supplier, AMOUNT);
        warpToAward(tenderId);
        _refusedStrike(
            buyer, supplier, "reason", abi.encodeWithSelector(ITenders.Tenders_NotRevealed.selector, tenderId, supplier)
        );
        forfeit(tenderId, supplier);
        assertEq(token.balanceOf(buyer), FUNDS + BOND);
    }

    function test_a_struck_bid_is_neither_revealed_again_nor_forfeited() public {
        disqualify(tenderId, supplier);
        bytes memory reason = abi.encodeWithSelector(ITenders.Tenders_AlreadyRevealed.selector, tenderId, supplier);
        refused(reason);
        reveal(tenderId, supplier, AMOUNT);
        refused(reason);
        forfeit(tenderId, supplier);
    }

    function test_the_review_opens_at_reveal_end_and_closes_at_review_end() public {
        uint40 reviewEnd = revealEnd + REVIEW_SECONDS;
        uint256 state = vm.snapshotState();
        vm.warp(revealEnd - 1);
        _refusedStrike(
            buyer,
            supplier,
            "reason",
            abi.encodeWithSelector(ITenders.Tenders_ReviewNotOpen.selector, tenderId, revealEnd - 1, revealEnd)
        );
        uint40[3] memory open = [revealEnd, revealEnd + 1, reviewEnd - 1];
        for (uint256 i; i < 3; ++i) {
            vm.revertToState(state);
            state = vm.snapshotState();
            vm.warp(open[i]);
            disqualify(tenderId, supplier);
        }
        vm.revertToState(state);
        for (uint40 late; late < 2; ++late) {
            vm.warp(reviewEnd + late);
            _refusedStrike(
                buyer,
                supplier,
                "reason",
                abi.encodeWithSelector(ITenders.Tenders_ReviewClosed.selector, tenderId, reviewEnd + late, reviewEnd)
            );
        }
    }

    function test_without_a_review_nothing_is_struck() public {
        tenderId = threeBids(tenderTerms(), [AMOUNT, AMOUNT + 1, AMOUNT + 2]);
        revealEnd = tenders.tender(tenderId).revealEnd;
        _refusedStrike(
            buyer,
            supplier,
            "reason",
            abi.encodeWithSelector(ITenders.Tenders_ReviewClosed.selector, tenderId, revealEnd, revealEnd)
        );
    }

    function test_strike_refuses_an_unknown_tender_and_other_terms() public {
        ITenders.TenderTerms memory terms = termsOf(tenderId);
        refused(abi.encodeWithSelector(ITenders.Tenders_Unknown.selector, 99));
        vm.prank(buyer);
        tenders.disqualifyBid(99, terms, supplier, "reason");
        terms.reviewSeconds += 1;
        refused(abi.encodeWithSelector(ITenders.Tenders_TermsMismatch.selector, tenderId));
        vm.prank(buyer);
        tenders.disqualifyBid(tenderId, terms, supplier, "reason");
    }

    function test_pause_and_suspension_never_stop_a_review() public {
        pause();
        suspend(buyer);
        disqualify(tenderId, supplier);
        warpToReviewEnd(tenderId);
        rank(tenderId, rival);
        warpToRankEnd(tenderId);
        assertEq(orders.order(award(tenderId)).supplier, rival);
    }
}
