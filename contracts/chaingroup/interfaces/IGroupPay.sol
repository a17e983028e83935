// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IChainGroups } from "./IChainGroups.sol";

/// @title IGroupPay
/// @notice All money of chain groups: budgets, stakes, and what is earned until it is paid. 链群资金. It asks
/// {IChainGroups} who holds which round, whose stake is free and where a group stands, and keeps amounts alone.
/// Money comes in with {IChainGroups-GroupOpened} (budget), {IGroupChanges-RoleAdded} (pay) and
/// {IChainGroups-RoleGrabbed} (stake), in their transactions, from whoever calls there and to the amount that those
/// events name. It leaves with the events below, to its owner alone, whoever calls.
/// What a holder earned is its own, also when it is reported after it left the role. Pay that nobody earns returns to
/// the leader.
///
/// Example: two roles, pay 100,000 and 50,001; always balance = stakes held + (budget - earned) + (earned - paid).
///     opened                             budget 150,001                 balance 150,001
///     hefei grabs, stake 5,000           stakes 5,000                           155,001
///     role 1 at 33.33 % by hefei         earned  33,330                         155,001
///     paid to hefei                      paid    33,330                         121,671
///     hefei leaves, its stake returns    stakes 0                               116,671
///     role 1 at 100 % by qingdao         earned 100,000 (66,670 are its)        116,671
///     paid to qingdao                    paid   100,000                          50,001
///     settled, the rest to the leader    returned 50,001                              0
///
/// Assumptions for safety:
/// - the settlement token takes no fee, has no hooks and returns true or reverts;
/// - the holder of the reporter's post reports progress as the ERP has it: there is no dispute of it.
/// Assumptions for liveness: none.
/// @custom:security-contact See SECURITY.md
interface IGroupPay {
    struct Purse {
        // slot 0
        uint128 budget; // paid in by the leader
        uint128 earned; // of it, by holders
        // slot 1
        uint40 allEarnedAt; // last report that left nothing to earn; zero: something is left
        bool budgetReturned;
    }

    struct RolePay {
        // slot 0
        uint128 earned; // over all holders
        uint16 earnedBps; // cumulative share of the pay
    }

    struct RoundPay {
        // slot 0
        uint128 earned;
        uint128 paid;
    }

    /// @notice It was reported how much of a role's pay is earned so far.
    /// @custom:aggregate group:{groupId}
    event ProgressReported(
        uint256 indexed groupId,
        uint256 indexed roleId,
        address indexed holder,
        uint256 round,
        uint16 earnedBps,
        uint128 amount,
        bytes32 evidenceRef
    );
    /// @notice A node got the stake of its pledge back.
    /// @custom:aggregate group:{groupId}
    event StakeReleased(
        uint256 indexed groupId, uint256 indexed roleId, address indexed node, uint256 round, uint128 stake
    );
    /// @notice A holder was paid what its role earned.
    /// @custom:aggregate group:{groupId}
    event EarningsPaid(
        uint256 indexed groupId, uint256 indexed roleId, address indexed holder, uint256 round, uint128 amount
    );
    /// @notice The unearned budget went back to the leader.
    /// @custom:aggregate group:{groupId}
    event BudgetReturned(uint256 indexed groupId, address indexed leader, uint128 amount);

    error GroupPay_BudgetOutOfBounds(uint256 budget, uint128 maxBudget);
    error GroupPay_NobodySeated(uint256 groupId, uint256 roleId, uint256 round);
    error GroupPay_NotWorking(uint256 groupId, IChainGroups.GroupStatus status);
    error GroupPay_ProgressOutOfBounds(uint256 groupId, uint256 roleId, uint16 actualBps, uint16 lastBps);
    error GroupPay_ReferenceSeen(uint32 reporterPost, bytes32 ref);
    error GroupPay_StakeStillBound(uint256 groupId, uint256 roleId, uint256 round, address node);
    error GroupPay_NoStakeHeld(uint256 groupId, uint256 roleId, uint256 round, address node);
    error GroupPay_NothingEarned(uint256 groupId, uint256 roleId, uint256 round);
    error GroupPay_BudgetStillBound(uint256 groupId, IChainGroups.GroupStatus status);
    error GroupPay_NoBudgetHeld(uint256 groupId);

    /// @notice Takes a leader's budget in. For {IChainGroups} alone.
    /// @dev Requirements: caller is the bound chain groups; the whole budget within bounds; approved.
    /// @custom:erp GroupOrder
    /// @custom:pause open
    function takeBudget(uint256 groupId, address leader, uint128 amount) external;

    /// @notice Takes a candidate's stake in. For {IChainGroups} alone.
    /// @dev Requirements: caller is the bound chain groups; approved.
    /// @custom:erp RoleGrab
    /// @custom:pause open
    function takeStake(uint256 groupId, uint256 roleId, uint256 round, address node, uint128 stake) external;

    /// @notice Reports how much of a role's pay is earned so far, over all its holders; the difference is that of the
    /// holder of the round, present or former. 报告进度.
    /// @dev Emits {ProgressReported}. Requirements: caller holds the group's reporter post; Formed; somebody was seated
    /// in the round; more than the last report and at most the whole; reference new.
    /// @param round Whose work it was: a seating while the report is under way moves it to nobody else.
    /// @param evidenceRef Commitment to the ERP evidence; each is good once per post.
    /// @custom:erp RoleProgress
    /// @custom:pause open
    function reportProgress(uint256 groupId, uint256 roleId, uint256 round, uint16 earnedBps, bytes32 evidenceRef)
        external;

    /// @notice Pays a stake back to its node. Anybody may call. 退还押金.
    /// @dev Emits {StakeReleased}. Requirements: a stake is held; {IChainGroups-isStakeFree}.
    /// @custom:erp StakeRelease
    /// @custom:pause open
    function releaseStake(uint256 groupId, uint256 roleId, uint256 round, address node) external;

    /// @notice Pays a holder, present or former, what it earned and was not paid. Anybody may call. 支付所得.
    /// @dev Emits {EarningsPaid}. Requirements: something is earned and not paid.
    /// @custom:erp RolePayment
    /// @custom:pause open
    function payEarnings(uint256 groupId, uint256 roleId, uint256 round) external;

    /// @notice Pays the budget that nobody earned back to the leader. Anybody may call. 退还预算.
    /// @dev Emits {BudgetReturned}. Requirements: Dissolved or Settled; not returned yet; not nothing.
    /// @custom:erp BudgetReturn
    /// @custom:pause open
    function returnBudget(uint256 groupId) external;

    /// @notice The budget of a group and what is earned of it.
    function purseOf(uint256 groupId) external view returns (Purse memory);

    /// @notice What a role earned, over all its holders.
    function rolePayOf(uint256 groupId, uint256 roleId) external view returns (RolePay memory);

    /// @notice What the holder of one round earned, and was paid.
    function roundPayOf(uint256 groupId, uint256 roleId, uint256 round) external view returns (RoundPay memory);

    /// @notice The stake of a candidate that is held now.
    function stakeOf(uint256 groupId, uint256 roleId, uint256 round, address node) external view returns (uint128);
}
