// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDocumentRegistry } from "../../../contracts/evidence/interfaces/IDocumentRegistry.sol";
import { Offices } from "../../../contracts/identity/Offices.sol";
import { House } from "../support/House.sol";

contract DocumentRegistryTest is House {
    bytes32 private constant STREAM = keccak256("documents of the buyer");
    bytes32 private constant ROOT = keccak256("root");

    function setUp() public override {
        super.setUp();
        vm.prank(anchorer);
        registry.openStream(STREAM);
    }

    function _anchor(bytes32 head, uint64 first, uint64 last, bytes32 root) private {
        vm.prank(anchorer);
        registry.anchor(STREAM, head, first, last, root);
    }

    // ---- openStream ----

    function test_a_stream_belongs_to_who_opened_it() public {
        bytes32 other = keccak256("other");
        vm.expectEmit(address(registry));
        emit IDocumentRegistry.StreamOpened(other, anchorer);
        vm.prank(anchorer);
        registry.openStream(other);
        assertEq(registry.stream(other).owner, anchorer);
    }

    function test_open_stream_refuses_everybody_but_an_anchorer() public {
        refused(abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_NotAnAnchorer.selector, buyer));
        vm.prank(buyer);
        registry.openStream(keccak256("other"));
    }

    function test_open_stream_refuses_an_id_twice() public {
        refused(abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_StreamExists.selector, STREAM));
        vm.prank(anchorer);
        registry.openStream(STREAM);
    }

    // ---- anchor ----

    function test_anchors_chain_their_heads_without_a_gap() public {
        bytes32 head = keccak256(abi.encode(bytes32(0), ROOT, uint64(1), uint64(3)));
        vm.expectEmit(address(registry));
        emit IDocumentRegistry.DocumentsAnchored(STREAM, 1, 1, 3, ROOT, head);
        _anchor(bytes32(0), 1, 3, ROOT);
        bytes32 second = keccak256("second");
        _anchor(head, 4, 4, second);
        IDocumentRegistry.Stream memory record = registry.stream(STREAM);
        assertEq(record.lastSequence, 4);
        assertEq(record.anchors, 2);
        assertEq(record.head, keccak256(abi.encode(head, second, uint64(4), uint64(4))));
        assertEq(registry.rootOf(STREAM, 1), ROOT);
        assertEq(registry.rootOf(STREAM, 2), second);
        assertEq(registry.rootOf(STREAM, 3), bytes32(0));
    }

    function test_anchor_refuses_an_unknown_stream() public {
        bytes32 other = keccak256("other");
        refused(abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_StreamUnknown.selector, other));
        vm.prank(anchorer);
        registry.anchor(other, bytes32(0), 1, 1, ROOT);
    }

    function test_anchor_refuses_another_anchorer() public {
        address second = actor("second anchorer");
        vm.prank(admin);
        participants.grantRole(Offices.ANCHORER, second);
        refused(
            abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_NotStreamOwner.selector, STREAM, second, anchorer)
        );
        vm.prank(second);
        registry.anchor(STREAM, bytes32(0), 1, 1, ROOT);
    }

    function test_a_stolen_anchorer_key_is_stopped_by_taking_its_office() public {
        revoke(Offices.ANCHORER, anchorer);
        refused(abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_NotAnAnchorer.selector, anchorer));
        _anchor(bytes32(0), 1, 1, ROOT);
    }

    function test_anchor_refuses_another_head() public {
        _anchor(bytes32(0), 1, 3, ROOT);
        bytes32 head = registry.stream(STREAM).head;
        refused(
            abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_HeadMismatch.selector, STREAM, bytes32(0), head)
        );
        _anchor(bytes32(0), 4, 4, ROOT);
    }

    function test_the_same_documents_cannot_be_anchored_twice_nor_one_left_out() public {
        _anchor(bytes32(0), 1, 3, ROOT);
        bytes32 head = registry.stream(STREAM).head;
        uint64[2] memory wrong = [uint64(3), 5];
        for (uint256 i; i < wrong.length; ++i) {
            refused(
                abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_SequenceGap.selector, STREAM, wrong[i], 4)
            );
            _anchor(head, wrong[i], 6, ROOT);
        }
    }

    function test_anchor_refuses_to_run_backwards() public {
        refused(abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_SequenceBackwards.selector, 1, 0));
        _anchor(bytes32(0), 1, 0, ROOT);
    }

    function test_anchor_refuses_a_zero_root() public {
        refused(abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_ZeroRoot.selector));
        _anchor(bytes32(0), 1, 1, bytes32(0));
    }

    // ---- proves ----

    function test_a_document_is_proved_only_at_its_own_place() public {
        bytes32 first = _leaf(1, keccak256("first"));
        bytes32 second = _leaf(2, keccak256("second"));
        _anchor(bytes32(0), 1, 2, _pair(first, second));
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = second;
        assertTrue(registry.proves(STREAM, 1, 1, keccak256("first"), proof));
        assertFalse(registry.proves(STREAM, 1, 2, keccak256("first"), proof), "another sequence number");
        assertFalse(registry.proves(STREAM, 1, 1, keccak256("forged"), proof), "another document");
        assertFalse(registry.proves(STREAM, 2, 1, keccak256("first"), proof), "no such anchor");
        assertFalse(registry.proves(keccak256("other"), 1, 1, keccak256("first"), proof), "no such stream");
    }

    function test_an_inner_node_is_no_document() public {
        bytes32 first = _leaf(1, keccak256("first"));
        bytes32 second = _leaf(2, keccak256("second"));
        bytes32 root = _pair(first, second);
        _anchor(bytes32(0), 1, 2, root);
        assertFalse(registry.proves(STREAM, 1, uint64(uint256(first)), second, new bytes32[](0)));
    }

    function _leaf(uint64 sequence, bytes32 documentRoot) private pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(sequence, documentRoot))));
    }

    function _pair(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return left < right ? keccak256(abi.encode(left, right)) : keccak256(abi.encode(right, left));
    }
}
