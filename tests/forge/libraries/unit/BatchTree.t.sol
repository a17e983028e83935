// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { BatchTree } from "../../../../contracts/libraries/BatchTree.sol";
import { TestBase } from "../../support/TestBase.sol";

contract BatchTreeTest is TestBase {
    function rootOf(bytes32 leaf, uint256 index, bytes32[] calldata proof) external pure returns (bytes32) {
        return BatchTree.rootOf(leaf, index, proof);
    }

    function rootOfSeveral(
        bytes32[] calldata leaves,
        uint256[] calldata places,
        uint256 depth,
        bytes32[] calldata proof
    ) external pure returns (bytes32) {
        return BatchTree.rootOfSeveral(leaves, places, depth, proof);
    }

    function test_the_depth_is_the_least_whose_tree_has_a_place_for_each_leaf() public pure {
        uint256[2][9] memory table = [
            [uint256(1), 0],
            [uint256(2), 1],
            [uint256(3), 2],
            [uint256(4), 2],
            [uint256(5), 3],
            [uint256(256), 8],
            [uint256(257), 9],
            [uint256(65_535), 16],
            [uint256(65_536), 16]
        ];
        for (uint256 i; i < table.length; ++i) {
            assertEq(BatchTree.depthOf(table[i][0]), table[i][1]);
        }
    }

    function test_the_bits_of_the_place_say_left_or_right() public view {
        bytes32[] memory proof = new bytes32[](2);
        (proof[0], proof[1]) = ("sibling", "above");
        bytes32 leaf = "leaf";
        bytes32 asLeft = keccak256(abi.encode(leaf, proof[0]));
        bytes32 asRight = keccak256(abi.encode(proof[0], leaf));
        assertEq(this.rootOf(leaf, 0, proof), keccak256(abi.encode(asLeft, proof[1])));
        assertEq(this.rootOf(leaf, 1, proof), keccak256(abi.encode(asRight, proof[1])));
        assertEq(this.rootOf(leaf, 2, proof), keccak256(abi.encode(proof[1], asLeft)));
        assertEq(this.rootOf(leaf, 3, proof), keccak256(abi.encode(proof[1], asRight)));
        assertEq(this.rootOf(leaf, 0, new bytes32[](0)), leaf);
    }

    /// Leaves 0, 1 and 3 of 4 need one sibling: leaf 2.
    function test_the_worked_example() public view {
        bytes32[] memory leaves = new bytes32[](3);
        uint256[] memory places = new uint256[](3);
        (leaves[0], leaves[1], leaves[2]) = ("a", "b", "d");
        (places[0], places[1], places[2]) = (0, 1, 3);
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = "c";
        bytes32 low = keccak256(abi.encode(bytes32("a"), bytes32("b")));
        bytes32 high = keccak256(abi.encode(bytes32("c"), bytes32("d")));
        assertEq(this.rootOfSeveral(leaves, places, 2, proof), keccak256(abi.encode(low, high)));
        assertEq(this.rootOfSeveral(leaves, places, 2, new bytes32[](0)), bytes32(0), "too few");
        assertEq(this.rootOfSeveral(leaves, places, 2, new bytes32[](2)), bytes32(0), "too many");
    }

    /// Two that stand side by side and are no siblings: 1 and 2 of 4.
    function test_neighbours_of_two_parents_are_no_siblings() public view {
        bytes32[] memory leaves = new bytes32[](2);
        uint256[] memory places = new uint256[](2);
        (leaves[0], leaves[1]) = ("b", "c");
        (places[0], places[1]) = (1, 2);
        bytes32[] memory proof = new bytes32[](2);
        (proof[0], proof[1]) = ("a", "d");
        bytes32 low = keccak256(abi.encode(bytes32("a"), bytes32("b")));
        bytes32 high = keccak256(abi.encode(bytes32("c"), bytes32("d")));
        assertEq(this.rootOfSeveral(leaves, places, 2, proof), keccak256(abi.encode(low, high)));
    }

    function testFuzz_several_of_one_are_as_one(bytes32 leaf, uint8 place, bytes32[5] memory siblings) public view {
        uint256 index = place % 32;
        bytes32[] memory proof = new bytes32[](5);
        for (uint256 i; i < 5; ++i) {
            proof[i] = siblings[i];
        }
        bytes32[] memory leaves = new bytes32[](1);
        uint256[] memory places = new uint256[](1);
        (leaves[0], places[0]) = (leaf, index);
        assertEq(this.rootOfSeveral(leaves, places, 5, proof), this.rootOf(leaf, index, proof));
    }
}
