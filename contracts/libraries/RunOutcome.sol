// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Scoring } from "./Scoring.sol";

/// @title RunOutcome
/// @notice What minutes of a slot that ran, or failed, count in the plant's credit. Pure.
///
/// Of what did not run, the days of force majeure that a slot touches are excused: minutes are expected of the other
/// days alone. What ran whole counts whole, storm or none.
///
/// Example, 120 minutes of a slot over two days, weight 30,000:
///     ran 120, no storm                        weight 30,000, outcome 10,000
///     ran 120, one day of storm                weight 30,000, outcome 10,000
///     ran  90, no storm                        weight 30,000, outcome  7,500
///     ran  60, one day of storm                weight 15,000, outcome 10,000   (60 were expected)
///     ran  30, one day of storm                weight 15,000, outcome  5,000
///     ran  60, both days of storm              weight      0                   (nothing was expected)
///     ran   0, no storm: the slot failed       weight 30,000, outcome      0
library RunOutcome {
    /// @notice Weight and outcome of minutes of one slot.
    /// @param ran Of `quantity`, which is not zero.
    /// @param weight Minor units.
    /// @param touched Days that the slot touches, not zero.
    /// @param excused Of these, days of force majeure.
    /// @return weightDown Weight that counts, rounded down; zero: nothing counts.
    /// @return outcomeDownBps Basis points, rounded down.
    function countedDown(uint256 quantity, uint256 ran, uint256 weight, uint256 touched, uint256 excused)
        internal
        pure
        returns (uint256 weightDown, uint256 outcomeDownBps)
    {
        if (ran == quantity) return (weight, Scoring.BPS);
        uint256 free = touched - excused;
        if (free == 0) return (0, 0);
        weightDown = weight * free / touched;
        outcomeDownBps = ran * touched * Scoring.BPS / (quantity * free);
        if (outcomeDownBps > Scoring.BPS) outcomeDownBps = Scoring.BPS;
    }
}
