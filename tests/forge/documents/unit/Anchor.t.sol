// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDocumentRegistry } from "../../../../contracts/evidence/interfaces/IDocumentRegistry.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { DocumentHouse } from "../../support/DocumentHouse.sol";

contract AnchorTest is DocumentHouse {
    function test_anchors_chain_their_heads_without_a_gap() public {
        bytes32 head = keccak256(abi.encode(bytes32(0), ROOT, uint64(1), uint64(3)));
        vm.expectEmit(address(registry));
        emit IDocumentRegistry.DocumentsAnchored(STREAM, 1, 1, 3, ROOT, head);
        anchor(bytes32(0), 1, 3, ROOT);
        bytes32 next = keccak256("second");
        anchor(head, 4, 4, next);
        IDocumentRegistry.Stream memory record = registry.stream(STREAM);
        assertEq(record.lastSequence, 4);
        assertEq(record.anchors, 2);
        assertEq(record.head, keccak256(abi.encode(head, next, uint64(4), uint64(4))));
        assertEq(registry.headOf(STREAM, 0), bytes32(0));
        assertEq(registry.headOf(STREAM, 1), head);
        assertEq(registry.headOf(STREAM, 2), record.head);
        assertEq(registry.headOf(STREAM, 3), bytes32(0));
    }

    function test_anchor_refuses_an_unknown_stream() public {
        refusedAsUnknown(OTHER);
        vm.prank(anchorer);
        registry.anchor(OTHER, bytes32(0), 1, 1, ROOT);
    }

    function test_anchor_refuses_another_anchorer() public {
        refusedAsNotOwner(second, anchorer);
        vm.prank(second);
        registry.anchor(STREAM, bytes32(0), 1, 1, ROOT);
    }

    function test_a_stolen_anchorer_key_is_stopped_by_taking_its_office() public {
        revoke(Offices.ANCHORER, anchorer);
        refusedAsNoAnchorer(anchorer);
        anchor(bytes32(0), 1, 1, ROOT);
    }

    function test_anchor_refuses_another_head() public {
        anchor(bytes32(0), 1, 3, ROOT);
        bytes32 head = headOf(STREAM);
        refused(
            abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_HeadMismatch.selector, STREAM, bytes32(0), head)
        );
        anchor(bytes32(0), 4, 4, ROOT);
    }

    function test_the_same_documents_cannot_be_anchored_twice_nor_one_left_out() public {
        anchor(bytes32(0), 1, 3, ROOT);
        bytes32 head = headOf(STREAM);
        uint64[2] memory wrong = [uint64(3), 5];
        for (uint256 i; i < wrong.length; ++i) {
            refused(
                abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_SequenceGap.selector, STREAM, wrong[i], 4)
            );
            anchor(head, wrong[i], 6, ROOT);
        }
    }

    function test_anchor_refuses_to_run_backwards() public {
        refused(abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_SequenceBackwards.selector, 1, 0));
        anchor(bytes32(0), 1, 0, ROOT);
    }

    function test_a_batch_may_be_as_long_as_the_bound_and_no_longer() public {
        anchor(bytes32(0), 1, 65_535, ROOT);
        assertEq(registry.MAX_BATCH(), 65_536);
        bytes32 head = headOf(STREAM);
        uint64 first = 65_536;
        _refusedLength(65_537);
        anchor(head, first, first + 65_536, ROOT);
        anchor(head, first, first + 65_535, ROOT);
        assertEq(registry.stream(STREAM).lastSequence, 65_535 + 65_536);
    }

    /// Once it was: an anchor at the end of all numbers left no number for the next one.
    function test_an_anchor_far_ahead_does_not_end_its_stream() public {
        _refusedLength(type(uint64).max);
        anchor(bytes32(0), 1, type(uint64).max, ROOT);
        anchor(bytes32(0), 1, 1, ROOT);
    }

    function _refusedLength(uint256 documents) private {
        refused(
            abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_BatchTooLong.selector, STREAM, documents, 65_536)
        );
    }

    function test_anchor_refuses_a_zero_root() public {
        refused(abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_ZeroRoot.selector));
        anchor(bytes32(0), 1, 1, bytes32(0));
    }

    // ---- side by side ----

    /// Two ERPs number their documents alike and anchor in turns: each stream is as if the other were not there.
    function test_streams_side_by_side_never_touch() public {
        vm.prank(second);
        registry.openStream(OTHER);
        bytes32 mine;
        bytes32 theirs;
        for (uint64 i = 1; i <= 5; ++i) {
            bytes32 root = keccak256(abi.encode("mine", i));
            anchor(mine, i, i, root);
            mine = keccak256(abi.encode(mine, root, i, i));
            root = keccak256(abi.encode("theirs", i));
            vm.prank(second);
            registry.anchor(OTHER, theirs, 2 * i - 1, 2 * i, root);
            theirs = keccak256(abi.encode(theirs, root, 2 * i - 1, 2 * i));
            assertEq(headOf(STREAM), mine, "mine");
            assertEq(headOf(OTHER), theirs, "theirs");
        }
        assertEq(registry.stream(STREAM).lastSequence, 5);
        assertEq(registry.stream(OTHER).lastSequence, 10);
        assertTrue(registry.isAnchor(STREAM, 3, linkOf(3, 3, keccak256(abi.encode("mine", uint64(3))))));
        assertTrue(registry.isAnchor(OTHER, 3, linkOf(5, 6, keccak256(abi.encode("theirs", uint64(3))))));
        assertFalse(registry.isAnchor(OTHER, 3, linkOf(3, 3, keccak256(abi.encode("mine", uint64(3))))));
    }

    function testFuzz_any_order_of_anchors_leaves_each_stream_its_own_chain(uint256 seed) public {
        address[3] memory owners = [anchorer, anchorer, second];
        bytes32[3] memory ids = [STREAM, keccak256("second stream of the buyer"), OTHER];
        bytes32[3] memory heads;
        uint64[3] memory lasts;
        vm.prank(anchorer);
        registry.openStream(ids[1]);
        vm.prank(second);
        registry.openStream(OTHER);
        for (uint256 i; i < 12; ++i) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            uint256 which = draw % 3;
            uint64 first = lasts[which] + 1;
            lasts[which] = first + uint64((draw >> 8) % 65_536);
            vm.prank(owners[which]);
            registry.anchor(ids[which], heads[which], first, lasts[which], bytes32(draw));
            heads[which] = keccak256(abi.encode(heads[which], bytes32(draw), first, lasts[which]));
            for (uint256 j; j < 3; ++j) {
                assertEq(headOf(ids[j]), heads[j], "head");
                assertEq(registry.stream(ids[j]).lastSequence, lasts[j], "last");
            }
        }
    }

    // ---- gas ----

    /// A batch of 256 documents: less than 300 gas each, the transaction itself included.
    function test_anchoring_256_documents_costs_less_than_76_800_gas() public {
        anchor(bytes32(0), 1, 256, ROOT);
        bytes32 head = headOf(STREAM);
        bytes memory call = abi.encodeCall(registry.anchor, (STREAM, head, 257, 512, keccak256("next")));
        uint256 intrinsic = 21_000;
        for (uint256 i; i < call.length; ++i) {
            intrinsic += call[i] == 0 ? 4 : 16;
        }
        vm.cool(address(registry));
        vm.cool(address(participants));
        vm.prank(anchorer);
        uint256 before = gasleft();
        registry.anchor(STREAM, head, 257, 512, keccak256("next"));
        assertLe(before - gasleft() + intrinsic, 70_000, "well below");
    }
}
