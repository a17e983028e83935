// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title BidScoring
/// @notice The arithmetic of bids and pledges: scores, their order, the second price, the next step down; what a pledge
/// counts and binds. Pure; every division names its direction. `tests/reference/bid_scoring.py` has the same of bids.
/// Amounts and the value of a day are at most 2^60, days 2^16, rates 10,000: a score stays below 2^79, a worth below
/// 2^87, and no product overflows.
library BidScoring {
    uint256 internal constant BPS = 10_000;
    uint256 internal constant SCALE = BPS * BPS;

    /// @notice What a bid is compared by, lower is better: amount + days × value of a day, raised by the weight times
    /// the credit that is missing. Rounded up; a higher amount always has a higher score.
    function scoreUp(uint256 amount, uint256 offeredDays, uint256 dayValue, uint256 creditBps, uint256 weightBps)
        internal
        pure
        returns (uint256)
    {
        uint256 valued = amount + offeredDays * dayValue;
        if (weightBps == 0) return valued;
        return (valued * _factor(creditBps, weightBps) + SCALE - 1) / SCALE;
    }

    /// @notice The largest amount whose score is at most `score`: at least the amount of any bid that has this score or
    /// a better one, with the same days and credit.
    function matchingDown(uint256 score, uint256 offeredDays, uint256 dayValue, uint256 creditBps, uint256 weightBps)
        internal
        pure
        returns (uint256)
    {
        return score * SCALE / _factor(creditBps, weightBps) - offeredDays * dayValue;
    }

    /// @notice Place of a bid in the total order, lower is better: score, then better credit, then earlier commitment.
    function rank(uint256 score, uint256 creditBps, uint256 index) internal pure returns (uint256) {
        return score << 32 | (BPS - creditBps) << 16 | index;
    }

    /// @notice The most that the next bid of an open descending auction may ask: less by a part of the leading bid, the
    /// step rounded up, and by one unit at least.
    function nextDown(uint256 leading, uint256 decrementBps) internal pure returns (uint256) {
        uint256 step = (leading * decrementBps + BPS - 1) / BPS;
        return leading - (step == 0 ? 1 : step);
    }

    /// @notice What a pledge for a role is compared by, higher is better: lessened by the weight times the credit that
    /// is missing, times SCALE, so that nothing is rounded. A higher pledge of the same credit always counts for more,
    /// unless it counts for nothing: full weight, no credit.
    /// Example: weight 5,000. 600 at credit 7,000 counts 600 × 0.85 = 510; 520 at credit 10,000 counts 520, and leads.
    function worthOf(uint256 pledge, uint256 creditBps, uint256 weightBps) internal pure returns (uint256) {
        return pledge * (SCALE - weightBps * (BPS - creditBps));
    }

    /// @notice The stake of a pledge: a part of it, rounded up, and `least` at least.
    function stakeUp(uint256 least, uint256 pledge, uint256 bpsOfPledge) internal pure returns (uint256) {
        uint256 part = (pledge * bpsOfPledge + BPS - 1) / BPS;
        return part > least ? part : least;
    }

    function _factor(uint256 creditBps, uint256 weightBps) private pure returns (uint256) {
        return SCALE + weightBps * (BPS - creditBps);
    }
}
