// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IChainGroups } from "./IChainGroups.sol";

/// @title IGroupChanges
/// @notice How a formed group changes: a role is reopened, resigned, added and seated anew, its work is extended by
/// force majeure, and all together end it. 链群重组.
/// A holder that leaves keeps what it earned, also what is reported after it left, gets its stake back, and does not
/// grab this role again. No bad review and no shortfall moves money here: bets carry the risk.
///
/// Example of an end by consent: roles 1 and 2, both held; role 3 lost its holder last week.
///     the leader consents                 consentBits 0001, consents 0
///     the holder of role 1 consents       consentBits 0011, consents 1
///     the holder of role 1 resigns        consentBits 0001, consents 0: its word goes with it; one role is held
///     the holder of role 2 consents       consentBits 0101, consents 1 = roles held: work ends now
///     holders left, so reports stay open for reportSeconds from now; then anybody closes
///
/// Assumptions for safety: those of {IChainGroups}.
/// Assumptions for liveness: none.
/// @custom:security-contact See SECURITY.md
interface IGroupChanges is IChainGroups {
    /// @notice Why a role was opened to grabs anew.
    enum ReopenReason {
        Deserted, // nobody stood for it
        Resigned, // its holder left
        Reviews, // the mean of its reviews fell below the mark
        BetUnsigned, // its holder did not sign the group's bet in time
        BetShort // the group's bet shows its holder short
    }

    /// @notice A role was opened to grabs anew.
    /// @custom:aggregate group:{groupId}
    event RoleReopened(
        uint256 indexed groupId,
        uint256 indexed roleId,
        address indexed formerHolder,
        uint256 round,
        ReopenReason reason,
        uint40 grabEnd,
        uint40 selectEnd
    );
    /// @notice A leader added a role to a formed group and paid in its pay.
    /// @custom:aggregate group:{groupId}
    event RoleAdded(
        uint256 indexed groupId,
        uint256 indexed roleId,
        address indexed leader,
        RoleTerms terms,
        uint40 grabEnd,
        uint40 selectEnd
    );
    /// @notice A reopened or added role was given to a candidate.
    /// @custom:aggregate group:{groupId}
    event RoleSeated(
        uint256 indexed groupId, uint256 indexed roleId, address indexed holder, uint256 round, uint128 pledge
    );
    /// @notice Force majeure moved the end of a group's work.
    /// @custom:aggregate group:{groupId}
    event WorkExtended(
        uint256 indexed groupId, bytes32 indexed region, uint8 extendedDays, uint40 workEnd, uint40 reportEnd
    );
    /// @notice The leader (role 0) or the holder of a role gave its consent to the end, or took it back.
    /// @custom:aggregate group:{groupId}
    event EndConsentChanged(uint256 indexed groupId, uint256 indexed roleId, address indexed account, bool consents);
    /// @notice Leader and all holders consented: the work is over.
    /// @custom:aggregate group:{groupId}
    event WorkEndedByConsent(uint256 indexed groupId, address indexed leader, uint40 workEnd, uint40 reportEnd);

    error ChainGroups_HolderKeepsItsRole(uint256 groupId, uint256 roleId, address holder);
    error ChainGroups_NotTheHolder(uint256 groupId, uint256 roleId, address caller, address holder);
    error ChainGroups_NobodyStands(uint256 groupId, uint256 roleId);
    error ChainGroups_SomebodyStands(uint256 groupId, uint256 roleId, address node);
    error ChainGroups_TooManyRounds(uint256 groupId, uint256 roleId, uint256 maxRounds);
    error ChainGroups_NothingToExtend(uint256 groupId, uint256 daysOfForceMajeure, uint256 extendedDays);
    error ChainGroups_EndedByConsent(uint256 groupId);
    error ChainGroups_ConsentUnchanged(uint256 groupId, uint256 roleId, bool consents);

    /// @notice Opens a role to grabs anew. Anybody may call when its reviews fall below the mark, when its holder is no
    /// party of the bound bet betSeconds after it got the role, or when that bet shows it short already by more than
    /// the mark over all of its periods; the leader when no bet is bound by then, or when nobody stands for the role
    /// since it was opened. With less than a grab and a selection left before workEnd, the leader alone can fill the
    /// role again. 重组.
    /// @dev Emits {RoleReopened}. Requirements: Formed; held: one of the reasons; vacant: caller is the leader, nobody
    /// stands, from the round's grabEnd on; rounds left; before workEnd.
    /// @custom:erp RoleReopening
    /// @custom:pause open
    function reopenRole(uint256 groupId, uint256 roleId) external;

    /// @notice Leaves a role, which is opened to grabs anew. 退出角色.
    /// @dev Emits {RoleReopened}. Requirements: Formed; caller holds the role; rounds left; before workEnd.
    /// @custom:erp RoleResignation
    /// @custom:pause open
    function resignRole(uint256 groupId, uint256 roleId) external;

    /// @notice Gives a reopened or added role to the candidate that stands. Anybody may call. 递补.
    /// @dev Emits {RoleSeated}. Requirements: Formed; the role is vacant; somebody stands; from the round's selectEnd
    /// on; before workEnd.
    /// @custom:erp RoleSeating
    /// @custom:pause open
    function seatRole(uint256 groupId, uint256 roleId) external;

    /// @notice Adds a role to a formed group, open to grabs from now on, and pays in its pay. 增设角色.
    /// @dev Emits {RoleAdded}. Requirements: obligations not stopped; caller is the leader and an active node; Formed;
    /// fewer than MAX_ROLES roles; terms within bounds; before workEnd; pay approved to {IGroupPay}.
    /// @custom:erp RoleAddition
    /// @custom:pause stops
    function addRole(uint256 groupId, RoleTerms calldata terms) external returns (uint256 roleId);

    /// @notice Moves workEnd and reportEnd by the days of force majeure that the register counts between forming and
    /// workEnd and that did not move them before. Anybody may call. 顺延.
    /// @dev Emits {WorkExtended}. Requirements: Formed; the terms name a region; not ended by consent; days that were
    /// not counted, up to MAX_EXTENDED_DAYS in all; before workEnd. Windows of roles that are open to grabs stay.
    /// @custom:erp WorkExtension
    /// @custom:pause open
    function extendWork(uint256 groupId) external;

    /// @notice Gives consent to the end of the group, or takes it back. The last one of leader and holders ends the
    /// work at once; the group is settled at once too, unless holders left it: then reports stay open for its
    /// reportSeconds, so that nobody's last work goes unpaid. 一致同意结束.
    /// @dev Emits {EndConsentChanged}, {WorkEndedByConsent} with the last one, and {GroupSettled}. Requirements:
    /// Formed; not ended by consent; caller is the leader (role 0) or holds the role; says other than before.
    /// @param roleId For which role the caller speaks; zero: as the leader.
    /// @custom:erp GroupEndConsent
    /// @custom:pause open
    function consentToEnd(uint256 groupId, uint256 roleId, bool consents) external;
}
