// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDocumentRegistry } from "../../../contracts/evidence/interfaces/IDocumentRegistry.sol";
import { Offices } from "../../../contracts/identity/Offices.sol";
import { House } from "./House.sol";

/// The house with an open stream, and a second ERP whose anchorer has none yet.
abstract contract DocumentHouse is House {
    bytes32 internal constant STREAM = keccak256("documents of the buyer");
    bytes32 internal constant OTHER = keccak256("documents of the supplier");
    bytes32 internal constant ROOT = keccak256("root");

    address internal second;

    function setUp() public virtual override {
        super.setUp();
        second = actor("second anchorer");
        appoint(Offices.ANCHORER, second);
        vm.prank(anchorer);
        registry.openStream(STREAM);
    }

    function anchor(bytes32 head, uint64 first, uint64 last, bytes32 root) internal {
        vm.prank(anchorer);
        registry.anchor(STREAM, head, first, last, root);
    }

    function headOf(bytes32 streamId) internal view returns (bytes32) {
        return registry.stream(streamId).head;
    }

    function refusedAsNoAnchorer(address caller) internal {
        refused(abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_NotAnAnchorer.selector, caller));
    }

    function refusedAsUnknown(bytes32 streamId) internal {
        refused(abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_StreamUnknown.selector, streamId));
    }

    function refusedAsNotOwner(address caller, address owner) internal {
        refused(
            abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_NotStreamOwner.selector, STREAM, caller, owner)
        );
    }

    function leafOf(uint64 sequence, bytes32 documentRoot) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(sequence, documentRoot))));
    }

    /// A node of OpenZeppelin's standard trees: of the fields of a document.
    function pairOf(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return left < right ? keccak256(abi.encode(left, right)) : keccak256(abi.encode(right, left));
    }

    // ---- batches, written apart from the library: a tree is what its definition says ----

    function linkOf(uint64 first, uint64 last, bytes32 root) internal pure returns (IDocumentRegistry.Link memory) {
        return IDocumentRegistry.Link({ root: root, firstSequence: first, lastSequence: last });
    }

    /// Documents of these roots, numbered from `first` on.
    function leavesFrom(uint64 first, bytes32[] memory roots) internal pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](roots.length);
        for (uint64 i; i < roots.length; ++i) {
            leaves[i] = leafOf(first + i, roots[i]);
        }
    }

    function levelsOf(bytes32[] memory leaves) internal pure returns (uint256 levels) {
        for (uint256 width = 1; width < leaves.length; width *= 2) {
            ++levels;
        }
    }

    function nodeOf(bytes32[] memory leaves, uint256 level, uint256 place) internal pure returns (bytes32) {
        if (place << level >= leaves.length && level == 0) return bytes32(0);
        if (level == 0) return leaves[place];
        return keccak256(abi.encode(nodeOf(leaves, level - 1, 2 * place), nodeOf(leaves, level - 1, 2 * place + 1)));
    }

    function batchRoot(bytes32[] memory leaves) internal pure returns (bytes32) {
        return nodeOf(leaves, levelsOf(leaves), 0);
    }

    function batchProof(bytes32[] memory leaves, uint256 place) internal pure returns (bytes32[] memory proof) {
        proof = new bytes32[](levelsOf(leaves));
        for (uint256 level; level < proof.length; ++level) {
            proof[level] = nodeOf(leaves, level, (place >> level) ^ 1);
        }
    }

    /// The siblings that do not follow from the leaves at these places, which are the bits of `chosen`.
    function severalProof(bytes32[] memory leaves, uint256 chosen) internal pure returns (bytes32[] memory proof) {
        proof = new bytes32[](2 * leaves.length);
        uint256 count;
        uint256 levels = levelsOf(leaves);
        for (uint256 level; level < levels; ++level) {
            for (uint256 place; place < 1 << (levels - level); ++place) {
                if (!_holdsChosen(chosen, level, place) || _holdsChosen(chosen, level, place ^ 1)) continue;
                proof[count++] = nodeOf(leaves, level, place ^ 1);
            }
        }
        return firstOf(proof, count);
    }

    function _holdsChosen(uint256 chosen, uint256 level, uint256 place) private pure returns (bool) {
        uint256 width = 1 << level;
        return chosen >> (place * width) & ((1 << width) - 1) != 0;
    }

    function firstOf(bytes32[] memory list, uint256 count) internal pure returns (bytes32[] memory part) {
        part = new bytes32[](count);
        for (uint256 i; i < count; ++i) {
            part[i] = list[i];
        }
    }

    function listOf(bytes32 only) internal pure returns (bytes32[] memory list) {
        list = new bytes32[](1);
        list[0] = only;
    }

    /// Roots of `count` documents that are nothing but different.
    function someRoots(uint256 count) internal pure returns (bytes32[] memory roots) {
        roots = new bytes32[](count);
        for (uint256 i; i < count; ++i) {
            roots[i] = keccak256(abi.encode("document", i));
        }
    }
}
