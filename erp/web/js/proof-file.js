// What follows from a proof file (`interlock-proof/1`, docs/trust.md) alone, and what a registry on a chain says of it.
import { concatHex, decodeFunctionResult, encodeAbiParameters, encodeFunctionData, keccak256, parseAbi } from "viem/utils";

const FORMAT = "interlock-proof/1";
const BYTES32 = /^0x[0-9a-f]{64}$/;
const ADDRESS = /^0x[0-9a-f]{40}$/;
const SIBLINGS_MAX = 64;
const KEYS = ["format", "chainId", "registry", "streamId", "anchorIndex", "link", "sequence", "documentRoot", "proof", "fields"];
const ABI = parseAbi([
  "function proves(bytes32 streamId, uint64 anchorIndex, (bytes32 root, uint64 firstSequence, uint64 lastSequence) link, uint64 sequence, bytes32 documentRoot, bytes32[] proof) view returns (bool)",
  "function provesField(bytes32 streamId, uint64 anchorIndex, (bytes32 root, uint64 firstSequence, uint64 lastSequence) link, uint64 sequence, (string path, string value, bytes32 salt) field, bytes32[] fieldProof, bytes32[] documentProof) view returns (bool)",
]);

/** The file. Throws an Error that says what is wrong with it. */
export function read(text) {
  let found;
  try {
    found = JSON.parse(text);
  } catch (error) {
    throw new Error(`no JSON (${error.message})`);
  }
  keys(found, KEYS, "the file");
  if (found.format !== FORMAT) throw new Error(`its format is not ${FORMAT}`);
  for (const name of ["chainId", "anchorIndex", "sequence"]) whole(found[name], name);
  matches(found.registry, ADDRESS, "registry");
  matches(found.streamId, BYTES32, "streamId");
  matches(found.documentRoot, BYTES32, "documentRoot");
  keys(found.link, ["root", "firstSequence", "lastSequence"], "link");
  matches(found.link.root, BYTES32, "link.root");
  whole(found.link.firstSequence, "link.firstSequence");
  whole(found.link.lastSequence, "link.lastSequence");
  siblings(found.proof, "proof");
  if (!Array.isArray(found.fields)) throw new Error("fields is no list");
  for (const field of found.fields) {
    keys(field, ["path", "value", "salt", "fieldProof"], "a field");
    if (typeof field.path !== "string" || typeof field.value !== "string") throw new Error("path and value of a field are texts");
    matches(field.salt, BYTES32, `salt of ${field.path}`);
    siblings(field.fieldProof, `proof of ${field.path}`);
  }
  return found;
}

function keys(value, names, what) {
  const own = value !== null && typeof value === "object" && !Array.isArray(value) ? Object.keys(value).sort().join() : null;
  if (own !== [...names].sort().join()) throw new Error(`${what} has not just ${names.join(", ")}`);
}

function whole(value, what) {
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${what} is no whole number from 1`);
}

function matches(value, pattern, what) {
  if (typeof value !== "string" || !pattern.test(value)) throw new Error(`${what} is not as it must be`);
}

function siblings(value, what) {
  if (!Array.isArray(value) || value.length > SIBLINGS_MAX) throw new Error(`${what} is no list of at most ${SIBLINGS_MAX} hashes`);
  for (const each of value) matches(each, BYTES32, what);
}

const twice = (types, values) => keccak256(keccak256(encodeAbiParameters(types.map((type) => ({ type })), values)));

/** The leaf of a field of a document. */
export const fieldLeaf = ({ path, value, salt }) => twice(["string", "string", "bytes32"], [path, value, salt]);

/** The leaf of a document in the log. */
export const logLeaf = (sequence, root) => twice(["uint256", "bytes32"], [BigInt(sequence), root]);

/** The root of a sorted tree that a leaf leads to. */
export const sortedRoot = (leaf, proof) => proof.reduce((node, sibling) => keccak256(node < sibling ? concatHex([node, sibling]) : concatHex([sibling, node])), leaf);

/** The root of a positional tree that a leaf at a place leads to. */
export function placedRoot(leaf, place, proof) {
  let [node, left] = [leaf, BigInt(place)];
  for (const sibling of proof) {
    node = keccak256(left & 1n ? concatHex([sibling, node]) : concatHex([node, sibling]));
    left >>= 1n;
  }
  return node;
}

const depthOf = (count) => (count === 1n ? 0 : (count - 1n).toString(2).length);

/** What follows from the file alone: of each field, of its place in the anchor's range, and of the way to the anchor's root. */
export function check(file) {
  const { root, firstSequence, lastSequence } = file.link;
  const count = BigInt(lastSequence) - BigInt(firstSequence) + 1n;
  const place = BigInt(file.sequence) - BigInt(firstSequence);
  const inRange = count > 0n && place >= 0n && place < count;
  const leaf = logLeaf(file.sequence, file.documentRoot);
  const anchored = inRange ? placedRoot(leaf, place, file.proof) : null;
  return {
    fields: file.fields.map((field) => {
      const own = fieldLeaf(field);
      return { ...field, leaf: own, holds: sortedRoot(own, field.fieldProof) === file.documentRoot };
    }),
    inRange,
    leaf,
    anchored,
    leads: inRange && file.proof.length === depthOf(count) && anchored === root,
  };
}

/** What a registry says of the file, by a function that asks a node: `ask(method, parameters)`. Throws when no node answers. */
export async function onChain(file, registry, ask) {
  const chainId = Number(BigInt(await ask("eth_chainId", [])));
  const place = [file.streamId, BigInt(file.anchorIndex), link(file.link), BigInt(file.sequence)];
  const said = async (functionName, args) => {
    const data = await ask("eth_call", [{ to: registry, data: encodeFunctionData({ abi: ABI, functionName, args }) }, "latest"]);
    return data !== null && data !== "0x" && decodeFunctionResult({ abi: ABI, functionName, data });
  };
  const fields = [];
  const document = await said("proves", [...place, file.documentRoot, file.proof]);
  for (const { path, value, salt, fieldProof } of file.fields)
    fields.push({ path, holds: await said("provesField", [...place, { path, value, salt }, fieldProof, file.proof]) });
  return { chainId, document, fields };
}

const link = ({ root, firstSequence, lastSequence }) => ({ root, firstSequence: BigInt(firstSequence), lastSequence: BigInt(lastSequence) });

const TRIES = 20; // of one question, while the house says that it is asked too often
const WAIT_MAX_SECONDS = 5;
const TOO_MANY = 429;

/**
 * A function that asks a node over HTTP, or the relay of this house. A call that a contract refuses is answered null.
 * Who is asked too often says when to ask again, and is asked again then: a document of many fields takes many questions.
 */
export function asking(address) {
  const post = (method, params) =>
    fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
  return async (method, params) => {
    let answer = await post(method, params);
    for (let tried = 1; answer.status === TOO_MANY && tried < TRIES; tried++) {
      await new Promise((done) => setTimeout(done, 1000 * pause(answer)));
      answer = await post(method, params);
    }
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.detail ?? `${answer.status}`);
    if (told.error && method === "eth_call") return null;
    if (told.error) throw new Error(told.error.message ?? "an error");
    return told.result;
  };
}

/** Seconds until somebody who is asked too often may be asked again. */
function pause(answer) {
  const told = Number(answer.headers.get("Retry-After") ?? 1);
  return Number.isFinite(told) ? Math.min(Math.max(told, 0), WAIT_MAX_SECONDS) : 1;
}
