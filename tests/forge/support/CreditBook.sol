// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICreditRegistry } from "../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { TestBase } from "./TestBase.sol";
import { Vm } from "./Vm.sol";

/// Credit as a reader keeps it who sees nothing but logs and their times. It shares no line with the contract.
abstract contract CreditBook is TestBase {
    struct CreditSums {
        uint256 value;
        uint256 weighted;
        uint256 outcomes;
        uint256 time;
    }

    uint256 private constant MAX_VALUE = 2 ** 56 - 1;
    uint256 private constant MAX_OUTCOMES = 2 ** 24 - 1;

    mapping(address account => CreditSums[5]) private _creditSums;
    mapping(address account => uint256 score) public lastScore;
    mapping(address account => uint256 count) public creditEvents;
    uint256 public carriedWrong; // sums that were carried over other than they were

    function _bookCredit(Vm.Log memory log) internal {
        if (log.topics[0] == ICreditRegistry.CreditRecorded.selector) {
            (, uint256 value, uint16 delivery, uint16 quality, uint16 score) =
                abi.decode(log.data, (uint256, uint256, uint16, uint16, uint16));
            address account = _bookedFor(log, score);
            _add(account, 0, value, delivery);
            _add(account, 1, value, quality);
        } else if (log.topics[0] == ICreditRegistry.ComponentRecorded.selector) {
            (uint8 component, uint256 value, uint16 outcome, uint16 score) =
                abi.decode(log.data, (uint8, uint256, uint16, uint16));
            _add(_bookedFor(log, score), component, value, outcome);
        } else if (log.topics[0] == ICreditRegistry.CreditCarriedOver.selector) {
            _carryOver(address(uint160(uint256(log.topics[1]))), uint256(log.topics[3]), log.data);
        }
    }

    /// Sums of a component as they count now.
    function creditSums(address account, uint256 component) public view returns (CreditSums memory sums) {
        sums = _creditSums[account][component];
        uint256 value = _faded(sums.value, sums.time);
        uint256 weighted = _faded(sums.weighted, sums.time);
        sums.weighted = weighted > 10_000 * value ? 10_000 * value : weighted;
        sums.value = value;
        sums.time = block.timestamp;
    }

    /// The score now, from the prior and the events.
    function creditScore(address account, uint256 priorBps, uint256 priorValue) public view returns (uint256) {
        uint256 points;
        uint256 weights;
        uint256[5] memory weight = [uint256(30), 30, 20, 10, 10];
        for (uint256 i; i < 5; ++i) {
            CreditSums memory sums = creditSums(account, i);
            uint256 whole = sums.value + priorValue;
            if (i < 2) {
                points += weight[i] * 1e9 * ((sums.weighted + priorBps * priorValue) / whole);
                weights += weight[i] * 1e9;
            } else {
                uint256 share = sums.value * 1e9 / whole;
                if (share * whole != sums.value * 1e9) ++share;
                points += weight[i] * (sums.weighted * 1e9 / whole);
                weights += weight[i] * share;
            }
        }
        return points / weights;
    }

    function _bookedFor(Vm.Log memory log, uint256 score) private returns (address account) {
        account = address(uint160(uint256(log.topics[1])));
        lastScore[account] = score;
        ++creditEvents[account];
    }

    /// The sums go on as of today, in the registry that follows: they must be those that were.
    function _carryOver(address account, uint256 component, bytes memory data) private {
        (uint256 value, uint256 weighted, uint64 outcomes) = abi.decode(data, (uint256, uint256, uint64));
        CreditSums memory sums = creditSums(account, component);
        if (sums.value != value || sums.weighted != weighted || sums.outcomes != outcomes) ++carriedWrong;
        _creditSums[account][component] = sums;
    }

    function _add(address account, uint256 component, uint256 value, uint256 outcome) private {
        CreditSums memory sums = creditSums(account, component);
        if (value > MAX_VALUE) value = MAX_VALUE;
        if (sums.value + value > MAX_VALUE) {
            sums.weighted = sums.weighted * (MAX_VALUE - value) / sums.value;
            sums.value = MAX_VALUE - value;
        }
        sums.value += value;
        sums.weighted += value * outcome;
        if (sums.outcomes < MAX_OUTCOMES) ++sums.outcomes;
        _creditSums[account][component] = sums;
    }

    function _faded(uint256 sum, uint256 time) private view returns (uint256) {
        uint256 from = time / 1 days;
        uint256 to = block.timestamp / 1 days;
        uint256 years_ = to / 365 - from / 365;
        return years_ > 150 ? 0 : sum * (365 + from % 365) / (2 ** years_ * (365 + to % 365));
    }
}
