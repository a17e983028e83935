// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { ICreditRegistry } from "../identity/interfaces/ICreditRegistry.sol";
import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Offices } from "../identity/Offices.sol";
import { Amounts } from "../libraries/Amounts.sol";
import { IBetOutcomes } from "../bets/interfaces/IBetOutcomes.sol";
import { IChainGroups } from "./interfaces/IChainGroups.sol";

/// @title ChainGroups
/// @notice See {IChainGroups}.
contract ChainGroups is IChainGroups, ReentrancyGuard {
    using SafeERC20 for IERC20;

    uint256 public constant MAX_ROLES = 32; // published with a group
    uint256 public constant MAX_ROUNDS = 16; // holders of one role
    uint128 public constant MAX_AMOUNT = 2 ** 60; // of a pledge, a stake, a budget, a review's weight
    uint32 public constant MIN_WINDOW_SECONDS = 1 minutes; // time for a transaction to be included
    uint32 public constant MAX_WINDOW_SECONDS = 90 days; // of grabs, and of selection
    uint32 public constant MIN_WORK_SECONDS = 1 hours;
    uint32 public constant MAX_WORK_SECONDS = 2 * 365 days;
    uint32 public constant MIN_REPORT_SECONDS = 1 days; // a reporter needs time to come back from an outage
    uint32 public constant MAX_REPORT_SECONDS = 90 days;
    uint32 public constant MAX_BET_SECONDS = 180 days; // a group waits no longer for its bet
    uint16 public constant MAX_BPS = 10_000;

    IParticipants private immutable _PARTICIPANTS;
    ICreditRegistry private immutable _CREDIT;
    IERC20 private immutable _TOKEN;
    IBetOutcomes private immutable _BETS;

    uint256 private _lastGroupId;
    mapping(uint256 groupId => Group) private _groups;
    mapping(uint256 groupId => mapping(uint256 roleId => Role)) private _roles;
    mapping(uint256 groupId => mapping(uint256 roleId => mapping(uint256 round => Round))) private _rounds;
    mapping(uint256 groupId => mapping(uint256 roleId => mapping(uint256 round => mapping(address => Candidate))))
        private _candidates;
    // Rounds for which an account stands while the group is open, or that it holds or held once it formed.
    mapping(uint256 groupId => mapping(address account => uint256)) private _places;
    mapping(uint256 groupId => mapping(uint256 roleId => mapping(address account => bool))) private _replaced;
    mapping(address leader => mapping(bytes32 needRef => uint256 groupId)) private _groupFor;
    mapping(address reporter => mapping(bytes32 ref => bool)) private _seen;

    constructor(IParticipants participants, ICreditRegistry credit, IERC20 token, IBetOutcomes bets) {
        _PARTICIPANTS = participants;
        _CREDIT = credit;
        _TOKEN = token;
        _BETS = bets;
    }

    /* OPEN */

    /// @inheritdoc IChainGroups
    function openGroup(GroupTerms calldata terms, RoleTerms[] calldata roles)
        external
        nonReentrant
        returns (uint256 groupId)
    {
        if (!_PARTICIPANTS.isActive(msg.sender, Offices.NODE)) revert ChainGroups_NotANode(msg.sender);
        if (_PARTICIPANTS.obligationsPaused()) revert ChainGroups_ObligationsPaused();
        _checkTerms(terms);
        if (roles.length == 0 || roles.length > MAX_ROLES) {
            revert ChainGroups_RolesOutOfBounds(roles.length, MAX_ROLES);
        }

        groupId = ++_lastGroupId;
        _groupFor[msg.sender][terms.needRef] = groupId;
        uint128 budget = _addRoles(groupId, roles);
        Group storage record = _groups[groupId];
        _write(record, terms);
        record.roles = uint8(roles.length);
        record.budget = budget;
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
        if (budget != 0) _TOKEN.safeTransferFrom(msg.sender, address(this), budget);
    }

    /* GRAB */

    /// @inheritdoc IChainGroups
    function grabRole(uint256 groupId, uint256 roleId, uint128 pledge, bytes32 planRef) external nonReentrant {
        Group storage record = _known(groupId);
        Role storage part = _knownRole(groupId, roleId);
        uint256 round = part.round;
        _checkNode(groupId, roleId, record);
        _checkUndecided(groupId, roleId, record, round);
        if (_candidates[groupId][roleId][round][msg.sender].index != 0) {
            revert ChainGroups_AlreadyGrabbed(groupId, roleId, msg.sender);
        }
        if (planRef == bytes32(0)) revert ChainGroups_ZeroReference();
        RoleTerms storage terms = part.terms;
        if (pledge < terms.floor || pledge > MAX_AMOUNT) {
            revert ChainGroups_PledgeOutOfBounds(groupId, pledge, terms.floor, MAX_AMOUNT);
        }
        uint16 creditBps = _CREDIT.scoreOf(msg.sender);
        if (creditBps < terms.minCreditBps) {
            revert ChainGroups_CreditTooLow(groupId, msg.sender, creditBps, terms.minCreditBps);
        }
        (uint40 grabEnd,) = _windows(record, groupId, roleId, round);
        if (block.timestamp >= grabEnd) revert ChainGroups_GrabClosed(groupId, block.timestamp, grabEnd);

        Round storage filling = _rounds[groupId][roleId][round];
        Candidate memory entry = Candidate({
            planRef: planRef, pledge: pledge, stake: terms.stake, index: ++filling.candidates, creditBps: creditBps
        });
        _candidates[groupId][roleId][round][msg.sender] = entry;
        bool leads = _leads(groupId, roleId, round, filling, entry);
        if (leads) _stand(groupId, record, filling, msg.sender, pledge);
        _emitGrab(groupId, roleId, round, entry, leads);
        if (entry.stake != 0) _TOKEN.safeTransferFrom(msg.sender, address(this), entry.stake);
    }

    /// @inheritdoc IChainGroups
    function openPlan(uint256 groupId, uint256 roleId, uint256 round, bytes32 planHash, bytes32 salt) external {
        Group storage record = _known(groupId);
        Candidate storage entry = _knownCandidate(groupId, roleId, round, msg.sender);
        bytes32 opened = sealPlan(groupId, roleId, msg.sender, planHash, salt);
        if (opened != entry.planRef) revert ChainGroups_PlanMismatch(groupId, roleId, opened, entry.planRef);
        (uint40 grabEnd,) = _windows(record, groupId, roleId, round);
        if (block.timestamp < grabEnd) revert ChainGroups_GrabStillOpen(groupId, block.timestamp, grabEnd);
        emit PlanOpened(groupId, roleId, msg.sender, round, planHash);
    }

    /* SELECT */

    /// @inheritdoc IChainGroups
    function selectCandidate(uint256 groupId, uint256 roleId, address node) external {
        Group storage record = _known(groupId);
        uint256 round = _knownRole(groupId, roleId).round;
        if (msg.sender != record.leader) revert ChainGroups_NotTheLeader(groupId, msg.sender);
        _checkUndecided(groupId, roleId, record, round);
        Round storage filling = _rounds[groupId][roleId][round];
        if (filling.selected) revert ChainGroups_AlreadySelected(groupId, roleId, filling.standing);
        uint128 pledge = _knownCandidate(groupId, roleId, round, node).pledge;
        bool open = record.status == GroupStatus.Open;
        if (open) {
            uint256 pledged = uint256(record.pledged) - filling.pledge + pledge;
            if (pledged < record.target) {
                revert ChainGroups_SelectionMissesTarget(groupId, pledged, record.target);
            }
        }
        (uint40 grabEnd, uint40 selectEnd) = _windows(record, groupId, roleId, round);
        if (block.timestamp < grabEnd) revert ChainGroups_GrabStillOpen(groupId, block.timestamp, grabEnd);
        if (block.timestamp >= selectEnd) revert ChainGroups_SelectionClosed(groupId, block.timestamp, selectEnd);

        filling.selected = true;
        if (open) record.selected += 1;
        _stand(groupId, record, filling, node, pledge);
        emit CandidateSelected(groupId, roleId, node, round, pledge);
        if (!open) _seat(groupId, roleId, round, record, filling);
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
        if (block.timestamp >= record.workEnd) {
            revert ChainGroups_WorkOver(groupId, block.timestamp, record.workEnd);
        }

        record.status = GroupStatus.Formed;
        record.formedAt = uint40(block.timestamp);
        emit GroupFormed(groupId, record.leader, record.pledged);
    }

    /// @inheritdoc IChainGroups
    function dissolve(uint256 groupId) external {
        Group storage record = _inStatus(groupId, GroupStatus.Open);
        if (block.timestamp < record.grabEnd) {
            revert ChainGroups_GrabStillOpen(groupId, block.timestamp, record.grabEnd);
        }
        if (_isCovered(record) && block.timestamp < record.workEnd) {
            revert ChainGroups_CanStillForm(groupId, block.timestamp, record.workEnd);
        }

        record.status = GroupStatus.Dissolved;
        emit GroupDissolved(groupId, record.leader, record.filled, record.pledged);
    }

    /// @inheritdoc IChainGroups
    function bindBet(uint256 groupId, uint256 betId) external {
        Group storage record = _known(groupId);
        if (msg.sender != record.leader) revert ChainGroups_NotTheLeader(groupId, msg.sender);
        _checkStatus(groupId, record, GroupStatus.Formed);
        if (record.betId != 0) revert ChainGroups_BetAlreadyBound(groupId, record.betId);
        uint256 actual = _BETS.groupOf(betId);
        if (actual != groupId) revert ChainGroups_BetOfAnotherGroup(groupId, betId, actual);
        address sponsor = _BETS.sponsorOf(betId);
        if (sponsor != msg.sender) revert ChainGroups_BetOfAnotherSponsor(groupId, betId, sponsor, msg.sender);
        if (!_BETS.isActive(betId)) revert ChainGroups_BetNotActive(groupId, betId);
        _checkWorking(groupId, record);

        record.betId = betId;
        emit GroupBetBound(groupId, msg.sender, betId);
    }

    /* WORK */

    /// @inheritdoc IChainGroups
    function reportProgress(uint256 groupId, uint256 roleId, uint256 round, uint16 earnedBps, bytes32 evidenceRef)
        external
    {
        (Group storage record, Role storage part, Round storage filling) = _reported(groupId, roleId, round);
        if (earnedBps <= part.earnedBps || earnedBps > MAX_BPS) {
            revert ChainGroups_ProgressOutOfBounds(groupId, roleId, earnedBps, part.earnedBps);
        }
        _useReference(evidenceRef);

        uint128 earned = uint128(Amounts.cumulativeDown(part.terms.pay, earnedBps, MAX_BPS));
        uint128 amount = earned - part.earned;
        part.earnedBps = earnedBps;
        part.earned = earned;
        filling.earned += amount;
        record.earned += amount;
        emit ProgressReported(groupId, roleId, filling.standing, round, earnedBps, amount, evidenceRef);
    }

    /// @inheritdoc IChainGroups
    function recordReview(
        uint256 groupId,
        uint256 roleId,
        uint256 round,
        uint16 scoreBps,
        uint128 weight,
        bytes32 reviewRef
    ) external {
        (,, Round storage filling) = _reported(groupId, roleId, round);
        if (filling.endedAt != 0) revert ChainGroups_RoundOver(groupId, roleId, round);
        if (scoreBps > MAX_BPS) revert ChainGroups_ScoreOutOfBounds(scoreBps, MAX_BPS);
        if (weight == 0 || weight > MAX_AMOUNT) revert ChainGroups_WeightOutOfBounds(weight, MAX_AMOUNT);
        _useReference(reviewRef);

        filling.reviews += 1;
        filling.reviewWeight += weight;
        filling.reviewWeighted += uint256(weight) * scoreBps;
        emit ReviewRecorded(groupId, roleId, filling.standing, round, scoreBps, weight, reviewRef);
    }

    /* RESTRUCTURE */

    /// @inheritdoc IChainGroups
    function reopenRole(uint256 groupId, uint256 roleId) external {
        Group storage record = _known(groupId);
        Role storage part = _knownRole(groupId, roleId);
        uint256 round = part.round;
        Round storage filling = _rounds[groupId][roleId][round];
        bool held = _isHeld(record, filling, round);
        if (!held && msg.sender != record.leader) revert ChainGroups_NotTheLeader(groupId, msg.sender);
        _checkStatus(groupId, record, GroupStatus.Formed);
        if (held) _checkReviews(groupId, roleId, part.terms, filling);
        else _checkDeserted(groupId, roleId, filling);
        if (round >= MAX_ROUNDS) revert ChainGroups_TooManyRounds(groupId, roleId, MAX_ROUNDS);
        _checkWorking(groupId, record);

        address former = filling.standing;
        if (held) {
            filling.endedAt = uint40(block.timestamp);
            record.filled -= 1;
            record.pledged -= filling.pledge;
            _replaced[groupId][roleId][former] = true;
        }
        part.round = uint8(++round);
        Round storage next = _rounds[groupId][roleId][round];
        next.grabEnd = _earlier(uint40(block.timestamp) + record.grabSeconds, record.workEnd);
        next.selectEnd = _earlier(next.grabEnd + record.selectSeconds, record.workEnd);
        emit RoleReopened(groupId, roleId, former, round, next.grabEnd, next.selectEnd);
    }

    /// @inheritdoc IChainGroups
    function seatRole(uint256 groupId, uint256 roleId) external {
        Group storage record = _known(groupId);
        uint256 round = _knownRole(groupId, roleId).round;
        _checkStatus(groupId, record, GroupStatus.Formed);
        _checkUndecided(groupId, roleId, record, round);
        Round storage filling = _rounds[groupId][roleId][round];
        if (filling.standing == address(0)) revert ChainGroups_NobodyStands(groupId, roleId);
        if (block.timestamp < filling.selectEnd) {
            revert ChainGroups_SelectionStillOpen(groupId, block.timestamp, filling.selectEnd);
        }
        _checkWorking(groupId, record);

        _seat(groupId, roleId, round, record, filling);
    }

    /* CLOSE */

    /// @inheritdoc IChainGroups
    function close(uint256 groupId) external {
        Group storage record = _inStatus(groupId, GroupStatus.Formed);
        uint256 betId = record.betId;
        uint256 lastEnd = uint256(record.reportEnd) + MAX_BET_SECONDS;
        // After lastEnd the bet contract is not even asked.
        if (betId != 0 && block.timestamp < lastEnd && _BETS.settledAt(betId) == 0) {
            revert ChainGroups_BetStillOpen(groupId, betId, block.timestamp, lastEnd);
        }
        bool complete = betId != 0 && record.earned == record.budget;
        if (!complete && block.timestamp < record.reportEnd) {
            revert ChainGroups_ReportsStillOpen(groupId, block.timestamp, record.reportEnd);
        }

        record.status = GroupStatus.Settled;
        record.settledAt = uint40(block.timestamp);
        emit GroupSettled(groupId, record.leader, betId, record.earned, record.budget - record.earned);
    }

    /* WITHDRAW */

    /// @inheritdoc IChainGroups
    function releaseStake(uint256 groupId, uint256 roleId, uint256 round, address node) external nonReentrant {
        Group storage record = _known(groupId);
        Candidate storage entry = _knownCandidate(groupId, roleId, round, node);
        uint128 stake = entry.stake;
        if (stake == 0) revert ChainGroups_NoStakeHeld(groupId, roleId, round, node);
        if (!_isReleased(record, _rounds[groupId][roleId][round], round, node)) {
            revert ChainGroups_StakeStillBound(groupId, roleId, node);
        }

        entry.stake = 0;
        emit StakeReleased(groupId, roleId, node, round, stake);
        _TOKEN.safeTransfer(node, stake);
    }

    /// @inheritdoc IChainGroups
    function payEarnings(uint256 groupId, uint256 roleId, uint256 round) external nonReentrant {
        Round storage filling = _rounds[groupId][roleId][round];
        uint128 amount = filling.earned - filling.paid;
        if (amount == 0) revert ChainGroups_NothingEarned(groupId, roleId, round);

        filling.paid = filling.earned;
        emit EarningsPaid(groupId, roleId, filling.standing, round, amount);
        _TOKEN.safeTransfer(filling.standing, amount);
    }

    /// @inheritdoc IChainGroups
    function returnBudget(uint256 groupId) external nonReentrant {
        Group storage record = _known(groupId);
        if (record.status != GroupStatus.Dissolved && record.status != GroupStatus.Settled) {
            revert ChainGroups_BudgetStillBound(groupId, record.status);
        }
        uint128 amount = record.budget - record.earned;
        if (record.budgetReturned || amount == 0) revert ChainGroups_NoBudgetHeld(groupId);

        record.budgetReturned = true;
        emit BudgetReturned(groupId, record.leader, amount);
        _TOKEN.safeTransfer(record.leader, amount);
    }

    /* VIEWS */

    /// @inheritdoc IChainGroups
    function sealPlan(uint256 groupId, uint256 roleId, address node, bytes32 planHash, bytes32 salt)
        public
        view
        returns (bytes32)
    {
        return keccak256(abi.encode(block.chainid, address(this), groupId, roleId, node, planHash, salt));
    }

    /// @inheritdoc IChainGroups
    function group(uint256 groupId) external view returns (Group memory) {
        return _groups[groupId];
    }

    /// @inheritdoc IChainGroups
    function role(uint256 groupId, uint256 roleId) external view returns (Role memory) {
        return _roles[groupId][roleId];
    }

    /// @inheritdoc IChainGroups
    function roundOf(uint256 groupId, uint256 roleId, uint256 round) external view returns (Round memory filling) {
        filling = _rounds[groupId][roleId][round];
        if (round == 1) {
            Group storage record = _groups[groupId];
            filling.grabEnd = record.grabEnd;
            filling.selectEnd = record.selectEnd;
            filling.seatedAt = record.formedAt;
        }
    }

    /// @inheritdoc IChainGroups
    function candidate(uint256 groupId, uint256 roleId, uint256 round, address node)
        external
        view
        returns (Candidate memory)
    {
        return _candidates[groupId][roleId][round][node];
    }

    /// @inheritdoc IChainGroups
    function holderOf(uint256 groupId, uint256 roleId) external view returns (address) {
        uint256 round = _roles[groupId][roleId].round;
        Round storage filling = _rounds[groupId][roleId][round];
        return _isHeld(_groups[groupId], filling, round) ? filling.standing : address(0);
    }

    /// @inheritdoc IChainGroups
    function isMember(uint256 groupId, address account) external view returns (bool) {
        Group storage record = _groups[groupId];
        return record.formedAt != 0 && (account == record.leader || _places[groupId][account] != 0);
    }

    /// @inheritdoc IChainGroups
    function settledAt(uint256 groupId) external view returns (uint40) {
        return _groups[groupId].settledAt;
    }

    /// @inheritdoc IChainGroups
    function groupFor(address leader, bytes32 needRef) external view returns (uint256 groupId) {
        return _groupFor[leader][needRef];
    }

    /* STANDING */

    /// @dev Higher pledge, then better credit at the grab, then earlier grab, which a later one never is.
    function _leads(uint256 groupId, uint256 roleId, uint256 round, Round storage filling, Candidate memory entry)
        private
        view
        returns (bool)
    {
        address best = filling.standing;
        if (best == address(0)) return true;
        if (entry.pledge != filling.pledge) return entry.pledge > filling.pledge;
        return entry.creditBps > _candidates[groupId][roleId][round][best].creditBps;
    }

    /// @dev While the group is open, all that stand count as its members to be; later only those that are seated do.
    function _stand(uint256 groupId, Group storage record, Round storage filling, address node, uint128 pledge)
        private
    {
        if (record.status == GroupStatus.Open) {
            address before = filling.standing;
            if (before == address(0)) record.filled += 1;
            else _places[groupId][before] -= 1;
            _places[groupId][node] += 1;
            record.pledged = record.pledged - filling.pledge + pledge;
        }
        filling.standing = node;
        filling.pledge = pledge;
    }

    function _seat(uint256 groupId, uint256 roleId, uint256 round, Group storage record, Round storage filling)
        private
    {
        filling.seatedAt = uint40(block.timestamp);
        record.filled += 1;
        record.pledged += filling.pledge;
        _places[groupId][filling.standing] += 1;
        emit RoleSeated(groupId, roleId, filling.standing, round, filling.pledge);
    }

    function _isCovered(Group storage record) private view returns (bool) {
        return record.filled == record.roles && record.pledged >= record.target;
    }

    /// @dev True from the decision on, also after the role was reopened.
    function _isDecided(Group storage record, Round storage filling, uint256 round) private view returns (bool) {
        return round == 1 ? record.formedAt != 0 : filling.seatedAt != 0;
    }

    function _isHeld(Group storage record, Round storage filling, uint256 round) private view returns (bool) {
        return _isDecided(record, filling, round) && filling.endedAt == 0;
    }

    function _isReleased(Group storage record, Round storage filling, uint256 round, address node)
        private
        view
        returns (bool)
    {
        if (record.status == GroupStatus.Open) return false;
        if (record.status != GroupStatus.Formed) return true;
        if (!_isDecided(record, filling, round)) return block.timestamp >= record.workEnd;
        return node != filling.standing || filling.endedAt != 0;
    }

    /// @dev The first round has the group's windows, so that opening writes none for each role.
    function _windows(Group storage record, uint256 groupId, uint256 roleId, uint256 round)
        private
        view
        returns (uint40 grabEnd, uint40 selectEnd)
    {
        if (round == 1) return (record.grabEnd, record.selectEnd);
        Round storage filling = _rounds[groupId][roleId][round];
        return (filling.grabEnd, filling.selectEnd);
    }

    /* CHECKS */

    function _known(uint256 groupId) private view returns (Group storage record) {
        record = _groups[groupId];
        if (record.status == GroupStatus.None) revert ChainGroups_Unknown(groupId);
    }

    function _knownRole(uint256 groupId, uint256 roleId) private view returns (Role storage part) {
        part = _roles[groupId][roleId];
        if (part.round == 0) revert ChainGroups_UnknownRole(groupId, roleId);
    }

    function _knownCandidate(uint256 groupId, uint256 roleId, uint256 round, address node)
        private
        view
        returns (Candidate storage entry)
    {
        entry = _candidates[groupId][roleId][round][node];
        if (entry.index == 0) revert ChainGroups_UnknownCandidate(groupId, roleId, round, node);
    }

    function _inStatus(uint256 groupId, GroupStatus expected) private view returns (Group storage record) {
        record = _known(groupId);
        _checkStatus(groupId, record, expected);
    }

    function _checkStatus(uint256 groupId, Group storage record, GroupStatus expected) private view {
        if (record.status != expected) revert ChainGroups_WrongStatus(groupId, record.status, expected);
    }

    function _checkWorking(uint256 groupId, Group storage record) private view {
        if (block.timestamp >= record.workEnd) {
            revert ChainGroups_WorkOver(groupId, block.timestamp, record.workEnd);
        }
    }

    function _checkTerms(GroupTerms calldata terms) private view {
        if (terms.needRef == bytes32(0)) revert ChainGroups_ZeroReference();
        uint256 living = _groupFor[msg.sender][terms.needRef];
        if (living != 0 && _groups[living].status != GroupStatus.Dissolved) {
            revert ChainGroups_NeedTaken(terms.needRef, living);
        }
        if (terms.reporter == msg.sender) revert ChainGroups_LeaderCannotReport(msg.sender);
        if (!_isReporter(terms.reporter)) revert ChainGroups_NotAReporter(terms.reporter);
        if (terms.target == 0 || terms.target > MAX_AMOUNT) {
            revert ChainGroups_TargetOutOfBounds(terms.target, MAX_AMOUNT);
        }
        _checkWindow(terms.grabSeconds, MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS);
        _checkWindow(terms.selectSeconds, MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS);
        _checkWindow(terms.workSeconds, MIN_WORK_SECONDS, MAX_WORK_SECONDS);
        _checkWindow(terms.reportSeconds, MIN_REPORT_SECONDS, MAX_REPORT_SECONDS);
    }

    function _checkWindow(uint32 window, uint32 min, uint32 max) private pure {
        if (window < min || window > max) revert ChainGroups_WindowOutOfBounds(window, min, max);
    }

    function _checkRole(uint256 roleId, RoleTerms calldata terms) private pure {
        if (terms.roleRef == bytes32(0)) revert ChainGroups_ZeroReference();
        if (terms.floor > MAX_AMOUNT) revert ChainGroups_AmountOutOfBounds(terms.floor, MAX_AMOUNT);
        if (terms.stake > MAX_AMOUNT) revert ChainGroups_AmountOutOfBounds(terms.stake, MAX_AMOUNT);
        if (terms.minCreditBps > MAX_BPS) revert ChainGroups_RateOutOfBounds(terms.minCreditBps, MAX_BPS);
        if (terms.reviewMarkBps > MAX_BPS) revert ChainGroups_RateOutOfBounds(terms.reviewMarkBps, MAX_BPS);
        if (terms.reviewMarkBps != 0 && terms.minReviews == 0) revert ChainGroups_ReviewsMissing(roleId);
    }

    function _checkNode(uint256 groupId, uint256 roleId, Group storage record) private view {
        if (!_PARTICIPANTS.isActive(msg.sender, Offices.NODE)) revert ChainGroups_NotANode(msg.sender);
        if (msg.sender == record.leader) revert ChainGroups_LeaderCannotGrab(groupId, msg.sender);
        if (msg.sender == record.reporter) revert ChainGroups_ReporterCannotGrab(groupId, msg.sender);
        if (_replaced[groupId][roleId][msg.sender]) {
            revert ChainGroups_FormerHolderCannotGrab(groupId, roleId, msg.sender);
        }
        if (_PARTICIPANTS.obligationsPaused()) revert ChainGroups_ObligationsPaused();
    }

    /// @dev The group is open, or formed with this role reopened and not yet seated.
    function _checkUndecided(uint256 groupId, uint256 roleId, Group storage record, uint256 round) private view {
        if (record.status == GroupStatus.Open) return;
        _checkStatus(groupId, record, GroupStatus.Formed);
        Round storage filling = _rounds[groupId][roleId][round];
        if (_isDecided(record, filling, round)) revert ChainGroups_RoleHeld(groupId, roleId, filling.standing);
    }

    function _checkReviews(uint256 groupId, uint256 roleId, RoleTerms storage terms, Round storage filling)
        private
        view
    {
        uint32 reviews = filling.reviews;
        if (reviews == 0 || reviews < terms.minReviews) {
            revert ChainGroups_TooFewReviews(groupId, roleId, reviews, terms.minReviews);
        }
        uint256 weight = filling.reviewWeight;
        uint256 weighted = filling.reviewWeighted;
        if (weighted >= weight * terms.reviewMarkBps) {
            uint16 meanBps = uint16(weighted / weight); // down; at most 10,000, as every rating
            revert ChainGroups_ReviewsKeepTheMark(groupId, roleId, meanBps, terms.reviewMarkBps);
        }
    }

    function _checkDeserted(uint256 groupId, uint256 roleId, Round storage filling) private view {
        if (filling.standing != address(0)) {
            revert ChainGroups_SomebodyStands(groupId, roleId, filling.standing);
        }
        if (block.timestamp < filling.grabEnd) {
            revert ChainGroups_GrabStillOpen(groupId, block.timestamp, filling.grabEnd);
        }
    }

    function _reported(uint256 groupId, uint256 roleId, uint256 round)
        private
        view
        returns (Group storage record, Role storage part, Round storage filling)
    {
        record = _known(groupId);
        part = _knownRole(groupId, roleId);
        filling = _rounds[groupId][roleId][round];
        if (msg.sender != record.reporter || !_isReporter(msg.sender)) {
            revert ChainGroups_NotTheReporter(groupId, msg.sender);
        }
        _checkStatus(groupId, record, GroupStatus.Formed);
        if (!_isDecided(record, filling, round)) revert ChainGroups_NobodySeated(groupId, roleId, round);
    }

    function _isReporter(address account) private view returns (bool) {
        return IAccessControl(address(_PARTICIPANTS)).hasRole(Offices.REPORTER, account);
    }

    /* WRITES */

    function _addRoles(uint256 groupId, RoleTerms[] calldata roles) private returns (uint128) {
        uint256 budget;
        for (uint256 i; i < roles.length; ++i) {
            _checkRole(i + 1, roles[i]);
            budget += roles[i].pay;
            _roles[groupId][i + 1].terms = roles[i];
            _roles[groupId][i + 1].round = 1;
        }
        if (budget > MAX_AMOUNT) revert ChainGroups_AmountOutOfBounds(budget, MAX_AMOUNT);
        return uint128(budget);
    }

    function _write(Group storage record, GroupTerms calldata terms) private {
        uint40 grabEnd = uint40(block.timestamp) + terms.grabSeconds;
        uint40 selectEnd = grabEnd + terms.selectSeconds;
        uint40 workEnd = selectEnd + terms.workSeconds;
        record.leader = msg.sender;
        record.status = GroupStatus.Open;
        record.reporter = terms.reporter;
        record.grabEnd = grabEnd;
        record.selectEnd = selectEnd;
        record.workEnd = workEnd;
        record.reportEnd = workEnd + terms.reportSeconds;
        record.grabSeconds = terms.grabSeconds;
        record.selectSeconds = terms.selectSeconds;
        record.target = terms.target;
        record.needRef = terms.needRef;
    }

    function _emitGrab(uint256 groupId, uint256 roleId, uint256 round, Candidate memory entry, bool leads) private {
        emit RoleGrabbed(
            groupId,
            roleId,
            msg.sender,
            round,
            entry.index,
            entry.pledge,
            entry.stake,
            entry.creditBps,
            entry.planRef,
            leads
        );
    }

    function _useReference(bytes32 ref) private {
        if (ref == bytes32(0)) revert ChainGroups_ZeroReference();
        if (_seen[msg.sender][ref]) revert ChainGroups_ReferenceSeen(msg.sender, ref);
        _seen[msg.sender][ref] = true;
    }

    function _earlier(uint40 left, uint40 right) private pure returns (uint40) {
        return left < right ? left : right;
    }
}
