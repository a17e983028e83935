// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { CreditHouse } from "../../support/CreditHouse.sol";

contract GradesTest is CreditHouse {
    ICreditRegistry.Grade private constant BB = ICreditRegistry.Grade.BB;
    ICreditRegistry.Grade private constant AAA = ICreditRegistry.Grade.AAA;

    function _grade() private view returns (uint256) {
        return uint256(credit.gradeOf(supplier));
    }

    // ---- the prior ----

    function test_a_newcomer_has_the_prior() public view {
        assertEq(credit.scoreOf(supplier), NEWCOMER_BPS);
        assertEq(credit.newcomerBps(), NEWCOMER_BPS);
        assertEq(credit.newcomerValue(), NEWCOMER_VALUE);
        assertEq(credit.recordOf(supplier).outcomes, 0);
    }

    function test_the_prior_stays_within_its_bounds() public {
        _refusedPrior(10_001, 1);
        registryWith(10_001, 1);
        _refusedPrior(10_000, 0);
        registryWith(10_000, 0);
        _refusedPrior(0, uint256(type(uint128).max) + 1);
        registryWith(0, uint256(type(uint128).max) + 1);
        assertEq(registryWith(10_000, type(uint128).max).scoreOf(supplier), 10_000);
        assertEq(registryWith(0, 1).scoreOf(supplier), 0);
    }

    function _refusedPrior(uint16 bps, uint256 value) private {
        refused(abi.encodeWithSelector(ICreditRegistry.CreditRegistry_PriorOutOfBounds.selector, bps, value));
    }

    // ---- grades ----

    function test_the_marks_are_these() public view {
        uint16[8] memory scores = [0, 3500, 5000, 6000, 7000, 8000, 9000, 9500];
        uint8[8] memory values = [0, 0, 0, 0, 1, 2, 4, 8];
        for (uint8 i; i < 8; ++i) {
            (uint16 minScoreBps, uint256 minValue) = credit.gradeMark(ICreditRegistry.Grade(i));
            assertEq(minScoreBps, scores[i], "score");
            assertEq(minValue, values[i] * NEWCOMER_VALUE, "value");
        }
    }

    function test_a_newcomer_has_double_b_at_best_whatever_its_score() public {
        assertEq(_grade(), uint256(BB));
        assertEq(uint256(registryWith(10_000, 1).gradeOf(supplier)), uint256(BB));
        assertEq(uint256(registryWith(6000, 1).gradeOf(supplier)), uint256(BB));
        assertEq(uint256(registryWith(5999, 1).gradeOf(supplier)), uint256(ICreditRegistry.Grade.B));
        assertEq(uint256(registryWith(0, 1).gradeOf(supplier)), uint256(ICreditRegistry.Grade.D));
    }

    /// With the best prior there is, the score never stands in the way: the value alone opens each grade.
    function test_each_grade_opens_at_its_value_and_not_a_unit_before() public {
        credit = registryWith(10_000, 1000);
        uint256[4] memory values = [uint256(1000), 2000, 4000, 8000];
        uint256 so_far;
        for (uint256 i; i < 4; ++i) {
            delivered(values[i] - so_far - 1);
            assertEq(_grade(), uint256(BB) + i, "before");
            delivered(1);
            assertEq(_grade(), uint256(BB) + i + 1, "at");
            so_far = values[i];
        }
    }

    function test_each_grade_opens_at_its_score_and_not_a_point_before() public {
        uint16[7] memory scores = [3500, 5000, 6000, 7000, 8000, 9000, 9500];
        for (uint256 i; i < 7; ++i) {
            _scoreWithEvidence(scores[i] - 1);
            assertEq(_grade(), i, "before");
            _scoreWithEvidence(scores[i]);
            assertEq(_grade(), i + 1, "at");
        }
    }

    /// A fresh registry in which the supplier has this score and the evidence for every grade.
    function _scoreWithEvidence(uint16 score) private {
        credit = registryWith(score, 1000);
        uint256 late = 50 - score / 200;
        uint256 quality = 2 * score - (10_000 - 200 * late) + 2; // two points for what rounding takes
        vm.prank(scorer);
        credit.recordDelivery(supplier, 1, 1, 8000, late, 10_000, quality);
        assertEq(credit.scoreOf(supplier), score, "score");
    }

    function test_bets_are_evidence_for_a_grade_and_opinions_are_none() public {
        credit = registryWith(10_000, 1000);
        said(ICreditRegistry.Component.Peers, 8000, 10_000);
        said(ICreditRegistry.Component.Users, 8000, 10_000);
        assertEq(_grade(), uint256(BB), "opinions");
        said(ICreditRegistry.Component.Bets, 8000, 10_000);
        assertEq(_grade(), uint256(AAA), "money at stake");
    }

    function test_a_grade_fades_with_its_evidence() public {
        credit = registryWith(10_000, 1000);
        delivered(8000);
        for (uint256 i; i < 4; ++i) {
            assertEq(_grade(), uint256(AAA) - i);
            skip(365 days);
        }
        assertEq(_grade(), uint256(BB));
    }

    // ---- washing ----

    /// What a firm gains that leaves a bad record for a fresh account: the distance to the newcomer's score, which time
    /// halves and more each half-life, and never a grade above BB.
    function test_what_washing_gains_is_the_distance_to_a_newcomer_and_fades() public {
        defaulted(1_000_000);
        uint256 gain = NEWCOMER_BPS - credit.scoreOf(supplier);
        assertEq(gain, 3500);
        skip(3 * 365 days);
        assertEq(NEWCOMER_BPS - credit.scoreOf(supplier), 778);
        assertEq(uint256(credit.gradeOf(rival)), uint256(BB), "the fresh account");
    }
}
