// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CapacityIds } from "../../../../contracts/capacity/CapacityIds.sol";
import { TestBase } from "../../support/TestBase.sol";

contract CapacityIdsTest is TestBase {
    function testFuzz_an_id_says_what_went_into_it(uint64 deviceId, uint64 slotIndex, uint128 price) public pure {
        (uint64 device, uint64 slot, uint128 paid) = CapacityIds.unpack(CapacityIds.pack(deviceId, slotIndex, price));
        assertEq(device, deviceId);
        assertEq(slot, slotIndex);
        assertEq(paid, price);
    }

    function testFuzz_every_id_has_one_reading(uint256 tokenId) public pure {
        (uint64 device, uint64 slot, uint128 price) = CapacityIds.unpack(tokenId);
        assertEq(CapacityIds.pack(device, slot, price), tokenId);
    }
}
