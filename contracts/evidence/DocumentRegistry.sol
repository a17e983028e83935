// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { Offices } from "../identity/Offices.sol";
import { IDocumentRegistry } from "./interfaces/IDocumentRegistry.sol";

/// @title DocumentRegistry
/// @notice See {IDocumentRegistry}.
contract DocumentRegistry is IDocumentRegistry {
    uint256 public constant MAX_BATCH = 65_536; // documents in one anchor
    uint256 public constant MAX_PROVED = 1024; // documents in one multiproof

    struct Log {
        // slot 0
        address owner;
        uint64 lastSequence;
        uint32 anchors;
        // slot 1
        bytes32 head;
    }

    IAccessControl private immutable _OFFICES;

    mapping(bytes32 streamId => Log record) private _streams;
    mapping(bytes32 streamId => address heir) private _heirs;
    mapping(bytes32 streamId => mapping(uint64 anchorIndex => bytes32 root)) private _roots;

    constructor(IAccessControl offices) {
        _OFFICES = offices;
    }

    /* STREAMS */

    /// @inheritdoc IDocumentRegistry
    function openStream(bytes32 streamId) external {
        _checkAnchorer();
        if (_streams[streamId].owner != address(0)) revert DocumentRegistry_StreamExists(streamId);
        _streams[streamId].owner = msg.sender;
        emit StreamOpened(streamId, msg.sender);
    }

    /// @inheritdoc IDocumentRegistry
    function offerStream(bytes32 streamId, address heir) external {
        _owned(streamId);
        _heirs[streamId] = heir;
        emit StreamOffered(streamId, msg.sender, heir);
    }

    /// @inheritdoc IDocumentRegistry
    function takeStream(bytes32 streamId) external {
        Log storage record = _known(streamId);
        address heir = _heirs[streamId];
        if (heir != msg.sender) revert DocumentRegistry_NotTheHeir(streamId, msg.sender, heir);
        _checkAnchorer();
        address previousOwner = record.owner;
        record.owner = msg.sender;
        delete _heirs[streamId];
        emit StreamTaken(streamId, previousOwner, msg.sender);
    }

    /* ANCHORING */

    /// @inheritdoc IDocumentRegistry
    function anchor(bytes32 streamId, bytes32 previousHead, uint64 firstSequence, uint64 lastSequence, bytes32 root)
        external
    {
        Log storage record = _owned(streamId);
        bytes32 head = record.head;
        if (head != previousHead) revert DocumentRegistry_HeadMismatch(streamId, previousHead, head);
        uint64 expected = record.lastSequence + 1;
        if (firstSequence != expected) revert DocumentRegistry_SequenceGap(streamId, firstSequence, expected);
        if (lastSequence < firstSequence) revert DocumentRegistry_SequenceBackwards(firstSequence, lastSequence);
        if (lastSequence - firstSequence >= MAX_BATCH) {
            revert DocumentRegistry_BatchTooLong(streamId, uint256(lastSequence - firstSequence) + 1, MAX_BATCH);
        }
        if (root == bytes32(0)) revert DocumentRegistry_ZeroRoot();

        head = _nextHead(previousHead, root, firstSequence, lastSequence);
        uint32 anchorIndex = record.anchors + 1;
        record.lastSequence = lastSequence;
        record.anchors = anchorIndex;
        record.head = head;
        _roots[streamId][anchorIndex] = root;
        emit DocumentsAnchored(streamId, anchorIndex, firstSequence, lastSequence, root, head);
    }

    /* VIEWS */

    /// @inheritdoc IDocumentRegistry
    function stream(bytes32 streamId) external view returns (Stream memory) {
        Log storage record = _streams[streamId];
        return
            Stream({
                owner: record.owner, lastSequence: record.lastSequence, anchors: record.anchors, head: record.head
            });
    }

    /// @inheritdoc IDocumentRegistry
    function heirOf(bytes32 streamId) external view returns (address) {
        return _heirs[streamId];
    }

    /// @inheritdoc IDocumentRegistry
    function rootOf(bytes32 streamId, uint64 anchorIndex) external view returns (bytes32) {
        return _roots[streamId][anchorIndex];
    }

    /// @inheritdoc IDocumentRegistry
    function proves(
        bytes32 streamId,
        uint64 anchorIndex,
        uint64 sequence,
        bytes32 documentRoot,
        bytes32[] calldata proof
    ) public view returns (bool) {
        bytes32 root = _roots[streamId][anchorIndex];
        return root != bytes32(0) && MerkleProof.verifyCalldata(proof, root, _leaf(sequence, documentRoot));
    }

    /// @inheritdoc IDocumentRegistry
    function provesAll(
        bytes32 streamId,
        uint64 anchorIndex,
        uint64[] calldata sequences,
        bytes32[] calldata documentRoots,
        bytes32[] calldata proof,
        bool[] calldata proofFlags
    ) external view returns (bool) {
        bytes32 root = _roots[streamId][anchorIndex];
        uint256 count = sequences.length;
        // A multiproof of no leaves proves nothing, and the library accepts it.
        if (root == bytes32(0) || count == 0 || count != documentRoots.length || count > MAX_PROVED) return false;
        bytes32[] memory leaves = new bytes32[](count);
        for (uint256 i; i < count; ++i) {
            leaves[i] = _leaf(sequences[i], documentRoots[i]);
        }
        return MerkleProof.multiProofVerifyCalldata(proof, proofFlags, root, leaves);
    }

    /// @inheritdoc IDocumentRegistry
    function provesField(
        bytes32 streamId,
        uint64 anchorIndex,
        uint64 sequence,
        Field calldata field,
        bytes32[] calldata fieldProof,
        bytes32[] calldata documentProof
    ) external view returns (bool) {
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(field.path, field.value, field.salt))));
        bytes32 documentRoot = MerkleProof.processProofCalldata(fieldProof, leaf);
        return proves(streamId, anchorIndex, sequence, documentRoot, documentProof);
    }

    /// @inheritdoc IDocumentRegistry
    function provesHead(bytes32 streamId, bytes32 earlierHead, Link[] calldata since) external view returns (bool) {
        Log storage record = _streams[streamId];
        if (record.anchors == 0 || since.length > record.anchors) return false;
        bytes32 head = earlierHead;
        for (uint256 i; i < since.length; ++i) {
            head = nextHead(head, since[i]);
        }
        return head == record.head;
    }

    /// @inheritdoc IDocumentRegistry
    function nextHead(bytes32 previousHead, Link calldata link) public pure returns (bytes32) {
        return _nextHead(previousHead, link.root, link.firstSequence, link.lastSequence);
    }

    /* CHECKS */

    function _nextHead(bytes32 previousHead, bytes32 root, uint64 firstSequence, uint64 lastSequence)
        private
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(previousHead, root, firstSequence, lastSequence));
    }

    function _leaf(uint64 sequence, bytes32 documentRoot) private pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(sequence, documentRoot))));
    }

    function _known(bytes32 streamId) private view returns (Log storage record) {
        record = _streams[streamId];
        if (record.owner == address(0)) revert DocumentRegistry_StreamUnknown(streamId);
    }

    function _owned(bytes32 streamId) private view returns (Log storage record) {
        record = _known(streamId);
        if (record.owner != msg.sender) revert DocumentRegistry_NotStreamOwner(streamId, msg.sender, record.owner);
        _checkAnchorer();
    }

    function _checkAnchorer() private view {
        if (!_OFFICES.hasRole(Offices.ANCHORER, msg.sender)) revert DocumentRegistry_NotAnAnchorer(msg.sender);
    }
}
