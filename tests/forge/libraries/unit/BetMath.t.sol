// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { BetMath } from "../../../../contracts/libraries/BetMath.sol";
import { TestBase } from "../../support/TestBase.sol";

contract BetMathTest is TestBase {
    uint256 private constant _MOST = 2 ** 60;

    function _attained(uint256 value, uint256 floor, uint256 base, uint256 stretch) private pure returns (uint256) {
        return BetMath.attainmentDown(value, floor, base, stretch, 10_000);
    }

    function test_at_least() public pure {
        assertEq(_attained(0, 0, 100, 200), 0);
        assertEq(_attained(1, 0, 100, 200), 100);
        assertEq(_attained(99, 0, 100, 200), 9900);
        assertEq(_attained(100, 0, 100, 200), 10_000);
        assertEq(_attained(101, 0, 100, 200), 10_100);
        assertEq(_attained(199, 0, 100, 200), 19_900);
        assertEq(_attained(200, 0, 100, 200), 20_000);
        assertEq(_attained(_MOST, 0, 100, 200), 20_000);
        assertEq(_attained(_MOST, 0, 100, 100), 10_000);
        assertEq(_attained(90, 90, 100, 100), 0);
        assertEq(_attained(91, 90, 100, 100), 1000);
    }

    function test_at_most() public pure {
        assertEq(_attained(0, 10, 0, 0), 10_000, "zero defects");
        assertEq(_attained(1, 10, 0, 0), 9000);
        assertEq(_attained(10, 10, 0, 0), 0);
        assertEq(_attained(11, 10, 0, 0), 0);
        assertEq(_attained(1, 1, 0, 0), 0, "all or nothing");
        assertEq(_attained(10, 20, 10, 5), 10_000);
        assertEq(_attained(7, 20, 10, 5), 16_000);
        assertEq(_attained(5, 20, 10, 5), 20_000);
        assertEq(_attained(4, 20, 10, 5), 20_000);
    }

    function testFuzz_tiers_are_met_exactly_whatever_the_index(uint256 floor, uint256 base, uint256 stretch, uint256 up)
        public
        pure
    {
        floor = bound(floor, 0, _MOST / 4);
        base = bound(base, 0, _MOST / 4);
        if (floor == base) base += 1;
        stretch = floor < base ? bound(stretch, base, _MOST / 4 + 1) : bound(stretch, 0, base);
        uint256 factor = bound(up, 1, 3);
        uint256 full = stretch == base ? 10_000 : 20_000;
        assertEq(BetMath.attainmentDown(floor * factor, floor, base, stretch, factor * 10_000), 0, "floor");
        assertEq(
            BetMath.attainmentDown(base * factor, floor, base, stretch, factor * 10_000),
            stretch == base ? full : 10_000,
            "base"
        );
        assertEq(BetMath.attainmentDown(stretch * factor, floor, base, stretch, factor * 10_000), full, "stretch");
    }

    function testFuzz_attainment_is_bounded_and_monotone(
        uint256 low,
        uint256 high,
        uint256 floor,
        uint256 base,
        uint256 stretch,
        uint256 factor
    ) public pure {
        floor = bound(floor, 0, _MOST);
        base = bound(base, 0, _MOST);
        vm.assume(floor != base);
        stretch = floor < base ? bound(stretch, base, _MOST) : bound(stretch, 0, base);
        factor = bound(factor, 1, 30_000);
        low = bound(low, 0, _MOST);
        high = bound(high, low, _MOST);
        uint256 ofLow = BetMath.attainmentDown(low, floor, base, stretch, factor);
        uint256 ofHigh = BetMath.attainmentDown(high, floor, base, stretch, factor);
        if (floor < base) assertLe(ofLow, ofHigh, "at least");
        else assertLe(ofHigh, ofLow, "at most");
        assertLe(ofLow, 20_000, "bounded");
        assertLe(ofHigh, 20_000, "bounded");
    }

    function testFuzz_a_penalty_is_within_its_cap_and_monotone(
        uint256 stake,
        uint256 shortfall,
        uint256 periods,
        uint256 tolerance,
        uint256 slope,
        uint256 cap
    ) public pure {
        stake = bound(stake, 1, _MOST);
        periods = bound(periods, 1, 60);
        shortfall = bound(shortfall, 0, periods * 10_000 - 1);
        tolerance = bound(tolerance, 0, 10_000);
        slope = bound(slope, 0, 50_000);
        cap = bound(cap, 0, 10_000);
        uint256 lost = BetMath.penaltyUp(stake, shortfall, periods, tolerance, slope, cap);
        assertLe(lost, stake * cap / 10_000, "cap");
        assertLe(lost, BetMath.penaltyUp(stake, shortfall + 1, periods, tolerance, slope, cap), "monotone");
        assertEq(BetMath.penaltyUp(stake, periods * tolerance, periods, tolerance, slope, cap), 0, "tolerated");
    }

    function testFuzz_credit_weighs_at_most_the_stake_and_a_missed_period_no_less_than_its_part(
        uint256 stake,
        uint256 shortfall,
        uint256 periods,
        uint256 measured
    ) public pure {
        stake = bound(stake, 1, _MOST);
        periods = bound(periods, 1, 60);
        measured = bound(measured, 0, periods);
        shortfall = bound(shortfall, 0, measured * 10_000);
        uint256 value = BetMath.outcomeValueDown(stake, measured, periods);
        uint256 outcome = BetMath.outcomeDown(shortfall, measured);
        assertLe(value, stake, "weight");
        assertLe(outcome, 10_000, "outcome");
        if (measured == periods) assertEq(value, stake, "all measured, all counts");
        if (measured != 0) assertGe((10_000 - outcome) * measured, shortfall, "down");
    }

    function testFuzz_shares_leave_less_than_one_unit_each(uint256 pot, uint64[5] memory weights) public pure {
        pot = bound(pot, 0, 2 * _MOST);
        uint256 total;
        for (uint256 i; i < 5; ++i) {
            total += weights[i] % 2e10;
        }
        uint256 shared;
        for (uint256 i; i < 5; ++i) {
            shared += BetMath.shareDown(pot, weights[i] % 2e10, total);
        }
        assertLe(shared, pot, "never more than the pot");
        if (total != 0) assertLt(pot - shared, 5, "less than a unit each");
        else assertEq(shared, 0);
    }

    function testFuzz_the_index_factor_stays_within_its_bounds(
        uint256 value,
        uint256 baseline,
        uint256 elasticity,
        uint256 up,
        uint256 down
    ) public pure {
        value = bound(value, 0, _MOST);
        baseline = bound(baseline, 1, _MOST);
        elasticity = bound(elasticity, 0, 20_000);
        up = bound(up, 0, 20_000);
        down = bound(down, 0, 9999);
        uint256 factor = BetMath.indexFactor(value, baseline, elasticity, up, down);
        assertLe(factor, 10_000 + up, "up");
        assertGe(factor, 10_000 - down, "down");
        if (value >= baseline) assertGe(factor, 10_000, "rises with the index");
        else assertLe(factor, 10_000, "falls with the index");
    }
}
