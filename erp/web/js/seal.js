// The seal of a bid, computed where the bid is typed: as `scripts/deployment/sealing.py` and the contract do.
import { encodeAbiParameters, keccak256 } from "viem/utils";

const BID = ["uint256", "address", "uint256", "address", "uint128", "uint16", "bytes32"];

/** The commitment of a bid. `place`: chain id and address of the contract of tenders. Amount in minor units, as a BigInt. */
export function sealBid({ chainId, contract }, tenderId, bidder, amount, days, salt) {
  const values = [BigInt(chainId), contract, BigInt(tenderId), bidder, amount, days, salt];
  return keccak256(encodeAbiParameters(BID.map((type) => ({ type })), values));
}

/** Thirty-two unpredictable bytes. */
export function newSalt() {
  return `0x${[...crypto.getRandomValues(new Uint8Array(32))].map((each) => each.toString(16).padStart(2, "0")).join("")}`;
}

/** Minor units of a price as people write it, `1,234.50`; null when it is none. */
export function minorUnits(text) {
  const found = /^(\d{1,13}|\d{1,3}(?:,\d{3}){1,4})(?:\.(\d{1,2}))?$/.exec(text.trim());
  if (found === null) return null;
  const amount = BigInt(found[1].replaceAll(",", "")) * 100n + BigInt((found[2] ?? "").padEnd(2, "0"));
  return amount > 0n && amount <= 10n ** 15n - 1n ? amount : null;
}
