// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { DocumentRegistry } from "../../../../contracts/evidence/DocumentRegistry.sol";
import { IDocumentRegistry } from "../../../../contracts/evidence/interfaces/IDocumentRegistry.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { DocumentHouse } from "../../support/DocumentHouse.sol";

/// A stream ends in one registry and goes on in the next, and nothing of what it said is lost.
contract SuccessionTest is DocumentHouse {
    DocumentRegistry private next;
    bytes32[] private leaves;
    IDocumentRegistry.Link private first;
    IDocumentRegistry.Link private later;

    /// Anchor 1 of the old registry covers documents 1 to 3.
    function setUp() public override {
        super.setUp();
        next = new DocumentRegistry(participants, registry);
        leaves = leavesFrom(1, someRoots(3));
        first = linkOf(1, 3, batchRoot(leaves));
        later = linkOf(4, 5, batchRoot(leavesFrom(4, someRoots(2))));
        anchor(bytes32(0), 1, 3, first.root);
    }

    function _close(address caller) private {
        vm.prank(caller);
        registry.closeStream(STREAM);
    }

    function _continue(address caller) private {
        vm.prank(caller);
        next.continueStream(STREAM);
    }

    function _anchorLater() private {
        bytes32 head = next.stream(STREAM).head;
        vm.prank(anchorer);
        next.anchor(STREAM, head, later.firstSequence, later.lastSequence, later.root);
    }

    function _error(bytes4 selector) private pure returns (bytes memory) {
        return abi.encodeWithSelector(selector, STREAM);
    }

    // ---- closeStream ----

    function test_after_its_end_a_stream_is_anchored_no_more_and_still_proved() public {
        bytes32 head = headOf(STREAM);
        vm.expectEmit(address(registry));
        emit IDocumentRegistry.StreamClosed(STREAM, anchorer, 3, 1, head);
        _close(anchorer);
        assertTrue(registry.stream(STREAM).closed);
        refused(_error(IDocumentRegistry.DocumentRegistry_StreamIsClosed.selector));
        anchor(head, 4, 5, later.root);
        assertEq(headOf(STREAM), head);
        assertTrue(registry.proves(STREAM, 1, first, 2, someRoots(3)[1], batchProof(leaves, 1)));
    }

    function test_close_stream_refuses_everybody_but_its_owner_in_office() public {
        refusedAsUnknown(OTHER);
        vm.prank(anchorer);
        registry.closeStream(OTHER);
        refusedAsNotOwner(second, anchorer);
        _close(second);
        revoke(Offices.ANCHORER, anchorer);
        refusedAsNoAnchorer(anchorer);
        _close(anchorer);
        assertFalse(registry.stream(STREAM).closed);
    }

    function test_a_stream_ends_once() public {
        _close(anchorer);
        refused(_error(IDocumentRegistry.DocumentRegistry_StreamIsClosed.selector));
        _close(anchorer);
    }

    // ---- continueStream ----

    function test_a_stream_goes_on_in_the_next_registry_from_where_it_stood() public {
        bytes32 head = headOf(STREAM);
        _close(anchorer);
        vm.expectEmit(address(next));
        emit IDocumentRegistry.StreamContinued(STREAM, anchorer, address(registry), 3, 1, head);
        _continue(anchorer);
        IDocumentRegistry.Stream memory record = next.stream(STREAM);
        assertEq(record.owner, anchorer);
        assertEq(record.lastSequence, 3);
        assertEq(record.anchors, 1);
        assertEq(record.anchorsBefore, 1);
        assertEq(record.head, head);
        assertFalse(record.closed);
        vm.expectEmit(address(next));
        bytes32 then = keccak256(abi.encode(head, later.root, uint64(4), uint64(5)));
        emit IDocumentRegistry.DocumentsAnchored(STREAM, 2, 4, 5, later.root, then);
        _anchorLater();
        assertEq(next.stream(STREAM).head, then);
    }

    function test_no_number_of_before_is_anchored_again() public {
        _close(anchorer);
        _continue(anchorer);
        bytes32 head = next.stream(STREAM).head;
        refused(abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_SequenceGap.selector, STREAM, 3, 4));
        vm.prank(anchorer);
        next.anchor(STREAM, head, 3, 5, ROOT);
        refused(
            abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_HeadMismatch.selector, STREAM, bytes32(0), head)
        );
        vm.prank(anchorer);
        next.anchor(STREAM, bytes32(0), 1, 1, ROOT);
    }

    /// Each document is proved by the registry that anchored it, and by no other.
    function test_each_registry_proves_what_it_anchored() public {
        _close(anchorer);
        _continue(anchorer);
        _anchorLater();
        bytes32[] memory old = batchProof(leaves, 1);
        bytes32[] memory young = batchProof(leavesFrom(4, someRoots(2)), 1);
        assertTrue(registry.proves(STREAM, 1, first, 2, someRoots(3)[1], old), "old in old");
        assertTrue(next.proves(STREAM, 2, later, 5, someRoots(2)[1], young), "new in new");
        assertFalse(next.proves(STREAM, 1, first, 2, someRoots(3)[1], old), "old in new");
        assertFalse(registry.proves(STREAM, 2, later, 5, someRoots(2)[1], young), "new in old");
        assertEq(next.headOf(STREAM, 1), bytes32(0), "not made here");
        assertEq(next.headOf(STREAM, 2), next.stream(STREAM).head);
        assertEq(registry.headOf(STREAM, 1), registry.stream(STREAM).head);
    }

    function test_a_head_kept_before_the_seam_is_proved_behind_it() public {
        bytes32 kept = headOf(STREAM);
        _close(anchorer);
        _continue(anchorer);
        IDocumentRegistry.Link[] memory none = new IDocumentRegistry.Link[](0);
        assertTrue(next.provesHead(STREAM, kept, none), "at the seam");
        _anchorLater();
        IDocumentRegistry.Link[] memory since = new IDocumentRegistry.Link[](2);
        (since[0], since[1]) = (first, later);
        assertTrue(next.provesHead(STREAM, bytes32(0), since), "over the seam, from the beginning");
        IDocumentRegistry.Link[] memory one = new IDocumentRegistry.Link[](1);
        one[0] = later;
        assertTrue(next.provesHead(STREAM, kept, one), "over the seam, from a head kept before");
        assertFalse(next.provesHead(STREAM, bytes32(0), one), "one left out");
    }

    function test_continue_stream_refuses_what_is_not_closed_before() public {
        refused(_error(IDocumentRegistry.DocumentRegistry_NotClosedBefore.selector));
        _continue(anchorer);
        bytes32 unheard = keccak256("unheard of");
        refused(abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_NotClosedBefore.selector, unheard));
        vm.prank(anchorer);
        next.continueStream(unheard);
    }

    function test_continue_stream_refuses_everybody_but_its_owner_in_office() public {
        _close(anchorer);
        refusedAsNoAnchorer(buyer);
        _continue(buyer);
        refusedAsNotOwner(second, anchorer);
        _continue(second);
        revoke(Offices.ANCHORER, anchorer);
        refusedAsNoAnchorer(anchorer);
        _continue(anchorer);
    }

    function test_a_stream_goes_on_once() public {
        _close(anchorer);
        _continue(anchorer);
        _anchorLater();
        refused(_error(IDocumentRegistry.DocumentRegistry_StreamExists.selector));
        _continue(anchorer);
        assertEq(next.stream(STREAM).lastSequence, 5);
    }

    function test_a_first_registry_continues_nothing() public {
        assertEq(registry.predecessor(), address(0));
        assertEq(next.predecessor(), address(registry));
        refused(abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_NoPredecessor.selector));
        vm.prank(anchorer);
        registry.continueStream(OTHER);
    }

    /// The key was lost after the end: the heir that it named takes the stream over there, and continues it here.
    function test_an_heir_saves_a_stream_that_is_closed() public {
        vm.prank(anchorer);
        registry.offerStream(STREAM, second);
        _close(anchorer);
        revoke(Offices.ANCHORER, anchorer);
        vm.prank(second);
        registry.takeStream(STREAM);
        _continue(second);
        assertEq(next.stream(STREAM).owner, second);
    }

    /// What changes hands in the old registry afterwards changes nothing here.
    function test_a_stream_that_goes_on_has_left_the_old_registry() public {
        vm.prank(anchorer);
        registry.offerStream(STREAM, second);
        _close(anchorer);
        _continue(anchorer);
        vm.prank(second);
        registry.takeStream(STREAM);
        assertEq(next.stream(STREAM).owner, anchorer);
        assertEq(next.heirOf(STREAM), address(0), "offers stay behind");
        refused(_error(IDocumentRegistry.DocumentRegistry_StreamExists.selector));
        _continue(second);
    }

    function test_a_stream_without_anchors_goes_on_as_well() public {
        vm.startPrank(second);
        registry.openStream(OTHER);
        registry.closeStream(OTHER);
        next.continueStream(OTHER);
        next.anchor(OTHER, bytes32(0), 1, 1, leafOf(1, ROOT));
        vm.stopPrank();
        assertTrue(next.proves(OTHER, 1, linkOf(1, 1, leafOf(1, ROOT)), 1, ROOT, new bytes32[](0)));
    }

    // ---- one id, one stream ----

    function test_an_id_of_the_old_registry_is_opened_by_nobody_in_the_next() public {
        DocumentRegistry third = new DocumentRegistry(participants, next);
        assertTrue(third.exists(STREAM), "two editions on");
        assertFalse(third.exists(OTHER));
        refused(_error(IDocumentRegistry.DocumentRegistry_StreamExists.selector));
        vm.prank(second);
        third.openStream(STREAM);
        refused(_error(IDocumentRegistry.DocumentRegistry_StreamExists.selector));
        vm.prank(second);
        next.openStream(STREAM);
        vm.prank(second);
        next.openStream(OTHER);
    }

    function test_a_retired_registry_opens_no_stream_and_those_that_run_go_on_to_their_end() public {
        vm.prank(guardian);
        participants.retire(address(registry));
        refused(abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_Retired.selector));
        vm.prank(second);
        registry.openStream(OTHER);
        anchor(headOf(STREAM), 4, 5, later.root);
        _close(anchorer);
        _continue(anchorer);
        vm.prank(second);
        next.openStream(OTHER);
    }

    /// Three editions: the seams are as if they were not there.
    function test_a_stream_walks_through_three_registries() public {
        DocumentRegistry third = new DocumentRegistry(participants, next);
        bytes32 kept = headOf(STREAM);
        _close(anchorer);
        _continue(anchorer);
        _anchorLater();
        vm.startPrank(anchorer);
        next.closeStream(STREAM);
        third.continueStream(STREAM);
        third.anchor(STREAM, next.stream(STREAM).head, 6, 6, leafOf(6, ROOT));
        vm.stopPrank();
        IDocumentRegistry.Link[] memory since = new IDocumentRegistry.Link[](2);
        (since[0], since[1]) = (later, linkOf(6, 6, leafOf(6, ROOT)));
        assertTrue(third.provesHead(STREAM, kept, since));
        assertTrue(third.proves(STREAM, 3, since[1], 6, ROOT, new bytes32[](0)));
        assertEq(third.stream(STREAM).anchorsBefore, 2);
    }
}
