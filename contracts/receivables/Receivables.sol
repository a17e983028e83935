// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { SignatureChecker } from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Offices } from "../identity/Offices.sol";
import { Room } from "../room/Room.sol";
import { IReceivables } from "./interfaces/IReceivables.sol";

/// @title Receivables
/// @notice See {IReceivables}.
contract Receivables is IReceivables, Room, EIP712, ReentrancyGuard {
    using SafeERC20 for IERC20;

    uint256 public constant MAX_TERM_SECONDS = 366 days; // a typo holds no money for ever
    bytes32 public constant SIGNED_OFFER_TYPEHASH = keccak256(
        "SignedOffer(uint256 claimId,address seller,address financier,uint128 amount,uint128 price,uint32 revision,"
        "uint40 deadline)"
    );

    IERC20 private immutable _TOKEN;

    uint256 private _count;
    mapping(uint256 claimId => Claim) private _claims;
    mapping(uint256 claimId => Offer) private _offers;

    constructor(IParticipants participants, IERC20 token, uint256 edition)
        Room(participants, edition)
        EIP712("Receivables", "1")
    {
        _TOKEN = token;
    }

    /* ISSUE AND PAY */

    /// @inheritdoc IReceivables
    function issue(uint256 orderId, uint256 deliveryId, address supplier, address buyer, uint128 amount, uint40 dueAt)
        external
        nonReentrant
        returns (uint256 claimId)
    {
        if (!_holds(Offices.CLAIM_ISSUER, msg.sender)) revert Receivables_NotAClaimIssuer(msg.sender);
        if (!_canBePaid(_PARTICIPANTS.participant(supplier))) revert Receivables_CannotHold(supplier);
        if (amount == 0) revert Receivables_ZeroAmount();
        uint256 latest = block.timestamp + MAX_TERM_SECONDS;
        if (dueAt <= block.timestamp || dueAt > latest) {
            revert Receivables_DueOutOfBounds(dueAt, block.timestamp, latest);
        }

        claimId = _numberOf(++_count);
        _claims[claimId] = Claim({
            holder: supplier,
            dueAt: dueAt,
            revision: 0,
            status: ClaimStatus.Open,
            amount: amount,
            originId: uint128(claimId),
            orderId: orderId,
            deliveryId: deliveryId,
            supplier: supplier,
            buyer: buyer
        });
        emit ClaimIssued(claimId, supplier, buyer, orderId, deliveryId, amount, dueAt);
        _TOKEN.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc IReceivables
    function pay(uint256 claimId) external nonReentrant {
        Claim storage record = _open(claimId);
        if (block.timestamp < record.dueAt) revert Receivables_NotYetDue(claimId, block.timestamp, record.dueAt);
        record.status = ClaimStatus.Paid;
        emit ClaimPaid(claimId, record.holder, record.buyer, record.amount);
        _TOKEN.safeTransfer(record.holder, record.amount);
    }

    /* SPLIT AND PASS ON */

    /// @inheritdoc IReceivables
    function split(uint256 claimId, uint128 part) external returns (uint256 partId) {
        Claim storage record = _held(claimId);
        uint128 amount = record.amount;
        if (part == 0 || part >= amount) revert Receivables_PartOutOfBounds(claimId, part, amount);
        _checkNotDue(claimId, record);

        partId = _numberOf(++_count);
        uint32 revision = _nextRevision(claimId, record);
        record.amount = amount - part;
        Claim storage fresh = _claims[partId];
        fresh.holder = msg.sender;
        fresh.dueAt = record.dueAt;
        fresh.status = ClaimStatus.Open;
        fresh.amount = part;
        fresh.originId = record.originId;
        fresh.orderId = record.orderId;
        fresh.deliveryId = record.deliveryId;
        fresh.supplier = record.supplier;
        fresh.buyer = record.buyer;
        emit ClaimSplit(claimId, partId, msg.sender, amount - part, part, revision);
    }

    /// @inheritdoc IReceivables
    function transfer(uint256 claimId, address to) external {
        Claim storage record = _held(claimId);
        if (to == msg.sender) revert Receivables_AlreadyTheHolder(claimId, to);
        IParticipants.Participant memory receiver = _PARTICIPANTS.participant(to);
        if (!_canBePaid(receiver) || receiver.suspended) revert Receivables_CannotHold(to);
        _checkNotDue(claimId, record);

        uint32 revision = _nextRevision(claimId, record);
        record.holder = to;
        emit ClaimTransferred(claimId, msg.sender, to, record.amount, revision);
    }

    /* OFFER AND SELL */

    /// @inheritdoc IReceivables
    function offer(uint256 claimId, address financier, uint128 price, uint40 expiresAt) external {
        Claim storage record = _held(claimId);
        if (financier != address(0)) _checkFinancier(claimId, record, financier);
        if (price == 0 || price > record.amount) revert Receivables_PriceOutOfBounds(claimId, price, record.amount);
        _checkNotDue(claimId, record);
        if (expiresAt <= block.timestamp || expiresAt > record.dueAt) {
            revert Receivables_ExpiryOutOfBounds(claimId, expiresAt, block.timestamp, record.dueAt);
        }

        uint32 revision = _nextRevision(claimId, record);
        _offers[claimId] = Offer({ financier: financier, expiresAt: expiresAt, price: price });
        emit ClaimOffered(claimId, msg.sender, financier, record.amount, price, expiresAt, revision);
    }

    /// @inheritdoc IReceivables
    function withdrawOffer(uint256 claimId) external {
        Claim storage record = _held(claimId);
        uint32 revision = _nextRevision(claimId, record);
        emit OfferWithdrawn(claimId, msg.sender, revision);
    }

    /// @inheritdoc IReceivables
    function buy(uint256 claimId, uint128 expectedAmount, uint128 expectedPrice) external nonReentrant {
        Claim storage record = _open(claimId);
        Offer memory published = _offers[claimId];
        if (published.price == 0) revert Receivables_NoOffer(claimId);
        _checkTaker(claimId, record, published.financier);
        if (record.amount != expectedAmount) {
            revert Receivables_AmountChanged(claimId, record.amount, expectedAmount);
        }
        if (published.price != expectedPrice) {
            revert Receivables_PriceChanged(claimId, published.price, expectedPrice);
        }
        // The offer ends at the due date at the latest.
        if (block.timestamp >= published.expiresAt) {
            revert Receivables_OfferExpired(claimId, block.timestamp, published.expiresAt);
        }
        _sell(claimId, record, published.price);
    }

    /// @inheritdoc IReceivables
    function buySigned(SignedOffer calldata signedOffer, bytes calldata signature) external nonReentrant {
        uint256 claimId = signedOffer.claimId;
        Claim storage record = _open(claimId);
        if (signedOffer.seller != record.holder) revert Receivables_NotTheHolder(claimId, signedOffer.seller);
        _checkTaker(claimId, record, signedOffer.financier);
        if (signedOffer.revision != record.revision) {
            revert Receivables_RevisionPassed(claimId, record.revision, signedOffer.revision);
        }
        if (signedOffer.amount != record.amount) {
            revert Receivables_AmountChanged(claimId, record.amount, signedOffer.amount);
        }
        if (signedOffer.price == 0 || signedOffer.price > record.amount) {
            revert Receivables_PriceOutOfBounds(claimId, signedOffer.price, record.amount);
        }
        if (block.timestamp >= signedOffer.deadline) {
            revert Receivables_OfferExpired(claimId, block.timestamp, signedOffer.deadline);
        }
        _checkNotDue(claimId, record);
        if (!SignatureChecker.isValidSignatureNow(record.holder, offerDigest(signedOffer), signature)) {
            revert Receivables_BadSignature(claimId, record.holder);
        }
        _sell(claimId, record, signedOffer.price);
    }

    /* VIEWS */

    /// @inheritdoc IReceivables
    function offerDigest(SignedOffer calldata signedOffer) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(SIGNED_OFFER_TYPEHASH, signedOffer)));
    }

    /// @inheritdoc IReceivables
    function claim(uint256 claimId) external view returns (Claim memory) {
        return _claims[claimId];
    }

    /// @inheritdoc IReceivables
    function offerOf(uint256 claimId) external view returns (Offer memory) {
        return _offers[claimId];
    }

    /* INTERNALS */

    function _sell(uint256 claimId, Claim storage record, uint128 price) private {
        address seller = record.holder;
        uint32 revision = _nextRevision(claimId, record);
        record.holder = msg.sender;
        emit ClaimSold(claimId, seller, msg.sender, record.amount, price, revision);
        _TOKEN.safeTransferFrom(msg.sender, seller, price);
    }

    /// @dev Every offer made before dies with the holder's next word.
    function _nextRevision(uint256 claimId, Claim storage record) private returns (uint32 revision) {
        revision = ++record.revision;
        delete _offers[claimId];
    }

    function _open(uint256 claimId) private view returns (Claim storage record) {
        record = _claims[claimId];
        if (record.status == ClaimStatus.None) revert Receivables_Unknown(claimId);
        if (record.status == ClaimStatus.Paid) revert Receivables_AlreadyPaid(claimId);
    }

    function _held(uint256 claimId) private view returns (Claim storage record) {
        record = _open(claimId);
        if (msg.sender != record.holder) revert Receivables_NotTheHolder(claimId, msg.sender);
    }

    function _checkNotDue(uint256 claimId, Claim storage record) private view {
        if (block.timestamp >= record.dueAt) revert Receivables_Due(claimId, block.timestamp, record.dueAt);
    }

    function _checkTaker(uint256 claimId, Claim storage record, address financier) private view {
        _checkFinancier(claimId, record, msg.sender);
        if (financier != address(0) && financier != msg.sender) {
            revert Receivables_NotOfferedTo(claimId, msg.sender, financier);
        }
    }

    function _checkFinancier(uint256 claimId, Claim storage record, address account) private view {
        if (!_PARTICIPANTS.isActive(account, Offices.FINANCIER)) revert Receivables_NotAFinancier(account);
        if (account == record.holder) revert Receivables_AlreadyTheHolder(claimId, account);
    }

    /// @dev The settlement token lets nobody pay a mere custodian: a claim held by one could never be paid.
    function _canBePaid(IParticipants.Participant memory account) private pure returns (bool) {
        return account.registeredAt != 0 && account.capabilities != Offices.CUSTODIAN;
    }
}
