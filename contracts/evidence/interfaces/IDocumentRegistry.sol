// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IDocumentRegistry
/// @notice The sequence of Merkle roots that commits to every ERP document, in order, without a gap. 存证登记.
/// A stream is the document log of one ERP; any number of them stand side by side and never touch. Each anchor covers
/// the sequence numbers after the last one and names the head before it; the head chains all roots of the stream.
///
/// Two trees. A batch is positional: document `s` of the anchor [first, last] is leaf `s - first` of a tree of
/// depth ⌈log2(last - first + 1)⌉ whose missing leaves are zero, its leaf the double keccak of (sequence number,
/// document root), a node keccak256(left, right). So one number has one leaf, and no number outside the range has any.
/// A document root is the root of OpenZeppelin's standard (sorted) Merkle tree over its fields, each leaf the double
/// keccak of (path, value, salt). So one field can be shown to a stranger without the rest of the document.
///
/// Anchor 2 of [4, 6], asked for document 5: three documents, depth 2, index 1, which is 01 in bits.
///
///                     root
///                 /          \
///             a                b          leaf of 5 stands right of that of 4, `a` stands left of `b`:
///           /   \            /   \        proof = [leaf of 4, b]
///      leaf 4  leaf 5   leaf 6   0
///
/// The registry is lasting. A later edition names this one as its predecessor, and streams carry on there: closed
/// here, continued there from head, last number and number of anchors. Anchors made here stay provable here.
///
/// Assumptions for safety:
/// - keccak256 is collision resistant; a stream's owner anchors only what its ERP posted (the audit proves it).
/// - a predecessor is an IDocumentRegistry that keeps these promises, retired once its successor stands.
/// Assumptions for liveness:
/// - the owner's key is available and holds its office, or the key that it named as its heir is and does; without one,
/// documents wait, nothing else stops.
/// @custom:security-contact See SECURITY.md
interface IDocumentRegistry {
    /// @notice Where a stream stands.
    struct Stream {
        address owner; // the only account that may anchor
        uint64 lastSequence; // last sequence number covered; zero: none yet
        uint64 anchors; // how many anchors stand, those of the predecessor included
        bytes32 head; // keccak256 of (previous head, root, first, last)
        uint64 anchorsBefore; // how many of the anchors were made in the predecessor, and are proved there
        bool closed; // nothing is anchored here any more
    }

    /// @notice What one anchor adds to a chain of heads: who proves gives it back, the chain of heads vouches for it.
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
    /// @notice The owner ended a stream here; it may go on in a later edition of the registry.
    /// @custom:aggregate stream:{streamId}
    event StreamClosed(
        bytes32 indexed streamId, address indexed owner, uint64 lastSequence, uint64 anchors, bytes32 head
    );
    /// @notice A stream that was closed in the predecessor goes on here, from where it stood.
    /// @custom:aggregate stream:{streamId}
    event StreamContinued(
        bytes32 indexed streamId,
        address indexed owner,
        address indexed predecessor,
        uint64 lastSequence,
        uint64 anchors,
        bytes32 head
    );
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
    error DocumentRegistry_Retired();
    error DocumentRegistry_StreamExists(bytes32 streamId);
    error DocumentRegistry_StreamUnknown(bytes32 streamId);
    error DocumentRegistry_StreamIsClosed(bytes32 streamId);
    error DocumentRegistry_NotStreamOwner(bytes32 streamId, address caller, address owner);
    error DocumentRegistry_NotTheHeir(bytes32 streamId, address caller, address heir);
    error DocumentRegistry_NoPredecessor();
    error DocumentRegistry_NotClosedBefore(bytes32 streamId);
    error DocumentRegistry_SequenceGap(bytes32 streamId, uint64 firstSequence, uint64 expected);
    error DocumentRegistry_SequenceBackwards(uint64 firstSequence, uint64 lastSequence);
    error DocumentRegistry_BatchTooLong(bytes32 streamId, uint256 documents, uint256 maxDocuments);
    error DocumentRegistry_HeadMismatch(bytes32 streamId, bytes32 previousHead, bytes32 expected);
    error DocumentRegistry_ZeroRoot();

    /// @notice Opens a stream that the caller owns.
    /// @dev Emits {StreamOpened}. Requirements: caller is an anchorer; no guardian retired this registry; the id is
    /// new here and in all predecessors.
    /// @custom:erp none (anchors make no documents)
    /// @custom:pause open (a retired registry opens no stream)
    function openStream(bytes32 streamId) external;

    /// @notice Names the account that may take the stream over, an ERP's next anchoring key; the zero address takes
    /// the offer back. An offer made ahead to a key in a safe survives the loss of the owner's own.
    /// @dev Emits {StreamOffered}. Requirements: stream exists; caller owns it and still is an anchorer.
    /// @custom:erp none (anchors make no documents)
    /// @custom:pause open
    function offerStream(bytes32 streamId, address heir) external;

