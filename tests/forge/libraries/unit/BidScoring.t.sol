// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { BidScoring } from "../../../../contracts/libraries/BidScoring.sol";
import { TestBase } from "../../support/TestBase.sol";

contract BidScoringTest is TestBase {
    uint256 private constant MAX = 2 ** 60; // of amounts and of the value of a day, as tenders allow them
    uint256 private constant MAX_DAYS = type(uint16).max;
    uint256 private constant BPS = 10_000;

    struct Offer {
        uint256 amount;
        uint256 offeredDays;
        uint256 dayValue;
        uint256 creditBps;
        uint256 weightBps;
    }

    function _bounded(Offer memory offer) private pure returns (Offer memory) {
        offer.amount = bound(offer.amount, 1, MAX);
        offer.offeredDays = bound(offer.offeredDays, 0, MAX_DAYS);
        offer.dayValue = bound(offer.dayValue, 0, MAX);
        offer.creditBps = bound(offer.creditBps, 0, BPS);
        offer.weightBps = bound(offer.weightBps, 0, BPS);
        return offer;
    }

    function _score(Offer memory offer) private pure returns (uint256) {
        return BidScoring.scoreUp(offer.amount, offer.offeredDays, offer.dayValue, offer.creditBps, offer.weightBps);
    }

    function _matching(Offer memory offer, uint256 score) private pure returns (uint256) {
        return BidScoring.matchingDown(score, offer.offeredDays, offer.dayValue, offer.creditBps, offer.weightBps);
    }

    // ---- scores ----

    function testFuzz_price_alone_is_its_own_score(uint256 amount, uint256 creditBps) public pure {
        amount = bound(amount, 1, MAX);
        assertEq(BidScoring.scoreUp(amount, 0, 0, bound(creditBps, 0, BPS), 0), amount);
    }

    function testFuzz_full_credit_raises_nothing(Offer memory offer) public pure {
        offer = _bounded(offer);
        offer.creditBps = BPS;
        assertEq(_score(offer), offer.amount + offer.offeredDays * offer.dayValue);
    }

    function testFuzz_a_score_fits_its_type_and_is_never_below_the_amount(Offer memory offer) public pure {
        uint256 score = _score(_bounded(offer));
        assertLt(score, 2 ** 79, "type");
        assertGe(score, offer.amount, "amount");
    }

    function testFuzz_a_higher_amount_always_has_a_higher_score(Offer memory offer) public pure {
        offer = _bounded(offer);
        uint256 score = _score(offer);
        offer.amount += 1;
        assertGt(_score(offer), score, "amount");
    }

    function testFuzz_more_days_and_less_credit_never_have_a_lower_score(Offer memory offer) public pure {
        offer = _bounded(offer);
        uint256 score = _score(offer);
        offer.offeredDays += 1;
        assertGe(_score(offer), score, "days");
        offer.offeredDays -= 1;
        offer.creditBps = offer.creditBps == 0 ? 0 : offer.creditBps - 1;
        assertGe(_score(offer), score, "credit");
    }

    // ---- second price ----

    function testFuzz_a_bid_matches_its_own_score_exactly(Offer memory offer) public pure {
        offer = _bounded(offer);
        assertEq(_matching(offer, _score(offer)), offer.amount);
    }

    function testFuzz_the_second_price_is_the_largest_that_matches(Offer memory offer, uint256 worse) public pure {
        offer = _bounded(offer);
        uint256 score = _score(offer) + bound(worse, 0, MAX);
        uint256 asked = offer.amount;
        offer.amount = _matching(offer, score);
        assertGe(offer.amount, asked, "never less than it asked");
        assertLe(_score(offer), score, "matches");
        offer.amount += 1;
        assertGt(_score(offer), score, "one more does not");
    }

    // ---- order ----

    function testFuzz_the_order_is_score_then_credit_then_index(
        uint256[2] memory scores,
        uint256[2] memory credits,
        uint256[2] memory indexes
    ) public pure {
        for (uint256 i; i < 2; ++i) {
            scores[i] = bound(scores[i], 1, 3);
            credits[i] = bound(credits[i], 0, BPS);
            if (indexes[0] % 2 == 0) credits[i] = credits[0];
            indexes[i] = bound(indexes[i], 1, 255);
        }
        bool better = scores[0] != scores[1]
            ? scores[0] < scores[1]
            : credits[0] != credits[1] ? credits[0] > credits[1] : indexes[0] < indexes[1];
        uint256 one = BidScoring.rank(scores[0], credits[0], indexes[0]);
        uint256 other = BidScoring.rank(scores[1], credits[1], indexes[1]);
        assertEq(one < other, better);
    }

    // ---- open descending ----

    function testFuzz_the_next_bid_lies_below_the_leading_one(uint256 leading, uint256 decrementBps) public pure {
        leading = bound(leading, 1, MAX);
        decrementBps = bound(decrementBps, 0, BPS);
        uint256 next = BidScoring.nextDown(leading, decrementBps);
        assertLt(next, leading, "lower");
        assertGe((leading - next) * BPS, leading * decrementBps, "by the decrement at least");
    }
}
