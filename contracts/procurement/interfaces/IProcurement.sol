// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IRoom } from "../../room/IRoom.sol";

/// @title IProcurement
/// @notice What every way of buying asks alike: who may buy, and within which bounds. 采购资格.
/// A buyer is an active participant that buys for itself. A requisition is bought once in a room. The posts of the
/// order are checked by the award taker; who holds one is no participant, so that it neither buys nor bids.
/// An edition buys for one edition of orders: who retires that one retires this one too.
///
/// Assumptions for safety: the settlement token takes no fee, has no hooks and returns true or reverts.
/// Assumptions for liveness: none.
/// @custom:security-contact See SECURITY.md
interface IProcurement is IRoom {
    error Procurement_NotTheBuyer(address buyer, address caller);
    error Procurement_QuantityOutOfBounds(uint128 quantity, uint128 maxQuantity);
    error Procurement_AmountOutOfBounds(uint128 amount, uint128 maxAmount);
}