    /// @notice Takes an offered stream over, as it stands; the old owner has it no more. A closed stream as well: its
    /// heir then continues it in the next edition.
    /// @dev Emits {StreamTaken}. Requirements: stream exists; it was offered to the caller; caller is an anchorer.
    /// @custom:erp none (anchors make no documents)
    /// @custom:pause open
    function takeStream(bytes32 streamId) external;

    /// @notice Commits to the documents `firstSequence` to `lastSequence`, at most 65,536 of them.
    /// @dev Emits {DocumentsAnchored}. Requirements: stream exists and is not closed; caller owns it and still is an
    /// anchorer; previous head named rightly; no gap; not backwards; not too many; root not zero.
    /// @custom:erp none (anchors make no documents)
    /// @custom:pause open
    function anchor(bytes32 streamId, bytes32 previousHead, uint64 firstSequence, uint64 lastSequence, bytes32 root)
        external;

    /// @notice Ends the stream here, for good. What it anchored stays proved here; the owner may continue it in a later
    /// edition that names this registry as its predecessor.
    /// @dev Emits {StreamClosed}. Requirements: stream exists and is not closed; caller owns it and still is an
    /// anchorer.
    /// @custom:erp none (anchors make no documents)
    /// @custom:pause open
    function closeStream(bytes32 streamId) external;

    /// @notice Goes on with a stream of the predecessor: its head, its last number and its number of anchors are taken
    /// over, and its owner is who it is there.
    /// @dev Emits {StreamContinued}. Requirements: there is a predecessor; the id is new here; the stream is closed
    /// there; caller owns it there and is an anchorer. A retired registry continues what was begun all the same.
    /// @custom:erp none (anchors make no documents)
    /// @custom:pause open
    function continueStream(bytes32 streamId) external;

    /// @notice The registry whose streams may be continued here; the zero address for none.
    function predecessor() external view returns (address);

    /// @notice True when a stream of this id was ever opened, here or in a predecessor.
    function exists(bytes32 streamId) external view returns (bool);

    /// @notice Where a stream stands. A later edition reads it to continue the stream.
    function stream(bytes32 streamId) external view returns (Stream memory);

    /// @notice The account to which a stream is offered; zero when to none.
    function heirOf(bytes32 streamId) external view returns (address);

    /// @notice Head of the stream after one anchor; zero when that anchor was not made here.
    function headOf(bytes32 streamId, uint64 anchorIndex) external view returns (bytes32);

    /// @notice True when the anchor was made here and is this: with this root over these sequence numbers.
    function isAnchor(bytes32 streamId, uint64 anchorIndex, Link calldata link) external view returns (bool);

    /// @notice True when the document with this root is the one that stands at that sequence number: of all documents
    /// there are, no second one is ever proved for the same number.
    /// @param link The anchor, as {DocumentsAnchored} told it.
    /// @param proof Siblings from the document's leaf up: ⌈log2(last - first + 1)⌉ of them.
    function proves(
        bytes32 streamId,
        uint64 anchorIndex,
        Link calldata link,
        uint64 sequence,
        bytes32 documentRoot,
        bytes32[] calldata proof
    ) external view returns (bool);

    /// @notice True when every one of the documents, 1 to 1,024 of them, stands at its sequence number under that
    /// anchor: one proof for all.
    /// @param sequences Ascending, none twice.
    /// @param proof The siblings that do not follow from the documents themselves: level by level from the leaves up,
    /// from left to right.
    function provesAll(
        bytes32 streamId,
        uint64 anchorIndex,
        Link calldata link,
        uint64[] calldata sequences,
        bytes32[] calldata documentRoots,
        bytes32[] calldata proof
    ) external view returns (bool);

    /// @notice True when the document at that sequence number under that anchor has this field with this value.
    /// @param fieldProof From the field to the document's root.
    /// @param documentProof From the document to the anchor's root.
    function provesField(
        bytes32 streamId,
        uint64 anchorIndex,
        Link calldata link,
        uint64 sequence,
        Field calldata field,
        bytes32[] calldata fieldProof,
        bytes32[] calldata documentProof
    ) external view returns (bool);

    /// @notice True when `earlierHead` once was the head of the stream and these are all anchors since, in order.
    /// An auditor who kept one head needs nothing else to know that nothing before it was ever changed. A head of the
    /// predecessor too: the chain goes on over the seam, with the links of both registries.
    function provesHead(bytes32 streamId, bytes32 earlierHead, Link[] calldata since) external view returns (bool);

    /// @notice The head that follows `previousHead` when `link` is anchored on it.
    function nextHead(bytes32 previousHead, Link calldata link) external pure returns (bytes32);
}
