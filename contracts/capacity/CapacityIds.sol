// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title CapacityIds
/// @notice What the id of a capacity token says: device (64 bits), slot (64), market that issued it (32), price per
/// minute (96), from the high bits down. Every id has exactly one reading and every reading exactly one id.
library CapacityIds {
    function pack(uint64 deviceId, uint64 slotIndex, uint32 market, uint96 pricePerMinute)
        internal
        pure
        returns (uint256)
    {
        return uint256(deviceId) << 192 | uint256(slotIndex) << 128 | uint256(market) << 96 | pricePerMinute;
    }

    function unpack(uint256 tokenId)
        internal
        pure
        returns (uint64 deviceId, uint64 slotIndex, uint32 market, uint96 pricePerMinute)
    {
        return (uint64(tokenId >> 192), uint64(tokenId >> 128), uint32(tokenId >> 96), uint96(tokenId));
    }

    /// @notice Device and slot alone.
    function placeOf(uint256 tokenId) internal pure returns (uint64 deviceId, uint64 slotIndex) {
        return (uint64(tokenId >> 192), uint64(tokenId >> 128));
    }

    /// @notice What so many minutes of a token were sold for, minor units.
    function worth(uint256 tokenId, uint24 quantity) internal pure returns (uint128) {
        return uint128(uint96(tokenId)) * quantity;
    }
}
