// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Amounts } from "../libraries/Amounts.sol";
import { Room } from "../room/Room.sol";
import { BoundToGroups } from "./BoundToGroups.sol";
import { IChainGroups } from "./interfaces/IChainGroups.sol";
import { IGroupPay } from "./interfaces/IGroupPay.sol";

/// @title GroupPay
/// @notice See {IGroupPay}.
contract GroupPay is IGroupPay, Room, BoundToGroups, ReentrancyGuard {
    using SafeERC20 for IERC20;

    uint128 public constant MAX_BUDGET = 2 ** 60;
    uint16 public constant MAX_BPS = 10_000;

    IERC20 private immutable _TOKEN;

    mapping(uint256 groupId => Purse) private _purses;
    mapping(uint256 groupId => mapping(uint256 roleId => RolePay)) private _rolePay;
    mapping(uint256 groupId => mapping(uint256 roleId => mapping(uint256 round => RoundPay))) private _roundPay;
    mapping(uint256 groupId => mapping(uint256 roleId => mapping(uint256 round => mapping(address => uint128)))) private
        _stakes;
    mapping(uint32 reporterPost => mapping(bytes32 ref => bool)) private _seen;

    constructor(IParticipants participants, IERC20 token, uint256 edition) Room(participants, edition) {
        _TOKEN = token;
    }

    /* TAKE */

    /// @inheritdoc IGroupPay
    function takeBudget(uint256 groupId, address leader, uint128 amount) external nonReentrant {
        _checkGroups();
        Purse storage purse = _purses[groupId];
        uint256 budget = uint256(purse.budget) + amount;
        if (budget > MAX_BUDGET) revert GroupPay_BudgetOutOfBounds(budget, MAX_BUDGET);

        purse.budget = uint128(budget);
        purse.allEarnedAt = 0;
        // Of the leader that opens the group: the groups themselves ask.
        // slither-disable-next-line arbitrary-send-erc20
        if (amount != 0) _TOKEN.safeTransferFrom(leader, address(this), amount);
    }

    /// @inheritdoc IGroupPay
    function takeStake(uint256 groupId, uint256 roleId, uint256 round, address node, uint128 stake)
        external
        nonReentrant
    {
        _checkGroups();
        _stakes[groupId][roleId][round][node] = stake;
        // Of the node that grabs the role: the groups themselves ask.
        // slither-disable-next-line arbitrary-send-erc20
        _TOKEN.safeTransferFrom(node, address(this), stake);
    }

    /* EARN */

    /// @inheritdoc IGroupPay
    function reportProgress(uint256 groupId, uint256 roleId, uint256 round, uint16 earnedBps, bytes32 evidenceRef)
        external
    {
        IChainGroups.Work memory work = _boundGroups.workOf(groupId, roleId, round);
        _checkHolder(work.reporterPost);
        if (work.status != IChainGroups.GroupStatus.Formed) revert GroupPay_NotWorking(groupId, work.status);
        if (work.holder == address(0)) revert GroupPay_NobodySeated(groupId, roleId, round);
        RolePay storage rolePay = _rolePay[groupId][roleId];
        if (earnedBps <= rolePay.earnedBps || earnedBps > MAX_BPS) {
            revert GroupPay_ProgressOutOfBounds(groupId, roleId, earnedBps, rolePay.earnedBps);
        }
        _checkReference(evidenceRef);
        if (_seen[work.reporterPost][evidenceRef]) revert GroupPay_ReferenceSeen(work.reporterPost, evidenceRef);
        _seen[work.reporterPost][evidenceRef] = true;

        uint128 earned = uint128(Amounts.cumulativeDown(work.pay, earnedBps, MAX_BPS));
        uint128 amount = earned - rolePay.earned;
        rolePay.earnedBps = earnedBps;
        rolePay.earned = earned;
        _roundPay[groupId][roleId][round].earned += amount;
        Purse storage purse = _purses[groupId];
        purse.earned += amount;
        // Where nobody is paid, no report says that the work is done: such a group ends by time or consent.
        if (purse.budget != 0 && purse.earned == purse.budget) purse.allEarnedAt = uint40(block.timestamp);
        emit ProgressReported(groupId, roleId, work.holder, round, earnedBps, amount, evidenceRef);
    }

    /* PAY OUT */

    /// @inheritdoc IGroupPay
    function releaseStake(uint256 groupId, uint256 roleId, uint256 round, address node) external nonReentrant {
        uint128 stake = _stakes[groupId][roleId][round][node];
        if (stake == 0) revert GroupPay_NoStakeHeld(groupId, roleId, round, node);
        if (!_boundGroups.isStakeFree(groupId, roleId, round, node)) {
            revert GroupPay_StakeStillBound(groupId, roleId, round, node);
        }

        _stakes[groupId][roleId][round][node] = 0;
        emit StakeReleased(groupId, roleId, node, round, stake);
        _TOKEN.safeTransfer(node, stake);
    }

    /// @inheritdoc IGroupPay
    function payEarnings(uint256 groupId, uint256 roleId, uint256 round) external nonReentrant {
        RoundPay storage roundPay = _roundPay[groupId][roleId][round];
        uint128 amount = roundPay.earned - roundPay.paid;
        if (amount == 0) revert GroupPay_NothingEarned(groupId, roleId, round);
        address holder = _boundGroups.workOf(groupId, roleId, round).holder;

        roundPay.paid = roundPay.earned;
        emit EarningsPaid(groupId, roleId, holder, round, amount);
        _TOKEN.safeTransfer(holder, amount);
    }

    /// @inheritdoc IGroupPay
    function returnBudget(uint256 groupId) external nonReentrant {
        (address leader, IChainGroups.GroupStatus status) = _boundGroups.leaderOf(groupId);
        if (status != IChainGroups.GroupStatus.Dissolved && status != IChainGroups.GroupStatus.Settled) {
            revert GroupPay_BudgetStillBound(groupId, status);
        }
        Purse storage purse = _purses[groupId];
        uint128 amount = purse.budget - purse.earned;
        if (purse.budgetReturned || amount == 0) revert GroupPay_NoBudgetHeld(groupId);

        purse.budgetReturned = true;
        emit BudgetReturned(groupId, leader, amount);
        _TOKEN.safeTransfer(leader, amount);
    }

    /* VIEWS */

    /// @inheritdoc IGroupPay
    function purseOf(uint256 groupId) external view returns (Purse memory) {
        return _purses[groupId];
    }

    /// @inheritdoc IGroupPay
    function rolePayOf(uint256 groupId, uint256 roleId) external view returns (RolePay memory) {
        return _rolePay[groupId][roleId];
    }

    /// @inheritdoc IGroupPay
    function roundPayOf(uint256 groupId, uint256 roleId, uint256 round) external view returns (RoundPay memory) {
        return _roundPay[groupId][roleId][round];
    }

    /// @inheritdoc IGroupPay
    function stakeOf(uint256 groupId, uint256 roleId, uint256 round, address node) external view returns (uint128) {
        return _stakes[groupId][roleId][round][node];
    }
}
