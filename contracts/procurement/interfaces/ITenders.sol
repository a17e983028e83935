// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAwardTaker } from "./IAwardTaker.sol";

/// @title ITenders
/// @notice Sealed-bid reverse auctions: suppliers commit, then reveal; the lowest bid wins. 竞价采购.
/// A tie goes to better credit at commitment, then to the earlier commitment. No valid bid: the tender is void.
/// Windows are half open: commit in [opening, commitEnd), reveal in [commitEnd, revealEnd), award from revealEnd on.
///
/// Assumptions for safety:
/// - the settlement token takes no fee, has no hooks and returns true or reverts;
/// - bidders draw their salts at random: a guessed salt opens a sealed price.
/// Assumptions for liveness:
/// - none: from revealEnd on anybody may award, and anybody may forfeit the bond of a bid that was not revealed.
/// @custom:security-contact See SECURITY.md
interface ITenders {
    enum TenderStatus {
        None,
        Open, // None -> Open by openTender
        Awarded, // Open -> Awarded by award, when a valid bid stands
        Void // Open -> Void by award, when none does
    }

    /// @notice What the buyer publishes.
    struct TenderTerms {
        bytes32 requisitionRef; // commitment to the ERP requisition; one tender each
        bytes32 invitedRoot; // standard Merkle tree of (address); zero: open to every supplier
        uint128 quantity; // smallest units of the item
        uint128 ceiling; // highest net amount that can win, minor units
        uint128 bond; // paid in with the commitment, paid back with the reveal
        uint32 commitSeconds;
        uint32 revealSeconds;
        uint16 minCreditBps;
        IAwardTaker.OrderTerms order;
    }

    struct Tender {
        address buyer;
        uint40 commitEnd;
        uint40 revealEnd;
        TenderStatus status;
        uint32 bids; // commitments so far
        uint32 revealed;
        address leader; // best valid bid so far; zero: none
        uint128 leadingAmount;
        TenderTerms terms;
    }

    struct Bid {
        // slot 0
        bytes32 commitment;
        // slot 1
        uint128 amount; // zero until revealed
        uint128 bond; // held now
        // slot 2
        uint32 index; // order of commitment, from 1; zero: no bid
        uint16 creditBps; // score at commitment
        bool revealed;
    }

    event TenderOpened(
        uint256 indexed tenderId,
        address indexed buyer,
        bytes32 indexed requisitionRef,
        TenderTerms terms,
        uint40 commitEnd,
        uint40 revealEnd,
        address[] invited
    );
    event BidCommitted(
        uint256 indexed tenderId,
        address indexed supplier,
        uint32 index,
        bytes32 commitment,
        uint128 bond,
        uint16 creditBps
    );
    event BidRevealed(
        uint256 indexed tenderId, address indexed supplier, uint128 amount, uint128 bondReturned, bool withinCeiling
    );
    event BondForfeited(uint256 indexed tenderId, address indexed supplier, address indexed buyer, uint128 bond);
    event TenderAwarded(
        uint256 indexed tenderId, address indexed supplier, uint256 indexed orderId, uint128 amount, uint32 bids
    );
    event TenderVoided(uint256 indexed tenderId, bytes32 indexed requisitionRef, uint32 bids);

