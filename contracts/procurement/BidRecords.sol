// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { BidScoring } from "../libraries/BidScoring.sol";
import { ITenders } from "./interfaces/ITenders.sol";

/// @dev A sealed bid as {Tenders} stores it, in one slot: what the bidder last said (224 bits: its commitment, and
/// once revealed amount << 16 | days), credit at commitment (16), index (8), status (8).
type BidRecord is uint256;

using BidRecords for BidRecord global;

/// @title BidRecords
/// @notice Reads and writes the slot of a sealed bid. Pure.
library BidRecords {
    uint256 private constant _FRAME = type(uint32).max; // credit, index and status: all but what the bidder said

    function committed(bytes28 seal, uint16 credit, uint8 place) internal pure returns (BidRecord) {
        uint256 frame = uint256(credit) << 16 | uint256(place) << 8 | uint256(ITenders.BidStatus.Committed);
        return BidRecord.wrap(uint256(uint224(seal)) << 32 | frame);
    }

    function revealed(BidRecord record, uint128 price, uint16 daysAfter) internal pure returns (BidRecord) {
        uint256 frame = BidRecord.unwrap(record) & _FRAME;
        return marked(BidRecord.wrap((uint256(price) << 16 | daysAfter) << 32 | frame), ITenders.BidStatus.Revealed);
    }

    function marked(BidRecord record, ITenders.BidStatus next) internal pure returns (BidRecord) {
        return BidRecord.wrap(BidRecord.unwrap(record) & ~uint256(type(uint8).max) | uint256(next));
    }

    function status(BidRecord record) internal pure returns (ITenders.BidStatus) {
        return ITenders.BidStatus(uint8(BidRecord.unwrap(record)));
    }

    function index(BidRecord record) internal pure returns (uint8) {
        return uint8(BidRecord.unwrap(record) >> 8);
    }

    function creditBps(BidRecord record) internal pure returns (uint16) {
        return uint16(BidRecord.unwrap(record) >> 16);
    }

    function commitment(BidRecord record) internal pure returns (bytes28) {
        return bytes28(uint224(BidRecord.unwrap(record) >> 32));
    }

    function offeredDays(BidRecord record) internal pure returns (uint16) {
        return uint16(BidRecord.unwrap(record) >> 32);
    }

    function amount(BidRecord record) internal pure returns (uint128) {
        return uint64(BidRecord.unwrap(record) >> 48);
    }

    function score(BidRecord record, ITenders.TenderTerms calldata terms) internal pure returns (uint128) {
        return uint128(
            BidScoring.scoreUp(
                amount(record), offeredDays(record), terms.dayValue, creditBps(record), terms.creditWeightBps
            )
        );
    }

    function rank(BidRecord record, uint128 itsScore) internal pure returns (uint256) {
        return BidScoring.rank(itsScore, creditBps(record), index(record));
    }
}
