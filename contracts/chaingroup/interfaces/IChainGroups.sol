// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IChainGroups
/// @notice Temporary teams of nodes around one user need: opened by a leader, filled by role grabs, formed or
/// dissolved, paid as value is created, restructured when users complain. 链群合约.
/// Roles and rounds count from 1. A role is filled in its first round by forming, in a later one by seating.
/// Candidates are ranked by pledge, then credit at the grab, then earlier grab: a total order, and the best of each
/// round stands. The leader may select another; when it stays silent, the best holds the role. A grab binds until the
/// round is decided: were the best to walk off, nobody would know the second best without a loop.
/// A stake is a bond of presence and always returns: the risk of a pledge is carried in the bet contract, which has a
/// dispute and an arbiter. A bad review moves no money: what a holder earned is its own, also when it is reported
/// after the role was taken from it. Pay that nobody earns returns to the leader.
/// Windows are half open: grabs in [opening, grabEnd), selection in [grabEnd, selectEnd), forming from the last
/// selection or selectEnd on and before workEnd, closing from reportEnd on. All times are known at opening.
///
/// Assumptions for safety:
/// - the settlement token takes no fee, has no hooks and returns true or reverts;
/// - the reporter reports progress and reviews as the ERP has them; it is named in the terms, and every candidate
///   sees it;
/// - one account is one firm: the registrar sees to it.
/// Assumptions for liveness:
/// - none: anybody may dissolve, form, seat, close, and send every stake, pay and budget to its owner, and a group
///   ends by time even if its bet never does.
/// @custom:security-contact See SECURITY.md
interface IChainGroups {
    enum GroupStatus {
        None,
        Open, // None -> Open by openGroup
        Formed, // Open -> Formed by form, when every role has a candidate and the pledges reach the target
        Dissolved, // Open -> Dissolved by dissolve, when they do not, or when nobody formed it before workEnd
        Settled // Formed -> Settled by close
    }

    /// @notice What the leader publishes.
    struct GroupTerms {
        bytes32 needRef; // commitment to the ERP document of the need; a leader serves it once
        address reporter; // reports progress and reviews; neither leader nor candidate
        uint128 target; // least sum of the pledges of all roles
        uint32 grabSeconds; // also of a reopened role
        uint32 selectSeconds; // also of a reopened role
        uint32 workSeconds; // from selectEnd to workEnd
        uint32 reportSeconds; // from workEnd to reportEnd: time for the last reports
    }

    /// @notice What the leader publishes for each role.
    struct RoleTerms {
        // slot 0
        bytes32 roleRef; // commitment to the ERP document of the role
        // slot 1
        uint128 floor; // least pledge
        uint128 stake; // paid in with a grab, always paid back
        // slot 2
        uint128 pay; // part of the budget that this role can earn
        uint32 minReviews; // reviews of a holder before its role may be reopened
        uint16 minCreditBps;
        uint16 reviewMarkBps; // a mean below this reopens the role; zero: never
    }

    struct Group {
        // slot 0
        address leader;
        uint40 formedAt; // zero: not formed
        uint40 settledAt; // zero: not settled
        GroupStatus status;
        uint8 roles;
        // slot 1
        address reporter;
        uint40 grabEnd;
        uint40 selectEnd;
        uint8 filled; // roles with a candidate, while Open; roles with a holder afterwards
        uint8 selected; // roles decided by the leader, while Open
        // slot 2
        uint40 workEnd;
        uint40 reportEnd;
        uint32 grabSeconds;
        uint32 selectSeconds;
        bool budgetReturned;
        // slot 3
        uint128 target;
        uint128 pledged; // sum of the pledges that stand, while Open; of the holders afterwards
        // slot 4
        uint128 budget;
        uint128 earned; // part of the budget that holders earned
        // slot 5
        bytes32 needRef;
        // slot 6
        uint256 betId; // zero: none
    }

    struct Role {
        RoleTerms terms;
        // slot 3
        uint128 earned; // over all holders
        uint16 earnedBps; // cumulative share of the pay
        uint8 round; // the present one
    }

