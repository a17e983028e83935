// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title CapacityIds
/// @notice What the id of a capacity token says: device (64 bits), slot (64), price per minute (128), from the high
/// bits down. Every id has exactly one reading and every reading exactly one id.
library CapacityIds {
    function pack(uint64 deviceId, uint64 slotIndex, uint128 pricePerMinute) internal pure returns (uint256) {
        return uint256(deviceId) << 192 | uint256(slotIndex) << 128 | pricePerMinute;
    }

    function unpack(uint256 tokenId) internal pure returns (uint64 deviceId, uint64 slotIndex, uint128 pricePerMinute) {
        return (uint64(tokenId >> 192), uint64(tokenId >> 128), uint128(tokenId));
    }
}
