// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CapacityIds } from "../../../../contracts/capacity/CapacityIds.sol";
import { TestBase } from "../../support/TestBase.sol";

contract CapacityIdsTest is TestBase {
    function testFuzz_an_id_says_what_went_into_it(uint64 deviceId, uint64 slotIndex, uint32 market, uint96 price)
        public
        pure
    {
        uint256 tokenId = CapacityIds.pack(deviceId, slotIndex, market, price);
        (uint64 device, uint64 slot, uint32 seller, uint96 paid) = CapacityIds.unpack(tokenId);
        assertEq(seller, market);
        assertEq(device, deviceId);
        assertEq(slot, slotIndex);
        assertEq(paid, price);
        (device, slot) = CapacityIds.placeOf(tokenId);
        assertEq(device, deviceId);
        assertEq(slot, slotIndex);
        assertEq(CapacityIds.worth(tokenId, 480), uint256(price) * 480);
    }

    function testFuzz_every_id_has_one_reading(uint256 tokenId) public pure {
        (uint64 device, uint64 slot, uint32 market, uint96 price) = CapacityIds.unpack(tokenId);
        assertEq(CapacityIds.pack(device, slot, market, price), tokenId);
    }
}
