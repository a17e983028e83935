// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDocumentRegistry } from "../../../../contracts/evidence/interfaces/IDocumentRegistry.sol";
import { DocumentHouse } from "../../support/DocumentHouse.sol";

/// Whoever kept one head needs no log to know that nothing before it changed.
contract HeadsTest is DocumentHouse {
    function _links(uint256 from, uint256 to) private pure returns (IDocumentRegistry.Link[] memory links) {
        links = new IDocumentRegistry.Link[](to - from + 1);
        for (uint256 i = from; i <= to; ++i) {
            links[i - from] = linkOf(uint64(10 * i - 9), uint64(10 * i), keccak256(abi.encode(i)));
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
            assertEq(registry.headOf(STREAM, uint64(i)), heads[i], "each head by its number");
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
