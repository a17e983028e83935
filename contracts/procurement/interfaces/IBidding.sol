// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IProcurement } from "./IProcurement.sol";

/// @title IBidding
/// @notice What every competition for an order asks alike: who may bid, for how long, and for which bond. 竞价资格.
/// A bidder is an active supplier, not the buyer, invited where there is a list, with the credit that the buyer asks
/// for at least.
///
/// Windows are a minute at least, and an hour where a bond is at stake: a bid counts when a block includes it, and who
/// makes the blocks may leave one out for a while.
///
/// Assumptions for safety:
/// - those of {IProcurement};
/// - inclusion: a valid transaction is in a block within the hour. Who could leave out the reveals of a whole window
///   would have the buyer paid every bond, and would choose who wins;
/// - one account for one firm: a buyer that bids through another account of its own can move a price, and a bidder
///   with several sealed bids reveals the one that fits, at the price of the other bonds.
/// Assumptions for liveness: none.
/// @custom:security-contact See SECURITY.md
interface IBidding is IProcurement {
    error Bidding_BuyerCannotBid(uint256 id, address buyer);
    error Bidding_NotInvited(uint256 id, address supplier);
    error Bidding_CreditTooLow(uint256 id, address supplier, uint16 creditBps, uint16 minCreditBps);
    error Bidding_BondOutOfBounds(uint128 bond, uint128 maxBond);
    error Bidding_RateOutOfBounds(uint16 rateBps, uint16 maxBps);
    error Bidding_TooManyInvited(uint256 invited, uint256 maxInvited);
    error Bidding_InvitedMismatch();
    error Bidding_WindowOutOfBounds(uint32 actualSeconds, uint32 minSeconds, uint32 maxSeconds);
}
