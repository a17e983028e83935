// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { ICreditRegistry } from "../identity/interfaces/ICreditRegistry.sol";
import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Offices } from "../identity/Offices.sol";
import { BidScoring } from "../libraries/BidScoring.sol";
import { Bidding } from "./Bidding.sol";
import { IAwardTaker } from "./interfaces/IAwardTaker.sol";
import { IReverseAuctions } from "./interfaces/IReverseAuctions.sol";
import { Procurement } from "./Procurement.sol";

/// @title ReverseAuctions
/// @notice See {IReverseAuctions}.
contract ReverseAuctions is IReverseAuctions, Bidding {
    uint32 public constant MAX_EXTENSION_SECONDS = 1 days;
    uint8 public constant MAX_EXTENSIONS = 90; // with the above an auction lasts at most twice MAX_WINDOW_SECONDS

    uint256 private _nextCount = 1;
    mapping(uint256 auctionId => Auction) private _auctions;
    mapping(uint256 auctionId => mapping(address supplier => OpenBid)) private _bids;
    mapping(address buyer => mapping(bytes32 requisitionRef => uint256 auctionId)) private _auctionFor;

    constructor(
        IParticipants participants,
        ICreditRegistry credit,
        IERC20 token,
        IAwardTaker awardTaker,
        uint256 edition
    ) Procurement(participants, awardTaker, edition) Bidding(credit, token) { }

    /* OPEN */

    /// @inheritdoc IReverseAuctions
    function openAuction(AuctionTerms calldata terms, address[] calldata invited) external returns (uint256 auctionId) {
        _checkMayOpen(msg.sender, Offices.BUYER);
        _checkIsBuyer(terms.buyer);
        _checkTerms(terms, invited.length);
        auctionId = _auctionFor[msg.sender][terms.requisitionRef];
        if (auctionId != 0) revert ReverseAuctions_ReferenceSeen(terms.requisitionRef, auctionId);
        uint40 endsAt = uint40(block.timestamp) + terms.durationSeconds;
        uint40 latestEnd = endsAt + uint40(terms.maxExtensions) * terms.extensionSeconds;
        _ORDER_TERMS.checkTerms(terms.order, latestEnd);

        auctionId = _numberOf(_nextCount++);
        _auctionFor[msg.sender][terms.requisitionRef] = auctionId;
        _auctions[auctionId] = Auction({
            leader: address(0),
            endsAt: endsAt,
            extensions: 0,
            status: ReverseAuctionStatus.Open,
            bids: 0,
            termsHash: keccak256(abi.encode(terms))
        });
        emit ReverseAuctionOpened(auctionId, msg.sender, terms.requisitionRef, terms, endsAt, invited);
    }

    /* BID */

    /// @inheritdoc IReverseAuctions
    function placeBid(uint256 auctionId, AuctionTerms calldata terms, uint128 amount, bytes32[] calldata invitation)
        external
    {
        Auction storage record = _known(auctionId, terms);
        _checkBidder(auctionId, terms.buyer, terms.invitedRoot, terms.minCreditBps, invitation);
        if (msg.sender == record.leader) revert ReverseAuctions_AlreadyLeading(auctionId, msg.sender);
        if (amount == 0) revert ReverseAuctions_ZeroAmount(auctionId);
        uint128 most = _mostNext(auctionId, record.leader, terms);
        if (amount > most) revert ReverseAuctions_BidTooHigh(auctionId, amount, most);
        uint40 endsAt = record.endsAt;
        if (block.timestamp >= endsAt) revert ReverseAuctions_BiddingClosed(auctionId, block.timestamp, endsAt);

        // A whole step, not to so long after the bid: two hands that bid once a second would use up every extension.
        if (block.timestamp + terms.extensionSeconds > endsAt && record.extensions < terms.maxExtensions) {
            endsAt += terms.extensionSeconds;
            record.endsAt = endsAt;
            record.extensions += 1;
        }
        record.leader = msg.sender;
        record.bids += 1;
        OpenBid storage own = _bids[auctionId][msg.sender];
        uint128 bond = own.amount == 0 ? terms.bond : 0;
        own.amount = amount;
        if (bond != 0) own.bondHeld = true;
        emit ReverseBidPlaced(auctionId, msg.sender, amount, bond, endsAt, record.extensions);
        if (bond != 0) _takeBond(msg.sender, bond);
    }

    /* AWARD */

    /// @inheritdoc IReverseAuctions
    function award(uint256 auctionId, AuctionTerms calldata terms) external returns (uint256 orderId) {
        Auction storage record = _known(auctionId, terms);
        if (record.status != ReverseAuctionStatus.Open) {
            revert ReverseAuctions_AlreadySettled(auctionId, record.status);
        }
        _checkEnded(auctionId, record);

        address leader = record.leader;
        if (leader == address(0)) {
            record.status = ReverseAuctionStatus.Void;
            emit ReverseAuctionVoided(auctionId, terms.requisitionRef);
            return 0;
        }
        record.status = ReverseAuctionStatus.Awarded;
        uint128 amount = _bids[auctionId][leader].amount;
        // The order's id comes from the award taker, whose code is fixed at deployment; the auction is settled by now.
        orderId = _AWARD_TAKER.takeAward(
            IAwardTaker.Award({
                tenderId: auctionId,
                requisitionRef: terms.requisitionRef,
                buyer: terms.buyer,
                supplier: leader,
                quantity: terms.quantity,
                amount: amount,
                terms: terms.order
            })
        );
        // slither-disable-next-line reentrancy-events
        emit ReverseAuctionAwarded(auctionId, leader, orderId, amount, record.bids);
    }

    /* BONDS */

    /// @inheritdoc IReverseAuctions
    function withdrawBond(uint256 auctionId, AuctionTerms calldata terms, address supplier) external {
        Auction storage record = _known(auctionId, terms);
        OpenBid storage own = _bids[auctionId][supplier];
        if (!own.bondHeld) revert ReverseAuctions_BondNotHeld(auctionId, supplier);
        _checkEnded(auctionId, record);

        own.bondHeld = false;
        emit ReverseBondReturned(auctionId, supplier, terms.bond);
        _payBond(supplier, terms.bond);
    }

    /* VIEWS */

    /// @inheritdoc IReverseAuctions
    function mostNext(uint256 auctionId, AuctionTerms calldata terms) external view returns (uint128) {
        return _mostNext(auctionId, _known(auctionId, terms).leader, terms);
    }

    /// @inheritdoc IReverseAuctions
    function auction(uint256 auctionId) external view returns (Auction memory) {
        return _auctions[auctionId];
    }

    /// @inheritdoc IReverseAuctions
    function openBid(uint256 auctionId, address supplier) external view returns (OpenBid memory) {
        return _bids[auctionId][supplier];
    }

    /// @inheritdoc IReverseAuctions
    function auctionFor(address buyer, bytes32 requisitionRef) external view returns (uint256 auctionId) {
        return _auctionFor[buyer][requisitionRef];
    }

    /* INTERNALS */

    function _checkTerms(AuctionTerms calldata terms, uint256 invited) private pure {
        _checkPurchase(terms.requisitionRef, terms.quantity, terms.ceiling);
        _checkBidding(terms.bond, terms.minCreditBps, terms.invitedRoot, invited);
        _checkRate(terms.minDecrementBps);
        _checkWindow(terms.durationSeconds, _minWindow(terms.bond));
        if (terms.extensionSeconds > MAX_EXTENSION_SECONDS) {
            revert Bidding_WindowOutOfBounds(terms.extensionSeconds, 0, MAX_EXTENSION_SECONDS);
        }
        if (terms.maxExtensions > MAX_EXTENSIONS) {
            revert ReverseAuctions_TooManyExtensions(terms.maxExtensions, MAX_EXTENSIONS);
        }
        if ((terms.extensionSeconds == 0) != (terms.maxExtensions == 0)) {
            revert ReverseAuctions_ExtensionsMismatch(terms.extensionSeconds, terms.maxExtensions);
        }
    }

    function _known(uint256 auctionId, AuctionTerms calldata terms) private view returns (Auction storage record) {
        record = _auctions[auctionId];
        bytes32 termsHash = record.termsHash;
        if (termsHash == bytes32(0)) revert ReverseAuctions_Unknown(auctionId);
        if (termsHash != keccak256(abi.encode(terms))) revert ReverseAuctions_TermsMismatch(auctionId);
    }

    function _checkEnded(uint256 auctionId, Auction storage record) private view {
        uint40 endsAt = record.endsAt;
        if (block.timestamp < endsAt) revert ReverseAuctions_StillOpen(auctionId, block.timestamp, endsAt);
    }

    function _mostNext(uint256 auctionId, address leader, AuctionTerms calldata terms) private view returns (uint128) {
        if (leader == address(0)) return terms.ceiling;
        return uint128(BidScoring.nextDown(_bids[auctionId][leader].amount, terms.minDecrementBps));
    }
}
