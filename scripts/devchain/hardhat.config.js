// The Hardhat development chain that scripts/devchain/devchain.py starts: every value that differs between two
// runs arrives in INTERLOCK_CHAIN_* variables, every value that never differs stands here.

import os from "node:os";
import path from "node:path";

const required = (name) => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: start this node through scripts/devchain/devchain.py`);
  return value;
};

const scratch = process.env.INTERLOCK_CHAIN_SCRATCH ?? path.join(os.tmpdir(), "interlock-hardhat");

/** @type {import("hardhat/config").HardhatUserConfig} */
export default {
  paths: { artifacts: path.join(scratch, "artifacts"), cache: path.join(scratch, "cache") },
  networks: {
    node: {
      type: "edr-simulated",
      chainType: "l1",
      chainId: Number(required("INTERLOCK_CHAIN_ID")),
      hardfork: required("INTERLOCK_CHAIN_HARDFORK"),
      initialDate: required("INTERLOCK_CHAIN_START"),
      blockGasLimit: Number(required("INTERLOCK_CHAIN_GAS_LIMIT")),
      initialBaseFeePerGas: 0,
      accounts: { mnemonic: required("INTERLOCK_CHAIN_MNEMONIC") },
      mining: { auto: true, interval: 0 },
      // Answers of eth_sendRawTransaction are hashes also for transactions that revert, as on a real chain.
      throwOnTransactionFailures: false,
      throwOnCallFailures: true,
    },
  },
};
