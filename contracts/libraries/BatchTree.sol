// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title BatchTree
/// @notice Positional Merkle trees: the place of a leaf is part of what is proved. 批次默克尔树.
/// Leaf `i` of `count` stands at the `i`-th place of a full tree of depth ⌈log2(count)⌉; missing leaves are zero. A
/// node is keccak256(left, right), never sorted, so a root and a place have one leaf: two leaves would be a collision.
library BatchTree {
    /// @notice Levels above the leaves of a tree over `count` leaves, one at least: ⌈log2(count)⌉.
    function depthOf(uint256 count) internal pure returns (uint256 depth) {
        while (1 << depth < count) ++depth;
    }

    /// @notice The root of the tree in which `leaf` stands at `index` beside these siblings, from the leaf up.
    /// Bit `level` of the index says on which side the way up comes from: 0 left, 1 right.
    function rootOf(bytes32 leaf, uint256 index, bytes32[] calldata proof) internal pure returns (bytes32 node) {
        node = leaf;
        for (uint256 level; level < proof.length; ++level) {
            node = _parent(node, proof[level], index >> level);
        }
    }

    /// @notice The root of the tree of that depth in which these leaves stand at these ascending places; zero when the
    /// siblings are too many or too few.
    /// @dev Level by level, each node meets its right neighbour if that is known, else the next sibling of the proof:
    /// leaves 0, 1 and 3 of 4 need one sibling, leaf 2. Writes over both lists.
    function rootOfSeveral(bytes32[] memory nodes, uint256[] memory places, uint256 depth, bytes32[] calldata proof)
        internal
        pure
        returns (bytes32)
    {
        uint256 count = nodes.length;
        uint256 used;
        for (uint256 level; level < depth; ++level) {
            uint256 above;
            for (uint256 i; i < count; ++i) {
                (bytes32 node, uint256 place) = (nodes[i], places[i]);
                bytes32 sibling;
                if (i + 1 < count && place % 2 == 0 && places[i + 1] == place + 1) {
                    sibling = nodes[++i];
                } else {
                    if (used == proof.length) return bytes32(0);
                    sibling = proof[used++];
                }
                (nodes[above], places[above]) = (_parent(node, sibling, place), place / 2);
                ++above;
            }
            count = above;
        }
        return used == proof.length ? nodes[0] : bytes32(0);
    }

    /// @dev The last bit of the place says where the node stands: 0 left of its sibling, 1 right of it.
    function _parent(bytes32 node, bytes32 sibling, uint256 place) private pure returns (bytes32) {
        return place % 2 == 0 ? keccak256(abi.encode(node, sibling)) : keccak256(abi.encode(sibling, node));
    }
}
