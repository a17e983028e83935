// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDocumentRegistry } from "../../../../contracts/evidence/interfaces/IDocumentRegistry.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { DocumentHouse } from "../../support/DocumentHouse.sol";

contract StreamsTest is DocumentHouse {
    // ---- openStream ----

    function test_a_stream_belongs_to_who_opened_it() public {
        vm.expectEmit(address(registry));
        emit IDocumentRegistry.StreamOpened(OTHER, anchorer);
        vm.prank(anchorer);
        registry.openStream(OTHER);
        assertEq(registry.stream(OTHER).owner, anchorer);
    }

    function test_open_stream_refuses_everybody_but_an_anchorer() public {
        refusedAsNoAnchorer(buyer);
        vm.prank(buyer);
        registry.openStream(OTHER);
    }

    function test_open_stream_refuses_an_id_twice() public {
        refused(abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_StreamExists.selector, STREAM));
        vm.prank(second);
        registry.openStream(STREAM);
    }

    // ---- offerStream, takeStream ----

    function _offer(address heir) private {
        vm.prank(anchorer);
        registry.offerStream(STREAM, heir);
    }

    function _take(address caller) private {
        vm.prank(caller);
        registry.takeStream(STREAM);
    }

    function _refusedHeir(address caller, address heir) private {
        refused(abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_NotTheHeir.selector, STREAM, caller, heir));
    }

    function test_an_erp_changes_its_key_in_two_steps_and_its_log_goes_on() public {
        anchor(bytes32(0), 1, 3, ROOT);
        bytes32 head = headOf(STREAM);
        vm.expectEmit(address(registry));
        emit IDocumentRegistry.StreamOffered(STREAM, anchorer, second);
        _offer(second);
        assertEq(registry.heirOf(STREAM), second);
        assertEq(registry.stream(STREAM).owner, anchorer, "until it is taken");
        vm.expectEmit(address(registry));
        emit IDocumentRegistry.StreamTaken(STREAM, anchorer, second);
        _take(second);
        IDocumentRegistry.Stream memory record = registry.stream(STREAM);
        assertEq(record.owner, second);
        assertEq(record.lastSequence, 3);
        assertEq(record.anchors, 1);
        assertEq(record.head, head);
        assertEq(registry.heirOf(STREAM), address(0), "an offer is good once");
        vm.prank(second);
        registry.anchor(STREAM, head, 4, 4, ROOT);
        head = headOf(STREAM);
        refusedAsNotOwner(anchorer, second);
        anchor(head, 5, 5, ROOT);
    }

    function test_the_owner_anchors_on_while_its_offer_stands_and_may_take_it_back() public {
        _offer(second);
        anchor(bytes32(0), 1, 1, ROOT);
        vm.expectEmit(address(registry));
        emit IDocumentRegistry.StreamOffered(STREAM, anchorer, address(0));
        _offer(address(0));
        _refusedHeir(second, address(0));
        _take(second);
    }

    function test_a_later_offer_replaces_an_earlier_one() public {
        _offer(second);
        _offer(outsider);
        _refusedHeir(second, outsider);
        _take(second);
    }

    function test_a_key_in_a_safe_saves_a_stream_whose_owner_lost_its_office() public {
        _offer(second);
        revoke(Offices.ANCHORER, anchorer);
        _take(second);
        assertEq(registry.stream(STREAM).owner, second);
    }

    function test_a_stolen_key_whose_office_was_taken_gives_nothing_away() public {
        revoke(Offices.ANCHORER, anchorer);
        refusedAsNoAnchorer(anchorer);
        _offer(outsider);
    }

    function test_offer_stream_refuses_an_unknown_stream_and_another_caller() public {
        refusedAsUnknown(OTHER);
        vm.prank(anchorer);
        registry.offerStream(OTHER, second);
        refusedAsNotOwner(second, anchorer);
        vm.prank(second);
        registry.offerStream(STREAM, second);
    }

    function test_take_stream_refuses_an_unknown_stream_and_whoever_is_not_the_heir() public {
        refusedAsUnknown(OTHER);
        vm.prank(second);
        registry.takeStream(OTHER);
        _refusedHeir(second, address(0));
        _take(second);
        _offer(second);
        _refusedHeir(anchorer, second);
        _take(anchorer);
    }

    function test_take_stream_refuses_an_heir_without_the_office() public {
        _offer(outsider);
        refusedAsNoAnchorer(outsider);
        _take(outsider);
    }
}
