// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IPosts } from "./interfaces/IPosts.sol";
import { Offices } from "./Offices.sol";

/// @title Posts
/// @notice See {IPosts}.
abstract contract Posts is IPosts {
    uint32 public constant REPLACEMENT_SECONDS = 2 days; // parties see a replacement before it acts
    uint32 public constant REPLACEMENT_WINDOW_SECONDS = 14 days; // and it is forgotten after this

    struct Duty {
        // slot 0
        bytes32 office;
        // slot 1
        uint256 posts;
    }

    uint32 private _lastPostId;
    mapping(uint32 postId => Post) private _posts;
    mapping(address account => Duty) private _duties;

    /* CREATE */

    /// @inheritdoc IPosts
    function createPost(bytes32 office, address holder, bytes32 nameRef) external returns (uint32 postId) {
        _checkAdmin();
        if (office != Offices.ATTESTER && office != Offices.REPORTER && office != Offices.ARBITER) {
            revert Posts_NotAnOfficeOfPosts(office);
        }
        if (holder == address(0)) revert Posts_ZeroHolder();

        postId = ++_lastPostId;
        Post storage record = _posts[postId];
        record.office = office;
        _seat(record, holder);
        emit PostCreated(postId, office, holder, nameRef);
    }

    /* HAND OVER */

    /// @inheritdoc IPosts
    function offerPost(uint32 postId, address heir) external {
        Post storage record = _known(postId);
        if (record.holder != msg.sender) revert Posts_NotTheHolder(postId, msg.sender);
        record.heir = heir;
        emit PostOffered(postId, msg.sender, heir);
    }

    /// @inheritdoc IPosts
    function takePost(uint32 postId) external {
        Post storage record = _known(postId);
        address previous = record.holder;
        if (previous == msg.sender) revert Posts_AlreadyHeld(postId, msg.sender);
        if (record.heir != msg.sender) _checkReplacement(postId, record);

        if (previous != address(0)) _leave(previous);
        record.heir = address(0);
        if (record.replacement == msg.sender) _announce(record, address(0), 0);
        _seat(record, msg.sender);
        emit PostTaken(postId, previous, msg.sender);
    }

    /* REPLACE */

    /// @inheritdoc IPosts
    function vacatePost(uint32 postId) external {
        _checkAdmin();
        Post storage record = _known(postId);
        address holder = record.holder;
        if (holder == address(0)) revert Posts_AlreadyVacant(postId);
        _leave(holder);
        record.holder = address(0);
        record.heir = address(0);
        emit PostVacated(postId, holder);
    }

    /// @inheritdoc IPosts
    function announceReplacement(uint32 postId, address replacement) external {
        _checkAdmin();
        Post storage record = _known(postId);
        if (replacement == address(0)) {
            _announce(record, address(0), 0);
            emit PostReplacementAnnounced(postId, address(0), 0, 0);
            return;
        }
        // Else whoever is vacated could be back at once.
        if (replacement == record.holder) revert Posts_AlreadyHeld(postId, replacement);
        uint40 takeableAt = uint40(block.timestamp) + REPLACEMENT_SECONDS;
        _announce(record, replacement, takeableAt);
        emit PostReplacementAnnounced(postId, replacement, takeableAt, takeableAt + REPLACEMENT_WINDOW_SECONDS);
    }

    /* VIEWS */

    /// @inheritdoc IPosts
    function holderOf(uint32 postId) external view returns (address) {
        return _posts[postId].holder;
    }

    /// @inheritdoc IPosts
    function isPostOf(uint32 postId, bytes32 office) external view returns (bool) {
        return office != bytes32(0) && _posts[postId].office == office;
    }

    /// @inheritdoc IPosts
    function post(uint32 postId) external view returns (Post memory) {
        return _posts[postId];
    }

    /// @inheritdoc IPosts
    function dutiesOf(address account) external view returns (bytes32 office, uint256 posts) {
        Duty storage duty = _duties[account];
        return duty.posts == 0 ? (bytes32(0), 0) : (duty.office, duty.posts);
    }

    /* INTERNALS */

    function _checkAdmin() internal view virtual;

    function _isParticipant(address account) internal view virtual returns (bool);

    function _holdsAPost(address account) internal view returns (bool) {
        return _duties[account].posts != 0;
    }

    function _seat(Post storage record, address holder) private {
        if (_isParticipant(holder)) revert Posts_HolderIsAParticipant(holder);
        Duty storage duty = _duties[holder];
        bytes32 office = record.office;
        if (duty.posts != 0 && duty.office != office) revert Posts_HoldsAnotherOffice(holder, duty.office);
        duty.office = office;
        duty.posts += 1;
        record.holder = holder;
    }

    function _announce(Post storage record, address replacement, uint40 takeableAt) private {
        record.replacement = replacement;
        record.takeableAt = takeableAt;
    }

    function _leave(address holder) private {
        _duties[holder].posts -= 1;
    }

    function _checkReplacement(uint32 postId, Post storage record) private view {
        if (record.replacement != msg.sender) revert Posts_NotTheHeir(postId, msg.sender);
        uint256 takeableAt = record.takeableAt;
        if (block.timestamp < takeableAt) revert Posts_NotYetTakeable(postId, block.timestamp, takeableAt);
        uint256 expiresAt = takeableAt + REPLACEMENT_WINDOW_SECONDS;
        if (block.timestamp >= expiresAt) revert Posts_ReplacementExpired(postId, block.timestamp, expiresAt);
    }

    function _known(uint32 postId) private view returns (Post storage record) {
        record = _posts[postId];
        if (record.office == bytes32(0)) revert Posts_Unknown(postId);
    }
}
