// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAwardTaker } from "./IAwardTaker.sol";
import { IBidding } from "./IBidding.sol";

/// @title ITenders
/// @notice Sealed-bid reverse auctions: suppliers commit, then reveal; the lowest score wins. 竞价采购.
///
/// Score: the price, or price + days × value of a day (A+B), either one raised for missing credit. Formula and
/// rounding stand in {BidScoring}. A tie goes to better credit at commitment, then to the earlier commitment. First
/// price: the winner is paid its bid. Second price: it is paid the most that would still have matched the runner-up's
/// score, up to the ceiling; the ceiling when nobody else stands. No valid bid: the tender is void.
///
/// Terms are published when a tender opens and stored as a hash; every later call brings them along.
///
/// Windows are half open: commit in [opening, commitEnd), reveal in [commitEnd, revealEnd). Without review the award
/// opens at revealEnd. With review the buyer may disqualify in [revealEnd, reviewEnd), each time with a committed
/// reason. The award opens at reviewEnd when no bid of rank (the leader; in a second-price tender the runner-up too)
/// was struck; otherwise anybody ranks what was revealed anew in [reviewEnd, rankEnd), as long again as the review,
/// and the award opens at rankEnd. Ranking is a total order: neither the order nor the repetition of calls decides
/// anything.
///
/// Assumptions for safety:
/// - those of {IBidding};
/// - bidders draw their salts at random: a guessed salt opens a sealed price;
/// - nobody finds two keccak256 inputs with the same first 224 bits (2^112 work; tender and bidder are among the
///   inputs, so such a pair would let one bidder choose between its own two prices in one tender, and nothing else),
///   nor two terms with the same first 216 bits (2^108 work; with a bond of their own each they would let a buyer take
///   out every bond that is held here);
/// - the buyer's reasons for striking a bid are judged off the chain: they are committed, and every strike is logged.
/// Assumptions for liveness:
/// - none for bonds: with the reveal, or from revealEnd on by anybody's call;
/// - the contract keeps its office of awarder until the award. A bidder that wants its rank back after a strike ranks
///   its bid, or has anybody do so, within the ranking window.
/// @custom:security-contact See SECURITY.md
interface ITenders is IBidding {
    enum TenderStatus {
        None,
        Open, // None -> Open by openTender, openLots
        Awarded, // Open | Ranking -> Awarded by award, when a valid bid stands
        Void, // Open | Ranking -> Void by award, when none does, or after a strike none was ranked
        Ranking // Open -> Ranking by disqualifyBid, when it strikes a bid of rank
    }

    enum BidStatus {
        None,
        Committed, // None -> Committed by commitBid; the bond of the terms is held
        Forfeited, // Committed -> Forfeited by forfeitBond; the buyer has the bond
        Revealed, // Committed -> Revealed by revealBid; the bidder has its bond back
        Disqualified // Revealed -> Disqualified by disqualifyBid
    }

    enum Pricing {
        FirstPrice,
        SecondPrice
    }

    /// @notice What the buyer publishes.
    struct TenderTerms {
        address buyer; // the one that opens the tender
        bytes32 requisitionRef; // commitment to the ERP requisition; one tender each
        bytes32 invitedRoot; // standard Merkle tree of (address); zero: open to every supplier
        uint128 quantity; // smallest units of the item
        uint128 ceiling; // highest net amount that can win, minor units
        uint128 bond; // paid in with the commitment, paid back with the reveal
        uint32 commitSeconds;
        uint32 revealSeconds;
        uint32 reviewSeconds; // zero: bids are not reviewed
        uint16 minCreditBps;
        Pricing pricing;
        uint128 dayValue; // what a day is worth to the buyer, minor units; zero: price only
        uint16 maxDays; // most days that a bid may offer; zero exactly when a day is worth nothing
        uint16 creditWeightBps; // by how much missing credit raises the score; zero: credit breaks ties only
        // Where a day is worth something, the order's promise is the day the award opens + the days offered, and
        // `promisedAt` bounds it.
        IAwardTaker.OrderTerms order;
    }

    struct Tender {
        // slot 0
        uint40 commitEnd;
        uint40 revealEnd;
        TenderStatus status;
        uint8 bids; // commitments so far
        address leader; // best of the valid bids; zero: none
        // slot 1
        address runnerUp; // next best, in second-price tenders only
    }

    /// @notice A bid, decoded.
    struct Bid {
        BidStatus status;
        uint8 index; // order of commitment, from 1; zero: no bid
        uint16 creditBps; // score at commitment
        bytes28 commitment; // zero once revealed: amount and days stand in its place
        uint128 amount; // zero until revealed
        uint16 offeredDays; // zero until revealed
    }

