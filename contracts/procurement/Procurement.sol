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
import { IProcurement } from "./interfaces/IProcurement.sol";

/// @title Procurement
/// @notice See {IProcurement}.
abstract contract Procurement is IProcurement, ReentrancyGuard {
    using SafeERC20 for IERC20;

    uint32 public constant MIN_WINDOW_SECONDS = 1 minutes; // time for a transaction to be included
    uint32 public constant MAX_WINDOW_SECONDS = 90 days; // bonds are not held longer than two of these
    uint256 public constant MAX_INVITED = 64; // addresses published with the terms
    uint128 public constant MAX_AMOUNT = 2 ** 60; // a deposit of four times this still fits the ledger's 63 bits
    uint128 public constant MAX_QUANTITY = 2 ** 60;
    uint16 internal constant _BPS = 10_000;

    IAwardTaker internal immutable _AWARD_TAKER;
    IParticipants private immutable _PARTICIPANTS;
    ICreditRegistry private immutable _CREDIT;
    IERC20 private immutable _TOKEN;

    constructor(IParticipants participants, ICreditRegistry credit, IERC20 token, IAwardTaker awardTaker) {
        _PARTICIPANTS = participants;
        _CREDIT = credit;
        _TOKEN = token;
        _AWARD_TAKER = awardTaker;
    }

    /* WHO */

    function _checkBuyer() internal view {
        (bool active, bool paused) = _PARTICIPANTS.mayTakeOn(msg.sender, Offices.BUYER);
        if (!active) revert Procurement_NotABuyer(msg.sender);
        if (paused) revert Procurement_ObligationsPaused();
    }

    function _checkIsBuyer(address buyer) internal view {
        if (msg.sender != buyer) revert Procurement_NotTheBuyer(buyer, msg.sender);
    }

    function _checkBidder(
        uint256 id,
        address buyer,
        address attester,
        bytes32 invitedRoot,
        uint16 minCreditBps,
        bytes32[] calldata invitation
    ) internal view returns (uint16 creditBps) {
        (bool active, bool paused) = _PARTICIPANTS.mayTakeOn(msg.sender, Offices.SUPPLIER);
        if (!active) revert Procurement_NotASupplier(msg.sender);
        if (msg.sender == buyer) revert Procurement_BuyerCannotBid(id, msg.sender);
        if (msg.sender == attester) revert Procurement_AttesterCannotBid(id, msg.sender);
        if (invitedRoot != bytes32(0)) {
            bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(msg.sender))));
            if (!MerkleProof.verifyCalldata(invitation, invitedRoot, leaf)) {
                revert Procurement_NotInvited(id, msg.sender);
            }
        }
        creditBps = _CREDIT.scoreOf(msg.sender);
        if (creditBps < minCreditBps) revert Procurement_CreditTooLow(id, msg.sender, creditBps, minCreditBps);
        if (paused) revert Procurement_ObligationsPaused();
    }

    /* WHAT */

    function _checkPurchase(bytes32 requisitionRef, uint128 quantity, uint128 ceiling, uint128 bond) internal pure {
        if (requisitionRef == bytes32(0)) revert Procurement_ZeroReference();
        if (quantity == 0 || quantity > MAX_QUANTITY) revert Procurement_QuantityOutOfBounds(quantity, MAX_QUANTITY);
        if (ceiling == 0 || ceiling > MAX_AMOUNT) revert Procurement_CeilingOutOfBounds(ceiling, MAX_AMOUNT);
        if (bond > MAX_AMOUNT) revert Procurement_BondOutOfBounds(bond, MAX_AMOUNT);
    }

    function _checkRate(uint16 rateBps) internal pure {
        if (rateBps > _BPS) revert Procurement_RateOutOfBounds(rateBps, _BPS);
    }

    function _checkInvited(bytes32 invitedRoot, uint256 invited) internal pure {
        if (invited > MAX_INVITED) revert Procurement_TooManyInvited(invited, MAX_INVITED);
        if ((invitedRoot == bytes32(0)) != (invited == 0)) revert Procurement_InvitedMismatch();
    }

    function _checkWindow(uint32 window) internal pure {
        if (window < MIN_WINDOW_SECONDS || window > MAX_WINDOW_SECONDS) {
            revert Procurement_WindowOutOfBounds(window, MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS);
        }
    }

    /* BONDS */

    function _takeBond(address supplier, uint128 bond) internal nonReentrant {
        _TOKEN.safeTransferFrom(supplier, address(this), bond);
    }

    function _payBond(address account, uint128 bond) internal nonReentrant {
        _TOKEN.safeTransfer(account, bond);
    }
}
