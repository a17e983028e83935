// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { IGroupChanges } from "../../../../contracts/chaingroup/interfaces/IGroupChanges.sol";
import { IGroupPay } from "../../../../contracts/chaingroup/interfaces/IGroupPay.sol";
import { IUserReviews } from "../../../../contracts/chaingroup/interfaces/IUserReviews.sol";
import { Vm } from "../../support/Vm.sol";
import { GroupModel } from "./GroupModel.sol";

/// What a reader of chain groups knows who sees nothing but their logs: the model is written from them, and where a log
/// says a time or an amount that the model computes itself, both must be the same.
abstract contract GroupBook is GroupModel {
    struct GrabLog {
        uint256 round;
        uint32 index;
        uint128 pledge;
        uint128 stake;
        uint16 creditBps;
        bytes32 planRef;
        bool leads;
    }

    bool public moved; // by the last step: a step without a log changed nothing
    int256 public held; // tokens, by deposits and payments
    uint256 public backwards; // how often a state or a round went back, or an end state was left
    uint256 public formedUncovered; // how often a group formed below its target or with an empty role

    modifier booked() {
        vm.recordLogs();
        _;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        moved = logs.length != 0;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics.length < 2) continue;
            uint256 id = uint256(logs[i].topics[1]);
            uint256 second = logs[i].topics.length > 2 ? uint256(logs[i].topics[2]) : 0;
            address who = logs[i].topics.length > 3 ? address(uint160(uint256(logs[i].topics[3]))) : address(0);
            _bookGroup(logs[i], id);
            _bookChoice(logs[i], id, second, who);
            _bookChange(logs[i], id, second, who);
            _bookMoney(logs[i], id, second, who);
        }
    }

    // ---- groups ----

    function _bookGroup(Vm.Log memory log, uint256 id) private {
        bytes32 topic = log.topics[0];
        Team storage team = _teams[id];
        if (topic == IChainGroups.GroupOpened.selector) {
            _bookOpening(log, id);
        } else if (topic == IChainGroups.GroupFormed.selector) {
            _goes(id, IChainGroups.GroupStatus.Open, IChainGroups.GroupStatus.Formed);
            if (!_isCovered(id)) ++formedUncovered;
            team.formedAt = block.timestamp;
            (uint128 pledged, uint40 betDueAt) = abi.decode(log.data, (uint128, uint40));
            team.betDueAt = team.terms.betSeconds == 0 ? 0 : block.timestamp + team.terms.betSeconds;
            assertEq(betDueAt, team.betDueAt, "bet due");
            for (uint256 roleId = 1; roleId <= team.roles; ++roleId) {
                _present(id, roleId).seatedAt = block.timestamp;
                _everHeld[id][_present(id, roleId).standing] = true;
            }
            (, uint256 sum,) = filledOf(id);
            assertEq(pledged, sum, "pledged");
        } else if (topic == IChainGroups.GroupDissolved.selector) {
            if (team.formedAt == 0) _goes(id, IChainGroups.GroupStatus.Open, IChainGroups.GroupStatus.Dissolved);
            else _goes(id, IChainGroups.GroupStatus.Formed, IChainGroups.GroupStatus.Dissolved);
        } else if (topic == IChainGroups.GroupBetBound.selector) {
            team.betId = uint256(log.topics[3]);
        } else if (topic == IChainGroups.GroupSettled.selector) {
            _goes(id, IChainGroups.GroupStatus.Formed, IChainGroups.GroupStatus.Settled);
            team.settledAt = block.timestamp;
            (, uint128 earned, uint128 unearned) = abi.decode(log.data, (uint256, uint128, uint128));
            assertEq(earned, team.earned, "settled earned");
            assertEq(unearned, team.budget - team.earned, "settled unearned");
        }
    }

    function _bookOpening(Vm.Log memory log, uint256 id) private {
        (IChainGroups.GroupTerms memory terms, IChainGroups.RoleTerms[] memory roles, uint128 budget,,,,) = abi.decode(
            log.data, (IChainGroups.GroupTerms, IChainGroups.RoleTerms[], uint128, uint40, uint40, uint40, uint40)
        );
        _goes(id, IChainGroups.GroupStatus.None, IChainGroups.GroupStatus.Open);
        ++count;
        assertEq(id, count, "numbers follow each other");
        Team storage team = _teams[id];
        team.terms = terms;
        team.roles = roles.length;
        team.grabEnd = block.timestamp + terms.grabSeconds;
        team.selectEnd = team.grabEnd + terms.selectSeconds;
        team.workEnd = team.selectEnd + terms.workSeconds;
        team.reportEnd = team.workEnd + terms.reportSeconds;
        team.budget = budget;
        held += int256(uint256(budget));
        for (uint256 i; i < roles.length; ++i) {
            _parts[id][i + 1].terms = roles[i];
            _parts[id][i + 1].round = 1;
            _turns[id][i + 1][1].grabEnd = team.grabEnd;
            _turns[id][i + 1][1].selectEnd = team.selectEnd;
        }
    }

    function _goes(uint256 id, IChainGroups.GroupStatus from, IChainGroups.GroupStatus to) private {
        if (_teams[id].status != from) ++backwards;
        _teams[id].status = to;
    }

    // ---- choices ----

    function _bookChoice(Vm.Log memory log, uint256 id, uint256 roleId, address node) private {
        bytes32 topic = log.topics[0];
        if (topic == IChainGroups.RoleGrabbed.selector) {
            _bookGrab(abi.decode(log.data, (GrabLog)), id, roleId, node);
        } else if (topic == IChainGroups.CandidateSelected.selector) {
            (uint256 round, uint128 pledge) = abi.decode(log.data, (uint256, uint128));
            Turn storage turn = _turns[id][roleId][round];
            turn.selected = true;
            turn.standing = node;
            turn.pledge = pledge;
        } else if (topic == IChainGroups.CandidateRejected.selector) {
            (uint256 round, bool stood) = abi.decode(log.data, (uint256, bool));
            Turn storage turn = _turns[id][roleId][round];
            _entries[id][roleId][round][_entryOf(id, roleId, round, node) - 1].rejected = true;
            assertTrue(stood == (turn.standing == node), "stood");
            if (stood) (turn.standing, turn.pledge) = (address(0), 0);
        }
    }

    function _bookGrab(GrabLog memory log, uint256 id, uint256 roleId, address node) private {
        Entry[] storage all = _entries[id][roleId][log.round];
        all.push(Entry({ node: node, pledge: log.pledge, creditBps: log.creditBps, stake: log.stake, rejected: false }));
        assertEq(log.index, all.length, "index");
        IChainGroups.RoleTerms storage terms = _parts[id][roleId].terms;
        uint256 part = (uint256(log.pledge) * terms.stakeBpsOfPledge + WHOLE - 1) / WHOLE;
        assertEq(log.stake, part > terms.stake ? part : terms.stake, "stake");
        assertTrue(log.leads == (_bestOf(id, roleId, log.round) == node), "the best leads");
        Turn storage turn = _turns[id][roleId][log.round];
        if (log.leads) (turn.standing, turn.pledge) = (node, log.pledge);
        held += int256(uint256(log.stake));
    }

    // ---- changes ----

    function _bookChange(Vm.Log memory log, uint256 id, uint256 roleId, address who) private {
        bytes32 topic = log.topics[0];
        Team storage team = _teams[id];
        if (topic == IGroupChanges.RoleReopened.selector) {
            (uint256 round,,,) = abi.decode(log.data, (uint256, uint8, uint40, uint40));
            if (who != address(0)) {
                Turn storage turn = _present(id, roleId);
                assertEq(who, turn.standing, "former");
                turn.endedAt = block.timestamp;
                turn.consents = false;
                team.holderLeft = true;
                _left[id][roleId][who] = true;
            }
            if (round != ++_parts[id][roleId].round) ++backwards;
            _openTurn(id, roleId);
            if (team.betDueAt != 0) team.betDueAt = _present(id, roleId).selectEnd + team.terms.betSeconds;
        } else if (topic == IGroupChanges.RoleAdded.selector) {
            (IChainGroups.RoleTerms memory terms,,) = abi.decode(log.data, (IChainGroups.RoleTerms, uint40, uint40));
            assertEq(roleId, ++team.roles, "role number");
            Part storage part = _parts[id][roleId];
            (part.terms, part.round, part.added) = (terms, 1, true);
            _openTurn(id, roleId);
            team.budget += terms.pay;
            team.allEarnedAt = 0;
            held += int256(uint256(terms.pay));
        } else if (topic == IGroupChanges.RoleSeated.selector) {
            _present(id, roleId).seatedAt = block.timestamp;
            _everHeld[id][who] = true;
        } else if (topic == IGroupChanges.WorkExtended.selector) {
            (uint8 extendedDays,,) = abi.decode(log.data, (uint8, uint40, uint40));
            uint256 added = (extendedDays - team.extendedDays) * 1 days;
            team.extendedDays = extendedDays;
            team.workEnd += added;
            team.reportEnd += added;
        } else if (topic == IGroupChanges.EndConsentChanged.selector) {
            bool consents = abi.decode(log.data, (bool));
            if (roleId == 0) team.leaderConsents = consents;
            else _present(id, roleId).consents = consents;
        } else if (topic == IGroupChanges.WorkEndedByConsent.selector) {
            (uint256 filled,, uint256 consents) = filledOf(id);
            assertTrue(team.leaderConsents && filled == consents, "all consent");
            uint256 reportSeconds = team.holderLeft ? team.reportEnd - team.workEnd : 0;
            team.ended = true;
            if (block.timestamp < team.workEnd) team.workEnd = block.timestamp;
            uint256 last = block.timestamp + reportSeconds;
            if (last < team.reportEnd) team.reportEnd = last;
        }
    }

    function _openTurn(uint256 id, uint256 roleId) private {
        Turn storage turn = _present(id, roleId);
        uint256 workEnd = _teams[id].workEnd;
        uint256 grabEnd = block.timestamp + _teams[id].terms.grabSeconds;
        turn.grabEnd = grabEnd < workEnd ? grabEnd : workEnd;
        uint256 selectEnd = turn.grabEnd + _teams[id].terms.selectSeconds;
        turn.selectEnd = selectEnd < workEnd ? selectEnd : workEnd;
    }

    // ---- money and words ----

    function _bookMoney(Vm.Log memory log, uint256 id, uint256 roleId, address who) private {
        bytes32 topic = log.topics[0];
        Team storage team = _teams[id];
        if (topic == IGroupPay.ProgressReported.selector) {
            (uint256 round, uint16 earnedBps, uint128 amount,) =
                abi.decode(log.data, (uint256, uint16, uint128, bytes32));
            Part storage part = _parts[id][roleId];
            assertEq(who, _turns[id][roleId][round].standing, "whose work");
            part.earnedBps = earnedBps;
            part.earned += amount;
            team.earned += amount;
            _turns[id][roleId][round].earned += amount;
            if (team.budget != 0 && team.earned == team.budget) team.allEarnedAt = block.timestamp;
        } else if (topic == IUserReviews.ReviewRecorded.selector) {
            (uint256 round, uint16 scoreBps, uint128 weight,) =
                abi.decode(log.data, (uint256, uint16, uint128, bytes32));
            Turn storage turn = _turns[id][roleId][round];
            assertEq(who, turn.standing, "of whom");
            turn.reviews += 1;
            turn.weight += weight;
            turn.weighted += uint256(weight) * scoreBps;
        } else if (topic == IGroupPay.StakeReleased.selector) {
            (uint256 round, uint128 stake) = abi.decode(log.data, (uint256, uint128));
            Entry storage entry = _entries[id][roleId][round][_entryOf(id, roleId, round, who) - 1];
            assertEq(stake, entry.stake, "the whole stake");
            assertTrue(_isFree(id, roleId, round, entry), "a free stake");
            entry.stake = 0;
            held -= int256(uint256(stake));
        } else if (topic == IGroupPay.EarningsPaid.selector) {
            (uint256 round, uint128 amount) = abi.decode(log.data, (uint256, uint128));
            Turn storage turn = _turns[id][roleId][round];
            assertEq(who, turn.standing, "to its holder");
            turn.paid += amount;
            assertEq(turn.paid, turn.earned, "all of it");
            held -= int256(uint256(amount));
        } else if (topic == IGroupPay.BudgetReturned.selector) {
            uint256 amount = abi.decode(log.data, (uint128));
            assertEq(amount, team.budget - team.earned, "what nobody earned");
            assertTrue(!team.returned, "once");
            team.returned = true;
            held -= int256(amount);
        }
    }
}
