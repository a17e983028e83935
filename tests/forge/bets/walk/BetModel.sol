// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { TestBase } from "../../support/TestBase.sol";

/// What a reader knows of bets who keeps windows, turns, signatures and figures himself and asks no contract.
abstract contract BetModel is TestBase {
    uint256 public constant MAX_BETS = 2;
    uint256 public constant MEMBERS = 4;
    uint256 public constant MAX_PERIODS = 4;
    uint256 internal constant VALUE = MEMBERS; // the subject that is the value added
    uint32 internal constant SIGN = 20 hours;
    uint32 internal constant PERIOD = 12 hours; // as long as reports may come
    uint32 internal constant DISPUTE = 4 hours;
    uint32 internal constant RULING = 3 hours;

    struct Known {
        uint256 seed;
        uint256 status; // 1 proposed, 2 active, 3 voided, 4 settled
        uint256 partyCount;
        uint256 firstPeriods;
        uint256 firstPool;
        uint256 pool;
        uint256 value;
        uint256 paid;
        uint40 signBy;
        uint40 start;
        uint256 periods;
        uint256 inForce; // amendment
        uint256 amendments;
        uint256 endRound;
        uint256 endSigned;
        uint256 endBy;
        uint256 endAmendment;
        bytes32 endFigures; // that the first signature of the round was under
    }

    struct Seat {
        bool signed;
        bool left;
        bool withdrawn;
        uint256 from;
        uint256 to;
        uint256 shortfall;
        uint256 measured;
    }

    struct Promise {
        uint16 shareBps;
        uint64 base;
    }

    struct Said {
        uint256 reportedAt;
        bool measured;
        uint256 attainment;
        uint256 shortfall;
        address disputant; // zero: no dispute ever
        uint256 ruleBy;
        bool open;
        bool joined;
        bool ruled;
    }

    struct Change {
        bool agreed;
        bool granted;
        uint256 previous;
        uint256 from;
        uint256 periods;
        uint40 start;
        uint40 signBy;
        uint256 leaver; // MEMBERS: nobody
        uint256 newcomer; // MEMBERS: nobody
        uint256 signed;
    }

    uint256 public count;
    address public sponsor;
    address[] public members;
    address[2] public reporters;
    address[2] public arbiters;
    uint256 public reporting; // which of the two holds the post
    uint256 public ruling;

    mapping(uint256 betId => Known) internal _known;
    mapping(uint256 betId => mapping(uint256 member => Seat)) internal _seats;
    mapping(uint256 betId => mapping(uint256 amendmentId => Change)) internal _changes;
    mapping(uint256 betId => mapping(uint256 amendmentId => mapping(uint256 member => bool))) internal _amended;
    mapping(uint256 betId => mapping(uint256 round => mapping(address account => bool))) internal _ended;
    mapping(uint256 betId => mapping(uint256 subject => mapping(uint256 period => Said))) internal _said;
    // Which amendment's terms count of a party in a period.
    mapping(uint256 betId => mapping(uint256 member => mapping(uint256 period => uint256 amendmentId))) internal _by;

    function knownOf(uint256 id) external view returns (Known memory) {
        return _known[id];
    }

    function seatOf(uint256 id, uint256 i) external view returns (Seat memory) {
        return _seats[id][i];
    }

    // ---- drawn from the seed of a bet ----

    function _begin(uint256 seed, uint256 parties) internal returns (uint256 id) {
        id = ++count;
        Known storage known = _known[id];
        known.seed = seed;
        known.status = 1;
        known.partyCount = parties;
        known.firstPeriods = known.periods = 1 + (seed >> 8) % 3;
        known.firstPool = known.pool = (seed >> 16) % 3 == 0 ? 0 : (seed >> 24) % 100_000;
        known.signBy = known.start = uint40(block.timestamp) + SIGN;
    }

    function _own(uint256 id, uint256 i) private view returns (uint256) {
        return uint256(keccak256(abi.encode(_known[id].seed, i)));
    }

    function stakeOf(uint256 id, uint256 i) public view returns (uint64) {
        return uint64(1 + _own(id, i) % 5000);
    }

    function curveOf(uint256 id, uint256 i) public view returns (uint16 tolerance, uint16 slope, uint16 cap) {
        uint256 own = _own(id, i);
        return (uint16((own >> 96) % 1000), uint16((own >> 112) % 50_001), uint16((own >> 128) % 10_001));
    }

    function promiseOf(uint256 id, uint256 amendmentId, uint256 i) public view returns (Promise memory) {
        uint256 own = uint256(keccak256(abi.encode(_known[id].seed, amendmentId, i)));
        return Promise(own % 7 == 0 ? 0 : uint16((own >> 80) % 10_001), own % 2 == 0 ? 50 : 100);
    }

    // ---- sums, from the parts ----

    function seated(uint256 id) public view returns (uint256 sum) {
        for (uint256 i; i < MEMBERS; ++i) {
            if (_seats[id][i].signed && !_seats[id][i].left) ++sum;
        }
    }

    function parties(uint256 id) public view returns (uint256 sum) {
        for (uint256 i; i < MEMBERS; ++i) {
            if (_seats[id][i].signed) ++sum;
        }
    }

    function staked(uint256 id) public view returns (uint256 sum) {
        for (uint256 i; i < MEMBERS; ++i) {
            if (_seats[id][i].signed) sum += stakeOf(id, i);
        }
    }

    function contributionOf(uint256 id, uint256 i) public view returns (uint256 sum) {
        Seat storage seat = _seats[id][i];
        if (!seat.signed) return 0;
        uint256 to = seat.left ? seat.to : _known[id].periods;
        for (uint256 period = seat.from; period <= to; ++period) {
            Said storage said = _said[id][i][period];
            uint256 share = promiseOf(id, _by[id][i][period], i).shareBps;
            sum += share * (said.measured ? said.attainment : 10_000);
        }
    }

    function weight(uint256 id) public view returns (uint256 sum) {
        for (uint256 i; i < MEMBERS; ++i) {
            sum += contributionOf(id, i);
        }
    }

    /// Average shortfall beyond the tolerance, times the slope, of the stake; up, at most the cap.
    function penaltyOf(uint256 id, uint256 i) public view returns (uint256) {
        (uint256 tolerance, uint256 slope, uint256 cap) = curveOf(id, i);
        uint256 periods = _known[id].firstPeriods;
        uint256 short = _seats[id][i].shortfall;
        if (short <= periods * tolerance) return 0;
        uint256 whole = periods * 100_000_000;
        uint256 lost = (uint256(stakeOf(id, i)) * (short - periods * tolerance) * slope + whole - 1) / whole;
        uint256 most = uint256(stakeOf(id, i)) * cap / 10_000;
        return lost < most ? lost : most;
    }

    function penalties(uint256 id) public view returns (uint256 sum) {
        for (uint256 i; i < MEMBERS; ++i) {
            sum += penaltyOf(id, i);
        }
    }

    // ---- windows and turns ----

    function _endOf(uint256 id, uint256 period) internal view returns (uint256) {
        return _known[id].start + period * PERIOD;
    }

    function settleableAt(uint256 id) public view returns (uint256) {
        return _endOf(id, _known[id].periods) + PERIOD + DISPUTE + RULING;
    }

    function _isIn(uint256 id, uint256 amendmentId, uint256 i) internal view returns (bool) {
        if (amendmentId == 0) return i < _known[id].partyCount;
        Change storage change = _changes[id][amendmentId];
        if (i == change.newcomer) return true;
        return _seats[id][i].signed && !_seats[id][i].left && i != change.leaver;
    }

    function _maySign(uint256 id, uint256 i) internal view returns (bool) {
        Known storage known = _known[id];
        return known.status == 1 && i < known.partyCount && !_seats[id][i].signed && block.timestamp < known.signBy;
    }

    function _didSign(uint256 id, uint256 i) internal {
        _seats[id][i] = Seat(true, false, false, 1, 0, 0, 0);
        if (parties(id) == _known[id].partyCount) _known[id].status = 2;
    }

    function _mayTopUp(uint256 id) internal view returns (bool) {
        Known storage known = _known[id];
        return known.status == 2 && _said[id][VALUE][0].reportedAt == 0
            && block.timestamp < _endOf(id, known.periods) + PERIOD;
    }

    /// A party in one of its periods; the value added under period zero.
    function _hasPeriod(uint256 id, uint256 subject, uint256 period) internal view returns (bool) {
        if (_known[id].status != 2) return false;
        if (subject == VALUE) return period == 0;
        Seat storage seat = _seats[id][subject];
        return seat.signed && period >= seat.from && period <= (seat.left ? seat.to : _known[id].periods);
    }

    function _mayReport(uint256 id, uint256 subject, uint256 period) internal view returns (bool) {
        uint256 end = _endOf(id, period == 0 ? _known[id].periods : period);
        return _hasPeriod(id, subject, period) && _said[id][subject][period].reportedAt == 0 && block.timestamp >= end
            && block.timestamp < end + PERIOD;
    }

    function _mayDispute(uint256 id, uint256 subject, uint256 period, address caller) internal view returns (bool) {
        if (!_hasPeriod(id, subject, period) || !_isInsider(id, caller)) return false;
        Said storage said = _said[id][subject][period];
        uint256 opensAt = _opensAt(id, subject, period);
        if (block.timestamp < opensAt || block.timestamp >= opensAt + DISPUTE) return false;
        return !said.ruled && !said.joined && said.disputant != caller;
    }

    function _opensAt(uint256 id, uint256 subject, uint256 period) internal view returns (uint256) {
        uint256 reportedAt = _said[id][subject][period].reportedAt;
        return reportedAt != 0 ? reportedAt : _endOf(id, period == 0 ? _known[id].periods : period) + PERIOD;
    }

    function _isInsider(uint256 id, address caller) internal view returns (bool) {
        if (caller == sponsor) return true;
        for (uint256 i; i < MEMBERS; ++i) {
            if (members[i] == caller) return _seats[id][i].signed;
        }
        return false;
    }

    function _didSay(uint256 id, uint256 subject, uint256 period, uint256 value) internal {
        Said storage said = _said[id][subject][period];
        if (subject == VALUE) {
            _known[id].value = value;
            said.measured = true;
            return;
        }
        Seat storage seat = _seats[id][subject];
        uint256 base = promiseOf(id, _by[id][subject][period], subject).base;
        uint256 attained = value * 10_000 / base; // the stretch is twice the base: one line from the floor
        if (attained > 20_000) attained = 20_000;
        uint256 short = attained < 10_000 ? 10_000 - attained : 0;
        seat.shortfall = seat.shortfall + short - said.shortfall;
        if (!said.measured) seat.measured += 1;
        (said.measured, said.attainment, said.shortfall) = (true, attained, short);
    }

    function _maySignAmendment(uint256 id, uint256 number, uint256 i) internal view returns (bool) {
        Change storage change = _changes[id][number];
        return _known[id].status == 2 && change.signBy != 0 && change.previous == _known[id].inForce
            && block.timestamp < change.signBy && _isIn(id, number, i) && !_amended[id][number][i];
    }

    /// True when the signatures and the leave given so far, and `more`, make the amendment binding.
    function _completes(uint256 id, uint256 number, uint256 more, bool granted) internal view returns (bool) {
        Change storage change = _changes[id][number];
        bool leaves = change.leaver < MEMBERS;
        uint256 needed = seated(id) + (change.newcomer < MEMBERS ? 1 : 0) - (leaves ? 1 : 0);
        return change.signed + more == needed && (!leaves || change.granted || granted);
    }

    /// True where somebody left or leaves, and the shares of the periods to come grow over its own.
    function _dilutes(uint256 id, uint256 number) internal view returns (bool) {
        Change storage change = _changes[id][number];
        if (change.leaver == MEMBERS && parties(id) == seated(id)) return false;
        uint256 before;
        uint256 afterwards;
        for (uint256 i; i < MEMBERS; ++i) {
            if (_seats[id][i].signed && !_seats[id][i].left) {
                before += uint256(promiseOf(id, _known[id].inForce, i).shareBps)
                * (_known[id].periods + 1 - change.from);
            }
            if (_isIn(id, number, i)) {
                afterwards += uint256(promiseOf(id, number, i).shareBps) * (change.periods + 1 - change.from);
            }
        }
        return afterwards > before;
    }

    function _adoptIfComplete(uint256 id, uint256 number) internal {
        Change storage change = _changes[id][number];
        Known storage known = _known[id];
        bool leaves = change.leaver < MEMBERS;
        uint256 needed = seated(id) + (change.newcomer < MEMBERS ? 1 : 0) - (leaves ? 1 : 0);
        if (change.signed != needed || leaves && !change.granted) return;
        change.agreed = true;
        (known.inForce, known.periods, known.start) = (number, change.periods, change.start);
        if (leaves) (_seats[id][change.leaver].left, _seats[id][change.leaver].to) = (true, change.from - 1);
        if (change.newcomer < MEMBERS) _seats[id][change.newcomer] = Seat(true, false, false, change.from, 0, 0, 0);
        for (uint256 i; i < MEMBERS; ++i) {
            if (!_seats[id][i].signed || _seats[id][i].left) continue;
            for (uint256 period = change.from; period <= MAX_PERIODS; ++period) {
                _by[id][i][period] = number;
            }
        }
    }
}
