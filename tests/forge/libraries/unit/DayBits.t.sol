// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { DayBits } from "../../../../contracts/libraries/DayBits.sol";
import { TestBase } from "../../support/TestBase.sol";

contract DayBitsTest is TestBase {
    /// All of them: every mask of a word has the bits it names and no other, and counts them.
    function test_every_mask_has_the_bits_from_its_first_to_its_last() public {
        vm.pauseGasMetering();
        for (uint256 first; first < 256; ++first) {
            uint256 naive;
            for (uint256 last = first; last < 256; ++last) {
                naive |= 1 << last;
                uint256 mask = DayBits.mask(first, last);
                assertEq(mask, naive, "mask");
                assertEq(DayBits.count(mask), last - first + 1, "count");
            }
        }
    }

    /// Every pattern of two bytes, at every place of the word.
    function test_every_two_bytes_are_counted_at_every_place() public {
        vm.pauseGasMetering();
        for (uint256 pattern; pattern < 65_536; ++pattern) {
            uint256 place = pattern % 16 * 16;
            assertEq(DayBits.count(pattern << place), _naive(pattern));
        }
        assertEq(DayBits.count(type(uint256).max), 256);
        assertEq(DayBits.count(0), 0);
    }

    function testFuzz_a_count_is_that_of_looking_at_each_bit(uint256 word) public pure {
        assertEq(DayBits.count(word), _naive(word));
    }

    function _naive(uint256 word) private pure returns (uint256 bits) {
        for (; word != 0; word >>= 1) {
            bits += word & 1;
        }
    }
}
