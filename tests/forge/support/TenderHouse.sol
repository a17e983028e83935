// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../contracts/identity/Offices.sol";
import { IReverseAuctions } from "../../../contracts/procurement/interfaces/IReverseAuctions.sol";
import { ITenders } from "../../../contracts/procurement/interfaces/ITenders.sol";
import { ReverseAuctions } from "../../../contracts/procurement/ReverseAuctions.sol";
import { House } from "./House.sol";

/// The house with its open auctions and a third bidder, and the verbs of review and of open bidding.
abstract contract TenderHouse is House {
    uint32 internal constant REVIEW_SECONDS = 3 hours;
    uint128 internal constant DAY_VALUE = 1000;
    uint16 internal constant MAX_DAYS = 30;

    uint32 internal constant DURATION_SECONDS = 1 hours;
    uint32 internal constant EXTENSION_SECONDS = 5 minutes;
    uint8 internal constant MAX_EXTENSIONS = 3;
    uint16 internal constant DECREMENT_BPS = 100;

    ReverseAuctions internal auctions;
    address internal third;

    mapping(uint256 auctionId => IReverseAuctions.AuctionTerms) private _auctionTermsOf;

    function setUp() public virtual override {
        super.setUp();
        auctions = new ReverseAuctions(participants, credit, token, orders, 0);
        appoint(Offices.AWARDER, address(auctions));
        registerCustodian(address(auctions));
        third = actor("third");
        enrolBidder(third);
        approve(supplier, address(auctions));
        approve(rival, address(auctions));
    }

    function enrolBidder(address account) internal {
        enrol(account, Offices.SUPPLIER, address(auctions));
    }

    // ---- terms ----

    function reviewedTerms(ITenders.Pricing pricing) internal returns (ITenders.TenderTerms memory terms) {
        terms = tenderTerms();
        terms.pricing = pricing;
        terms.reviewSeconds = REVIEW_SECONDS;
    }

    function daysTerms() internal returns (ITenders.TenderTerms memory terms) {
        terms = tenderTerms();
        terms.dayValue = DAY_VALUE;
        terms.maxDays = MAX_DAYS;
    }

    function auctionTerms() internal returns (IReverseAuctions.AuctionTerms memory) {
        return IReverseAuctions.AuctionTerms({
            buyer: buyer,
            requisitionRef: newReference(),
            invitedRoot: bytes32(0),
            quantity: QUANTITY,
            ceiling: CEILING,
            bond: BOND,
            minDecrementBps: DECREMENT_BPS,
            minCreditBps: 0,
            durationSeconds: DURATION_SECONDS,
            extensionSeconds: EXTENSION_SECONDS,
            maxExtensions: MAX_EXTENSIONS,
            order: orderTerms()
        });
    }

    // ---- review ----

    /// Three bids, committed and revealed by supplier, rival and third; time stands at revealEnd.
    function threeBids(ITenders.TenderTerms memory terms, uint128[3] memory amounts)
        internal
        returns (uint256 tenderId)
    {
        tenderId = openTender(terms);
        address[3] memory bidders = [supplier, rival, third];
        for (uint256 i; i < 3; ++i) {
            commit(tenderId, bidders[i], amounts[i]);
        }
        warpToReveal(tenderId);
        for (uint256 i; i < 3; ++i) {
            reveal(tenderId, bidders[i], amounts[i]);
        }
        warpToAward(tenderId);
    }

    function disqualify(uint256 tenderId, address bidder) internal {
        bytes32 reason = newReference();
        vm.prank(buyer);
        tenders.disqualifyBid(tenderId, termsOf(tenderId), bidder, reason);
    }

    function rank(uint256 tenderId, address bidder) internal {
        tenders.rankBid(tenderId, termsOf(tenderId), bidder);
    }

    function warpToReviewEnd(uint256 tenderId) internal {
        vm.warp(uint256(tenders.tender(tenderId).revealEnd) + termsOf(tenderId).reviewSeconds);
    }

    function warpToRankEnd(uint256 tenderId) internal {
        vm.warp(uint256(tenders.tender(tenderId).revealEnd) + 2 * uint256(termsOf(tenderId).reviewSeconds));
    }

    // ---- open auctions ----

    function openAuction() internal returns (uint256 auctionId) {
        return openAuction(auctionTerms());
    }

    function openAuction(IReverseAuctions.AuctionTerms memory terms) internal returns (uint256 auctionId) {
        vm.prank(terms.buyer);
        auctionId = auctions.openAuction(terms, new address[](0));
        _auctionTermsOf[auctionId] = terms;
    }

    function auctionTermsOf(uint256 auctionId) internal view returns (IReverseAuctions.AuctionTerms memory) {
        return _auctionTermsOf[auctionId];
    }

    function placeBid(uint256 auctionId, address bidder, uint128 amount) internal {
        vm.prank(bidder);
        auctions.placeBid(auctionId, auctionTermsOf(auctionId), amount, new bytes32[](0));
    }

    function awardAuction(uint256 auctionId) internal returns (uint256 orderId) {
        return auctions.award(auctionId, auctionTermsOf(auctionId));
    }

    function withdrawBond(uint256 auctionId, address bidder) internal {
        auctions.withdrawBond(auctionId, auctionTermsOf(auctionId), bidder);
    }

    function warpToEnd(uint256 auctionId) internal {
        vm.warp(auctions.auction(auctionId).endsAt);
    }

    // ---- invitations ----

    function leafOf(address account) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(account))));
    }

    function parentOf(bytes32 one, bytes32 other) internal pure returns (bytes32) {
        return one < other ? keccak256(abi.encode(one, other)) : keccak256(abi.encode(other, one));
    }
}
