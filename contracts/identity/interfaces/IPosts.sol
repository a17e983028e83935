// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IPosts
/// @notice Posts (岗位): who reports and who rules, by a number that lasts while keys come and go.
/// Orders, guarantees, bets, groups and devices name posts in their terms, "attester of ERP north", never keys. Each
/// asks {holderOf} when somebody acts for a post, so a key that is rotated, lost or stolen decides nothing in flight:
/// its successor goes on where it stopped.
///
/// A holder is nobody else: it is no participant, and all posts that it holds are of one office. So who reports is not
/// who rules, and neither is a party, in every record and at any time; no contract needs to ask.
///
/// Assumptions for safety:
/// - the default admin gives a post only to the key of the person or daemon that fills it; parties see a replacement
///   {REPLACEMENT_SECONDS} before it takes effect.
/// Assumptions for liveness:
/// - a vacant post is filled in time; until then its records go on as if it were silent.
/// @custom:security-contact See SECURITY.md
interface IPosts {
    /// @notice One post.
    struct Post {
        // slot 0
        bytes32 office; // ATTESTER, REPORTER or ARBITER; zero: the post does not exist
        // slot 1
        address holder; // zero: vacant
        // slot 2
        address heir; // offered by the holder; zero: nobody
        // slot 3
        address replacement; // announced by the default admin; zero: nobody; never the holder
        uint40 takeableAt; // unix seconds from which the replacement may take it, for {REPLACEMENT_WINDOW_SECONDS}
    }

    /// @notice A post exists from now on.
    /// @custom:aggregate post:{postId}
    event PostCreated(uint32 indexed postId, bytes32 indexed office, address indexed holder, bytes32 nameRef);
    /// @notice A holder offered its post to an heir, or took the offer back (heir zero).
    /// @custom:aggregate post:{postId}
    event PostOffered(uint32 indexed postId, address indexed holder, address indexed heir);
    /// @notice A post changed hands.
    /// @custom:aggregate post:{postId}
    event PostTaken(uint32 indexed postId, address indexed previousHolder, address indexed holder);
    /// @notice The default admin emptied a post at once, since its key was lost or stolen.
    /// @custom:aggregate post:{postId}
    event PostVacated(uint32 indexed postId, address indexed holder);
    /// @notice The default admin announced who may take a post, or took that back (replacement and times zero).
    /// @dev Within [takeableAt, expiresAt).
    /// @custom:aggregate post:{postId}
    event PostReplacementAnnounced(
        uint32 indexed postId, address indexed replacement, uint40 takeableAt, uint40 expiresAt
    );

    error Posts_NotAnOfficeOfPosts(bytes32 office);
    error Posts_Unknown(uint32 postId);
    error Posts_ZeroHolder();
    error Posts_HolderIsAParticipant(address account);
    error Posts_HoldsAnotherOffice(address account, bytes32 office);
    error Posts_NotTheHolder(uint32 postId, address account);
    error Posts_NotTheHeir(uint32 postId, address account);
    error Posts_NotYetTakeable(uint32 postId, uint256 timestamp, uint256 takeableAt);
    error Posts_ReplacementExpired(uint32 postId, uint256 timestamp, uint256 expiresAt);
    error Posts_AlreadyVacant(uint32 postId);
    error Posts_AlreadyHeld(uint32 postId, address account);

    /// @notice Creates a post of an office and gives it to its first holder.
    /// @dev Emits {PostCreated}. Requirements: caller is the default admin; the office is one of posts; the holder is
    /// no participant and holds no post of another office.
    /// @param nameRef Commitment to the post's name, keccak-256 of "attester of ERP north".
    /// @return postId From 1 on.
    /// @custom:erp none
    /// @custom:pause open
    function createPost(bytes32 office, address holder, bytes32 nameRef) external returns (uint32 postId);

    /// @notice Offers a post to an heir, who becomes its holder by {takePost}; zero takes the offer back.
    /// @dev Emits {PostOffered}. Requirements: caller is the holder.
    /// @custom:erp none
    /// @custom:pause open
    function offerPost(uint32 postId, address heir) external;

    /// @notice Takes a post that was offered to the caller, or that it was announced for {REPLACEMENT_SECONDS} ago.
    /// @dev Emits {PostTaken}; what was offered ends. An announced replacement stays, unless it was the caller's: no
    /// holder is rid of it by a hand-over. Requirements: caller is the heir, or the replacement whose time has come
    /// and is not over; no participant; holds no post of another office.
    /// @custom:erp none
    /// @custom:pause open
    function takePost(uint32 postId) external;

    /// @notice Empties a post at once: its key was lost or stolen. What it offered ends, a replacement stays announced.
    /// @dev Emits {PostVacated}. Requirements: caller is the default admin; the post has a holder.
    /// @custom:erp none
    /// @custom:pause open
    function vacatePost(uint32 postId) external;

    /// @notice Announces who may take a post after {REPLACEMENT_SECONDS} and within {REPLACEMENT_WINDOW_SECONDS} from
    /// then; zero takes that back.
    /// @dev Emits {PostReplacementAnnounced}. Requirements: caller is the default admin; the post exists; the
    /// replacement is not its holder.
    /// @custom:erp none
    /// @custom:pause open
    function announceReplacement(uint32 postId, address replacement) external;

    /// @notice Who acts for a post now; zero when it is vacant or does not exist.
    function holderOf(uint32 postId) external view returns (address);

    /// @notice True when the post exists and is of this office, vacant or not.
    function isPostOf(uint32 postId, bytes32 office) external view returns (bool);

    /// @notice All that is known of a post.
    function post(uint32 postId) external view returns (Post memory);

    /// @notice The office whose posts an account holds, and how many; zero and zero when it holds none.
    function dutiesOf(address account) external view returns (bytes32 office, uint256 posts);
}
