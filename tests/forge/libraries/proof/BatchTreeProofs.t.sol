// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { BatchTree } from "../../../../contracts/libraries/BatchTree.sol";

/// For halmos, which takes keccak256 for free of collisions: a root and a place have one leaf, in batches up to eight.
contract BatchTreeProofs {
    function rootOf(bytes32 leaf, uint256 index, bytes32[] calldata proof) external pure returns (bytes32) {
        return BatchTree.rootOf(leaf, index, proof);
    }

    function _list(bytes32 a, bytes32 b, bytes32 c, uint256 length) private pure returns (bytes32[] memory list) {
        list = new bytes32[](length);
        if (length > 0) list[0] = a;
        if (length > 1) list[1] = b;
        if (length > 2) list[2] = c;
    }

    function _oneLeafOnly(bytes32[8] memory v, uint256 index, uint256 depth) private view {
        if (v[0] == v[4]) return;
        bytes32 one = this.rootOf(v[0], index, _list(v[1], v[2], v[3], depth));
        bytes32 other = this.rootOf(v[4], index, _list(v[5], v[6], v[7], depth));
        assert(one != other);
    }

    function check_a_batch_of_one_has_one_leaf(bytes32[8] memory v) public view {
        _oneLeafOnly(v, 0, 0);
    }

    function check_a_batch_of_two_has_one_leaf_at_each_place(bytes32[8] memory v) public view {
        _oneLeafOnly(v, 0, 1);
        _oneLeafOnly(v, 1, 1);
    }

    function check_a_batch_of_four_has_one_leaf_at_each_place(bytes32[8] memory v) public view {
        for (uint256 index; index < 4; ++index) {
            _oneLeafOnly(v, index, 2);
        }
    }

    function check_a_batch_of_eight_has_one_leaf_at_each_place(bytes32[8] memory v) public view {
        for (uint256 index; index < 8; ++index) {
            _oneLeafOnly(v, index, 3);
        }
    }

    function check_a_depth_has_room_and_no_smaller_one_has(uint8 count) public pure {
        if (count == 0) return;
        uint256 depth = BatchTree.depthOf(count);
        assert(1 << depth >= count);
        assert(depth == 0 || 1 << (depth - 1) < count);
    }
}
