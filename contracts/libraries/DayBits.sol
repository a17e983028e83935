// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title DayBits
/// @notice Days as bits, 256 of them in a word: bit n of word w is day 256 w + n. Pure.
library DayBits {
    /// @notice The bits [first, last] of one word. Requires first <= last < 256.
    function mask(uint256 first, uint256 last) internal pure returns (uint256) {
        return (type(uint256).max >> 255 - (last - first)) << first;
    }

    /// @notice How many bits of a word are set: sums of 1, 2, 4, 8 bits side by side, then of all bytes.
    function count(uint256 word) internal pure returns (uint256) {
        // Each line adds neighbours that have room for the sum; 32 bytes of at most 8 make at most 256.
        unchecked {
            word -= word >> 1 & 0x5555555555555555555555555555555555555555555555555555555555555555;
            word = (word & 0x3333333333333333333333333333333333333333333333333333333333333333)
                + (word >> 2 & 0x3333333333333333333333333333333333333333333333333333333333333333);
            word = word + (word >> 4) & 0x0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f;
            word = word + (word >> 8) & 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
            return word * 0x0001000100010001000100010001000100010001000100010001000100010001 >> 240;
        }
    }
}
