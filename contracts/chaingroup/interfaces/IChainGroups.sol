// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IChainGroups
/// @notice Temporary teams of nodes around one user need: opened by a leader, filled by role grabs, formed or
/// dissolved, and ended. 链群合约. {IGroupChanges} says how a formed one changes; {IGroupPay} keeps all of its money,
/// {IUserReviews} what users say. No money lies here.
/// Roles and rounds count from 1. A role is filled in its first round by forming, in a later one by seating.
/// Candidates are ranked by pledge times credit ({IGroupLens-worthOf}), then credit at the grab, then earlier grab: a
/// total order, and the best of each round stands. The leader may select another, and reject whom it does not want: a
/// rejected candidate counts for nothing, and a role whose standing candidate was rejected is empty until the leader
/// selects another. When the leader stays silent, the best holds the role. A grab binds until the round is decided:
/// were the best to walk off, nobody would know the second best without a loop.
/// A stake is a bond of presence and always returns: the risk of a pledge is carried in the bet contract, which has a
/// dispute and an arbiter. It grows with the pledge, so that who promises much binds much.
/// Windows are half open: grabs in [opening, grabEnd), selection in [grabEnd, selectEnd), forming from the last
/// selection or selectEnd on and before workEnd, closing from reportEnd on, or {GroupTerms-reviewSeconds} after all is
/// earned. Times are known at opening; force majeure alone moves the last two, and consent of all ends them.
///
/// Assumptions for safety:
/// - the holder of the reporter's post reports progress and reviews as the ERP has them; the post is named in the
///   terms, and every candidate sees it;
/// - the register of force majeure holds days that the region lost;
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
        Dissolved, // Open or Formed -> Dissolved by dissolve: not covered, not formed in time, or without its bet
        Settled // Formed -> Settled by close, or by the last consent to end
    }

    /// @notice What the leader publishes.
    struct GroupTerms {
        bytes32 needRef; // commitment to the ERP document of the need; a leader serves it once
        bytes32 region; // where the work is done, a code of a place; zero: force majeure is not asked
        uint128 target; // least sum of the pledges of all roles
        uint32 reporterPost; // its holder reports progress and reviews
        uint32 grabSeconds; // also of a reopened role
        uint32 selectSeconds; // also of a reopened role
        uint32 workSeconds; // from selectEnd to workEnd
        uint32 reportSeconds; // from workEnd to reportEnd: time for the last reports
        uint32 reviewSeconds; // from the day all is earned: time for the last reviews
        uint32 betSeconds; // from forming or seating: time for a holder to sign the group's bet; zero: no bet is asked
    }

    /// @notice What the leader publishes for each role.
    struct RoleTerms {
        // slot 0
        bytes32 roleRef; // commitment to the ERP document of the role
        // slot 1
        uint128 floor; // least pledge
        uint128 most; // largest pledge
        // slot 2
        uint128 stake; // least that is paid in with a grab, always paid back
        uint128 pay; // part of the budget that this role can earn
        // slot 3
        uint32 minReviews; // reviews of a holder before its role may be reopened by them
        uint16 minCreditBps;
        uint16 reviewMarkBps; // a mean of reviews below this reopens the role; zero: never
        uint16 shortfallMarkBps; // a mean shortfall over the bound bet above this reopens the role; zero: never
        uint16 creditWeightBps; // how much missing credit lessens a pledge in the order of candidates
        uint16 stakeBpsOfPledge; // the stake is this part of the pledge at least
    }

    struct Group {
        // slot 0
        address leader;
        uint40 formedAt; // zero: not formed
        uint40 settledAt; // zero: not settled
        GroupStatus status;
        uint8 roles;
        // slot 1
        uint32 reporterPost;
        uint40 grabEnd;
        uint40 selectEnd;
        uint40 workEnd;
        uint40 reportEnd;
        uint8 filled; // roles with a candidate that stands, while Open; roles with a holder afterwards
        uint8 selected; // roles decided by the leader, while Open
        uint8 consents; // holders that consent to the end, by their roles
        uint8 extendedDays; // of force majeure, by which the work was extended
        bool holderLeft; // some role lost a holder
        bool endedByConsent;
        // slot 2
        uint32 grabSeconds;
        uint32 selectSeconds;
        uint32 reviewSeconds;
        uint32 betSeconds;
        uint40 betDueAt; // from then on a formed group without a bet that earned nothing may dissolve; zero: never
        uint40 consentBits; // bit 0: the leader consents to the end; bit r: the holder of role r does
        // slot 3
        uint128 target;
        uint128 pledged; // sum of the pledges that stand, while Open; of the holders afterwards
        // slot 4
        bytes32 region;
        // slot 5
        uint256 betId; // zero: none
    }

    struct Role {
        RoleTerms terms;
        // slot 4
        uint8 round; // the present one
    }

    /// @notice One filling of a role: who stands for it, then who holds it.
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
        uint40 endedAt; // the holder left the role; zero: not
    }

    struct Candidate {
        // slot 0
        bytes32 planRef;
        // slot 1
        uint128 pledge;
        uint32 index; // order of grabs in the round, from 1; zero: no candidate
        uint16 creditBps; // score at the grab
        bool rejected; // by the leader
    }

    /// @notice What pay and reviews ask of one round.
    struct Work {
        uint32 reporterPost;
        GroupStatus status;
        address holder; // present or former; zero: nobody was seated in the round
        uint128 pay; // of the role, over all its rounds
        uint40 endedAt; // when the holder left the role; zero: not
        uint32 minReviews;
        uint16 reviewMarkBps;
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
    /// @notice The leader rejected a candidate; `stood`: the role is empty until it selects another.
    /// @custom:aggregate group:{groupId}
    event CandidateRejected(
        uint256 indexed groupId, uint256 indexed roleId, address indexed node, uint256 round, bool stood
    );
    /// @notice All roles were filled, so the group works.
    /// @custom:aggregate group:{groupId}
    event GroupFormed(uint256 indexed groupId, address indexed leader, uint128 pledged, uint40 betDueAt);
    /// @notice A group was given up: before it was formed, or without its bet.
    /// @custom:aggregate group:{groupId}
    event GroupDissolved(uint256 indexed groupId, address indexed leader, uint8 filled, uint128 pledged);
    /// @notice A group tied itself to a bet that all its members signed.
    /// @custom:aggregate group:{groupId}
    event GroupBetBound(uint256 indexed groupId, address indexed leader, uint256 indexed betId);
    /// @notice What the roles earned was fixed, and what goes back.
    /// @custom:aggregate group:{groupId}
    event GroupSettled(
        uint256 indexed groupId, address indexed leader, uint256 betId, uint128 earned, uint128 unearned
    );

    error ChainGroups_NeedTaken(bytes32 needRef, uint256 groupId);
    error ChainGroups_RolesOutOfBounds(uint256 roles, uint256 maxRoles);
    error ChainGroups_Unknown(uint256 groupId);
    error ChainGroups_UnknownRole(uint256 groupId, uint256 roleId);
    error ChainGroups_UnknownCandidate(uint256 groupId, uint256 roleId, uint256 round, address node);
    error ChainGroups_WrongStatus(uint256 groupId, GroupStatus actual, GroupStatus expected);
    error ChainGroups_NotTheLeader(uint256 groupId, address caller);
    error ChainGroups_LeaderCannotGrab(uint256 groupId, address leader);
    error ChainGroups_FormerHolderCannotGrab(uint256 groupId, uint256 roleId, address node);
    error ChainGroups_AlreadyGrabbed(uint256 groupId, uint256 roleId, address node);
    error ChainGroups_CreditTooLow(uint256 groupId, address node, uint16 creditBps, uint16 minCreditBps);
    error ChainGroups_PledgeOutOfBounds(uint256 groupId, uint128 pledge, uint128 minPledge, uint128 maxPledge);
    error ChainGroups_SelectionStillOpen(uint256 groupId, uint256 timestamp, uint40 selectEnd);
    error ChainGroups_AlreadySelected(uint256 groupId, uint256 roleId, address node);
    error ChainGroups_Rejected(uint256 groupId, uint256 roleId, address node);
    error ChainGroups_SelectionMissesTarget(uint256 groupId, uint256 pledged, uint128 target);
    error ChainGroups_PlanMismatch(uint256 groupId, uint256 roleId, bytes32 opened, bytes32 committed);
    error ChainGroups_NotCovered(uint256 groupId, uint8 filled, uint8 roles, uint128 pledged, uint128 target);
    error ChainGroups_CanStillForm(uint256 groupId, uint256 timestamp, uint40 workEnd);
    error ChainGroups_GroupGoesOn(uint256 groupId, uint256 betId, uint40 betDueAt, uint128 earned);
    error ChainGroups_RoleHeld(uint256 groupId, uint256 roleId, address holder);
    error ChainGroups_BetAlreadyBound(uint256 groupId, uint256 betId);
    error ChainGroups_BetOfAnotherGroup(uint256 groupId, uint256 betId, uint256 actualGroupId);
    error ChainGroups_BetOfAnotherSponsor(uint256 groupId, uint256 betId, address actual, address leader);
    error ChainGroups_BetNotActive(uint256 groupId, uint256 betId);
    error ChainGroups_ReportsStillOpen(uint256 groupId, uint256 timestamp, uint40 reportEnd);
    error ChainGroups_BetStillOpen(uint256 groupId, uint256 betId, uint256 timestamp, uint256 lastEnd);

    /// @notice Opens an order for a need and pays in its budget, the sum of the roles' pay. 举单.
    /// @dev Emits {GroupOpened}. Requirements: neither all obligations nor this contract are stopped; caller is an
    /// active node; the post is a reporter's; no group of this leader for this need but dissolved ones; 1 to MAX_ROLES
    /// roles; amounts, rates and windows within bounds; a role with a review mark names a number of reviews; budget
    /// approved to {IGroupPay}.
    /// @custom:erp GroupOrder
    /// @custom:pause stops
    function openGroup(GroupTerms calldata terms, RoleTerms[] calldata roles) external returns (uint256 groupId);

    /// @notice Becomes a candidate for a role and pays in its stake, the larger of the role's and its part of the
    /// pledge, rounded up. 抢单.
    /// @dev Emits {RoleGrabbed}. Requirements: obligations not stopped; the group is Open, or Formed with this role
    /// open to grabs; active node, not the leader, nor a holder that left this role; first grab of the round; credit at
    /// least the minimum; pledge from floor to most; before the round's grabEnd and before workEnd; stake approved to
    /// {IGroupPay}. A node may stand for several roles, and hold several.
    /// @param pledge What the node undertakes to bring in, minor units.
    /// @param planRef {IGroupLens-sealPlan} of its plan: it names group, role and node, so a copied commitment cannot
    /// be opened.
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
    /// leader; Open, or Formed with the role open to grabs; not yet selected; a candidate of the round that was not
    /// rejected; while Open, pledges that reach the target still do: whom a leader does not want it rejects; within
    /// [grabEnd, selectEnd), before workEnd.
    /// @custom:erp RoleAward
    /// @custom:pause open
    function selectCandidate(uint256 groupId, uint256 roleId, address node) external;

    /// @notice Rejects a candidate: it counts for nothing, and its stake is free at once. If it stood, the role is
    /// empty until the leader selects another; a group whose roles stay empty dissolves. 拒绝.
    /// @dev Emits {CandidateRejected}. Requirements: caller is the leader; Open, or Formed with the role open to grabs;
    /// nobody selected; a candidate of the round, not yet rejected; within [grabEnd, selectEnd).
    /// @custom:erp RoleRejection
    /// @custom:pause open
    function rejectCandidate(uint256 groupId, uint256 roleId, address node) external;

    /// @notice Makes a team of the candidates that stand. Anybody may call. 成群.
    /// @dev Emits {GroupFormed}. Requirements: Open; every role has a candidate and the pledges reach the target; every
    /// role selected, or from selectEnd on; before workEnd.
    /// @custom:erp GroupForming
    /// @custom:pause open
    function form(uint256 groupId) external;

    /// @notice Gives a group up. Anybody may call. 解散.
    /// @dev Emits {GroupDissolved}. Requirements: Open, when a role is empty or the pledges miss the target: from
    /// selectEnd on, for the leader from grabEnd on; Open and covered: from workEnd on; Formed: the terms ask for a
    /// bet, none is bound, nothing is earned, from betDueAt on.
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

    /// @notice Ends the work of a group. Anybody may call. 结群.
    /// @dev Emits {GroupSettled}. Requirements: Formed; from reportEnd on, or from reviewSeconds after all of the
    /// budget was earned on; with a bet: that is settled, or from reportEnd + MAX_BET_SECONDS on, or all consented to
    /// the end.
    /// @custom:erp GroupSettlement
    /// @custom:pause open
    function close(uint256 groupId) external;

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

    /// @notice What pay and reviews ask of one round.
    function workOf(uint256 groupId, uint256 roleId, uint256 round) external view returns (Work memory);

    /// @notice True when the stake of a candidate may go back: the group is Dissolved or Settled, it was rejected, the
    /// round is decided for another or was given up, it left the role, or nobody was seated before workEnd.
    function isStakeFree(uint256 groupId, uint256 roleId, uint256 round, address node) external view returns (bool);

    /// @notice Whose group it is, and where it stands.
    function leaderOf(uint256 groupId) external view returns (address leader, GroupStatus status);

    /// @notice True when the account leads a group that formed, or holds or held a role in it.
    function isMember(uint256 groupId, address account) external view returns (bool);

    /// @notice When a group was settled, unix seconds; zero while it is not, and for ever when it was dissolved.
    function settledAt(uint256 groupId) external view returns (uint40);

    /// @notice The last group that a leader opened for a need; zero when none.
    function groupFor(address leader, bytes32 needRef) external view returns (uint256 groupId);
}
