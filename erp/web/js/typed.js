// What a person signs for an act, made anew from the act and the deployment (EIP-712): compared with what is offered, never
// taken from it. `statements.json` is written from the bridge's own tables by `make web`.
import { concatHex, encodeAbiParameters, hashTypedData, keccak256, toHex } from "viem/utils";
import { address, fact, filled } from "./facts.js";
import statements from "./statements.json";

const TEXT = (text) => keccak256(toHex(text));

/** Whether this page can make the act anew. */
export const isKnown = (act) => Object.hasOwn(statements.acts, act);

/**
 * The typed data of an act of an account. `told`: what an event published and commitments of papers, where the act is signed
 * under them. Throws when the deployment lacks its contract, the act a field, or the event names another paper.
 */
export function rebuild(act, account, deployment, told = {}) {
  const known = statements.acts[act.act];
  const facts = { fields: act.fields, papers: act.papers, account, good_until: act.good_until, published: told.published };
  if (known.paper !== null && told.refs?.[fact(`papers.${known.paper}`, facts)] !== fact("published.terms_ref", facts)) throw new Error(`the chain names another ${known.paper}`);
  const number = known.number === null ? null : filled(known.number, facts, deployment);
  const message = filled(known.message, facts, deployment);
  return {
    types: known.types,
    primaryType: known.primary,
    domain: { name: known.contract, version: known.version, chainId: deployment.chain_id, verifyingContract: address(deployment, known.contract, number) },
    message,
  };
}

/** The one JSON text of a value: keys sorted, no spaces. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const pairs = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
    return `{${pairs.join(",")}}`;
  }
  return JSON.stringify(value);
}

/** Where two values differ, as paths. */
export function differences(offered, made, path = "") {
  if (canonical(offered) === canonical(made)) return [];
  const both = [offered, made].every((each) => each !== null && typeof each === "object" && !Array.isArray(each));
  if (!both) return [path || "everything"];
  const names = [...new Set([...Object.keys(offered), ...Object.keys(made)])].sort();
  return names.flatMap((name) => (name in offered && name in made ? differences(offered[name], made[name], path ? `${path}.${name}` : name) : [path ? `${path}.${name}` : name]));
}

/** The 32 bytes that a key signs under typed data. */
export function digestOf(data) {
  const { EIP712Domain: _, ...types } = data.types;
  return hashTypedData({ ...data, types });
}

/** What the owner of a firm's account signs so that the account agrees to a digest (ERC-1271). */
export function firmDigest(chainId, account, digest) {
  const domain = keccak256(
    encodeAbiParameters(
      ["bytes32", "bytes32", "bytes32", "uint256", "address"].map((type) => ({ type })),
      [TEXT("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"), TEXT("Interlock firm account"), TEXT("1"), BigInt(chainId), account],
    ),
  );
  const message = keccak256(encodeAbiParameters([{ type: "bytes32" }, { type: "bytes32" }], [TEXT("FirmMessage(bytes32 digest)"), digest]));
  return keccak256(concatHex(["0x1901", domain, message]));
}

/** The same as typed data, as a wallet is asked to sign it. */
export function firmData(chainId, account, digest) {
  return {
    types: {
      EIP712Domain: [
        { name: "name", type: "string" },
        { name: "version", type: "string" },
        { name: "chainId", type: "uint256" },
        { name: "verifyingContract", type: "address" },
      ],
      FirmMessage: [{ name: "digest", type: "bytes32" }],
    },
    primaryType: "FirmMessage",
    domain: { name: "Interlock firm account", version: "1", chainId, verifyingContract: account },
    message: { digest },
  };
}
