// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDocumentRegistry } from "../../../../contracts/evidence/interfaces/IDocumentRegistry.sol";
import { DocumentHouse } from "../../support/DocumentHouse.sol";

/// Several documents of one anchor, shown at once.
contract ProvesAllTest is DocumentHouse {
    uint64 private constant FIRST = 10;

    bytes32[] private roots;
    bytes32[] private leaves;
    IDocumentRegistry.Link private link;

    function setUp() public override {
        super.setUp();
        anchor(bytes32(0), 1, FIRST - 1, ROOT);
    }

    function _anchor(uint256 count) private {
        roots = someRoots(count);
        leaves = leavesFrom(FIRST, roots);
        link = linkOf(FIRST, FIRST + uint64(count) - 1, batchRoot(leaves));
        anchor(headOf(STREAM), link.firstSequence, link.lastSequence, link.root);
    }

    /// The documents at the places that are the bits of `chosen`.
    function _chosen(uint256 chosen) private view returns (uint64[] memory sequences, bytes32[] memory documents) {
        uint256 count;
        for (uint256 bits = chosen; bits != 0; bits &= bits - 1) {
            ++count;
        }
        sequences = new uint64[](count);
        documents = new bytes32[](count);
        count = 0;
        for (uint64 place; place < roots.length; ++place) {
            if (chosen >> place & 1 == 0) continue;
            (sequences[count], documents[count]) = (FIRST + place, roots[place]);
            ++count;
        }
    }

    function _all(uint64[] memory sequences, bytes32[] memory documents, bytes32[] memory proof)
        private
        view
        returns (bool)
    {
        return registry.provesAll(STREAM, 2, link, sequences, documents, proof);
    }

    function test_every_choice_of_documents_of_every_small_batch_is_proved_and_none_with_a_forged_one() public {
        uint256 state = vm.snapshotState();
        for (uint256 count = 1; count <= 6; ++count) {
            _anchor(count);
            for (uint256 chosen = 1; chosen < 1 << count; ++chosen) {
                (uint64[] memory sequences, bytes32[] memory documents) = _chosen(chosen);
                bytes32[] memory proof = severalProof(leaves, chosen);
                assertTrue(_all(sequences, documents, proof), "the documents");
                assertFalse(_all(sequences, documents, _longer(proof)), "a sibling too many");
                if (proof.length != 0) assertFalse(_all(sequences, documents, firstOf(proof, proof.length - 1)));
                documents[chosen % documents.length] = keccak256("forged");
                assertFalse(_all(sequences, documents, proof), "one is forged");
            }
            vm.revertToState(state);
        }
    }

    function _longer(bytes32[] memory proof) private pure returns (bytes32[] memory longer) {
        longer = new bytes32[](proof.length + 1);
        for (uint256 i; i < proof.length; ++i) {
            longer[i] = proof[i];
        }
    }

    function test_several_documents_are_not_proved_elsewhere() public {
        _anchor(5);
        (uint64[] memory sequences, bytes32[] memory documents) = _chosen(21);
        bytes32[] memory proof = severalProof(leaves, 21);
        assertTrue(_all(sequences, documents, proof));
        assertFalse(registry.provesAll(STREAM, 1, link, sequences, documents, proof), "another anchor");
        assertFalse(registry.provesAll(STREAM, 3, link, sequences, documents, proof), "no such anchor");
        assertFalse(registry.provesAll(OTHER, 2, link, sequences, documents, proof), "no such stream");
        assertFalse(_all(sequences, firstOf(documents, 2), proof), "a root is missing");
        link.lastSequence += 1;
        assertFalse(_all(sequences, documents, proof), "another range");
    }

    function test_numbers_outside_of_the_anchor_are_not_proved() public {
        _anchor(5);
        (uint64[] memory sequences, bytes32[] memory documents) = _chosen(21);
        bytes32[] memory proof = severalProof(leaves, 21);
        sequences[0] = FIRST - 1;
        assertFalse(_all(sequences, documents, proof), "before the first");
        (sequences,) = _chosen(21);
        sequences[2] = FIRST + 5;
        assertFalse(_all(sequences, documents, proof), "after the last");
    }

    function test_documents_are_named_in_ascending_order_and_none_twice() public {
        _anchor(4);
        (uint64[] memory sequences, bytes32[] memory documents) = _chosen(3);
        bytes32[] memory proof = severalProof(leaves, 3);
        assertTrue(_all(sequences, documents, proof));
        (sequences[0], sequences[1]) = (sequences[1], sequences[0]);
        (documents[0], documents[1]) = (documents[1], documents[0]);
        assertFalse(_all(sequences, documents, proof), "descending");
        (sequences[0], sequences[1]) = (FIRST, FIRST);
        (documents[0], documents[1]) = (roots[0], roots[0]);
        for (uint256 length; length < 4; ++length) {
            assertFalse(_all(sequences, documents, firstOf(_longer(_longer(_longer(proof))), length)), "twice");
        }
    }

    function test_no_documents_are_no_proof() public {
        _anchor(4);
        assertFalse(_all(new uint64[](0), new bytes32[](0), listOf(link.root)));
        assertFalse(_all(new uint64[](0), new bytes32[](0), new bytes32[](0)));
    }

    function test_as_many_documents_as_the_bound_are_proved_at_once_and_no_more() public {
        uint256 most = registry.MAX_PROVED();
        assertEq(most, 1024);
        (bytes32 root, uint64[] memory sequences, bytes32[] memory documents) = _full(2 * most);
        link = linkOf(FIRST, FIRST + uint64(2 * most) - 1, root);
        anchor(headOf(STREAM), link.firstSequence, link.lastSequence, root);
        assertFalse(_all(sequences, documents, new bytes32[](0)), "more than the bound");
    }

    function test_the_bound_itself_is_proved() public {
        (bytes32 root, uint64[] memory sequences, bytes32[] memory documents) = _full(1024);
        link = linkOf(FIRST, FIRST + 1023, root);
        anchor(headOf(STREAM), link.firstSequence, link.lastSequence, root);
        assertTrue(_all(sequences, documents, new bytes32[](0)));
        documents[1023] = ROOT;
        assertFalse(_all(sequences, documents, new bytes32[](0)), "the last is forged");
    }

    /// A full batch of `count` documents, a power of two.
    function _full(uint256 count)
        private
        pure
        returns (bytes32 root, uint64[] memory sequences, bytes32[] memory documents)
    {
        sequences = new uint64[](count);
        documents = someRoots(count);
        bytes32[] memory nodes = leavesFrom(FIRST, documents);
        for (uint256 i; i < count; ++i) {
            sequences[i] = FIRST + uint64(i);
        }
        for (; count > 1; count /= 2) {
            for (uint256 i; i < count / 2; ++i) {
                nodes[i] = keccak256(abi.encode(nodes[2 * i], nodes[2 * i + 1]));
            }
        }
        root = nodes[0];
    }
}
