// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { TenderHouse } from "../../support/TenderHouse.sol";

/// From every state of a tender or an auction, with every person gone, a stranger and the clock return all bonds.
contract EverybodyWalksAwayFromTendersTest is TenderHouse {
    address private stranger;

    function setUp() public override {
        super.setUp();
        stranger = actor("stranger");
    }

    function _everybodyLeaves() private {
        pause();
        suspend(buyer);
        suspend(supplier);
        suspend(rival);
        suspend(third);
        vacate(attesterPost);
        vacate(arbiterPost);
        retire(address(tenders));
        retire(address(auctions));
        revoke(Offices.GUARDIAN, guardian);
        revoke(Offices.REGISTRAR, registrar);
        revoke(Offices.AWARDER, address(tenders));
        revoke(Offices.AWARDER, address(auctions));
        vm.startPrank(stranger);
    }

    function _noBondIsLeftBehind() private view {
        assertEq(token.balanceOf(address(tenders)), 0, "tenders");
        assertEq(token.balanceOf(address(auctions)), 0, "auctions");
        assertEq(token.balanceOf(stranger), 0, "stranger");
        uint256 parties = token.balanceOf(buyer) + token.balanceOf(supplier) + token.balanceOf(rival);
        assertEq(parties + token.balanceOf(third), 4 * uint256(FUNDS), "parties");
    }

    function test_from_sealed_bids() public {
        uint256 tenderId = openTender(reviewedTerms(ITenders.Pricing.SecondPrice));
        commit(tenderId, supplier, AMOUNT);
        commit(tenderId, rival, AMOUNT);
        _everybodyLeaves();
        warpToReviewEnd(tenderId);
        assertEq(award(tenderId), 0);
        forfeit(tenderId, supplier);
        forfeit(tenderId, rival);
        _noBondIsLeftBehind();
    }

    function test_from_a_review_that_nobody_ends() public {
        uint256 tenderId = openTender(reviewedTerms(ITenders.Pricing.SecondPrice));
        commit(tenderId, supplier, AMOUNT);
        commit(tenderId, rival, AMOUNT);
        commit(tenderId, third, AMOUNT);
        warpToReveal(tenderId);
        reveal(tenderId, supplier, AMOUNT);
        warpToAward(tenderId);
        disqualify(tenderId, supplier);
        _everybodyLeaves();
        forfeit(tenderId, rival);
        forfeit(tenderId, third);
        _noBondIsLeftBehind();
        warpToRankEnd(tenderId);
        assertEq(award(tenderId), 0, "void by time alone");
    }

    function test_from_a_ranking_that_a_stranger_ends() public {
        uint256 tenderId = threeBids(reviewedTerms(ITenders.Pricing.FirstPrice), [AMOUNT, AMOUNT + 1, AMOUNT + 2]);
        disqualify(tenderId, supplier);
        _everybodyLeaves();
        warpToReviewEnd(tenderId);
        rank(tenderId, rival);
        warpToRankEnd(tenderId);
        vm.stopPrank();
        appoint(Offices.AWARDER, address(tenders));
        vm.prank(stranger);
        assertEq(orders.order(award(tenderId)).supplier, rival);
        _noBondIsLeftBehind();
    }

    function test_from_an_auction_with_bids() public {
        uint256 auctionId = openAuction();
        placeBid(auctionId, supplier, AMOUNT);
        placeBid(auctionId, rival, AMOUNT / 2);
        placeBid(auctionId, third, AMOUNT / 4);
        _everybodyLeaves();
        warpToEnd(auctionId);
        withdrawBond(auctionId, supplier);
        withdrawBond(auctionId, rival);
        withdrawBond(auctionId, third);
        _noBondIsLeftBehind();
    }

    function test_from_an_auction_without_bids() public {
        uint256 auctionId = openAuction();
        _everybodyLeaves();
        warpToEnd(auctionId);
        assertEq(awardAuction(auctionId), 0);
        _noBondIsLeftBehind();
    }
}
