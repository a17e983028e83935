// The standard tree over sorted leaves (OpenZeppelin's), as the contracts check it.
import { concatHex, keccak256 } from "viem/utils";

const nodeOf = (left, right) => keccak256(left < right ? concatHex([left, right]) : concatHex([right, left]));

/** Root and proof of a leaf in the tree over some leaves. Proof null: it is none of them. */
export function proved(leaves, leaf) {
  const sorted = leaves.toSorted();
  const nodes = [...Array(sorted.length - 1).fill(null), ...sorted.toReversed()];
  for (let index = sorted.length - 2; index >= 0; index -= 1) nodes[index] = nodeOf(nodes[2 * index + 1], nodes[2 * index + 2]);
  let index = nodes.lastIndexOf(leaf);
  if (index < 0) return { root: nodes[0], proof: null };
  const proof = [];
  for (; index > 0; index = Math.floor((index - 1) / 2)) proof.push(nodes[index % 2 === 0 ? index - 1 : index + 1]);
  return { root: nodes[0], proof };
}
