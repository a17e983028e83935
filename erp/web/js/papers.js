// Arguments of the acts that rest on papers of the house, computed as the bridge does it (`bridge/capabilities/papers.py`,
// `bet_papers.py`, `bet_changes.py`). The commitments of the papers are those that the signing request names.
import { concatHex, encodeAbiParameters, keccak256, toHex } from "viem/utils";
import { address, fact, onChain } from "./facts.js";
import { proved } from "./merkle.js";

const NOBODY = `0x${"00".repeat(20)}`;
const NO_SALT = `0x${"00".repeat(32)}`;
const TARGET = "Target(uint32 metric,bool followsIndex,uint16 weightBps,uint64 floor,uint64 base,uint64 stretch)";
const PARTY = "PartyTerms(address account,uint64 stake,uint16 shareBps,uint16 toleranceBps,uint16 slopeBps,uint16 capBps,Target[] targets)";
const encoded = (types, values) => encodeAbiParameters(types.map((type) => ({ type })), values);
const typeHash = (text) => keccak256(toHex(text));

/** The EIP-712 hash of what a party pledges. */
function pledgeHash(pledge) {
  const { account, stake, shareBps, toleranceBps, slopeBps, capBps, targets } = onChain(pledge);
  const each = targets.map(({ metric, followsIndex, weightBps, floor, base, stretch }) =>
    keccak256(encoded(["bytes32", "uint32", "bool", "uint16", "uint64", "uint64", "uint64"], [typeHash(TARGET), metric, followsIndex, weightBps, BigInt(floor), BigInt(base), BigInt(stretch)])),
  );
  const types = ["bytes32", "address", "uint64", "uint16", "uint16", "uint16", "uint16", "bytes32"];
  return keccak256(encoded(types, [typeHash(PARTY + TARGET), account, BigInt(stake), shareBps, toleranceBps, slopeBps, capBps, keccak256(concatHex(each))]));
}

/** What a proposal of a bet commits to: the root over its parties. */
function partiesRoot(pledges) {
  const leaves = pledges.map((each) => keccak256(keccak256(encoded(["address", "bytes32"], [each.account, pledgeHash(each)]))));
  return proved(leaves, leaves[0]).root;
}

/** The commitment of a paper that an act names. Throws when the request does not tell it. */
function refOf(name, { papers, refs }) {
  const found = refs?.[papers?.[name]];
  if (found === undefined) throw new Error(`the commitment of ${papers?.[name] ?? name} is missing`);
  return found;
}

function planRef({ fields: { plan, group_id, role_id }, account, refs }, deployment) {
  if (!Object.hasOwn(refs ?? {}, plan)) return plan;
  const words = [BigInt(deployment.chain_id), address(deployment, "ChainGroups", group_id), BigInt(group_id), BigInt(role_id), account, refs[plan], NO_SALT];
  return keccak256(encoded(["uint256", "address", "uint256", "uint256", "address", "bytes32", "bytes32"], words));
}

/** Arguments by act, from its facts and the deployment. */
export const COMPUTED = {
  open_group(facts) {
    const terms = { ...onChain(facts.papers.terms), needRef: refOf("need", facts) };
    const roleRef = refOf("proposal", facts);
    return [terms, facts.papers.roles.map((role) => ({ ...onChain(role), roleRef }))];
  },
  grab_role(facts, deployment) {
    const { group_id, role_id, pledge_minor } = facts.fields;
    return [group_id, role_id, pledge_minor, planRef(facts, deployment)];
  },
  open_plan({ fields: { group_id, role_id, round, plan, salt }, refs }) {
    const kept = Object.hasOwn(refs ?? {}, plan);
    return [group_id, role_id, round, kept ? refs[plan] : plan, kept ? NO_SALT : salt];
  },
  propose_bet(facts) {
    const { published, parties, group_id } = facts.papers;
    const { pool, ...others } = onChain(published);
    return [{ ...others, termsRef: refOf("bet_terms", facts), groupId: group_id, partiesRoot: partiesRoot(parties), partyCount: parties.length, valuePool: pool }];
  },
  propose_bet_change(facts, deployment) {
    const { bet_id, parties, leaver, newcomer, change } = facts.papers;
    const changed = { ...onChain(change), partiesRoot: partiesRoot(parties), termsRef: refOf("bet_change", facts), leaver: leaver ?? NOBODY, newcomer: newcomer ?? NOBODY };
    return [address(deployment, "BetContracts", bet_id), bet_id, onChain(fact("published", facts)), changed];
  },
};
