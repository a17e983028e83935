// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { DocumentRegistry } from "../../../../contracts/evidence/DocumentRegistry.sol";
import { IDocumentRegistry } from "../../../../contracts/evidence/interfaces/IDocumentRegistry.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { DocumentHouse } from "../../support/DocumentHouse.sol";

/// What a reviewer tried on the document log.
contract DocumentsFindingsTest is DocumentHouse {
    bytes32[4] private leaves;
    bytes32 private left;
    bytes32 private right;
    IDocumentRegistry.Link private link;

    function setUp() public override {
        super.setUp();
        for (uint64 i; i < 4; ++i) {
            leaves[i] = leafOf(i + 1, bytes32(uint256(i + 1)));
        }
        left = keccak256(abi.encode(leaves[0], leaves[1]));
        right = keccak256(abi.encode(leaves[2], leaves[3]));
        link = linkOf(1, 4, keccak256(abi.encode(left, right)));
        anchor(bytes32(0), 1, 4, link.root);
    }

    /// False as well when the call fails.
    function _claims(uint64[] memory sequences, bytes32[] memory roots, bytes32[] memory proof)
        private
        view
        returns (bool proved)
    {
        (bool done, bytes memory answer) = address(registry)
            .staticcall(abi.encodeCall(IDocumentRegistry.provesAll, (STREAM, 1, link, sequences, roots, proof)));
        return done && abi.decode(answer, (bool));
    }

    /// Whatever nodes a forger takes: with one document among its leaves that is not there, nothing is proved.
    function testFuzz_no_siblings_prove_a_document_that_is_not_there(uint256 seed, uint8 chosen, uint8 siblings)
        public
        view
    {
        chosen = uint8(bound(chosen, 1, 15));
        siblings = uint8(bound(siblings, 0, 4));
        bytes32[8] memory known = [leaves[0], leaves[1], leaves[2], leaves[3], left, right, link.root, bytes32(0)];
        (uint64[] memory sequences, bytes32[] memory roots) = _numbered(chosen);
        uint256 forged = seed % sequences.length;
        roots[forged] = seed >> 255 == 0 ? known[(seed >> 100) % 8] : bytes32(uint256(9));
        bytes32[] memory proof = new bytes32[](siblings);
        for (uint256 i; i < siblings; ++i) {
            proof[i] = known[(seed >> (128 + 8 * i)) % 8];
        }
        assertFalse(_claims(sequences, roots, proof));
    }

    function _numbered(uint8 chosen) private pure returns (uint64[] memory sequences, bytes32[] memory roots) {
        sequences = new uint64[](4);
        roots = new bytes32[](4);
        uint256 count;
        for (uint64 i; i < 4; ++i) {
            if (chosen >> i & 1 == 0) continue;
            (sequences[count], roots[count]) = (i + 1, bytes32(uint256(i + 1)));
            ++count;
        }
        uint64[] memory numbers = new uint64[](count);
        for (uint256 i; i < count; ++i) {
            numbers[i] = sequences[i];
        }
        return (numbers, firstOf(roots, count));
    }

    function test_one_document_named_twice_is_not_proved() public view {
        uint64[] memory sequences = new uint64[](2);
        bytes32[] memory roots = new bytes32[](2);
        (sequences[0], sequences[1]) = (1, 1);
        (roots[0], roots[1]) = (bytes32(uint256(1)), bytes32(uint256(1)));
        bytes32[] memory proof = new bytes32[](2);
        (proof[0], proof[1]) = (leaves[1], right);
        for (uint256 length; length <= 2; ++length) {
            assertFalse(_claims(sequences, roots, firstOf(proof, length)));
        }
    }

    function test_a_field_is_no_document_and_a_document_no_field() public view {
        bytes32[] memory path = new bytes32[](2);
        (path[0], path[1]) = (leaves[1], right);
        assertTrue(registry.proves(STREAM, 1, link, 1, bytes32(uint256(1)), path), "the document");
        IDocumentRegistry.Field memory field = IDocumentRegistry.Field({ path: "", value: "", salt: 0 });
        assertFalse(registry.provesField(STREAM, 1, link, 1, field, new bytes32[](0), path), "no field");
        assertFalse(registry.provesField(STREAM, 1, link, 1, field, path, new bytes32[](0)), "no field of the batch");
    }

    function test_the_last_sequence_number_of_all_ends_a_stream_and_nothing_else() public {
        // slot 0 of the log: owner in the low 160 bits, then lastSequence
        bytes32 place = keccak256(abi.encode(STREAM, uint256(0)));
        uint256 packed = uint256(vm.load(address(registry), place));
        packed |= uint256(type(uint64).max - 1) << 160;
        vm.store(address(registry), place, bytes32(packed));
        assertEq(registry.stream(STREAM).lastSequence, type(uint64).max - 1);
        bytes32 head = headOf(STREAM);
        anchor(head, type(uint64).max, type(uint64).max, ROOT);
        head = headOf(STREAM);
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        vm.prank(anchorer);
        registry.anchor(STREAM, head, 0, 0, ROOT);
    }

    function test_known_another_anchorer_may_take_a_name_and_the_erp_takes_another() public {
        vm.prank(second);
        registry.openStream(OTHER);
        refused(abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_StreamExists.selector, OTHER));
        vm.prank(anchorer);
        registry.openStream(OTHER);
        vm.prank(anchorer);
        registry.openStream(keccak256("documents of the supplier, two"));
    }

    /// An id that the old registry knew is safe; one that is new is safe once the old registry is retired.
    function test_known_until_the_old_registry_is_retired_a_new_id_may_be_opened_in_both() public {
        DocumentRegistry next = new DocumentRegistry(participants, registry);
        vm.prank(second);
        next.openStream(OTHER);
        vm.prank(anchorer);
        registry.openStream(OTHER);
        assertEq(next.stream(OTHER).owner, second);
        assertEq(registry.stream(OTHER).owner, anchorer);
        vm.prank(guardian);
        participants.retire(address(registry));
        bytes32 third = keccak256("third");
        vm.prank(second);
        next.openStream(third);
        refused(abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_Retired.selector));
        vm.prank(anchorer);
        registry.openStream(third);
    }

    /// Who holds an owner's key for a while takes the offer to the safe back; once the key is out of office nobody owns
    /// the log in deed. What was anchored stays proved; the ERP goes on under another name.
    function test_known_a_stolen_key_ends_its_stream_and_unsays_nothing() public {
        vm.startPrank(anchorer);
        registry.offerStream(STREAM, second);
        registry.offerStream(STREAM, address(0));
        vm.stopPrank();
        revoke(Offices.ANCHORER, anchorer);
        refused(
            abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_NotTheHeir.selector, STREAM, second, address(0))
        );
        vm.prank(second);
        registry.takeStream(STREAM);
        bytes32[] memory path = new bytes32[](2);
        (path[0], path[1]) = (leaves[1], right);
        assertTrue(registry.proves(STREAM, 1, link, 1, bytes32(uint256(1)), path));
        vm.prank(second);
        registry.openStream(keccak256("documents of the buyer, two"));
    }
}