    /// @notice One filling of a role: who stands for it, then who holds it, what it earned, and what users said of it.
    struct Round {
        // slot 0
        address standing; // selected by the leader, else best so far; zero: nobody
        uint40 grabEnd;
        uint40 selectEnd;
        bool selected; // by the leader
        // slot 1
        uint128 pledge; // of the one that stands
        uint32 candidates;
        uint40 seatedAt; // zero: not yet
        uint40 endedAt; // the role was reopened; zero: not
        // slot 2
        uint128 earned;
        uint128 paid;
        // slot 3
        uint128 reviewWeight; // sum of weights
        uint32 reviews;
        // slot 4
        uint256 reviewWeighted; // sum of weight * rating
    }

    struct Candidate {
        // slot 0
        bytes32 planRef;
        // slot 1
        uint128 pledge;
        uint128 stake; // held now
        // slot 2
        uint32 index; // order of grabs in the round, from 1; zero: no candidate
        uint16 creditBps; // score at the grab
    }

    /// @notice A leader opened a group with its roles and paid in the budget.
    /// @custom:aggregate group:{groupId}
    event GroupOpened(
        uint256 indexed groupId,
        address indexed leader,
        bytes32 indexed needRef,
        GroupTerms terms,
        RoleTerms[] roles,
        uint128 budget,
        uint40 grabEnd,
        uint40 selectEnd,
        uint40 workEnd,
        uint40 reportEnd
    );
    /// @notice A node pledged for a role and paid in its stake.
    /// @custom:aggregate group:{groupId}
    event RoleGrabbed(
        uint256 indexed groupId,
        uint256 indexed roleId,
        address indexed node,
        uint256 round,
        uint32 index,
        uint128 pledge,
        uint128 stake,
        uint16 creditBps,
        bytes32 planRef,
        bool leads
    );
    /// @notice A node disclosed the plan behind its pledge.
    /// @custom:aggregate group:{groupId}
    event PlanOpened(
        uint256 indexed groupId, uint256 indexed roleId, address indexed node, uint256 round, bytes32 planHash
    );
    /// @notice The leader chose a node for a role.
    /// @custom:aggregate group:{groupId}
    event CandidateSelected(
        uint256 indexed groupId, uint256 indexed roleId, address indexed node, uint256 round, uint128 pledge
    );
    /// @notice All roles were filled, so the group works.
    /// @custom:aggregate group:{groupId}
    event GroupFormed(uint256 indexed groupId, address indexed leader, uint128 pledged);
    /// @notice A group was given up before it was formed.
    /// @custom:aggregate group:{groupId}
    event GroupDissolved(uint256 indexed groupId, address indexed leader, uint8 filled, uint128 pledged);
    /// @notice A group tied itself to a bet that all its members signed.
    /// @custom:aggregate group:{groupId}
    event GroupBetBound(uint256 indexed groupId, address indexed leader, uint256 indexed betId);
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
    /// @notice What a user says of the present holder of a role was reported.
    /// @custom:aggregate group:{groupId}
    event ReviewRecorded(
        uint256 indexed groupId,
        uint256 indexed roleId,
        address indexed holder,
        uint256 round,
        uint16 scoreBps,
        uint128 weight,
        bytes32 reviewRef
    );
    /// @notice A role was opened to grabs anew.
    /// @custom:aggregate group:{groupId}
    event RoleReopened(
        uint256 indexed groupId,
        uint256 indexed roleId,
        address indexed formerHolder,
        uint256 round,
        uint40 grabEnd,
        uint40 selectEnd
    );
    /// @notice A reopened role was given to a candidate.
    /// @custom:aggregate group:{groupId}
    event RoleSeated(
        uint256 indexed groupId, uint256 indexed roleId, address indexed holder, uint256 round, uint128 pledge
    );
    /// @notice What the roles earned was fixed, and what goes back.
    /// @custom:aggregate group:{groupId}
    event GroupSettled(
        uint256 indexed groupId, address indexed leader, uint256 betId, uint128 earned, uint128 unearned
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

    error ChainGroups_NotANode(address caller);
    error ChainGroups_ObligationsPaused();
    error ChainGroups_ZeroReference();
    error ChainGroups_ReferenceSeen(address caller, bytes32 ref);
    error ChainGroups_NeedTaken(bytes32 needRef, uint256 groupId);
    error ChainGroups_NotAReporter(address reporter);
    error ChainGroups_LeaderCannotReport(address leader);
    error ChainGroups_TargetOutOfBounds(uint128 target, uint128 maxTarget);
    error ChainGroups_WindowOutOfBounds(uint32 actualSeconds, uint32 minSeconds, uint32 maxSeconds);
    error ChainGroups_RolesOutOfBounds(uint256 roles, uint256 maxRoles);
    error ChainGroups_AmountOutOfBounds(uint256 amount, uint128 maxAmount);
    error ChainGroups_RateOutOfBounds(uint16 rateBps, uint16 maxBps);
    error ChainGroups_ReviewsMissing(uint256 roleId);
    error ChainGroups_Unknown(uint256 groupId);
    error ChainGroups_UnknownRole(uint256 groupId, uint256 roleId);
    error ChainGroups_UnknownCandidate(uint256 groupId, uint256 roleId, uint256 round, address node);
    error ChainGroups_WrongStatus(uint256 groupId, GroupStatus actual, GroupStatus expected);
    error ChainGroups_NotTheLeader(uint256 groupId, address caller);
    error ChainGroups_NotTheReporter(uint256 groupId, address caller);
    error ChainGroups_LeaderCannotGrab(uint256 groupId, address leader);
    error ChainGroups_ReporterCannotGrab(uint256 groupId, address reporter);
    error ChainGroups_FormerHolderCannotGrab(uint256 groupId, uint256 roleId, address node);
    error ChainGroups_AlreadyGrabbed(uint256 groupId, uint256 roleId, address node);
    error ChainGroups_CreditTooLow(uint256 groupId, address node, uint16 creditBps, uint16 minCreditBps);
    error ChainGroups_PledgeOutOfBounds(uint256 groupId, uint128 pledge, uint128 minPledge, uint128 maxPledge);
    error ChainGroups_GrabClosed(uint256 groupId, uint256 timestamp, uint40 grabEnd);
    error ChainGroups_GrabStillOpen(uint256 groupId, uint256 timestamp, uint40 grabEnd);
    error ChainGroups_SelectionClosed(uint256 groupId, uint256 timestamp, uint40 selectEnd);
    error ChainGroups_SelectionStillOpen(uint256 groupId, uint256 timestamp, uint40 selectEnd);
    error ChainGroups_WorkOver(uint256 groupId, uint256 timestamp, uint40 workEnd);
    error ChainGroups_AlreadySelected(uint256 groupId, uint256 roleId, address node);
    error ChainGroups_SelectionMissesTarget(uint256 groupId, uint256 pledged, uint128 target);
    error ChainGroups_PlanMismatch(uint256 groupId, uint256 roleId, bytes32 opened, bytes32 committed);
    error ChainGroups_NotCovered(uint256 groupId, uint8 filled, uint8 roles, uint128 pledged, uint128 target);
    error ChainGroups_CanStillForm(uint256 groupId, uint256 timestamp, uint40 workEnd);
    error ChainGroups_NobodySeated(uint256 groupId, uint256 roleId, uint256 round);
    error ChainGroups_RoundOver(uint256 groupId, uint256 roleId, uint256 round);
    error ChainGroups_RoleHeld(uint256 groupId, uint256 roleId, address holder);
    error ChainGroups_NobodyStands(uint256 groupId, uint256 roleId);
    error ChainGroups_SomebodyStands(uint256 groupId, uint256 roleId, address node);
    error ChainGroups_ProgressOutOfBounds(uint256 groupId, uint256 roleId, uint16 actualBps, uint16 lastBps);
    error ChainGroups_ScoreOutOfBounds(uint16 scoreBps, uint16 maxBps);
    error ChainGroups_WeightOutOfBounds(uint128 weight, uint128 maxWeight);
    error ChainGroups_TooFewReviews(uint256 groupId, uint256 roleId, uint32 reviews, uint32 minReviews);
    error ChainGroups_ReviewsKeepTheMark(uint256 groupId, uint256 roleId, uint16 meanBps, uint16 markBps);
    error ChainGroups_TooManyRounds(uint256 groupId, uint256 roleId, uint256 maxRounds);
    error ChainGroups_BetAlreadyBound(uint256 groupId, uint256 betId);
    error ChainGroups_BetOfAnotherGroup(uint256 groupId, uint256 betId, uint256 actualGroupId);
    error ChainGroups_BetOfAnotherSponsor(uint256 groupId, uint256 betId, address actual, address leader);
    error ChainGroups_BetNotActive(uint256 groupId, uint256 betId);
    error ChainGroups_ReportsStillOpen(uint256 groupId, uint256 timestamp, uint40 reportEnd);
    error ChainGroups_BetStillOpen(uint256 groupId, uint256 betId, uint256 timestamp, uint256 lastEnd);
    error ChainGroups_StakeStillBound(uint256 groupId, uint256 roleId, address node);
    error ChainGroups_NoStakeHeld(uint256 groupId, uint256 roleId, uint256 round, address node);
    error ChainGroups_NothingEarned(uint256 groupId, uint256 roleId, uint256 round);
    error ChainGroups_BudgetStillBound(uint256 groupId, GroupStatus status);
    error ChainGroups_NoBudgetHeld(uint256 groupId);

    /// @notice Opens an order for a need and pays in its budget, the sum of the roles' pay. 举单.
    /// @dev Emits {GroupOpened}. Requirements: not paused; caller is an active node; the reporter holds the office
    /// and is another; no group of this leader for this need but dissolved ones; 1 to MAX_ROLES roles; amounts, rates
    /// and windows within bounds; a role with a mark names a number of reviews; budget approved.
    /// @custom:erp GroupOrder
    /// @custom:pause stops
    function openGroup(GroupTerms calldata terms, RoleTerms[] calldata roles) external returns (uint256 groupId);

    /// @notice Becomes a candidate for a role and pays in its stake. 抢单.
    /// @dev Emits {RoleGrabbed}. Requirements: not paused; the group is Open, or Formed with this role reopened;
    /// active node, neither leader nor reporter, nor a holder that this role was taken from; first grab of the round;
    /// credit and pledge at least the minimum; before the round's grabEnd and before workEnd; stake approved. A node
    /// may stand for several roles, and hold several.
    /// @param pledge What the node undertakes to bring in, minor units.
    /// @param planRef {sealPlan} of its plan: it names group, role and node, so a copied commitment cannot be opened.
    /// @custom:erp RoleGrab
    /// @custom:pause stops
    function grabRole(uint256 groupId, uint256 roleId, uint128 pledge, bytes32 planRef) external;

    /// @notice Shows that a plan is the one the caller committed to. 公开预案.
    /// @dev Emits {PlanOpened}. Requirements: a candidate of the round; the commitment matches; from the round's
    /// grabEnd on, so that no rival of the round can copy it.
    /// @param planHash Hash of the ERP document of the plan.
    /// @custom:erp RolePlan
    /// @custom:pause open
    function openPlan(uint256 groupId, uint256 roleId, uint256 round, bytes32 planHash, bytes32 salt) external;

    /// @notice Decides a role for one of its candidates; a reopened role is seated at once. 选定.
    /// @dev Emits {CandidateSelected}, and {RoleSeated} when the role was reopened. Requirements: caller is the
    /// leader; Open, or Formed with the role reopened; not yet selected; a candidate of the round; while Open, the
    /// pledges that stand still reach the target, so that a leader cannot dissolve by selection; within [grabEnd,
    /// selectEnd), before workEnd.
    /// @custom:erp RoleAward
    /// @custom:pause open
    function selectCandidate(uint256 groupId, uint256 roleId, address node) external;

    /// @notice Makes a team of the candidates that stand. Anybody may call. 成群.
    /// @dev Emits {GroupFormed}. Requirements: Open; every role has a candidate and the pledges reach the target; every
    /// role selected, or from selectEnd on; before workEnd.
    /// @custom:erp GroupForming
    /// @custom:pause open
    function form(uint256 groupId) external;

    /// @notice Gives an order up. Anybody may call. 解散.
    /// @dev Emits {GroupDissolved}. Requirements: Open; from grabEnd on when a role has no candidate or the pledges
    /// miss the target, else from workEnd on.
    /// @custom:erp GroupDissolution
    /// @custom:pause open
    function dissolve(uint256 groupId) external;

    /// @notice Names the bet contract of the group. 绑定对赌.
    /// @dev Emits {GroupBetBound}. Requirements: caller is the leader; Formed; none bound; the bet names this group;
    /// the leader proposed it, since anybody can propose one that names the group; it is active: one that waits for
    /// signatures may never settle, and one that is settled would end a group without pay at once; before workEnd.
    /// @custom:erp BetBinding
    /// @custom:pause open
    function bindBet(uint256 groupId, uint256 betId) external;

    /// @notice Reports how much of a role's pay is earned so far, over all its holders; the difference is that of the
    /// holder of the round, present or former. 报告进度.
    /// @dev Emits {ProgressReported}. Requirements: caller is the group's reporter and holds the office; Formed;
    /// somebody was seated in the round; more than the last report and at most the whole; reference new.
    /// @param round Whose work it was: a seating while the report is under way moves it to nobody else.
    /// @param evidenceRef Commitment to the ERP evidence; each is good once per reporter.
    /// @custom:erp RoleProgress
    /// @custom:pause open
    function reportProgress(uint256 groupId, uint256 roleId, uint256 round, uint16 earnedBps, bytes32 evidenceRef)
        external;

    /// @notice Reports what a user says of the present holder of a role. 用户评价.
    /// @dev Emits {ReviewRecorded}. Requirements: caller is the group's reporter and holds the office; Formed;
    /// somebody was seated in the round, which is not over; rating at most the whole; weight within bounds; reference
    /// new.
    /// @param round Of whom the user speaks: a seating while the report is under way moves it to nobody else.
    /// @param weight Value of the user's order, minor units.
    /// @param reviewRef Commitment to the review; each is good once per reporter.
    /// @custom:erp UserReview
    /// @custom:pause open
    function recordReview(
        uint256 groupId,
        uint256 roleId,
        uint256 round,
        uint16 scoreBps,
        uint128 weight,
        bytes32 reviewRef
    ) external;

    /// @notice Opens a role to grabs anew. Anybody may call when its reviews fall below the mark; the leader when
    /// nobody grabbed it since it was reopened. The holder keeps what it earned and gets its stake back. With less
    /// than a grab and a selection left before workEnd, the leader alone can fill the role again. 重组.
    /// @dev Emits {RoleReopened}. Requirements: Formed; held: enough reviews, their weighted mean below the mark;
    /// vacant: caller is the leader, nobody stands, from the round's grabEnd on; rounds left; before workEnd.
    /// @custom:erp RoleReopening
    /// @custom:pause open
    function reopenRole(uint256 groupId, uint256 roleId) external;

    /// @notice Gives a reopened role to the candidate that stands. Anybody may call. 递补.
    /// @dev Emits {RoleSeated}. Requirements: Formed; the role is vacant; somebody stands; from the round's selectEnd
    /// on; before workEnd.
    /// @custom:erp RoleSeating
    /// @custom:pause open
    function seatRole(uint256 groupId, uint256 roleId) external;

    /// @notice Ends the work of a group. Anybody may call. 结群.
    /// @dev Emits {GroupSettled}. Requirements: Formed; without a bet: from reportEnd on; with one: the bet is
    /// settled, and from reportEnd on or everything is earned; in any case from reportEnd + MAX_BET_SECONDS on.
    /// @custom:erp GroupSettlement
    /// @custom:pause open
    function close(uint256 groupId) external;

    /// @notice Pays a stake back to its node. Anybody may call. 退还押金.
    /// @dev Emits {StakeReleased}. Requirements: a candidate whose stake is held; the group is Dissolved or Settled,
    /// or the round is decided for another, or the role was taken from it, or nobody was seated before workEnd.
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

    /// @notice The commitment of a plan: keccak256 of (chain id, this contract, group, role, node, plan hash, salt).
    function sealPlan(uint256 groupId, uint256 roleId, address node, bytes32 planHash, bytes32 salt)
        external
        view
        returns (bytes32);

    /// @notice A group, whole; status None when unknown.
    function group(uint256 groupId) external view returns (Group memory);

    /// @notice A role, whole; round zero when unknown.
    function role(uint256 groupId, uint256 roleId) external view returns (Role memory);

    /// @notice One round of a role; its windows are the group's own in the first.
    function roundOf(uint256 groupId, uint256 roleId, uint256 round) external view returns (Round memory);

    /// @notice A node's candidacy; index zero when there is none.
    function candidate(uint256 groupId, uint256 roleId, uint256 round, address node)
        external
        view
        returns (Candidate memory);

    /// @notice Who holds a role now; zero while nobody does.
    function holderOf(uint256 groupId, uint256 roleId) external view returns (address);

    /// @notice True when the account leads a group that formed, or holds or held a role in it.
    function isMember(uint256 groupId, address account) external view returns (bool);

    /// @notice When a group was settled, unix seconds; zero while it is not, and for ever when it was dissolved.
    function settledAt(uint256 groupId) external view returns (uint40);

    /// @notice The last group that a leader opened for a need; zero when none.
    function groupFor(address leader, bytes32 needRef) external view returns (uint256 groupId);
}
