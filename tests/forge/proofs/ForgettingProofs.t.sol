// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Forgetting } from "../../../contracts/libraries/Forgetting.sol";

/// For halmos: true for every value within the bounds, not only for those that a fuzzer draws. Days are proved for
/// periods around the present, since a solver takes remainders by 365 apart bit by bit.
contract ForgettingProofs {
    function check_what_is_kept_is_never_more(uint64 sum, uint16 from, uint16 time) public pure {
        require(from < 1460 && time < 1460);
        assert(Forgetting.keptDown(sum, from, uint256(from) + time) <= sum);
    }

    function check_the_ratio_is_at_most_one_and_never_undefined(uint24 from, uint24 to) public pure {
        require(from <= to);
        (uint256 numerator, uint256 denominator) = Forgetting.ratio(from, to);
        assert(numerator <= denominator);
        assert(denominator != 0);
        assert(numerator <= 729);
    }

    /// Decay is monotone: the weight of an earlier day over a later one only falls. Cross-multiplied, so that no division
    /// is left for the solver.
    function check_a_day_later_is_never_more(uint24 from, uint24 to) public pure {
        require(from <= to && to < from + 1460);
        (uint256 numerator, uint256 denominator) = Forgetting.ratio(from, to);
        (uint256 nextNumerator, uint256 nextDenominator) = Forgetting.ratio(from, uint256(to) + 1);
        assert(nextNumerator * denominator <= numerator * nextDenominator);
    }

    function check_of_more_no_less_is_kept(uint16 sum, uint16 more, uint16 from, uint16 time) public pure {
        require(sum <= more && from < 730 && time < 730);
        assert(
            Forgetting.keptDown(sum, from, uint256(from) + time)
                <= Forgetting.keptDown(more, from, uint256(from) + time)
        );
    }

    function check_nothing_fades_on_the_same_day(uint128 sum, uint24 day) public pure {
        assert(Forgetting.keptDown(sum, day, day) == sum);
    }

    function check_half_is_left_after_a_half_life(uint32 sum, uint16 from) public pure {
        require(from < 730);
        assert(Forgetting.keptDown(sum, from, uint256(from) + Forgetting.HALF_LIFE_DAYS) == uint256(sum) / 2);
    }
}
