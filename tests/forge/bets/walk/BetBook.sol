// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetContracts } from "../../../../contracts/bets/interfaces/IBetContracts.sol";
import { TestBase } from "../../support/TestBase.sol";
import { Vm } from "../../support/Vm.sol";

/// What a reader of the logs knows of bets, who sees nothing else, as the bridge does.
abstract contract BetBook is TestBase {
    bool public moved; // by the last step: a step without a log changed nothing

    struct BetSums {
        uint256 status;
        uint256 pool;
        uint256 staked;
        uint256 signed;
        uint256 penalties;
        uint256 weight;
        uint256 valueAdded;
        uint256 shared;
        uint256 remainder;
        uint256 withdrawn;
        uint256 paid; // all that ever left
        uint256 amendment;
    }

    struct PartySums {
        uint256 stake;
        uint256 penalty;
        uint256 contribution;
        uint256 paid;
        uint256 outcome;
        bool withdrawn;
    }

    struct ReportSums {
        uint256 status;
        uint256 kept;
        uint256 attainment;
        uint256 factor;
    }

    uint256 public backwards; // how often a state went where it must not

    mapping(uint256 betId => BetSums) internal _betSums;
    mapping(uint256 betId => mapping(address account => PartySums)) internal _partySums;
    mapping(uint256 betId => mapping(address account => mapping(uint256 period => ReportSums))) internal _reportSums;
    mapping(uint256 betId => mapping(uint256 period => uint256 amendmentId)) internal _inForce;

    /// The events of everything inside are booked when it is done.
    modifier booked() {
        vm.recordLogs();
        _;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        moved = logs.length != 0;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics.length < 2) continue;
            uint256 betId = uint256(logs[i].topics[1]);
            _bookLife(logs[i], betId);
            _bookReports(logs[i], betId);
            _bookEnd(logs[i], betId);
        }
    }

    function betSums(uint256 betId) external view returns (BetSums memory) {
        return _betSums[betId];
    }

    function partySums(uint256 betId, address account) external view returns (PartySums memory) {
        return _partySums[betId][account];
    }

    function reportSums(uint256 betId, address account, uint256 period) external view returns (ReportSums memory) {
        return _reportSums[betId][account][period];
    }

    function inForce(uint256 betId, uint256 period) external view returns (uint256) {
        return _inForce[betId][period];
    }

    function _account(Vm.Log memory log, uint256 topic) private pure returns (address) {
        return address(uint160(uint256(log.topics[topic])));
    }

    function _bookLife(Vm.Log memory log, uint256 betId) private {
        bytes32 topic = log.topics[0];
        BetSums storage sums = _betSums[betId];
        if (topic == IBetContracts.BetProposed.selector) {
            (IBetContracts.BetTerms memory terms,) = abi.decode(log.data, (IBetContracts.BetTerms, bytes32));
            _step(sums, IBetContracts.BetStatus.Proposed);
            sums.pool = terms.valuePool;
        } else if (topic == IBetContracts.BetSigned.selector) {
            (IBetContracts.PartyTerms memory terms, uint16 signed, uint128 staked, uint128 weight) =
                abi.decode(log.data, (IBetContracts.PartyTerms, uint16, uint128, uint128));
            PartySums storage party = _partySums[betId][_account(log, 2)];
            party.stake = terms.stake;
            party.contribution = weight - sums.weight;
            sums.signed = signed;
            sums.staked = staked;
            sums.weight = weight;
        } else if (topic == IBetContracts.BetActivated.selector) {
            _step(sums, IBetContracts.BetStatus.Active);
        } else if (topic == IBetContracts.BetVoided.selector) {
            (, uint128 remainder) = abi.decode(log.data, (uint16, uint128));
            _step(sums, IBetContracts.BetStatus.Voided);
            sums.remainder = remainder;
        } else if (topic == IBetContracts.BetAmendmentAgreed.selector) {
            (uint256 id, uint16 from,) = abi.decode(log.data, (uint256, uint16, uint256));
            sums.amendment = id;
            for (uint256 period = from; period <= 60; ++period) {
                _inForce[betId][period] = id;
            }
        }
    }

    function _bookReports(Vm.Log memory log, uint256 betId) private {
        bytes32 topic = log.topics[0];
        if (topic == IBetContracts.BetPerformanceReported.selector) {
            _bookStanding(log, betId, IBetContracts.ReportStatus.Reported);
        } else if (topic == IBetContracts.BetPerformanceRuled.selector) {
            _bookStanding(log, betId, IBetContracts.ReportStatus.Ruled);
        } else if (topic == IBetContracts.BetIndexReported.selector) {
            _bookIndex(log, betId, IBetContracts.ReportStatus.Reported);
        } else if (topic == IBetContracts.BetIndexRuled.selector) {
            _bookIndex(log, betId, IBetContracts.ReportStatus.Ruled);
        } else if (topic == IBetContracts.BetValueReported.selector) {
            _betSums[betId].valueAdded = abi.decode(log.data, (uint128));
            _step(_reportSums[betId][address(0)][0], IBetContracts.ReportStatus.Reported);
        } else if (topic == IBetContracts.BetValueRuled.selector) {
            _betSums[betId].valueAdded = abi.decode(log.data, (uint128));
            _step(_reportSums[betId][address(0)][0], IBetContracts.ReportStatus.Ruled);
        } else if (topic == IBetContracts.BetReportDisputed.selector) {
            (uint16 period,) = abi.decode(log.data, (uint16, bytes32));
            address account = _account(log, 2);
            ReportSums storage sums = _reportSums[betId][account][period];
            if (sums.status == 0 && account != address(0)) (sums.kept, sums.attainment) = (10_000, 10_000);
            _step(sums, IBetContracts.ReportStatus.Disputed);
        }
    }

    function _bookStanding(Vm.Log memory log, uint256 betId, IBetContracts.ReportStatus status) private {
        (uint16 period,, IBetContracts.Standing memory standing) =
            abi.decode(log.data, (uint16, uint64[], IBetContracts.Standing));
        address account = _account(log, 2);
        ReportSums storage sums = _reportSums[betId][account][period];
        _step(sums, status);
        (sums.kept, sums.attainment) = (standing.keptBps, standing.attainmentBps);
        _partySums[betId][account].penalty = standing.penalty;
        _partySums[betId][account].contribution = standing.contribution;
        _betSums[betId].penalties = standing.penalties;
        _betSums[betId].weight = standing.weight;
    }

    function _bookIndex(Vm.Log memory log, uint256 betId, IBetContracts.ReportStatus status) private {
        (uint16 period,, uint16 factor) = abi.decode(log.data, (uint16, uint64, uint16));
        ReportSums storage sums = _reportSums[betId][address(0)][period];
        _step(sums, status);
        sums.factor = factor;
    }

    function _bookEnd(Vm.Log memory log, uint256 betId) private {
        bytes32 topic = log.topics[0];
        BetSums storage sums = _betSums[betId];
        if (topic == IBetContracts.BetSettled.selector) {
            (uint128 value, uint128 penalties,, uint128 remainder) =
                abi.decode(log.data, (uint128, uint128, uint128, uint128));
            _step(sums, IBetContracts.BetStatus.Settled);
            (sums.valueAdded, sums.penalties, sums.remainder) = (value, penalties, remainder);
        } else if (topic == IBetContracts.BetPayoutWithdrawn.selector) {
            (,, uint128 share, uint128 paid, uint16 outcome) =
                abi.decode(log.data, (uint128, uint128, uint128, uint128, uint16));
            _bookPaid(betId, _account(log, 2), paid);
            _partySums[betId][_account(log, 2)].outcome = outcome;
            sums.shared += share;
        } else if (topic == IBetContracts.BetStakeReturned.selector) {
            _bookPaid(betId, _account(log, 2), abi.decode(log.data, (uint128)));
        } else if (topic == IBetContracts.BetRoundingReturned.selector) {
            sums.remainder += abi.decode(log.data, (uint128));
        } else if (topic == IBetContracts.BetRemainderWithdrawn.selector) {
            sums.remainder = 0;
            sums.paid += abi.decode(log.data, (uint128));
        }
    }

    function _bookPaid(uint256 betId, address account, uint128 paid) private {
        if (_partySums[betId][account].withdrawn) ++backwards;
        _partySums[betId][account].withdrawn = true;
        _partySums[betId][account].paid += paid;
        _betSums[betId].withdrawn += 1;
        _betSums[betId].paid += paid;
    }

    // ---- forbidden transitions ----

    /// None -> Proposed -> Active -> Settled, Proposed -> Voided; ends are ends.
    function _step(BetSums storage sums, IBetContracts.BetStatus status) private {
        (uint256 from, uint256 to) = (sums.status, uint256(status));
        bool allowed = from == 0 && to == 1 || from == 1 && (to == 2 || to == 3) || from == 2 && to == 4;
        if (!allowed) ++backwards;
        sums.status = to;
    }

    /// None -> Reported -> Disputed -> Ruled, None -> Disputed.
    function _step(ReportSums storage sums, IBetContracts.ReportStatus status) private {
        (uint256 from, uint256 to) = (sums.status, uint256(status));
        if (from + 1 != to && !(from == 0 && to == 2)) ++backwards;
        sums.status = to;
    }
}
