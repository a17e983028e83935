// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IDocumentRegistry
/// @notice The sequence of Merkle roots that commits to every ERP document, in order, without a gap. 存证登记.
/// A stream is the document log of one ERP. Each anchor covers the sequence numbers after the last one and names the
/// head before it; the head chains all roots of the stream. A leaf is the double keccak of (sequence number, document
/// root) as in OpenZeppelin's standard Merkle tree.
///
/// Assumptions for safety:
/// - keccak256 is collision resistant; a stream's owner anchors only what its ERP posted (the audit proves it).
/// Assumptions for liveness:
/// - the owner's key is available and holds its office; without it documents wait, nothing else stops.
/// @custom:security-contact See SECURITY.md
interface IDocumentRegistry {
    /// @notice Where a stream stands.
    struct Stream {
        address owner; // the only account that may anchor
        uint64 lastSequence; // last sequence number covered; zero: none yet
        uint64 anchors; // how many anchors stand
        bytes32 head; // keccak256 of (previous head, root, first, last)
    }

    event StreamOpened(bytes32 indexed streamId, address indexed owner);
    event DocumentsAnchored(
        bytes32 indexed streamId,
        uint64 indexed anchorIndex,
        uint64 firstSequence,
        uint64 lastSequence,
        bytes32 root,
        bytes32 head
    );

    error DocumentRegistry_NotAnAnchorer(address caller);
    error DocumentRegistry_StreamExists(bytes32 streamId);
    error DocumentRegistry_StreamUnknown(bytes32 streamId);
    error DocumentRegistry_NotStreamOwner(bytes32 streamId, address caller, address owner);
    error DocumentRegistry_SequenceGap(bytes32 streamId, uint64 firstSequence, uint64 expected);
    error DocumentRegistry_SequenceBackwards(uint64 firstSequence, uint64 lastSequence);
    error DocumentRegistry_HeadMismatch(bytes32 streamId, bytes32 previousHead, bytes32 expected);
    error DocumentRegistry_ZeroRoot();

    /// @notice Opens a stream that the caller owns.
    /// @dev Emits {StreamOpened}. Requirements: caller is an anchorer; the id is new.
    /// @custom:erp none (anchors make no documents)
    /// @custom:pause open
    function openStream(bytes32 streamId) external;

    /// @notice Commits to the documents `firstSequence` to `lastSequence`.
    /// @dev Emits {DocumentsAnchored}. Requirements: stream exists; caller owns it and still is an anchorer; previous
    /// head named rightly; no gap; not backwards; root not zero.
    /// @custom:erp none (anchors make no documents)
    /// @custom:pause open
    function anchor(bytes32 streamId, bytes32 previousHead, uint64 firstSequence, uint64 lastSequence, bytes32 root)
        external;

    /// @notice Where a stream stands.
    function stream(bytes32 streamId) external view returns (Stream memory);

    /// @notice Root of one anchor; zero when there is none.
    function rootOf(bytes32 streamId, uint64 anchorIndex) external view returns (bytes32);

    /// @notice True when the document root stands at that sequence number under that anchor.
    function proves(
        bytes32 streamId,
        uint64 anchorIndex,
        uint64 sequence,
        bytes32 documentRoot,
        bytes32[] calldata proof
    ) external view returns (bool);
}
