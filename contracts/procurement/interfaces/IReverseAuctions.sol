// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAwardTaker } from "./IAwardTaker.sol";
import { IBidding } from "./IBidding.sol";

/// @title IReverseAuctions
/// @notice Open descending auctions: suppliers underbid each other in the open until nobody does. 公开反向拍卖.
/// Each bid lies below the leading one by the decrement at least, so that there are no ties. A bid in the last
/// `extensionSeconds` moves the end by as long, a bounded number of times: until the last extension every bid can be
/// answered for `extensionSeconds` at least. When all are used, the auction ends at its latest end, duration +
/// extensions after the opening, and there the last second wins. The lowest bid at the end wins and is paid what it
/// bid. No bid: the auction is void.
///
/// A bond is lent, never forfeited. A pause stops bids and not the clock.
///
/// Terms are published when an auction opens and stored as a hash; every later call brings them along.
/// Windows are half open: bids in [opening, endsAt), award and bonds from endsAt on.
///
/// Assumptions for safety:
/// - those of {IBidding}.
/// Assumptions for liveness:
/// - none for bonds: from endsAt on anybody sends each bond back to its bidder, whether or not the award was made;
/// - the contract keeps its office of awarder until the award.
/// @custom:security-contact See SECURITY.md
interface IReverseAuctions is IBidding {
    enum ReverseAuctionStatus {
        None,
        Open, // None -> Open by openAuction
        Awarded, // Open -> Awarded by award, when a bid stands
        Void // Open -> Void by award, when none does
    }

    /// @notice What the buyer publishes.
    struct AuctionTerms {
        address buyer; // the one that opens the auction
        bytes32 requisitionRef; // commitment to the ERP requisition; one auction each
        bytes32 invitedRoot; // standard Merkle tree of (address); zero: open to every supplier
        uint128 quantity; // smallest units of the item
        uint128 ceiling; // highest first bid, net, minor units
        uint128 bond; // paid in with a bidder's first bid, paid back after the end
        uint16 minDecrementBps; // a bid lies below the leading one by this part of it, and by one unit at least
        uint16 minCreditBps;
        uint32 durationSeconds;
        uint32 extensionSeconds; // a bid later than this before the end extends it
        uint8 maxExtensions; // so many times; zero exactly when extensionSeconds is
        IAwardTaker.OrderTerms order;
    }

    struct Auction {
        // slot 0
        address leader; // who bid lowest; zero: nobody
        uint40 endsAt;
        uint8 extensions; // how often the end moved
        ReverseAuctionStatus status;
        uint32 bids; // how many were placed
        // slot 1
        bytes32 termsHash; // keccak256(abi.encode(terms))
    }

    /// @notice The standing bid of one supplier.
    struct OpenBid {
        // slot 0
        uint128 amount; // its lowest so far; zero: no bid
        bool bondHeld;
    }

    /// @notice An open auction with falling bids stands for a requisition.
    /// @custom:aggregate auction:{auctionId}
    event ReverseAuctionOpened(
        uint256 indexed auctionId,
        address indexed buyer,
        bytes32 indexed requisitionRef,
        AuctionTerms terms,
        uint40 endsAt,
        address[] invited
    );
    /// @notice A supplier underbid.
    /// @dev `bond` is what this bid paid in: zero from a bidder's second bid on.
    /// @custom:aggregate auction:{auctionId}
    event ReverseBidPlaced(
        uint256 indexed auctionId,
        address indexed supplier,
        uint128 amount,
        uint128 bond,
        uint40 endsAt,
        uint8 extensions
    );
    /// @notice A bidder got its bond back.
    /// @custom:aggregate auction:{auctionId}
    event ReverseBondReturned(uint256 indexed auctionId, address indexed supplier, uint128 bond);
    /// @notice The lowest bid won.
    /// @custom:aggregate auction:{auctionId}
    event ReverseAuctionAwarded(
        uint256 indexed auctionId, address indexed supplier, uint256 indexed orderId, uint128 amount, uint32 bids
    );
    /// @notice No valid bid stood, so the auction ended without an award.
    /// @custom:aggregate auction:{auctionId}
    event ReverseAuctionVoided(uint256 indexed auctionId, bytes32 indexed requisitionRef);

