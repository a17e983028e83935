// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IForceMajeure
/// @notice One register of force majeure (不可抗力登记): which days of which region (区域) nobody answers for. Orders, bets,
/// groups and capacity read it; none of them keeps days of its own, so a storm over forty orders is one declaration.
///
/// A day is one of 86,400 seconds counted from 1970 in UTC: day d is [d × 86,400, (d + 1) × 86,400). A region is a code
/// of 32 bytes, the keccak-256 of its published name; zero is no region and has no days. Days are kept as bits, so a
/// day that two declarations name stands once.
///
/// What is declared is pending until nobody may dispute it any more; then anybody applies it. A dispute by any active
/// participant brings it before the arbiter, who grants the days declared, fewer of them, or none. Each participant
/// speaks for itself: what several dispute stays disputed until all of them withdrew. Without a ruling in time what was
/// declared stands. Days that stand, stand for good; pending days count for nothing.
///
/// Assumptions for safety:
/// - the holder of the reporter's post declares days that the region really lost, on evidence that parties can read;
/// - the holder of the arbiter's post rules what is true.
/// Assumptions for liveness:
/// - none: this contract holds no money, and whoever reads it never waits for it.
/// @custom:security-contact See SECURITY.md
interface IForceMajeure {
    enum DeclarationStatus {
        None,
        Pending, // None -> Pending by declare
        Closed // Pending -> Closed by applyDeclaration, rule
    }

    /// @notice One declaration.
    struct Declaration {
        // slot 0
        bytes32 region;
        // slot 1
        uint32 fromDay; // the first day, since 1970; after a ruling: the first that was granted
        uint16 count; // days on end; after a ruling: those granted
        uint40 disputeBy; // unix seconds, exclusive
        uint32 disputes; // participants that disputed and did not withdraw
        DeclarationStatus status;
    }

    /// @notice The reporter declared days of force majeure; they are pending.
    /// @custom:aggregate forcemajeure:{declarationId}
    event ForceMajeureDeclared(
        uint256 indexed declarationId,
        bytes32 indexed region,
        bytes32 indexed evidenceRef,
        address reporter,
        uint32 fromDay,
        uint16 count,
        uint40 disputeBy
    );
    /// @notice A participant disputed a declaration.
    /// @custom:aggregate forcemajeure:{declarationId}
    event ForceMajeureDisputed(
        uint256 indexed declarationId, address indexed disputant, bytes32 indexed reasonRef, uint40 ruleBy
    );
    /// @notice A participant took its dispute back; `disputes` others remain.
    /// @custom:aggregate forcemajeure:{declarationId}
    event ForceMajeureDisputeWithdrawn(uint256 indexed declarationId, address indexed disputant, uint32 disputes);
    /// @notice The arbiter granted the days from `fromDay` on, or none of them (count zero).
    /// @custom:aggregate forcemajeure:{declarationId}
    event ForceMajeureRuled(
        uint256 indexed declarationId,
        bytes32 indexed region,
        bytes32 indexed rulingRef,
        address arbiter,
        uint32 fromDay,
        uint16 count
    );
    /// @notice A dispute that nobody ruled ended.
    /// @custom:aggregate forcemajeure:{declarationId}
    event ForceMajeureDisputeLapsed(uint256 indexed declarationId);
    /// @notice Days stand from now on, for good, whether nobody disputed them, the arbiter granted them or kept silent.
    /// @dev `added` of them did not stand before.
    /// @custom:aggregate forcemajeure:{declarationId}
    event ForceMajeureStands(
        uint256 indexed declarationId, bytes32 indexed region, uint32 fromDay, uint16 count, uint16 added
    );

    error ForceMajeure_ZeroRegion();
    error ForceMajeure_DaysOutOfBounds(uint256 count, uint256 min, uint256 max);
    error ForceMajeure_DayTooOld(uint256 fromDay, uint256 oldestDay);
    error ForceMajeure_DayNotBegun(uint256 lastDay, uint256 today);
    error ForceMajeure_Unknown(uint256 declarationId);
    error ForceMajeure_Closed(uint256 declarationId);
    error ForceMajeure_DisputedBefore(uint256 declarationId, address disputant);
    error ForceMajeure_NotDisputed(uint256 declarationId, address account);
    error ForceMajeure_NotWithinTheDeclared(uint256 declarationId, uint256 fromDay, uint256 count);
    error ForceMajeure_NotYetStanding(uint256 declarationId, uint256 timestamp, uint256 standsAt);

