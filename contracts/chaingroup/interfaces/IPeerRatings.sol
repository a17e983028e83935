// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IPeerRatings
/// @notice What the members of a settled chain group say of each other, once, written to the credit registry. 互评.
/// ({IUserReviews} does the same for what users say.)
/// Ratings are sealed while they are given, so that none answers another, and each rater reveals all of its own at
/// once, so that none is held back alone. What counts is how far a rating lies from the rater's own mean over those
/// it rates: a rater gives to one what it takes from others, and a group that praises itself all round moves nobody.
/// A rater weighs by its own credit, little before it has earned any. What a member says never touches its own
/// outcome: neither retaliation nor praise buys it anything. A rater counts once for one rated in PAIR_SECONDS, in
/// however many groups they meet.
///
/// Bound: with M = PRIOR_WEIGHT, H the weight of the other raters and A that of k attackers, at most k * MAX_WEIGHT,
/// they move an outcome by at most 2 * BAND_BPS * A / (M + H + A) basis points, rounded up, plus one, around the
/// member's own score. That is taken at the first reveal that counts, at some second of the reveal window.
///
/// Assumptions for safety:
/// - raters draw their salts at random;
/// - one account is one firm: the registrar sees to it.
/// Assumptions for liveness:
/// - this contract keeps its scorer office; without it nothing is lost, a record waits.
/// @custom:security-contact See SECURITY.md
interface IPeerRatings {
    /// @notice One rating in a rater's list; the list is in ascending order of `rated`.
    struct Rating {
        address rated;
        uint16 scoreBps; // 0 to 10,000
        bytes32 reasonRef; // commitment to the reason; zero: none
    }

    /// @notice Sums of what was said of a member of a group.
    struct Tally {
        // slot 0
        int128 weighted; // sum of weight * deviation, basis points squared
        uint64 weight; // sum of the weights that counted
        uint32 ratings; // how many counted
        uint16 centreBps; // the member's score when the first rating of it was revealed
        bool recorded; // written to the credit registry
    }

    /// @notice A member committed to its sealed ratings of the others.
    /// @custom:aggregate group:{groupId}
    event RatingsCommitted(uint256 indexed groupId, address indexed rater, bytes32 commitment, uint16 creditBps);
    /// @notice A member revealed its rating of another.
    /// @custom:aggregate group:{groupId}
    event PeerRated(
        uint256 indexed groupId,
        address indexed rater,
        address indexed rated,
        uint16 scoreBps,
        uint64 weight,
        int128 weighted,
        uint16 centreBps,
        bytes32 reasonRef
    );
    /// @notice The ratings of a member were counted in its credit.
    /// @custom:aggregate group:{groupId}
    event PeerOutcomeRecorded(
        uint256 indexed groupId, address indexed member, uint32 ratings, uint256 weight, uint16 outcomeBps
    );

    error PeerRatings_NotSettled(uint256 groupId);
    error PeerRatings_NotAMember(uint256 groupId, address account);
    error PeerRatings_AlreadyCommitted(uint256 groupId, address rater);
    error PeerRatings_NoRatings(uint256 groupId, address rater);
    error PeerRatings_AlreadyRevealed(uint256 groupId, address rater);
    error PeerRatings_CommitmentMismatch(uint256 groupId, address rater, bytes32 revealed, bytes32 committed);
    error PeerRatings_RatedOutOfBounds(uint256 rated, uint256 minRated, uint256 maxRated);
    error PeerRatings_ScoreOutOfBounds(address rated, uint16 scoreBps, uint16 maxBps);
    error PeerRatings_NotAscending(address rated, address previous);
    error PeerRatings_SelfRated(uint256 groupId, address rater);
    error PeerRatings_AlreadyRecorded(uint256 groupId, address member);
    error PeerRatings_NothingCounted(uint256 groupId, address member);

    /// @notice Commits to all that the caller says of the other members. 提交密封互评.
    /// @dev Emits {RatingsCommitted}. Requirements: the group is settled; caller is a member and an active node; first
    /// commitment of this rater; within [settlement, commitEnd). The rater's credit now is its weight.
    /// @param commitment {sealRatings} of the list: it names group and rater, so a copied commitment cannot be
    /// revealed.
    /// @custom:erp PeerRatingSeal
    /// @custom:pause open
    function commitRatings(uint256 groupId, bytes32 commitment) external;

    /// @notice Reveals them, all at once. 揭示互评.
    /// @dev Emits {PeerRated} for each. Requirements: committed; not revealed; the list matches, has MIN_RATED to
    /// MAX_RATED entries in ascending order, names members only and not the rater; scores at most the whole; within
    /// [commitEnd, revealEnd). A rated member for whom this rater's word counted less than PAIR_SECONDS ago is left
    /// out of sums and mean; when fewer than MIN_RATED remain, nothing counts.
    /// @custom:erp PeerRating
    /// @custom:pause open
    function revealRatings(uint256 groupId, Rating[] calldata ratings, bytes32 salt) external;

    /// @notice Writes what its peers say of a member to the credit registry. Anybody may call. 互评入信用.
    /// @dev Emits {PeerOutcomeRecorded}. Requirements: settled; not recorded; something counted; from revealEnd on.
    /// @custom:erp CreditOutcome
    /// @custom:pause open
    function recordRatings(uint256 groupId, address member) external;

    /// @notice The commitment of a list: keccak256 of (chain id, this contract, group, rater, list, salt).
    function sealRatings(uint256 groupId, address rater, Rating[] calldata ratings, bytes32 salt)
        external
        view
        returns (bytes32);

    /// @notice The windows of a settled group: commit before `commitEnd`, reveal before `revealEnd`; zero while it is
    /// not settled.
    function windowsOf(uint256 groupId) external view returns (uint256 commitEnd, uint256 revealEnd);

    /// @notice What was said of a member so far.
    function tallyOf(uint256 groupId, address member) external view returns (Tally memory);

    /// @notice The outcome and weight that {recordRatings} would write now.
    function outcomeOf(uint256 groupId, address member) external view returns (uint256 weight, uint16 outcomeBps);

    /// @notice A rater's commitment, zero when it has none; its credit then; and whether it was revealed.
    function commitmentOf(uint256 groupId, address rater)
        external
        view
        returns (bytes32 commitment, uint16 creditBps, bool revealed);

    /// @notice When this rater's word counted last for this rated; zero: never.
    function countedAt(address rater, address rated) external view returns (uint40);
}
