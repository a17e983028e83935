// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDocumentRegistry } from "../../../contracts/evidence/interfaces/IDocumentRegistry.sol";
import { Offices } from "../../../contracts/identity/Offices.sol";
import { House } from "./House.sol";

/// The house with an open stream, and a second ERP whose anchorer has none yet.
abstract contract DocumentHouse is House {
    bytes32 internal constant STREAM = keccak256("documents of the buyer");
    bytes32 internal constant OTHER = keccak256("documents of the supplier");
    bytes32 internal constant ROOT = keccak256("root");

    address internal second;

    function setUp() public virtual override {
        super.setUp();
        second = actor("second anchorer");
        appoint(Offices.ANCHORER, second);
        vm.prank(anchorer);
        registry.openStream(STREAM);
    }

    function anchor(bytes32 head, uint64 first, uint64 last, bytes32 root) internal {
        vm.prank(anchorer);
        registry.anchor(STREAM, head, first, last, root);
    }

    function headOf(bytes32 streamId) internal view returns (bytes32) {
        return registry.stream(streamId).head;
    }

    function refusedAsNoAnchorer(address caller) internal {
        refused(abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_NotAnAnchorer.selector, caller));
    }

    function refusedAsUnknown(bytes32 streamId) internal {
        refused(abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_StreamUnknown.selector, streamId));
    }

    function refusedAsNotOwner(address caller, address owner) internal {
        refused(
            abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_NotStreamOwner.selector, STREAM, caller, owner)
        );
    }

    function leafOf(uint64 sequence, bytes32 documentRoot) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(sequence, documentRoot))));
    }

    function pairOf(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return left < right ? keccak256(abi.encode(left, right)) : keccak256(abi.encode(right, left));
    }
}
