// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title BetMath
/// @notice The arithmetic of bets: attainment of a target, the index rule, penalties and shares. Pure; every division
/// names its direction. `tests/reference/bet_math.py` has the same. Values, tiers and amounts are at most 2^60.
library BetMath {
    uint256 internal constant BPS = 10_000;
    uint256 internal constant KEPT = BPS; // attainment at the base
    uint256 internal constant SURPASSED = 2 * BPS; // attainment at the stretch

    /// @notice By what the indexed targets of a period are multiplied: rounded towards no change, within the bounds.
    function indexFactor(uint256 value, uint256 baseline, uint256 elasticityBps, uint256 maxUpBps, uint256 maxDownBps)
        internal
        pure
        returns (uint256)
    {
        if (value >= baseline) {
            uint256 up = (value - baseline) * elasticityBps / baseline;
            return BPS + (up < maxUpBps ? up : maxUpBps);
        }
        uint256 down = (baseline - value) * elasticityBps / baseline;
        return BPS - (down < maxDownBps ? down : maxDownBps);
    }

    /// @notice How far a target was attained: 0 at the floor, 10,000 at the base, 20,000 at the stretch, linear
    /// between; rounded down. All three tiers are multiplied by `factorBps`, exactly.
    function attainmentDown(uint256 value, uint256 floor, uint256 base, uint256 stretch, uint256 factorBps)
        internal
        pure
        returns (uint256)
    {
        value *= BPS;
        floor *= factorBps;
        base *= factorBps;
        stretch *= factorBps;
        return floor < base ? _climbDown(value, floor, base, stretch) : _descentDown(value, floor, base, stretch);
    }

    /// @notice What a party loses of its stake: rounded up, in favour of the pot, at most the cap.
    /// @param shortfall Sum over the periods of what was missing to 10,000.
    function penaltyUp(
        uint256 stake,
        uint256 shortfall,
        uint256 periods,
        uint256 toleranceBps,
        uint256 slopeBps,
        uint256 capBps
    ) internal pure returns (uint256) {
        uint256 free = periods * toleranceBps;
        if (shortfall <= free) return 0;
        uint256 whole = periods * BPS * BPS;
        uint256 lost = (stake * (shortfall - free) * slopeBps + whole - 1) / whole;
        uint256 cap = stake * capBps / BPS;
        return lost < cap ? lost : cap;
    }

    /// @notice What counts of a shortfall of a period of which some days were force majeure: rounded down, in the
    /// party's
    /// favour. A begun day of the period is a whole one.
    function excusedDown(uint256 shortfallBps, uint256 excusedDays, uint256 periodSeconds)
        internal
        pure
        returns (uint256)
    {
        uint256 whole = (periodSeconds + 1 days - 1) / 1 days;
        return excusedDays >= whole ? 0 : shortfallBps * (whole - excusedDays) / whole;
    }

    /// @notice How far a party kept its promises over the measured periods, for its credit: rounded down.
    function outcomeDown(uint256 shortfall, uint256 measured) internal pure returns (uint256) {
        return measured == 0 ? KEPT : (measured * BPS - shortfall) / measured;
    }

    /// @notice What that outcome weighs: the stake, as far as its periods were measured; rounded down.
    function outcomeValueDown(uint256 stake, uint256 measured, uint256 periods) internal pure returns (uint256) {
        return stake * measured / periods;
    }

    /// @notice How a party counts in the sharing: its share times its attainment over all periods, exact.
    function contribution(uint256 shareBps, uint256 attained) internal pure returns (uint256) {
        return shareBps * attained;
    }

    /// @notice What a share contributes over the periods [from, to] of which nothing is reported: kept at the base,
    /// exact.
    function byDefault(uint256 shareBps, uint256 fromPeriod, uint256 toPeriod) internal pure returns (uint256) {
        return contribution(shareBps, (toPeriod + 1 - fromPeriod) * KEPT);
    }

    /// @notice A party's share of the pot: rounded down; what all of them leave is less than one unit each.
    function shareDown(uint256 pot, uint256 weight, uint256 totalWeight) internal pure returns (uint256) {
        return totalWeight == 0 ? 0 : pot * weight / totalWeight;
    }

    /// @dev *At least*: floor < base <= stretch.
    function _climbDown(uint256 value, uint256 floor, uint256 base, uint256 stretch) private pure returns (uint256) {
        if (value <= floor) return 0;
        if (value < base) return (value - floor) * BPS / (base - floor);
        if (value < stretch) return KEPT + (value - base) * BPS / (stretch - base);
        return stretch == base ? KEPT : SURPASSED;
    }

    /// @dev *At most*: floor > base >= stretch.
    function _descentDown(uint256 value, uint256 floor, uint256 base, uint256 stretch) private pure returns (uint256) {
        if (value >= floor) return 0;
        if (value > base) return (floor - value) * BPS / (floor - base);
        if (value > stretch) return KEPT + (base - value) * BPS / (base - stretch);
        return stretch == base ? KEPT : SURPASSED;
    }
}
