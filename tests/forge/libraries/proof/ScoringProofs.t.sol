// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Scoring } from "../../../../contracts/libraries/Scoring.sol";

/// For halmos: true for every value within the bounds, not only for those that a fuzzer draws.
contract ScoringProofs {
    function check_a_delivery_outcome_is_in_basis_points(uint256 daysLate) public pure {
        assert(Scoring.deliveryOutcome(daysLate) <= 10_000);
    }

    function check_later_is_never_better(uint256 daysLate) public pure {
        if (!(daysLate != type(uint256).max)) return;
        assert(Scoring.deliveryOutcome(daysLate + 1) <= Scoring.deliveryOutcome(daysLate));
    }

    function check_a_quality_outcome_is_in_basis_points(uint64 accepted, uint64 received) public pure {
        if (!(received != 0 && accepted <= received)) return;
        assert(Scoring.qualityOutcome(accepted, received) <= 10_000);
    }

    function check_an_average_is_in_basis_points(uint80 weighted, uint56 value, uint16 priorBps, uint56 priorValue)
        public
        pure
    {
        if (!(priorValue != 0 && priorBps <= 10_000 && weighted <= uint256(value) * 10_000)) return;
        assert(Scoring.averageDown(weighted, value, priorBps, priorValue) <= 10_000);
    }

    function check_a_newcomer_has_the_prior(uint16 priorBps, uint56 priorValue) public pure {
        if (!(priorValue != 0 && priorBps <= 10_000)) return;
        assert(Scoring.averageDown(0, 0, priorBps, priorValue) == priorBps);
    }

    function check_a_clamped_sum_is_within_its_value(uint128 weighted, uint56 value) public pure {
        uint256 clamped = Scoring.clamped(weighted, value);
        assert(clamped <= uint256(value) * 10_000);
        assert(clamped <= weighted);
    }

    function check_there_is_always_room(uint56 value, uint256 added) public pure {
        uint256 counted = Scoring.countedValue(added);
        uint256 left = Scoring.room(value, counted);
        assert(left <= value);
        assert(left + counted <= Scoring.MAX_VALUE);
        assert(uint256(value) + counted > Scoring.MAX_VALUE || left == value);
    }

    function check_evidence_is_at_most_the_whole(uint56 value, uint56 priorValue) public pure {
        if (!(priorValue != 0)) return;
        uint256 evidence = Scoring.evidenceUp(value, priorValue);
        assert(evidence <= Scoring.EVIDENCE);
        assert((evidence == 0) == (value == 0));
    }

    function check_what_is_proved_is_within_the_evidence(uint32 weighted, uint16 value, uint16 priorValue) public pure {
        if (!(priorValue != 0 && weighted <= uint256(value) * 10_000)) return;
        assert(Scoring.provedDown(weighted, value, priorValue) <= Scoring.evidenceUp(value, priorValue) * 10_000);
    }

    function check_the_score_is_in_basis_points(uint16 delivery, uint16 quality, uint64 proved, uint64 evidence)
        public
        pure
    {
        if (!(delivery <= 10_000 && quality <= 10_000)) return;
        if (!(evidence <= 40 * Scoring.EVIDENCE && proved <= uint256(evidence) * 10_000)) return;
        assert(Scoring.scoreDown(delivery, quality, proved, evidence) <= 10_000);
    }

    function check_without_others_the_score_is_the_mean(uint16 delivery, uint16 quality) public pure {
        if (!(delivery <= 10_000 && quality <= 10_000)) return;
        assert(Scoring.scoreDown(delivery, quality, 0, 0) == (uint256(delivery) + quality) / 2);
    }
}
