// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { ICreditRegistry } from "../identity/interfaces/ICreditRegistry.sol";
import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Offices } from "../identity/Offices.sol";
import { BidScoring } from "../libraries/BidScoring.sol";
import { BidRecord, BidRecords } from "./BidRecords.sol";
import { Bidding } from "./Bidding.sol";
import { IAwardTaker } from "./interfaces/IAwardTaker.sol";
import { ITenders } from "./interfaces/ITenders.sol";
import { Lots } from "./Lots.sol";
import { Procurement } from "./Procurement.sol";

/// @title Tenders
/// @notice See {ITenders}.
contract Tenders is ITenders, Bidding {
    uint256 public constant MIN_LOTS = 2;
    uint256 public constant MAX_LOTS = 16; // tenders opened in one call
    uint8 public constant MAX_BIDS = type(uint8).max; // of one tender: the width of a bid's index

    /// @dev What a buyer opened for a requisition, found by the terms that a call brings along.
    struct Opening {
        // slot 0
        uint40 count; // which tender of this edition it is, from 1; zero: none
        bytes27 termsHash; // the first 216 bits of keccak256(abi.encode(terms))
    }

    // Where the terms lie in the call that opens a tender: right after the selector; where a call brings them along:
    // after the tender's id. They are static: the bytes are abi.encode(terms); with dirty bits no terms are published.
    uint256 private constant _TERMS_SIZE = 27 * 32;
    uint256 private constant _OPENED_START = 4;
    uint256 private constant _BROUGHT_START = 36;

    uint40 private _nextCount = 1;
    mapping(uint256 tenderId => Tender) private _tenders;
    mapping(uint256 tenderId => mapping(address supplier => BidRecord)) private _bids;
    mapping(address buyer => mapping(bytes32 requisitionRef => Opening)) private _openings;

    constructor(
        IParticipants participants,
        ICreditRegistry credit,
        IERC20 token,
        IAwardTaker awardTaker,
        uint256 edition
    ) Procurement(participants, awardTaker, edition) Bidding(credit, token) { }

    /* OPEN */

    /// @inheritdoc ITenders
    function openTender(TenderTerms calldata terms, address[] calldata invited) external returns (uint256 tenderId) {
        _checkMayOpen(msg.sender, Offices.BUYER);
        return _open(terms, invited, keccak256(msg.data[_OPENED_START:_OPENED_START + _TERMS_SIZE]));
    }

    /// @inheritdoc ITenders
    function openLots(TenderTerms[] calldata lots, address[] calldata invited)
        external
        returns (uint256 firstTenderId)
    {
        _checkMayOpen(msg.sender, Offices.BUYER);
        if (lots.length < MIN_LOTS || lots.length > MAX_LOTS) {
            revert Tenders_LotsOutOfBounds(lots.length, MIN_LOTS, MAX_LOTS);
        }
        firstTenderId = _numberOf(_nextCount);
        for (uint256 i; i < lots.length; ++i) {
            if (!Lots.goTogether(lots[0], lots[i])) revert Tenders_LotsDiffer(i);
            _open(lots[i], invited, keccak256(abi.encode(lots[i])));
        }
        emit LotsOpened(firstTenderId, msg.sender, lots.length);
    }

    /* COMMIT */

    /// @inheritdoc ITenders
    function commitBid(uint256 tenderId, TenderTerms calldata terms, bytes32 commitment, bytes32[] calldata invitation)
        external
    {
        Tender storage record = _known(tenderId, terms);
        uint16 creditBps = _checkBidder(tenderId, terms.buyer, terms.invitedRoot, terms.minCreditBps, invitation);
        if (_bids[tenderId][msg.sender].status() != BidStatus.None) {
            revert Tenders_AlreadyCommitted(tenderId, msg.sender);
        }
        uint8 bids = record.bids;
        if (bids == MAX_BIDS) revert Tenders_TooManyBids(tenderId, MAX_BIDS);
        if (bytes28(commitment) == 0) revert Tenders_ZeroCommitment();
        if (block.timestamp >= record.commitEnd) {
            revert Tenders_CommitClosed(tenderId, block.timestamp, record.commitEnd);
        }

        record.bids = bids + 1;
        _bids[tenderId][msg.sender] = BidRecords.committed(bytes28(commitment), creditBps, bids + 1);
        emit BidCommitted(tenderId, msg.sender, bids + 1, commitment, terms.bond, creditBps);
        if (terms.bond != 0) _takeBond(msg.sender, terms.bond);
    }

    /* REVEAL */

    /// @inheritdoc ITenders
    function revealBid(uint256 tenderId, TenderTerms calldata terms, uint128 amount, uint16 offeredDays, bytes32 salt)
        external
    {
        Tender storage record = _known(tenderId, terms);
        BidRecord bidRecord = _unsealed(tenderId, terms, amount, offeredDays, salt);
        uint40 commitEnd = record.commitEnd;
        if (block.timestamp < commitEnd) revert Tenders_RevealNotOpen(tenderId, block.timestamp, commitEnd);
        uint40 revealEnd = record.revealEnd;
        if (block.timestamp >= revealEnd) revert Tenders_RevealClosed(tenderId, block.timestamp, revealEnd);

        _bids[tenderId][msg.sender] = bidRecord;
        uint128 score = bidRecord.score(terms);
        if (amount <= terms.ceiling) _compete(tenderId, record, terms, msg.sender, bidRecord.rank(score));
        _emitRevealed(tenderId, terms, bidRecord, score);
        if (terms.bond != 0) _payBond(msg.sender, terms.bond);
    }

    /* REVIEW */

    /// @inheritdoc ITenders
    function disqualifyBid(uint256 tenderId, TenderTerms calldata terms, address supplier, bytes32 reasonRef) external {
        Tender storage record = _known(tenderId, terms);
        _checkIsBuyer(terms.buyer);
        BidRecord bidRecord = _standing(tenderId, supplier);
        if (reasonRef == bytes32(0)) revert Tenders_ZeroReason();
        uint40 revealEnd = record.revealEnd;
        if (block.timestamp < revealEnd) revert Tenders_ReviewNotOpen(tenderId, block.timestamp, revealEnd);
        uint40 reviewEnd = revealEnd + terms.reviewSeconds;
        if (block.timestamp >= reviewEnd) revert Tenders_ReviewClosed(tenderId, block.timestamp, reviewEnd);

        _bids[tenderId][supplier] = bidRecord.marked(BidStatus.Disqualified);
        address runnerUp = record.runnerUp;
        if (supplier == record.leader) {
            record.leader = runnerUp;
            record.runnerUp = address(0);
            record.status = TenderStatus.Ranking;
        } else if (supplier == runnerUp) {
            record.runnerUp = address(0);
            record.status = TenderStatus.Ranking;
        }
        emit BidDisqualified(tenderId, supplier, reasonRef);
    }

    /// @inheritdoc ITenders
    function rankBid(uint256 tenderId, TenderTerms calldata terms, address supplier) external {
        Tender storage record = _known(tenderId, terms);
        if (record.status != TenderStatus.Ranking) revert Tenders_NotRanking(tenderId, record.status);
        BidRecord bidRecord = _standing(tenderId, supplier);
        uint128 amount = bidRecord.amount();
        if (amount > terms.ceiling) revert Tenders_AboveCeiling(tenderId, supplier, amount, terms.ceiling);
        uint40 reviewEnd = record.revealEnd + terms.reviewSeconds;
        if (block.timestamp < reviewEnd) revert Tenders_RankingNotOpen(tenderId, block.timestamp, reviewEnd);
        uint40 rankEnd = reviewEnd + terms.reviewSeconds;
        if (block.timestamp >= rankEnd) revert Tenders_RankingClosed(tenderId, block.timestamp, rankEnd);

        _compete(tenderId, record, terms, supplier, bidRecord.rank(bidRecord.score(terms)));
        emit BidRanked(tenderId, supplier, record.leader, record.runnerUp);
    }

    /* AWARD */

    /// @inheritdoc ITenders
    function award(uint256 tenderId, TenderTerms calldata terms) external returns (uint256 orderId) {
        Tender storage record = _known(tenderId, terms);
        TenderStatus status = record.status;
        if (status == TenderStatus.Awarded || status == TenderStatus.Void) {
            revert Tenders_AlreadySettled(tenderId, status);
        }
        uint40 opensAt = record.revealEnd + terms.reviewSeconds;
        if (status == TenderStatus.Ranking) opensAt += terms.reviewSeconds;
        if (block.timestamp < opensAt) revert Tenders_AwardNotOpen(tenderId, block.timestamp, opensAt);

        address leader = record.leader;
        if (leader == address(0)) {
            record.status = TenderStatus.Void;
            emit TenderVoided(tenderId, terms.requisitionRef, record.bids);
            return 0;
        }
        record.status = TenderStatus.Awarded;
        uint128 price = _price(tenderId, record, terms);
        IAwardTaker.OrderTerms memory order = terms.order;
        if (terms.dayValue != 0) order.promisedAt = opensAt + uint40(_bids[tenderId][leader].offeredDays()) * 1 days;
        // The order's id comes from the award taker, whose code is fixed at deployment; the tender is settled by now.
        orderId = _AWARD_TAKER.takeAward(
            IAwardTaker.Award({
                tenderId: tenderId,
                requisitionRef: terms.requisitionRef,
                buyer: terms.buyer,
                supplier: leader,
                quantity: terms.quantity,
                amount: price,
                terms: order
            })
        );
        // slither-disable-next-line reentrancy-events
        emit TenderAwarded(tenderId, leader, orderId, price, record.bids);
    }

    /* FORFEIT */

    /// @inheritdoc ITenders
    function forfeitBond(uint256 tenderId, TenderTerms calldata terms, address supplier) external {
        Tender storage record = _known(tenderId, terms);
        BidRecord bidRecord = _committed(tenderId, supplier);
        if (bidRecord.status() == BidStatus.Forfeited || terms.bond == 0) {
            revert Tenders_BondNotHeld(tenderId, supplier);
        }
        if (block.timestamp < record.revealEnd) {
            revert Tenders_AwardNotOpen(tenderId, block.timestamp, record.revealEnd);
        }

        _bids[tenderId][supplier] = bidRecord.marked(BidStatus.Forfeited);
        emit BondForfeited(tenderId, supplier, terms.buyer, terms.bond);
        _payBond(terms.buyer, terms.bond);
    }

    /* VIEWS */

    /// @inheritdoc ITenders
    function sealBid(uint256 tenderId, address supplier, uint128 amount, uint16 offeredDays, bytes32 salt)
        public
        view
        returns (bytes32)
    {
        return keccak256(abi.encode(block.chainid, address(this), tenderId, supplier, amount, offeredDays, salt));
    }

    /// @inheritdoc ITenders
    function tender(uint256 tenderId) external view returns (Tender memory) {
        return _tenders[tenderId];
    }

    /// @inheritdoc ITenders
    function bid(uint256 tenderId, address supplier) external view returns (Bid memory decoded) {
        BidRecord bidRecord = _bids[tenderId][supplier];
        (decoded.status, decoded.index, decoded.creditBps) =
        (bidRecord.status(), bidRecord.index(), bidRecord.creditBps());
        if (bidRecord.status() >= BidStatus.Revealed) {
            (decoded.amount, decoded.offeredDays) = (bidRecord.amount(), bidRecord.offeredDays());
        } else {
            decoded.commitment = bidRecord.commitment();
        }
    }

    /// @inheritdoc ITenders
    function tenderFor(address buyer, bytes32 requisitionRef) public view returns (uint256 tenderId) {
        uint40 count = _openings[buyer][requisitionRef].count;
        return count == 0 ? 0 : _numberOf(count);
    }

    /* OPENING */

    function _open(TenderTerms calldata terms, address[] calldata invited, bytes32 termsHash)
        private
        returns (uint256 tenderId)
    {
        _checkIsBuyer(terms.buyer);
        _checkTerms(terms, invited.length);
        tenderId = tenderFor(msg.sender, terms.requisitionRef);
        if (tenderId != 0) revert Tenders_ReferenceSeen(terms.requisitionRef, tenderId);
        _checkPromise(terms);

        tenderId = _numberOf(_nextCount);
        _openings[msg.sender][terms.requisitionRef] = Opening({ count: _nextCount++, termsHash: bytes27(termsHash) });
        _publish(tenderId, terms, invited);
    }

    function _publish(uint256 tenderId, TenderTerms calldata terms, address[] calldata invited) private {
        uint40 commitEnd = uint40(block.timestamp) + terms.commitSeconds;
        uint40 revealEnd = commitEnd + terms.revealSeconds;
        Tender storage record = _tenders[tenderId];
        (record.commitEnd, record.revealEnd, record.status) = (commitEnd, revealEnd, TenderStatus.Open);
        emit TenderOpened(tenderId, msg.sender, terms.requisitionRef, terms, commitEnd, revealEnd, invited);
    }

    /// @dev Against the latest time at which the award can open: after commitments, reveals, review and ranking.
    function _checkPromise(TenderTerms calldata terms) private view {
        uint256 windows = uint256(terms.commitSeconds) + terms.revealSeconds + 2 * uint256(terms.reviewSeconds);
        uint40 rankEnd = uint40(block.timestamp + windows);
        _ORDER_TERMS.checkTerms(terms.order, rankEnd);
        uint256 latestPromise = rankEnd + uint256(terms.maxDays) * 1 days;
        if (latestPromise > terms.order.promisedAt) {
            revert Tenders_DaysBeyondPromise(latestPromise, terms.order.promisedAt);
        }
    }

    function _checkTerms(TenderTerms calldata terms, uint256 invited) private pure {
        _checkPurchase(terms.requisitionRef, terms.quantity, terms.ceiling);
        _checkBidding(terms.bond, terms.minCreditBps, terms.invitedRoot, invited);
        _checkRate(terms.creditWeightBps);
        if (terms.dayValue > MAX_AMOUNT) revert Tenders_DayValueOutOfBounds(terms.dayValue, MAX_AMOUNT);
        if ((terms.dayValue == 0) != (terms.maxDays == 0)) revert Tenders_DaysMismatch(terms.dayValue, terms.maxDays);
        uint32 minWindow = _minWindow(terms.bond);
        _checkWindow(terms.commitSeconds, minWindow);
        _checkWindow(terms.revealSeconds, minWindow);
        if (terms.reviewSeconds != 0) _checkWindow(terms.reviewSeconds, MIN_WINDOW_SECONDS);
    }

    /* LOOKING UP */

    function _known(uint256 tenderId, TenderTerms calldata terms) private view returns (Tender storage record) {
        record = _tenders[tenderId];
        if (record.status == TenderStatus.None) revert Tenders_Unknown(tenderId);
        Opening storage opening = _openings[terms.buyer][terms.requisitionRef];
        bytes27 termsHash = bytes27(keccak256(msg.data[_BROUGHT_START:_BROUGHT_START + _TERMS_SIZE]));
        bool same = opening.termsHash == termsHash && opening.count == tenderId % _NUMBERS;
        if (!same) revert Tenders_TermsMismatch(tenderId);
    }

    function _committed(uint256 tenderId, address supplier) private view returns (BidRecord bidRecord) {
        bidRecord = _bids[tenderId][supplier];
        if (bidRecord.status() == BidStatus.None) revert Tenders_NoBid(tenderId, supplier);
        if (bidRecord.status() >= BidStatus.Revealed) revert Tenders_AlreadyRevealed(tenderId, supplier);
    }

    function _standing(uint256 tenderId, address supplier) private view returns (BidRecord bidRecord) {
        bidRecord = _bids[tenderId][supplier];
        if (bidRecord.status() < BidStatus.Revealed) revert Tenders_NotRevealed(tenderId, supplier);
        if (bidRecord.status() == BidStatus.Disqualified) revert Tenders_AlreadyDisqualified(tenderId, supplier);
    }

    /// @dev The caller's bid as it stands once revealed, if this is what it committed to.
    function _unsealed(uint256 tenderId, TenderTerms calldata terms, uint128 amount, uint16 offeredDays, bytes32 salt)
        private
        view
        returns (BidRecord)
    {
        BidRecord bidRecord = _committed(tenderId, msg.sender);
        bytes28 revealed = bytes28(sealBid(tenderId, msg.sender, amount, offeredDays, salt));
        if (revealed != bidRecord.commitment()) {
            revert Tenders_CommitmentMismatch(tenderId, msg.sender, revealed, bidRecord.commitment());
        }
        if (amount == 0) revert Tenders_ZeroAmount();
        if (amount > MAX_AMOUNT) revert Tenders_AmountOutOfBounds(amount, MAX_AMOUNT);
        uint16 minDays = terms.dayValue == 0 ? 0 : 1;
        if (offeredDays < minDays || offeredDays > terms.maxDays) {
            revert Tenders_DaysOutOfBounds(offeredDays, minDays, terms.maxDays);
        }
        return bidRecord.revealed(amount, offeredDays);
    }

    function _emitRevealed(uint256 tenderId, TenderTerms calldata terms, BidRecord bidRecord, uint128 score) private {
        uint128 amount = bidRecord.amount();
        bool withinCeiling = amount <= terms.ceiling;
        emit BidRevealed(tenderId, msg.sender, amount, terms.bond, withinCeiling, bidRecord.offeredDays(), score);
    }

    /* RANKING */

    /// @dev Keeps the best, and in a second-price tender the next best, of all that competed: a total order, so that
    /// neither the order nor the repetition of calls decides anything.
    function _compete(
        uint256 tenderId,
        Tender storage record,
        TenderTerms calldata terms,
        address supplier,
        uint256 rank
    ) private {
        address leader = record.leader;
        if (supplier == leader) return;
        bool keepsRunnerUp = terms.pricing == Pricing.SecondPrice;
        if (_beats(rank, tenderId, leader, terms)) {
            record.leader = supplier;
            if (keepsRunnerUp) record.runnerUp = leader;
        } else if (keepsRunnerUp && _beats(rank, tenderId, record.runnerUp, terms)) {
            record.runnerUp = supplier;
        }
    }

    function _beats(uint256 rank, uint256 tenderId, address holder, TenderTerms calldata terms)
        private
        view
        returns (bool)
    {
        if (holder == address(0)) return true;
        BidRecord held = _bids[tenderId][holder];
        return rank < held.rank(held.score(terms));
    }

    function _price(uint256 tenderId, Tender storage record, TenderTerms calldata terms)
        private
        view
        returns (uint128)
    {
        BidRecord won = _bids[tenderId][record.leader];
        if (terms.pricing == Pricing.FirstPrice) return won.amount();
        address runnerUp = record.runnerUp;
        if (runnerUp == address(0)) return terms.ceiling;
        uint256 matching = BidScoring.matchingDown(
            _bids[tenderId][runnerUp].score(terms),
            won.offeredDays(),
            terms.dayValue,
            won.creditBps(),
            terms.creditWeightBps
        );
        return matching < terms.ceiling ? uint128(matching) : terms.ceiling;
    }
}
