// Checks a proof file of `interlock prove` without any code of interlock: OpenZeppelin's library for the leaves of the document,
// ethers for everything else. With a node it also asks the registry, at the address that the reader names.
//
//     node verify-proof.mjs FILE [RPC_URL REGISTRY_ADDRESS]
//
// Writes {holds, document, fields, chain} as JSON; exit code 0 when all of it holds, 1 when something does not.
import { readFileSync } from "node:fs";
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { AbiCoder, Contract, JsonRpcProvider, concat, keccak256 } from "ethers";

const ABI = [
  "function proves(bytes32,uint64,(bytes32 root,uint64 first,uint64 last),uint64,bytes32,bytes32[]) view returns (bool)",
  "function provesField(bytes32,uint64,(bytes32 root,uint64 first,uint64 last),uint64,(string path,string value,bytes32 salt),bytes32[],bytes32[]) view returns (bool)",
];

const [file, url, registry] = process.argv.slice(2);
const p = JSON.parse(readFileSync(file === "-" ? 0 : file, "utf8"));
const { root, firstSequence, lastSequence } = p.link;

function isOfAnchor() {
  const place = p.sequence - firstSequence;
  const depth = Math.ceil(Math.log2(Math.max(2, lastSequence - firstSequence + 1)));
  const depthOfOne = lastSequence === firstSequence ? 0 : depth;
  if (place < 0 || p.sequence > lastSequence || p.proof.length !== depthOfOne) return false;
  const encoded = AbiCoder.defaultAbiCoder().encode(["uint256", "bytes32"], [p.sequence, p.documentRoot]);
  let node = keccak256(keccak256(encoded));
  p.proof.forEach((sibling, level) => {
    const fromRight = Math.floor(place / 2 ** level) % 2 === 1;
    node = keccak256(fromRight ? concat([sibling, node]) : concat([node, sibling]));
  });
  return node === root;
}

const types = ["string", "string", "bytes32"];
const fields = p.fields.map(({ path, value, salt, fieldProof }) =>
  StandardMerkleTree.verify(p.documentRoot, types, [path, value, salt], fieldProof),
);
const document = isOfAnchor();
let chain = null;
if (url) {
  const provider = new JsonRpcProvider(url);
  const contract = new Contract(registry, ABI, provider);
  const where = [p.streamId, p.anchorIndex, [root, firstSequence, lastSequence], p.sequence];
  const served = (await provider.getNetwork()).chainId === BigInt(p.chainId);
  const all = [served, await contract.proves(...where, p.documentRoot, p.proof)];
  for (const { path, value, salt, fieldProof } of p.fields) {
    all.push(await contract.provesField(...where, [path, value, salt], fieldProof, p.proof));
  }
  chain = registry.toLowerCase() === p.registry && all.every(Boolean);
  provider.destroy();
}
const holds = p.format === "interlock-proof/1" && document && fields.every(Boolean) && chain !== false;
process.stdout.write(JSON.stringify({ holds, document, fields, chain }) + "\n");
process.exit(holds ? 0 : 1);
