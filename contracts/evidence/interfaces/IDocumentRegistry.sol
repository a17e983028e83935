// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IDocumentRegistry
/// @notice The sequence of Merkle roots that commits to every ERP document, in order, without a gap. 存证登记.
/// A stream is the document log of one ERP; any number of them stand side by side and never touch. Each anchor covers
/// the sequence numbers after the last one and names the head before it; the head chains all roots of the stream. All
/// trees are OpenZeppelin's standard Merkle trees: the leaf of a document in its batch is the double keccak of
/// (sequence number, document root), and a document root is the root of the tree over its fields, each leaf the
/// double keccak of (path, value, salt). So one field can be shown to a stranger without the rest of the document.
///
/// Assumptions for safety:
/// - keccak256 is collision resistant; a stream's owner anchors only what its ERP posted (the audit proves it).
/// Assumptions for liveness:
/// - the owner's key is available and holds its office, or the key that it named as its heir is and does; without one,
/// documents wait, nothing else stops.
/// @custom:security-contact See SECURITY.md
interface IDocumentRegistry {
    /// @notice Where a stream stands.
    struct Stream {
        address owner; // the only account that may anchor
        uint64 lastSequence; // last sequence number covered; zero: none yet
        uint64 anchors; // how many anchors stand
        bytes32 head; // keccak256 of (previous head, root, first, last)
    }

    /// @notice What one anchor adds to a chain of heads.
    struct Link {
        bytes32 root;
        uint64 firstSequence;
        uint64 lastSequence;
    }

    /// @notice One field of a document, opened.
    struct Field {
        string path;
        string value; // canonical JSON
        bytes32 salt;
    }

    /// @notice An owner opened a stream of anchored documents.
    /// @custom:aggregate stream:{streamId}
    event StreamOpened(bytes32 indexed streamId, address indexed owner);
    /// @notice The owner of a stream offered it to an heir.
    /// @custom:aggregate stream:{streamId}
    event StreamOffered(bytes32 indexed streamId, address indexed owner, address indexed heir);
    /// @notice The heir took over a stream.
    /// @custom:aggregate stream:{streamId}
    event StreamTaken(bytes32 indexed streamId, address indexed previousOwner, address indexed owner);
    /// @notice A batch of documents was committed to in a stream.
    /// @custom:aggregate stream:{streamId}
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
    error DocumentRegistry_NotTheHeir(bytes32 streamId, address caller, address heir);
    error DocumentRegistry_SequenceGap(bytes32 streamId, uint64 firstSequence, uint64 expected);
    error DocumentRegistry_SequenceBackwards(uint64 firstSequence, uint64 lastSequence);
    error DocumentRegistry_BatchTooLong(bytes32 streamId, uint256 documents, uint256 maxDocuments);
    error DocumentRegistry_HeadMismatch(bytes32 streamId, bytes32 previousHead, bytes32 expected);
    error DocumentRegistry_ZeroRoot();

    /// @notice Opens a stream that the caller owns.
    /// @dev Emits {StreamOpened}. Requirements: caller is an anchorer; the id is new.
    /// @custom:erp none (anchors make no documents)
    /// @custom:pause open
    function openStream(bytes32 streamId) external;

    /// @notice Names the account that may take the stream over, an ERP's next anchoring key; the zero address takes
    /// the offer back. An offer made ahead to a key in a safe survives the loss of the owner's own.
    /// @dev Emits {StreamOffered}. Requirements: stream exists; caller owns it and still is an anchorer.
    /// @custom:erp none (anchors make no documents)
    /// @custom:pause open
    function offerStream(bytes32 streamId, address heir) external;

    /// @notice Takes an offered stream over, as it stands; the old owner has it no more.
    /// @dev Emits {StreamTaken}. Requirements: stream exists; it was offered to the caller; caller is an anchorer.
    /// @custom:erp none (anchors make no documents)
    /// @custom:pause open
    function takeStream(bytes32 streamId) external;

    /// @notice Commits to the documents `firstSequence` to `lastSequence`, at most 65,536 of them.
    /// @dev Emits {DocumentsAnchored}. Requirements: stream exists; caller owns it and still is an anchorer; previous
    /// head named rightly; no gap; not backwards; not too many; root not zero.
    /// @custom:erp none (anchors make no documents)
    /// @custom:pause open
    function anchor(bytes32 streamId, bytes32 previousHead, uint64 firstSequence, uint64 lastSequence, bytes32 root)
        external;

    /// @notice Where a stream stands.
    function stream(bytes32 streamId) external view returns (Stream memory);

    /// @notice The account to which a stream is offered; zero when to none.
    function heirOf(bytes32 streamId) external view returns (address);

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

    /// @notice True when every one of the documents, 1 to 1,024 of them, stands at its sequence number under that
    /// anchor: one proof for all, as OpenZeppelin's library makes and checks it, leaves in the order of the tree.
    /// @dev Reverts as MerkleProof does when the numbers of leaves, siblings and flags do not fit together.
    function provesAll(
        bytes32 streamId,
        uint64 anchorIndex,
        uint64[] calldata sequences,
        bytes32[] calldata documentRoots,
        bytes32[] calldata proof,
        bool[] calldata proofFlags
    ) external view returns (bool);

    /// @notice True when the document at that sequence number under that anchor has this field with this value.
    /// @param fieldProof From the field to the document's root.
    /// @param documentProof From the document to the anchor's root.
    function provesField(
        bytes32 streamId,
        uint64 anchorIndex,
        uint64 sequence,
        Field calldata field,
        bytes32[] calldata fieldProof,
        bytes32[] calldata documentProof
    ) external view returns (bool);

    /// @notice True when `earlierHead` once was the head of the stream and these are all anchors since, in order.
    /// An auditor who kept one head needs nothing else to know that nothing before it was ever changed.
    function provesHead(bytes32 streamId, bytes32 earlierHead, Link[] calldata since) external view returns (bool);

    /// @notice The head that follows `previousHead` when `link` is anchored on it.
    function nextHead(bytes32 previousHead, Link calldata link) external pure returns (bytes32);
}
