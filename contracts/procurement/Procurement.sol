// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Room } from "../room/Room.sol";
import { IAwardTaker } from "./interfaces/IAwardTaker.sol";
import { IOrderTerms } from "./interfaces/IOrderTerms.sol";
import { IProcurement } from "./interfaces/IProcurement.sol";

/// @title Procurement
/// @notice See {IProcurement}.
abstract contract Procurement is IProcurement, Room {
    uint128 public constant MAX_AMOUNT = 2 ** 60; // a deposit of four times this still fits the ledger's 63 bits
    uint128 public constant MAX_QUANTITY = 2 ** 60;

    IAwardTaker internal immutable _AWARD_TAKER;
    IOrderTerms internal immutable _ORDER_TERMS;

    constructor(IParticipants participants, IAwardTaker awardTaker, uint256 edition) Room(participants, edition) {
        _AWARD_TAKER = awardTaker;
        _ORDER_TERMS = IOrderTerms(awardTaker.RULES());
    }

    function _checkIsBuyer(address buyer) internal view {
        if (msg.sender != buyer) revert Procurement_NotTheBuyer(buyer, msg.sender);
    }

    function _checkPurchase(bytes32 requisitionRef, uint128 quantity, uint128 amount) internal pure {
        _checkReference(requisitionRef);
        if (quantity == 0 || quantity > MAX_QUANTITY) revert Procurement_QuantityOutOfBounds(quantity, MAX_QUANTITY);
        if (amount == 0 || amount > MAX_AMOUNT) revert Procurement_AmountOutOfBounds(amount, MAX_AMOUNT);
    }
}
