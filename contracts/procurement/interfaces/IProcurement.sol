// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IProcurement
/// @notice What every way of buying asks alike: who may buy, who may bid, and within which bounds. 采购资格.
/// A buyer is an active participant that buys for itself. A bidder is an active supplier, neither the buyer nor the
/// attester of the order, invited where there is a list, with the credit that the buyer asks for at least.
///
/// Assumptions for safety:
/// - one account for one firm: a buyer that bids through another account of its own can move a price, and a bidder with
///   several sealed bids reveals the one that fits, at the price of the other bonds;
/// - the settlement token takes no fee, has no hooks and returns true or reverts.
/// Assumptions for liveness: none.
/// @custom:security-contact See SECURITY.md
interface IProcurement {
    error Procurement_ObligationsPaused();
    error Procurement_NotABuyer(address caller);
    error Procurement_NotTheBuyer(address buyer, address caller);
    error Procurement_NotASupplier(address caller);
    error Procurement_BuyerCannotBid(uint256 id, address buyer);
    error Procurement_AttesterCannotBid(uint256 id, address attester);
    error Procurement_NotInvited(uint256 id, address supplier);
    error Procurement_CreditTooLow(uint256 id, address supplier, uint16 creditBps, uint16 minCreditBps);
    error Procurement_ZeroReference();
    error Procurement_QuantityOutOfBounds(uint128 quantity, uint128 maxQuantity);
    error Procurement_CeilingOutOfBounds(uint128 ceiling, uint128 maxCeiling);
    error Procurement_BondOutOfBounds(uint128 bond, uint128 maxBond);
    error Procurement_RateOutOfBounds(uint16 rateBps, uint16 maxBps);
    error Procurement_TooManyInvited(uint256 invited, uint256 maxInvited);
    error Procurement_InvitedMismatch();
    error Procurement_WindowOutOfBounds(uint32 actualSeconds, uint32 minSeconds, uint32 maxSeconds);
}
