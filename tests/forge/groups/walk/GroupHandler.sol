// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { ChainGroups } from "../../../../contracts/chaingroup/ChainGroups.sol";
import { GroupPay } from "../../../../contracts/chaingroup/GroupPay.sol";
import { UserReviews } from "../../../../contracts/chaingroup/UserReviews.sol";
import { IParticipants } from "../../../../contracts/identity/interfaces/IParticipants.sol";
import { StandInBets } from "../../support/StandInBets.sol";
import { StandInCredit } from "../../support/StandInCredit.sol";
import { GroupFormingSteps } from "./GroupFormingSteps.sol";
import { GroupPromises } from "./GroupPromises.sol";
import { WalkedWeather } from "./WalkedWeather.sol";

/// All that leaders, nodes, reporters and strangers of up to `MAX_GROUPS` chain groups can do, at random, rightly and
/// not; what anybody can call with any arguments; and a reporter's post that changes hands. Pledges lie close together,
/// so that ties are common, and a target is often missed by a little.
contract GroupHandler is GroupFormingSteps, GroupPromises {
    IParticipants public immutable participants;
    address public immutable admin;

    address[] private _strangers;
    address[] private _reporters; // who holds the post in turn
    address private _replacement;
    uint256 private _takeableAt;

    constructor(
        ChainGroups groups_,
        GroupPay pay_,
        UserReviews reviews_,
        StandInCredit credit_,
        StandInBets bets_,
        WalkedWeather weather_,
        IERC20 token_
    ) {
        (groups, pay, reviews) = (groups_, pay_, reviews_);
        (credit, bets, weather, token) = (credit_, bets_, weather_, token_);
        participants = IParticipants(groups_.PARTICIPANTS());
        admin = msg.sender;
    }

    function begin(
        address leader_,
        address[] memory nodes_,
        address[] memory reporters_,
        address[] memory strangers_,
        uint32 post
    ) external {
        (leader, _nodes, _reporters, _strangers, reporterPost) = (leader_, nodes_, reporters_, strangers_, post);
        _reporter = reporters_[0];
    }

    // ---- work ----

    function progress(uint256 seed, uint16 bps) external booked {
        if (count == 0) return;
        for (uint256 i; i < _tries(); ++i) {
            (uint256 id, uint256 roleId,) = _pick(seed, i);
            uint256 present = _parts[id][roleId].round;
            bool former = (seed >> 128) % 3 == 0;
            if (former && present == 1) continue;
            uint256 round = former ? 1 + (seed >> 136) % (present - 1) : present;
            uint256 last = _parts[id][roleId].earnedBps;
            bool allowed = _isFormed(id) && _turns[id][roleId][round].seatedAt != 0 && last < WHOLE;
            if (!allowed && i != 0) continue;
            uint256 least = (seed >> 160) % 3 == 0 ? WHOLE : last + 1;
            uint16 next = uint16(allowed ? bound(bps, least, WHOLE) : last);
            bytes memory data = abi.encodeCall(pay.reportProgress, (id, roleId, round, next, _newRef()));
            address who = _whoReports(seed >> 144);
            string memory step = round == present ? "progress" : "progress of former";
            _try(step, allowed && who == _reporter, who, address(pay), data);
            if (allowed) return;
        }
    }

    function review(uint256 seed, uint16 bps, uint64 weight) external booked {
        if (count == 0) return;
        for (uint256 i; i < _tries(); ++i) {
            (uint256 id, uint256 roleId,) = _pick(seed, i);
            bool allowed = _isFormed(id) && _isHeld(id, roleId);
            if (!allowed && i != 0) continue;
            uint256 round = _parts[id][roleId].round;
            bytes memory data = abi.encodeCall(
                reviews.recordReview, (id, roleId, round, uint16(bound(bps, 0, 9000)), weight / 16 + 1, _newRef())
            );
            address who = _whoReports(seed >> 144);
            _try("review", allowed && who == _reporter, who, address(reviews), data);
            if (allowed) return;
        }
    }

    /// Mostly the holder of the post; while it is vacant, whoever held it.
    function _whoReports(uint256 seed) private view returns (address) {
        if (_reporter != address(0) && seed % 8 != 0) return _reporter;
        return _reporters[(seed >> 8) % _reporters.length];
    }

    // ---- changes ----

    function reopen(uint256 seed) external booked {
        if (count == 0) return;
        for (uint256 i; i < _tries(); ++i) {
            (uint256 id, uint256 roleId, address node) = _pick(seed, i);
            address who = seed % 2 == 0 ? leader : node;
            if (i == 0 && (seed >> 128) % 2 == 0) _waitForSignature(id, roleId);
            bool deserted = who == leader && _mayReopenDeserted(id, roleId);
            (bool loses, string memory why) = _loses(id, roleId, who);
            bool allowed = deserted || (_mayLeave(id, roleId) && loses);
            if (!allowed && i != 0) continue;
            bytes memory data = abi.encodeCall(groups.reopenRole, (id, roleId));
            _try(deserted ? "reopen deserted" : why, allowed, who, address(groups), data);
            if (allowed) return;
        }
    }

    function _waitForSignature(uint256 id, uint256 roleId) private {
        uint256 due = _present(id, roleId).seatedAt + _teams[id].terms.betSeconds;
        if (_isHeld(id, roleId) && block.timestamp < due && due < _teams[id].workEnd) vm.warp(due);
    }

    function _loses(uint256 id, uint256 roleId, address who) private view returns (bool, string memory) {
        address holder = _holder(id, roleId);
        uint256 betId = _teams[id].betId;
        if (_isBelowMark(id, roleId)) return (true, "reopen for reviews");
        if (_isBetOverdue(id, roleId) && (betId == 0 ? who == leader : !bets.isParty(betId, holder))) {
            return (true, "reopen unsigned");
        }
        (uint256 short,, uint16 periods) = bets.shortfallOf(betId, holder);
        uint256 mark = _parts[id][roleId].terms.shortfallMarkBps;
        return (betId != 0 && mark != 0 && short > mark * periods, "reopen short");
    }

    function resign(uint256 seed) external booked {
        if (count == 0) return;
        (uint256 id, uint256 roleId, address node) = _pick(seed, 0);
        address who = (seed >> 128) % 2 == 0 || _holder(id, roleId) == address(0) ? node : _holder(id, roleId);
        bool allowed = _mayLeave(id, roleId) && who == _holder(id, roleId);
        _try("resign", allowed, who, address(groups), abi.encodeCall(groups.resignRole, (id, roleId)));
    }

    function seat(uint256 seed) external booked {
        if (count == 0) return;
        for (uint256 i; i < _tries(); ++i) {
            (uint256 id, uint256 roleId, address node) = _pick(seed, i);
            if (_isWorking(id) && _present(id, roleId).standing != address(0) && i % 4 == 3) _warpToSeat(id, roleId);
            bool allowed = _maySeat(id, roleId);
            if (!allowed && i != 0) continue;
            _try("seat", allowed, node, address(groups), abi.encodeCall(groups.seatRole, (id, roleId)));
            if (allowed) return;
        }
    }

    function _warpToSeat(uint256 id, uint256 roleId) private {
        Turn storage turn = _present(id, roleId);
        if (turn.seatedAt == 0 && block.timestamp < turn.selectEnd) vm.warp(turn.selectEnd);
    }

    function add(uint256 seed) external booked {
        if (count == 0) return;
        uint256 id = _groupAt(seed, 0);
        if (_teams[id].roles > 2) return;
        bytes memory data = abi.encodeCall(groups.addRole, (id, _role(seed)));
        _try("add", _isWorking(id), leader, address(groups), data);
    }

    function storm(uint256 seed) external {
        moved = false;
        ++taken["storm"];
        weather.lose(block.timestamp / 1 days + seed % 3);
    }

    function extend(uint256 seed) external booked {
        for (uint256 i; i < count; ++i) {
            uint256 id = _groupAt(seed, i);
            bool allowed = _isWorking(id) && _countedDays(id) > _teams[id].extendedDays;
            _try("extend", allowed, _nodes[0], address(groups), abi.encodeCall(groups.extendWork, id));
        }
    }

    // ---- ends ----

    function consent(uint256 seed) external booked {
        if (count == 0) return;
        (uint256 id, uint256 roleId,) = _pick(seed, 0);
        if ((seed >> 128) % 3 == 0) roleId = 0;
        if ((seed >> 136) % 4 != 0) roleId = _silentRole(id);
        bool before = roleId == 0 ? _teams[id].leaderConsents : _present(id, roleId).consents;
        address who = roleId == 0 ? leader : _holder(id, roleId);
        bool allowed = _isFormed(id) && !_teams[id].ended && who != address(0);
        if (who == address(0)) who = _nodes[0];
        bytes memory data = abi.encodeCall(groups.consentToEnd, (id, roleId, !before));
        _try(before ? "consent taken back" : "consent", allowed, who, address(groups), data);
        if (_teams[id].ended) ++taken["end by consent"];
    }

    /// The first that does not consent: the leader, or who holds a role; so that ends are reached.
    function _silentRole(uint256 id) private view returns (uint256) {
        if (!_teams[id].leaderConsents) return 0;
        for (uint256 roleId = 1; roleId <= _teams[id].roles; ++roleId) {
            if (_isHeld(id, roleId) && !_present(id, roleId).consents) return roleId;
        }
        return 0;
    }

    /// Now and then everybody lets the time go by until the last report.
    function close(uint256 seed) external booked {
        if (count == 0) return;
        uint256 id = _groupAt(seed, 0);
        if (_isFormed(id) && block.timestamp < _teams[id].reportEnd && (seed >> 8) % 16 == 0) {
            vm.warp(_teams[id].reportEnd);
        }
        uint256 last = _teams[id].allEarnedAt + _teams[id].terms.reviewSeconds;
        if (_isFormed(id) && _teams[id].allEarnedAt != 0 && block.timestamp < last) vm.warp(last);
        bool allowed = _mayClose(id, _betSettled(id));
        string memory step = block.timestamp < _teams[id].reportEnd ? "close early" : "close";
        _try(step, allowed, _nodes[0], address(groups), abi.encodeCall(groups.close, id));
    }

    // ---- money ----

    function release(uint256 seed) external booked {
        if (count == 0) return;
        for (uint256 i; i < _tries(); ++i) {
            (uint256 id, uint256 roleId, address node) = _pick(seed, i);
            uint256 round = 1 + (seed >> 128) % _parts[id][roleId].round;
            uint256 place = _entryOf(id, roleId, round, node);
            bool allowed = place != 0 && _entries[id][roleId][round][place - 1].stake != 0
                && _isFree(id, roleId, round, _entries[id][roleId][round][place - 1]);
            if (!allowed && i != 0) continue;
            bytes memory data = abi.encodeCall(pay.releaseStake, (id, roleId, round, node));
            _try("release", allowed, _strangers[0], address(pay), data);
            if (allowed) return;
        }
    }

    function payOut(uint256 seed) external booked {
        if (count == 0) return;
        for (uint256 i; i < _tries(); ++i) {
            (uint256 id, uint256 roleId,) = _pick(seed, i);
            uint256 round = 1 + (seed >> 128) % _parts[id][roleId].round;
            Turn storage turn = _turns[id][roleId][round];
            bool allowed = turn.earned > turn.paid;
            if (!allowed && i != 0) continue;
            bytes memory data = abi.encodeCall(pay.payEarnings, (id, roleId, round));
            _try("pay", allowed, _strangers[0], address(pay), data);
            if (allowed) return;
        }
    }

    function returnBudget(uint256 seed) external booked {
        for (uint256 i; i < count; ++i) {
            uint256 id = _groupAt(seed, i);
            Team storage team = _teams[id];
            bool allowed = !_isOpen(id) && !_isFormed(id) && !team.returned && team.budget > team.earned;
            _try("return", allowed, _strangers[0], address(pay), abi.encodeCall(pay.returnBudget, id));
        }
    }

    // ---- the world ----

    function score(uint256 seed, uint16 bps) external {
        moved = false;
        ++taken["score"];
        credit.set(_nodes[seed % _nodes.length], bps % 4 * 3000);
    }

    function wait(uint256 time) external {
        moved = false;
        ++taken["wait"];
        skip(bound(time, 1, time % 16 == 0 ? 1 days : 20 minutes));
    }

    /// The post is handed over, or vacated and, two days later, taken by whom the admin announced.
    function changeHands(uint256 seed) external {
        moved = false;
        address heir = _reporters[seed % _reporters.length];
        if (_reporter != address(0) && (seed >> 128) % 4 != 0) {
            if (heir == _reporter) return;
            vm.prank(_reporter);
            participants.offerPost(reporterPost, heir);
            vm.prank(heir);
            participants.takePost(reporterPost);
            ++taken["hand over"];
            _reporter = heir;
        } else if (_reporter != address(0)) {
            vm.startPrank(admin);
            participants.vacatePost(reporterPost);
            participants.announceReplacement(reporterPost, heir);
            vm.stopPrank();
            ++taken["vacate"];
            (_reporter, _replacement, _takeableAt) = (address(0), heir, block.timestamp + 2 days);
        } else {
            if (block.timestamp < _takeableAt && seed % 2 == 0) return;
            if (block.timestamp < _takeableAt) vm.warp(_takeableAt);
            // Announced anew when nobody came in time.
            if (block.timestamp >= _takeableAt + 14 days) {
                vm.prank(admin);
                participants.announceReplacement(reporterPost, _replacement);
                _takeableAt = block.timestamp + 2 days;
                return;
            }
            vm.prank(_replacement);
            participants.takePost(reporterPost);
            ++taken["replace"];
            _reporter = _replacement;
        }
    }

    /// Anybody calls any function with any arguments: what comes of it, the book says, and every promise holds.
    function intrude(uint256 seed) external booked {
        address[3] memory targets = [address(groups), address(pay), address(reviews)];
        address who = _anybody(seed);
        bytes memory data = abi.encodePacked(_selector(seed >> 16));
        for (uint256 i; i < 8; ++i) {
            data = abi.encodePacked(data, _word(uint256(keccak256(abi.encode(seed, i))), i));
        }
        vm.prank(who);
        (bool done,) = targets[(seed >> 8) % 3].call(data);
        ++taken[done ? "intrude" : "intrude in vain"];
    }

    function _anybody(uint256 seed) private view returns (address) {
        uint256 which = seed % 8;
        if (which < 4) return _nodes[which % _nodes.length];
        if (which == 4) return leader;
        if (which == 5) return admin;
        return which == 6 ? _reporters[(seed >> 4) % _reporters.length] : _strangers[(seed >> 4) % _strangers.length];
    }

    function _selector(uint256 seed) private view returns (bytes4) {
        bytes4[20] memory all = [
            groups.grabRole.selector,
            groups.openPlan.selector,
            groups.selectCandidate.selector,
            groups.rejectCandidate.selector,
            groups.form.selector,
            groups.dissolve.selector,
            groups.bindBet.selector,
            groups.close.selector,
            groups.reopenRole.selector,
            groups.resignRole.selector,
            groups.seatRole.selector,
            groups.addRole.selector,
            groups.extendWork.selector,
            groups.consentToEnd.selector,
            pay.takeBudget.selector,
            pay.takeStake.selector,
            pay.reportProgress.selector,
            pay.releaseStake.selector,
            pay.payEarnings.selector,
            reviews.recordReview.selector
        ];
        uint256 which = seed % 23;
        if (which < 20) return all[which];
        if (which == 20) return pay.returnBudget.selector;
        return which == 21 ? reviews.recordFeedback.selector : bytes4(keccak256("bindGroups()"));
    }

    /// The first words are mostly numbers of what there is.
    function _word(uint256 seed, uint256 place) private view returns (bytes32) {
        uint256 kind = seed % (place < 2 ? 8 : 4);
        if (kind > 2) return bytes32((seed >> 8) % 4);
        if (kind == 0) return bytes32(uint256(uint160(_anybody(seed >> 8))));
        return kind == 1 ? bytes32((seed >> 8) % 10_001) : bytes32(seed);
    }
}
