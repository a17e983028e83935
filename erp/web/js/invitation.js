// Whom a tender invites, as the contract published it, and the proof that a bidder is among them: `Tenders.commitBid` takes it.
import { decodeEventLog, encodeAbiParameters, encodeEventTopics, keccak256, numberToHex, parseAbi } from "viem/utils";
import { proved } from "./merkle.js";

const BLOCKS = 5_000; // of one question for logs, as the relay of this house allows
const QUESTIONS = 30; // from the newest block backwards
const ABI = parseAbi([
  "struct OrderTerms { uint32 attesterPost; uint32 arbiterPost; bytes32 region; bytes32 scheduleRoot; uint40 promisedAt; uint32 fundSeconds; uint32 graceSeconds; uint32 silenceSeconds; uint16 latenessBpsPerDay; uint16 latenessCapBps; uint16 taxBps; uint16 toleranceBps; uint24 paymentSeconds; }",
  "struct TenderTerms { address buyer; bytes32 requisitionRef; bytes32 invitedRoot; uint128 quantity; uint128 ceiling; uint128 bond; uint32 commitSeconds; uint32 revealSeconds; uint32 reviewSeconds; uint16 minCreditBps; uint8 pricing; uint128 dayValue; uint16 maxDays; uint16 creditWeightBps; OrderTerms order; }",
  "event TenderOpened(uint256 indexed tenderId, address indexed buyer, bytes32 indexed requisitionRef, TenderTerms terms, uint40 commitEnd, uint40 revealEnd, address[] invited)",
]);

const leafOf = (account) => keccak256(keccak256(encodeAbiParameters([{ type: "address" }], [account])));
/** Root and proof of an account in the standard tree over a list of accounts. Proof null: it is not on the list. */
export const invited = (accounts, account) => proved(accounts.map(leafOf), leafOf(account));

/** The opening of a tender as its contract published it: `terms` and `invited`. Throws an Error when it is not found. `ask`: as proof-file.js has it. */
export async function openingOf({ contract, block }, tenderId, ask) {
  const topics = encodeEventTopics({ abi: ABI, eventName: "TenderOpened", args: { tenderId: BigInt(tenderId) } });
  let last = Number(BigInt((await ask("eth_getBlockByNumber", ["latest", false])).number));
  for (let asked = 0; asked < QUESTIONS && last >= block; asked += 1, last -= BLOCKS) {
    const first = Math.max(block, last - BLOCKS + 1);
    const filter = { address: contract, fromBlock: numberToHex(first), toBlock: numberToHex(last), topics: topics.slice(0, 2) };
    const [log] = await ask("eth_getLogs", [filter]);
    if (log !== undefined) return decodeEventLog({ abi: ABI, topics: log.topics, data: log.data }).args;
  }
  throw new Error("the opening of this tender was not found on the chain");
}

/** The proof of a bidder on the published list of a tender. Throws an Error that says why there is none. */
export async function invitationOf(place, tenderId, bidder, ask) {
  const { terms, invited: accounts } = await openingOf(place, tenderId, ask);
  if (accounts.length === 0) return [];
  const { root, proof } = invited(accounts, bidder);
  if (root !== terms.invitedRoot) throw new Error("the published list does not lead to the root of the tender");
  if (proof === null) throw new Error("this account is not on the published list");
  return proof;
}
