// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Days of force majeure as the walk sets them.
contract WalkedWeather {
    mapping(uint256 day => bool) public lost;

    function lose(uint256 day) external {
        lost[day] = true;
    }

    function daysIn(bytes32 region, uint256 from, uint256 to) external view returns (uint256 total) {
        if (region == bytes32(0)) return 0;
        for (uint256 day = from / 1 days; day <= (to - 1) / 1 days; ++day) {
            if (lost[day]) ++total;
        }
    }
}
