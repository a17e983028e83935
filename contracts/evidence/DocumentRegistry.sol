// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { Offices } from "../identity/Offices.sol";
import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { BatchTree } from "../libraries/BatchTree.sol";
import { IDocumentRegistry } from "./interfaces/IDocumentRegistry.sol";

/// @title DocumentRegistry
/// @notice See {IDocumentRegistry}.
contract DocumentRegistry is IDocumentRegistry {
    uint256 public constant MAX_BATCH = 65_536; // documents in one anchor
    uint256 public constant MAX_PROVED = 1024; // documents in one proof of several

    struct Log {
        // slot 0
        address owner;
        uint64 lastSequence;
        uint32 anchors;
        // slot 1
        address heir;
        uint32 anchorsBefore;
        bool closed;
    }

    IParticipants private immutable _PARTICIPANTS;
    IDocumentRegistry private immutable _PREDECESSOR; // zero: none

    mapping(bytes32 streamId => Log record) private _streams;
    /// @dev Head after each anchor. It commits to the anchor's root and range: they need no place of their own.
    mapping(bytes32 streamId => mapping(uint64 anchorIndex => bytes32 head)) private _heads;

    constructor(IParticipants participants, IDocumentRegistry predecessor_) {
        _PARTICIPANTS = participants;
        _PREDECESSOR = predecessor_;
    }

    /* STREAMS */

    /// @inheritdoc IDocumentRegistry
    function openStream(bytes32 streamId) external {
        _checkAnchorer();
        if (_PARTICIPANTS.isRetired(address(this))) revert DocumentRegistry_Retired();
        if (exists(streamId)) revert DocumentRegistry_StreamExists(streamId);
        _streams[streamId].owner = msg.sender;
        emit StreamOpened(streamId, msg.sender);
    }

    /// @inheritdoc IDocumentRegistry
    function offerStream(bytes32 streamId, address heir) external {
        Log storage record = _owned(streamId);
        record.heir = heir;
        emit StreamOffered(streamId, msg.sender, heir);
    }

    /// @inheritdoc IDocumentRegistry
    function takeStream(bytes32 streamId) external {
        Log storage record = _known(streamId);
        address heir = record.heir;
        if (heir != msg.sender) revert DocumentRegistry_NotTheHeir(streamId, msg.sender, heir);
        _checkAnchorer();
        address previousOwner = record.owner;
        record.owner = msg.sender;
        record.heir = address(0);
        emit StreamTaken(streamId, previousOwner, msg.sender);
    }

    /// @inheritdoc IDocumentRegistry
    function closeStream(bytes32 streamId) external {
        Log storage record = _open(streamId);
        record.closed = true;
        bytes32 head = _heads[streamId][record.anchors];
        emit StreamClosed(streamId, msg.sender, record.lastSequence, record.anchors, head);
    }

    /// @inheritdoc IDocumentRegistry
    function continueStream(bytes32 streamId) external {
        _checkAnchorer();
        if (address(_PREDECESSOR) == address(0)) revert DocumentRegistry_NoPredecessor();
        Log storage record = _streams[streamId];
        if (record.owner != address(0)) revert DocumentRegistry_StreamExists(streamId);
        Stream memory before = _PREDECESSOR.stream(streamId);
        if (!before.closed) revert DocumentRegistry_NotClosedBefore(streamId);
        if (before.owner != msg.sender) revert DocumentRegistry_NotStreamOwner(streamId, msg.sender, before.owner);

        record.owner = msg.sender;
        record.lastSequence = before.lastSequence;
        record.anchors = SafeCast.toUint32(before.anchors);
        record.anchorsBefore = record.anchors;
        _heads[streamId][before.anchors] = before.head;
        emit StreamContinued(
            streamId, msg.sender, address(_PREDECESSOR), before.lastSequence, before.anchors, before.head
        );
    }

    /* ANCHORING */

    /// @inheritdoc IDocumentRegistry
    function anchor(bytes32 streamId, bytes32 previousHead, uint64 firstSequence, uint64 lastSequence, bytes32 root)
        external
    {
        Log storage record = _open(streamId);
        uint32 anchorIndex = record.anchors;
        bytes32 head = _heads[streamId][anchorIndex];
        if (head != previousHead) revert DocumentRegistry_HeadMismatch(streamId, previousHead, head);
        uint64 expected = record.lastSequence + 1;
        if (firstSequence != expected) revert DocumentRegistry_SequenceGap(streamId, firstSequence, expected);
        if (lastSequence < firstSequence) revert DocumentRegistry_SequenceBackwards(firstSequence, lastSequence);
        if (lastSequence - firstSequence >= MAX_BATCH) {
            revert DocumentRegistry_BatchTooLong(streamId, uint256(lastSequence - firstSequence) + 1, MAX_BATCH);
        }
        if (root == bytes32(0)) revert DocumentRegistry_ZeroRoot();

        head = _nextHead(previousHead, root, firstSequence, lastSequence);
        ++anchorIndex;
        record.lastSequence = lastSequence;
        record.anchors = anchorIndex;
        _heads[streamId][anchorIndex] = head;
        emit DocumentsAnchored(streamId, anchorIndex, firstSequence, lastSequence, root, head);
    }

    /* VIEWS */

    /// @inheritdoc IDocumentRegistry
    function predecessor() external view returns (address) {
        return address(_PREDECESSOR);
    }

    /// @inheritdoc IDocumentRegistry
    function exists(bytes32 streamId) public view returns (bool) {
        if (_streams[streamId].owner != address(0)) return true;
        return address(_PREDECESSOR) != address(0) && _PREDECESSOR.exists(streamId);
    }

    /// @inheritdoc IDocumentRegistry
    function stream(bytes32 streamId) external view returns (Stream memory) {
        Log storage record = _streams[streamId];
        return Stream({
            owner: record.owner,
            lastSequence: record.lastSequence,
            anchors: record.anchors,
            head: _heads[streamId][record.anchors],
            anchorsBefore: record.anchorsBefore,
            closed: record.closed
        });
    }

    /// @inheritdoc IDocumentRegistry
    function heirOf(bytes32 streamId) external view returns (address) {
        return _streams[streamId].heir;
    }

    /// @inheritdoc IDocumentRegistry
    function headOf(bytes32 streamId, uint64 anchorIndex) external view returns (bytes32) {
        return anchorIndex > _streams[streamId].anchorsBefore ? _heads[streamId][anchorIndex] : bytes32(0);
    }

    /// @inheritdoc IDocumentRegistry
    function isAnchor(bytes32 streamId, uint64 anchorIndex, Link calldata link) public view returns (bool) {
        Log storage record = _streams[streamId];
        if (anchorIndex <= record.anchorsBefore || anchorIndex > record.anchors) return false;
        return nextHead(_heads[streamId][anchorIndex - 1], link) == _heads[streamId][anchorIndex];
    }

    /// @inheritdoc IDocumentRegistry
    function proves(
        bytes32 streamId,
        uint64 anchorIndex,
        Link calldata link,
        uint64 sequence,
        bytes32 documentRoot,
        bytes32[] calldata proof
    ) public view returns (bool) {
        if (!isAnchor(streamId, anchorIndex, link) || !_covers(link, sequence)) return false;
        if (proof.length != _depthOf(link)) return false;
        bytes32 leaf = _leaf(sequence, documentRoot);
        return BatchTree.rootOf(leaf, sequence - link.firstSequence, proof) == link.root;
    }

    /// @inheritdoc IDocumentRegistry
    function provesAll(
        bytes32 streamId,
        uint64 anchorIndex,
        Link calldata link,
        uint64[] calldata sequences,
        bytes32[] calldata documentRoots,
        bytes32[] calldata proof
    ) external view returns (bool) {
        uint256 count = sequences.length;
        if (count == 0 || count != documentRoots.length || count > MAX_PROVED) return false;
        if (!isAnchor(streamId, anchorIndex, link)) return false;
        bytes32[] memory leaves = new bytes32[](count);
        uint256[] memory places = new uint256[](count);
        for (uint256 i; i < count; ++i) {
            uint64 sequence = sequences[i];
            if (!_covers(link, sequence) || (i != 0 && sequence <= sequences[i - 1])) return false;
            (leaves[i], places[i]) = (_leaf(sequence, documentRoots[i]), sequence - link.firstSequence);
        }
        return BatchTree.rootOfSeveral(leaves, places, _depthOf(link), proof) == link.root;
    }

    /// @inheritdoc IDocumentRegistry
    function provesField(
        bytes32 streamId,
        uint64 anchorIndex,
        Link calldata link,
        uint64 sequence,
        Field calldata field,
        bytes32[] calldata fieldProof,
        bytes32[] calldata documentProof
    ) external view returns (bool) {
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(field.path, field.value, field.salt))));
        bytes32 documentRoot = MerkleProof.processProofCalldata(fieldProof, leaf);
        return proves(streamId, anchorIndex, link, sequence, documentRoot, documentProof);
    }

    /// @inheritdoc IDocumentRegistry
    function provesHead(bytes32 streamId, bytes32 earlierHead, Link[] calldata since) external view returns (bool) {
        Log storage record = _streams[streamId];
        if (record.anchors == 0 || since.length > record.anchors) return false;
        bytes32 head = earlierHead;
        for (uint256 i; i < since.length; ++i) {
            head = nextHead(head, since[i]);
        }
        return head == _heads[streamId][record.anchors];
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

    function _covers(Link calldata link, uint64 sequence) private pure returns (bool) {
        return sequence >= link.firstSequence && sequence <= link.lastSequence;
    }

    function _depthOf(Link calldata link) private pure returns (uint256) {
        return BatchTree.depthOf(uint256(link.lastSequence - link.firstSequence) + 1);
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

    function _open(bytes32 streamId) private view returns (Log storage record) {
        record = _owned(streamId);
        if (record.closed) revert DocumentRegistry_StreamIsClosed(streamId);
    }

    function _checkAnchorer() private view {
        if (!IAccessControl(address(_PARTICIPANTS)).hasRole(Offices.ANCHORER, msg.sender)) {
            revert DocumentRegistry_NotAnAnchorer(msg.sender);
        }
    }
}