    error Tenders_ObligationsPaused();
    error Tenders_NotABuyer(address caller);
    error Tenders_NotASupplier(address caller);
    error Tenders_BuyerCannotBid(uint256 tenderId, address buyer);
    error Tenders_AttesterCannotBid(uint256 tenderId, address attester);
    error Tenders_ReferenceSeen(bytes32 requisitionRef, uint256 tenderId);
    error Tenders_ZeroReference();
    error Tenders_QuantityOutOfBounds(uint128 quantity, uint128 maxQuantity);
    error Tenders_CeilingOutOfBounds(uint128 ceiling, uint128 maxCeiling);
    error Tenders_BondOutOfBounds(uint128 bond, uint128 maxBond);
    error Tenders_WindowOutOfBounds(uint32 actualSeconds, uint32 minSeconds, uint32 maxSeconds);
    error Tenders_CreditOutOfBounds(uint16 minCreditBps);
    error Tenders_TooManyInvited(uint256 invited, uint256 maxInvited);
    error Tenders_InvitedMismatch();
    error Tenders_Unknown(uint256 tenderId);
    error Tenders_CommitClosed(uint256 tenderId, uint256 timestamp, uint40 commitEnd);
    error Tenders_RevealNotOpen(uint256 tenderId, uint256 timestamp, uint40 commitEnd);
    error Tenders_RevealClosed(uint256 tenderId, uint256 timestamp, uint40 revealEnd);
    error Tenders_AwardNotOpen(uint256 tenderId, uint256 timestamp, uint40 revealEnd);
    error Tenders_AlreadySettled(uint256 tenderId, TenderStatus status);
    error Tenders_NotInvited(uint256 tenderId, address supplier);
    error Tenders_CreditTooLow(uint256 tenderId, address supplier, uint16 creditBps, uint16 minCreditBps);
    error Tenders_AlreadyCommitted(uint256 tenderId, address supplier);
    error Tenders_ZeroCommitment();
    error Tenders_NoBid(uint256 tenderId, address supplier);
    error Tenders_AlreadyRevealed(uint256 tenderId, address supplier);
    error Tenders_CommitmentMismatch(uint256 tenderId, address supplier, bytes32 revealed, bytes32 commitment);
    error Tenders_ZeroAmount();
    error Tenders_AmountOutOfBounds(uint128 amount, uint128 maxAmount);
    error Tenders_BondNotHeld(uint256 tenderId, address supplier);

    /// @notice Opens a tender for one requisition. 发布竞价.
    /// @dev Emits {TenderOpened}. Requirements: not paused; caller is an active buyer; the requisition has no tender
    /// yet; windows within bounds; order terms acceptable to the award taker; `invited` is empty exactly when the root
    /// is zero. The list is published for the parties' convenience; the root decides.
    /// @custom:erp Tender
    /// @custom:pause stops
    function openTender(TenderTerms calldata terms, address[] calldata invited) external returns (uint256 tenderId);

    /// @notice Commits to a bid and pays in its bond. 提交密封报价.
    /// @dev Emits {BidCommitted}. Requirements: not paused; tender exists; before commitEnd; active supplier, neither
    /// buyer nor attester; invited; credit at least the minimum; first commitment of this supplier; bond approved.
    /// @param commitment {sealBid} of the bid: it names tender and bidder, so a copied commitment cannot be revealed.
    /// @param invitation Merkle proof under the invited root; empty in an open tender.
    /// @custom:erp Bid
    /// @custom:pause stops
    function commitBid(uint256 tenderId, bytes32 commitment, bytes32[] calldata invitation) external;

    /// @notice Reveals the caller's bid and pays its bond back. 揭示报价.
    /// @dev Emits {BidRevealed}. Requirements: within [commitEnd, revealEnd); committed; not revealed; commitment
    /// matches. A bid above the ceiling is revealed, gets its bond back and cannot win.
    /// @custom:erp Quotation
    /// @custom:pause open
    function revealBid(uint256 tenderId, uint128 amount, bytes32 salt) external;

    /// @notice Awards the tender to its best bid, or voids it. Anybody may call. 授标.
    /// @dev Emits {TenderAwarded} or {TenderVoided}. Requirements: from revealEnd on; not settled.
    /// @return orderId The order that came of it; zero when void.
    /// @custom:erp Award
    /// @custom:pause open
    function award(uint256 tenderId) external returns (uint256 orderId);

    /// @notice Pays the bond of a bid that was never revealed to the buyer. Anybody may call. 没收保证金.
    /// @dev Emits {BondForfeited}. Requirements: from revealEnd on; committed, not revealed, bond still held.
    /// @custom:erp BondForfeit
    /// @custom:pause open
    function forfeitBond(uint256 tenderId, address supplier) external;

    /// @notice The commitment of a bid: keccak256 of (chain id, this contract, tender, supplier, amount, salt).
    function sealBid(uint256 tenderId, address supplier, uint128 amount, bytes32 salt) external view returns (bytes32);

    /// @notice A tender, whole; status None when unknown.
    function tender(uint256 tenderId) external view returns (Tender memory);

    /// @notice A supplier's bid; index zero when there is none.
    function bid(uint256 tenderId, address supplier) external view returns (Bid memory);

    /// @notice The tender that a buyer opened for a requisition; zero when none. References are kept per buyer.
    function tenderFor(address buyer, bytes32 requisitionRef) external view returns (uint256 tenderId);
}
