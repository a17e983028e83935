// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { ICreditRegistry } from "../identity/interfaces/ICreditRegistry.sol";
import { Offices } from "../identity/Offices.sol";
import { IBidding } from "./interfaces/IBidding.sol";
import { Procurement } from "./Procurement.sol";

/// @title Bidding
/// @notice See {IBidding}.
abstract contract Bidding is IBidding, Procurement, ReentrancyGuard {
    using SafeERC20 for IERC20;

    uint32 public constant MIN_WINDOW_SECONDS = 1 minutes; // time for a transaction to be included
    uint32 public constant MIN_BONDED_WINDOW_SECONDS = 1 hours; // the same, when who leaves it out gains a bond
    uint32 public constant MAX_WINDOW_SECONDS = 90 days; // bonds are not held longer than two of these
    uint256 public constant MAX_INVITED = 64; // addresses published with the terms
    uint16 internal constant _BPS = 10_000;

    ICreditRegistry private immutable _CREDIT;
    IERC20 private immutable _TOKEN;

    constructor(ICreditRegistry credit, IERC20 token) {
        _CREDIT = credit;
        _TOKEN = token;
    }

    /* WHO */

    function _checkBidder(
        uint256 id,
        address buyer,
        bytes32 invitedRoot,
        uint16 minCreditBps,
        bytes32[] calldata invitation
    ) internal view returns (uint16 creditBps) {
        _checkMayJoin(msg.sender, Offices.SUPPLIER);
        if (msg.sender == buyer) revert Bidding_BuyerCannotBid(id, msg.sender);
        if (invitedRoot != bytes32(0)) {
            bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(msg.sender))));
            if (!MerkleProof.verifyCalldata(invitation, invitedRoot, leaf)) {
                revert Bidding_NotInvited(id, msg.sender);
            }
        }
        creditBps = _CREDIT.scoreOf(msg.sender);
        if (creditBps < minCreditBps) revert Bidding_CreditTooLow(id, msg.sender, creditBps, minCreditBps);
    }

    /* WHAT */

    function _checkBidding(uint128 bond, uint16 minCreditBps, bytes32 invitedRoot, uint256 invited) internal pure {
        if (bond > MAX_AMOUNT) revert Bidding_BondOutOfBounds(bond, MAX_AMOUNT);
        _checkRate(minCreditBps);
        if (invited > MAX_INVITED) revert Bidding_TooManyInvited(invited, MAX_INVITED);
        if ((invitedRoot == bytes32(0)) != (invited == 0)) revert Bidding_InvitedMismatch();
    }

    function _checkRate(uint16 rateBps) internal pure {
        if (rateBps > _BPS) revert Bidding_RateOutOfBounds(rateBps, _BPS);
    }

    function _checkWindow(uint32 window, uint32 minWindow) internal pure {
        if (window < minWindow || window > MAX_WINDOW_SECONDS) {
            revert Bidding_WindowOutOfBounds(window, minWindow, MAX_WINDOW_SECONDS);
        }
    }

    function _minWindow(uint128 bond) internal pure returns (uint32) {
        return bond == 0 ? MIN_WINDOW_SECONDS : MIN_BONDED_WINDOW_SECONDS;
    }

    /* BONDS */

    function _takeBond(address supplier, uint128 bond) internal nonReentrant {
        _TOKEN.safeTransferFrom(supplier, address(this), bond);
    }

    function _payBond(address account, uint128 bond) internal nonReentrant {
        _TOKEN.safeTransfer(account, bond);
    }
}