    /// @notice A tender stands for a requisition.
    /// @custom:aggregate tender:{tenderId}
    event TenderOpened(
        uint256 indexed tenderId,
        address indexed buyer,
        bytes32 indexed requisitionRef,
        TenderTerms terms,
        uint40 commitEnd,
        uint40 revealEnd,
        address[] invited
    );
    /// @notice The lots of one purchase were opened, each a tender of its own.
    /// @custom:aggregate tender:{firstTenderId}
    event LotsOpened(uint256 indexed firstTenderId, address indexed buyer, uint256 lots);
    /// @notice A supplier committed to a sealed bid and paid in its bond.
    /// @custom:aggregate tender:{tenderId}
    event BidCommitted(
        uint256 indexed tenderId,
        address indexed supplier,
        uint8 index,
        bytes32 commitment,
        uint128 bond,
        uint16 creditBps
    );
    /// @notice A supplier revealed its bid and got its bond back.
    /// @custom:aggregate tender:{tenderId}
    event BidRevealed(
        uint256 indexed tenderId,
        address indexed supplier,
        uint128 amount,
        uint128 bondReturned,
        bool withinCeiling,
        uint16 offeredDays,
        uint128 score
    );
    /// @notice A revealed bid was struck in the review for a committed reason.
    /// @custom:aggregate tender:{tenderId}
    event BidDisqualified(uint256 indexed tenderId, address indexed supplier, bytes32 reasonRef);
    /// @notice A revealed bid competes again after a bid of rank was struck.
    /// @custom:aggregate tender:{tenderId}
    event BidRanked(uint256 indexed tenderId, address indexed supplier, address leader, address runnerUp);
    /// @notice The bond of a bid that was never revealed went to the buyer.
    /// @custom:aggregate tender:{tenderId}
    event BondForfeited(uint256 indexed tenderId, address indexed supplier, address indexed buyer, uint128 bond);
    /// @notice The best bid won.
    /// @custom:aggregate tender:{tenderId}
    event TenderAwarded(
        uint256 indexed tenderId, address indexed supplier, uint256 indexed orderId, uint128 amount, uint8 bids
    );
    /// @notice No valid bid stood, so the tender ended without an award.
    /// @custom:aggregate tender:{tenderId}
    event TenderVoided(uint256 indexed tenderId, bytes32 indexed requisitionRef, uint8 bids);

    error Tenders_ReferenceSeen(bytes32 requisitionRef, uint256 tenderId);
    error Tenders_DayValueOutOfBounds(uint128 dayValue, uint128 maxDayValue);
    error Tenders_DaysMismatch(uint128 dayValue, uint16 maxDays);
    error Tenders_DaysBeyondPromise(uint256 latestPromise, uint40 promisedAt);
    error Tenders_LotsOutOfBounds(uint256 lots, uint256 minLots, uint256 maxLots);
    error Tenders_LotsDiffer(uint256 lot);
    error Tenders_Unknown(uint256 tenderId);
    error Tenders_TermsMismatch(uint256 tenderId);
    error Tenders_TooManyBids(uint256 tenderId, uint8 maxBids);
    error Tenders_CommitClosed(uint256 tenderId, uint256 timestamp, uint40 commitEnd);
    error Tenders_RevealNotOpen(uint256 tenderId, uint256 timestamp, uint40 commitEnd);
    error Tenders_RevealClosed(uint256 tenderId, uint256 timestamp, uint40 revealEnd);
    error Tenders_ReviewNotOpen(uint256 tenderId, uint256 timestamp, uint40 revealEnd);
    error Tenders_ReviewClosed(uint256 tenderId, uint256 timestamp, uint40 reviewEnd);
    error Tenders_RankingNotOpen(uint256 tenderId, uint256 timestamp, uint40 reviewEnd);
    error Tenders_RankingClosed(uint256 tenderId, uint256 timestamp, uint40 rankEnd);
    error Tenders_AwardNotOpen(uint256 tenderId, uint256 timestamp, uint40 opensAt);
    error Tenders_AlreadySettled(uint256 tenderId, TenderStatus status);
    error Tenders_NotRanking(uint256 tenderId, TenderStatus status);
    error Tenders_AlreadyCommitted(uint256 tenderId, address supplier);
    error Tenders_ZeroCommitment();
    error Tenders_NoBid(uint256 tenderId, address supplier);
    error Tenders_AlreadyRevealed(uint256 tenderId, address supplier);
    error Tenders_NotRevealed(uint256 tenderId, address supplier);
    error Tenders_AlreadyDisqualified(uint256 tenderId, address supplier);
    error Tenders_CommitmentMismatch(uint256 tenderId, address supplier, bytes28 revealed, bytes28 commitment);
    error Tenders_ZeroAmount();
    error Tenders_AmountOutOfBounds(uint128 amount, uint128 maxAmount);
    error Tenders_DaysOutOfBounds(uint16 offeredDays, uint16 minDays, uint16 maxDays);
    error Tenders_ZeroReason();
    error Tenders_AboveCeiling(uint256 tenderId, address supplier, uint128 amount, uint128 ceiling);
    error Tenders_BondNotHeld(uint256 tenderId, address supplier);

    /// @notice Opens a tender for one requisition. 发布竞价.
    /// @dev Emits {TenderOpened}. Requirements: neither all obligations nor this contract are stopped; caller is an
    /// active buyer and the buyer of the terms; the requisition has no tender yet; windows within bounds, commit and
    /// reveal an hour at least where there is a bond; order terms acceptable to the award taker for a tender that ends
    /// as late as this one can; `invited` is empty exactly when the root is zero. The list is published for the
    /// parties' convenience; the root decides.
    /// @custom:erp Tender
    /// @custom:pause stops
    function openTender(TenderTerms calldata terms, address[] calldata invited) external returns (uint256 tenderId);

