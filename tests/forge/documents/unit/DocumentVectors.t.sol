// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDocumentRegistry } from "../../../../contracts/evidence/interfaces/IDocumentRegistry.sol";
import { VmJson } from "../../support/VmJson.sol";
import { DocumentHouse } from "../../support/DocumentHouse.sol";

/// Documents of two ERPs, committed to as docs/trust.md describes it, anchored side by side: every document, every
/// group of documents and every leaf that Python proves is proved here, and in the other ERP's stream nothing of it is.
contract DocumentVectorsTest is DocumentHouse {
    VmJson private constant _JSON = VmJson(address(uint160(uint256(keccak256("hevm cheat code")))));

    uint256 public constant SHOWN = 3; // leaves of each document: a field, the head of an entry, a journal line
    bytes32[2] private _ids = [STREAM, OTHER];
    IDocumentRegistry.Link[4][2] private _links;
    uint256 public documents;
    uint256 public fields;

    function setUp() public override {
        super.setUp();
        vm.prank(second);
        registry.openStream(OTHER);
        for (uint256 i; i < 2; ++i) {
            for (uint256 j; j < 4; ++j) {
                this.anchorFrom(i, j);
            }
        }
    }

    function test_what_python_commits_to_is_proved_here_and_nowhere_else() public {
        for (uint256 i; i < 2; ++i) {
            for (uint256 j; j < 4; ++j) {
                this.proveSeveral(i, j);
                uint256 k;
                while (this.proveDocument(i, j, k)) ++k;
            }
        }
        assertEq(documents, 2 * (1 + 2 + 5 + 8));
        assertEq(fields, SHOWN * documents);
    }

    // Each step is a frame of its own, so that the memory of the table is free again afterwards.

    function anchorFrom(uint256 erp, uint256 index) external {
        (string memory table, string memory key) = _open(erp, index);
        bytes32 previous = headOf(_ids[erp]);
        bytes32 root = _JSON.parseJsonBytes32(table, string.concat(key, ".root"));
        uint64 first = _number(table, string.concat(key, ".first"));
        uint64 last = _number(table, string.concat(key, ".last"));
        _links[erp][index] = linkOf(first, last, root);
        vm.prank(erp == 0 ? anchorer : second);
        registry.anchor(_ids[erp], previous, first, last, root);
        assertEq(headOf(_ids[erp]), _JSON.parseJsonBytes32(table, string.concat(key, ".head")), key);
    }

    function proveSeveral(uint256 erp, uint256 index) external view {
        (string memory table, string memory key) = _open(erp, index);
        key = string.concat(key, ".several");
        uint256[] memory numbers = _JSON.parseJsonUintArray(table, string.concat(key, ".sequences"));
        uint64[] memory sequences = new uint64[](numbers.length);
        for (uint256 i; i < numbers.length; ++i) {
            sequences[i] = uint64(numbers[i]);
        }
        bytes32[] memory roots = _JSON.parseJsonBytes32Array(table, string.concat(key, ".roots"));
        bytes32[] memory proof = _JSON.parseJsonBytes32Array(table, string.concat(key, ".proof"));
        uint64 anchorIndex = uint64(index + 1);
        assertTrue(registry.provesAll(_ids[erp], anchorIndex, _links[erp][index], sequences, roots, proof), key);
        assertFalse(registry.provesAll(_ids[1 - erp], anchorIndex, _links[erp][index], sequences, roots, proof), key);
    }

    function proveDocument(uint256 erp, uint256 index, uint256 which) external returns (bool) {
        (string memory table, string memory key) = _open(erp, index);
        key = string.concat(key, ".documents[", vm.toString(which), "]");
        if (!_JSON.keyExistsJson(table, key)) return false;
        ++documents;
        uint64 sequence = _number(table, string.concat(key, ".sequence"));
        bytes32 root = _JSON.parseJsonBytes32(table, string.concat(key, ".root"));
        bytes32[] memory proof = _JSON.parseJsonBytes32Array(table, string.concat(key, ".proof"));
        assertTrue(registry.proves(_ids[erp], uint64(index + 1), _links[erp][index], sequence, root, proof), key);
        assertFalse(registry.proves(_ids[1 - erp], uint64(index + 1), _links[erp][index], sequence, root, proof), key);
        for (uint256 i; i < SHOWN; ++i) {
            this.proveField(erp, index, sequence, string.concat(key, ".fields[", vm.toString(i), "]"), proof);
        }
        return true;
    }

    function proveField(uint256 erp, uint256 index, uint64 sequence, string calldata key, bytes32[] calldata proof)
        external
    {
        ++fields;
        (string memory table,) = _open(erp, index);
        IDocumentRegistry.Field memory field = IDocumentRegistry.Field({
            path: _JSON.parseJsonString(table, string.concat(key, ".path")),
            value: _JSON.parseJsonString(table, string.concat(key, ".value")),
            salt: _JSON.parseJsonBytes32(table, string.concat(key, ".salt"))
        });
        bytes32[] memory up = _JSON.parseJsonBytes32Array(table, string.concat(key, ".proof"));
        assertTrue(_proves(_ids[erp], erp, index, sequence, field, up, proof), key);
        assertFalse(_proves(_ids[1 - erp], erp, index, sequence, field, up, proof), key);
        field.value = string.concat(field.value, " ");
        assertFalse(_proves(_ids[erp], erp, index, sequence, field, up, proof), key);
    }

    function _proves(
        bytes32 id,
        uint256 erp,
        uint256 index,
        uint64 sequence,
        IDocumentRegistry.Field memory field,
        bytes32[] memory up,
        bytes32[] calldata proof
    ) private view returns (bool) {
        return registry.provesField(id, uint64(index + 1), _links[erp][index], sequence, field, up, proof);
    }

    function _open(uint256 erp, uint256 index) private view returns (string memory table, string memory key) {
        table = vm.readFile("tests/vectors/documents.json");
        key = string.concat(".streams[", vm.toString(erp), "].anchors[", vm.toString(index), "]");
    }

    function _number(string memory table, string memory key) private pure returns (uint64) {
        return uint64(_JSON.parseJsonUint(table, key));
    }
}
