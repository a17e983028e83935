// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../identity/Offices.sol";
import { BidScoring } from "../../libraries/BidScoring.sol";
import { IChainGroups } from "../interfaces/IChainGroups.sol";
import { GroupRecords } from "./GroupRecords.sol";

/// @title GroupForming
/// @notice From the order to the team: open, grab, select, reject, form or dissolve, and bind the bet.
abstract contract GroupForming is GroupRecords {
    /* OPEN */

    /// @inheritdoc IChainGroups
    function openGroup(GroupTerms calldata terms, RoleTerms[] calldata roles) external returns (uint256 groupId) {
        _checkMayOpen(msg.sender, Offices.NODE);
        uint256 living = _groupFor[msg.sender][terms.needRef];
        if (living != 0 && _groups[living].status != GroupStatus.Dissolved) {
            revert ChainGroups_NeedTaken(terms.needRef, living);
        }
        if (roles.length == 0 || roles.length > MAX_ROLES) {
            revert ChainGroups_RolesOutOfBounds(roles.length, MAX_ROLES);
        }
        uint128 budget = _RULES.checkGroup(terms, roles);

        groupId = _numberOf(++_groupCount);
        _groupFor[msg.sender][terms.needRef] = groupId;
        _writeRoles(groupId, roles);
        Group storage record = _groups[groupId];
        _write(record, terms);
        record.roles = uint8(roles.length);
        emit GroupOpened(
            groupId,
            msg.sender,
            terms.needRef,
            terms,
            roles,
            budget,
            record.grabEnd,
            record.selectEnd,
            record.workEnd,
            record.reportEnd
        );
        _PAY.takeBudget(groupId, msg.sender, budget);
    }

    /* GRAB */

    /// @inheritdoc IChainGroups
    function grabRole(uint256 groupId, uint256 roleId, uint128 pledge, bytes32 planRef) external {
        Group storage record = _known(groupId);
        Role storage roleRecord = _knownRole(groupId, roleId);
        uint256 round = roleRecord.round;
        Round storage roundRecord = _rounds[groupId][roleId][round];
        _checkUndecided(groupId, roleId, record, roundRecord);
        _checkNode(groupId, roleId, round, record);
        _checkReference(planRef);
        RoleTerms storage terms = roleRecord.terms;
        if (pledge < terms.floor || pledge > terms.most) {
            revert ChainGroups_PledgeOutOfBounds(groupId, pledge, terms.floor, terms.most);
        }
        uint16 creditBps = _CREDIT.scoreOf(msg.sender);
        if (creditBps < terms.minCreditBps) {
            revert ChainGroups_CreditTooLow(groupId, msg.sender, creditBps, terms.minCreditBps);
        }
        (uint40 grabEnd,) = _windows(record, roundRecord);
        _checkBefore(_earlier(grabEnd, record.workEnd));

        Candidate memory entry = Candidate({
            planRef: planRef, pledge: pledge, index: ++roundRecord.candidates, creditBps: creditBps, rejected: false
        });
        _candidates[groupId][roleId][round][msg.sender] = entry;
        bool leads = _leads(groupId, roleId, round, terms.creditWeightBps, entry);
        if (leads) _setStanding(groupId, record, roundRecord, msg.sender, pledge);
        uint128 stake = uint128(BidScoring.stakeUp(terms.stake, pledge, terms.stakeBpsOfPledge));
        _emitGrab(groupId, roleId, round, entry, stake, leads);
        if (stake != 0) _PAY.takeStake(groupId, roleId, round, msg.sender, stake);
    }

    /// @inheritdoc IChainGroups
    function openPlan(uint256 groupId, uint256 roleId, uint256 round, bytes32 planHash, bytes32 salt) external {
        Group storage record = _known(groupId);
        Candidate storage entry = _knownCandidate(groupId, roleId, round, msg.sender);
        bytes32 opened =
            keccak256(abi.encode(block.chainid, address(this), groupId, roleId, msg.sender, planHash, salt));
        if (opened != entry.planRef) revert ChainGroups_PlanMismatch(groupId, roleId, opened, entry.planRef);
        (uint40 grabEnd,) = _windows(record, _rounds[groupId][roleId][round]);
        _checkFrom(grabEnd);
        emit PlanOpened(groupId, roleId, msg.sender, round, planHash);
    }

    /* SELECT, REJECT */

    /// @inheritdoc IChainGroups
    function selectCandidate(uint256 groupId, uint256 roleId, address node) external {
        (Group storage record, Round storage roundRecord, uint256 round, Candidate storage entry) =
            _choosing(groupId, roleId, node);
        uint128 pledge = entry.pledge;
        bool open = record.status == GroupStatus.Open;
        if (open) {
            uint256 pledged = uint256(record.pledged) - roundRecord.pledge + pledge;
            uint128 target = record.target;
            if (pledged < target && record.pledged >= target) {
                revert ChainGroups_SelectionMissesTarget(groupId, pledged, target);
            }
            record.selected += 1;
        }

        roundRecord.selected = true;
        _setStanding(groupId, record, roundRecord, node, pledge);
        emit CandidateSelected(groupId, roleId, node, round, pledge);
        if (!open) _seat(groupId, roleId, round, record, roundRecord);
    }

    /// @inheritdoc IChainGroups
    function rejectCandidate(uint256 groupId, uint256 roleId, address node) external {
        (Group storage record, Round storage roundRecord, uint256 round, Candidate storage entry) =
            _choosing(groupId, roleId, node);

        entry.rejected = true;
        bool stood = roundRecord.standing == node;
        if (stood) _setStanding(groupId, record, roundRecord, address(0), 0);
        emit CandidateRejected(groupId, roleId, node, round, stood);
    }

    /* FORM, DISSOLVE */

    /// @inheritdoc IChainGroups
    function form(uint256 groupId) external {
        Group storage record = _inStatus(groupId, GroupStatus.Open);
        if (!_isCovered(record)) {
            revert ChainGroups_NotCovered(groupId, record.filled, record.roles, record.pledged, record.target);
        }
        uint40 formEnd = record.selectEnd;
        if (block.timestamp < formEnd && record.selected < record.roles) {
            revert ChainGroups_SelectionStillOpen(groupId, block.timestamp, formEnd);
        }
        _checkBefore(record.workEnd);

        record.status = GroupStatus.Formed;
        record.formedAt = uint40(block.timestamp);
        uint40 betDueAt = record.betSeconds == 0 ? 0 : uint40(block.timestamp) + record.betSeconds;
        record.betDueAt = betDueAt;
        emit GroupFormed(groupId, record.leader, record.pledged, betDueAt);
    }

    /// @inheritdoc IChainGroups
    function dissolve(uint256 groupId) external {
        Group storage record = _known(groupId);
        if (record.status == GroupStatus.Formed) {
            _checkWithoutBet(groupId, record);
        } else {
            _checkStatus(groupId, record, GroupStatus.Open);
            // Until selectEnd the leader may still fill what is empty: nobody else gives up for it.
            _checkFrom(msg.sender == record.leader ? record.grabEnd : record.selectEnd);
            if (_isCovered(record) && block.timestamp < record.workEnd) {
                revert ChainGroups_CanStillForm(groupId, block.timestamp, record.workEnd);
            }
        }

        record.status = GroupStatus.Dissolved;
        emit GroupDissolved(groupId, record.leader, record.filled, record.pledged);
    }

    /// @inheritdoc IChainGroups
    function bindBet(uint256 groupId, uint256 betId) external {
        Group storage record = _inStatus(groupId, GroupStatus.Formed);
        _checkLeader(groupId, record);
        if (record.betId != 0) revert ChainGroups_BetAlreadyBound(groupId, record.betId);
        uint256 actual = _BETS.groupOf(betId);
        if (actual != groupId) revert ChainGroups_BetOfAnotherGroup(groupId, betId, actual);
        address sponsor = _BETS.sponsorOf(betId);
        if (sponsor != msg.sender) revert ChainGroups_BetOfAnotherSponsor(groupId, betId, sponsor, msg.sender);
        if (!_BETS.isActive(betId)) revert ChainGroups_BetNotActive(groupId, betId);
        _checkBefore(record.workEnd);

        record.betId = betId;
        emit GroupBetBound(groupId, msg.sender, betId);
    }

    /* CHECKS */

    function _checkNode(uint256 groupId, uint256 roleId, uint256 round, Group storage record) private view {
        _checkMayJoin(msg.sender, Offices.NODE);
        if (msg.sender == record.leader) revert ChainGroups_LeaderCannotGrab(groupId, msg.sender);
        if (_leftRole[groupId][roleId][msg.sender]) {
            revert ChainGroups_FormerHolderCannotGrab(groupId, roleId, msg.sender);
        }
        if (_candidates[groupId][roleId][round][msg.sender].index != 0) {
            revert ChainGroups_AlreadyGrabbed(groupId, roleId, msg.sender);
        }
    }

    /// @dev The leader decides about a candidate, in its time.
    function _choosing(uint256 groupId, uint256 roleId, address node)
        private
        view
        returns (Group storage record, Round storage roundRecord, uint256 round, Candidate storage entry)
    {
        record = _known(groupId);
        round = _knownRole(groupId, roleId).round;
        _checkLeader(groupId, record);
        roundRecord = _rounds[groupId][roleId][round];
        _checkUndecided(groupId, roleId, record, roundRecord);
        if (roundRecord.selected) revert ChainGroups_AlreadySelected(groupId, roleId, roundRecord.standing);
        entry = _knownCandidate(groupId, roleId, round, node);
        if (entry.rejected) revert ChainGroups_Rejected(groupId, roleId, node);
        (uint40 grabEnd, uint40 selectEnd) = _windows(record, roundRecord);
        _checkFrom(grabEnd);
        _checkBefore(_earlier(selectEnd, record.workEnd));
    }

    /// @dev The terms ask for a bet, none came in time, and nobody earned anything.
    function _checkWithoutBet(uint256 groupId, Group storage record) private view {
        uint40 betDueAt = record.betDueAt;
        uint128 earned = _PAY.purseOf(groupId).earned;
        if (betDueAt == 0 || record.betId != 0 || earned != 0) {
            revert ChainGroups_GroupGoesOn(groupId, record.betId, betDueAt, earned);
        }
        _checkFrom(betDueAt);
    }

    /// @dev Higher pledge times credit, then better credit at the grab, then earlier grab, which a later one never is.
    function _leads(uint256 groupId, uint256 roleId, uint256 round, uint16 creditWeightBps, Candidate memory entry)
        private
        view
        returns (bool)
    {
        address best = _rounds[groupId][roleId][round].standing;
        if (best == address(0)) return true;
        Candidate storage leading = _candidates[groupId][roleId][round][best];
        uint256 worth = BidScoring.worthOf(entry.pledge, entry.creditBps, creditWeightBps);
        uint256 most = BidScoring.worthOf(leading.pledge, leading.creditBps, creditWeightBps);
        return worth == most ? entry.creditBps > leading.creditBps : worth > most;
    }

    /* WRITES */

    function _writeRoles(uint256 groupId, RoleTerms[] calldata roles) private {
        for (uint256 i; i < roles.length; ++i) {
            _roles[groupId][i + 1].terms = roles[i];
            _roles[groupId][i + 1].round = 1;
        }
    }

    function _write(Group storage record, GroupTerms calldata terms) private {
        uint40 grabEnd = uint40(block.timestamp) + terms.grabSeconds;
        uint40 selectEnd = grabEnd + terms.selectSeconds;
        uint40 workEnd = selectEnd + terms.workSeconds;
        record.leader = msg.sender;
        record.status = GroupStatus.Open;
        record.reporterPost = terms.reporterPost;
        record.grabEnd = grabEnd;
        record.selectEnd = selectEnd;
        record.workEnd = workEnd;
        record.reportEnd = workEnd + terms.reportSeconds;
        record.grabSeconds = terms.grabSeconds;
        record.selectSeconds = terms.selectSeconds;
        record.reviewSeconds = terms.reviewSeconds;
        record.betSeconds = terms.betSeconds;
        record.target = terms.target;
        record.region = terms.region;
    }

    function _emitGrab(
        uint256 groupId,
        uint256 roleId,
        uint256 round,
        Candidate memory entry,
        uint128 stake,
        bool leads
    ) private {
        emit RoleGrabbed(
            groupId, roleId, msg.sender, round, entry.index, entry.pledge, stake, entry.creditBps, entry.planRef, leads
        );
    }
}
