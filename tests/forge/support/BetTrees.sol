// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { BetTypes } from "../../../contracts/bets/BetTypes.sol";
import { IBetBook } from "../../../contracts/bets/interfaces/IBetBook.sol";

/// Hashes, leaves, trees and proofs of bets, computed as a party does: away from the contracts.
abstract contract BetTrees {
    function targetsHash(IBetBook.Target[] memory list) internal pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](list.length);
        for (uint256 i; i < list.length; ++i) {
            hashes[i] = keccak256(abi.encode(BetTypes.TARGET_TYPEHASH, list[i]));
        }
        return keccak256(abi.encodePacked(hashes));
    }

    function pledgeHash(IBetBook.PartyTerms memory terms) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                BetTypes.PARTY_TYPEHASH,
                terms.account,
                terms.stake,
                terms.shareBps,
                terms.toleranceBps,
                terms.slopeBps,
                terms.capBps,
                targetsHash(terms.targets)
            )
        );
    }

    function leafOf(address account, bytes32 hash) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(account, hash))));
    }

    function leavesOf(IBetBook.PartyTerms[] memory list) internal pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](list.length);
        for (uint256 i; i < list.length; ++i) {
            leaves[i] = leafOf(list[i].account, pledgeHash(list[i]));
        }
    }

    function rootOf(bytes32[] memory layer) internal pure returns (bytes32) {
        while (layer.length > 1) {
            layer = _above(layer);
        }
        return layer[0];
    }

    function proofOf(bytes32[] memory layer, uint256 place) internal pure returns (bytes32[] memory proof) {
        bytes32[] memory path = new bytes32[](16);
        uint256 length;
        while (layer.length > 1) {
            uint256 sibling = place ^ 1;
            if (sibling < layer.length) path[length++] = layer[sibling];
            layer = _above(layer);
            place >>= 1;
        }
        proof = new bytes32[](length);
        for (uint256 i; i < length; ++i) {
            proof[i] = path[i];
        }
    }

    function _above(bytes32[] memory layer) private pure returns (bytes32[] memory above) {
        above = new bytes32[]((layer.length + 1) / 2);
        for (uint256 i; i < above.length; ++i) {
            bytes32 left = layer[2 * i];
            if (2 * i + 1 == layer.length) {
                above[i] = left;
                continue;
            }
            bytes32 right = layer[2 * i + 1];
            above[i] = left < right ? keccak256(abi.encode(left, right)) : keccak256(abi.encode(right, left));
        }
    }
}
