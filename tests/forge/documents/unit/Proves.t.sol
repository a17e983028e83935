// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDocumentRegistry } from "../../../../contracts/evidence/interfaces/IDocumentRegistry.sol";
import { DocumentHouse } from "../../support/DocumentHouse.sol";

/// One document, or one field of it, shown to a reader who has the proof and not the log.
contract ProvesTest is DocumentHouse {
    bytes32[] private leaves;
    bytes32 private root;
    IDocumentRegistry.Link private link;

    /// Anchor 1 covers documents 1 to 5, anchor 2 documents 6 and 7.
    function setUp() public override {
        super.setUp();
        leaves = leavesFrom(1, someRoots(5));
        root = batchRoot(leaves);
        link = linkOf(1, 5, root);
        anchor(bytes32(0), 1, 5, root);
        anchor(headOf(STREAM), 6, 7, batchRoot(leavesFrom(6, someRoots(2))));
    }

    function _document(uint256 place) private pure returns (bytes32) {
        return someRoots(5)[place];
    }

    function _proves(uint64 sequence, bytes32 document, bytes32[] memory proof) private view returns (bool) {
        return registry.proves(STREAM, 1, link, sequence, document, proof);
    }

    // ---- proves ----

    function test_each_document_is_proved_at_its_own_number_and_at_no_other() public view {
        for (uint64 place; place < 5; ++place) {
            for (uint64 number; number < 10; ++number) {
                bool own = number == place + 1;
                assertEq(_proves(number, _document(place), batchProof(leaves, place)), own, "number");
            }
        }
    }

    function test_nothing_but_the_document_itself_is_proved() public view {
        bytes32[] memory proof = batchProof(leaves, 2);
        assertTrue(_proves(3, _document(2), proof));
        assertFalse(_proves(3, keccak256("forged"), proof), "another document");
        assertFalse(_proves(3, _document(3), proof), "the document beside it");
        assertFalse(registry.proves(STREAM, 2, link, 3, _document(2), proof), "another anchor");
        assertFalse(registry.proves(STREAM, 3, link, 3, _document(2), proof), "no such anchor");
        assertFalse(registry.proves(STREAM, 0, link, 3, _document(2), proof), "no anchor is before the first");
        assertFalse(registry.proves(OTHER, 1, link, 3, _document(2), proof), "no such stream");
    }

    function test_the_link_is_the_anchors_own_or_nothing_is_proved() public {
        bytes32[] memory proof = batchProof(leaves, 2);
        IDocumentRegistry.Link memory told = link;
        told.lastSequence = 6;
        assertFalse(registry.proves(STREAM, 1, told, 3, _document(2), proof), "a longer range");
        told = link;
        told.firstSequence = 0;
        assertFalse(registry.proves(STREAM, 1, told, 3, _document(2), proof), "an earlier range");
        told = link;
        told.root = batchRoot(leavesFrom(1, someRoots(4)));
        assertFalse(registry.proves(STREAM, 1, told, 3, _document(2), batchProof(leavesFrom(1, someRoots(4)), 2)));
        assertTrue(registry.isAnchor(STREAM, 1, link));
        assertFalse(registry.isAnchor(STREAM, 1, told));
        assertFalse(registry.isAnchor(STREAM, 2, link));
        assertFalse(registry.isAnchor(STREAM, 0, linkOf(0, 0, bytes32(0))));
        assertFalse(registry.isAnchor(STREAM, 3, linkOf(0, 0, bytes32(0))));
        assertFalse(registry.isAnchor(OTHER, 1, link));
    }

    function test_a_proof_is_exactly_as_long_as_the_batch_is_deep() public view {
        bytes32[] memory proof = batchProof(leaves, 2);
        assertEq(proof.length, 3);
        assertFalse(_proves(3, _document(2), firstOf(proof, 2)), "one short");
        bytes32[] memory longer = new bytes32[](4);
        (longer[0], longer[1], longer[2]) = (proof[0], proof[1], proof[2]);
        assertFalse(_proves(3, _document(2), longer), "one more");
    }

    function test_an_inner_node_is_no_document() public view {
        bytes32[] memory short = new bytes32[](2);
        (short[0], short[1]) = (nodeOf(leaves, 1, 1), nodeOf(leaves, 2, 1));
        assertFalse(_proves(uint64(uint256(leaves[0])), leaves[1], short));
        assertFalse(_proves(1, nodeOf(leaves, 1, 0), short));
    }

    function test_a_batch_of_one_is_proved_without_siblings() public {
        anchor(headOf(STREAM), 8, 8, leafOf(8, ROOT));
        IDocumentRegistry.Link memory single = linkOf(8, 8, leafOf(8, ROOT));
        assertTrue(registry.proves(STREAM, 3, single, 8, ROOT, new bytes32[](0)));
        assertFalse(registry.proves(STREAM, 3, single, 8, ROOT, new bytes32[](1)));
        assertFalse(registry.proves(STREAM, 3, single, 9, ROOT, new bytes32[](0)));
    }

    function test_the_last_of_the_longest_batch_is_proved() public {
        uint64 last = 7 + 65_536;
        bytes32[] memory proof = new bytes32[](16);
        bytes32 node = leafOf(last, ROOT);
        for (uint256 i; i < 16; ++i) {
            proof[i] = keccak256(abi.encode("sibling", i));
            node = keccak256(abi.encode(proof[i], node));
        }
        anchor(headOf(STREAM), 8, last, node);
        assertTrue(registry.proves(STREAM, 3, linkOf(8, last, node), last, ROOT, proof));
        assertFalse(registry.proves(STREAM, 3, linkOf(8, last, node), last - 1, ROOT, proof));
    }

    // ---- provesField ----

    function test_a_field_is_proved_through_both_trees() public {
        bytes32 salt = keccak256("salt");
        bytes32[] memory up = listOf(keccak256("the other fields"));
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode("fields.net_minor", "500", salt))));
        bytes32[] memory roots = someRoots(2);
        roots[0] = pairOf(leaf, up[0]);
        bytes32[] memory further = batchProof(leavesFrom(8, roots), 0);
        link = linkOf(8, 9, batchRoot(leavesFrom(8, roots)));
        anchor(headOf(STREAM), 8, 9, link.root);
        assertTrue(_field(8, "fields.net_minor", "500", salt, up, further));
        assertFalse(_field(8, "fields.net_minor", "501", salt, up, further), "another value");
        assertFalse(_field(8, "fields.tax_minor", "500", salt, up, further), "another field");
        assertFalse(_field(8, "fields.net_minor5", "00", salt, up, further), "the same letters, cut elsewhere");
        assertFalse(_field(8, "fields.net_minor", "500", ROOT, up, further), "another salt");
        assertFalse(_field(9, "fields.net_minor", "500", salt, up, further), "another document");
        assertFalse(_field(8, "fields.net_minor", "500", salt, further, up), "proofs exchanged");
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
        return registry.provesField(STREAM, 3, link, sequence, field, up, further);
    }
}
