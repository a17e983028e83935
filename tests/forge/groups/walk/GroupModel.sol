// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { TestBase } from "../../support/TestBase.sol";

/// Chain groups as they should be: what is kept of them, by rules of our own, and who may do what when. It asks no
/// contract. Times are computed from the terms and the second of the event.
abstract contract GroupModel is TestBase {
    uint256 internal constant WHOLE = 10_000;
    uint256 internal constant BET_WAIT = 180 days;
    uint256 internal constant ROUNDS = 16;

    struct Team {
        IChainGroups.GroupStatus status;
        IChainGroups.GroupTerms terms;
        uint256 roles;
        uint256 grabEnd;
        uint256 selectEnd;
        uint256 workEnd;
        uint256 reportEnd;
        uint256 formedAt;
        uint256 settledAt;
        uint256 betDueAt;
        uint256 betId;
        uint256 extendedDays;
        bool holderLeft;
        bool ended;
        bool leaderConsents;
        uint256 budget;
        uint256 earned;
        uint256 allEarnedAt;
        bool returned;
    }

    struct Part {
        IChainGroups.RoleTerms terms;
        uint256 round;
        uint256 earned;
        uint256 earnedBps;
        bool added; // its first round has windows of its own
    }

    struct Turn {
        uint256 grabEnd;
        uint256 selectEnd;
        uint256 seatedAt;
        uint256 endedAt;
        address standing;
        uint256 pledge;
        bool selected;
        bool consents;
        uint256 earned;
        uint256 paid;
        uint256 reviews;
        uint256 weight;
        uint256 weighted;
    }

    struct Entry {
        address node;
        uint256 pledge;
        uint256 creditBps;
        uint256 stake;
        bool rejected;
    }

    uint256 public count;
    mapping(uint256 id => Team) internal _teams;
    mapping(uint256 id => mapping(uint256 roleId => Part)) internal _parts;
    mapping(uint256 id => mapping(uint256 roleId => mapping(uint256 round => Turn))) internal _turns;
    mapping(uint256 id => mapping(uint256 roleId => mapping(uint256 round => Entry[]))) internal _entries;
    mapping(uint256 id => mapping(uint256 roleId => mapping(address node => bool))) internal _left;
    mapping(uint256 id => mapping(address account => bool)) internal _everHeld;

    // ---- what is ----

    function _present(uint256 id, uint256 roleId) internal view returns (Turn storage) {
        return _turns[id][roleId][_parts[id][roleId].round];
    }

    function _isHeld(uint256 id, uint256 roleId) internal view returns (bool) {
        Turn storage turn = _present(id, roleId);
        return turn.seatedAt != 0 && turn.endedAt == 0;
    }

    /// 0: none.
    function _entryOf(uint256 id, uint256 roleId, uint256 round, address node) internal view returns (uint256) {
        Entry[] storage all = _entries[id][roleId][round];
        for (uint256 i; i < all.length; ++i) {
            if (all[i].node == node) return i + 1;
        }
        return 0;
    }

    /// The best by pledge times credit, then credit, then the earlier; rejected ones count for nothing.
    function _bestOf(uint256 id, uint256 roleId, uint256 round) internal view returns (address best) {
        Entry[] storage all = _entries[id][roleId][round];
        uint256 weight = _parts[id][roleId].terms.creditWeightBps;
        uint256 top;
        for (uint256 i; i < all.length; ++i) {
            uint256 worth = all[i].pledge * (WHOLE * WHOLE - weight * (WHOLE - all[i].creditBps));
            uint256 key = worth << 64 | all[i].creditBps << 32 | (type(uint32).max - i);
            if (best == address(0) || key > top) (best, top) = (all[i].node, key);
        }
    }

    function filledOf(uint256 id) public view returns (uint256 filled, uint256 pledged, uint256 consents) {
        for (uint256 roleId = 1; roleId <= _teams[id].roles; ++roleId) {
            Turn storage turn = _present(id, roleId);
            bool counts = _teams[id].formedAt == 0 ? turn.standing != address(0) : _isHeld(id, roleId);
            if (!counts) continue;
            ++filled;
            pledged += turn.pledge;
            if (turn.consents) ++consents;
        }
    }

    function _isCovered(uint256 id) internal view returns (bool) {
        (uint256 filled, uint256 pledged,) = filledOf(id);
        return filled == _teams[id].roles && pledged >= _teams[id].terms.target;
    }

    // ---- who may ----

    function _isFormed(uint256 id) internal view returns (bool) {
        return _teams[id].status == IChainGroups.GroupStatus.Formed;
    }

    function _isOpen(uint256 id) internal view returns (bool) {
        return _teams[id].status == IChainGroups.GroupStatus.Open;
    }

    function _isWorking(uint256 id) internal view returns (bool) {
        return _isFormed(id) && block.timestamp < _teams[id].workEnd;
    }

    function _isUndecided(uint256 id, uint256 roleId) internal view returns (bool) {
        if (roleId == 0 || roleId > _teams[id].roles) return false;
        return _isOpen(id) || (_isFormed(id) && _present(id, roleId).seatedAt == 0);
    }

    function _mayGrab(uint256 id, uint256 roleId, address node) internal view returns (bool) {
        uint256 round = _parts[id][roleId].round;
        if (!_isUndecided(id, roleId) || _left[id][roleId][node]) return false;
        if (_entryOf(id, roleId, round, node) != 0) return false;
        return block.timestamp < _present(id, roleId).grabEnd && block.timestamp < _teams[id].workEnd;
    }

    function _mayChoose(uint256 id, uint256 roleId, address node) internal view returns (bool) {
        if (!_isUndecided(id, roleId)) return false;
        Turn storage turn = _present(id, roleId);
        uint256 round = _parts[id][roleId].round;
        uint256 place = _entryOf(id, roleId, round, node);
        if (turn.selected || place == 0 || _entries[id][roleId][round][place - 1].rejected) return false;
        if (block.timestamp < turn.grabEnd) return false;
        return block.timestamp < turn.selectEnd && block.timestamp < _teams[id].workEnd;
    }

    function _maySelect(uint256 id, uint256 roleId, address node) internal view returns (bool) {
        if (!_mayChoose(id, roleId, node)) return false;
        if (!_isOpen(id)) return true;
        uint256 round = _parts[id][roleId].round;
        uint256 pledge = _entries[id][roleId][round][_entryOf(id, roleId, round, node) - 1].pledge;
        (, uint256 pledged,) = filledOf(id);
        uint256 target = _teams[id].terms.target;
        return pledged < target || pledged - _present(id, roleId).pledge + pledge >= target;
    }

    function _mayForm(uint256 id) internal view returns (bool) {
        if (!_isOpen(id) || !_isCovered(id) || block.timestamp >= _teams[id].workEnd) return false;
        if (block.timestamp >= _teams[id].selectEnd) return true;
        for (uint256 roleId = 1; roleId <= _teams[id].roles; ++roleId) {
            if (!_present(id, roleId).selected) return false;
        }
        return true;
    }

    function _mayDissolve(uint256 id, bool isLeader) internal view returns (bool) {
        Team storage team = _teams[id];
        if (_isFormed(id)) {
            bool waits = team.betId == 0 && team.earned == 0 && team.betDueAt != 0;
            return waits && block.timestamp >= team.betDueAt;
        }
        if (!_isOpen(id) || block.timestamp < (isLeader ? team.grabEnd : team.selectEnd)) return false;
        return !_isCovered(id) || block.timestamp >= team.workEnd;
    }

    function _mayLeave(uint256 id, uint256 roleId) internal view returns (bool) {
        return _isWorking(id) && _isHeld(id, roleId) && _parts[id][roleId].round < ROUNDS;
    }

    function _mayReopenDeserted(uint256 id, uint256 roleId) internal view returns (bool) {
        if (!_isWorking(id) || _isHeld(id, roleId) || _parts[id][roleId].round >= ROUNDS) return false;
        Turn storage turn = _present(id, roleId);
        return turn.standing == address(0) && block.timestamp >= turn.grabEnd;
    }

    function _isBelowMark(uint256 id, uint256 roleId) internal view returns (bool) {
        Turn storage turn = _present(id, roleId);
        IChainGroups.RoleTerms storage terms = _parts[id][roleId].terms;
        return turn.reviews >= terms.minReviews && turn.weighted < turn.weight * terms.reviewMarkBps;
    }

    function _isBetOverdue(uint256 id, uint256 roleId) internal view returns (bool) {
        uint256 time = _teams[id].terms.betSeconds;
        return time != 0 && block.timestamp >= _present(id, roleId).seatedAt + time;
    }

    function _maySeat(uint256 id, uint256 roleId) internal view returns (bool) {
        Turn storage turn = _present(id, roleId);
        if (!_isWorking(id) || turn.seatedAt != 0 || turn.standing == address(0)) return false;
        return block.timestamp >= turn.selectEnd;
    }

    function _mayClose(uint256 id, bool betSettled) internal view returns (bool) {
        Team storage team = _teams[id];
        if (!_isFormed(id)) return false;
        bool waits = team.betId != 0 && !team.ended && block.timestamp < team.reportEnd + BET_WAIT;
        if (waits && !betSettled) return false;
        if (block.timestamp >= team.reportEnd) return true;
        return team.allEarnedAt != 0 && block.timestamp >= team.allEarnedAt + team.terms.reviewSeconds;
    }

    function _isFree(uint256 id, uint256 roleId, uint256 round, Entry storage entry) internal view returns (bool) {
        if (entry.rejected) return true;
        if (_isOpen(id)) return false;
        if (!_isFormed(id)) return true;
        Turn storage turn = _turns[id][roleId][round];
        if (turn.seatedAt != 0) return turn.standing != entry.node || turn.endedAt != 0;
        return round != _parts[id][roleId].round || block.timestamp >= _teams[id].workEnd;
    }
}
