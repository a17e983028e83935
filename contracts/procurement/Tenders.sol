// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { ICreditRegistry } from "../identity/interfaces/ICreditRegistry.sol";
import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Offices } from "../identity/Offices.sol";
import { IAwardTaker } from "./interfaces/IAwardTaker.sol";
import { ITenders } from "./interfaces/ITenders.sol";

/// @title Tenders
/// @notice See {ITenders}.
contract Tenders is ITenders, ReentrancyGuard {
    using SafeERC20 for IERC20;

    uint32 public constant MIN_WINDOW_SECONDS = 1 minutes; // time for a transaction to be included
    uint32 public constant MAX_WINDOW_SECONDS = 90 days; // bonds are not held longer than two of these
    uint256 public constant MAX_INVITED = 64; // addresses published with a tender
    uint128 public constant MAX_AMOUNT = 2 ** 60; // a deposit of four times this still fits the ledger's 63 bits
    uint128 public constant MAX_QUANTITY = 2 ** 60;
    uint16 private constant _BPS = 10_000;

    IParticipants private immutable _PARTICIPANTS;
    ICreditRegistry private immutable _CREDIT;
    IERC20 private immutable _TOKEN;
    IAwardTaker private immutable _AWARD_TAKER;

    uint256 private _lastTenderId;
    mapping(uint256 tenderId => Tender) private _tenders;
    mapping(uint256 tenderId => mapping(address supplier => Bid)) private _bids;
    mapping(address buyer => mapping(bytes32 requisitionRef => uint256 tenderId)) private _tenderFor;

    constructor(IParticipants participants, ICreditRegistry credit, IERC20 token, IAwardTaker awardTaker) {
        _PARTICIPANTS = participants;
        _CREDIT = credit;
        _TOKEN = token;
        _AWARD_TAKER = awardTaker;
    }

    /* OPEN */

    /// @inheritdoc ITenders
    function openTender(TenderTerms calldata terms, address[] calldata invited) external returns (uint256 tenderId) {
        if (!_PARTICIPANTS.isActive(msg.sender, Offices.BUYER)) revert Tenders_NotABuyer(msg.sender);
        if (_PARTICIPANTS.obligationsPaused()) revert Tenders_ObligationsPaused();
        _checkTerms(terms, invited.length);
        tenderId = _tenderFor[msg.sender][terms.requisitionRef];
        if (tenderId != 0) revert Tenders_ReferenceSeen(terms.requisitionRef, tenderId);
        uint40 commitEnd = uint40(block.timestamp) + terms.commitSeconds;
        uint40 revealEnd = commitEnd + terms.revealSeconds;
        _AWARD_TAKER.checkTerms(terms.order, msg.sender, revealEnd);

        tenderId = ++_lastTenderId;
        _tenderFor[msg.sender][terms.requisitionRef] = tenderId;
        Tender storage record = _tenders[tenderId];
        record.buyer = msg.sender;
        record.commitEnd = commitEnd;
        record.revealEnd = revealEnd;
        record.status = TenderStatus.Open;
        record.terms = terms;
        emit TenderOpened(tenderId, msg.sender, terms.requisitionRef, terms, commitEnd, revealEnd, invited);
    }

    /* COMMIT */

    /// @inheritdoc ITenders
    function commitBid(uint256 tenderId, bytes32 commitment, bytes32[] calldata invitation) external nonReentrant {
        Tender storage record = _known(tenderId);
        uint16 creditBps = _checkBidder(tenderId, record, invitation);
        Bid storage sealedBid = _bids[tenderId][msg.sender];
        if (sealedBid.index != 0) revert Tenders_AlreadyCommitted(tenderId, msg.sender);
        if (commitment == bytes32(0)) revert Tenders_ZeroCommitment();
        if (block.timestamp >= record.commitEnd) {
            revert Tenders_CommitClosed(tenderId, block.timestamp, record.commitEnd);
        }

        uint128 bond = record.terms.bond;
        uint32 index = ++record.bids;
        _bids[tenderId][msg.sender] =
            Bid({ commitment: commitment, amount: 0, bond: bond, index: index, creditBps: creditBps, revealed: false });
        emit BidCommitted(tenderId, msg.sender, index, commitment, bond, creditBps);
        if (bond != 0) _TOKEN.safeTransferFrom(msg.sender, address(this), bond);
    }

    /* REVEAL */

    /// @inheritdoc ITenders
    function revealBid(uint256 tenderId, uint128 amount, bytes32 salt) external nonReentrant {
        Tender storage record = _known(tenderId);
        Bid storage sealedBid = _bids[tenderId][msg.sender];
        if (sealedBid.index == 0) revert Tenders_NoBid(tenderId, msg.sender);
        if (sealedBid.revealed) revert Tenders_AlreadyRevealed(tenderId, msg.sender);
        bytes32 commitment = sealBid(tenderId, msg.sender, amount, salt);
        if (commitment != sealedBid.commitment) {
            revert Tenders_CommitmentMismatch(tenderId, msg.sender, commitment, sealedBid.commitment);
        }
        if (amount == 0) revert Tenders_ZeroAmount();
        if (amount > MAX_AMOUNT) revert Tenders_AmountOutOfBounds(amount, MAX_AMOUNT);
        if (block.timestamp < record.commitEnd) {
            revert Tenders_RevealNotOpen(tenderId, block.timestamp, record.commitEnd);
        }
        if (block.timestamp >= record.revealEnd) {
            revert Tenders_RevealClosed(tenderId, block.timestamp, record.revealEnd);
        }

        uint128 bond = sealedBid.bond;
        sealedBid.revealed = true;
        sealedBid.amount = amount;
        sealedBid.bond = 0;
        record.revealed += 1;
        bool withinCeiling = amount <= record.terms.ceiling;
        if (withinCeiling && _isBetter(tenderId, record, sealedBid)) {
            record.leader = msg.sender;
            record.leadingAmount = amount;
        }
        emit BidRevealed(tenderId, msg.sender, amount, bond, withinCeiling);
        if (bond != 0) _TOKEN.safeTransfer(msg.sender, bond);
    }

    /* AWARD */

    /// @inheritdoc ITenders
    function award(uint256 tenderId) external nonReentrant returns (uint256 orderId) {
        Tender storage record = _known(tenderId);
        if (record.status != TenderStatus.Open) revert Tenders_AlreadySettled(tenderId, record.status);
        if (block.timestamp < record.revealEnd) {
            revert Tenders_AwardNotOpen(tenderId, block.timestamp, record.revealEnd);
        }

        if (record.leader == address(0)) {
            record.status = TenderStatus.Void;
            emit TenderVoided(tenderId, record.terms.requisitionRef, record.bids);
            return 0;
        }
        record.status = TenderStatus.Awarded;
        // The order's id comes from the award taker, whose code is fixed at deployment; the guard covers this contract.
        orderId = _AWARD_TAKER.takeAward(
            IAwardTaker.Award({
                tenderId: tenderId,
                requisitionRef: record.terms.requisitionRef,
                buyer: record.buyer,
                supplier: record.leader,
                quantity: record.terms.quantity,
                amount: record.leadingAmount,
                terms: record.terms.order
            })
        );
        emit TenderAwarded(tenderId, record.leader, orderId, record.leadingAmount, record.bids);
    }

    /* FORFEIT */

    /// @inheritdoc ITenders
    function forfeitBond(uint256 tenderId, address supplier) external nonReentrant {
        Tender storage record = _known(tenderId);
        Bid storage sealedBid = _bids[tenderId][supplier];
        if (sealedBid.index == 0) revert Tenders_NoBid(tenderId, supplier);
        if (sealedBid.revealed) revert Tenders_AlreadyRevealed(tenderId, supplier);
        uint128 bond = sealedBid.bond;
        if (bond == 0) revert Tenders_BondNotHeld(tenderId, supplier);
        if (block.timestamp < record.revealEnd) {
            revert Tenders_AwardNotOpen(tenderId, block.timestamp, record.revealEnd);
        }

        sealedBid.bond = 0;
        emit BondForfeited(tenderId, supplier, record.buyer, bond);
        _TOKEN.safeTransfer(record.buyer, bond);
    }

    /* VIEWS */

    /// @inheritdoc ITenders
    function sealBid(uint256 tenderId, address supplier, uint128 amount, bytes32 salt) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), tenderId, supplier, amount, salt));
    }

    /// @inheritdoc ITenders
    function tender(uint256 tenderId) external view returns (Tender memory) {
        return _tenders[tenderId];
    }

    /// @inheritdoc ITenders
    function bid(uint256 tenderId, address supplier) external view returns (Bid memory) {
        return _bids[tenderId][supplier];
    }

    /// @inheritdoc ITenders
    function tenderFor(address buyer, bytes32 requisitionRef) external view returns (uint256 tenderId) {
        return _tenderFor[buyer][requisitionRef];
    }

    /* INTERNALS */

    function _known(uint256 tenderId) private view returns (Tender storage record) {
        record = _tenders[tenderId];
        if (record.status == TenderStatus.None) revert Tenders_Unknown(tenderId);
    }

    function _checkTerms(TenderTerms calldata terms, uint256 invited) private pure {
        if (terms.requisitionRef == bytes32(0)) revert Tenders_ZeroReference();
        if (terms.quantity == 0 || terms.quantity > MAX_QUANTITY) {
            revert Tenders_QuantityOutOfBounds(terms.quantity, MAX_QUANTITY);
        }
        if (terms.ceiling == 0 || terms.ceiling > MAX_AMOUNT) {
            revert Tenders_CeilingOutOfBounds(terms.ceiling, MAX_AMOUNT);
        }
        if (terms.bond > MAX_AMOUNT) revert Tenders_BondOutOfBounds(terms.bond, MAX_AMOUNT);
        if (terms.minCreditBps > _BPS) revert Tenders_CreditOutOfBounds(terms.minCreditBps);
        _checkWindow(terms.commitSeconds);
        _checkWindow(terms.revealSeconds);
        if (invited > MAX_INVITED) revert Tenders_TooManyInvited(invited, MAX_INVITED);
        if ((terms.invitedRoot == bytes32(0)) != (invited == 0)) revert Tenders_InvitedMismatch();
    }

    function _checkWindow(uint32 window) private pure {
        if (window < MIN_WINDOW_SECONDS || window > MAX_WINDOW_SECONDS) {
            revert Tenders_WindowOutOfBounds(window, MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS);
        }
    }

    function _checkBidder(uint256 tenderId, Tender storage record, bytes32[] calldata invitation)
        private
        view
        returns (uint16 creditBps)
    {
        if (!_PARTICIPANTS.isActive(msg.sender, Offices.SUPPLIER)) revert Tenders_NotASupplier(msg.sender);
        if (msg.sender == record.buyer) revert Tenders_BuyerCannotBid(tenderId, msg.sender);
        if (msg.sender == record.terms.order.attester) revert Tenders_AttesterCannotBid(tenderId, msg.sender);
        bytes32 root = record.terms.invitedRoot;
        if (root != bytes32(0)) {
            bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(msg.sender))));
            if (!MerkleProof.verifyCalldata(invitation, root, leaf)) revert Tenders_NotInvited(tenderId, msg.sender);
        }
        creditBps = _CREDIT.scoreOf(msg.sender);
        uint16 minCreditBps = record.terms.minCreditBps;
        if (creditBps < minCreditBps) {
            revert Tenders_CreditTooLow(tenderId, msg.sender, creditBps, minCreditBps);
        }
        if (_PARTICIPANTS.obligationsPaused()) revert Tenders_ObligationsPaused();
    }

    /// @dev Lower amount, then better credit at commitment, then earlier commitment: a total order, so that the order
    /// of reveals decides nothing.
    function _isBetter(uint256 tenderId, Tender storage record, Bid storage candidate) private view returns (bool) {
        if (record.leader == address(0)) return true;
        if (candidate.amount != record.leadingAmount) return candidate.amount < record.leadingAmount;
        Bid storage leading = _bids[tenderId][record.leader];
        if (candidate.creditBps != leading.creditBps) return candidate.creditBps > leading.creditBps;
        return candidate.index < leading.index;
    }
}