    /// @notice Opens the lots of one purchase: each a tender of its own, with consecutive ids. 分标段.
    /// @dev Emits {TenderOpened} for each, then {LotsOpened}. Requirements: those of {openTender} for each; 2 to 16
    /// lots, all with the same windows and the same invited root.
    /// @custom:erp Tender
    /// @custom:pause stops
    function openLots(TenderTerms[] calldata lots, address[] calldata invited) external returns (uint256 firstTenderId);

    /// @notice Commits to a bid and pays in its bond. 提交密封报价.
    /// @dev Emits {BidCommitted}. Requirements: tender exists and has these terms; active supplier, not the buyer;
    /// invited; credit at least the minimum; obligations not paused (a tender of a retired edition goes on); first
    /// commitment of this supplier; at most 255 bids; before commitEnd; bond approved.
    /// @param commitment {sealBid} of the bid: it names tender and bidder, so a copied commitment cannot be revealed.
    /// The first 28 bytes are stored and count.
    /// @param invitation Merkle proof under the invited root; empty in an open tender.
    /// @custom:erp Bid
    /// @custom:pause stops
    function commitBid(uint256 tenderId, TenderTerms calldata terms, bytes32 commitment, bytes32[] calldata invitation)
        external;

    /// @notice Reveals the caller's bid and pays its bond back. 揭示报价.
    /// @dev Emits {BidRevealed}. Requirements: tender exists and has these terms; committed; not revealed; commitment
    /// matches; amount positive and at most 2^60; days from 1 to the most allowed, or zero where a day is worth
    /// nothing; within [commitEnd, revealEnd). A bid above the ceiling is revealed, gets its bond back and cannot win.
    /// @param amount Net amount for the whole quantity, minor units.
    /// @param offeredDays Days from the opening of the award to the promised delivery.
    /// @custom:erp Quotation
    /// @custom:pause open
    function revealBid(uint256 tenderId, TenderTerms calldata terms, uint128 amount, uint16 offeredDays, bytes32 salt)
        external;

    /// @notice Strikes a revealed bid for a committed reason. 废标.
    /// @dev Emits {BidDisqualified}. When the leader is struck, the runner-up (if one is kept) leads; when either is
    /// struck, bids are ranked anew. Requirements: tender exists and has these terms; caller is its buyer; bid
    /// revealed and not struck; reason given; within [revealEnd, reviewEnd).
    /// @param reasonRef Commitment to the ERP document that gives the reason.
    /// @custom:erp BidDisqualification
    /// @custom:pause open
    function disqualifyBid(uint256 tenderId, TenderTerms calldata terms, address supplier, bytes32 reasonRef) external;

    /// @notice Has a revealed bid compete again after a bid of rank was struck. Anybody may call. 重新排序.
    /// @dev Emits {BidRanked}, also when nothing changes. Requirements: tender exists and has these terms; it is
    /// Ranking; bid revealed, not struck, at most the ceiling; within [reviewEnd, rankEnd).
    /// @custom:erp none
    /// @custom:pause open
    function rankBid(uint256 tenderId, TenderTerms calldata terms, address supplier) external;

    /// @notice Awards the tender to its best bid, or voids it. Anybody may call. 授标.
    /// @dev Emits {TenderAwarded} or {TenderVoided}. Requirements: tender exists and has these terms; not settled;
    /// from revealEnd on, with review from reviewEnd on, after a strike of a bid of rank from rankEnd on.
    /// @return orderId The order that came of it; zero when void.
    /// @custom:erp Award
    /// @custom:pause open
    function award(uint256 tenderId, TenderTerms calldata terms) external returns (uint256 orderId);

    /// @notice Pays the bond of a bid that was never revealed to the buyer. Anybody may call. 没收保证金.
    /// @dev Emits {BondForfeited}. Requirements: tender exists and has these terms; committed, not revealed, bond
    /// still held; from revealEnd on.
    /// @custom:erp BondForfeit
    /// @custom:pause open
    function forfeitBond(uint256 tenderId, TenderTerms calldata terms, address supplier) external;

    /// @notice The commitment of a bid: keccak256 of (chain id, this contract, tender, supplier, amount, days, salt).
    function sealBid(uint256 tenderId, address supplier, uint128 amount, uint16 offeredDays, bytes32 salt)
        external
        view
        returns (bytes32);

    /// @notice A tender; status None when unknown. Its terms stand in {TenderOpened}.
    function tender(uint256 tenderId) external view returns (Tender memory);

    /// @notice A supplier's bid; status None when there is none.
    function bid(uint256 tenderId, address supplier) external view returns (Bid memory);

    /// @notice The tender that a buyer opened for a requisition; zero when none. References are kept per buyer.
    function tenderFor(address buyer, bytes32 requisitionRef) external view returns (uint256 tenderId);
}
