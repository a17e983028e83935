// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CreditRegistry } from "../../../../contracts/identity/CreditRegistry.sol";
import { IParticipants } from "../../../../contracts/identity/interfaces/IParticipants.sol";
import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { Vm } from "../../support/Vm.sol";
import { CreditBook } from "../../support/CreditBook.sol";

/// All that scorers can say of three accounts, at random and over years: nothing here may revert. The handler itself holds
/// the office of scorer.
contract CreditHandler is CreditBook {
    CreditRegistry public credit; // of today
    uint256 public immutable priorBps;
    uint256 private constant MAX_SUCCESSIONS = 4; // each asks all before it

    uint256 public praiseThatHurt; // full outcomes after which a score fell, by more than the last point
    uint256 public blameThatHelped; // outcomes of nothing after which a score rose
    uint256 public lastEventsThatLied; // events that do not carry the score after them
    uint256 public memoriesThatGrew; // averages that time alone moved away from the newcomer's
    mapping(string step => uint256 times) public taken;

    address[3] private _accounts;
    uint256 private _subjects;

    IParticipants private immutable _participants;

    constructor(IParticipants participants_, CreditRegistry credit_, address[3] memory accounts_) {
        _participants = participants_;
        credit = credit_;
        priorBps = credit_.newcomerBps();
        _accounts = accounts_;
    }

    modifier told(uint256 seed, bool praise, bool blame) {
        address one = _accounts[seed % 3];
        uint256 before = credit.scoreOf(one);
        vm.recordLogs();
        _;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            _bookCredit(logs[i]);
        }
        uint256 afterwards = credit.scoreOf(one);
        if (praise && afterwards + 1 < before) ++praiseThatHurt;
        if (blame && afterwards > before) ++blameThatHelped;
        if (lastScore[one] != afterwards) ++lastEventsThatLied;
    }

    // ---- steps ----

    function deliver(uint256 seed, uint256 value, uint8 late, uint16 passed)
        external
        told(seed, late == 0 && passed >= 10_000, late >= 50 && passed == 0)
    {
        ++taken["deliver"];
        uint256 good = passed > 10_000 ? 10_000 : passed;
        credit.recordDelivery(_accounts[seed % 3], ++_subjects, 1, _value(seed, value), late, 10_000, good);
    }

    function breakPromise(uint256 seed, uint256 value) external told(seed, false, true) {
        ++taken["default"];
        credit.recordDefault(_accounts[seed % 3], ++_subjects, _value(seed, value));
    }

    function bet(uint256 seed, uint256 value, uint16 outcome)
        external
        told(seed, _outcome(seed, outcome) == 10_000, _outcome(seed, outcome) == 0)
    {
        ++taken["bet"];
        credit.recordBet(_accounts[seed % 3], ++_subjects, _value(seed, value), _outcome(seed, outcome));
    }

    function ratePeer(uint256 seed, uint256 value, uint16 outcome)
        external
        told(seed, _outcome(seed, outcome) == 10_000, _outcome(seed, outcome) == 0)
    {
        ++taken["peers"];
        credit.recordPeerRating(_accounts[seed % 3], ++_subjects, _value(seed, value), _outcome(seed, outcome));
    }

    function feedBack(uint256 seed, uint256 value, uint16 outcome)
        external
        told(seed, _outcome(seed, outcome) == 10_000, _outcome(seed, outcome) == 0)
    {
        ++taken["users"];
        credit.recordFeedback(_accounts[seed % 3], ++_subjects, _value(seed, value), _outcome(seed, outcome));
    }

    /// A registry with the same prior follows, and all outcomes are told to it from now on.
    function succeed(uint256 seed) external {
        if (taken["succeed"] == MAX_SUCCESSIONS || seed % 4 != 0) return;
        ++taken["succeed"];
        credit = new CreditRegistry(_participants, credit.newcomerBps(), credit.newcomerValue(), credit);
    }

    function wait(uint256 seed, uint32 time) external {
        ++taken["wait"];
        uint256[5][3] memory before;
        for (uint256 i; i < 3; ++i) {
            before[i] = _distances(_accounts[i]);
        }
        skip(bound(time, 1, seed % 4 == 0 ? 3 * 365 days : 3 days));
        for (uint256 i; i < 3; ++i) {
            uint256[5] memory now_ = _distances(_accounts[i]);
            for (uint256 j; j < 5; ++j) {
                if (now_[j] > before[i][j] + 1) ++memoriesThatGrew;
            }
        }
    }

    // ---- views ----

    function account(uint256 index) external view returns (address) {
        return _accounts[index];
    }

    function _distances(address one) private view returns (uint256[5] memory distances) {
        ICreditRegistry.ComponentRecord[5] memory components = credit.componentsOf(one);
        for (uint256 i; i < 5; ++i) {
            uint256 average = components[i].averageBps;
            distances[i] = average > priorBps ? average - priorBps : priorBps - average;
        }
    }

    function _value(uint256 seed, uint256 value) private pure returns (uint256) {
        if (seed % 7 == 0) return value;
        return bound(value, 0, seed % 2 == 0 ? 2 ** 60 : 3_000_000);
    }

    function _outcome(uint256 seed, uint256 outcome) private pure returns (uint256) {
        if (seed % 5 == 0) return 10_000;
        return seed % 5 == 1 ? 0 : bound(outcome, 0, 10_000);
    }
}
