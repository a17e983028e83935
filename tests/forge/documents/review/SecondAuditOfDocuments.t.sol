// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDocumentRegistry } from "../../../../contracts/evidence/interfaces/IDocumentRegistry.sol";
import { DocumentHouse } from "../../support/DocumentHouse.sol";

/// Finding F3 of the second audit: two documents were proved for one number, and numbers outside of the anchor.
contract SecondAuditOfDocumentsTest is DocumentHouse {
    bytes32 private constant FOR_BANK = keccak256("accepted 100");
    bytes32 private constant FOR_AUDITOR = keccak256("accepted 60");

    /// The owner anchors a tree of two leaves that both say number 1: as a batch of one it proves neither, as a batch of
    /// two the one at the place of 1, and no other.
    function test_two_documents_of_one_sequence_number_are_never_both_proved() public {
        bytes32 left = leafOf(1, FOR_BANK);
        bytes32 right = leafOf(1, FOR_AUDITOR);
        bytes32 root = keccak256(abi.encode(left, right));
        anchor(bytes32(0), 1, 1, root);
        assertFalse(registry.proves(STREAM, 1, linkOf(1, 1, root), 1, FOR_BANK, listOf(right)), "the bank");
        assertFalse(registry.proves(STREAM, 1, linkOf(1, 1, root), 1, FOR_AUDITOR, listOf(left)), "the auditor");
        left = leafOf(2, FOR_BANK);
        right = leafOf(2, FOR_AUDITOR);
        root = keccak256(abi.encode(left, right));
        anchor(headOf(STREAM), 2, 3, root);
        assertTrue(registry.proves(STREAM, 2, linkOf(2, 3, root), 2, FOR_BANK, listOf(right)), "its place");
        assertFalse(registry.proves(STREAM, 2, linkOf(2, 3, root), 2, FOR_AUDITOR, listOf(left)), "not its place");
        assertFalse(registry.proves(STREAM, 2, linkOf(2, 3, root), 3, FOR_AUDITOR, listOf(left)), "not its number");
    }

    function test_an_anchor_proves_no_document_outside_its_own_range() public {
        bytes32 left = leafOf(1, keccak256("one"));
        bytes32 ahead = leafOf(5000, FOR_BANK);
        bytes32 root = keccak256(abi.encode(left, ahead));
        anchor(bytes32(0), 1, 2, root);
        assertFalse(registry.proves(STREAM, 1, linkOf(1, 2, root), 5000, FOR_BANK, listOf(left)), "ahead");
        assertFalse(registry.proves(STREAM, 1, linkOf(1, 5000, root), 5000, FOR_BANK, listOf(left)), "a wider link");
        bytes32 again = leafOf(1, FOR_BANK);
        bytes32 three = leafOf(3, keccak256("three"));
        root = keccak256(abi.encode(again, three));
        anchor(headOf(STREAM), 3, 4, root);
        assertFalse(registry.proves(STREAM, 2, linkOf(3, 4, root), 1, FOR_BANK, listOf(three)), "a day later");
    }

    function test_several_documents_at_once_are_no_way_around() public {
        bytes32 root = keccak256(abi.encode(leafOf(1, FOR_BANK), leafOf(1, FOR_AUDITOR)));
        anchor(bytes32(0), 1, 2, root);
        uint64[] memory numbers = new uint64[](2);
        bytes32[] memory documents = new bytes32[](2);
        (numbers[0], numbers[1]) = (1, 1);
        (documents[0], documents[1]) = (FOR_BANK, FOR_AUDITOR);
        IDocumentRegistry.Link memory link = linkOf(1, 2, root);
        assertFalse(registry.provesAll(STREAM, 1, link, numbers, documents, new bytes32[](0)), "one number twice");
        numbers[1] = 2;
        assertFalse(registry.provesAll(STREAM, 1, link, numbers, documents, new bytes32[](0)), "another's number");
    }

    /// A whole small world: leaves of any number, root and order in trees of any shape an owner could anchor, shown with
    /// every proof that can be made of their nodes. For each number at most one document is ever proved.
    function _world(uint64 count) private {
        bytes32[3] memory documents = [FOR_BANK, FOR_AUDITOR, ROOT];
        uint256 found;
        for (uint256 shape; shape < 81; shape += 2) {
            bytes32[] memory leaves = new bytes32[](4);
            uint256 rest = shape;
            for (uint64 i; i < 4; ++i) {
                leaves[i] = leafOf(1 + uint64(rest % 3) % count, documents[(rest + i) % 3]);
                rest /= 3;
            }
            found += this.judge(count, leaves, documents);
        }
        assertGt(found, 0, "some are proved");
    }

    function test_of_every_batch_of_one_one_document_at_most_is_proved_for_each_number() public {
        _world(1);
    }

    function test_of_every_batch_of_two_one_document_at_most_is_proved_for_each_number() public {
        _world(2);
    }

    function test_of_every_batch_of_three_one_document_at_most_is_proved_for_each_number() public {
        _world(3);
    }

    function test_of_every_batch_of_four_one_document_at_most_is_proved_for_each_number() public {
        _world(4);
    }

    /// A frame of its own, so that its memory is free again afterwards.
    function judge(uint64 count, bytes32[] memory leaves, bytes32[3] memory documents) external returns (uint256 own) {
        uint256 state = vm.snapshotState();
        bytes32[] memory pool = _nodes(leaves);
        IDocumentRegistry.Link memory link = linkOf(1, count, pool[count == 1 ? 0 : count == 2 ? 4 : 6]);
        anchor(bytes32(0), 1, count, link.root);
        for (uint64 number; number <= count + 1; ++number) {
            uint256 proved;
            for (uint256 d; d < 3; ++d) {
                if (_everProved(link, number, documents[d], pool)) ++proved;
            }
            assertLe(proved, number == 0 || number > count ? uint256(0) : 1, "documents of one number");
            own += number != 0 && number <= count ? proved : 0;
        }
        vm.revertToState(state);
    }

    /// Leaves, the nodes above them, the root, and zero.
    function _nodes(bytes32[] memory leaves) private pure returns (bytes32[] memory pool) {
        pool = new bytes32[](8);
        for (uint256 i; i < 4; ++i) {
            pool[i] = leaves[i];
        }
        (pool[4], pool[5]) = (nodeOf(leaves, 1, 0), nodeOf(leaves, 1, 1));
        pool[6] = nodeOf(leaves, 2, 0);
    }

    /// By no sibling, by any node as the only one, by any leaf and any node above.
    function _everProved(IDocumentRegistry.Link memory link, uint64 number, bytes32 document, bytes32[] memory pool)
        private
        view
        returns (bool)
    {
        if (registry.proves(STREAM, 1, link, number, document, new bytes32[](0))) return true;
        bytes32[] memory proof = new bytes32[](2);
        for (uint256 a; a < 8; ++a) {
            if (registry.proves(STREAM, 1, link, number, document, listOf(pool[a]))) return true;
            if (a > 3 && a < 7) continue;
            for (uint256 b = 4; b < 8; ++b) {
                (proof[0], proof[1]) = (pool[a], pool[b]);
                if (registry.proves(STREAM, 1, link, number, document, proof)) return true;
            }
        }
        return false;
    }

    function testFuzz_two_documents_are_never_proved_for_one_number(
        uint64 length,
        uint64 number,
        bytes32[17] memory one,
        bytes32[17] memory other,
        uint256 shared
    ) public {
        length = uint64(bound(length, 1, 65_536));
        number = uint64(bound(number, 1, length));
        uint256 depth;
        while (1 << depth < length) ++depth;
        bytes32[] memory proof = new bytes32[](depth);
        bytes32[] memory forged = new bytes32[](depth);
        bytes32 root = leafOf(number, one[16]);
        for (uint256 level; level < depth; ++level) {
            proof[level] = one[level];
            forged[level] = shared >> level & 1 == 1 ? one[level] : other[level];
            root = (number - 1) >> level & 1 == 0
                ? keccak256(abi.encode(root, proof[level]))
                : keccak256(abi.encode(proof[level], root));
        }
        anchor(bytes32(0), 1, length, root);
        vm.assume(one[16] != other[16]);
        IDocumentRegistry.Link memory link = linkOf(1, length, root);
        assertTrue(registry.proves(STREAM, 1, link, number, one[16], proof));
        assertFalse(registry.proves(STREAM, 1, link, number, other[16], proof), "the same siblings");
        assertFalse(registry.proves(STREAM, 1, link, number, other[16], forged), "other siblings");
        if (number < length) assertFalse(registry.proves(STREAM, 1, link, number + 1, one[16], proof));
    }
}
