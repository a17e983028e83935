// Judges trees with OpenZeppelin's own library. Reads [{types, leaves: [[values]], root, proofs}] as JSON, writes what it finds:
// for each tree the library's root and proofs, and whether it accepts the proofs given.
import { readFileSync } from "node:fs";
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";

const found = JSON.parse(readFileSync(0, "utf8")).map(({ types, leaves, root, proofs }) => {
  const tree = StandardMerkleTree.of(leaves, types);
  return {
    root: tree.root,
    proofs: leaves.map((leaf) => tree.getProof(leaf)),
    accepted: leaves.map((leaf, index) => StandardMerkleTree.verify(root, types, leaf, proofs[index])),
  };
});
process.stdout.write(JSON.stringify(found));
