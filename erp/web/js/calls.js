// The transaction that a person signs for an act, made anew from the act, the deployment and the shipped ABI, and never taken
// from what is offered. `calls.json` is written from the bridge's own tables by `make web`.
import { decodeFunctionData, encodeFunctionData, fromRlp, keccak256, recoverAddress, toHex, toRlp } from "viem/utils";
import calls from "./calls.json";
import { address, filled } from "./facts.js";
import { COMPUTED } from "./papers.js";
import { money } from "./texts.js";

const EXECUTE = [{ type: "function", name: "execute", stateMutability: "nonpayable", outputs: [], inputs: [{ name: "to", type: "address" }, { name: "data", type: "bytes" }] }];
const APPROVE = "SettlementToken.approve";
const KEY = /^0x[0-9a-f]{40}$/;

/** Whether this page can make the call of an act anew. */
export const isCalled = (act) => Object.hasOwn(calls.acts, act);

/**
 * The call of an act of an account: contract and function, the address, the arguments by name, and the data. `told`: what an
 * event published, and the commitments of papers, where the act rests on them. Throws when something is missing.
 */
export function callOf(act, account, deployment, told = {}) {
  const known = calls.acts[act.act];
  const facts = { fields: act.fields, papers: act.papers, account, published: told.published, refs: told.refs };
  const values = known.args === null ? COMPUTED[act.act](facts, deployment) : filled(known.args, facts, deployment);
  return made(`${known.contract}.${known.function}`, values, address(deployment, known.contract, numberIn(values, known.number)));
}

/** The approval that rides in front of an act: its contract may draw so many minor units, and no more. */
export function approvalOf(act, deployment, amount) {
  const draws = calls.draws[act.act];
  if (draws === undefined) throw new Error(`${act.act} draws nothing`);
  const number = draws.number === null ? null : filled(draws.number, { fields: act.fields }, deployment);
  const call = made(APPROVE, [address(deployment, draws.contract, number), amount], address(deployment, "SettlementToken", null));
  return { ...call, drawnBy: draws.contract };
}

function made(name, values, to) {
  const entry = calls.functions[name];
  if (values.length !== entry.inputs.length) throw new Error(`${name} takes ${entry.inputs.length} arguments`);
  const args = entry.inputs.map((input, place) => fitted(input, values[place]));
  const named = Object.fromEntries(entry.inputs.map((input, place) => [input.name || String(place), args[place]]));
  return { name, to, args: named, data: encodeFunctionData({ abi: [entry], functionName: entry.name, args }) };
}

/** The number that says whose edition is called; null: the newest. */
function numberIn(values, place) {
  const found = place === null ? null : Array.isArray(place) ? values[place[0]][place[1]] : values[place];
  return Number.isInteger(found) ? found : null;
}

/** A value as the encoder takes it: numbers as BigInt, structs with exactly their members. Throws when one is missing. */
function fitted(input, value) {
  if (input.type.endsWith("[]")) return value.map((each) => fitted({ ...input, type: input.type.slice(0, -2) }, each));
  if (value === undefined || value === null) throw new Error(`${input.name} is missing`);
  if (input.type === "tuple") return Object.fromEntries(input.components.map((each) => [each.name, fitted(each, value[each.name])]));
  if (/^u?int/.test(input.type)) return whole(input, value);
  if (input.type === "bool" && typeof value !== "boolean") throw new Error(`${input.name} is true or false`);
  return value;
}

function whole(input, value) {
  if (typeof value === "number" ? !Number.isSafeInteger(value) : !/^(0|[1-9][0-9]*)$/.test(String(value))) throw new Error(`${input.name} is no whole number`);
  return BigInt(value);
}

/** The transaction of a key for a call of an account: straight to the contract, or through the account of its firm. */
export function transactionOf(call, account, key, nonce, deployment) {
  if (!KEY.test(key) || !Number.isSafeInteger(nonce) || nonce < 0) throw new Error("the transaction names no key and nonce");
  const own = key === account;
  const data = own ? call.data : encodeFunctionData({ abi: EXECUTE, functionName: "execute", args: [call.to, call.data] });
  return { chainId: deployment.chain_id, from: key, nonce, to: own ? call.to : account, data, value: 0, gas: calls.gas, gasPrice: 0 };
}

/** How many minor units an approval that is offered names: the one figure of it that only the chain knows. */
export function approvedIn(transaction, account) {
  let { data } = transaction;
  if (transaction.from !== account) [, data] = decodeFunctionData({ abi: EXECUTE, data }).args;
  const [, amount] = decodeFunctionData({ abi: [calls.functions[APPROVE]], data }).args;
  return amount;
}

const number = (value) => (BigInt(value) === 0n ? "0x" : toHex(BigInt(value)));
const called = ({ nonce, gas, to, data }) => [number(nonce), "0x", number(gas), to, "0x", data]; // no price of gas, no value
const SIGNATURE_PLACES = 3; // of v, r and s at the end of a signed transaction

/** The 32 bytes that a key signs for a transaction (EIP-155). */
export const transactionDigest = (transaction) => keccak256(toRlp([...called(transaction), number(transaction.chainId), "0x", "0x"]));

/** The signed transaction, from 65 bytes of a signature of its digest: r, s, and v of 27 or 28. */
export function signedTransaction(transaction, signature) {
  const [r, s, v] = [signature.slice(2, 66), signature.slice(66, 130), signature.slice(130)].map((each) => BigInt(`0x${each}`));
  return toRlp([...called(transaction), number(v - 27n + 35n + 2n * BigInt(transaction.chainId)), number(r), number(s)]);
}

/** Whether a signed transaction is this one, signed by its key, and nothing else. */
export async function isSigned(transaction, raw) {
  const [v, r, s] = fromRlp(raw).slice(-SIGNATURE_PLACES).map(BigInt);
  const words = [r, s].map((each) => each.toString(16).padStart(64, "0"));
  const signature = `0x${words.join("")}${(27n + ((v - 35n) % 2n)).toString(16)}`;
  const signer = await recoverAddress({ hash: transactionDigest(transaction), signature });
  return signer.toLowerCase() === transaction.from && signedTransaction(transaction, signature) === raw.toLowerCase();
}

/** What an act does in words, made here from its fields; null when its sentence is made of more than them. */
export function sentence(act, language) {
  const form = calls.says[act.act]?.[language];
  if (form === undefined) return null;
  const facts = { ...act.papers, ...act.fields };
  const names = [...form.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  if (!names.every((name) => Object.hasOwn(facts, name))) return null;
  return form.replace(/\{(\w+)\}/g, (_, name) => told(name, facts[name]));
}

function told(name, value) {
  if (Array.isArray(value)) return String(value.length);
  if (typeof value === "number" && name.endsWith("_minor")) return money(BigInt(value));
  if (typeof value === "number" && name.endsWith("_bps")) return `${value / 100} %`;
  return value === true ? "True" : value === false ? "False" : String(value); // as the house's own sentence has it
}
