// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ChainGroups } from "../../../../contracts/chaingroup/ChainGroups.sol";
import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { StandInBets } from "../../support/StandInBets.sol";
import { StandInCredit } from "../../support/StandInCredit.sol";
import { GroupBook } from "./GroupBook.sol";

/// All that leaders, nodes, reporters and strangers of up to `MAX_GROUPS` chain groups of two roles can do, at random, each
/// time rightly: nothing here may revert. A step that nobody can take now is skipped. Pledges lie close together, so that
/// ties are common, and a target is often missed by a little.
contract GroupHandler is GroupBook {
    uint256 public constant MAX_GROUPS = 2;
    uint256 private constant _TRIES = 16; // places looked at for one where a step can be taken
    uint256 public constant ROLES = 2;
    uint32 public constant REPORT_SECONDS = 1 days;

    ChainGroups public immutable groups;
    StandInCredit public immutable credit;
    StandInBets public immutable bets;
    address public immutable leader;
    address public immutable reporter;

    uint256 public count;
    mapping(string step => uint256 times) public taken;

    address[] private _nodes;
    uint256 private _references;
    mapping(uint256 groupId => mapping(uint256 roleId => mapping(address node => bool))) private _replaced;

    constructor(
        ChainGroups groups_,
        StandInCredit credit_,
        StandInBets bets_,
        address leader_,
        address reporter_,
        address[] memory nodes_
    ) {
        groups = groups_;
        credit = credit_;
        bets = bets_;
        leader = leader_;
        reporter = reporter_;
        _nodes = nodes_;
    }

    // ---- orders ----

    function open(uint256 seed) external booked {
        if (count == MAX_GROUPS) return;
        ++count;
        ++taken["open"];
        IChainGroups.GroupTerms memory terms = IChainGroups.GroupTerms({
            needRef: bytes32(count),
            reporter: reporter,
            target: uint128(2 + seed % 8),
            grabSeconds: uint32(10 minutes + seed % 50 minutes),
            selectSeconds: uint32(10 minutes + (seed >> 32) % 50 minutes),
            workSeconds: uint32(4 hours + (seed >> 64) % 20 hours),
            reportSeconds: REPORT_SECONDS
        });
        IChainGroups.RoleTerms[] memory roles = new IChainGroups.RoleTerms[](ROLES);
        for (uint256 i; i < ROLES; ++i) {
            roles[i].roleRef = bytes32(i + 1);
            roles[i].floor = 1;
            roles[i].stake = uint128((seed >> (96 + 8 * i)) % 3 == 0 ? 0 : (seed >> (112 + 8 * i)) % 1000);
            roles[i].pay = uint128((seed >> (128 + 16 * i)) % 5 == 0 ? 0 : (seed >> (160 + 16 * i)) % 10_000);
            roles[i].minReviews = 1;
            roles[i].reviewMarkBps = 6000;
        }
        vm.prank(leader);
        groups.openGroup(terms, roles);
    }

    function grab(uint256 seed, uint128 pledge) external booked {
        for (uint256 i; i < _tries(count * ROLES * _nodes.length); ++i) {
            (uint256 id, uint256 roleId, address node) = _pick(seed, i);
            if (!_undecided(id, roleId)) continue;
            uint256 round = lastRound[id][roleId];
            if (grabbed[id][roleId][round][node]) continue;
            if (block.timestamp >= groups.roundOf(id, roleId, round).grabEnd || _replaced[id][roleId][node]) continue;
            ++taken[round == 1 ? "grab" : "grab again"];
            vm.prank(node);
            groups.grabRole(id, roleId, uint128(bound(pledge, 1, 6)), bytes32("plan"));
            return;
        }
    }

    function select(uint256 seed) external booked {
        for (uint256 i; i < _tries(count * ROLES * _nodes.length); ++i) {
            (uint256 id, uint256 roleId, address node) = _pick(seed, i);
            uint256 round = lastRound[id][roleId];
            if (statusOf[id] != IChainGroups.GroupStatus.Open || !grabbed[id][roleId][round][node]) continue;
            IChainGroups.Group memory record = groups.group(id);
            IChainGroups.Round memory filling = groups.roundOf(id, roleId, round);
            uint128 pledge = groups.candidate(id, roleId, round, node).pledge;
            if (filling.selected) continue;
            if (block.timestamp < filling.grabEnd || block.timestamp >= filling.selectEnd) continue;
            if (record.pledged - filling.pledge + pledge < record.target) continue;
            ++taken["select"];
            vm.prank(leader);
            groups.selectCandidate(id, roleId, node);
            return;
        }
    }

    /// The leader of a reopened role waits for its grabs to end, and selects.
    function selectAgain(uint256 seed) external booked {
        for (uint256 i; i < _tries(count * ROLES * _nodes.length); ++i) {
            (uint256 id, uint256 roleId, address node) = _pick(seed, i);
            uint256 round = lastRound[id][roleId];
            if (round == 1 || !grabbed[id][roleId][round][node] || !_working(id) || !_undecided(id, roleId)) continue;
            IChainGroups.Round memory filling = groups.roundOf(id, roleId, round);
            if (block.timestamp >= filling.selectEnd || filling.grabEnd == filling.selectEnd) continue;
            if (block.timestamp < filling.grabEnd) vm.warp(filling.grabEnd);
            ++taken["select again"];
            vm.prank(leader);
            groups.selectCandidate(id, roleId, node);
            return;
        }
    }

    function decide(uint256 seed) external booked {
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (seed % count + i) % count;
            if (statusOf[id] != IChainGroups.GroupStatus.Open) continue;
            IChainGroups.Group memory record = groups.group(id);
            if (block.timestamp < record.grabEnd) continue;
            bool covered = record.filled == record.roles && record.pledged >= record.target;
            if (!covered || block.timestamp >= record.workEnd) {
                ++taken["dissolve"];
                groups.dissolve(id);
                return;
            }
            if (block.timestamp < record.selectEnd && record.selected < record.roles) continue;
            ++taken["form"];
            groups.form(id);
            return;
        }
    }

    // ---- work ----

    function progress(uint256 seed, uint16 bps) external booked {
        _progress(seed, bps, true);
    }

    /// The reporter catches up with a holder from whom the role was taken.
    function progressOfFormer(uint256 seed, uint16 bps) external booked {
        _progress(seed, bps, false);
    }

    function review(uint256 seed, uint16 bps, uint64 weight) external booked {
        for (uint256 i; i < _tries(count * ROLES); ++i) {
            (uint256 id, uint256 roleId,) = _pick(seed, i);
            if (!_working(id) || groups.holderOf(id, roleId) == address(0)) continue;
            ++taken["review"];
            vm.prank(reporter);
            groups.recordReview(
                id, roleId, lastRound[id][roleId], uint16(bound(bps, 0, 8000)), weight / 16 + 1, bytes32(++_references)
            );
            return;
        }
    }

    function reopen(uint256 seed) external booked {
        for (uint256 i; i < _tries(count * ROLES); ++i) {
            (uint256 id, uint256 roleId,) = _pick(seed, i);
            if (!_working(id) || block.timestamp >= groups.group(id).workEnd) continue;
            uint256 round = lastRound[id][roleId];
            if (round == groups.MAX_ROUNDS()) continue;
            IChainGroups.Round memory filling = groups.roundOf(id, roleId, round);
            address holder = groups.holderOf(id, roleId);
            if (holder == address(0)) {
                if (filling.standing != address(0) || block.timestamp < filling.grabEnd) continue;
            } else if (filling.reviews == 0 || filling.reviewWeighted >= uint256(filling.reviewWeight) * 6000) {
                continue;
            }
            ++taken[holder == address(0) ? "reopen deserted" : "reopen"];
            if (holder != address(0)) _replaced[id][roleId][holder] = true;
            vm.prank(leader);
            groups.reopenRole(id, roleId);
            return;
        }
    }

    /// Nobody selects: a stranger waits for the selection to end, and seats the best.
    function seat(uint256 seed) external booked {
        for (uint256 i; i < _tries(count * ROLES); ++i) {
            (uint256 id, uint256 roleId,) = _pick(seed, i);
            if (!_working(id) || !_undecided(id, roleId)) continue;
            IChainGroups.Round memory filling = groups.roundOf(id, roleId, lastRound[id][roleId]);
            uint256 workEnd = groups.group(id).workEnd;
            if (filling.standing == address(0) || filling.selectEnd == workEnd || block.timestamp >= workEnd) continue;
            if (block.timestamp < filling.selectEnd) vm.warp(filling.selectEnd);
            ++taken["seat"];
            groups.seatRole(id, roleId);
            return;
        }
    }

    function bet(uint256 seed) external booked {
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (seed % count + i) % count;
            if (!_working(id)) continue;
            IChainGroups.Group memory record = groups.group(id);
            if (record.betId != 0) {
                bets.set(id, id, uint40(block.timestamp));
                ++taken["settle bet"];
                return;
            }
            if (seed % 3 != 0 || block.timestamp >= record.workEnd) continue;
            bets.set(id, id, 0);
            ++taken["bind"];
            vm.prank(leader);
            groups.bindBet(id, id);
            return;
        }
    }

    /// Now and then everybody lets the time go by until the last report.
    function close(uint256 seed) external booked {
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (seed % count + i) % count;
            if (!_working(id)) continue;
            IChainGroups.Group memory record = groups.group(id);
            bool pending = record.betId != 0 && bets.settledAt(record.betId) == 0;
            if (pending && block.timestamp < uint256(record.reportEnd) + groups.MAX_BET_SECONDS()) continue;
            bool complete = record.betId != 0 && record.earned == record.budget;
            if (!complete && block.timestamp < record.reportEnd) {
                if ((seed >> 8) % 8 != 0) continue;
                vm.warp(record.reportEnd);
            }
            ++taken["close"];
            groups.close(id);
            return;
        }
    }

    // ---- money ----

    function release(uint256 seed) external booked {
        for (uint256 i; i < _tries(count * ROLES * _nodes.length); ++i) {
            (uint256 id, uint256 roleId, address node) = _pick(seed, i);
            for (uint256 round = 1; round <= lastRound[id][roleId]; ++round) {
                if (!grabbed[id][roleId][round][node]) continue;
                if (groups.candidate(id, roleId, round, node).stake == 0 || !_free(id, roleId, round, node)) continue;
                ++taken["release"];
                groups.releaseStake(id, roleId, round, node);
                return;
            }
        }
    }

    function pay(uint256 seed) external booked {
        for (uint256 i; i < _tries(count * ROLES); ++i) {
            (uint256 id, uint256 roleId,) = _pick(seed, i);
            for (uint256 round = 1; round <= lastRound[id][roleId]; ++round) {
                IChainGroups.Round memory filling = groups.roundOf(id, roleId, round);
                if (filling.earned == filling.paid) continue;
                ++taken["pay"];
                groups.payEarnings(id, roleId, round);
                return;
            }
        }
    }

    function returnBudget(uint256 seed) external booked {
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (seed % count + i) % count;
            if (uint256(statusOf[id]) < uint256(IChainGroups.GroupStatus.Dissolved)) continue;
            IChainGroups.Group memory record = groups.group(id);
            if (record.budgetReturned || record.earned == record.budget) continue;
            ++taken["return"];
            groups.returnBudget(id);
            return;
        }
    }

    function score(uint256 seed, uint16 bps) external {
        moved = false;
        ++taken["score"];
        credit.set(_nodes[seed % _nodes.length], bps % 4);
    }

    function wait(uint32 time) external {
        moved = false;
        ++taken["wait"];
        skip(bound(time, 1, time % 16 == 0 ? 1 days : 20 minutes));
    }

    // ---- what the invariants look at ----

    function nodes() external view returns (address[] memory) {
        return _nodes;
    }

    function _progress(uint256 seed, uint16 bps, bool held) private {
        for (uint256 i; i < _tries(count * ROLES); ++i) {
            (uint256 id, uint256 roleId,) = _pick(seed, i);
            if (!_working(id)) continue;
            uint16 last = groups.role(id, roleId).earnedBps;
            uint256 round = lastRound[id][roleId];
            if (!held) round = round == 1 ? 0 : bound(bps, 1, round - 1);
            if (last == 10_000 || round == 0 || groups.roundOf(id, roleId, round).seatedAt == 0) continue;
            ++taken[held ? "progress" : "progress of former"];
            uint16 most = last > 7000 ? 10_000 : last + 3000;
            vm.prank(reporter);
            groups.reportProgress(id, roleId, round, uint16(bound(bps, last + 1, most)), bytes32(++_references));
            return;
        }
    }

    function _tries(uint256 all) private pure returns (uint256) {
        return all < _TRIES ? all : _TRIES;
    }

    function _working(uint256 id) private view returns (bool) {
        return statusOf[id] == IChainGroups.GroupStatus.Formed;
    }

    function _undecided(uint256 id, uint256 roleId) private view returns (bool) {
        if (statusOf[id] == IChainGroups.GroupStatus.Open) return true;
        return _working(id) && groups.holderOf(id, roleId) == address(0);
    }

    function _free(uint256 id, uint256 roleId, uint256 round, address node) private view returns (bool) {
        if (uint256(statusOf[id]) >= uint256(IChainGroups.GroupStatus.Dissolved)) return true;
        if (statusOf[id] == IChainGroups.GroupStatus.Open) return false;
        IChainGroups.Round memory filling = groups.roundOf(id, roleId, round);
        if (filling.seatedAt == 0) return block.timestamp >= groups.group(id).workEnd;
        return filling.standing != node || filling.endedAt != 0;
    }

    function _pick(uint256 seed, uint256 i) private view returns (uint256 id, uint256 roleId, address node) {
        uint256 all = count * ROLES * _nodes.length;
        uint256 place = (seed % all + i) % all;
        id = 1 + place % count;
        roleId = 1 + place / count % ROLES;
        node = _nodes[place / count / ROLES];
    }
}
