// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IForceMajeure } from "../forcemajeure/interfaces/IForceMajeure.sol";
import { BetMath } from "../libraries/BetMath.sol";
import { Hearing } from "../libraries/Hearing.sol";
import { BetSigning } from "./BetSigning.sol";
import { IBetReports } from "./interfaces/IBetReports.sol";

/// @title BetReports
/// @notice See {IBetReports}.
abstract contract BetReports is IBetReports, BetSigning {
    using Hearing for Hearing.Case;

    IForceMajeure private immutable _FORCE_MAJEURE;

    constructor(IForceMajeure forceMajeure) {
        _FORCE_MAJEURE = forceMajeure;
    }

    /* REPORT */

    /// @inheritdoc IBetReports
    function report(
        uint256 betId,
        address subject,
        uint16 period,
        uint64[] calldata values,
        PartyTerms calldata terms,
        bytes32 evidenceRef
    ) external {
        _take(betId, subject, period, values, terms, evidenceRef, false);
    }

    /// @inheritdoc IBetReports
    function rule(
        uint256 betId,
        address subject,
        uint16 period,
        uint64[] calldata values,
        PartyTerms calldata terms,
        bytes32 evidenceRef
    ) external {
        _take(betId, subject, period, values, terms, evidenceRef, true);
    }

    /* DISPUTE AND RULE */

    /// @inheritdoc IBetReports
    function dispute(uint256 betId, address subject, uint16 period, bytes32 reasonRef) external {
        Bet storage record = _inStatus(betId, BetStatus.Active);
        Clock storage clock = _clocks[betId];
        _checkInsider(betId, record);
        _checkReference(reasonRef);
        _checkSubject(betId, record, subject, period);
        uint256 opensAt = _reports[betId][subject][period].reportedAt;
        if (opensAt == 0) {
            if (subject == address(0) && period != 0) revert BetContracts_NothingToDispute(betId, subject, period);
            opensAt = _reportEnd(record, clock, period == 0 ? record.periods : period);
        }

        uint40 ruleBy = _cases[betId][subject][period].dispute(
            msg.sender, opensAt, opensAt + clock.disputeSeconds, clock.rulingSeconds
        );
        emit BetReportDisputed(betId, subject, msg.sender, period, reasonRef, ruleBy);
    }

    /// @inheritdoc IBetReports
    function withdrawDispute(uint256 betId, address subject, uint16 period) external {
        _inStatus(betId, BetStatus.Active);
        _cases[betId][subject][period].withdraw(msg.sender);
        emit BetDisputeWithdrawn(betId, subject, msg.sender, period);
    }

    /* INTERNALS: TAKING FIGURES */

    function _take(
        uint256 betId,
        address subject,
        uint16 period,
        uint64[] calldata values,
        PartyTerms calldata terms,
        bytes32 evidenceRef,
        bool ruled
    ) private {
        Bet storage record = _inStatus(betId, BetStatus.Active);
        Clock storage clock = _clocks[betId];
        _checkHolder(ruled ? clock.arbiterPost : clock.reporterPost);
        _checkReference(evidenceRef);
        Report storage entry = _reports[betId][subject][period];
        Standing memory standing = _measure(betId, record, clock, subject, period, values, terms);
        if (ruled) {
            _cases[betId][subject][period].rule();
        } else {
            if (entry.reportedAt != 0) revert BetContracts_ReportedBefore(betId, subject, period);
            _checkReportTime(record, clock, subject, period);
            entry.reportedAt = uint40(block.timestamp);
        }

        _count(betId, record, entry, subject, terms.shareBps, standing);
        emit BetReported(betId, subject, evidenceRef, period, ruled, values, standing);
    }

    /* INTERNALS: MEASURING */

    function _measure(
        uint256 betId,
        Bet storage record,
        Clock storage clock,
        address subject,
        uint16 period,
        uint64[] calldata values,
        PartyTerms calldata terms
    ) private view returns (Standing memory standing) {
        _checkSubject(betId, record, subject, period);
        if (subject != address(0)) {
            uint16 factorBps = _reports[betId][address(0)][period].factorBps;
            standing.factorBps = factorBps == 0 ? _BPS : factorBps;
            (standing.keptBps, standing.attainmentBps) =
                _RULES.measure(_pledgeHashIn(betId, subject, period), terms, values, standing.factorBps);
            standing.shortfallBps = _excused(betId, record, clock, period, _BPS - standing.keptBps);
            return standing;
        }
        if (values.length != 1) revert BetContracts_ValuesMismatch(betId, values.length, 1);
        if (period == 0) {
            if (values[0] > record.valuePool) {
                revert BetContracts_ValueExceedsPool(betId, values[0], record.valuePool);
            }
            standing.valueAdded = values[0];
        } else {
            if (clock.indexBaseline == 0) revert BetContracts_NoIndex(betId);
            standing.factorBps = _RULES.factor(
                values[0], clock.indexBaseline, clock.indexElasticityBps, clock.indexMaxUpBps, clock.indexMaxDownBps
            );
        }
    }

    /// @dev Shortfall × days free of force majeure ÷ days of the period, down: in the party's favour. Example: 3,000
    /// bps missing in 30 days of which 4 were force majeure: 3,000 × 26 ÷ 30 = 2,600.
    function _excused(uint256 betId, Bet storage record, Clock storage clock, uint16 period, uint16 shortfallBps)
        private
        view
        returns (uint16)
    {
        bytes32 region = _regions[betId];
        if (region == bytes32(0)) return shortfallBps;
        uint256 end = _periodEnd(record, clock, period);
        uint256 excused = _FORCE_MAJEURE.daysIn(region, end - clock.periodSeconds, end);
        return uint16(BetMath.excusedDown(shortfallBps, excused, clock.periodSeconds));
    }

    /* INTERNALS: COUNTING */

    /// @dev Puts new figures in the place of those that counted so far, in the sums of party and bet.
    function _count(
        uint256 betId,
        Bet storage record,
        Report storage entry,
        address subject,
        uint16 shareBps,
        Standing memory standing
    ) private {
        if (subject != address(0)) {
            _countParty(betId, record, entry, subject, shareBps, standing);
        } else if (standing.factorBps != 0) {
            entry.factorBps = standing.factorBps;
        } else {
            record.valueAdded = standing.valueAdded;
        }
        entry.measured = true;
        standing.penalties = record.penalties;
        standing.weight = record.weight;
        standing.valueAdded = record.valueAdded;
    }

    function _countParty(
        uint256 betId,
        Bet storage record,
        Report storage entry,
        address subject,
        uint16 shareBps,
        Standing memory standing
    ) private {
        Party storage member = _current(betId, subject);
        // Of sums of at most 144 parties and 60 periods: far from the ends of their words, and nothing that was not
        // added before is taken off.
        unchecked {
            uint16 before = entry.measured ? entry.attainmentBps : _BPS; // what counts while nothing is reported
            uint64 contribution = member.contribution + uint64(BetMath.contribution(shareBps, standing.attainmentBps))
                - uint64(BetMath.contribution(shareBps, before));
            uint32 shortfall = member.shortfall + standing.shortfallBps - entry.shortfallBps;
            uint64 penalty = uint64(
                BetMath.penaltyUp(
                    member.stake, shortfall, record.firstPeriods, member.toleranceBps, member.slopeBps, member.capBps
                )
            );
            record.weight = record.weight + contribution - member.contribution;
            record.penalties = record.penalties + penalty - member.penalty;
            member.contribution = contribution;
            member.shortfall = shortfall;
            member.penalty = penalty;
            standing.penalty = penalty;
            standing.contribution = contribution;
        }
        if (!entry.measured) member.measured += 1;
        entry.attainmentBps = standing.attainmentBps;
        entry.shortfallBps = standing.shortfallBps;
    }

    /* INTERNALS: CHECKING */

    function _checkSubject(uint256 betId, Bet storage record, address subject, uint16 period) private view {
        if (subject != address(0)) {
            Party storage member = _knownParty(betId, subject);
            _checkPeriod(betId, period, member.fromPeriod, member.left ? member.toPeriod : record.periods);
        } else {
            _checkPeriod(betId, period, 0, record.periods);
        }
    }

    function _checkReportTime(Bet storage record, Clock storage clock, address subject, uint16 period) private view {
        if (subject == address(0) && period != 0) {
            // A later index could still be in dispute when the first report comes that it decides.
            _checkBefore(_periodEnd(record, clock, period) - clock.disputeSeconds - clock.rulingSeconds);
            return;
        }
        uint16 last = period == 0 ? record.periods : period;
        _checkFrom(_periodEnd(record, clock, last));
        _checkBefore(_reportEnd(record, clock, last));
    }
}