    error ReverseAuctions_ReferenceSeen(bytes32 requisitionRef, uint256 auctionId);
    error ReverseAuctions_ExtensionsMismatch(uint32 extensionSeconds, uint8 maxExtensions);
    error ReverseAuctions_TooManyExtensions(uint8 maxExtensions, uint8 most);
    error ReverseAuctions_Unknown(uint256 auctionId);
    error ReverseAuctions_TermsMismatch(uint256 auctionId);
    error ReverseAuctions_AlreadyLeading(uint256 auctionId, address supplier);
    error ReverseAuctions_ZeroAmount(uint256 auctionId);
    error ReverseAuctions_BidTooHigh(uint256 auctionId, uint128 amount, uint128 most);
    error ReverseAuctions_BiddingClosed(uint256 auctionId, uint256 timestamp, uint40 endsAt);
    error ReverseAuctions_StillOpen(uint256 auctionId, uint256 timestamp, uint40 endsAt);
    error ReverseAuctions_AlreadySettled(uint256 auctionId, ReverseAuctionStatus status);
    error ReverseAuctions_BondNotHeld(uint256 auctionId, address supplier);

    /// @notice Opens an auction for one requisition. 发布公开竞价.
    /// @dev Emits {ReverseAuctionOpened}. Requirements: neither all obligations nor this contract are stopped; caller
    /// is an active buyer and the buyer of the terms; the requisition has no auction yet; windows within bounds, an
    /// hour at least where there is a bond; extensions and their length both zero or neither; order terms acceptable
    /// to the award taker for an auction that ends as late as this one can; `invited` is empty exactly when the root
    /// is zero.
    /// @custom:erp Tender
    /// @custom:pause stops
    function openAuction(AuctionTerms calldata terms, address[] calldata invited) external returns (uint256 auctionId);

    /// @notice Bids below the leading bid; a bidder's first bid pays in the bond. 公开报价.
    /// @dev Emits {ReverseBidPlaced}. Requirements: auction exists and has these terms; active supplier, not the
    /// buyer; invited; credit at least the minimum; obligations not paused (an auction of a retired edition goes on);
    /// not the leader already; amount positive and at most {mostNext}; before endsAt; bond approved.
    /// @param amount Net amount for the whole quantity, minor units.
    /// @param invitation Merkle proof under the invited root; empty in an open auction.
    /// @custom:erp Quotation
    /// @custom:pause stops
    function placeBid(uint256 auctionId, AuctionTerms calldata terms, uint128 amount, bytes32[] calldata invitation)
        external;

    /// @notice Awards the auction to its lowest bid, or voids it. Anybody may call. 授标.
    /// @dev Emits {ReverseAuctionAwarded} or {ReverseAuctionVoided}. Requirements: auction exists and has these terms;
    /// not settled; from endsAt on.
    /// @return orderId The order that came of it; zero when void.
    /// @custom:erp Award
    /// @custom:pause open
    function award(uint256 auctionId, AuctionTerms calldata terms) external returns (uint256 orderId);

    /// @notice Sends a bidder its bond back. Anybody may call. 退还保证金.
    /// @dev Emits {ReverseBondReturned}. Requirements: auction exists and has these terms; bond held; from endsAt on.
    /// @custom:erp BondReturn
    /// @custom:pause open
    function withdrawBond(uint256 auctionId, AuctionTerms calldata terms, address supplier) external;

    /// @notice The most that the next bid may ask; zero when nothing lies below the leading bid.
    function mostNext(uint256 auctionId, AuctionTerms calldata terms) external view returns (uint128);

    /// @notice An auction; status None when unknown. Its terms stand in {ReverseAuctionOpened}.
    function auction(uint256 auctionId) external view returns (Auction memory);

    /// @notice The standing bid of a supplier; amount zero when there is none.
    function openBid(uint256 auctionId, address supplier) external view returns (OpenBid memory);

    /// @notice The auction that a buyer opened for a requisition; zero when none. References are kept per buyer.
    function auctionFor(address buyer, bytes32 requisitionRef) external view returns (uint256 auctionId);
}
