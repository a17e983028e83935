// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { Offices } from "../identity/Offices.sol";
import { IDocumentRegistry } from "./interfaces/IDocumentRegistry.sol";

/// @title DocumentRegistry
/// @notice See {IDocumentRegistry}.
contract DocumentRegistry is IDocumentRegistry {
    IAccessControl private immutable _OFFICES;

    mapping(bytes32 streamId => Stream record) private _streams;
    mapping(bytes32 streamId => mapping(uint64 anchorIndex => bytes32 root)) private _roots;

    constructor(IAccessControl offices) {
        _OFFICES = offices;
    }

    /* ANCHORING */

    /// @inheritdoc IDocumentRegistry
    function openStream(bytes32 streamId) external {
        if (!_OFFICES.hasRole(Offices.ANCHORER, msg.sender)) revert DocumentRegistry_NotAnAnchorer(msg.sender);
        if (_streams[streamId].owner != address(0)) revert DocumentRegistry_StreamExists(streamId);
        _streams[streamId].owner = msg.sender;
        emit StreamOpened(streamId, msg.sender);
    }

    /// @inheritdoc IDocumentRegistry
    function anchor(bytes32 streamId, bytes32 previousHead, uint64 firstSequence, uint64 lastSequence, bytes32 root)
        external
    {
        Stream storage record = _streams[streamId];
        if (record.owner == address(0)) revert DocumentRegistry_StreamUnknown(streamId);
        if (record.owner != msg.sender) revert DocumentRegistry_NotStreamOwner(streamId, msg.sender, record.owner);
        if (!_OFFICES.hasRole(Offices.ANCHORER, msg.sender)) revert DocumentRegistry_NotAnAnchorer(msg.sender);
        if (record.head != previousHead) {
            revert DocumentRegistry_HeadMismatch(streamId, previousHead, record.head);
        }
        if (firstSequence != record.lastSequence + 1) {
            revert DocumentRegistry_SequenceGap(streamId, firstSequence, record.lastSequence + 1);
        }
        if (lastSequence < firstSequence) revert DocumentRegistry_SequenceBackwards(firstSequence, lastSequence);
        if (root == bytes32(0)) revert DocumentRegistry_ZeroRoot();

        bytes32 head = keccak256(abi.encode(previousHead, root, firstSequence, lastSequence));
        uint64 anchorIndex = record.anchors + 1;
        record.anchors = anchorIndex;
        record.lastSequence = lastSequence;
        record.head = head;
        _roots[streamId][anchorIndex] = root;
        emit DocumentsAnchored(streamId, anchorIndex, firstSequence, lastSequence, root, head);
    }

    /* VIEWS */

    /// @inheritdoc IDocumentRegistry
    function stream(bytes32 streamId) external view returns (Stream memory) {
        return _streams[streamId];
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
    ) external view returns (bool) {
        bytes32 root = _roots[streamId][anchorIndex];
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(sequence, documentRoot))));
        return root != bytes32(0) && MerkleProof.verifyCalldata(proof, root, leaf);
    }
}
