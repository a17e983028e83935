// What to index: JOB names a JSON file with url, chainId, address, start and abi; PG a PostgreSQL URL (without it: PGlite).
import fs from "node:fs";
import { createConfig } from "ponder";
import { http } from "viem";

const job = JSON.parse(fs.readFileSync(process.env.JOB!, "utf8"));
const database = process.env.PG ? { database: { kind: "postgres", connectionString: process.env.PG } } : {};

export default createConfig({
  ...database,
  networks: { local: { chainId: job.chainId, transport: http(job.url), maxRequestsPerSecond: 100_000 } },
  contracts: { Token: { network: "local", abi: job.abi, address: job.address, startBlock: job.start } },
} as any);