    /// @notice Declares days of force majeure in a region, evidence in hand. 申报不可抗力.
    /// @dev Emits {ForceMajeureDeclared}. Requirements: caller holds the reporter's post; region not zero; 1 <= count
    /// <=
    /// MAX_DAYS; the first day at most MAX_AGE_DAYS ago, the last begun; reference not zero.
    /// @param fromDay The first day, since 1970.
    /// @param count Days on end.
    /// @param evidenceRef Commitment to the document that shows it (the weather service's warning, the closure order).
    /// @custom:erp ForceMajeureDeclaration
    /// @custom:pause open
    function declare(bytes32 region, uint32 fromDay, uint16 count, bytes32 evidenceRef)
        external
        returns (uint256 declarationId);

    /// @notice Disputes a declaration. 提出争议.
    /// @dev Emits {ForceMajeureDisputed}. Requirements: pending; caller is an active participant that never disputed
    /// it;
    /// before disputeBy; reference not zero. The ruling's time runs from disputeBy.
    /// @param reasonRef Commitment to the document that gives the reason.
    /// @custom:erp ForceMajeureDispute
    /// @custom:pause open
    function dispute(uint256 declarationId, bytes32 reasonRef) external;

    /// @notice Takes the caller's dispute back. When it was the last, the declaration is as if never disputed. 撤回争议.
    /// @dev Emits {ForceMajeureDisputeWithdrawn}. Requirements: pending; caller disputed it and did not withdraw.
    /// @custom:erp ForceMajeureDispute
    /// @custom:pause open
    function withdrawDispute(uint256 declarationId) external;

    /// @notice Rules which of the declared days stand; what it grants stands at once. 裁决.
    /// @dev Emits {ForceMajeureRuled}, and {ForceMajeureStands} when days were granted. Requirements: pending and
    /// disputed; caller holds the arbiter's post; before ruleBy; the days lie within those declared, or count is zero;
    /// reference not zero.
    /// @param count Days on end from `fromDay`; zero: none, `fromDay` is then not looked at.
    /// @custom:erp ForceMajeureRuling
    /// @custom:pause open
    function rule(uint256 declarationId, uint32 fromDay, uint16 count, bytes32 rulingRef) external;

    /// @notice Applies a declaration that stands: nobody disputed it in time, or nobody ruled in time. Anybody may
    /// call.
    /// 生效.
    /// @dev Emits {ForceMajeureStands}, after {ForceMajeureDisputeLapsed} when it was disputed. Requirements: pending;
    /// from disputeBy on, or from ruleBy on when it is disputed.
    /// @custom:erp ForceMajeureDeclaration
    /// @custom:pause open
    function applyDeclaration(uint256 declarationId) external;

    /// @notice Days of force majeure that stand in a region and lie wholly or partly in [from, to).
    /// @dev That is, days d with d × 86,400 < to and (d + 1) × 86,400 > from. Never reverts: zero for region zero and
    /// for
    /// to <= from; of a longer range the first MAX_RANGE_DAYS days are counted.
    ///
    /// Example, promised on day D at 18:00, received on day D + 5 at 09:00, so 5 days late; a storm on D + 1 and D + 2:
    ///     days touched by [promised, received)    D, D+1, D+2, D+3, D+4, D+5
    ///     days of them that stand                 D+1, D+2            2 days, so 3 days late remain
    /// A storm on D + 6 counts for nothing, one on D - 1 neither; one on D or D + 5 counts: a part of the day is lost.
    /// Never more days than are touched: one second more than n whole days touches at least n + 1 of them, so whoever
    /// rounds lateness up to whole days is excused of all of it by a storm over all of it.
    /// @param from Unix seconds, inclusive.
    /// @param to Unix seconds, exclusive.
    function daysIn(bytes32 region, uint256 from, uint256 to) external view returns (uint256);

    /// @notice True when a day of a region stands as force majeure.
    function stands(bytes32 region, uint256 day) external view returns (bool);

    /// @notice A declaration, whole; status None when unknown.
    function declaration(uint256 declarationId) external view returns (Declaration memory);

    /// @notice When a pending declaration stands if nothing more is said, unix seconds; zero when it is closed.
    function standsAt(uint256 declarationId) external view returns (uint256);

    /// @notice The post whose holder declares.
    function REPORTER_POST() external view returns (uint32);

    /// @notice The post whose holder rules.
    function ARBITER_POST() external view returns (uint32);
}
