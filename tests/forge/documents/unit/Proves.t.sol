// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { IDocumentRegistry } from "../../../../contracts/evidence/interfaces/IDocumentRegistry.sol";
import { DocumentHouse } from "../../support/DocumentHouse.sol";

contract ProvesTest is DocumentHouse {
    bytes32 private leaf1 = leafOf(1, keccak256("first"));
    bytes32 private leaf2 = leafOf(2, keccak256("second"));

    function _both() private {
        anchor(bytes32(0), 1, 2, pairOf(leaf1, leaf2));
    }

    // ---- proves ----

    function test_a_document_is_proved_only_at_its_own_place() public {
        _both();
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = leaf2;
        assertTrue(registry.proves(STREAM, 1, 1, keccak256("first"), proof));
        assertFalse(registry.proves(STREAM, 1, 2, keccak256("first"), proof), "another sequence number");
        assertFalse(registry.proves(STREAM, 1, 1, keccak256("forged"), proof), "another document");
        assertFalse(registry.proves(STREAM, 2, 1, keccak256("first"), proof), "no such anchor");
        assertFalse(registry.proves(OTHER, 1, 1, keccak256("first"), proof), "no such stream");
    }

    function test_an_inner_node_is_no_document() public {
        _both();
        assertFalse(registry.proves(STREAM, 1, uint64(uint256(leaf1)), leaf2, new bytes32[](0)));
    }

    // ---- provesAll ----

    function _all(uint64[] memory sequences, bytes32[] memory roots, bytes32[] memory proof, bool[] memory flags)
        private
        view
        returns (bool)
    {
        return registry.provesAll(STREAM, 1, sequences, roots, proof, flags);
    }

    function _twoDocuments()
        private
        view
        returns (uint64[] memory sequences, bytes32[] memory roots, bool[] memory flags)
    {
        sequences = new uint64[](2);
        roots = new bytes32[](2);
        flags = new bool[](1);
        flags[0] = true;
        (uint256 low, uint256 high) = leaf1 < leaf2 ? (0, 1) : (1, 0);
        (sequences[low], roots[low]) = (1, keccak256("first"));
        (sequences[high], roots[high]) = (2, keccak256("second"));
    }

    function test_several_documents_are_proved_at_once() public {
        _both();
        (uint64[] memory sequences, bytes32[] memory roots, bool[] memory flags) = _twoDocuments();
        assertTrue(_all(sequences, roots, new bytes32[](0), flags));
        roots[1] = keccak256("forged");
        assertFalse(_all(sequences, roots, new bytes32[](0), flags), "one is forged");
    }

    function test_several_documents_are_not_proved_elsewhere() public {
        _both();
        (uint64[] memory sequences, bytes32[] memory roots, bool[] memory flags) = _twoDocuments();
        assertFalse(registry.provesAll(STREAM, 2, sequences, roots, new bytes32[](0), flags), "no such anchor");
        assertFalse(registry.provesAll(OTHER, 1, sequences, roots, new bytes32[](0), flags), "no such stream");
        assertFalse(_all(sequences, new bytes32[](1), new bytes32[](0), flags), "a root is missing");
    }

    /// OpenZeppelin's library takes a multiproof of no leaves for true; here it proves nothing.
    function test_no_documents_are_no_proof() public {
        _both();
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = registry.rootOf(STREAM, 1);
        assertTrue(MerkleProof.multiProofVerify(proof, new bool[](0), proof[0], new bytes32[](0)), "the library");
        assertFalse(_all(new uint64[](0), new bytes32[](0), proof, new bool[](0)));
    }

    function test_more_documents_than_the_bound_are_no_proof() public {
        uint256 most = registry.MAX_PROVED();
        assertEq(most, 1024);
        (bytes32 root, uint64[] memory sequences, bytes32[] memory roots, bool[] memory flags) = _tree(most);
        anchor(bytes32(0), 1, 1024, root);
        assertTrue(_all(sequences, roots, new bytes32[](0), flags));
        assertFalse(_all(new uint64[](most + 1), new bytes32[](most + 1), new bytes32[](0), new bool[](most)));
    }

    /// A full tree over `count` documents, and the multiproof of all of them: no siblings, only flags.
    function _tree(uint256 count)
        private
        pure
        returns (bytes32 root, uint64[] memory sequences, bytes32[] memory roots, bool[] memory flags)
    {
        sequences = new uint64[](count);
        roots = new bytes32[](count);
        flags = new bool[](count - 1);
        bytes32[] memory nodes = new bytes32[](2 * count - 1);
        for (uint256 i; i < count; ++i) {
            sequences[i] = uint64(i + 1);
            roots[i] = keccak256(abi.encode(i));
            nodes[i] = leafOf(sequences[i], roots[i]);
        }
        for (uint256 i; i < count - 1; ++i) {
            flags[i] = true;
            nodes[count + i] = pairOf(nodes[2 * i], nodes[2 * i + 1]);
        }
        root = nodes[2 * count - 2];
    }

    function test_a_multiproof_that_does_not_fit_together_is_refused_by_the_library() public {
        _both();
        (uint64[] memory sequences, bytes32[] memory roots,) = _twoDocuments();
        refused(abi.encodeWithSelector(MerkleProof.MerkleProofInvalidMultiproof.selector));
        registry.provesAll(STREAM, 1, sequences, roots, new bytes32[](0), new bool[](0));
    }

    // ---- provesField ----

    function test_a_field_is_proved_through_both_trees() public {
        bytes32 salt = keccak256("salt");
        bytes32[] memory up = new bytes32[](1);
        bytes32[] memory further = new bytes32[](1);
        up[0] = keccak256("the other fields");
        further[0] = leaf2;
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode("fields.net_minor", "500", salt))));
        anchor(bytes32(0), 1, 2, pairOf(leafOf(1, pairOf(leaf, up[0])), leaf2));
        assertTrue(_field(1, "fields.net_minor", "500", salt, up, further));
        assertFalse(_field(1, "fields.net_minor", "501", salt, up, further), "another value");
        assertFalse(_field(1, "fields.tax_minor", "500", salt, up, further), "another field");
        assertFalse(_field(1, "fields.net_minor5", "00", salt, up, further), "the same letters, cut elsewhere");
        assertFalse(_field(1, "fields.net_minor", "500", ROOT, up, further), "another salt");
        assertFalse(_field(2, "fields.net_minor", "500", salt, up, further), "another document");
        assertFalse(_field(1, "fields.net_minor", "500", salt, further, up), "proofs exchanged");
    }

    function _field(
        uint64 sequence,
        string memory path,
        string memory value,
        bytes32 salt,
        bytes32[] memory up,
        bytes32[] memory further
    ) private view returns (bool) {
        IDocumentRegistry.Field memory field = IDocumentRegistry.Field({ path: path, value: value, salt: salt });
        return registry.provesField(STREAM, 1, sequence, field, up, further);
    }

    // ---- provesHead ----

    function _links(uint256 from, uint256 to) private pure returns (IDocumentRegistry.Link[] memory links) {
        links = new IDocumentRegistry.Link[](to - from + 1);
        for (uint256 i = from; i <= to; ++i) {
            links[i - from] = IDocumentRegistry.Link({
                root: keccak256(abi.encode(i)), firstSequence: uint64(10 * i - 9), lastSequence: uint64(10 * i)
            });
        }
    }

    function _anchors(uint256 count) private returns (bytes32[] memory heads) {
        heads = new bytes32[](count + 1);
        for (uint256 i = 1; i <= count; ++i) {
            anchor(heads[i - 1], uint64(10 * i - 9), uint64(10 * i), keccak256(abi.encode(i)));
            heads[i] = headOf(STREAM);
            assertEq(registry.nextHead(heads[i - 1], _links(i, i)[0]), heads[i]);
        }
    }

    function test_whoever_kept_a_head_proves_that_nothing_before_it_changed() public {
        bytes32[] memory heads = _anchors(5);
        for (uint256 i; i < 5; ++i) {
            assertTrue(registry.provesHead(STREAM, heads[i], _links(i + 1, 5)), "from each head");
        }
        assertTrue(registry.provesHead(STREAM, heads[5], new IDocumentRegistry.Link[](0)), "the head itself");
    }

    function test_a_head_is_not_proved_by_other_anchors() public {
        bytes32[] memory heads = _anchors(5);
        assertFalse(registry.provesHead(STREAM, heads[2], _links(4, 5)), "one left out");
        assertFalse(registry.provesHead(STREAM, heads[2], _links(3, 4)), "the last left out");
        assertFalse(registry.provesHead(STREAM, ROOT, _links(3, 5)), "another head");
        IDocumentRegistry.Link[] memory links = _links(3, 5);
        links[1].lastSequence += 1;
        assertFalse(registry.provesHead(STREAM, heads[2], links), "other numbers");
        links = _links(3, 5);
        (links[0], links[1]) = (links[1], links[0]);
        assertFalse(registry.provesHead(STREAM, heads[2], links), "another order");
        assertFalse(registry.provesHead(STREAM, heads[0], _links(1, 6)), "more than there are");
    }

    function test_a_stream_without_anchors_has_no_heads() public view {
        assertFalse(registry.provesHead(STREAM, bytes32(0), new IDocumentRegistry.Link[](0)), "empty");
        assertFalse(registry.provesHead(OTHER, bytes32(0), new IDocumentRegistry.Link[](0)), "unknown");
    }
}
