// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { BidScoring } from "../libraries/BidScoring.sol";
import { ITenders } from "./interfaces/ITenders.sol";

/// @dev A sealed bid as {Tenders} keeps it, in one slot: what the bidder last said (224 bits: its commitment, and once
/// revealed amount << 16 | days), credit at commitment (16), index (8), status (8).
type KeptBid is uint256;

using KeptBids for KeptBid global;

/// @title KeptBids
/// @notice Reads and writes the slot of a sealed bid. Pure.
library KeptBids {
    uint256 private constant _FRAME = type(uint32).max; // credit, index and status: all but what the bidder said

    function committed(bytes28 seal, uint16 credit, uint8 place) internal pure returns (KeptBid) {
        uint256 frame = uint256(credit) << 16 | uint256(place) << 8 | uint256(ITenders.BidStatus.Committed);
        return KeptBid.wrap(uint256(uint224(seal)) << 32 | frame);
    }

    function revealed(KeptBid kept, uint128 price, uint16 daysAfter) internal pure returns (KeptBid) {
        uint256 frame = KeptBid.unwrap(kept) & _FRAME;
        return marked(KeptBid.wrap((uint256(price) << 16 | daysAfter) << 32 | frame), ITenders.BidStatus.Revealed);
    }

    function marked(KeptBid kept, ITenders.BidStatus next) internal pure returns (KeptBid) {
        return KeptBid.wrap(KeptBid.unwrap(kept) & ~uint256(type(uint8).max) | uint256(next));
    }

    function status(KeptBid kept) internal pure returns (ITenders.BidStatus) {
        return ITenders.BidStatus(uint8(KeptBid.unwrap(kept)));
    }

    function index(KeptBid kept) internal pure returns (uint8) {
        return uint8(KeptBid.unwrap(kept) >> 8);
    }

    function creditBps(KeptBid kept) internal pure returns (uint16) {
        return uint16(KeptBid.unwrap(kept) >> 16);
    }

    function commitment(KeptBid kept) internal pure returns (bytes28) {
        return bytes28(uint224(KeptBid.unwrap(kept) >> 32));
    }

    function offeredDays(KeptBid kept) internal pure returns (uint16) {
        return uint16(KeptBid.unwrap(kept) >> 32);
    }

    function amount(KeptBid kept) internal pure returns (uint128) {
        return uint64(KeptBid.unwrap(kept) >> 48);
    }

    function score(KeptBid kept, ITenders.TenderTerms calldata terms) internal pure returns (uint128) {
        return uint128(
            BidScoring.scoreUp(amount(kept), offeredDays(kept), terms.dayValue, creditBps(kept), terms.creditWeightBps)
        );
    }

    function rank(KeptBid kept, uint128 itsScore) internal pure returns (uint256) {
        return BidScoring.rank(itsScore, creditBps(kept), index(kept));
    }
}
